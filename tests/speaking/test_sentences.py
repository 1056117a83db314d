"""Dividing a reply into sentences."""

from hypothesis import given
from hypothesis import strategies as st

from parley.speaking.sentences import LONGEST, sentences


def test_sentences_end_at_their_marks() -> None:
    assert sentences("Good morning. How can I help? 네, 알겠습니다.") == (
        "Good morning.",
        "How can I help?",
        "네, 알겠습니다.",
    )


def test_an_initial_ends_no_sentence() -> None:
    assert sentences("With J. Smith. At two.") == ("With J. Smith.", "At two.")


def test_lines_are_sentences() -> None:
    assert sentences("First\nSecond") == ("First", "Second")


def test_nothing_is_no_sentence() -> None:
    assert sentences("  ") == ()


@given(st.text(alphabet="ab ,.!?\n가", max_size=2_000))
def test_nothing_is_lost_and_nothing_is_long(text: str) -> None:
    parts = sentences(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= LONGEST for part in parts)
