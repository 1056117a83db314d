"""Which way of hearing a turn is right, and how sure that is. The figures are from recorded people and voices."""

import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from parley.listening.sphinx.searches import Heard

GRAMMAR_HEAD_START: Final = 0.3
"""Score by which the language model must beat a grammar, which is right more often."""
SURE_SCORE: Final = -1.35
"""How much worse than free phones an utterance may be. On people, what was heard rightly lies between -1.25 and -0.2
(40 of 40), and what is in no grammar below -1.5 (12 of 12; 20 more found no way through)."""
SURE_STEEPNESS: Final = 6.0
AGREED: Final = 0.75
"""Confidence of words on which grammar and language model agree, whatever the voice."""
SURE_CHANCE: Final = -7.8
"""Logarithm of the chance that the words have among all that the search kept: half of those at -7.8 have at most one
word wrong, nine of ten at -4, one of ten at -11.5."""
CHANCE_STEEPNESS: Final = 0.59


def ranking(by_model: Heard | None, by_grammar: Heard | None) -> list[Heard]:
    """What was heard, likeliest first, with a head start for the grammar."""
    scored = [(by_grammar.score + GRAMMAR_HEAD_START, by_grammar)] if by_grammar else []
    if by_model:
        scored.append((by_model.score, by_model))
    return [heard for _, heard in sorted(scored, key=lambda pair: -pair[0])]


def by_chance(heard: Heard) -> float:
    """How sure the best path of a language model is, 0 to 1."""
    return round(_logistic(CHANCE_STEEPNESS * (heard.chance - SURE_CHANCE)), 3)


def by_phones(ranked: Sequence[Heard], free: Heard | None) -> float:
    """How sure the first is where grammars took part, 0 to 1.

    Words that were really said are nearly as likely as the best phones of all; and two ways of hearing that agree
    are rarely both wrong.
    """
    agreed = 0.0
    if len(ranked) > 1:
        agreed = SequenceMatcher(None, ranked[0].text.split(), ranked[1].text.split()).ratio()
    if free is None:
        return round(0.5 + 0.4 * agreed, 3)
    apart = SURE_STEEPNESS * (ranked[0].acoustic - free.acoustic - SURE_SCORE)
    return round(max(_logistic(apart), AGREED * agreed**2), 3)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))
