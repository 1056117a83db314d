"""A local engine in worker processes: recognition never delays the event loop, and a crash costs nobody a turn."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from parley.audio.sound import Sound
from parley.contract import Expectation, ExternalTimeout, Language, SystemFault
from parley.listening.engine import EngineOptions
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
    answers,
    frame,
)
from parley.listening.recognition import NOTHING_EXPECTED, Abilities, Transcript, ignore_partial

TRIES: Final = 2
"""Processes that a turn is given to before it is given up."""
ENDING_S: Final = 1.0
"""Patience with a process that is to end."""


@dataclass(slots=True, eq=False, kw_only=True)
class Worker:
    """One process and the turns that it serves."""

    process: Process
    loaded: asyncio.Future[None]
    turns: dict[int, "PooledRecognition"] = field(default_factory=dict)
    reader: asyncio.Task[None] | None = None
    lost: bool = False

    def send(self, message: Request) -> None:
        """Put a message into the pipe; never waits. Harmless when the process is gone."""
        if self.process.stdin and not self.lost:
            self.process.stdin.write(frame(message))

    async def read(self) -> None:
        """Hand out the answers until the process ends; then tell every turn that it is lost."""
        assert self.process.stdout
        try:
            while True:
                head = await self.process.stdout.readexactly(LENGTH)
                body = await self.process.stdout.readexactly(int.from_bytes(head, "big"))
                self._take(answers.decode(body))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.lost = True
        await self.process.wait()
        if not self.loaded.done():
            self.loaded.set_exception(SystemFault("the recogniser's process ended before it was ready"))
        for recognition in list(self.turns.values()):
            recognition.lost()

    def _take(self, answer: Answer) -> None:
        match answer:
            case Loaded():
                self.loaded.set_result(None)
            case Failed(turn=0):
                self.loaded.set_exception(SystemFault(f"the recogniser cannot be loaded: {answer.message}"))
            case Partial() if answer.turn in self.turns:
                self.turns[answer.turn].on_partial(answer.text)
            case Heard() if answer.turn in self.turns:
                self.turns[answer.turn].heard(answer.transcript)
            case Failed() if answer.turn in self.turns:
                self.turns[answer.turn].failed(answer.message)

    async def end(self) -> None:
        """Have the process end by itself, so that it clears up; end it when it does not."""
        self.lost = True
        if self.process.stdin:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), ENDING_S)
        except TimeoutError:
            with suppress(ProcessLookupError):  # it has just ended
                self.process.kill()
            await self.process.wait()
        if self.reader:
            await self.reader
        if self.loaded.done() and not self.loaded.cancelled():
            self.loaded.exception()


class PooledRecogniser:
    """Runs a provider's engine in up to `workers` processes, started when they are first needed."""

    def __init__(
        self,
        name: str,
        module: str,
        abilities: Abilities,
        options: EngineOptions,
        *,
        workers: int = 1,
        timeout_s: float = 8.0,
        longest_turn_s: float = 60.0,
    ) -> None:
        self.name = name
        self.abilities = abilities
        self.timeout_s = timeout_s
        self.longest_turn_s = longest_turn_s
        self._load = Load(module, options)
        self._size = workers
        self._workers: list[Worker] = []
        self._starting = asyncio.Lock()
        self._numbers = count(1)

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> "PooledRecognition":
        recognition = PooledRecognition(self, Open(next(self._numbers), language, rate, expectation), on_partial)
        worker = await self.worker()
        await asyncio.shield(worker.loaded)
        recognition.join(worker)
        return recognition

    async def warm(self) -> None:
        """Start the processes and load their models ahead of the first turn."""
        async with self._starting:
            self._workers += [await self._start() for _ in range(self._size - len(self._workers))]
        await asyncio.gather(*(asyncio.shield(worker.loaded) for worker in self._workers))

    async def worker(self) -> Worker:
        """The process with the fewest turns; a new one while there are fewer than wanted."""
        async with self._starting:
            self._workers = [worker for worker in self._workers if not worker.lost]
            idlest = min(self._workers, key=lambda worker: len(worker.turns), default=None)
            if idlest is None or (idlest.turns and len(self._workers) < self._size):
                idlest = await self._start()
                self._workers.append(idlest)
            return idlest

    async def _start(self) -> Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parley.listening.worker", stdin=PIPE, stdout=PIPE, limit=2**20
        )
        worker = Worker(process=process, loaded=asyncio.get_running_loop().create_future())
        worker.send(self._load)
        worker.reader = asyncio.create_task(worker.read(), name=f"answers of {self.name}")
        return worker

    async def close(self) -> None:
        workers, self._workers = self._workers, []
        for worker in workers:
            await worker.end()


class PooledRecognition:
    """One turn, which outlives the process that serves it."""

    def __init__(self, recogniser: PooledRecogniser, opened: Open, on_partial: Callable[[str], None]) -> None:
        self.on_partial = on_partial
        self._recogniser = recogniser
        self._opened = opened
        self._sound = bytearray()
        self._most = int(recogniser.longest_turn_s * opened.rate) * 2
        self._worker: Worker | None = None
        self._answer: asyncio.Future[Transcript | None] | None = None

    def join(self, worker: Worker) -> None:
        """Have it served by this process."""
        self._worker = worker
        worker.turns[self._opened.turn] = self
        worker.send(self._opened)

    def feed(self, pcm: bytes) -> None:
        self._sound += pcm
        if len(self._sound) > self._most + self._most // 8:
            del self._sound[: len(self._sound) - self._most]
        if self._worker:
            self._worker.send(Feed(self._opened.turn, bytes(pcm)))

    def prepare(self) -> None:
        if self._worker and self._recogniser.abilities.prepares:
            self._worker.send(Prepare(self._opened.turn, bytes(self._sound[-self._most :])))

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        whole = sound.resampled(self._opened.rate).pcm if sound else bytes(self._sound)
        whole = whole[-self._most :]
        try:
            if self._worker:
                await asyncio.shield(self._worker.loaded)
            async with asyncio.timeout(self._recogniser.timeout_s):
                for _ in range(TRIES):
                    if transcript := await self._try(whole):
                        return transcript
                    self.join(await self._recogniser.worker())
        except TimeoutError:
            raise ExternalTimeout(f"{self._recogniser.name} gave no transcript in time") from None
        finally:
            self.cancel()
        raise SystemFault(f"{self._recogniser.name} crashed {TRIES} times over the same turn")

    async def _try(self, whole: bytes) -> Transcript | None:
        """The transcript, or None when the process ended over it."""
        worker = self._worker
        if worker is None or worker.lost:
            return None
        await asyncio.shield(worker.loaded)
        self._answer = asyncio.get_running_loop().create_future()
        worker.send(Finish(self._opened.turn, whole))
        return await self._answer

    def cancel(self) -> None:
        if self._worker:
            self._worker.turns.pop(self._opened.turn, None)
            self._worker.send(Cancel(self._opened.turn))
            self._worker = None

    def heard(self, transcript: Transcript) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(transcript)

    def failed(self, message: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(SystemFault(f"{self._recogniser.name} failed: {message}"))

    def lost(self) -> None:
        """The process is gone."""
        if self._answer and not self._answer.done():
            self._answer.set_result(None)
