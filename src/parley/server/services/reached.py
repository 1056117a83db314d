"""How the other services are reached: as the first provider of each list, with our own behind it where it may be."""

from collections.abc import Mapping
from typing import Any, Final

from parley.accounts.neighbour import Neighbour
from parley.contract import LANGUAGES, Language
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
    own = settings.listening
    kept_dir = own.kept_dir or settings.data_dir / "listening"
    recognisers, options = _in_front(settings, "stt", listening_remote.NAME, own.recognisers, own.options)
    return own.model_copy(update={"kept_dir": kept_dir, "recognisers": recognisers, "options": options})


def speaking(settings: Settings) -> SpeakingSettings:
    """With the synthesis service in front, where one is configured, and the phrase cache in the data directory."""
    own = settings.speaking
    directory = own.cache_directory or settings.data_dir / "speech"
    providers, options = _in_front(settings, "tts", speaking_remote.NAME, own.providers, own.options)
    return own.model_copy(update={"cache_directory": directory, "providers": providers, "options": options})


Lists = Mapping[Language, tuple[str, ...]]
"""The providers of each language, in the order in which they are tried."""
Options = Mapping[str, dict[str, Any]]


def _in_front(settings: Settings, service: str, name: str, lists: Lists, options: Options) -> tuple[Lists, Options]:
    """The lists with a service of the house as first provider, and its options; unchanged where there is none."""
    url = url_of(settings, service)
    if not url:
        return lists, options
    behind = lists if settings.service_fallback else {}
    own = {"url": url, "key": _key(settings)} | options.get(name, {})
    return {language: (name, *behind.get(language, ())) for language in LANGUAGES}, {**options, name: own}


def understanding(settings: Settings, own: Understander) -> Remote | None:
    """The understanding service, where one is configured. A language model that leads is asked from here."""
    url = url_of(settings, "nlu")
    if not url or settings.language_model.mode == "agent":
        return None
    return Remote(
        url,
        _key(settings),
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
        _key(settings),
        breaker=Breaker(failures_to_rest=FAILURES, rest_s=REST_S),
        fallback=settings.service_fallback,
        timeout_s=settings.service_timeout_s,
    )


def _key(settings: Settings) -> str:
    return settings.service_key.get_secret_value() if settings.service_key else ""
