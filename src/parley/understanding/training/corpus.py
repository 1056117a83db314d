"""Utterances without end, from the sentence files of the skills.

A source is a folder with `sentences/<language>.yaml` (intents and rules), `lexicons/<language>.yaml` (words of each
value) and `samples/<language>.yaml` (example words of open slots). Sentences and samples that are many stand in
further files, one theme each, in `sentences/<language>/` and `samples/<language>/`. What a source does not have is
looked up in the words that all share, beside this package.
"""

import math
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from parley.contract import LANGUAGES, ConfigurationInvalid, Intent, Kind, Language, Slot
from parley.contract.pages import read_pages, read_yaml
from parley.understanding.facets import Facet, facet_slot
from parley.understanding.labels import Mark
from parley.understanding.lexicons import in_lexicon
from parley.understanding.training.beside import company_of
from parley.understanding.training.examples import Example
from parley.understanding.training.noise import Disturbance, disturbed
from parley.understanding.training.strangers import Strangers
from parley.understanding.training.templates import Piece, Rules, Template, parse

SHARED: Final = Path(__file__).parent.parent
CODE_SWITCHED: Final = 0.03
"""Share of slots whose words come from another language."""
CORRECTED: Final = 0.02
"""Share of grammar slots that the speaker says twice, the second time as meant."""
STRANGE: Final = 0.12
"""Share of open slots whose words are made up: what they are, only the words around them tell."""
USUAL: Final = 60
"""Templates of an intent of usual size."""
MOST: Final = 2.5
"""How many times more, or less, than usual an intent is said at most."""
HELD_BACK: Final = 20
"""One template in so many is not trained on: confidence is calibrated there."""
_OPEN: Final = frozenset({Kind.TEXT, Kind.NAME})
_CORRECTABLE: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DURATION, Kind.NUMBER, Kind.WEEKDAY, Kind.QUANTITY})

Lexicons = Mapping[str, Mapping[str, Sequence[str]]]
"""Lexicon, value, words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A folder of sentences with the intents that they say."""

    folder: Path
    intents: Mapping[str, Intent]


