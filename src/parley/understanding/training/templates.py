"""Sentence templates: read from YAML, and said once in a random way.

Templates are written in hassil's syntax: `[optional]`, `(a|b)`, `(a;b)` in any order, `<rule>`, `{slot}`, and
`{slot:rule}` for a slot whose words come from a named rule. A template may end in `#slot=value`: what the whole of it
tells without a word for it.
"""

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from parley.contract import ConfigurationInvalid
from parley.understanding.facets import Facet

_FACET: Final = re.compile(r"\s*#(\w+)=(\w+)$")
MANY: Final = 1e9
"""More ways to say a template than matter."""


class Piece(NamedTuple):
    """A stretch of text, and the slot that it fills, if any."""

    text: str
    slot: str | None = None


Fill = Callable[[str, str | None, random.Random], str]
"""Words for a slot: its name, the rule that it names, chance."""


@dataclass(frozen=True, slots=True)
class Template:
    """One way to say an intent, with everything it leaves open."""

    source: str
    expression: Expression
    facet: Facet | None = None
    """What the whole of it tells: `#slot=value` at its end."""


def parse(source: str, *, where: str) -> Template:
    """A template from its source. Raises ConfigurationInvalid that names the place."""
    try:
        told = _FACET.search(source)
        words = source[: told.start()] if told else source
        return Template(source, parse_sentence(words).expression, Facet(*told.groups()) if told else None)
    except (ParseError, ValueError) as error:
        raise ConfigurationInvalid(f"{where}: cannot read {source!r}: {error}", place=where) from error


class Rules:
    """Named pieces of templates. What a file does not know is looked up in the files it builds on."""

    def __init__(self, rules: Mapping[str, Sequence[Template]], *, above: "Rules | None" = None) -> None:
        self._rules = rules
        self._above = above
        self._ways: dict[str, float] = {}

    def get(self, name: str) -> Sequence[Template]:
        """The alternatives of a rule; empty when nobody knows it."""
        found = self._rules.get(name)
        if found:
            return found
        return self._above.get(name) if self._above else ()

    def say(self, template: Template, fill: Fill, chance: random.Random) -> list[Piece]:
        """One random way to say the template. Raises ConfigurationInvalid for a rule that nobody knows."""
        pieces: list[Piece] = []
        self._say(template.expression, fill, chance, pieces)
        return pieces

    def _say(self, item: Expression, fill: Fill, chance: random.Random, into: list[Piece]) -> None:
        match item:
            case TextChunk():
                into.append(Piece(item.original_text))
            case RuleReference():
                self._say(self._pick(item.rule_name, chance).expression, fill, chance, into)
            case ListReference():
                rule = item.slot_name if item.slot_name != item.list_name else None
                into.append(Piece(fill(item.list_name, rule, chance), item.list_name))
            case Alternative():
                self._say(chance.choice(item.items), fill, chance, into)
            case Permutation():
                for each in chance.sample(item.items, len(item.items)):
                    self._say(each, fill, chance, into)
                    into.append(Piece(" "))
            case Group():
                for each in item.items:
                    self._say(each, fill, chance, into)

    def _pick(self, name: str, chance: random.Random) -> Template:
        known = self.get(name)
        if not known:
            raise ConfigurationInvalid(f"no rule is called <{name}>", rule=name)
        return chance.choice(known)

    def ways(self, template: Template) -> float:
        """In how many ways it can be said, at most `MANY`; neither slots nor words from other files count."""
        return self._count(template.expression)

    def _count(self, item: Expression) -> float:
        match item:
            case RuleReference():
                if item.rule_name not in self._ways:
                    own = self._rules.get(item.rule_name, ())
                    self._ways[item.rule_name] = sum(self.ways(each) for each in own) or 1.0
                return self._ways[item.rule_name]
            case Alternative():
                return min(MANY, sum(map(self._count, item.items)))
            case Group():
                return min(MANY, math.prod(map(self._count, item.items)))
        return 1.0
