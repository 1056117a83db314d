"""The speaking side of one conversation: sends a reply a little ahead of playout and knows what was heard of it."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from parley.conversation.floor import Floor
from parley.conversation.line import Line
from parley.conversation.reply import Reply

LEAD_S: Final = 0.18
"""Sound sent ahead of playout, at most: small enough to stop at once, large enough for a busy machine."""
MARK_GRACE_S: Final = 1.0
"""How long after its own clock a line's mark is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What reached the person of one reply."""

    reply: Reply
    text: str
    unheard: str
    complete: bool


class Mouth:
    """Plays one reply after the other. All methods are plain; time is the event loop's."""

    def __init__(self, line: Line, floor: Floor, *, on_end: Callable[[Heard], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._line = line
        self._floor = floor
        self._on_end = on_end
        self._queue: deque[Reply] = deque()
        self._reply: Reply | None = None
        self._held = False
        self._begun = False
        self._sent = 0
        self._until = 0.0
        """When all that was sent will have been played."""
        self._end: asyncio.TimerHandle | None = None
        self._marks = 0
        self._frame_bytes = round(line.frame_s * line.form.rate) * line.form.sample_bytes

    @property
    def audible(self) -> bool:
        """The person hears a reply at this moment, or will in the next."""
        return self._reply is not None and not self._held

    @property
    def busy(self) -> bool:
        """There is a reply, spoken or held."""
        return self._reply is not None

    @property
    def interruptible(self) -> bool:
        """The present reply may be stopped by speaking."""
        return self._reply is None or self._reply.interruptible

    @property
    def reply(self) -> Reply | None:
        """The reply being spoken or held."""
        return self._reply

    def say(self, reply: Reply) -> None:
        """Speak `reply` after those that wait."""
        reply.wanted.set()
        self._queue.append(reply)
        if self._reply is None:
            self._next()

    def interject(self, reply: Reply) -> None:
        """Speak `reply` now; the present one goes on after it."""
        self.hold()
        current = self._take_off()
        if current is not None:
            self._queue.appendleft(current)
        reply.wanted.set()
        self._queue.appendleft(reply)
        self._next()

    def pace(self, now: float) -> bool:
        """Bring the line up to its lead. False: nothing is to be sent until more sound is made."""
        reply = self._reply
        if reply is None or self._held or self._end is not None:
            return False
        room = self._frame_bytes * int((now + LEAD_S - max(self._until, now)) / self._line.frame_s)
        made = len(reply.sound) - self._sent
        if not reply.complete:
            made -= made % self._frame_bytes
        if room > 0 and made:
            self._send(reply, bytes(memoryview(reply.sound)[self._sent : self._sent + min(room, made)]), now)
        if reply.complete and self._sent == len(reply.sound):
            self._all_sent(reply)
            return False
        return room < made

    def _send(self, reply: Reply, sound: bytes, now: float) -> None:
        self._line.play(sound)
        self._sent += len(sound)
        self._until = max(self._until, now) + len(sound) / self._line.form.second_bytes
        reply.played = self._sent
        if not self._begun:
            self._begun = True
            if reply.on_begin is not None:
                reply.on_begin()

    def _all_sent(self, reply: Reply) -> None:
        grace = 0.0
        if self._line.marks and self._sent:
            self._marks += 1
            self._line.mark(f"{reply.turn_id}/{self._marks}")
            grace = MARK_GRACE_S
        self._end = self._loop.call_at(max(self._until, self._loop.time()) + grace, self._ended)

    def marked(self, name: str) -> None:
        """The line says that playout reached a mark."""
        if self._end is not None and self._reply is not None and name == f"{self._reply.turn_id}/{self._marks}":
            self._ended()

    def _ended(self) -> None:
        reply = self._take_off()
        if reply is not None:
            heard = Heard(reply=reply, text=reply.heard(len(reply.sound)), unheard="", complete=True)
            if len(reply.parts) == 0 or reply.parts[-1].end is None:
                heard = self._heard(reply, len(reply.sound))
            self._on_end(heard)
        self._next()

    def _next(self) -> None:
        if self._reply is None and self._queue:
            reply = self._reply = self._queue.popleft()
            self._begun, self._held = reply.played > 0, False
            self._sent = reply.resume_at(reply.played) if reply.played else 0
            reply.on_sound = self._sound
            self._sound()

    def _sound(self) -> None:
        """There is more to play: send it now, not at the next beat."""
        if self._reply is not None and not self._held and self.pace(self._loop.time()):
            self._floor.talk(self)

    def _position(self) -> int:
        """What was played of the present reply, in bytes."""
        ahead = max(0.0, self._until - self._loop.time())
        form = self._line.form
        return max(0, self._sent - round(ahead * form.rate) * form.sample_bytes)

    def hold(self) -> None:
        """Fall silent at once, and remember where. Clears the line also when all was already sent."""
        if self._reply is None or self._held:
            return
        position = self._position()
        self._held = True
        self._cancel_end()
        if self._until > self._loop.time():
            self._line.clear()
        self._sent = self._reply.played = position
        self._until = 0.0

    def resume(self) -> None:
        """It was no interruption: go on from where it stopped."""
        if self._reply is None or not self._held:
            return
        self._held = False
        self._sent = self._reply.resume_at(self._sent)
        self._sound()

    def drop(self) -> list[Heard]:
        """Stop for good. What was heard of the present reply, and nothing of those that waited behind it."""
        self.hold()
        position = self._sent
        reply = self._take_off()
        dropped = [] if reply is None else [self._heard(reply, position)]
        dropped += [self._heard(waiting, 0) for waiting in self._queue]
        self._queue.clear()
        for heard in dropped:
            heard.reply.discard()
        return dropped

    def _heard(self, reply: Reply, position: int) -> Heard:
        return Heard(reply=reply, text=reply.heard(position), unheard=reply.unheard(position), complete=False)

    def _take_off(self) -> Reply | None:
        self._cancel_end()
        reply, self._reply = self._reply, None
        self._held, self._sent = False, 0
        return reply

    def _cancel_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
