"""pocketsphinx with small grammars; the recorded people of ../shared judge it where they are."""

import asyncio
import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from parley.audio.files import read_sound
from parley.contract import Expectation
from parley.listening import sphinx
from parley.listening.engine import EngineOptions
from parley.listening.masking import masked, quietest_rms
from parley.listening.phrasebook import Phrasebook, Source
from parley.listening.pronunciation import Dictionary, guessed
from parley.listening.providers.pocketsphinx import Languages, provider
from parley.listening.sphinx.ranking import by_chance, by_phones, ranking
from parley.listening.sphinx.searches import Heard
from parley.speaking.providers import espeak
from parley.speaking.settings import SpeakingSettings

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "audio"
DIGITS = "(zero|one|two|three|four|five|six|seven|eight|nine)"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Languages]:
    folder = tmp_path_factory.mktemp("digits")
    (folder / "sentences").mkdir()
    content = {"intents": {"digit.say": [DIGITS], "greet": ["(hello parleyvoo|good morning)"]}}
    (folder / "sentences" / "en.yaml").write_text(json.dumps(content), encoding="utf-8")
    made = provider.load(EngineOptions(models_dir="", phrasebook=Phrasebook(sources=(Source(folder=str(folder)),))))
    yield made
    made.close()


def heard(text: str, score: float, acoustic: float = -1.0) -> Heard:
    return Heard(text, score, acoustic, ())


def test_silence_and_nothing_are_nothing_heard(engine: Languages):
    for pcm in (b"", bytes(320), bytes(32_000)):
        stream = engine.open(language="en", rate=16_000, expectation=Expectation(), live=False)
        transcript = stream.finish(pcm)
        assert transcript.confidence < 0.6, transcript
        stream.close()


def test_a_stream_is_heard_live_and_its_decoder_is_used_again(engine: Languages):
    for _ in range(2):
        stream = engine.open(language="en", rate=8_000, expectation=Expectation(), live=True)
        assert isinstance(stream.feed(bytes(3_200)), str)
        stream.close()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the recorded people of ../shared are not here")
def test_people_saying_digits_are_heard(engine: Languages):
    rows = [json.loads(line) for line in (SHARED / "alnum" / "manifest.jsonl").read_text().splitlines()]
    digits = [row for row in rows if len(row["text"]) > 1][:12]
    right = 0
    for row in digits:
        sound = read_sound(SHARED / "alnum" / row["file"], rate=16_000)
        stream = engine.open(language="en", rate=16_000, expectation=Expectation(intents=("digit.say",)), live=False)
        transcript = stream.finish(sound.pcm)
        stream.close()
        right += transcript.text == row["text"]
        assert all(word.start_s < word.end_s <= sound.seconds + 0.1 for word in transcript.words)
    assert right >= 0.8 * len(digits)


WISHES = ["set a timer for (ten|twenty) minutes", "book an appointment for (tomorrow|Friday)", "what time is it"]


@pytest.fixture(scope="module")
def wishes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Languages]:
    """With more intents than a grammar holds, so that the language model hears."""
    folder = tmp_path_factory.mktemp("wishes")
    (folder / "sentences").mkdir()
    others = {
        f"other.{number}": [f"tell me story number {word}"] for number, word in enumerate(["one", "two", "six"])
    }
    content = {"intents": {f"wish.{number}": [wish] for number, wish in enumerate(WISHES)} | others}
    content["intents"] |= {"help": ["please help me"]}
    (folder / "sentences" / "en.yaml").write_text(json.dumps(content), encoding="utf-8")
    book = Phrasebook(sources=(Source(folder=str(folder)),))
    made = provider.load(EngineOptions(models_dir="", phrasebook=book, kept_dir=str(folder / "kept")))
    yield made
    made.close()


