"""All live conversations of the process, and the one beat that serves them.

Twelve times a second, in this order: what has arrived on the lines that are read here is taken from the kernel; the
windows of sound that are whole go through silero in one run (64 calls: about a millisecond); each talking mouth is
brought up to its lead over playout. So the process wakes as seldom however many call, and what it then does it does
for all of them in a row, with its code and its tables in the processor's cache.

That is soon enough for a line on which somebody is in the middle of a sentence, or listens. Where a turn may end with
the next window, or a reply may have to stop, the line *presses*: it is served at every beat in between, too. A beat
is a little shorter than a window where many call, so that runs are full and yet what was late is caught up with, and
half a window where few do. There is none while there is nothing to do: an idle house costs nothing, and no frame ever
meets a queue, a thread, a task or a log line.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import groupby, islice
from typing import Final, Protocol, TypeVar

import numpy as np
import structlog

from parley.conversation.ear import Ear
from parley.conversation.keeper import Keeper
from parley.listening.voice_activity import Stream, VoiceActivity

BEAT_S: Final = 0.016
BUSY_BEAT_S: Final = 0.028
"""The same with many conversations: seven of eight of those that press are in every run."""
ROUND_S: Final = 0.084
"""Between two times that all lines are served: less than any pause that means something, half of a mouth's lead."""
MANY: Final = 8
"""Conversations from which a fuller run saves more than its delay costs."""
WORKERS: Final = 4
"""Threads for turns. A turn takes milliseconds; more threads would only contend with the loop for the interpreter."""
SWITCH_S: Final = 0.001
"""How soon a thread that computes gives the interpreter back to the loop: a fifth of Python's own choice."""
MOST: Final = 24
"""Windows of one conversation looked at in one beat, at most, where it is behind: a client that sends in bursts."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Seat(Protocol):
    """A conversation, as the floor keeps it: it is found here, and listed."""


class Listening(Protocol):
    """The person's side of a conversation."""

    ear: Ear
    """Where the sound of the line waits."""

    @property
    def presses(self) -> bool:
        """The next window is wanted as soon as it is whole."""

    def window(self, probability: float, sound: bytes) -> None:
        """One window was looked at. Must not wait for anything."""

    def fail(self, error: Exception, /) -> None:
        """The conversation's own code failed: end it, the others go on."""


class Talker(Protocol):
    """A mouth, as the floor sees it."""

    def pace(self, now: float) -> bool:
        """Send what is due. False: nothing more to send for the moment."""


class Source(Protocol):
    """A line whose sound is not brought here but waits to be taken."""

    @property
    def presses(self) -> bool:
        """What arrives is wanted at once."""

    def read(self) -> bool:
        """Take what has arrived, and hand it to its conversation. False: the line is closed. Must not wait."""


