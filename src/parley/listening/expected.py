"""From what the dialogue expects to the word graph that a grammar recogniser searches."""

from collections import defaultdict
from typing import Final

from parley.contract import Expectation, Kind, Language
from parley.listening.language_data import load
from parley.listening.phrasebook import Phrases, words_graph
from parley.listening.wordgraph import Sentences, WordGraph

ALWAYS: Final = ("yes", "no", "help", "repeat", "agent.handover", "smalltalk.bye")
"""Intents of the core that answer any question."""
MOST_INTENTS: Final = 6
"""Intents that one grammar can hold."""
MOST_ARCS: Final = 1_000
"""Words in the places of a grammar of wishes. A small one hears a command better than a language model does (95 of a
hundred coffee orders); a large one forces whatever is said into a sentence of its own, four times the wrong words.
"""
_SAID_AS: Final = {Kind.WEEKDAY: Kind.DATE}


def expected_graph(expectation: Expectation, phrases: Phrases, language: Language) -> WordGraph | None:
    """The sentences that are likely now: the answers to the question, or those of the open intents.

    None when too much is open for a grammar: all our sentences together take 0.4 s for a second of speech, and half a
    gigabyte.
    """
    answers = _answers(expectation, phrases, language)
    if answers is None:
        return _wishes(expectation, phrases)
    always = phrases.graph(intent for intent in ALWAYS if intent in phrases.intents)
    sentences = Sentences()
    end = sentences.state()
    for graph in (*answers, always):
        sentences.join(sentences.insert(sentences.start, graph), end)
    return sentences.graph(end)


def _wishes(expectation: Expectation, phrases: Phrases) -> WordGraph | None:
    """The sentences of the open intents; None when there are too many."""
    intents = expectation.intents or phrases.intents
    if len(intents) > MOST_INTENTS:
        return None
    graph = phrases.graph(intents, likely=_likely(expectation))
    return graph if sum(map(len, graph.arcs)) <= MOST_ARCS else None


def _answers(expectation: Expectation, phrases: Phrases, language: Language) -> list[WordGraph] | None:
    """Graphs of the answers to the question that was asked; None when none was."""
    values = [words_graph(phrase.text for phrase in expectation.phrases)] if expectation.phrases else []
    if expectation.kind:
        values.append(phrases.kind(_SAID_AS.get(expectation.kind, expectation.kind)))
        if expectation.kind in (Kind.DATE, Kind.TIME):
            values += [_both(phrases), phrases.kind(Kind.DATE), phrases.kind(Kind.TIME)]
    if not (values and (expectation.slot or expectation.kind)):
        return [] if expectation.yes_no else None
    return [_carried(values, language)]


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


def _both(phrases: Phrases) -> WordGraph:
    """A day and an hour, in either order."""
    day, hour = phrases.kind(Kind.DATE), phrases.kind(Kind.TIME)
    sentences = Sentences()
    end = sentences.insert(sentences.insert(sentences.start, day), hour)
    sentences.join(sentences.insert(sentences.insert(sentences.start, hour), day), end)
    return sentences.graph(end)


def _likely(expectation: Expectation) -> dict[str, list[str]]:
    likely: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in expectation.phrases:
        if phrase.slot:
            likely[phrase.slot].append(phrase.text)
    return dict(likely)
