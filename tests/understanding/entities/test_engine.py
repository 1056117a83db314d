"""The engine by itself: the chart, the lexicon, numerals, the way back to the text."""

import datetime as dt

import pytest

from parley.contract import Kind
from parley.understanding.entities import parse
from parley.understanding.entities.calendar import Fields, Frame
from parley.understanding.entities.chart import MOST_TOKENS, Grammar, Token
from parley.understanding.entities.dates import dated, shifted
from parley.understanding.entities.engine import engine_for
from parley.understanding.entities.feasts import feast
from parley.understanding.entities.lexicon import Lexicon
from parley.understanding.entities.moments import Length
from parley.understanding.entities.readings import iso_duration
from parley.understanding.entities.spelling import spelled
from parley.understanding.entities.written import LONGEST, written

FRAME = Frame(now=dt.datetime.fromisoformat("2026-03-12T10:00"))
NOW = dt.datetime(2026, 3, 12, 10, tzinfo=dt.UTC)


def test_chart_takes_optional_parts_and_choices() -> None:
    grammar = Grammar()
    grammar.rule("pair", "number and|comma? number")(lambda a, _, b: a + b)
    words = [Token("number", 0, 1, 1), Token("and", 1, 2, None), Token("number", 2, 3, 2), Token("number", 3, 4, 5)]
    sums = {(t.start, t.end): t.value for t in grammar.parse(words, lambda at: at) if t.category == "pair"}
    assert sums == {(0, 3): 3, (2, 4): 7}


def test_an_action_may_refuse() -> None:
    grammar = Grammar()
    grammar.rule("even", "number")(lambda n: None if n % 2 else n)
    found = grammar.parse([Token("number", 0, 1, 1), Token("number", 1, 2, 2)], lambda at: at)
    assert [t.value for t in found if t.category == "even"] == [2]


def test_words_keep_their_boundaries_where_the_language_has_them() -> None:
    lexicon = Lexicon(boundaries=True)
    lexicon.add("month", ["mar"], 3)
    lexicon.add("phrase", ["half past"], None)
    assert [end for end, _, _ in lexicon.at("mar 3", 0)] == [3]
    assert [end for end, _, _ in lexicon.at("mar3", 0)] == [3]
    assert not list(lexicon.at("market", 0))
    assert [end for end, _, _ in lexicon.at("half  past", 0)] == [10]


def test_words_stand_anywhere_in_a_language_without_spaces() -> None:
    lexicon = Lexicon(boundaries=False)
    lexicon.add("part", ["오후"], "pm")
    assert [(end, value) for end, _, value in lexicon.at("내일오후세시", 2)] == [(4, "pm")]


def test_a_decomposed_text_keeps_its_positions() -> None:
    source = written("cafe\u0301 demain")
    assert source.plain == "café demain"
    assert source.span(5, 11) == (6, 12)


@pytest.mark.parametrize(
    ("amounts", "value"),
    [
        (((1.5, "hour"),), "PT1H30M"),
        (((90, "minute"),), "PT1H30M"),
        (((2, "week"),), "P2W"),
        (((1, "week"), (2, "day")), "P9D"),
        (((0.5, "minute"),), "PT30S"),
        (((0, "second"),), "PT0S"),
    ],
)
def test_lengths_in_iso_8601(amounts: tuple[tuple[float, str], ...], value: str) -> None:
    assert iso_duration(Length(amounts)) == value


def test_a_month_later_is_the_last_day_of_a_shorter_month() -> None:
    date = dated(Fields(month=1, day=31, year=2027))
    assert date is not None
    assert shifted(date, 1, "month").periods(FRAME)[0].start.date() == dt.date(2027, 2, 28)


def test_29_february_rolls_to_a_leap_year() -> None:
    date = dated(Fields(month=2, day=29))
    assert date is not None
    assert date.periods(FRAME)[0].start.date() == dt.date(2028, 2, 29)


def test_moving_feasts() -> None:
    assert feast(("easter", 1), 2026, "US")[0].start.date() == dt.date(2026, 4, 6)
    assert feast(("named", "KR", "Korean New Year"), 2026, "KR")[0].start.date() == dt.date(2026, 2, 17)
    assert feast(("nth", 11, 3, 4), 2026, "US")[0].start.date() == dt.date(2026, 11, 26)


def test_a_weekday_that_contradicts_its_date_is_ambiguous() -> None:
    (reading,) = parse("monday march 17th", language="en", now=NOW, kinds=frozenset({Kind.DATE}))
    assert reading.value == "2026-03-17"
    assert reading.ambiguous == ("2026-03-16",)


def test_spelling_needs_letters_and_not_words() -> None:
    assert list(spelled("i am a man", "en")) == []
    assert [name for _, _, name in spelled("it is o apostrophe b r i e n", "en")] == ["O'BRIEN"]


def test_now_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        parse("now", language="en", now=dt.datetime.fromisoformat("2026-03-12T10:00"))


@pytest.mark.parametrize("words", ["one ", "1 2 3 ", "9:30-10:30 ", "next friday at three ", "1/2/3 "])
def test_the_work_for_a_long_text_is_bounded(words: str) -> None:
    text = (words * 10_000)[:10_000]
    assert all(reading.end <= LONGEST for reading in parse(text, language="en", now=NOW))
    tokens = engine_for("en").run(written(text).plain, FRAME)
    assert len(tokens) <= MOST_TOKENS
