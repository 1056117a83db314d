"""From what the dialogue expects to the word graph that a grammar recogniser searches: small ones only.

A small grammar hears a command better than a language model does (95 of a hundred coffee orders). A large one forces
whatever is said into a sentence of its own: an answer heard through all days and hours, in any order, had twice the
wrong words. What is wide is heard through the language model of its scene (`sphinx/scene.py`).
"""

from collections import defaultdict
from typing import Final

from parley.contract import Expectation, Kind, Language
from parley.listening.language_data import load
from parley.listening.phrasebook import Phrases, words_graph
from parley.listening.wordgraph import Sentences, WordGraph

MOST_INTENTS: Final = 6
"""Intents that one grammar can hold."""
MOST_ARCS: Final = 1_000
"""Words in the places of a grammar of wishes."""
_SINGLY: Final = frozenset({Kind.PHONE, Kind.SPELLING})
"""Said a digit or letter at a time: any may follow any."""


def expected_graph(expectation: Expectation, phrases: Phrases, language: Language) -> WordGraph | None:
    """The sentences that are likely now: the answers to the question, or those of the open intents.

    None when too much is open for a grammar.
    """
    if not is_question(expectation):
        return _wishes(expectation, phrases)
    values = _values(expectation, phrases)
    if not values:
        return None
    sentences = Sentences()
    end = sentences.state()
    for graph in (_carried(values, language), phrases.graph(("yes", "no"))):
        sentences.join(sentences.insert(sentences.start, graph), end)
    return sentences.graph(end)


def is_question(expectation: Expectation) -> bool:
    """Whether something in particular was asked."""
    return bool(expectation.slot or expectation.kind or expectation.yes_no)


def _wishes(expectation: Expectation, phrases: Phrases) -> WordGraph | None:
    """The sentences of the open intents; None when there are too many."""
    intents = expectation.intents or phrases.intents
    if len(intents) > MOST_INTENTS:
        return None
    graph = phrases.graph(intents, likely=_likely(expectation))
    return graph if sum(map(len, graph.arcs)) <= MOST_ARCS else None


def _values(expectation: Expectation, phrases: Phrases) -> list[WordGraph]:
    """What answers the question: the likely phrases for it, and digits and letters."""
    values = [words_graph(each.text for each in expectation.phrases if each.slot == expectation.slot)]
    if expectation.kind in _SINGLY:
        values.append(phrases.kind(expectation.kind))
    return [value for value in values if value.words]


def _carried(values: list[WordGraph], language: Language) -> WordGraph:
    """The values as people answer with them: alone, or behind a few words (it's …, on …, make it …)."""
    sentences = Sentences()
    end = sentences.state()
    behind = sentences.insert(sentences.start, words_graph(load("answers", language)["before"]))
    sentences.join(sentences.start, behind)
    for value in values:
        sentences.join(sentences.insert(behind, value), end)
    after = sentences.insert(end, words_graph(load("answers", language)["after"]))
    sentences.join(end, after)
    return sentences.graph(after)


def _likely(expectation: Expectation) -> dict[str, list[str]]:
    likely: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in expectation.phrases:
        if phrase.slot:
            likely[phrase.slot].append(phrase.text)
    return dict(likely)
