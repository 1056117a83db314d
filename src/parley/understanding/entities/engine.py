"""One engine for all languages: from a text to everything in it that is a time, a number or an amount.

Adding a language takes two files and no change here:

`data/<language>.yaml`
    boundaries      true where words are set apart and a letter may not touch a word found; false for Korean
    fillers         words skipped anywhere between others (`um`, `euh`, 음)
    numerals        the numerals, in groups: `{words: {value: [forms]}, kind: add|times|scale,
                    takes: below what may be added, ordinal: true, bare: true when it stands alone}`
                    (see `numerals.py`)
    number_words    forms of `and`, `point`, `minus`; `and_from`: what must still be addable for "and" to join
    words           category: {value: [forms]} or category: [forms] — the terminals of the productions
    parts           part of the day: {name (of the shared vocabulary), hours: [from, to], forms: […], tonight?: days}
    feasts          feast (a key of `holidays.yaml`): [forms]
    units           unit of amount (`tablet`, `mg` …): [forms]
    after_day       words that may follow a day of the month said alone (`the second at three`, not `the second one`)
    folded          true where words are known without their accents, too
    decimal_comma   true where 1,5 is one and a half, and 1 500 or 1.500 fifteen hundred
    clock24         true where people count the hours to 24, so that nine is in the morning
    articles        numerals that are an article as well (`un`): numbers only where one is waited for or alone
    regional        country: {words, parts, feasts: as above, not: forms that mean something else there}
    edges           without boundaries: what may touch a word found, and words that are none (see `edges.py`)
    email           how e-mail addresses are said (see `emails.py`)
    spelling        how letters are said (see `spelling.py`)
    corrections     what stands between a slip and its correction (`no`, `I mean`)

`lang/<language>.py`
    grammar() -> Grammar: the productions (word order only; see `chart.py` for how they are written). Terminals are
    the categories of `words`, and these, which the engine finds by itself:
      number (Number), ordinal (Number)  from the numerals            clock (Clock), mday (Dated)  written with digits
      part (Part)  from `parts`          feast (a rule)  from `feasts`          amount_unit (str)  from `units`
      comma, hyphen, period              punctuation
    Productions end in the categories of `TOPS`; only those are read out. Values:
      date, mday  calendar.Dated     time, clock  moments.Clock or Moment     moment  moments.Moment
      interval  moments.Interval     length, shift  moments.Length       recurrence  str (RRULE parts)
      recurring  (RRULE parts, Moment or Interval): a repetition and its time of day
      paired  Number said in pairs (`one twenty two`): only where a number is waited for
      digit_group  str, digits of a telephone number (see `build.digit_group`)
      frequency  str (`n/P1D`)       quantity  (float, unit)      number, ordinal  Number
      the_day  Dated: a day of the month that could be a rank (`the first`); taken where nothing but a word of
               `after_day` follows
      void  True: words that would be a date if there were such a day; they are taken, and give nothing
      soft  Moment: only where the dialogue waits for a date or a time
    The semantics (rolling forward, opening hours, ambiguity, month ends) are in `calendar.py` and `moments.py` and
    are the same for all languages: build values with their functions (`dated`, `relative`, `cycle`, `shifted`,
    `inside`, `nth`, `portion`, `upcoming`, `holiday` …) and resolve nothing in a language's file.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from parley.contract import Language
from parley.understanding.entities.calendar import Frame
from parley.understanding.entities.chart import Grammar, Token
from parley.understanding.entities.lexicon import DATA, Lexicon, add_words, data_of, lexicon_of
from parley.understanding.entities.moments import Part
from parley.understanding.entities.numerals import Number, Numeral, learn, numbers_at
from parley.understanding.entities.shapes import fractions_at, shapes_at

TOPS = (
    "moment", "interval", "date", "mday", "the_day", "time", "clock", "part", "shift", "length", "recurrence",
    "recurring", "frequency", "quantity", "number", "ordinal", "void", "soft",
)  # fmt: skip
"""Categories that mean something by themselves."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The grammar of one language, ready to run."""

    data: Mapping[str, Any]
    lexicon: Lexicon
    grammar: Grammar
    gap: re.Pattern[str]
    """What may stand between two words of a production."""

    def run(self, text: str, frame: Frame) -> list[Token]:
        """Everything found in a text prepared by `written`, overlapping and of every category."""
        skip = self._skip(text)
        words, numerals = self._words(text)
        ends = {word.end for word in words if word.end - word.start > 2}
        and_from, comma = self.data["and_from"], bool(self.data.get("decimal_comma"))

        def numerals_at(at: int) -> list[tuple[int, Numeral]]:
            return numerals.get(at, [])

        for start in range(len(text)):  # the numbers
            digit = text[start].isdigit()
            if digit:
                words.extend(shapes_at(text, start, frame))
            if digit or text[start] in "-½⅓⅔¼¾⅕⅙⅛":
                words.extend(fractions_at(text, start))
            if not (digit or start in numerals or text[start] in "-.,"):
                continue
            best: dict[int, Token] = {}
            for end, ordinal, number in numbers_at(text, start, numerals_at, skip, and_from=and_from, comma=comma):
                token = Token("ordinal" if ordinal else "number", start, end, number)
                if self._apart(text, token, ends) and (end not in best or not ordinal):
                    best[end] = token
            words.extend(best.values())
        return self.grammar.parse(words, skip)

    def _words(self, text: str) -> tuple[list[Token], dict[int, list[tuple[int, Numeral]]]]:
        words: list[Token] = []
        numerals: dict[int, list[tuple[int, Numeral]]] = {}
        at = self.lexicon.at
        for start in range(len(text)):
            for end, category, value in at(text, start):
                if isinstance(value, Numeral):
                    numerals.setdefault(start, []).append((end, value))
                else:
                    words.append(Token(category, start, end, value))
        return words, numerals

    def _skip(self, text: str) -> Callable[[int], int]:
        memo: dict[int, int] = {}
        match = self.gap.match

        def skip(at: int) -> int:
            if at not in memo:
                gap = match(text, at)
                memo[at] = gap.end() if gap else at
            return memo[at]

        return skip

    def _apart(self, text: str, token: Token, ends: set[int]) -> bool:
        """A number in digits may not be a piece of a word or of a longer number (`b2b`, `24703m212`, `1.2.3`)."""
        if not self.lexicon.boundaries:
            return True
        value = token.value
        before, after = text[token.start - 1 : token.start], text[token.end : token.end + 2]
        if isinstance(value, Number) and text[token.end - 1].isdigit():
            return not (before.isalpha() and token.start not in ends)
        return not (before.isalpha() or after[:1].isalpha())


