"""What people may say, from the skills' sentence files: as word graphs for grammars, and as samples for a model.

Templates stand in hassil's syntax; see `docs/skills.md`. What a recogniser has no word for (`1st`, `3:30`) is left
out here: the same thing always stands beside it in words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any, Final

from hassil.expression import Alternative, Expression, Group, ListReference, Permutation, RuleReference, TextChunk
from hassil.parse_expression import parse_sentence

from parley.contract import Intent, Kind, Language
from parley.contract.pages import read_pages, read_yaml
from parley.listening.wordgraph import Sentences, WordGraph

_APART: Final = re.compile(r"[^\w'’]+")
_DIGIT: Final = re.compile(r"\d")
_TOLD: Final = re.compile(r"\s*#\w+=\w+$")
"""What the whole of a template tells, which nobody says."""
MOST_PERMUTED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One folder with `sentences/`, `lexicons/` and `samples/`, and what its slots are. Goes to worker processes."""

    folder: str
    slots: Mapping[str, Mapping[str, tuple[Kind, str | None]]] = field(default_factory=dict)
    """For each intent, for each slot, its kind and its lexicon."""

    @classmethod
    def of(cls, folder: Path, intents: Iterable[Intent]) -> "Source":
        """The source of a skill."""
        return cls(folder=str(folder), slots={intent.name: dict(_slots(intent)) for intent in intents})


