import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from parley.contract import ConfigurationInvalid, Context
from parley.dialogue.rules import Rules, Threshold
from parley.dialogue.state import State
from parley.server import databases
from parley.server.house import taking
from parley.server.settings import Reloading, Settings
from parley.understanding.result import Understanding


@pytest.fixture
def layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_SETTINGS", str(tmp_path / "parley.toml"))
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))
    for name in ("DATABASE_URL", "PARLEY_DATABASE_URL", "DB_HOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_each_layer_goes_before_the_one_below(layers: Path, monkeypatch: pytest.MonkeyPatch):
    assert Settings().log_level == "INFO"
    (layers / "parley.toml").write_text('port = 9000\nlog_level = "WARNING"\n[db]\nhost = "file"\npool_size = 3\n')
    assert (Settings().port, Settings().db_host, Settings().db_pool_size) == (9000, "file", 3)
    monkeypatch.setenv("DB_HOST", "outside")
    monkeypatch.setenv("PARLEY_PORT", "9100")
    assert (Settings().port, Settings().db_host, Settings().log_level) == (9100, "outside", "WARNING")
    (layers / "runtime.json").write_text('{"log_level": "DEBUG"}')
    assert Settings().log_level == "DEBUG"


def test_parleys_own_name_goes_before_the_known_one(layers: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DB_HOST", "known")
    monkeypatch.setenv("PARLEY_DB_HOST", "own")
    assert Settings().db_host == "own"


def test_a_table_of_another_part_stays_whole(layers: Path, monkeypatch: pytest.MonkeyPatch):
    (layers / "parley.toml").write_text("[listening]\ntimeout_s = 3.0\n[listening.end_of_turn]\nusual_s = 0.9\n")
    assert Settings().listening.end_of_turn.usual_s == 0.9
    monkeypatch.setenv("PARLEY_LISTENING__TIMEOUT_S", "4")
    assert (Settings().listening.timeout_s, Settings().listening.end_of_turn.usual_s) == (4.0, 0.9)


@pytest.mark.parametrize("name", ["parley.toml", "runtime.json"])
def test_a_misspelt_name_is_told(layers: Path, name: str):
    (layers / name).write_text('{"prot": 1}' if name.endswith("json") else "prot = 1\n")
    with pytest.raises(ConfigurationInvalid, match="prot"):
        Settings()


def test_what_needs_a_restart_is_refused_at_run_time(layers: Path):
    (layers / "runtime.json").write_text('{"port": 1}')
    with pytest.raises(ConfigurationInvalid, match="port"):
        Settings()


def test_runtime_settings_are_read_again_when_they_change(layers: Path):
    current = Reloading()
    assert current().audio_days == 30
    (layers / "runtime.json").write_text(json.dumps({"audio_days": 7}))
    assert current().audio_days == 7


def test_a_running_server_keeps_its_settings_when_the_new_ones_are_broken(layers: Path):
    current = Reloading()
    before = current()
    (layers / "runtime.json").write_text("{")
    assert current() is before


def test_a_wrong_value_is_told_without_the_value(layers: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_PORT", "hunter2")
    with pytest.raises(ConfigurationInvalid, match="port") as refused:
        Reloading()()
    assert "hunter2" not in str(refused.value)


def test_lists_are_written_with_commas(layers: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_ALLOWED_HOSTS", "a.example, b.example")
    assert Settings().allowed_hosts == ("a.example", "b.example")


def test_postgresql_by_one_url(layers: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:s%40fe@db.example:5433/house?sslmode=require")
    described = databases.connection(Settings())
    assert {key: described[key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")} == {
        "HOST": "db.example",
        "PORT": 5433,
        "NAME": "house",
        "USER": "ann",
        "PASSWORD": "s@fe",
    }
    assert described["OPTIONS"]["sslmode"] == "require"
    assert described["OPTIONS"]["pool"]["max_size"] == 30


def test_a_database_nobody_knows_is_refused(layers: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "oracle://db/house")
    with pytest.raises(ConfigurationInvalid, match="oracle"):
        databases.connection(Settings())


def test_keys_reach_the_providers_own_libraries(layers: Path):
    (layers / "parley.toml").write_text('openai_api_key = "sk-1"\n')
    assert Settings().for_clients() == {"OPENAI_API_KEY": "sk-1"}


def test_the_example_names_known_settings_only():
    known = set(Settings.model_fields)
    for line in (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8").splitlines():
        if "=" in line and line.startswith("# ") and line[2:].split("=")[0].isupper():
            assert line[2:].split("=")[0].lower().removeprefix("parley_") in known, line


def test_the_figures_of_the_dialogue_are_settings(layers: Path, monkeypatch: pytest.MonkeyPatch):
    page = (Path(__file__).parents[2] / "docs" / "dialogue.md").read_text(encoding="utf-8")
    (layers / "parley.toml").write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    rules = Settings().dialogue
    assert rules == Rules(by_intent={"timer.set": Threshold(act=0.6)}), "the page shows what is there by itself"
    monkeypatch.setenv("PARLEY_DIALOGUE__THRESHOLD__ACT", "0.8")
    monkeypatch.setenv("PARLEY_DIALOGUE__FAILURES", "3")
    rules = Settings().dialogue
    assert (rules.of("alarm.set").act, rules.of("timer.set").act) == (0.8, 0.6)
    assert (rules.failures, rules.surest) == (3, 0.8)


@pytest.mark.django_db
def test_the_dialogue_of_the_house_follows_them():
    now = dt.datetime(2026, 3, 12, 10, tzinfo=dt.UTC)
    context = Context(now=now, zone=ZoneInfo("UTC"), language="fr", conversation_id="c", turn_id="1", channel="text")
    said = Understanding(text="blorf", language="fr", confidence=0.1)
    acts = [
        type(taking({}, rules, persistent=False)(State(language="fr"), said, context).acts[0]).__name__
        for rules in (Rules(), Rules(failures=1), Rules(failures=1, human=False))
    ]
    assert acts == ["Fallback", "OfferHuman", "Fallback"]


@pytest.mark.parametrize("wrong", ["threshhold = 1", 'formality = "rude"', "threshold = {act = 0.3}", "at_home = 7"])
def test_figures_of_the_dialogue_that_cannot_be_are_refused(layers: Path, wrong: str):
    (layers / "parley.toml").write_text(f"[dialogue]\n{wrong}\n")
    with pytest.raises(ValidationError):
        Settings()