class Speech:
    """One source in one language: its templates, and words for its slots."""

    def __init__(self, source: Source, language: Language) -> None:
        self.language = language
        self._intents = source.intents
        content = read_pages(source.folder / "sentences", language)
        self.where = f"{source.folder.name}/sentences/{language}.yaml"
        own, shared = _words(source.folder, language), _words(SHARED, language)
        self.lexicons: Lexicons = {**shared.lexicons, **own.lexicons}
        self._samples, self._shared_samples = own.samples, shared.samples
        self._rules = Rules(
            _templates(content.get("rules", {}), self.where), above=Rules(own.samples, above=Rules(shared.samples))
        )
        self.templates = _templates(content.get("intents", {}), self.where)
        unknown = sorted(set(self.templates) - set(source.intents))
        if unknown:
            raise ConfigurationInvalid(f"{self.where}: no such intents: {', '.join(unknown)}", intents=unknown)
        self._others: tuple[Speech, ...] = ()
        self._company = company_of(language)
        words = (*own.samples.values(), *shared.samples.values())
        self._strangers = Strangers(template.source for templates in words for template in templates)

    def beside(self, others: Sequence["Speech"]) -> None:
        """Tell it the same source in other languages, whose words get into its sentences now and then."""
        self._others = tuple(each for each in others if each is not self and each.templates)

    def weights(self, intent: str, templates: Sequence[Template]) -> list[float]:
        """How often each template of an intent is said: more often when there are more ways to say it."""
        return [1.0 + math.log(max(1.0, self._rules.ways(template))) for template in templates]

    def say(self, intent: str, template: Template, chance: random.Random) -> list[Piece]:
        """The template once, with words in its slots. Raises ConfigurationInvalid that names file and template."""

        def fill(slot: str, rule: str | None, chance: random.Random) -> str:
            speech = self
            if self._others and rule is None and chance.random() < CODE_SWITCHED:
                other = chance.choice(self._others)
                speech = other if other.has_words(intent, slot) else self
            return speech.words(intent, slot, rule, chance)

        try:
            return self._rules.say(template, fill, chance)
        except ConfigurationInvalid as error:
            raise ConfigurationInvalid(f"{self.where}: {intent}: {template.source!r}: {error.message}") from error

    def facet(self, intent: str, pieces: Sequence[Piece]) -> Facet | None:
        """What the words of the intent's facet say, where it has one and they are among the pieces."""
        slots = self._intents[intent].slots
        name = facet_slot({slot: slots.slot_of(slot) for slot in slots.model_fields})
        words = next((piece.text for piece in pieces if piece.slot == name), None) if name else None
        if name is None or words is None:
            return None
        value = in_lexicon(words, self.lexicons.get(slots.slot_of(name).lexicon or name, {}))
        return None if value is None else Facet(name, value)

    def kind(self, intent: str, slot: str) -> Slot:
        """How a slot is read. Raises ConfigurationInvalid for one that the intent does not have."""
        try:
            return self._intents[intent].slots.slot_of(slot)
        except KeyError as error:
            raise ConfigurationInvalid(f"{intent} has no slot {{{slot}}}", slot=slot) from error

    def words(self, intent: str, slot: str, rule: str | None, chance: random.Random) -> str:
        """Words for a slot: of the rule that it names, its lexicon, the samples of the source, or of all."""
        declared = self.kind(intent, slot)
        if rule is not None:
            templates = self._rules.get(rule)
            if templates:
                return self._spoken(chance.choice(templates), chance)
            if rule in self.lexicons:
                return self._of_lexicon(rule, chance)
            raise ConfigurationInvalid(f"no rule is called {rule} in {{{slot}:{rule}}}", rule=rule)
        lexicon = declared.lexicon or slot
        if declared.kind is Kind.CHOICE and lexicon in self.lexicons:
            return self._of_lexicon(lexicon, chance)
        if samples := self._samples_of(slot, declared):
            return self._spoken(chance.choice(samples), chance)
        if lexicon in self.lexicons:
            return self._of_lexicon(lexicon, chance)
        raise ConfigurationInvalid(f"no samples and no lexicon for {{{slot}}} ({declared.kind})", slot=slot)

    def accompanied(self, intent: str, pieces: list[Piece], chance: random.Random) -> list[Piece]:
        """The pieces, now and then with a clause before or after them."""
        return self._company.beside(self._intents[intent], pieces, self, chance)

    def estranged(self, intent: str, piece: Piece, chance: random.Random) -> Piece:
        """The piece, or one of made-up words where an open slot gets such."""
        if piece.slot is None or self.kind(intent, piece.slot).kind not in _OPEN or chance.random() >= STRANGE:
            return piece
        return Piece(self._strangers.among(piece.text, chance), piece.slot)

    def has_words(self, intent: str, slot: str) -> bool:
        """Whether this language has words for the slot by itself, without a rule that a template names."""
        declared = self.kind(intent, slot)
        return (declared.lexicon or slot) in self.lexicons or bool(self._samples_of(slot, declared))

    def _samples_of(self, slot: str, declared: Slot) -> Sequence[Template]:
        return (
            self._samples.get(slot)
            or self._shared_samples.get(slot)
            or self._shared_samples.get(declared.kind.value, ())
        )

    def _spoken(self, template: Template, chance: random.Random) -> str:
        pieces = self._rules.say(template, lambda slot, rule, chance: self._any(rule or slot, chance), chance)
        return "".join(piece.text for piece in pieces)

    def _any(self, name: str, chance: random.Random) -> str:
        templates = self._rules.get(name)
        return self._spoken(chance.choice(templates), chance) if templates else self._of_lexicon(name, chance)

    def _of_lexicon(self, lexicon: str, chance: random.Random) -> str:
        try:
            values = self.lexicons[lexicon]
        except KeyError as error:
            raise ConfigurationInvalid(f"no lexicon is called {lexicon}", lexicon=lexicon) from error
        return chance.choice(values[chance.choice(list(values))])


