"""How the other services are reached: as the first provider of each list, with our own behind it where it may be."""

from typing import Any

from parley.contract import LANGUAGES
from parley.listening.providers import remote as listening_remote
from parley.listening.settings import ListeningSettings
from parley.server.services.table import url_of
from parley.server.settings import Settings
from parley.speaking.providers import remote as speaking_remote
from parley.speaking.settings import SpeakingSettings
from parley.understanding.attentive import Attentive
from parley.understanding.remote import Remote
from parley.understanding.understander import Understander


def listening(settings: Settings) -> ListeningSettings:
    """With the recognition service in front, where one is configured."""
    own, url = settings.listening, url_of(settings, "stt")
    if not url:
        return own
    behind = own.recognisers if settings.service_fallback else {}
    name = listening_remote.NAME
    return own.model_copy(
        update={
            "recognisers": {language: (name, *behind.get(language, ())) for language in LANGUAGES},
            "options": own.options | {name: _options(settings, url) | own.options.get(name, {})},
        }
    )


def speaking(settings: Settings) -> SpeakingSettings:
    """With the synthesis service in front, where one is configured, and the phrase cache in the data directory."""
    own, url = settings.speaking, url_of(settings, "tts")
    if own.cache_directory is None:
        own = own.model_copy(update={"cache_directory": settings.data_dir / "speech"})
    if not url:
        return own
    behind = own.providers if settings.service_fallback else {}
    name = speaking_remote.NAME
    return own.model_copy(
        update={
            "providers": {language: (name, *behind.get(language, ())) for language in LANGUAGES},
            "options": own.options | {name: _options(settings, url) | own.options.get(name, {})},
        }
    )


def understanding(settings: Settings, own: Understander) -> Remote | None:
    """The understanding service, where one is configured. A language model that leads is asked from here."""
    url = url_of(settings, "nlu")
    if not url or settings.language_model.mode == "agent":
        return None
    return Remote(
        url,
        settings.service_key.get_secret_value() if settings.service_key else "",
        instead=Attentive(own) if settings.service_fallback else None,
        timeout_s=settings.service_timeout_s,
    )


def _options(settings: Settings, url: str) -> dict[str, Any]:
    return {"url": url, "key": settings.service_key.get_secret_value() if settings.service_key else ""}
