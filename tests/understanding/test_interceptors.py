"""What sounds the alarm, and what only sounds like it."""

from dataclasses import replace

import pytest

from parley.understanding.interceptors import emergency_in, intercepted, stops_contact
from parley.understanding.result import Understanding

ALARMS = {
    "cardiac": [
        "I have chest pain",
        "my chest feels really tight",
        "there's an elephant sitting on my chest, pain in my chest",
        "I think I'm having a heart attack",
        "he can't breathe",
        "J'ai une douleur dans la poitrine",
        "ça me serre la poitrine depuis une heure",
        "elle fait une crise cardiaque",
        "je n'arrive plus à respirer",
        "가슴이 너무 아파요",
        "가슴이 조여요",
        "숨을 못 쉬겠어요",
        "심장마비 온 것 같아요",
        "남편이 숨쉬기가 힘들대요",
    ],
    "stroke": [
        "my husband is having a stroke",
        "her face is drooping",
        "one side of my body went numb",
        "my left arm is numb and I can't speak",
        "il fait un AVC",
        "sa bouche est de travers",
        "je ne sens plus mon bras gauche",
        "얼굴 한쪽이 갑자기 돌아갔어요",
        "왼쪽 팔에 힘이 하나도 없어요",
        "갑자기 말이 어눌해요",
    ],
    "overdose": [
        "I took ten of them",
        "I've taken ten of my zopiclone",
        "il a pris une dizaine de ses cachets",
        "j'ai pris dix de mes zolpidem",
        "수면제를 스무 개쯤 먹었어요",
        "I took too many pills",
        "my son swallowed the whole bottle of tablets",
        "j'ai pris toute la boîte",
        "j'ai avalé vingt comprimés",
        "열 알 먹었어",
        "수면제를 한꺼번에 다 먹었어요",
        "overdose",
    ],
    "anaphylaxis": [
        "my throat is closing up",
        "her tongue is swelling",
        "severe allergic reaction",
        "ma gorge gonfle",
        "sa langue est toute gonflée, elle a les lèvres qui gonflent",
        "목이 부어올라요",
        "아나필락시스 같아요",
    ],
    "unconscious": [
        "he passed out",
        "my mother won't wake up",
        "she's not responding",
        "il est inconscient",
        "elle ne se réveille pas",
        "elle ne respire plus du tout et ne répond plus",
        "아버지가 쓰러지셨어요",
        "의식이 없어요",
        "깨워도 반응이 없어요",
    ],
    "bleeding": [
        "I'm bleeding and it won't stop",
        "there's blood everywhere",
        "il saigne beaucoup, ça n'arrête pas de saigner beaucoup",
        "ça saigne sans arrêt",
        "피가 안 멈춰요",
        "피를 토했어요",
    ],
    "poisoning": [
        "my daughter drank bleach",
        "she swallowed a button battery",
        "il a bu de la javel",
        "락스를 마셨어요",
        "농약을 마셨어요",
    ],
    "self_harm": [
        "I want to kill myself",
        "I don't want to live anymore",
        "I want to die",
        "je veux mourir",
        "j'ai envie d'en finir",
        "je pense à me suicider",
        "죽고 싶어",
        "더는 살기 싫어요",
        "자살하고 싶어요",
    ],
    "unknown": [
        "call 911",
        "appelez une ambulance",
        "au secours",
        "구급차 불러 줘",
        "살려주세요",
        "it's an emergency",
    ],
}
HARMLESS = [
    "I took ten of my books to the library",
    "j'ai pris dix photos",
    "귤 열 개 먹었어",
    "put the fish in my chest freezer",
    "remind me to buy a chest of drawers",
    "this bag is killing me",
    "I'm dying to see that film",
    "I'm bored to death",
    "I no longer have chest pain",
    "book me for stroke prevention class",
    "my heart is broken",
    "what are the symptoms of the flu",
    "I had a heart attack five years ago",
    "the battery died",
    "add chicken breast to the list",
    "set a timer for ten minutes",
    "I took my ten o'clock pill",
    "I took two tablets this morning",
    "call my daughter",
    "ça me tue ces réunions",
    "je suis mort de fatigue",
    "je meurs de faim",
    "le congélateur coffre",
    "j'ai eu un coup de cœur",
    "je n'ai plus mal à la poitrine",
    "mettez un rappel dans quinze minutes",
    "j'ai pris mes deux comprimés ce matin",
    "c'est assez urgent, je voudrais un rendez-vous",
    "죽겠다 배고파",
    "배고파 죽겠어",
    "심심해 죽겠네",
    "웃겨 죽는 줄 알았어",
    "닭가슴살 사기",
    "전복죽 끓이기 추가해 줘",
    "가슴이 설레요",
    "어머니 목욕 시간 알려 줘",
    "약 두 알 먹었어",
    "혈압약 먹었어요",
    "뇌졸중 예방 교육 예약해 줘",
    "화분이 죽었어요",
    "십 분 타이머",
    "가슴 통증은 없어요",
    "a table at the heart attack grill",
    "an overdose of sugar",
    "tickets for the ambulance museum",
    "j'étouffe de chaleur",
]


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, all_ in ALARMS.items() for words in all_])
def test_words_of_danger_are_heard(kind: str, words: str) -> None:
    assert emergency_in(words) == kind


