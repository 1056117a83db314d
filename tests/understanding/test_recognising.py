"""The network is told where the grammar finds something, and of which kind; not what it means, nor the present."""

from parley.understanding.recognising import Known, apart, known_in


def test_kinds_and_places_are_told():
    text = "remind me every sunday at eight"
    told = {(text[each.start : each.end], each.what) for each in known_in(text, "en")}
    assert told == {("every sunday", "recurrence"), ("at eight", "time")}


def test_the_present_moment_is_not_told():
    assert known_in("i'm taking it now", "en") == ()


def test_of_what_overlaps_the_longer_stays():
    long, within, behind = Known("date", 0, 8), Known("number", 0, 3), Known("time", 9, 12)
    assert apart(sorted([within, long, behind], key=lambda each: (each.start, -each.end))) == [long, behind]