@dataclass(frozen=True, slots=True)
class _Words:
    lexicons: Lexicons
    samples: Mapping[str, Sequence[Template]]


def _words(folder: Path, language: Language) -> _Words:
    lexicons = {
        name: {str(value): [str(word) for word in words] for value, words in values.items()}
        for name, values in read_yaml(folder / "lexicons" / f"{language}.yaml").items()
    }
    return _Words(
        lexicons, _templates(read_pages(folder / "samples", language), f"{folder.name}/samples/{language}.yaml")
    )


def _templates(content: Mapping[str, Any], where: str) -> dict[str, list[Template]]:
    return {
        name: [parse(str(source), where=f"{where}: {name}") for source in _list(sources)]
        for name, sources in content.items()
    }


def _list(sources: Any) -> Sequence[Any]:
    return sources if isinstance(sources, list) else [sources]


class Corpus:
    """All sources in all languages."""

    def __init__(self, sources: Sequence[Source], *, languages: Sequence[Language] = LANGUAGES) -> None:
        self.speeches: list[Speech] = []
        for source in sources:
            same = [Speech(source, language) for language in languages]
            for speech in same:
                speech.beside(same)
            self.speeches += same
        self._disturbances = {language: Disturbance.of(language) for language in languages}

    def examples(self, *, each: int, held_back: bool = False, noise: bool = True, seed: int = 7) -> Iterator[Example]:
        """About `each` utterances of every intent in every language; of held-back templates or of all others."""
        chance = random.Random(seed)
        for speech in self.speeches:
            for intent, templates in speech.templates.items():
                chosen = [template for template in templates if is_held_back(template) == held_back]
                if not chosen:
                    continue
                weights = speech.weights(intent, chosen)
                for template in chance.choices(chosen, weights, k=share_of(len(templates), each)):
                    pieces = self._corrected(speech, intent, speech.say(intent, template, chance), chance)
                    facet = template.facet or speech.facet(intent, pieces)
                    if noise:
                        pieces = speech.accompanied(intent, pieces, chance)
                        pieces = [speech.estranged(intent, piece, chance) for piece in pieces]
                        pieces = disturbed(pieces, self._disturbances[speech.language], chance)
                    yield joined(pieces, intent, facet, language=speech.language)

    def _corrected(self, speech: Speech, intent: str, pieces: list[Piece], chance: random.Random) -> list[Piece]:
        for place, piece in enumerate(pieces):
            if piece.slot and chance.random() < CORRECTED and speech.kind(intent, piece.slot).kind in _CORRECTABLE:
                correction = chance.choice(self._disturbances[speech.language].corrections)
                first = speech.words(intent, piece.slot, None, chance)
                pieces[place] = Piece(f"{first} {correction} {piece.text}", piece.slot)
        return pieces


def share_of(templates: int, each: int) -> int:
    """How many utterances an intent gets: more where there are more ways to say it."""
    return round(each * min(MOST, max(1 / MOST, math.sqrt(templates / USUAL))))


def is_held_back(template: Template) -> bool:
    """Whether a template is kept from training; the same in every run."""
    return zlib.crc32(template.source.encode()) % HELD_BACK == 0


def joined(
    pieces: Sequence[Piece], intent: str, facet: Facet | None = None, *, language: Language | None = None
) -> Example:
    """Pieces as one text, with single spaces, and the places of their slots."""
    text = ""
    marks: list[Mark] = []
    for piece in pieces:
        words = " ".join(piece.text.split())
        if not words:
            text += " " if piece.text and text and not text.endswith(" ") else ""
            continue
        if piece.text[0].isspace() and text and not text.endswith(" "):
            text += " "
        if piece.slot:
            marks.append(Mark(piece.slot, len(text), len(text) + len(words)))
        text += words
        if piece.text[-1].isspace():
            text += " "
    return Example(text=text.rstrip(), intent=intent, marks=tuple(marks), language=language, facet=facet)
