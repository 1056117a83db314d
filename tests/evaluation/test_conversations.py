"""Every written conversation, dialogue and skills alone; and the machine's way in."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.contract import RequestInvalid
from parley.evaluation.evaluate import main as evaluate
from parley.evaluation.judge import Played, Verdict, judge
from parley.evaluation.lines import main_converse, main_understand
from parley.evaluation.report import html, junit
from parley.evaluation.script import Conversation, conversations
from parley.evaluation.world import Start, country_of

FOLDER = Path(__file__).parents[1] / "conversations"
WRITTEN = conversations([FOLDER])


@pytest.mark.django_db
@pytest.mark.parametrize("conversation", WRITTEN, ids=lambda each: f"{each.start.lang}: {each.name}")
def test_a_conversation_goes_as_written(conversation: Conversation) -> None:
    assert judge(conversation, as_written=True).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "share"), [("en", 0.9), ("fr", 0.92), ("ko", 0.91)])
def test_the_shipped_model_serves_nearly_all_conversations(language: str, share: float) -> None:
    spoken = [each for each in WRITTEN if each.start.lang == language]
    failed = [each.name for each in spoken if not judge(each).went_right]
    assert len(spoken) - len(failed) >= share * len(spoken), failed


@pytest.mark.django_db
def test_words_understood_otherwise_are_told_from_a_person_served_otherwise() -> None:
    written = {
        "name": "understood otherwise",
        "start": {"lang": "en", "now": "2026-03-12T10:00", "tz": "America/Chicago"},
        "turns": [{"say": "what time is it", "understood": {"intent": "date.get"}, "executed": "time.get"}],
    }
    verdict = judge(Conversation.model_validate(written))
    assert (verdict.right, verdict.went_right) == (False, True)
    assert verdict.faults == ["“what time is it”: understood as time.get, not date.get"]
    assert "Served as written" in html([verdict])


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_there_are_enough_conversations_in_every_language(language: str) -> None:
    assert sum(each.start.lang == language for each in WRITTEN) >= 40


@pytest.mark.django_db
def test_what_goes_otherwise_is_named() -> None:
    wrong = Conversation.model_validate(
        {
            "name": "wrong on purpose",
            "start": {"lang": "en", "now": "2026-03-12T10:00", "tz": "America/Chicago"},
            "turns": [
                {"say": "a timer", "understood": {"intent": "timer.set"}, "asks": "time", "reply": "Which day"}
            ],
            "database": [{"model": "everyday.Timer"}],
        }
    )
    faults = judge(wrong, as_written=True).faults
    assert faults[0] == "“a timer”: asks for duration, not time"
    assert "does not say" in faults[1]
    assert faults[2] == "everyday.Timer {}: 0, not 1"


@pytest.mark.django_db
def test_one_conversation_leaves_nothing_for_the_next() -> None:
    setting = next(each for each in WRITTEN if each.name == "a timer is set and rings")
    assert [judge(setting, as_written=True).right for _ in range(2)] == [True, True]


@pytest.mark.django_db
def test_the_reports_name_what_failed(tmp_path: Path) -> None:
    turn = Played(said="<b>", answered="", wrong=("asks for \x00 nothing",))
    verdicts = [Verdict(name="bad & ugly", file="x.yaml", language="en", turns=(turn,))]
    page, xml = html(verdicts), junit(verdicts)
    assert "&lt;b&gt;" in page
    assert "1 failed" in page
    assert 'failures="1"' in xml
    assert "bad &amp; ugly" in xml
    assert "\x00" not in xml
    file = FOLDER / "en" / "everyday.yaml"
    assert evaluate([str(file), "--as-written", "--html", str(tmp_path / "r.html"), "--jobs", "1"]) == 0
    assert f"{len(conversations([file]))} played" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("conversations: [{name: x}]")
    with pytest.raises(RequestInvalid, match=r"broken\.yaml"):
        conversations([broken])
    assert evaluate([str(broken)]) == 2


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/Paris", "FR"), ("Asia/Seoul", "KR"), ("America/Toronto", "CA"), ("UTC", None)]
)
def test_the_zone_tells_the_country(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


def test_a_wall_time_is_taken_in_its_zone() -> None:
    start = Start.model_validate({"now": "2026-03-12T10:00", "tz": "Asia/Seoul"})
    assert start.moment.isoformat() == "2026-03-12T10:00:00+09:00"
    with pytest.raises(RequestInvalid):
        _ = Start.model_validate({"now": "2026-03-12T10:00", "tz": "Mars/Olympus"}).moment


def lines(path: Path, *rows: Any) -> str:
    """A file of JSON lines."""
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


@pytest.mark.django_db
def test_conversing_by_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = {"start": {"lang": "en", "now": "2026-03-12T10:00", "tz": "America/Chicago", "context": {}}}
    file = lines(
        tmp_path / "in", start, {"user": "set a timer for ten minutes"}, start, {"user": "how much time is left"}
    )
    assert main_converse(["--jsonl", file]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["executed"] == "timer.set"
    assert first["slots"] == {"duration": "PT10M"}
    assert first["asks_for"] is None
    assert second["reply"] == "No timer is running."


@pytest.mark.django_db
def test_a_wrong_line_harms_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = {"start": {"lang": "en", "now": "2026-03-12T10:00", "tz": "UTC"}}
    file = lines(tmp_path / "in", "{", "[]", {"user": "hi"}, start, {"user": "what time is it"})
    assert main_converse(["--jsonl", file]) == 1
    *wrong, right = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [each["error"]["code"] for each in wrong] == ["REQ_001"] * 3
    assert right["executed"] == "time.get"


@pytest.mark.django_db
def test_a_world_that_cannot_be_made_is_an_error_and_no_other_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = {"lang": "en", "now": "2026-03-12T10:00", "tz": "UTC"}
    broken = {"start": {**start, "context": {"bookings": [{"id": "b1"}]}}}
    liberal = {"start": {**start, "domain": None, "context": None, "note": "ours"}, "id": 7}
    file = lines(tmp_path / "in", {"start": start}, broken, {"user": "hi"}, liberal, {"user": "what time is it"})
    assert main_converse(["--jsonl", file]) == 1
    *wrong, right = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [each["error"]["code"] for each in wrong] == ["REQ_001"] * 2
    assert right["executed"] == "time.get"


def test_bytes_that_are_no_text_harm_one_line_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in"
    deep = b"[" * 100_000
    good = json.dumps({"text": "what time is it", "now": "2026-03-12T10:00", "tz": "UTC"}).encode()
    file.write_bytes(b"\xff\xfe{\n" + deep + b"\n" + good + b"\n")
    assert main_understand(["--jsonl", str(file)]) == 1
    *wrong, right = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [each["error"]["code"] for each in wrong] == ["REQ_001"] * 2
    assert right["intent"] == "time.get"


@pytest.mark.parametrize(("domain", "intent"), [("booking", "appointment.cancel"), ("healthcare", "care.cancel")])
def test_the_domain_of_a_line_decides_between_what_is_said_alike(
    domain: str, intent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"text": "cancel my appointment", "now": "2026-03-12T10:00", "tz": "UTC", "domain": domain}
    assert main_understand(["--jsonl", lines(tmp_path / "in", said)]) == 0
    assert json.loads(capsys.readouterr().out)["intent"] == intent


def test_understanding_by_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"text": "set a timer for ten minutes", "now": "2026-03-12T10:00:00-05:00", "tz": "America/Chicago"}
    assert main_understand(["--jsonl", lines(tmp_path / "in", said)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["intent"], found["slots"], found["lang"]) == ("timer.set", {"duration": "PT10M"}, "en")
