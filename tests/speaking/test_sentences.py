"""Dividing a reply into sentences, whole or as it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.contract import Language
from parley.speaking.sentences import LONGEST, Sentences, sentences

CUT: list[tuple[Language, tuple[str, ...]]] = [
    ("en", ("Good morning.", "How can I help?", "네, 알겠습니다.")),
    ("en", ("With J. Smith.", "At two.")),
    ("en", ("Dr. Kim and Mrs. Lee are in St. Paul.", "Shall I book Dr. Kim?")),
    ("en", ("It costs $3.50, or 1.5 times as much.", "Good!")),
    ("en", ("We close at 6 p.m. today.", "Come before 5 p.m.", "Thank you.")),
    ("en", ("No.", "It is no. 5, apt. 12, on Mar. 3.", "Bye.")),
    ("en", ("Hmm... let me see...", "Yes!")),
    ("en", ("1. Rest.", "2. Drink, e.g. water.")),
    ("en", ('He said "yes."', "(That is all.)", "Well?")),
    ("en", ("It is in the U.S. Embassy.", "Fine.")),
    ("fr", ("Bonjour M. Dupont.", "Mme. Roy et le Dr. Ray sont là.", "Cela vous va ?", "Oui !", "D'accord.")),
    ("fr", ("C'est 3,50 € au 12 av. Foch, tél. 01.", "À 14 h 30.", "« Parfait. »", "Au revoir.")),
    ("ko", ("오후 3시 30분입니다.", "예약해 드릴까요?", "Dr. 김 선생님입니다.")),
    ("ko", ("2026. 3. 5. 목요일입니다.", "체온은 36.5도입니다.", "네!", "알겠습니다…", "그럼 이만.")),
    ("ko", ("알겠습니다。", "끝！")),
]


@pytest.mark.parametrize(("language", "parts"), CUT)
def test_sentences_end_at_their_marks(language: Language, parts: tuple[str, ...]) -> None:
    assert sentences(" ".join(parts), language) == parts


@pytest.mark.parametrize(("language", "parts"), CUT)
def test_words_that_come_letter_by_letter_are_cut_alike(language: Language, parts: tuple[str, ...]) -> None:
    cut = Sentences(language)
    came = [sentence for letter in " ".join(parts) for sentence in cut.add(letter)]
    assert (*came, *cut.rest()) == parts


def test_a_sentence_is_out_with_the_first_letter_after_it() -> None:
    cut = Sentences("en")
    assert cut.add("We open at five. ") == ()
    assert cut.add("W") == ("We open at five.",)


def test_lines_are_sentences() -> None:
    assert sentences("First\nSecond", "en") == ("First", "Second")
    assert sentences("At 5 p.m.\nthen", "en") == ("At 5 p.m.", "then")


def test_nothing_is_no_sentence() -> None:
    assert sentences("  ", "en") == ()


@given(st.text(alphabet="abA1 ,.!?…»\n가", max_size=2_000), st.sampled_from(["en", "fr", "ko"]))
def test_nothing_is_lost_and_nothing_is_long(text: str, language: Language) -> None:
    parts = sentences(text, language)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= LONGEST for part in parts)
