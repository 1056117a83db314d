"""What remains after self-corrections: of "at three, sorry, four" the last."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest

from parley.contract import Kind
from parley.understanding.entities import build
from parley.understanding.entities.calendar import Fields, Frame
from parley.understanding.entities.chart import Token
from parley.understanding.entities.choosing import TIMES, Spot, spot_of
from parley.understanding.entities.dates import dated
from parley.understanding.entities.engine import Engine
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number

_BARE = frozenset({"number", "ordinal", "length"})
"""What may be a time said without the word that would make it one."""
_DAYS = 31


@lru_cache
def _corrections(language_corrections: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(language_corrections, key=len, reverse=True))
    return re.compile(rf"[\s,.;:!-]*(?:(?:{words})[\s,.;:!-]*)+(?:the |at |on )?")


def corrected(spots: list[Spot], text: str, engine: Engine, tokens: list[Token], frame: Frame) -> Iterator[Spot]:
    """What remains after self-corrections ("thirteen, no, thirty"): the last. `tokens`: all that was found."""
    pattern = _corrections(tuple(engine.data["corrections"]))
    slip: Spot | None = None
    for spot, after in zip_longest(spots, spots[1:]):
        meant = spot if slip is None else _as_said_before(slip, spot, tokens, frame) or spot
        slip = None
        if after is not None and pattern.fullmatch(text, spot.token.end, after.token.start):
            slip = meant if _alike(meant, after) or _as_said_before(meant, after, tokens, frame) else None
        if slip is None:
            yield meant


def _as_said_before(slip: Spot, correction: Spot, tokens: list[Token], frame: Frame) -> Spot | None:
    """A number or a length that corrects a time or a day is one: "at three, sorry, four"."""
    if correction.token.category not in _BARE or not isinstance(slip.said, Moment):
        return None
    if (number := correction.token.value) and isinstance(number, Number) and number.value > _DAYS:
        return _other_year(slip, correction.token, frame)
    kind = Kind.TIME if slip.said.clock else Kind.DATE
    place = (correction.token.start, correction.token.end)
    same = (t for t in tokens if (t.start, t.end) == place and t.category in TIMES)
    return next((spot for token in same if (spot := spot_of(token, frame, kind)) is not None), None)


def _other_year(slip: Spot, said: Token, frame: Frame) -> Spot | None:
    """A number above all days of a month that corrects the year of a date: "nineteen ninety, no, fifty-nine"."""
    resolved = slip.resolved
    start = resolved.start if resolved and resolved.grain == "day" else None
    if start is None or start.year == frame.now.year:
        return None
    year = build.whole(said.value, _DAYS + 1, 2999)
    if year is None or 100 <= year < 1000:
        return None
    year = year if year >= 1000 else start.year // 100 * 100 + year
    day = dated(Fields(day=start.day, month=start.month, year=year))
    if day is None:
        return None
    return spot_of(Token("date", slip.token.start, said.end, day, (slip.token,)), frame, None)


def _alike(slip: Spot, correction: Spot) -> bool:
    """Whether the second can stand for the first: of one family, or a number before an amount of something."""
    if slip.token.category in ("number", "ordinal"):
        return True
    if slip.said is not None and correction.said is not None:
        return _sorts(slip) <= _sorts(correction) or _sorts(correction) <= _sorts(slip)
    return slip.token.category == correction.token.category or correction.token.category in ("number", "ordinal")


def _sorts(spot: Spot) -> set[type]:
    return {
        type(part.value)
        for part in spot.token.find("date", "mday", "time", "clock", "clock_soft", "hour_soft", "part")
    }