def _slots(intent: Intent) -> Iterator[tuple[str, tuple[Kind, str | None]]]:
    for name in intent.slots.model_fields:
        slot = intent.slots.slot_of(name)
        yield name, (slot.kind, slot.lexicon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """All sources. The last one holds the words that all share (`samples/` with one entry for each kind of slot)."""

    sources: tuple[Source, ...] = ()

    def of(self, language: Language) -> "Phrases":
        """Everything that may be said in a language."""
        return Phrases([_Pages(source, language) for source in self.sources])


class _Pages:
    """The files of one source in one language."""

    def __init__(self, source: Source, language: Language) -> None:
        folder = Path(source.folder)
        sentences = read_pages(folder / "sentences", language)
        self.slots = source.slots
        self.intents: dict[str, list[Expression]] = {
            name: [_parsed(text) for text in _listed(texts)] for name, texts in sentences.get("intents", {}).items()
        }
        samples = read_pages(folder / "samples", language)
        self.rules = {
            name: [_parsed(text) for text in _listed(texts)]
            for name, texts in {**samples, **sentences.get("rules", {})}.items()
        }
        for name, values in read_yaml(folder / "lexicons" / f"{language}.yaml").items():
            plain = (_escaped(word) for value in values.values() for word in _listed(value))
            words = [_parsed(word) for word in plain if word.strip()]  # a comma can be read, and not be said
            self.rules.setdefault(name, []).extend(words)


class Phrases:
    """What may be said in one language."""

    def __init__(self, pages: Sequence[_Pages]) -> None:
        self._pages = pages
        self._graphs: dict[tuple[int, str], WordGraph] = {}

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent that has sentences."""
        return tuple(name for pages in self._pages for name in pages.intents)

    def graph(self, intents: Iterable[str], *, likely: Mapping[str, Sequence[str]] | None = None) -> WordGraph:
        """Every sentence of these intents. `likely` has the phrases that are likely in certain slots just now."""
        wanted = set(intents)
        sentences = Sentences()
        end = sentences.state()
        for pages in self._pages:
            for intent in wanted & set(pages.intents):
                writer = _Writer(self, pages, sentences, intent, likely or {})
                for expression in pages.intents[intent]:
                    sentences.join(writer.write(expression, sentences.start), end)
        return sentences.graph(end)

    def kind(self, kind: Kind) -> WordGraph:
        """Every way to say a value of a kind; empty when the shared words have none."""
        return self.rule(self._pages[-1], kind.value) if self._pages else words_graph(())

    def rule(self, pages: _Pages, name: str) -> WordGraph:
        """Every way to say a named rule, lexicon or sample, of its own source or else of the shared one."""
        key = (self._pages.index(pages), name)
        if key not in self._graphs:
            sentences = Sentences()
            end = sentences.state()
            for expression in self.expressions(pages, name):
                sentences.join(_Writer(self, pages, sentences, None, {}).write(expression, sentences.start), end)
            self._graphs[key] = sentences.graph(end)
        return self._graphs[key]

    def expressions(self, pages: _Pages, name: str) -> Sequence[Expression]:
        """The alternatives of a rule."""
        return pages.rules.get(name) or self._pages[-1].rules.get(name) or ()

    def slot_rule(self, pages: _Pages, intent: str | None, item: ListReference) -> str:
        """The rule whose words fill a slot: the one that it names, its lexicon, its samples, those of its kind."""
        if item.slot_name != item.list_name:
            return item.slot_name
        kind, lexicon = pages.slots.get(intent or "", {}).get(item.list_name, (None, None))
        names = (lexicon, item.list_name, kind and kind.value)
        return next((name for name in names if name and self.expressions(pages, name)), item.list_name)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every sentence."""
        rows = (pages.intents.values() for pages in self._pages)
        rules = (pages.rules.values() for pages in self._pages)
        texts = (
            text for row in (*rows, *rules) for expressions in row for each in expressions for text in _texts(each)
        )
        return frozenset(word for text in texts for word in spoken_words(text) or ())

    def samples(
        self, *, each: int, chance: Random, intents: Collection[str] | None = None
    ) -> Iterator[tuple[str, str]]:
        """`each` random sentences of every intent (or of these), as pairs of both; none with a figure."""
        for pages in self._pages:
            for intent, expressions in pages.intents.items():
                if intents is None or intent in intents:
                    for text in self._drawn(pages, intent, expressions, each, chance):
                        yield intent, text

    def values(
        self, domain: str, slot: str | None, kind: Kind | None, *, count: int, chance: Random
    ) -> Iterator[str]:
        """Random words for a slot of a domain's intents, by its lexicon, its own samples, or those of its kind."""
        for pages in self._pages:
            intents = [each for each, slots in pages.slots.items() if slot in slots and each.startswith(f"{domain}.")]
            for intent in intents:
                rule = self.slot_rule(pages, intent, ListReference(slot or ""))
                if expressions := self.expressions(pages, rule):
                    yield from self._drawn(pages, intent, expressions, count, chance)
                    return
        if kind and self._pages and (expressions := self.expressions(self._pages[-1], kind.value)):
            yield from self._drawn(self._pages[-1], "", expressions, count, chance)

    def kinds(self, intents: Collection[str]) -> frozenset[Kind]:
        """The kinds of all slots of these intents."""
        rows = (pages.slots.get(intent, {}) for pages in self._pages for intent in intents)
        return frozenset(kind for row in rows for kind, _ in row.values())

    def _drawn(
        self, pages: _Pages, intent: str, expressions: Sequence[Expression], count: int, chance: Random
    ) -> Iterator[str]:
        for _ in range(count):
            if words := spoken_words(" ".join(self._said(pages, intent, chance.choice(expressions), chance))):
                yield " ".join(words)

    def _said(self, pages: _Pages, intent: str, item: Expression, chance: Random) -> Iterator[str]:
        match item:
            case TextChunk():
                yield item.original_text
            case RuleReference() | ListReference():
                name = item.rule_name if isinstance(item, RuleReference) else self.slot_rule(pages, intent, item)
                if expressions := self.expressions(pages, name):
                    yield from self._said(pages, intent, chance.choice(expressions), chance)
            case Alternative():
                yield from self._said(pages, intent, chance.choice(item.items), chance)
            case Group():
                items = chance.sample(item.items, len(item.items)) if isinstance(item, Permutation) else item.items
                for each in items:
                    yield from self._said(pages, intent, each, chance)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes expressions of one intent into a set of sentences."""

    phrases: Phrases
    pages: _Pages
    sentences: Sentences
    intent: str | None
    likely: Mapping[str, Sequence[str]]

    def write(self, item: Expression, state: int) -> int:
        """The expression after `state`; returns the state after it."""
        match item:
            case TextChunk():
                return self._text(item.original_text, state)
            case RuleReference():
                return self.sentences.insert(state, self.phrases.rule(self.pages, item.rule_name))
            case ListReference():
                return self._slot(item, state)
            case Alternative():
                return self._any([[each] for each in item.items], state)
            case Permutation():
                return self._any(permutations(item.items[:MOST_PERMUTED]), state)
            case Group():
                for each in item.items:
                    state = self.write(each, state)
                return state
        raise TypeError(f"an expression of an unknown form: {item!r}")

    def _any(self, ways: Iterable[Iterable[Expression]], state: int) -> int:
        end = self.sentences.state()
        for way in ways:
            last = state
            for each in way:
                last = self.write(each, last)
            self.sentences.join(last, end)
        return end

    def _text(self, text: str, state: int) -> int:
        words = spoken_words(text)
        if words is None:
            return self.sentences.state()
        for word in words:
            after = self.sentences.state()
            self.sentences.word(state, word, after)
            state = after
        return state

    def _slot(self, item: ListReference, state: int) -> int:
        rule = self.phrases.slot_rule(self.pages, self.intent, item)
        end = self.sentences.insert(state, self.phrases.rule(self.pages, rule))
        if likely := self.likely.get(item.list_name):
            self.sentences.join(self.sentences.insert(state, words_graph(likely)), end)
        return end


def _texts(item: Expression) -> Iterator[str]:
    """The plain words of an expression."""
    if isinstance(item, TextChunk):
        yield item.original_text
    elif isinstance(item, Group):
        for each in item.items:
            yield from _texts(each)


def words_graph(phrases: Iterable[str]) -> WordGraph:
    """A graph of whole phrases."""
    sentences = Sentences()
    end = sentences.state()
    for phrase in phrases:
        state = sentences.start
        for word in spoken_words(phrase) or ():
            after = sentences.state()
            sentences.word(state, word, after)
            state = after
        if state != sentences.start:
            sentences.join(state, end)
    return sentences.graph(end)


def spoken_words(text: str) -> list[str] | None:
    """The words of a text as a recogniser has them, in lower case; None when it has figures."""
    if _DIGIT.search(text):
        return None
    words = (word.strip("'") for word in _APART.split(text.lower().replace("’", "'")))
    return [word for word in words if word]


def _listed(texts: Any) -> list[str]:
    return [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]


def _escaped(word: str) -> str:
    return re.sub(r"[^\w\s'’]", " ", word)


def _parsed(text: str) -> Expression:
    return parse_sentence(_TOLD.sub("", text)).expression
