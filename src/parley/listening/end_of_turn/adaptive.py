"""Silence that adapts to what has been said: a finished answer ends soon, "on the…" is waited for."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from parley.contract import Expectation, Kind, Language
from parley.listening.language_data import load
from parley.listening.settings import EndOfTurnSettings, ListeningSettings

_LONG_KINDS = frozenset({Kind.PHONE, Kind.SPELLING, Kind.EMAIL})
"""Said in groups with pauses between them."""
_COMPOSED_KINDS = frozenset({Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.RECURRENCE, Kind.QUANTITY, Kind.DURATION})
"""Often said in two parts: the day, then the hour."""
WISH_S: Final = 1.0
"""Speech that a wish takes at least: what is understood sooner is half a question ("what time")."""
SETTLED_S: Final = 2.5
"""Speech in a turn after which a pause is nearly always its end: pauses of more than 0.3 s stand in one of fifty
recorded orders and sentences, and nearly all of those in the first seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What the language's file says."""

    answers: re.Pattern[str]
    """Complete answers to a yes-or-no question."""
    closings: re.Pattern[str]
    """Words after which a sentence is over (please, thanks; the polite endings of Korean)."""
    openings: re.Pattern[str]
    """Words after which something must follow,"""
    asks: re.Pattern[str]
    """except at the end of such a question."""
    times: re.Pattern[str]
    """A time of day: nothing follows it where a day or time was asked for."""
    days: re.Pattern[str]
    """A day: its hour may follow."""
    goes_on: re.Pattern[str]
    """What a sentence may end with, and often does not: a number ("at ten": "thirty"), a day."""
    digits: re.Pattern[str]
    """One digit or letter, as it is said."""
    spaced: bool
    """Words, and so digits, are written apart."""
    digits_wanted: int
    """Digits of a usual telephone number."""


@cache
def _words(language: Language) -> _Words:
    data: dict[str, Any] = load("end_of_turn", language)
    whole, end = r"^(?:{})$", r"(?:^|\s)(?:{})$" if data["spaced"] else r"(?:{})$"

    def pattern(form: str, name: str) -> re.Pattern[str]:
        return re.compile(form.format("|".join(data[name]) or "(?!)"))

    return _Words(
        answers=pattern(whole, "answers"),
        closings=pattern(end, "closings"),
        openings=pattern(end, "openings"),
        asks=pattern(whole, "asks"),
        times=pattern(end, "times"),
        days=pattern(end, "days"),
        goes_on=pattern(end, "goes_on"),
        digits=pattern(whole, "digits") if data["spaced"] else re.compile("|".join(data["digits"])),
        spaced=data["spaced"],
        digits_wanted=data["digits_wanted"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """Looks at the last words and at what was asked."""

    settings: EndOfTurnSettings

    def wait(
        self,
        *,
        partial: str,
        language: Language,
        expectation: Expectation,
        speech_s: float,
        whole: bool = False,
        finished: float | None = None,
    ) -> float:
        wanted = self._wanted(partial, language, expectation, speech_s, whole=whole)
        return min(wanted, self.settings.longest_s)

    def _wanted(
        self, partial: str, language: Language, expectation: Expectation, speech_s: float, *, whole: bool
    ) -> float:
        text = re.sub(r"[^\w\s'’-]", " ", partial.lower()).strip()
        usual = self.settings.settled_s if speech_s >= SETTLED_S else self.settings.usual_s
        if not text:
            return usual
        words = _words(language)
        if words.openings.search(text) and not words.asks.match(text):
            return self.settings.unfinished_s
        if expectation.yes_no and words.answers.match(text):
            return self.settings.finished_s
        if expectation.kind in _LONG_KINDS:
            return self._spelled(text, words, expectation)
        if words.closings.search(text) or _names_one(text, expectation):
            return self.settings.finished_s
        if expectation.kind in _COMPOSED_KINDS:
            if words.times.search(text):
                return self.settings.finished_s
            if words.days.search(text) or speech_s < self.settings.usual_s:
                return (self.settings.usual_s + self.settings.unfinished_s) / 2
            return self.settings.usual_s
        if words.goes_on.search(text):
            return (usual + self.settings.usual_s) / 2
        ends = whole and speech_s >= WISH_S and not _asked(expectation)
        return self.settings.whole_s if ends else usual

    def _spelled(self, text: str, words: _Words, expectation: Expectation) -> float:
        """A number or a name spelled out is waited for until it may be complete."""
        said = sum(_digits(word, words) for word in text.split())
        complete = expectation.kind is Kind.PHONE and said >= words.digits_wanted
        return self.settings.finished_s if complete else self.settings.unfinished_s


def _asked(expectation: Expectation) -> bool:
    """Whether a question is open: its answer has rules of its own."""
    return bool(expectation.kind or expectation.slot or expectation.yes_no)


def _digits(word: str, words: _Words) -> int:
    """How many digits or letters a word says."""
    if word.isdigit():
        return len(word)
    if words.spaced:
        return int(words.digits.match(word) is not None)
    found = words.digits.findall(word)
    return len(found) if "".join(found) == word else 0


def _names_one(text: str, expectation: Expectation) -> bool:
    """Whether the text is exactly one of the likely phrases, and not the beginning of a longer one."""
    phrases = [phrase.text.lower() for phrase in expectation.phrases]
    return text in phrases and not any(phrase.startswith(text + " ") for phrase in phrases)


def strategy(settings: ListeningSettings) -> Adaptive:
    """With the silences of the settings."""
    return Adaptive(settings=settings.end_of_turn)
