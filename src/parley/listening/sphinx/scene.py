"""What is being talked about: which sentences are likely then. Each scene has a language model of its own.

Whoever is asked for a day mostly says a day, and sometimes "no, the other one", a wish, or goodbye. A model of all
that anybody may say to anyone hears twice as many of these answers wrong.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from parley.contract import Expectation, Kind, Language
from parley.listening.expected import is_question
from parley.listening.language_data import load
from parley.listening.phrasebook import Phrasebook, Phrases

ALWAYS: Final = ("yes", "no", "help", "repeat", "agent.handover", "smalltalk.bye")
"""Intents of the core that answer any question."""
EVERYTHING: Final = 60_000
"""Sentences where nothing is known, as many of each intent."""
FEWEST: Final = 150
"""Of an intent, however many intents there are."""
AT_HOME: Final = 16_000
"""Of all the intents for which a conversation was opened,"""
BESIDE: Final = 150
"""and of each other one."""
ANSWERS: Final = 5_000
CORRECTED: Final = 1_800
AGREED: Final = 800
"""Of each intent that answers any question."""
GOES_ON: Final = 4_000
"""Of the intents that are about the same,"""
LEAVES: Final = 40
"""and of each other one."""
CARRIED: Final = 0.4
"""How often words stand before the value of an answer,"""
FOLLOWED: Final = 0.15
"""and after it."""
_WHEN: Final = frozenset({Kind.DATE, Kind.TIME, Kind.WEEKDAY, Kind.PART_OF_DAY, Kind.DATE_RANGE})
_WORDS_OF_ITS_OWN: Final = frozenset({Kind.NAME, Kind.PHONE, Kind.SPELLING, Kind.DURATION})


class Scene(NamedTuple):
    """As much of an expectation as changes what is likely to be said."""

    intents: tuple[str, ...] = ()
    """Those that are open; none: all are."""
    question: bool = False
    domain: str = ""
    """What the question is about: the beginning of the names of its intents."""
    slot: str | None = None
    kind: Kind | None = None

    @classmethod
    def of(cls, expectation: Expectation) -> "Scene":
        """The scene in which something is expected."""
        if not is_question(expectation):
            return cls(intents=tuple(sorted(expectation.intents)))
        domain = expectation.intents[0].partition(".")[0] if expectation.intents else ""
        return cls.asked(domain, expectation.slot, expectation.kind)

    @classmethod
    def asked(cls, domain: str, slot: str | None, kind: Kind | None) -> "Scene":
        """The scene of a question. One for a day is one for an hour as well: many answer both."""
        if kind in _WHEN:
            return cls(question=True, domain=domain, kind=Kind.DATE)
        if kind in _WORDS_OF_ITS_OWN:
            return cls(question=True, domain=domain, slot=slot, kind=kind)
        return cls(question=True, domain=domain)


def questions(phrasebook: Phrasebook) -> Iterator[Scene]:
    """The scenes of everything that may be asked for."""
    known = set[Scene]()
    for source in phrasebook.sources:
        for intent, slots in source.slots.items():
            domain = intent.partition(".")[0]
            known.add(Scene.asked(domain, None, None))
            known.update(Scene.asked(domain, slot, kind) for slot, (kind, _) in slots.items())
    yield from sorted(known, key=str)


def sentences(scene: Scene, phrases: Phrases, language: Language) -> Iterator[str]:
    """What is said in a scene, the likely more often; the same every time."""
    chance = Random(7)
    if scene.question:
        yield from _answers(scene, phrases, language, chance)
        return
    if not scene.intents:
        yield from _drawn(phrases, max(FEWEST, EVERYTHING // max(1, len(phrases.intents))), chance)
        return
    yield from _drawn(phrases, AT_HOME // len(scene.intents), chance, scene.intents)
    yield from _drawn(phrases, BESIDE, chance)
    yield from _drawn(phrases, AGREED, chance, ALWAYS)


def _answers(scene: Scene, phrases: Phrases, language: Language, chance: Random) -> Iterator[str]:
    words = load("answers", language)
    values = list(_values(scene, phrases, language, chance))
    for value in values:
        before = chance.choice(words["before"]) if chance.random() < CARRIED else ""
        after = chance.choice(words["after"]) if chance.random() < FOLLOWED else ""
        yield " ".join(filter(None, (before, value, after)))
    agreed = AGREED if values else 3 * AGREED
    yield from _drawn(phrases, agreed, chance, ("yes", "no"))
    yield from _drawn(phrases, AGREED, chance, ALWAYS[2:])
    about = tuple(intent for intent in phrases.intents if intent.partition(".")[0] == scene.domain)
    if phrases.kinds(about) & _WHEN:
        for value in _whens(CORRECTED // 3, phrases, language, chance):
            yield chance.choice(words["corrections"]).format(value)
    yield from _drawn(phrases, GOES_ON // max(1, len(about)), chance, about)
    yield from _drawn(phrases, LEAVES, chance)


def _values(scene: Scene, phrases: Phrases, language: Language, chance: Random) -> Iterator[str]:
    if scene.kind is Kind.DATE:
        return _whens(ANSWERS // 3, phrases, language, chance)
    return phrases.values(scene.domain, scene.slot, scene.kind, count=ANSWERS, chance=chance)


def _whens(each: int, phrases: Phrases, language: Language, chance: Random) -> Iterator[str]:
    """Days, times of day, both together, and what is less exact."""
    days, times = (_of_kind(kind, 2 * each, phrases, chance) for kind in (Kind.DATE, Kind.TIME))
    yield from days[:each]
    yield from times[:each]
    both = load("answers", language)["day_and_time"]
    for day, time in zip(days[each:], times[each:], strict=False):
        yield chance.choice(both).format(day=day, time=time)
    yield from _of_kind(Kind.PART_OF_DAY, each // 4, phrases, chance)
    yield from _of_kind(Kind.DATE_RANGE, each // 4, phrases, chance)


def _of_kind(kind: Kind, count: int, phrases: Phrases, chance: Random) -> list[str]:
    return list(phrases.values("", None, kind, count=count, chance=chance))


def _drawn(phrases: Phrases, each: int, chance: Random, intents: tuple[str, ...] | None = None) -> Iterator[str]:
    return (text for _, text in phrases.samples(each=each, chance=chance, intents=intents))