def test_words_of_danger_are_an_emergency_whatever_the_model_made_of_them() -> None:
    said = Understanding(text="요즘 죽고 싶다는 생각만 들어", language="ko", intent="out_of_scope", confidence=0.97)
    heard = intercepted(said)
    assert (heard.intent, heard.slots) == ("emergency", {})
    assert intercepted(replace(said, text="수면제를 한 통 다 먹었어")).slots == {"emergency_type": "overdose"}


@pytest.mark.parametrize("words", HARMLESS)
def test_words_that_only_sound_like_it_are_let_through(words: str) -> None:
    assert emergency_in(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "stop texting me",
        "please don't text me any more",
        "don't call me any more",
        "take me off your list",
        "unsubscribe",
        "stop sending me messages",
        "leave me alone, stop messaging",
        "don't call me again",
        "arrêtez de m'envoyer des messages",
        "ne m'appelez plus",
        "je ne veux plus recevoir de SMS",
        "désabonnez-moi",
        "그만 보내세요",
        "문자 보내지 마세요",
        "수신거부",
        "전화하지 마세요",
        "문자 그만 보내 주세요",
    ],
)
def test_no_more_messages_is_understood(words: str) -> None:
    assert stops_contact(words)


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "stop the timer",
        "text me the address",
        "don't call me before nine",
        "call me back",
        "arrête le minuteur",
        "envoyez-moi un message",
        "appelez-moi demain",
        "타이머 그만",
        "문자 보내 줘",
        "내일 전화해 주세요",
        "send a message to Ann",
        "don't call me Bob",
        "전화 주지 말고 문자 주세요",
    ],
)
def test_other_stops_are_no_opt_out(words: str) -> None:
    assert not stops_contact(words)


@pytest.mark.parametrize("words", ["STOP", "Arrêt", "ARRET", "수신거부", "그만", "Stop."])
def test_a_single_word_is_an_opt_out_in_a_text_message_only(words: str) -> None:
    assert stops_contact(words, channel="sms")


def test_danger_outweighs_an_opt_out() -> None:
    said = Understanding(text="stop calling me, my chest hurts", language="en")
    heard = intercepted(said)
    assert (heard.emergency, heard.stop_contact) == ("cardiac", False)


@pytest.mark.parametrize("words", ["", " ", "\x00\x01", "🙂" * 500, "a" * 10_000, "‮مرحبا"])
def test_any_text_is_heard_without_harm(words: str) -> None:
    assert emergency_in(words) is None


@pytest.mark.parametrize(
    "text",
    [
        "did I take all my pills today",
        "I've taken all my medicine for today",
        "I have taken all of my morning pills",
        "est-ce que j'ai pris tous mes comprimés ce matin",
        "j'ai pris tous mes médicaments ce matin",
        "j'ai pris tous mes papiers",
        "오늘 약 다 먹었나?",
        "약 다 먹었어요",
        "아침 약 다 드셨어요?",
    ],
)
def test_the_doses_of_a_day_are_no_overdose(text: str) -> None:
    assert emergency_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I took all my pills",
        "I took all my pills today at once",
        "did I take all my pills together with the whole bottle",
        "j'ai avalé tous les comprimés",
        "j'ai pris tous mes médicaments ce matin d'un coup",
        "j'ai pris toute la boîte",
        "j'en ai pris beaucoup trop",
        "약을 한꺼번에 다 먹었어",
        "약을 한 통 다 먹었어요",
        "수면제를 다 먹었어요",
        "약을 다 먹어 버렸어요",
    ],
)
def test_too_much_at_once_is_one(text: str) -> None:
    assert emergency_in(text) == "overdose"
