"""The worker's order of work, without its process: an engine that writes down what it was asked."""

from io import BytesIO

import pytest

from parley.contract import Expectation, Language
from parley.listening.messages import (
    LENGTH,
    Answer,
    Cancel,
    Failed,
    Feed,
    Finish,
    Heard,
    Open,
    Partial,
    Prepare,
    answers,
)
from parley.listening.recognition import Transcript
from parley.listening.worker import Worker

RATE = 8_000
WORD, SILENCE = b"\x01\x00" * 4_000, bytes(2 * 400)
"""Half a second, and the silence that may be missing from what was prepared."""


class Engine:
    """Hears one word in each half second that is not silent."""

    name = "scripted"

    def __init__(self) -> None:
        self.finished: list[int] = []
        self.fails = False

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "Engine":
        self.heard = b""
        return self

    def feed(self, pcm: bytes) -> str:
        self.heard += pcm
        return "some " * self.heard.count(WORD)

    def finish(self, pcm: bytes) -> Transcript:
        self.finished.append(len(pcm))
        if self.fails:
            raise ValueError("no way through it")
        text = "word " * pcm.count(WORD)
        return Transcript(text=text.strip(), language="en", confidence=1.0, provider=self.name)

    def close(self) -> None:
        self.heard = b""


class Served:
    """A worker with one turn open."""

    def __init__(self) -> None:
        self.engine = Engine()
        self._out = BytesIO()
        self.worker = Worker(self.engine, 4, self._out)
        self.worker.take(Open(1, "en", RATE, Expectation()))

    def work(self) -> None:
        while self.worker.work():
            pass

    def said(self) -> list[Answer]:
        """What it sent since it was asked last."""
        data, found = self._out.getvalue(), []
        self._out.seek(0)
        self._out.truncate()
        while data:
            size = int.from_bytes(data[:LENGTH], "big")
            found.append(answers.decode(data[LENGTH : LENGTH + size]))
            data = data[LENGTH + size :]
        return found

    def texts(self) -> list[str]:
        return [each.text if isinstance(each, Partial) else each.transcript.text for each in self.said()]  # type: ignore[union-attr]


@pytest.fixture
def served() -> Served:
    return Served()


def test_a_pause_has_the_turn_recognised_and_its_end_then_costs_nothing(served: Served):
    served.worker.take(Prepare(1, WORD + SILENCE))
    served.work()
    assert served.texts() == ["word"]
    served.worker.take(Finish(1, WORD + SILENCE + SILENCE))
    assert served.texts() == ["word"]
    assert served.engine.finished == [len(WORD + SILENCE)]


def test_who_goes_on_after_a_pause_is_heard_to_the_end(served: Served):
    served.worker.take(Prepare(1, WORD + SILENCE))
    served.work()
    served.worker.take(Prepare(1, WORD + SILENCE + WORD + SILENCE))
    served.worker.take(Finish(1, WORD + SILENCE + WORD + SILENCE + WORD))
    assert served.texts() == ["word", "word word word"]


def test_other_sound_than_was_prepared_is_recognised_afresh(served: Served):
    served.worker.take(Prepare(1, SILENCE + WORD))
    served.work()
    served.worker.take(Finish(1, WORD + SILENCE))
    assert served.engine.finished == [len(WORD + SILENCE)] * 2


def test_the_end_of_a_turn_goes_before_what_was_to_be_prepared(served: Served):
    served.worker.take(Open(2, "en", RATE, Expectation()))
    served.worker.take(Prepare(1, WORD))
    served.worker.take(Finish(2, WORD + WORD))
    assert [type(each) for each in served.said()] == [Heard]
    served.work()
    assert served.texts() == ["word"]


def test_only_the_latest_pause_counts(served: Served):
    served.worker.take(Prepare(1, WORD))
    served.worker.take(Prepare(1, WORD + WORD))
    served.work()
    assert served.texts() == ["word word"]
    assert served.engine.finished == [len(WORD + WORD)]


def test_what_was_prepared_is_told_again_only_when_the_stream_says_something_new(served: Served):
    served.worker.take(Feed(1, WORD))
    served.work()
    served.worker.take(Prepare(1, WORD))
    served.work()
    served.worker.take(Feed(1, SILENCE))
    served.work()
    assert served.texts() == ["some ", "word"]
    served.worker.take(Feed(1, WORD))
    served.work()
    assert served.texts() == ["some some "]


def test_a_turn_that_cannot_be_prepared_fails_only_at_its_end(served: Served):
    served.engine.fails = True
    served.worker.take(Prepare(1, WORD))
    served.work()
    assert served.said() == []
    served.worker.take(Finish(1, WORD))
    assert [type(each) for each in served.said()] == [Failed]


def test_a_cancelled_turn_is_not_prepared(served: Served):
    served.worker.take(Prepare(1, WORD))
    served.worker.take(Cancel(1))
    served.work()
    assert served.engine.finished == []


def test_while_nobody_speaks_the_engine_makes_ahead(served: Served):
    left = [3, 2, 1]
    served.engine.make_ahead = lambda: bool(left and left.pop())
    served.worker.take(Open(1, "en", RATE, Expectation()))
    assert not served.worker.foresee()
    served.worker.take(Cancel(1))
    assert [served.worker.foresee() for _ in range(4)] == [True, True, True, False]
