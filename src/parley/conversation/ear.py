"""The hearing side of one conversation: frames in, windows of 32 ms out, the sound of the turn kept.

Nothing is decoded here. The floor converts the windows of all conversations together; PCM for a recogniser is made
only while somebody speaks.
"""

from collections import deque
from typing import Final

from parley.audio.sound import Sound
from parley.conversation.sound_form import WINDOW_S, SoundForm
from parley.listening.voice_activity import Stream

PRE_ROLL_S: Final = 0.48
"""Sound kept from before speech was noticed: the first syllable, and some room for a recogniser to settle."""
TAIL_S: Final = 0.2
"""Silence left at the end of a turn's sound."""


class Ear:
    """Windows of one line, and the turn they belong to."""

    __slots__ = ("_most", "_pending", "_pre_roll", "_turn", "_window", "dropped_s", "form", "stream")

    def __init__(self, form: SoundForm, stream: Stream, *, longest_pending_s: float = 10.0) -> None:
        self.form = form
        self.stream = stream
        """State of voice activity for this line."""
        self.dropped_s = 0.0
        """Sound that was thrown away, because it came further ahead of what is looked at than `longest_pending_s`."""
        self._most = int(longest_pending_s * form.second_bytes)
        self._window = form.window_bytes
        self._pending = bytearray()
        self._pre_roll: deque[bytes] = deque(maxlen=round(PRE_ROLL_S / WINDOW_S))
        self._turn: list[bytes] | None = None

    def hear(self, sound: bytes) -> bool:
        """Take sound as it arrives. True: there is a window to look at."""
        pending = self._pending
        pending += sound
        waiting = len(pending)
        if waiting > self._most:
            self.dropped_s += (waiting - self._most) / self.form.second_bytes
            del pending[self._most :]
        return waiting >= self._window

    @property
    def ready(self) -> bool:
        """Whether a whole window waits."""
        return len(self._pending) >= self._window

    def waiting(self, most: int) -> bytes:
        """The whole windows that wait, in the line's form, at most so many of them."""
        size = self._window
        return bytes(self._pending[: min(len(self._pending) // size, most) * size])

    def window(self) -> bytes:
        """Take the next window; it becomes part of the turn, or of what came before one."""
        size = self._window
        window = bytes(self._pending[:size])
        del self._pending[:size]
        if self._turn is None:
            self._pre_roll.append(window)
        else:
            self._turn.append(window)
        return window

    def open(self) -> bytes:
        """A turn begins: from now on its sound is kept. Returns what was heard of it so far."""
        self._turn = list(self._pre_roll)
        self._pre_roll.clear()
        return b"".join(self._turn)

    def turn(self) -> Sound:
        """The sound of the turn so far."""
        return Sound.of_bytes(self.form.to_pcm(b"".join(self._turn or [])), self.form.rate)

    def close(self, *, silence_s: float) -> Sound:
        """The turn is over after `silence_s` of silence: its sound, with a short tail."""
        windows = self._turn or []
        surplus = max(0, round((silence_s - TAIL_S) / WINDOW_S))
        kept = windows[: len(windows) - surplus] if surplus else windows
        self._turn = None
        self._pre_roll.extend(windows[-2:])
        return Sound.of_bytes(self.form.to_pcm(b"".join(kept)), self.form.rate)
