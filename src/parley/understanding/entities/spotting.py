"""Which of everything found is meant: the longest, without overlap, a correction before what it corrects."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities.build import as_moment
from parley.understanding.entities.calendar import Frame
from parley.understanding.entities.chart import Token
from parley.understanding.entities.edges import edges_of
from parley.understanding.entities.engine import TOPS, Engine, engine_for
from parley.understanding.entities.moments import Interval, Moment, Resolved, resolve
from parley.understanding.entities.phones import SHORTEST as SHORTEST_PHONE
from parley.understanding.entities.phones import phone_of, runs, written_phones
from parley.understanding.entities.shapes import digits_date
from parley.understanding.entities.spelling import SHORTEST as SHORTEST_SPELLING
from parley.understanding.entities.spelling import spelled
from parley.understanding.entities.written import Written, written

TIMES = frozenset({"moment", "interval", "date", "mday", "the_day", "time", "clock", "part", "soft"})
"""Categories that become dates and times."""

_CATEGORIES: dict[Kind, frozenset[str]] = {
    Kind.DATE: TIMES,
    Kind.TIME: TIMES,
    Kind.DATE_RANGE: TIMES,
    Kind.PART_OF_DAY: TIMES,
    Kind.WEEKDAY: TIMES,
    Kind.DURATION: frozenset({"length", "shift", "moment", "date"}),
    Kind.RECURRENCE: frozenset({"recurrence", "recurring", "frequency"}),
    Kind.FREQUENCY: frozenset({"frequency"}),
    Kind.QUANTITY: frozenset({"quantity"}),
    Kind.NUMBER: frozenset({"number", "ordinal"}),
}
_WAITED = {Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.PART_OF_DAY}


@dataclass(frozen=True, slots=True)
class Spot:
    """Something found, as meant."""

    token: Token
    said: Moment | Interval | None
    """For times."""
    resolved: Resolved | None
    soft: bool


@dataclass(frozen=True, slots=True)
class Search:
    """A text searched: what was found, and the text to find the way back with."""

    written: Written
    spots: tuple[Spot, ...]
    frame: Frame
    phones: tuple[tuple[int, int, str], ...] = ()
    """Telephone numbers, as (start, end, E.164)."""
    spellings: tuple[tuple[int, int, str], ...] = ()
    """Spelled names, as (start, end, letters)."""


def search(
    text: str,
    *,
    language: Language,
    now: dt.datetime,
    kinds: Collection[Kind] | None = None,
    expects: Expectation | None = None,
    country: str = "US",
    business_hours: tuple[dt.time, dt.time] | None = None,
    latent: bool = False,
) -> Search:
    """Find the times, numbers and amounts of a text, in order. `latent` takes bare numbers for times as well."""
    engine = engine_for(language, country)
    source = written(text)
    asked_birth = expects is not None and expects.slot in ("dob", "birth_date")
    births = _places(engine, source, "dob_hint")
    frame = Frame(
        now=now.replace(tzinfo=None, microsecond=0),
        zone=now.tzinfo,
        country=country,
        hours=business_hours,
        past=asked_birth or bool(births),
        clock24=bool(engine.data.get("clock24")),
        early=(expects is not None and expects.early) or bool(_places(engine, source, "early_hint")),
    )
    waited = expects.kind if expects and expects.kind in _WAITED else None
    allowed = (
        frozenset(TOPS) if kinds is None else frozenset().union(*(_CATEGORIES.get(k, frozenset()) for k in kinds))
    )
    everything = engine.run(source.plain, frame)
    kind = expects.kind if expects else None
    edges = edges_of(language)
    if edges is not None:
        everything = edges.digits(everything, source.plain)
    phones = (
        _phones(everything, source.plain, country, kind is Kind.PHONE) if kinds is None or Kind.PHONE in kinds else []
    )
    spellings: list[tuple[int, int, str]] = []
    if kinds is None or Kind.SPELLING in kinds:
        shortest = 1 if kind is Kind.SPELLING else SHORTEST_SPELLING
        spellings = [s for s in spelled(source.plain, language, shortest=shortest) if not _covered(s, phones)]
    if kind is Kind.DATE:
        everything += _digit_dates(everything, source.plain, frame)
    tokens = [
        t
        for t in everything
        if (t.category in allowed or t.category == "void") and not _covered((t.start, t.end, ""), phones)
    ]
    if edges is not None:
        tokens = edges.standing(tokens, source.plain)
    if kind is None and (kinds is None or Kind.NUMBER not in kinds):
        tokens = [t for t in tokens if not _article(t, source.plain, engine)]
    follows = _followers(tuple(engine.data.get("after_day", ())), engine.lexicon.boundaries)
    tokens = [t for t in tokens if t.category != "the_day" or waited or follows.match(source.plain, t.end)]
    behind = None if asked_birth else _birthdays(births, tokens)
    spots = _longest(tokens, frame, waited, latent, lasting=kind is Kind.DURATION, behind=behind)
    return Search(source, tuple(_corrected(spots, source.plain, engine)), frame, tuple(phones), tuple(spellings))


def _article(token: Token, text: str, engine: Engine) -> bool:
    """Whether a number is no more than an article (`un rendez-vous`)."""
    if token.category != "number" or token.end - token.start == len(text):
        return False
    return text[token.start : token.end] in engine.data.get("articles", ())


def _digit_dates(tokens: list[Token], text: str, frame: Frame) -> list[Token]:
    """Dates said digit by digit, where one is waited for: `zero five zero four forty eight`."""
    found = ((run, digits_date(run.digits, frame)) for run in runs(tokens, text))
    return [Token("soft", run.start, run.end, Moment(date=date)) for run, date in found if date is not None]


def _covered(stretch: tuple[int, int, str], phones: list[tuple[int, int, str]]) -> bool:
    return any(stretch[0] < end and start < stretch[1] for start, end, _ in phones)


def _phones(tokens: list[Token], text: str, country: str, waited: bool) -> list[tuple[int, int, str]]:
    """Telephone numbers: valid ones; where one is waited for, any run of digits that is long enough."""
    dates = {(t.start, t.end) for t in tokens if t.category == "mday"}
    found = [phone for phone in written_phones(text, country) if waited or not _begins_as(phone, dates)]
    for run in runs(tokens, text):
        if len(run.digits) < SHORTEST_PHONE or _covered((run.start, run.end, ""), found):
            continue
        number = phone_of(run, text, country)
        if number and (waited or len(run.digits) >= 9):
            found.append((run.start, run.end, number))
    return sorted(found)


def _begins_as(phone: tuple[int, int, str], dates: set[tuple[int, int]]) -> bool:
    """Whether the digits are a date, or a date and what follows it (23.04.2022 14:55)."""
    return any(start == phone[0] and end - start >= 8 and end <= phone[1] for start, end in dates)


def _places(engine: Engine, source: Written, category: str) -> list[tuple[int, int]]:
    """Where the words of a category stand."""
    words = engine.data["words"].get(category, ())
    found = (re.finditer(re.escape(word), source.plain) for word in words if word in source.plain)
    return sorted(match.span() for matches in found for match in matches)


def _birthdays(births: list[tuple[int, int]], tokens: list[Token]) -> list[tuple[int, int]]:
    """Where the dates stand that words like "born" are about: those that they end, else the first after them."""
    stretches: list[tuple[int, int]] = []
    for begin, end in births:
        times = [t for t in tokens if t.category in TIMES and t.end - t.start > 1]
        ended = [t for t in times if t.start < begin <= t.end + 1]
        after = min((t.start for t in times if t.start >= begin), default=None)
        about = ended or [t for t in times if t.start == after]
        if about:
            stretches.append((min(t.start for t in about), max(max(t.end for t in about), end)))
    return stretches


def _longest(
    tokens: list[Token],
    frame: Frame,
    waited: Kind | None,
    latent: bool,
    *,
    lasting: bool = False,
    behind: list[tuple[int, int]] | None = None,
) -> list[Spot]:
    """The longest that can be resolved, without overlap, left to right. `lasting`: a length is waited for; `behind`:
    where alone a frame of the past holds (None: everywhere).
    """
    present = replace(frame, past=False)
    order = {category: place for place, category in enumerate(reversed(TOPS) if waited or latent else TOPS)}
    tokens.sort(
        key=lambda t: (
            t.start - t.end,
            t.category == "soft" and not (waited or latent),
            (lasting and t.category not in ("length", "shift")) or (waited is Kind.TIME and t.category == "length"),
            -t.weight,
            order[t.category],
        )
    )
    taken: list[Spot] = []
    for token in tokens:
        if any(token.start < other.token.end and other.token.start < token.end for other in taken):
            continue
        if token.category == "soft" and not (latent or waited):
            continue
        past = behind is None or any(start <= token.start and token.end <= end for start, end in behind)
        spot = _spot(token, frame if past else present, waited)
        if spot is not None:
            taken.append(spot)
    taken = [spot for spot in taken if spot.token.category != "void"]
    taken.sort(key=lambda spot: spot.token.start)
    return taken


def _spot(token: Token, frame: Frame, waited: Kind | None) -> Spot | None:
    if token.category not in TIMES:
        return Spot(token, None, None, False)
    value = token.value
    said = value if isinstance(value, Interval) else as_moment(value)
    if token.category == "soft" and isinstance(said, Moment) and waited is not None:
        day_waited = waited in (Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY)
        if (day_waited and said.date is None) or (waited is Kind.TIME and said.clock is None):
            return None
    resolved = resolve(said, frame)
    return None if resolved is None else Spot(token, said, resolved, token.category == "soft")


@lru_cache
def _followers(words: tuple[str, ...], boundaries: bool) -> re.Pattern[str]:
    """What may follow a day of the month said alone: the end, punctuation, or one of these words."""
    after = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    edge = r"(?!\w)" if boundaries else ""
    return re.compile(rf"\s*(?:$|[,.;:?!)]|-\s|(?:{after or '$'}){edge})")


@lru_cache
def _corrections(language_corrections: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(language_corrections, key=len, reverse=True))
    return re.compile(rf"[\s,.;:!-]*(?:(?:{words})[\s,.;:!-]*)+(?:the |at |on )?")


def _corrected(spots: list[Spot], text: str, engine: Engine) -> Iterator[Spot]:
    """What remains after self-corrections ("thirteen, no, thirty"): the last of them."""
    pattern = _corrections(tuple(engine.data["corrections"]))
    for spot, after in zip_longest(spots, spots[1:]):
        if after is not None and pattern.fullmatch(text, spot.token.end, after.token.start) and _alike(spot, after):
            continue
        yield spot


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