def voiced(text: str, rate: int) -> bytes:
    """The words by the house's own voice, with a silence around them."""

    async def said() -> bytes:
        voice = espeak.provider(SpeakingSettings()).speak(text, language="en", voice=None, rate=rate)
        return b"".join([piece async for piece in voice])

    silence = bytes(2 * (rate // 3))
    return silence + asyncio.run(said()) + silence


@pytest.mark.parametrize("rate", [8_000, 16_000])
@pytest.mark.parametrize(
    "text", ["set a timer for ten minutes", "what time is it", "book an appointment for tomorrow"]
)
def test_a_wish_is_heard_whole_and_as_it_is_spoken(wishes: Languages, text: str, rate: int):
    pcm = voiced(text, rate)
    stream = wishes.open(language="en", rate=rate, expectation=Expectation(), live=True)
    said = [stream.feed(pcm[at : at + rate // 5]) for at in range(0, len(pcm), rate // 5)]
    whole = stream.finish(pcm)
    stream.close()
    assert SequenceMatcher(None, whole.text.split(), text.split()).ratio() > 0.7, whole.text
    assert said[-1].split()[0] == text.split()[0]
    assert [word.text for word in whole.words] == whole.text.split()


def test_the_transform_for_telephones_fits_the_model():
    model = Path(sphinx.__path__[0]) / "telephone.en.mllr"
    numbers = model.read_text(encoding="ascii").split()
    streams, size = int(numbers[1]), 13
    assert len(numbers) == 2 + streams * (1 + size * size + 2 * size)
    assert streams == 3


def test_the_better_score_wins_with_a_head_start_for_the_grammar():
    grammar, close, far = heard("grammar", -1.0), heard("close", -0.9), heard("far", -0.2)
    assert [each.text for each in ranking(close, grammar)] == ["grammar", "close"]
    assert [each.text for each in ranking(far, grammar)] == ["far", "grammar"]
    assert ranking(None, None) == []


def test_confidence_falls_with_the_distance_from_free_phones():
    free = heard("", 0.0, -3.0)
    sure = [by_phones([heard("x", 0.0, acoustic)], free) for acoustic in (-3.3, -4.2, -5.0)]
    assert sure[0] > 0.9 > sure[1] > 0.6 > sure[2]
    agreeing = [heard("set a timer", 0.0, -9.0)] * 2
    assert 0.7 < by_phones(agreeing, free) < 0.8


def test_confidence_grows_with_the_chance_of_the_words_among_all_that_were_possible():
    sure = [by_chance(heard("x", 0.0)._replace(chance=chance)) for chance in (0.0, -4.0, -7.8, -12.0, -30.0)]
    assert sure[0] > sure[1] > 0.85 > sure[2] == 0.5 > sure[3] > sure[4]


def test_without_phones_agreement_is_what_counts():
    same, other = heard("set a timer", 0.0), heard("sat on tea", 0.0)
    assert by_phones([same, same], None) == 0.9
    assert by_phones([same, other], None) < 0.7
    assert by_phones([same], None) == 0.5


def test_masking_noise_lifts_digital_silence_and_is_the_same_each_time():
    samples = np.zeros(16_000, np.int16)
    noisy = masked(samples, sigma=12.0)
    assert quietest_rms(samples, 16_000) == 0.0
    assert 9 < quietest_rms(noisy, 16_000) < 13
    np.testing.assert_array_equal(noisy, masked(samples, sigma=12.0))
    assert quietest_rms(samples[:10], 16_000) == float("inf")


def test_a_word_without_an_entry_is_spelled_from_its_sound(tmp_path: Path):
    path = tmp_path / "words.dict"
    path.write_text("the DH AH\nthe(2) DH IY\nthere DH EH R\n", encoding="utf-8")
    dictionary = Dictionary(path, "en")
    assert dictionary.lines("the") == ["the DH AH", "the(2) DH IY"]
    assert dictionary.lines("metformin") == [f"metformin {guessed('metformin', 'en')}"]
    assert guessed("shop", "en") == "SH AA P"
    assert guessed("chien", "fr") == "ch yy in"


def test_french_is_there_only_with_its_model(tmp_path: Path):
    assert provider.abilities(EngineOptions(models_dir="")).languages == {"en"}
    with_french = EngineOptions(models_dir="", french_grammar_model=str(tmp_path))
    assert provider.abilities(with_french).languages == {"en", "fr"}
