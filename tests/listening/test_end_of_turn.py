import pytest

from parley.contract import LANGUAGES, ConfigurationInvalid, Expectation, Kind, Language, Phrase
from parley.listening.end_of_turn import EndOfTurn, end_of_turn, strategies
from parley.listening.settings import EndOfTurnSettings, ListeningSettings

SETTINGS = EndOfTurnSettings()
OPEN = Expectation()


@pytest.fixture
def adaptive() -> EndOfTurn:
    return end_of_turn(ListeningSettings())


def wait(
    strategy: EndOfTurn,
    partial: str,
    language: Language = "en",
    expectation: Expectation = OPEN,
    speech_s: float = 2.0,
    *,
    whole: bool = False,
) -> float:
    return strategy.wait(partial=partial, language=language, expectation=expectation, speech_s=speech_s, whole=whole)


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "i would like to come on the"),
        ("en", "Tuesday at"),
        ("en", "can I speak to doctor"),
        ("fr", "je voudrais un rendez-vous avec le"),
        ("fr", "mardi à"),
        ("ko", "다음 주 화요일에"),
        ("ko", "예약을 바꾸고 싶은데"),
    ],
)
def test_an_unfinished_sentence_is_waited_for(adaptive: EndOfTurn, language: Language, partial: str):
    assert wait(adaptive, partial, language) == SETTINGS.unfinished_s


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "please"),
        ("en", "how long"),
        ("en", "what is the weather going to be"),
        ("en", "what do you have"),
        ("fr", "s'il vous plaît"),
        ("fr", "quels rendez-vous j'ai"),
    ],
)
def test_what_begins_a_sentence_ends_only_a_question(adaptive: EndOfTurn, language: Language, partial: str):
    question = partial.startswith(("what do", "quels"))
    expected = SETTINGS.whole_s if question else SETTINGS.unfinished_s
    assert wait(adaptive, partial, language, whole=True) == expected


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "the twenty first of June"), ("fr", "le vingt et un juin"), ("fr", "le premier"), ("ko", "유월 삼일")],
)
def test_a_day_may_be_followed_by_its_hour(adaptive: EndOfTurn, language: Language, day: str):
    asked = Expectation(slot="date", kind=Kind.DATE)
    assert SETTINGS.usual_s < wait(adaptive, day, language, asked) < SETTINGS.unfinished_s


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "set a timer for five minutes please"),
        ("fr", "annulez mon rendez-vous, s'il vous plaît."),
        ("ko", "내일 아침에 알람 맞춰 주세요"),
        ("ko", "약 먹었어요."),
    ],
)
def test_a_finished_sentence_ends_soon(adaptive: EndOfTurn, language: Language, partial: str):
    assert wait(adaptive, partial, language) == SETTINGS.finished_s


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "yes"),
        ("en", "No, thanks."),
        ("fr", "oui, s'il vous plaît"),
        ("fr", "non merci"),
        ("ko", "네"),
        ("ko", "아니요"),
    ],
)
def test_a_yes_or_no_ends_soon_where_one_was_asked_for(adaptive: EndOfTurn, language: Language, partial: str):
    assert wait(adaptive, partial, language, Expectation(yes_no=True)) == SETTINGS.finished_s


def test_a_yes_that_goes_on_is_no_bare_yes(adaptive: EndOfTurn):
    assert wait(adaptive, "yes but make it thursday", expectation=Expectation(yes_no=True)) == SETTINGS.usual_s


def test_a_telephone_number_is_waited_for_until_it_is_complete(adaptive: EndOfTurn):
    expects = Expectation(kind=Kind.PHONE)
    assert wait(adaptive, "five five five", expectation=expects) == SETTINGS.unfinished_s
    assert wait(adaptive, "555 0", expectation=expects) == SETTINGS.unfinished_s
    assert wait(adaptive, "two oh two five five five oh one four three", expectation=expects) == SETTINGS.finished_s


def test_korean_digits_said_as_one_word_are_counted_one_by_one(adaptive: EndOfTurn):
    expects = Expectation(kind=Kind.PHONE)
    assert wait(adaptive, "공일공 일이삼사", "ko", expects) == SETTINGS.unfinished_s
    assert wait(adaptive, "공일공 일이삼사 오육칠팔", "ko", expects) == SETTINGS.finished_s


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("en", "next tuesday", "next tuesday at half past ten"),
        ("en", "on the third of march", "on the third of march in the afternoon"),
        ("fr", "mardi prochain", "mardi prochain à quinze heures"),
        ("ko", "다음 주 화요일", "다음 주 화요일 오후 세 시요"),
    ],
)
def test_a_day_waits_for_its_hour_and_an_hour_for_nothing(
    adaptive: EndOfTurn, language: Language, day: str, time: str
):
    expects = Expectation(kind=Kind.DATE)
    assert SETTINGS.usual_s < wait(adaptive, day, language, expects) < SETTINGS.unfinished_s
    assert wait(adaptive, time, language, expects) == SETTINGS.finished_s


