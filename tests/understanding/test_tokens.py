"""Tokens lie where they stand in the text, whatever the text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.understanding.tokens import MAX_CHARACTERS, MAX_TOKENS, jamo, tokenise, without_accents


def forms(text: str) -> list[str]:
    return [token.form for token in tokenise(text)]


def test_words_digits_and_signs_are_apart():
    assert forms("Wake me at 6:30am, it's 14h30") == [
        *("wake", "me", "at", "6", ":", "30", "am", ","),
        *("it", "'", "s", "14", "h", "30"),
    ]


def test_korean_is_cut_into_syllables_so_that_particles_come_off():
    tokens = tokenise("내일은 3시에")
    assert [token.form for token in tokens] == ["내", "일", "은", "3", "시", "에"]
    assert [token.glued for token in tokens] == [False, True, True, False, True, True]


def test_full_width_digits_become_plain_and_keep_their_place():
    (token,) = tokenise("３０")
    assert (token.form, token.start, token.end) == ("30", 0, 2)


@given(st.text(max_size=900))
def test_tokens_are_ordered_disjoint_and_inside_the_text(text: str):
    end = 0
    tokens = tokenise(text)
    for token in tokens:
        assert end <= token.start < token.end <= min(len(text), MAX_CHARACTERS)
        assert not text[token.start : token.end].isspace()
        end = token.end
    assert len(tokens) <= MAX_TOKENS


def test_jamo_of_a_syllable():
    assert jamo("값") == ("ㄱ", "ㅏ", "ㅄ")
    assert jamo("이") == ("ㅇ", "ㅣ", "")
    with pytest.raises(ValueError, match="not a Hangul syllable"):
        jamo("a")


def test_accents_go_and_hangul_stays_composed():
    assert without_accents("déplacer à Noël 예약") == "deplacer a Noel 예약"
