import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from parley.server import logs


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure(level="INFO", form="json", service="parley", secret="s")
    yield capsys
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def entry(written: pytest.CaptureFixture[str]) -> dict[str, object]:
    content: dict[str, object] = json.loads(written.readouterr().err)
    return content


def test_an_entry_is_json_with_what_is_asked_for(written: pytest.CaptureFixture[str]):
    with structlog.contextvars.bound_contextvars(correlation_id="c1"):
        structlog.get_logger("x").info("request", duration_ms=3.2)
    content = entry(written)
    assert content["timestamp"]
    del content["timestamp"]
    assert content == {
        "level": "info",
        "service": "parley",
        "correlation_id": "c1",
        "message": "request",
        "duration_ms": 3.2,
    }


def test_numbers_are_hashed_wherever_they_stand_and_words_are_withheld(written: pytest.CaptureFixture[str]):
    structlog.get_logger().warning("call of +15550100123", caller="+15550100123", transcript="my knee", name="Ann")
    content = entry(written)
    assert "5550100" not in str(content)
    assert str(content["caller"]).startswith("phone:")
    assert str(content["caller"]) in str(content["message"])
    assert (content["transcript"], content["name"]) == ("[withheld]", "[withheld]")


def test_a_number_in_an_exception_is_hashed_too(written: pytest.CaptureFixture[str]):
    try:
        raise ValueError("+15550100123 is busy")
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "5550100" not in str(entry(written))


def test_logs_of_other_libraries_take_the_same_form(written: pytest.CaptureFixture[str]):
    logging.getLogger("django.request").error("sent to %s", "+15550100123")
    content = entry(written)
    assert content["level"] == "error"
    assert content["service"] == "parley"
    assert "5550100" not in str(content)


def test_the_hash_needs_the_key():
    assert logs.Discreet("a").hashed("+15550100123") != logs.Discreet("b").hashed("+15550100123")
