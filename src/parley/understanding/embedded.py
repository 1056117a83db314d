"""Our own understanding: the trained model for intents and slots, the grammar for values, sound for names.

Works without a network, in a few milliseconds on one core, the same every time.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from parley.contract import LANGUAGES, Expectation, Kind, Language, Slot
from parley.understanding.context import closest, likely_names
from parley.understanding.entities import parse as read
from parley.understanding.facets import Facet
from parley.understanding.filling import Filled, filled
from parley.understanding.labels import Mark
from parley.understanding.lexicons import in_lexicon
from parley.understanding.recognising import known_of
from parley.understanding.result import OUT_OF_SCOPE, Understanding
from parley.understanding.scene import GRAMMAR, Scene, readings
from parley.understanding.tokens import MAX_CHARACTERS
from parley.understanding.trained import PACKAGED, Heard, IntentSchema, Knowledge, Trained
from parley.understanding.understander import NO_CONTEXT, NOTHING_EXPECTED

SHORT: Final = 4
"""Words up to which an answer may be a yes or a no that is only made likely by the question."""
AGREED: Final = 0.45
"""Probability from which a longer one may be."""
EXPECTED: Final = 4.0
"""How much likelier an intent becomes when the dialogue is in the middle of it."""
ASKED: Final = 6.0
"""How much likelier yes and no become when one of them was asked for."""
ANSWERED: Final = 0.9
"""Confidence in words that answer the question that was asked."""
MOST_OF_IT: Final = 0.45
"""Share of the letters that a value must cover to be taken for the answer to a question."""
ALTERNATIVES: Final = 4
LEAST: Final = 0.01
"""Probability under which an alternative is not worth telling."""
MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.PART_OF_DAY})
"""Kinds that are often told beside the answer to another question."""


class Embedded:
    """The understander that ships with Parley."""

    name = "embedded"

    def __init__(self, trained: Trained, *, country: str = "US") -> None:
        self._trained = trained
        self._country = country

    def understand(
        self,
        text: str,
        *,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation = NOTHING_EXPECTED,
        context: Mapping[str, Any] = NO_CONTEXT,
    ) -> Understanding:
        """See `Understander.understand`."""
        text = readable(text)
        scene = self.scene(language=language, now=now, zone=zone, expectation=expectation, context=context)
        heard = self._trained.hear(text, known_of(readings(text, scene)))
        if heard is None:
            return Understanding(text=text, language=language)
        ranked = self._ranked(heard, expectation, words=len(text.split()))
        intent, confidence = ranked[0]
        answer = self._answer(text, intent, confidence, heard, scene)
        if answer is not None:
            return answer
        marks = heard.labelling.marks(self._schema(intent).slots)
        found = self._filled(text, intent, marks, scene, heard.facets.get(intent))
        return Understanding(
            text=text,
            language=language,
            intent=intent,
            confidence=confidence,
            slots=found.slots,
            spans=found.spans,
            alternatives=tuple(ranked[1:]),
            ambiguous=found.ambiguous,
        )

    @property
    def knowledge(self) -> Knowledge:
        """The intents, slots and lexicons of the model."""
        return self._trained.knowledge

    def scene(
        self,
        *,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation = NOTHING_EXPECTED,
        context: Mapping[str, Any] = NO_CONTEXT,
    ) -> Scene:
        """Where and when words are said, as values are read from them."""
        return Scene(
            language=language,
            now=now.astimezone(zone),
            expectation=expectation,
            business_hours=expectation.business_hours,
            lexicons=self._trained.knowledge.lexicons.get(language, {}),
            names=likely_names(expectation, context),
            country=self._country,
        )

    def warm(self, languages: Sequence[Language] = LANGUAGES) -> None:
        """Load what the first utterance of each language would otherwise wait for."""
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        for language in languages:
            read("1", language=language, now=now)

    def _ranked(self, heard: Heard, expectation: Expectation, *, words: int) -> list[tuple[str, float]]:
        """Intents with confidence, best first, those that are expected raised."""
        names = self._trained.intents
        chances = heard.probabilities.copy()
        for index, name in enumerate(names):
            if name in expectation.intents:
                chances[index] *= EXPECTED
            if expectation.yes_no and name in {"yes", "no"}:
                chances[index] *= ASKED if words <= SHORT or heard.probabilities[index] >= AGREED else 0.1
        chances /= chances.sum()
        order = np.argsort(-chances)[: ALTERNATIVES + 1]
        best, unraised = int(order[0]), float(heard.probabilities.max())
        # Raising changes how sure the best one is by as much as it changes its odds.
        confidence = _moved(heard.confidence, unraised, float(chances[best]))
        rest = (1.0 - confidence) / max(1e-9, 1.0 - float(chances[best]))
        others = [
            (names[index], min(1.0, float(chances[index]) * rest)) for index in order[1:] if chances[index] > LEAST
        ]
        return [(names[best], confidence), *others]

    def _schema(self, intent: str) -> IntentSchema:
        return self._trained.knowledge.schemas.get(intent, IntentSchema())

    def _filled(
        self, text: str, intent: str, marks: Sequence[Mark], scene: Scene, facet: Facet | None = None
    ) -> Filled:
        schema = self._schema(intent)
        scene = _in(scene, schema)
        found = filled(text, schema.slots, marks, scene)
        if facet is not None and facet.slot in schema.slots:
            found = replace(found, slots={**found.slots, facet.slot: facet.value})
        return found

    def _answer(self, text: str, intent: str, confidence: float, heard: Heard, scene: Scene) -> Understanding | None:
        """The utterance as a bare answer to the question asked; None when it is more or other than that."""
        expectation = scene.expectation
        if not expectation.slot or not expectation.intents:
            return None
        open_intent = expectation.intents[0]
        schema = self._schema(open_intent)
        declared = schema.slots.get(expectation.slot)
        if declared is None:
            return None
        scene = _in(scene, schema)
        mark = _answering(text, expectation.slot, declared, heard.labelling.marks(), scene)
        if mark is None or (
            intent not in {open_intent, OUT_OF_SCOPE} and confidence >= ANSWERED and not _covers(text, mark)
        ):
            return None
        found = self._filled(text, open_intent, _with(heard.labelling.marks(schema.slots), mark), scene)
        if expectation.slot not in found.slots:
            return None
        return Understanding(
            text=text,
            language=scene.language,
            intent=open_intent,
            confidence=max(ANSWERED, confidence if intent == open_intent else 0.0),
            slots=found.slots,
            spans=found.spans,
            alternatives=((intent, confidence),) if intent != open_intent else (),
            ambiguous=found.ambiguous,
        )


def _in(scene: Scene, schema: IntentSchema) -> Scene:
    """The scene as an intent has it: opening hours, or the early hours of alarms."""
    return replace(
        scene, business_hours=scene.business_hours or schema.business_hours, early=scene.early or schema.early
    )


def _answering(text: str, slot: str, declared: Slot, marks: Sequence[Mark], scene: Scene) -> Mark | None:
    """Where the answer to the question for `slot` stands."""
    marked = next((mark for mark in marks if mark.slot == slot), None)
    if marked is not None:
        return marked
    if declared.kind in GRAMMAR:
        found = [
            each
            for each in readings(text, scene, kind=declared.kind, slot=slot)
            if _share(text, each.start, each.end) >= MOST_OF_IT
        ]
        return Mark(slot, found[-1].start, found[-1].end) if found else None
    named = _naming(text, slot, declared, scene)
    if named is None:
        return None
    # A day or an hour said in the same breath is no part of what was asked for.
    beside = [
        stretch
        for stretch in _beside_moments(text, scene)
        if _naming(text[slice(*stretch)], slot, declared, scene) == named
    ]
    start, end = max(beside, key=lambda stretch: stretch[1] - stretch[0], default=(0, len(text)))
    return Mark(slot, start, end)


def _naming(words: str, slot: str, declared: Slot, scene: Scene) -> Any:
    """What the words name, of a closed list or of the names that are likely; None when that is nothing."""
    if declared.kind is Kind.CHOICE:
        return in_lexicon(words, scene.lexicons.get(declared.lexicon or slot, {}))
    match = closest(words, slot, scene.names) if declared.kind is Kind.NAME else None
    return match and match.likely.value


def _beside_moments(text: str, scene: Scene) -> list[tuple[int, int]]:
    """The stretches of the text between the days and hours in it."""
    found = [each for each in readings(text, scene) if each.kind in MOMENTS]
    starts = [0, *(each.end for each in found)]
    ends = [*(each.start for each in found), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _with(marks: Sequence[Mark], answer: Mark) -> list[Mark]:
    kept = [mark for mark in marks if mark.end <= answer.start or answer.end <= mark.start]
    return [*kept, answer]


def _share(text: str, start: int, end: int) -> float:
    inside = sum(sign.isalnum() for sign in text[start:end])
    return inside / max(1, sum(sign.isalnum() for sign in text))


def _covers(text: str, mark: Mark) -> bool:
    return _share(text, mark.start, mark.end) >= MOST_OF_IT


def _moved(confidence: float, before: float, after: float) -> float:
    """The confidence after the probability it speaks of has changed."""
    if after == before:
        return confidence
    sure, old, new = (min(1 - 1e-6, max(1e-6, value)) for value in (confidence, before, after))
    odds = sure / (1 - sure) * (new / (1 - new)) / (old / (1 - old))
    return odds / (1 + odds)


def readable(text: str) -> str:
    """The text composed (NFC), without control characters, no longer than is read."""
    composed = unicodedata.normalize("NFC", text[: 2 * MAX_CHARACTERS])
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} else sign for sign in composed)
    return kept[:MAX_CHARACTERS]


@lru_cache(maxsize=4)
def _trained(path: Path) -> Trained:
    return Trained(path)


def embedded(settings: Any = None) -> Embedded:
    """The packaged understander, or that of the model file which `settings.understanding_model` names.

    Raises ConfigurationInvalid when there is no such file.
    """
    path = getattr(settings, "understanding_model", None) or PACKAGED
    return Embedded(_trained(Path(path)), country=getattr(settings, "country", None) or "US")
