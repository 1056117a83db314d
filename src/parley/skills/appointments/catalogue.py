"""What the words of a caller name: the business that was called, one of its services, one of its staff."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from rapidfuzz import fuzz

from parley.contract import Context, Language
from parley.scheduling.models import Resource, Service, Site
from parley.scheduling.remembered import Remembered
from parley.skills.appointments.words import titled

_LIKE: Final = 84.0
"""Likeness in percent from which words name something."""
_LIKE_A_NAME: Final = 80.0
"""The same for the names of staff, which are few and often misheard."""
_BRIEF: Final[Mapping[Language, int]] = MappingProxyType({"en": 3, "fr": 3, "ko": 1})
"""Words of a language that still name a thing; more of them tell a story."""
_GENERIC: Final = 3
"""Words shorter than this name nobody ("Dr")."""


_catalogue: Final[Remembered[Any]] = Remembered(
    "appointment", seconds=lambda: float(settings.PARLEY.cache_appointment_ttl)
)


def site_of(context: Context) -> Site | None:
    """The business that was called: by its number, else the first that takes appointments."""
    called = context.facts.get("called_number")

    def ask() -> Site | None:
        sites = Site.objects.filter(business__isnull=False).order_by("pk")
        return (sites.filter(phone=called).first() if called else None) or sites.first()

    site: Site | None = _catalogue(("site", called), ask)
    return site


def services_of(site: Site) -> list[Service]:
    """What can be booked, in the order in which it was entered."""
    return list(_catalogue(("services", site.pk), lambda: list(site.services.filter(active=True).order_by("pk"))))


def staff_of(site: Site) -> list[Resource]:
    """Who gives it, by name."""

    def ask() -> list[Resource]:
        return list(site.resources.filter(active=True, kind=Resource.Kind.STAFF).order_by("name"))

    return list(_catalogue(("staff", site.pk), ask))


def service_named(words: str, services: Sequence[Service]) -> Service | None:
    """The service that the words name, in whatever language; else the one that is given for any reason."""
    named = [(_likeness(words, _service_words(service)), service) for service in services if not service.any_reason]
    score, best = max(named, key=lambda each: each[0], default=(0.0, None))
    if best is not None and score >= _LIKE:
        return best
    return next((service for service in services if service.any_reason), None)


def staff_named(words: str, staff: Sequence[Resource]) -> list[Resource]:
    """Everybody whom the words may name: one is clear, two share a name."""
    shared = Counter(word for person in staff for word in _own_words(person))
    scored = []
    for person in staff:
        own = {word for word in _own_words(person) if shared[word] == 1}
        by_word = max((fuzz.ratio(one, other) for one in _content(_plain(words)) for other in own), default=0.0)
        scored.append((max(by_word, _likeness(words, _staff_words(person))), person))
    best = max((score for score, _ in scored), default=0.0)
    return [person for score, person in scored if score == best] if best >= _LIKE_A_NAME else []


def default_service(services: Sequence[Service]) -> Service | None:
    """Whose free times are meant when none is named: the general one, else the shortest."""
    general = next((service for service in services if service.any_reason), None)
    return general or min(services, key=lambda service: service.duration, default=None)


def spoken_service(service: Service, words: str | None, language: Language) -> str:
    """How a service is called to the caller: by its name, or for a general one by the caller's own few words."""
    brief = words if words and len(words.split()) <= _BRIEF[language] else None
    return brief if service.any_reason and brief else service.name_in(language)


def spoken_name(person: Resource, language: Language) -> str:
    """How somebody is called."""
    return titled(str(person.spoken.get(language) or person.name), language)


def called(service: Service, language: Language) -> list[str]:
    """All that a service is called in a language, its name first."""
    return [service.name_in(language), *service.also.get(language, ())]


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one person's name."""
    return _likeness(one, [other]) >= _LIKE


def _service_words(service: Service) -> list[str]:
    others = (word for words in service.also.values() for word in words)
    return [*service.names.values(), *others, service.code.replace("-", " ")]


def _own_words(person: Resource) -> set[str]:
    return {word for name in _staff_words(person) for word in _content(_plain(name))}


def _staff_words(person: Resource) -> list[str]:
    return [person.name, *person.spoken.values()]


def _likeness(words: str, names: Iterable[str]) -> float:
    said = _plain(words)
    return max((_alike(said, _plain(name)) for name in names), default=0.0)


def _alike(said: str, name: str) -> float:
    if not said or not name:
        return 0.0
    if said == name:
        return 101.0
    inside = _content(said) & _content(name)
    if inside and (inside == _content(name) or inside == _content(said)):
        return 100.0 - abs(len(said) - len(name)) / 10
    return fuzz.ratio(said, name)


def _content(text: str) -> set[str]:
    return {word for word in text.split() if len(word) >= _GENERIC or not word.isascii()}


def _plain(text: str) -> str:
    """Lower case without accents; Hangul as single letters, which is how alike it sounds."""
    letters = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in kept).split())
