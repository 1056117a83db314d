"""How the benchmark counts: right, ambiguous, wrong, nothing, and what is set aside with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.entities import main, outcome


def row(text: str, *values: Any, said: str = "", **more: Any) -> dict[str, Any]:
    """A row on Thursday 12 March 2026, ten o'clock; `said`: the words that have the values, else all of them."""
    said = said or text
    start = text.index(said)
    expected = [{"text": said, "start": start, "end": start + len(said), "values": list(values)}] if values else []
    told = {"type": "time", "lang": "en", "quality": "verified", "source": "facebook/duckling", **more}
    return {"text": text, "reference_time": "2026-03-12T10:00:00+00:00", "expected": expected, **told}


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        (row("tomorrow", "2026-03-13"), "right"),
        (row("tomorrow", "2026-03-20"), "wrong"),
        (row("next friday", "2026-03-13"), "ambiguous"),
        (row("next friday", "2026-03-20"), "right"),
        (row("next friday", "2026-03-21"), "wrong"),
        (row("the wotsit", "2026-03-13"), "nothing"),
        (row("tomorrow"), "wrong"),
        (row("tomorrow or on march 20", "2026-03-13", said="tomorrow"), "wrong"),
        (row("monday", "2026-03-09"), "convention"),
        (row("monday", "2026-03-10"), "wrong"),
        (row("in three days", {"start": "2026-03-13", "end": "2026-03-16"}), "convention"),
        (row("in three days", {"start": "2026-03-13", "end": "2026-03-19"}), "wrong"),
        (row("every tuesday and thursday", {"timex": "XXXX-WXX-2"}), "convention"),
        (row("every tuesday and thursday", {"timex": "XXXX-WXX-3"}), "wrong"),
        (row("fifty years old", "x", type="age"), "outside"),
    ],
)
def test_a_row_is_counted_as_what_became_of_it(asked: dict[str, Any], result: str) -> None:
    came = outcome(asked)
    assert came.result == result
    assert bool(came.reason) == (result in ("convention", "outside"))


def test_what_is_set_aside_is_counted_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [row("tomorrow", "2026-03-13"), row("monday", "2026-03-09"), row("next friday", "2026-03-13")]
    file.write_text("\n".join(json.dumps(each) for each in rows), encoding="utf-8")
    assert main(["--file", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (line,) = told["sets"]
    assert (line["right"], line["ambiguous"], line["convention"], line["wrong"]) == (1, 1, 1, 0)
    assert (line["right_share"], line["ambiguous_share"]) == (0.5, 0.5)
    (reason,) = told["set_aside"]["convention"]
    assert reason.startswith("rolls forward")
    assert main(["--file", str(file)]) == 0
    assert "set aside, by another convention: 1" in capsys.readouterr().out
