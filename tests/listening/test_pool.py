import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from parley.audio.sound import Sound
from parley.contract import Expectation, ExternalTimeout, Kind, Phrase, SystemFault
from parley.listening.choosing import Chain
from parley.listening.engine import EngineOptions
from parley.listening.pool import PooledRecogniser
from parley.listening.recognition import Recogniser, transcribe
from tests.listening.fake_engine import CRASH, CRASH_ONCE, FAIL, HANG, provider

T = TypeVar("T")


def sound(*samples: int) -> Sound:
    return Sound(samples=np.array(samples, np.int16), rate=16_000)


def recogniser(folder: Path | str, **options: float) -> PooledRecogniser:
    told = EngineOptions(models_dir=str(folder))
    return PooledRecogniser("fake", "tests.listening.fake_engine", provider.abilities(told), told, **options)  # type: ignore[arg-type]


def run(made: Recogniser, use: Callable[[Recogniser], Awaitable[T]]) -> T:
    async def main() -> T:
        try:
            return await asyncio.wait_for(use(made), 30)
        finally:
            await made.close()

    return asyncio.run(main())


async def heard(made: Recogniser, *samples: int) -> str:
    return (await transcribe(made, sound(*samples), language="en")).text


def test_a_turn_is_heard_in_another_process(tmp_path: Path):
    assert run(recogniser(tmp_path), lambda made: heard(made, 1, 2, 3)) == "1 2 3"


def test_a_worker_gives_way_to_the_process_of_the_calls(tmp_path: Path):
    async def use(made: Recogniser) -> int:
        assert isinstance(made, PooledRecogniser)
        worker = await made.worker()
        await worker.loaded
        return os.getpriority(os.PRIO_PROCESS, worker.process.pid)

    assert run(recogniser(tmp_path), use) > os.getpriority(os.PRIO_PROCESS, 0)


def test_the_expectation_crosses_the_border(tmp_path: Path):
    expects = Expectation(kind=Kind.DATE, slot="date", phrases=(Phrase(text="Ann", slot="staff"),), yes_no=True)

    async def use(made: Recogniser) -> str:
        return (await transcribe(made, sound(4), language="en", expectation=expects)).text

    assert run(recogniser(tmp_path), use) == "4"


def test_partial_transcripts_arrive_while_the_turn_goes_on(tmp_path: Path):
    async def use(made: Recogniser) -> tuple[list[str], str]:
        partials: list[str] = []
        arrived = asyncio.Event()

        def take(text: str) -> None:
            partials.append(text)
            if text == "1 2":
                arrived.set()

        turn = await made.open(language="en", rate=16_000, on_partial=take)
        turn.feed(sound(1).pcm)
        turn.feed(sound(2).pcm)
        await arrived.wait()
        return partials, (await turn.finish()).text

    partials, final = run(recogniser(tmp_path), use)
    assert partials[-1] == final == "1 2"


def test_turns_at_once_do_not_mix(tmp_path: Path):
    async def use(made: Recogniser) -> list[str]:
        return await asyncio.gather(*(heard(made, number) for number in range(1, 13)))

    assert run(recogniser(tmp_path, workers=2), use) == [str(number) for number in range(1, 13)]


def test_a_crash_is_repeated_elsewhere(tmp_path: Path):
    async def use(made: Recogniser) -> list[str]:
        return [await heard(made, CRASH_ONCE), await heard(made, 5)]

    assert run(recogniser(tmp_path), use) == [str(CRASH_ONCE), "5"]


def test_a_turn_that_always_crashes_is_given_up_and_the_next_is_heard(tmp_path: Path):
    async def use(made: Recogniser) -> str:
        with pytest.raises(SystemFault, match="crashed"):
            await heard(made, CRASH)
        return await heard(made, 6)

    assert run(recogniser(tmp_path), use) == "6"


def test_a_failure_is_told_and_the_process_lives_on(tmp_path: Path):
    async def use(made: Recogniser) -> str:
        with pytest.raises(SystemFault, match="cannot be heard"):
            await heard(made, FAIL)
        return await heard(made, 7)

    assert run(recogniser(tmp_path), use) == "7"


def test_an_engine_that_does_not_answer_is_given_up(tmp_path: Path):
    async def use(made: Recogniser) -> None:
        await heard(made, HANG)

    with pytest.raises(ExternalTimeout):
        run(recogniser(tmp_path, timeout_s=0.5), use)


def test_a_model_that_cannot_be_loaded_is_named():
    with pytest.raises(SystemFault, match="no model"):
        run(recogniser("absent"), lambda made: heard(made, 1))


def test_the_next_recogniser_hears_the_turn_that_the_first_failed(tmp_path: Path):
    chain = Chain([recogniser("absent"), recogniser(tmp_path)])

    async def use(made: Recogniser) -> str:
        turn = await made.open(language="en", rate=16_000)
        turn.feed(sound(8, 9).pcm)
        return (await turn.finish()).text

    assert run(chain, use) == "8 9"


def test_a_long_turn_keeps_its_end_in_bounded_memory(tmp_path: Path):
    async def use(made: Recogniser) -> str:
        turn = await made.open(language="en", rate=16_000)
        for _ in range(50):
            turn.feed(bytes(32_000))
        turn.feed(sound(*range(1, 21)).pcm * 2)
        return (await turn.finish()).text

    assert run(recogniser(tmp_path, longest_turn_s=20 / 16_000), use) == " ".join(map(str, range(1, 21)))


def test_a_cancelled_turn_leaves_nothing(tmp_path: Path):
    async def use(made: Recogniser) -> str:
        turn = await made.open(language="en", rate=16_000)
        turn.feed(sound(1).pcm)
        turn.cancel()
        turn.cancel()
        return await heard(made, 2)

    assert run(recogniser(tmp_path), use) == "2"
