"""Word graphs: every way to say something, as the smallest automaton.

Templates written out as a grammar repeat the same slot at the end of fifty sentences, and a recogniser searches each
copy. Shared beginnings and shared ends make the search an order of magnitude cheaper, with the same result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class WordGraph:
    """A deterministic automaton without loops; state 0 is the beginning."""

    arcs: tuple[dict[str, int], ...]
    """For each state, the next state for each word."""
    finals: frozenset[int]
    """States in which the sentence may end."""

    def __len__(self) -> int:
        return len(self.arcs)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of it."""
        return frozenset(word for arcs in self.arcs for word in arcs)

    def accepts(self, sentence: Sequence[str]) -> bool:
        """Whether the sentence is one of those it stands for."""
        state = 0
        for word in sentence:
            if word not in self.arcs[state]:
                return False
            state = self.arcs[state][word]
        return state in self.finals

    def without(self, words: frozenset[str]) -> "WordGraph":
        """The same without the sentences that have one of these words."""
        kept = Sentences()
        offset = [kept.state() for _ in self.arcs]
        for state, arcs in enumerate(self.arcs):
            for word, after in arcs.items():
                if word not in words:
                    kept.word(offset[state], word, offset[after])
        kept.join(kept.start, offset[0])
        end = kept.state()
        for final in self.finals:
            kept.join(offset[final], end)
        return kept.graph(end)


class Sentences:
    """A set of sentences being put together: states joined by words, and by nothing."""

    def __init__(self) -> None:
        self._arcs: list[list[tuple[str, int]]] = []
        self._joins: list[list[int]] = []
        self.start = self.state()

    def state(self) -> int:
        """A new state, which nothing leads to yet."""
        self._arcs.append([])
        self._joins.append([])
        return len(self._arcs) - 1

    def word(self, before: int, word: str, after: int) -> None:
        self._arcs[before].append((word, after))

    def join(self, before: int, after: int) -> None:
        """Whoever is in `before` is in `after` as well."""
        self._joins[before].append(after)

    def insert(self, before: int, graph: WordGraph) -> int:
        """Any sentence of the graph after `before`; returns the state after it."""
        offset = len(self._arcs)
        for _ in graph.arcs:
            self.state()
        end = self.state()
        for state, arcs in enumerate(graph.arcs):
            self._arcs[offset + state] = [(word, offset + after) for word, after in arcs.items()]
        for final in graph.finals:
            self.join(offset + final, end)
        self.join(before, offset)
        return end

    def graph(self, end: int) -> WordGraph:
        """The smallest graph of all sentences from the start to `end`. There must be no loops."""
        return _minimal(*self._deterministic(end))

    def _closed(self, states: Iterable[int]) -> frozenset[int]:
        seen = set(states)
        waiting = list(seen)
        while waiting:
            for after in self._joins[waiting.pop()]:
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return frozenset(seen)

    def _deterministic(self, end: int) -> tuple[list[dict[str, int]], set[int]]:
        start = self._closed([self.start])
        number = {start: 0}
        waiting = [start]
        arcs: list[dict[str, int]] = [{}]
        while waiting:
            states = waiting.pop()
            after: dict[str, set[int]] = {}
            for state in states:
                for word, to in self._arcs[state]:
                    after.setdefault(word, set()).add(to)
            for word, reached in after.items():
                closed = self._closed(reached)
                if closed not in number:
                    number[closed] = len(arcs)
                    arcs.append({})
                    waiting.append(closed)
                arcs[number[states]][word] = number[closed]
        return arcs, {place for states, place in number.items() if end in states}


def _minimal(arcs: list[dict[str, int]], finals: set[int]) -> WordGraph:
    """States that go on alike made one, and states that lead nowhere left out."""
    kept: list[dict[str, int]] = [{}]
    kept_finals: set[int] = set()
    same: dict[tuple[bool, frozenset[tuple[str, int]]], int | None] = {(False, frozenset()): None}
    place: dict[int, int | None] = {}
    for state in _ends_first(arcs):
        onward = {word: to for word, after in arcs[state].items() if (to := place[after]) is not None}
        key = (state in finals, frozenset(onward.items()))
        if key not in same and state:
            same[key] = len(kept)
            kept.append(onward)
            if state in finals:
                kept_finals.add(len(kept) - 1)
        place[state] = same.get(key)
        if not state:
            kept[0] = onward
            if state in finals:
                kept_finals.add(0)
    return WordGraph(arcs=tuple(kept), finals=frozenset(kept_finals))


def _ends_first(arcs: list[dict[str, int]]) -> list[int]:
    """All states in an order in which whatever follows a state stands before it."""
    order: list[int] = []
    entered: set[int] = set()
    waiting = [(0, False)]
    while waiting:
        state, done = waiting.pop()
        if done:
            order.append(state)
        elif state not in entered:
            entered.add(state)
            waiting.append((state, True))
            waiting.extend((after, False) for after in arcs[state].values() if after not in entered)
    return order