class Floor:
    """Made once in the process, inside its event loop."""

    def __init__(self, voice_activity: VoiceActivity, *, executor: Executor | None = None) -> None:
        sys.setswitchinterval(SWITCH_S)
        self._loop = asyncio.get_running_loop()
        self._voice_activity = voice_activity
        self.executor: Executor = executor or ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="turn")
        """Where turns are understood and decided: synchronous code, off the event loop."""
        self.keeper = Keeper()
        """Where the record is written."""
        self._in_hand = 0
        self._seats: dict[str, Seat] = {}
        self._ready: dict[Listening, None] = {}
        self._talking: dict[Talker, None] = {}
        self._sources: dict[Source, None] = {}
        self._pressing: list[Source] = []
        """Those of the lines that are read here which are read at every beat."""
        self._serving = False
        """A beat is under way."""
        self._next_beat: asyncio.TimerHandle | None = None
        self._due = 0.0
        """When the next beat is to be."""
        self._round_at = 0.0
        """When all lines are served next."""

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[Seat]:
        return iter(list(self._seats.values()))

    @property
    def at_rest(self) -> bool:
        """No beat is to come."""
        return self._next_beat is None

    def enter(self, conversation_id: str, seat: Seat) -> None:
        """Serve this conversation from now on."""
        self._seats[conversation_id] = seat

    def leave(self, conversation_id: str, seat: Seat) -> None:
        """Forget it."""
        if self._seats.get(conversation_id) is seat:
            del self._seats[conversation_id]

    def find(self, conversation_id: str) -> Seat | None:
        """The live conversation of that id."""
        return self._seats.get(conversation_id)

    def stream(self) -> Stream:
        """State of voice activity for a new line."""
        return self._voice_activity.stream()

    def read(self, source: Source) -> None:
        """Read this line until it says that it is closed."""
        self._sources[source] = None
        self._pressing.append(source)
        self._wake(pressing=True)

    def listen(self, listening: Listening) -> None:
        """A window of this conversation is ready."""
        if listening not in self._ready:
            self._ready[listening] = None
            if not self._serving:  # the beat itself finds out when the next one is to be
                self._wake(pressing=listening.presses)

    def hurry(self) -> None:
        """A conversation that is ready presses from now on."""
        self._wake(pressing=True)

    def forget(self, listening: Listening) -> None:
        """Nobody is there any more."""
        self._ready.pop(listening, None)

    def talk(self, talker: Talker) -> None:
        """This mouth has something to send."""
        self._talking[talker] = None
        self._wake(pressing=False)

    async def offloaded(self, work: Callable[[], T]) -> T:
        """Run synchronous work in a thread; it goes on to its end even when nobody waits for it any more."""
        self._in_hand += 1
        try:
            return await self._loop.run_in_executor(self.executor, work)
        finally:
            self._in_hand -= 1

    @property
    def pressed(self) -> bool:
        """More turns are in hand than there are threads: what nobody has asked for yet must wait."""
        return self._in_hand >= WORKERS

    async def kept(self, work: Callable[[], T]) -> T:
        """Write to the record, or read it, after all that was to be written before."""
        return await self.keeper.kept(work)

    def close(self) -> None:
        """Let the threads end after what they have in hand."""
        self.executor.shutdown(wait=True, cancel_futures=True)
        self.keeper.close()

    @property
    def _beat_s(self) -> float:
        return BEAT_S if len(self._seats) < MANY else BUSY_BEAT_S

    def _wake(self, *, pressing: bool) -> None:
        """Have a beat, the next one or the next that serves all, unless one comes sooner."""
        if self._serving or (self._next_beat is not None and not pressing):
            return
        due = self._loop.time() + self._beat_s
        if not pressing:
            due = max(due, self._round_at)
        if self._next_beat is not None:
            if self._due <= due:
                return
            self._next_beat.cancel()
        self._schedule(due)

    def _schedule(self, due: float) -> None:
        self._due = due
        self._next_beat = self._loop.call_at(due, self._beat)

    def _beat(self) -> None:
        due, self._next_beat, self._serving = self._due, None, True
        everybody = due + self._beat_s / 2 >= self._round_at
        if everybody:
            self._round_at = due + ROUND_S
        try:
            served = self._read(list(self._sources) if everybody else self._pressing)
            self._hear([each for each in self._ready if everybody or each.presses])
            if everybody:
                self._talk()
            self._pressing = [source for source in served if source.presses]
        finally:
            self._serving = False
            if self._pressing or any(each.presses for each in self._ready):
                self._schedule(max(due + self._beat_s, self._loop.time()))
            elif self._sources or self._ready or self._talking:
                self._schedule(max(self._round_at, self._loop.time()))

    def _read(self, sources: list[Source]) -> list[Source]:
        """Those of these lines that are still open, read."""
        opened = []
        for source in sources:
            if source.read():
                opened.append(source)
            else:
                self._sources.pop(source, None)
        return opened

    def _talk(self) -> None:
        now = self._loop.time()
        for talker in list(self._talking):
            if not talker.pace(now):
                del self._talking[talker]

    def _hear(self, listening: list[Listening]) -> None:
        """Look at all whole windows of these conversations in one run."""
        if not listening:
            return
        windows, streams, counts = [], [], []
        listening.sort(key=lambda each: id(each.ear.form))
        for form, lines in groupby(listening, key=lambda each: each.ear.form):
            ears = [each.ear for each in lines]
            sounds = [ear.waiting(MOST) for ear in ears]
            windows.append(form.windows(sounds))
            for ear, sound in zip(ears, sounds, strict=True):
                counts.append(len(sound) // form.window_bytes)
                streams += [ear.stream] * counts[-1]
        probabilities = iter(self._voice_activity.probabilities(streams, np.concatenate(windows)).tolist())
        for each, count in zip(listening, counts, strict=True):
            self._tell(each, list(islice(probabilities, count)))

    def _tell(self, listening: Listening, probabilities: list[float]) -> None:
        self._ready.pop(listening, None)
        try:
            for probability in probabilities:
                listening.window(probability, listening.ear.window())
        except Exception as error:  # noqa: BLE001 - one conversation's fault must not silence the others
            self._failed(listening, error)
        else:
            if listening.ear.ready:
                self._ready[listening] = None

    @staticmethod
    def _failed(listening: Listening, error: Exception) -> None:
        log.error("conversation failed", error=type(error).__name__, exc_info=error)
        listening.fail(error)
