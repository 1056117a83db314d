"""Written callers, in sound, against the real server: each books what is written, and is written to about it."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from parley.audio import ulaw
from parley.contract import RequestInvalid
from parley.evaluation.calls.ear import Ear
from parley.evaluation.calls.script import Step, calls
from parley.evaluation.calls.voice import spoken
from parley.evaluation.evaluate import main as evaluate
from parley.evaluation.virtual_time import run_virtual
from parley.server.evaluate import main

FOLDER = Path(__file__).parents[1] / "calls"
WRITTEN = calls([FOLDER])


def test_every_caller_gets_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "calls.html"
    status = main([str(FOLDER), "--jobs", "2", "--html", str(report)])
    assert status == 0, capsys.readouterr().err
    page = report.read_text(encoding="utf-8")
    assert f"{len(WRITTEN)} played" in page
    assert all(call.name.replace("'", "&#x27;") in page for call in WRITTEN)


def test_ten_callers_speak_two_languages_and_do_all_that_callers_do() -> None:
    steps = [step for call in WRITTEN for step in (*call.steps, *call.again)]
    assert len(WRITTEN) >= 10
    assert {call.start.lang for call in WRITTEN} == {"en", "fr"}
    executed = {step.executed for step in steps}
    assert {
        "appointment.book",
        "appointment.reschedule",
        "appointment.cancel",
        "appointment.availability",
    } <= executed
    assert all(
        any(does(step) for step in steps)
        for does in (
            lambda step: step.manner == "whispering",
            lambda step: step.over is not None,
            lambda step: step.cut is not None,
            lambda step: step.silent is not None,
            lambda step: step.press is not None,
        )
    )


def sounds(*texts: str) -> list[np.ndarray]:
    async def all_of_them() -> list[bytes]:
        return [await spoken(Step(say=text), "en") for text in texts]

    return [ulaw.decode(sound).astype(np.float64) for sound in run_virtual(all_of_them())]


def test_the_ear_hears_what_is_in_the_sound_and_nothing_else() -> None:
    one, two, other = sounds("book a cleaning on Monday", "at three in the afternoon", "cancel my appointment")
    ear = Ear({"book a cleaning on Monday": one, "at three in the afternoon": two})
    gap = np.zeros(2000)
    assert (
        ear.text(np.concatenate((gap, one, gap, two, gap))) == "book a cleaning on Monday at three in the afternoon"
    )
    assert ear.text(one * 0.05) == "book a cleaning on Monday"
    assert ear.text(one[: len(one) // 2]) == "book a cleaning"
    assert ear.text(one[len(one) // 2 :]) == "on Monday"
    assert ear.text(other) == ""
    assert ear.text(gap) == ""


def test_a_step_is_one_thing() -> None:
    with pytest.raises(ValueError, match="a step says something"):
        Step(say="hello", press="1")


def test_a_file_holds_calls_or_conversations(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("talks: []")
    with pytest.raises(RequestInvalid, match="calls, conversations"):
        calls([file])


def test_the_documented_caller_can_be_played(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "telephone.md").read_text(encoding="utf-8")
    lines = page[page.index("    calls:\n") :].splitlines()
    written = [line[4:] for line in itertools.takewhile(lambda line: line.startswith("    "), lines)]
    file = tmp_path / "documented.yaml"
    file.write_text("\n".join(written), encoding="utf-8")
    (call,) = calls([file])
    assert [step.told for step in call.steps] == [
        "a blood test on Monday at nine thirty (whispering, over the reply)",
        "[1]",
    ]


def test_calls_need_a_server() -> None:
    assert evaluate([str(FOLDER)]) == 2
