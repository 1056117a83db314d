"""English: how its words combine into dates and times, lengths, repetition and amounts."""

from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.lang import (
    en_amounts,
    en_clock,
    en_cycles,
    en_days,
    en_feasts,
    en_lengths,
    en_moments,
    en_months,
    en_repetition,
    en_spans,
)

_CONCERNS = (
    en_days, en_months, en_cycles, en_feasts, en_clock, en_moments, en_spans, en_lengths, en_repetition, en_amounts,
)  # fmt: skip


def grammar() -> Grammar:
    """The productions of English."""
    rules = Grammar()
    for concern in _CONCERNS:
        concern.add(rules)
    return rules
