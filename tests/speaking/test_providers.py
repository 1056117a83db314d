"""Every file in the folder is a provider, and one from outside is found by its entry point."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from parley.contract import ConfigurationInvalid
from parley.speaking.providers import PROVIDERS, opened
from parley.speaking.settings import SpeakingSettings

KEYS = ("ELEVENLABS_API_KEY", "OPENAI_API_KEY", "NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET")


@pytest.mark.parametrize("name", PROVIDERS.names())
def test_every_provider_opens_or_says_why_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    try:
        synthesiser = opened(name, SpeakingSettings())
    except ConfigurationInvalid:
        return
    assert synthesiser.name == name
    assert all(synthesiser.abilities.voices.values())


def test_every_name_in_the_default_order_exists() -> None:
    assert {name for names in SpeakingSettings().providers.values() for name in names} <= set(PROVIDERS.names())


def test_a_key_in_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELEVENLABS_API_KEY", "from the environment")
    assert opened("elevenlabs", SpeakingSettings()).name == "elevenlabs"


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="typo"):
        opened("espeak", SpeakingSettings(options={"espeak": {"typo": 1}}))


def test_a_package_from_outside_adds_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("outside", "parley.speaking.providers.espeak:provider", "parley.synthesis")
    monkeypatch.setattr("parley.contract.providers.entry_points", EntryPoints([entry]).select)
    assert opened("outside", SpeakingSettings()).name == "espeak"


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(ConfigurationInvalid) as raised:
        opened("nobody", SpeakingSettings())
    assert "espeak" in raised.value.details["known"]