def test_a_spelled_name_is_waited_for(adaptive: EndOfTurn):
    assert wait(adaptive, "s m i t h", expectation=Expectation(kind=Kind.SPELLING)) == SETTINGS.unfinished_s


def test_a_short_date_may_get_its_hour_yet(adaptive: EndOfTurn):
    expects = Expectation(kind=Kind.DATE)
    assert SETTINGS.usual_s < wait(adaptive, "tuesday", expectation=expects, speech_s=0.4) < SETTINGS.unfinished_s
    assert wait(adaptive, "whenever you have time", expectation=expects) == SETTINGS.usual_s


def test_a_name_from_the_list_is_complete_unless_a_longer_one_begins_with_it(adaptive: EndOfTurn):
    expects = Expectation(phrases=(Phrase(text="Ann"), Phrase(text="Ann Lee"), Phrase(text="Omar Diaz")))
    assert wait(adaptive, "omar diaz", expectation=expects) == SETTINGS.finished_s
    assert wait(adaptive, "ann", expectation=expects) == SETTINGS.usual_s


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "set a timer for ten minutes"),
        ("en", "what time is it"),
        ("fr", "mets un minuteur de dix minutes"),
        ("ko", "지금 날씨"),
    ],
)
def test_a_wish_that_wants_nothing_more_ends_soonest(adaptive: EndOfTurn, language: Language, partial: str):
    assert wait(adaptive, partial, language, whole=True) == SETTINGS.whole_s
    assert wait(adaptive, partial, language) == SETTINGS.usual_s


@pytest.mark.parametrize(
    ("language", "partial"),
    [
        ("en", "wake me up at ten"),
        ("en", "set an alarm for tomorrow"),
        ("fr", "réveillez-moi à sept heures"),
        ("fr", "une alarme pour demain"),
        ("ko", "내일"),
    ],
)
def test_what_often_goes_on_is_given_time_even_when_it_is_understood(
    adaptive: EndOfTurn, language: Language, partial: str
):
    assert wait(adaptive, partial, language, whole=True) >= SETTINGS.usual_s


def test_an_unfinished_sentence_is_waited_for_even_when_it_is_understood(adaptive: EndOfTurn):
    assert wait(adaptive, "set a timer for ten minutes and", whole=True) == SETTINGS.unfinished_s


def test_the_answer_to_a_question_is_no_wish(adaptive: EndOfTurn):
    assert wait(adaptive, "anything", expectation=Expectation(kind=Kind.DATE), whole=True) == SETTINGS.usual_s
    assert wait(adaptive, "well yes", expectation=Expectation(yes_no=True), whole=True) == SETTINGS.usual_s


@pytest.mark.parametrize("partial", ["", "some words that say nothing"])
def test_who_has_spoken_for_long_is_probably_done(adaptive: EndOfTurn, partial: str):
    assert wait(adaptive, partial, speech_s=1.0) == SETTINGS.usual_s
    assert wait(adaptive, partial, speech_s=3.0) == SETTINGS.settled_s


def test_no_silence_is_longer_than_the_longest():
    settings = ListeningSettings(end_of_turn=EndOfTurnSettings(unfinished_s=9.0, longest_s=2.0))
    assert wait(end_of_turn(settings), "on the") == 2.0


def test_without_words_the_usual_silence_counts(adaptive: EndOfTurn):
    assert wait(adaptive, "") == SETTINGS.usual_s
    fixed = end_of_turn(ListeningSettings(end_of_turn=EndOfTurnSettings(strategy="fixed", usual_s=0.7)))
    assert wait(fixed, "on the") == 0.7


def test_an_unknown_strategy_is_named():
    with pytest.raises(ConfigurationInvalid, match="adaptive"):
        end_of_turn(ListeningSettings(end_of_turn=EndOfTurnSettings(strategy="telepathy")))


@pytest.mark.parametrize("name", [name for name in strategies() if name != "smart_turn"])
def test_every_strategy_speaks_every_language(name: str):
    strategy = end_of_turn(ListeningSettings(end_of_turn=EndOfTurnSettings(strategy=name)))
    for language in LANGUAGES:
        assert 0 < wait(strategy, "hm", language) <= SETTINGS.longest_s
