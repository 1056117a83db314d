"""What a conversation needs of the channel that carries it."""

from typing import Protocol

from parley.conversation.events import Event
from parley.conversation.sound_form import SoundForm


class Line(Protocol):
    """The far end. Every method is plain and returns at once: a slow client is the channel's affair."""

    form: SoundForm
    """How sound comes in and goes out."""
    frame_s: float
    """Length of one frame of the reply: longer frames cost less, shorter ones stop sooner without `clear`."""
    marks: bool
    """Whether the far end says when a mark was reached in playout."""

    def send(self, event: Event) -> None:
        """Tell what happened."""

    def play(self, sound: bytes) -> None:
        """Play this after what was sent before; in the line's form, whole frames but for the last of a reply."""

    def clear(self) -> None:
        """Forget all that has not been played yet."""

    def mark(self, name: str) -> None:
        """Have `Conversation.marked(name)` called when playout gets here; only used where `marks` is true."""

    def hang_up(self) -> None:
        """End the connection."""
