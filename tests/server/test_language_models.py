"""Which language models the settings give to conversations."""

import sys

import pytest

from parley.server.language_models import led, with_keys
from parley.server.settings import Settings
from parley.understanding.embedded import embedded

NAMES = ("API_KEY", "MODEL", "BASE_URL")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch):
    for vendor in ("OPENAI", "ANTHROPIC"):
        for name in NAMES:
            monkeypatch.delenv(f"{vendor}_{name}", raising=False)


def fields(settings: Settings) -> set[str]:
    return set(led(settings, embedded(), {}))


def test_without_a_key_nothing_is_added_and_no_client_is_loaded(monkeypatch: pytest.MonkeyPatch):
    for module in [name for name in sys.modules if name.split(".")[0] in ("openai", "anthropic")]:
        monkeypatch.delitem(sys.modules, module)
    assert fields(Settings()) == set()
    assert "openai" not in sys.modules
    assert "anthropic" not in sys.modules


@pytest.mark.parametrize(
    ("mode", "given"),
    [
        ("understanding", {"understand_async", "stands_alone", "close"}),
        ("agent", {"lead", "close"}),
        ("off", set()),
    ],
)
def test_the_mode_decides_what_a_model_does(mode: str, given: set[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_LANGUAGE_MODEL__MODE", mode)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert fields(Settings()) == given


def test_the_names_that_deployments_use_reach_the_providers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_MODEL", "one")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    monkeypatch.setenv("ANTHROPIC_MODEL", "two")
    options = with_keys(Settings()).options
    assert options["openai"] == {"url": "http://127.0.0.1:1/v1", "model": "one"}
    assert (options["anthropic"]["model"], options["anthropic"]["api_key"].get_secret_value()) == ("two", "k")


def test_what_stands_in_the_options_wins(monkeypatch: pytest.MonkeyPatch):
    settings = Settings(openai_api_key="k", language_model={"options": {"openai": {"model": "mine"}}})
    assert with_keys(settings).options["openai"]["model"] == "mine"
