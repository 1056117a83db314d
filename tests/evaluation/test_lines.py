"""A line may tell which domain it belongs to; what that skill serves is then likelier, and nothing is excluded."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from parley.evaluation import lines

WORDS = "could you move it to friday"


def understood(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **told: str) -> dict[str, Any]:
    line = {"text": WORDS, "lang": "en", "now": "2026-03-12T10:00:00", "tz": "America/Chicago", **told}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(line) + "\n"))
    assert lines.main_understand(["--jsonl"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_domain_makes_its_intents_likelier(monkeypatch, capsys):
    def share(domain: str) -> float:
        said = understood(monkeypatch, capsys, domain=domain)
        told = [(said["intent"], said["confidence"]), *said["alternatives"]]
        return sum(confidence for intent, confidence in told if intent.startswith("appointment."))

    assert share("tasks") < share("aviation") < share("appointment")


def test_a_domain_that_nobody_serves_changes_nothing(monkeypatch, capsys):
    assert understood(monkeypatch, capsys, domain="aviation") == understood(monkeypatch, capsys)


def test_the_command_starts_from_nothing():
    line = json.dumps({"text": WORDS, "lang": "en", "now": "2026-03-12T10:00:00", "tz": "America/Chicago"})
    command = [sys.executable, "-m", "parley.server.cli", "understand", "--jsonl"]
    done = subprocess.run(command, input=line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["intent"] == "appointment.reschedule"
