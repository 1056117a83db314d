"""How the other services are reached: as the first provider of each list, with our own behind it where it may be."""

from typing import Any, Final

from parley.accounts.neighbour import Neighbour
from parley.contract import LANGUAGES
from parley.listening.providers import remote as listening_remote
from parley.listening.settings import ListeningSettings
from parley.messaging import posting
from parley.messaging.posting import Post
from parley.server.services.table import url_of
from parley.server.settings import Settings
from parley.skills.appointments import desk as desks
from parley.skills.appointments.desk import Desk
from parley.speaking.breaker import Breaker
from parley.speaking.providers import remote as speaking_remote
from parley.speaking.settings import SpeakingSettings
from parley.understanding.attentive import Attentive
from parley.understanding.remote import Remote
from parley.understanding.understander import Understander

FAILURES: Final = 3
"""In a row, after which a service is left alone,"""
REST_S: Final = 30.0
"""for so long."""


def listening(settings: Settings) -> ListeningSettings:
    """With the recognition service in front, where one is configured, and what is compiled in the data directory."""
    own, url = settings.listening, url_of(settings, "stt")
    if own.kept_dir is None:
        own = own.model_copy(update={"kept_dir": settings.data_dir / "listening"})
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


def desk(settings: Settings) -> Desk:
    """Where conversations book: at the service for it, where one is configured."""
    neighbour = _neighbour(settings, "appointments")
    return desks.Remote(neighbour) if neighbour else desks.Own()


def post(settings: Settings) -> Post:
    """Where answers to text messages go: to the service for it, where one is configured."""
    neighbour = _neighbour(settings, "sms")
    return posting.Remote(neighbour) if neighbour else posting.Own()


def _neighbour(settings: Settings, name: str) -> Neighbour | None:
    url = url_of(settings, name)
    if not url:
        return None
    return Neighbour(
        name,
        url,
        settings.service_key.get_secret_value() if settings.service_key else "",
        breaker=Breaker(failures_to_rest=FAILURES, rest_s=REST_S),
        fallback=settings.service_fallback,
        timeout_s=settings.service_timeout_s,
    )


def _options(settings: Settings, url: str) -> dict[str, Any]:
    return {"url": url, "key": settings.service_key.get_secret_value() if settings.service_key else ""}