def engine_for(language: Language, country: str = "") -> Engine:
    """The engine of a language as a country speaks it. Raises ModuleNotFoundError where it has no grammar."""
    return _engine(language, country if country in data_of(language).get("regional", ()) else "")


@lru_cache
def _engine(language: Language, country: str) -> Engine:
    data = data_of(language)
    regional = data.get("regional", {}).get(country, {})
    lexicon = lexicon_of(data, without=frozenset(regional.get("not", ())))
    learn(lexicon, data)
    _add_named(lexicon, data)
    lexicon.without = frozenset()
    add_words(lexicon, regional.get("words", {}))
    _add_named(lexicon, regional)
    for unit, forms in data["units"].items():
        lexicon.add("amount_unit", forms, unit)
    lexicon.add("comma", [","], None)
    lexicon.add("hyphen", ["-"], None)
    lexicon.add("period", ["."], None)
    fillers = "|".join(re.escape(word) for word in sorted(data["fillers"], key=len, reverse=True))
    gap = re.compile(rf"(?:[\s]+|(?<=[\s,])(?:{fillers})(?!\w)[,.]?)*")
    grammar: Grammar = importlib.import_module(f"parley.understanding.entities.lang.{language}").grammar()
    return Engine(data, lexicon, grammar, gap)


def _add_named(lexicon: Lexicon, data: Mapping[str, Any]) -> None:
    """Take in the parts of the day and the feasts."""
    for part in data.get("parts", ()):
        start, end = part["hours"]
        value = Part(part["name"], start, end, part.get("tonight"))
        lexicon.add(part.get("category", "part"), part["forms"], value)
    feasts = yaml.safe_load((DATA / "holidays.yaml").read_text(encoding="utf-8"))
    for name, forms in data.get("feasts", {}).items():
        lexicon.add("feast", forms, feasts[name])
