"""The chart: words and what they combine into, bottom-up, at character positions.

A production says that a row of categories makes another category, and what it means:

    @grammar.rule("clock", "at? number minutes_word? past number")
    def _(at, minutes, _word, _past, hour): ...

`?` marks a part that may be absent (its argument is then None), `a|b` a choice. The function gets the values of the
parts and returns the value of the whole, or None when they do not go together. Productions with a common
beginning share it (they are kept as a trie), so that an utterance costs as much as the words in it have to say.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

MOST_TOKENS = 2500
"""More than any sentence gives; what a text built to be ambiguous gives beyond is dropped."""

Action = Callable[..., Any]


@dataclass(slots=True, eq=False)
class Token:
    """A stretch of text that has been understood as something."""

    category: str
    start: int
    end: int
    value: Any
    parts: tuple["Token", ...] = ()
    weight: float = 0.0
    """Preference among tokens of the same length; the sum of the productions' weights."""

    def find(self, *categories: str) -> Iterator["Token"]:
        """The topmost tokens of these categories inside, this one included, from left to right."""
        if self.category in categories:
            yield self
            return
        for part in self.parts:
            yield from part.find(*categories)


@dataclass(slots=True)
class _Rule:
    category: str
    action: Action
    places: tuple[int | None, ...]
    """For each argument of the action, which part it is; None: absent."""
    weight: float


@dataclass(slots=True)
class _State:
    """A place in the trie of productions."""

    next: dict[str, "_State"] = field(default_factory=dict)
    rules: list[_Rule] = field(default_factory=list)


@dataclass(slots=True)
class Grammar:
    """Productions of a language."""

    root: _State = field(default_factory=_State)

    def rule(self, category: str, *patterns: str, weight: float = 0.0) -> Callable[[Action], Action]:
        """Declare that each of `patterns` makes a `category`; decorates the function that gives its value."""

        def declare(action: Action) -> Action:
            for pattern in patterns:
                for symbols, places in _expand(pattern):
                    state = self.root
                    for symbol in symbols:
                        state = state.next.setdefault(symbol, _State())
                    state.rules.append(_Rule(category, action, places, weight))
            return action

        return declare

    def parse(self, words: Iterable[Token], skip: Callable[[int], int]) -> list[Token]:
        """Everything that `words` combine into, the words included. `skip` says where the next word may begin."""
        return _Chart(self, skip).run(list(words))


def _expand(pattern: str) -> Iterator[tuple[tuple[str, ...], tuple[int | None, ...]]]:
    choices: list[Sequence[str | None]] = []
    for part in pattern.split():
        names = part.removesuffix("?").split("|")
        choices.append([*names, None] if part.endswith("?") else names)
    for chosen in product(*choices):
        symbols = tuple(name for name in chosen if name is not None)
        if symbols:
            numbers = iter(range(len(symbols)))
            yield symbols, tuple(None if name is None else next(numbers) for name in chosen)


class _Chart:
    """One run: complete tokens by where they begin, and open productions by where they go on."""

    def __init__(self, grammar: Grammar, skip: Callable[[int], int]) -> None:
        self._root = grammar.root
        self._skip = skip
        self._done: dict[int, list[Token]] = {}
        self._open: dict[int, list[tuple[_State, tuple[Token, ...]]]] = {}
        self._agenda: list[Token] = []

    def run(self, words: list[Token]) -> list[Token]:
        self._agenda = words
        found: list[Token] = []
        while self._agenda and len(found) < MOST_TOKENS:
            token = self._agenda.pop()
            found.append(token)
            self._done.setdefault(token.start, []).append(token)
            if (state := self._root.next.get(token.category)) is not None:
                self._extend(state, (token,))
            for state, parts in self._open.get(token.start, ()):
                if (ahead := state.next.get(token.category)) is not None:
                    self._extend(ahead, (*parts, token))
        return found

    def _extend(self, state: _State, parts: tuple[Token, ...]) -> None:
        end = parts[-1].end
        for rule in state.rules:
            value = rule.action(*[None if place is None else parts[place].value for place in rule.places])
            if value is not None:
                weight = rule.weight + sum(part.weight for part in parts)
                self._agenda.append(Token(rule.category, parts[0].start, end, value, parts, weight))
        if state.next:
            at = self._skip(end)
            self._open.setdefault(at, []).append((state, parts))
            for token in tuple(self._done.get(at, ())):
                if (ahead := state.next.get(token.category)) is not None:
                    self._extend(ahead, (*parts, token))
