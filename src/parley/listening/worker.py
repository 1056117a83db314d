"""The worker process of a local engine: `python -m parley.listening.worker`, spoken to by `pool`.

Finished turns go before turns whose speaker pauses, and these before turns that are being spoken: whoever waits for
an answer gets it first, and partial transcripts are what suffers under load. While nobody speaks, what later turns
will want is made.
"""

import contextlib
import os
import queue
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from importlib import import_module
from typing import BinaryIO, Final

from parley.listening.engine import Engine, EngineStream, Foresighted
from parley.listening.messages import (
    LENGTH,
    Answer,
    Cancel,
    Failed,
    Feed,
    Finish,
    Heard,
    Load,
    Loaded,
    Open,
    Partial,
    Prepare,
    Request,
    frame,
    requests,
)
from parley.listening.recognition import Transcript

BITE_S: Final = 0.2
"""Sound that is heard before the next message is looked at."""
SILENT_S: Final = 0.1
"""Sound at the end of a turn that may be missing from what was prepared. Speech that went on would have made it more:
a turn's sound ends 0.2 s after its last word, and is prepared at most that soon after it."""
BEHIND_S: Final = 3.0
"""Sound that may wait; a turn that is further behind gets no more partial transcripts."""
QUIET_S: Final = 1.0
"""Time without a message after which nobody is taken to be about to speak."""
NICENESS: Final = 5
"""How far behind the process of the calls the workers stand where processors are short."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """A turn that is being spoken."""

    opened: Open
    stream: EngineStream | None = None
    waiting: deque[bytes] = field(default_factory=deque)
    waiting_bytes: int = 0
    heard: str = ""
    """What the stream said last,"""
    said: str = ""
    """and what was told: it may come of the whole as well."""
    live: bool = True
    pausing: bytes | None = None
    """The turn up to a pause, to be recognised when nothing else is to be done."""
    prepared: tuple[bytes, Transcript] | None = None
    """The same, recognised."""


class Worker:
    """Serves the turns of one engine, one step at a time."""

    def __init__(self, engine: Engine, live_streams: int, out: BinaryIO) -> None:
        self._engine = engine
        self._live_streams = live_streams
        self._out = out
        self._turns: dict[int, Turn] = {}

    def take(self, message: Request) -> None:
        """Act on a message. Sound is only put aside."""
        match message:
            case Open():
                live = sum(turn.live for turn in self._turns.values()) < self._live_streams
                self._turns[message.turn] = Turn(opened=message, live=live)
            case Feed():
                self._put_aside(message)
            case Prepare():
                if turn := self._turns.get(message.turn):
                    turn.pausing = message.pcm
            case Finish():
                self._finish(message)
            case Cancel():
                self._drop(message.turn)

    def work(self) -> bool:
        """Do one step of what waits; False when nothing does."""
        turn = next((each for each in self._turns.values() if each.pausing is not None), None)
        if turn is None:
            return self._bite()
        pcm, turn.pausing = turn.pausing or b"", None
        try:
            turn.stream = turn.stream or self._open(turn.opened, live=turn.live)
            transcript = turn.stream.finish(pcm)
        except Exception as error:  # noqa: BLE001 made ahead as a courtesy; the end of the turn tells of errors
            print(f"nothing was prepared: {error}", file=sys.stderr)
        else:
            turn.prepared = pcm, transcript
            self._tell(turn, transcript.text)
        return True

    def _bite(self) -> bool:
        """Hear a bite of the turn that has waited most; False when there is none."""
        turn = max(self._turns.values(), key=lambda each: each.waiting_bytes, default=None)
        if turn is None or not turn.waiting_bytes:
            return False
        try:
            self._hear(turn)
        except Exception as error:  # noqa: BLE001 partial transcripts are a courtesy; the final one tells of errors
            turn.live = False
            _drain(turn)
            print(f"no more partial transcripts: {error}", file=sys.stderr)
        return True

    def foresee(self) -> bool:
        """Make something that later turns will want; False when nothing is left, or somebody speaks."""
        return not self._turns and isinstance(self._engine, Foresighted) and self._engine.make_ahead()

    def _hear(self, turn: Turn) -> None:
        turn.stream = turn.stream or self._open(turn.opened, live=True)
        limit = int(BITE_S * turn.opened.rate) * 2
        bite = bytearray()
        while turn.waiting and len(bite) < limit:
            bite += turn.waiting.popleft()
        turn.waiting_bytes -= len(bite)
        text = turn.stream.feed(bytes(bite))
        if text != turn.heard:
            turn.heard = text
            self._tell(turn, text)

    def _tell(self, turn: Turn, text: str) -> None:
        if text != turn.said:
            turn.said = text
            self.say(Partial(turn.opened.turn, text))

    def _put_aside(self, message: Feed) -> None:
        turn = self._turns.get(message.turn)
        if turn is None or not turn.live:
            return
        turn.waiting.append(message.pcm)
        turn.waiting_bytes += len(message.pcm)
        if turn.waiting_bytes > BEHIND_S * turn.opened.rate * 2:
            turn.live = False
            _drain(turn)

    def _finish(self, message: Finish) -> None:
        turn = self._turns.get(message.turn)
        if turn is None:
            return
        try:
            transcript = self._transcript(turn, message.pcm)
        except Exception as error:  # noqa: BLE001 one turn's failure is told to its owner; the process lives on
            self.say(Failed(message.turn, f"{type(error).__name__}: {error}"))
        else:
            self.say(Heard(message.turn, transcript))
        self._drop(message.turn)

    def _transcript(self, turn: Turn, pcm: bytes) -> Transcript:
        if turn.prepared is not None:
            before, transcript = turn.prepared
            missing = len(pcm) - len(before)
            if 0 <= missing <= SILENT_S * turn.opened.rate * 2 and pcm.startswith(before):
                return transcript
        turn.stream = turn.stream or self._open(turn.opened, live=False)
        return turn.stream.finish(pcm)

    def _open(self, opened: Open, *, live: bool) -> EngineStream:
        return self._engine.open(
            language=opened.language, rate=opened.rate, expectation=opened.expectation, live=live
        )

    def _drop(self, number: int) -> None:
        turn = self._turns.pop(number, None)
        if turn is not None and turn.stream is not None:
            turn.stream.close()

    def say(self, answer: Answer) -> None:
        """Send an answer."""
        self._out.write(frame(answer))
        self._out.flush()


def _drain(turn: Turn) -> None:
    turn.waiting.clear()
    turn.waiting_bytes = 0


def _read(source: BinaryIO, into: "queue.SimpleQueue[Request | None]") -> None:
    """Messages from the pipe into the queue, None at its end."""
    while len(head := source.read(LENGTH)) == LENGTH:
        into.put(requests.decode(source.read(int.from_bytes(head, "big"))))
    into.put(None)


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Serve until the owner closes the pipe."""
    inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(source, inbox), daemon=True).start()
    first = inbox.get()
    if not isinstance(first, Load):
        return
    try:
        engine: Engine = import_module(first.module).provider.load(first.options)
    except Exception as error:  # noqa: BLE001 the owner is told, and tries another provider
        out.write(frame(Failed(0, f"{type(error).__name__}: {error}")))
        out.flush()
        return
    worker = Worker(engine, first.options.live_streams, out)
    worker.say(Loaded())
    busy, foresees = False, True
    while True:
        try:
            message = inbox.get(block=not busy, timeout=QUIET_S if foresees else None)
        except queue.Empty:
            if busy:
                busy = worker.work()
            else:
                foresees = worker.foresee()
            continue
        if message is None:
            return
        worker.take(message)
        busy = True


def give_way() -> None:
    """Let the process that carries the calls go first: a word may come 20 ms late, a frame may not."""
    if hasattr(os, "sched_setscheduler"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def main() -> None:
    """Keep the real output for messages: what the engines' libraries print goes to the log."""
    give_way()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, out)


if __name__ == "__main__":
    main()
