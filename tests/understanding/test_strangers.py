"""Made-up words are like those of the language, and leave alone what is no name."""

import random

from parley.understanding.training.strangers import Strangers

ENGLISH = ["call the landlord", "paint the basement", "<rule> {slot} renew the licence #topic=none"]
KOREAN = ["동사무소에 전화하기", "화분에 물 주기", "보고서 쓰기"]


def test_words_change_and_figures_signs_and_short_words_stay():
    strangers, chance = Strangers(ENGLISH), random.Random(3)
    said = {strangers.among("call 2 of the landlords, at 9", chance) for _ in range(40)}
    assert len(said) > 20
    assert all(" 2 of the " in each and each.endswith(", at 9") for each in said)


def test_a_stranger_keeps_its_capital():
    strangers = Strangers(ENGLISH)
    made = {strangers.among("Landlord", random.Random(seed)) for seed in range(30)}
    assert all(word[0].isupper() for word in made)


def test_korean_words_keep_their_length_and_stay_korean():
    strangers, chance = Strangers(KOREAN), random.Random(5)
    for _ in range(40):
        made = strangers.among("보고서 전화하기", chance)
        assert [len(word) for word in made.split()] == [3, 4]
        assert all("가" <= sign <= "힣" for sign in made.replace(" ", ""))


def test_markup_teaches_nothing():
    assert Strangers(["<rule> {slot} #a=b"]).among("whatever", random.Random(1)) == "whatever"


def test_the_same_chance_makes_the_same_words():
    strangers = Strangers([*ENGLISH, *KOREAN])
    assert strangers.among("the landlord", random.Random(9)) == strangers.among("the landlord", random.Random(9))
