"""Words that look or sound alike share features, and the vocabulary keeps what occurs often enough."""

from parley.understanding.features import (
    MAX_TOKEN_FEATURES,
    Vocabulary,
    bag_features,
    known_features,
    padded,
    token_features,
)
from parley.understanding.recognising import Known
from parley.understanding.tokens import tokenise


def shared(one: str, other: str) -> float:
    (first,), (second,) = token_features(tokenise(one)), token_features(tokenise(other))
    return len(set(first) & set(second)) / len(set(first))


def test_a_misspelled_word_is_closer_than_another_word():
    assert shared("appointment", "appointmnt") > shared("appointment", "medicine")
    assert shared("rappelle", "rappelé") > 0.4


def test_the_bag_of_korean_is_the_same_with_and_without_spaces():
    assert bag_features(tokenise("내일 아침")) == bag_features(tokenise("내일아침"))


def test_a_very_long_word_has_bounded_features():
    (features,) = token_features(tokenise("a" * 500))
    assert len(features) <= MAX_TOKEN_FEATURES


def test_the_vocabulary_keeps_the_frequent_and_numbers_from_one():
    vocabulary = Vocabulary.of([[5, 6], [5, 7], [5, 6]], at_least=2, at_most=10)
    assert vocabulary.rows([7, 6, 5]) == [2, 1]
    assert len(vocabulary) == 3
    assert len(Vocabulary.of([[5, 6], [5, 6]], at_least=1, at_most=1)) == 2


def test_padding_is_row_zero():
    assert padded([[1, 2], [], [3]]).tolist() == [[1, 2], [0, 0], [3, 0]]
    assert padded([[]]).shape == (1, 1)


def test_what_is_recognised_is_the_same_whatever_its_words():
    early, late = (tokenise(text) for text in ("wake me at six", "wake me at midnight"))
    known = Known("time", 8, 14)
    assert known_features(early, [known]) == known_features(late, [known._replace(end=19)])
    assert known_features(early, []) == []
    first, last = token_features(early, [known])[2:]
    plain_first, plain_last = token_features(early)[2:]
    assert len(first) == len(plain_first) + 2
    assert set(last) - set(plain_last) != set(first) - set(plain_first)
