"""Rows of digits: telephone numbers, dates said digit by digit, and what is no time within them."""

from parley.understanding.entities.calendar import Frame
from parley.understanding.entities.chart import Token
from parley.understanding.entities.choosing import TIMES
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.phones import SHORTEST as SHORTEST_PHONE
from parley.understanding.entities.phones import phone_of, runs, written_phones
from parley.understanding.entities.shapes import digits_date

_ROW = range(4, 9)
"""Digits from which on a row of them is no other word, and below which it is no telephone number."""


def digit_dates(tokens: list[Token], text: str, frame: Frame) -> list[Token]:
    """Dates said digit by digit, where one is waited for: `zero five zero four forty eight`."""
    found = ((run, digits_date(run.digits, frame)) for run in runs(tokens, text))
    return [Token("soft", run.start, run.end, Moment(date=date)) for run, date in found if date is not None]


def covered(stretch: tuple[int, int, str], phones: list[tuple[int, int, str]]) -> bool:
    return any(stretch[0] < end and start < stretch[1] for start, end, _ in phones)


def phones_in(tokens: list[Token], text: str, country: str, waited: bool) -> list[tuple[int, int, str]]:
    """Telephone numbers: valid ones; where one is waited for, any run of digits that is long enough."""
    dates = {(t.start, t.end) for t in tokens if t.category == "mday"}
    found = [phone for phone in written_phones(text, country) if waited or not _begins_as(phone, dates)]
    for run in runs(tokens, text):
        if len(run.digits) < SHORTEST_PHONE or covered((run.start, run.end, ""), found):
            continue
        number = phone_of(run, text, country)
        if number and (waited or len(run.digits) >= 9):
            found.append((run.start, run.end, number))
    return sorted(found)


def _begins_as(phone: tuple[int, int, str], dates: set[tuple[int, int]]) -> bool:
    """Whether the digits are a date, a date and what follows it (23.04.2022 14:55), or two (10/1-11/2/2026)."""
    whole = {start for start, end in dates if start == phone[0] and end - start >= 8 and end <= phone[1]}
    first = {end for start, end in dates if start == phone[0]}
    return bool(whole) or any(start - 1 in first and end == phone[1] for start, end in dates)


def outside_digits(tokens: list[Token], text: str) -> list[Token]:
    """Without the times and dates in a long row of single digits, which is a number of something."""
    rows = [run for run in runs(tokens, text) if len(text[run.start : run.end].split()) >= SHORTEST_PHONE]
    return [
        t
        for t in tokens
        if t.category not in TIMES or not any(row.start < t.end and t.start < row.end for row in rows)
    ]


def numbers_by_digit(tokens: list[Token], text: str) -> list[Token]:
    """Numbers of something said digit by digit, and written down as one word: 사칠일이 is 4712."""
    words = (run for run in runs(tokens, text) if len(run.digits) == run.end - run.start)
    return [
        Token("number", run.start, run.end, Number(int(run.digits), simple=False))
        for run in words
        if len(run.digits) in _ROW and run.digits[0] != "0" and not text[run.start].isdigit()
    ]


def outside_changes(tokens: list[Token], text: str, hints: list[tuple[int, int]]) -> list[Token]:
    """Without the times right after words that tell how a number changed ("raised from five to ten"), and those that
    are pieces of what counts on from one number to another (`counts_span`: "from ten to twenty").
    """
    places = [(start, len(text) - len(text[end:].lstrip())) for start, end in hints]
    counts = [(t.start, t.end) for t in tokens if t.category == "counts_span"]

    def timeless(token: Token) -> bool:
        counted = any(start == token.start and token.end <= end for start, end in counts)
        return counted or any(start <= token.start <= end for start, end in places)

    return [t for t in tokens if t.category not in TIMES or not timeless(t)] if places or counts else tokens


def outside_numbers(tokens: list[Token], text: str) -> list[Token]:
    """Without the bare numbers for a day or an hour that stand in a row of them: eleven fifty-five is no 11th."""
    numbers = {(t.start, t.end) for t in tokens if t.category == "number"}
    begins, ends = {start for start, _ in numbers}, {end for _, end in numbers}

    def alone(token: Token) -> bool:
        before = len(text[: token.start].rstrip())
        after = len(text) - len(text[token.end :].lstrip())
        return before not in ends and after not in begins

    return [t for t in tokens if t.category != "soft" or (t.start, t.end) not in numbers or alone(t)]
