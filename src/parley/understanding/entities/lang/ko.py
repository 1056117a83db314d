"""Korean: the productions, by what they are about.

Words are found with and without spaces, and particles follow everything: the small category `of` takes in those that
may stand between a date and its time. Numbers are of two rows: hours and things are counted with native numerals,
minutes, days and months with Sino-Korean ones (`Number.counting` says which were said).
"""

from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.lang import (
    ko_amounts,
    ko_clock,
    ko_cycles,
    ko_days,
    ko_intervals,
    ko_lengths,
    ko_repetition,
)


def grammar() -> Grammar:
    """The productions of Korean."""
    rules = Grammar()
    for part in (ko_days, ko_cycles, ko_clock, ko_lengths, ko_intervals, ko_repetition, ko_amounts):
        part.add(rules)
    return rules
