"""The embedded voice, truly heard."""

import asyncio

import numpy as np
import pytest

from parley.contract import Language, ProviderFailed
from parley.speaking.provider import Voice
from parley.speaking.providers.espeak import Espeak, Options, pitch_of, provider
from parley.speaking.settings import SpeakingSettings

pytestmark = pytest.mark.anyio

SENTENCES: dict[Language, str] = {
    "en": "Your appointment is on Tuesday at nine.",
    "fr": "Votre rendez-vous est mardi à neuf heures.",
    "ko": "예약은 화요일 오전 아홉 시입니다.",
}


@pytest.fixture
def espeak() -> Espeak:
    return provider(SpeakingSettings())


async def heard(espeak: Espeak, text: str, language: Language, *, hz: int = 8000, **voice: object) -> np.ndarray:
    how = Voice(**{"name": "", "language": language, **voice}) if voice else None
    pcm = b"".join([piece async for piece in espeak.speak(text, language=language, voice=how, rate=hz)])
    return np.frombuffer(pcm, "<i2").astype(float) / 32768


def pitch(sound: np.ndarray, rate: int) -> float:
    """Median fundamental of the voiced frames, in Hz, by autocorrelation."""
    found = []
    for start in range(0, len(sound) - 1024, 512):
        frame = sound[start : start + 1024]
        if np.sqrt(np.mean(frame**2)) > 0.05:
            correlation = np.correlate(frame, frame, "full")[1023:]
            lag = int(np.argmax(correlation[rate // 400 : rate // 60])) + rate // 400
            found.append(rate / lag)
    return float(np.median(found))


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
@pytest.mark.parametrize("rate", [8000, 16000])
async def test_every_language_is_heard_at_the_channels_rate(espeak: Espeak, language: Language, rate: int) -> None:
    sound = await heard(espeak, SENTENCES[language], language, hz=rate)
    assert 1.5 < len(sound) / rate < 4.5
    speech = sound[np.abs(sound) > 0.01]
    assert -24 < 20 * np.log10(np.sqrt(np.mean(speech**2))) < -15
    assert np.abs(sound).max() < 0.9
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01


@pytest.mark.parametrize("name", ["en-gb", "en-us+f3"])
async def test_tags_that_the_library_lacks_have_a_voice(espeak: Espeak, name: str) -> None:
    assert len(await heard(espeak, "Good morning.", "en", name=name)) > 4000
    assert len(await heard(espeak, "Bonjour.", "fr", name="fr-be")) > 2000


async def test_rate_changes_the_length_and_pitch_does_not(espeak: Espeak) -> None:
    text = SENTENCES["en"]
    plain, fast, slow, high = [
        await heard(espeak, text, "en", **voice)
        for voice in ({"name": ""}, {"rate": 2.0}, {"rate": 0.5}, {"pitch_semitones": 6.0})
    ]
    assert len(fast) < 0.7 * len(plain)
    assert len(slow) > 1.5 * len(plain)
    assert len(high) == pytest.approx(len(plain), rel=0.1)
    assert pitch(high, 8000) > 1.2 * pitch(plain, 8000)


def test_semitones_fill_the_librarys_scale() -> None:
    assert [pitch_of(semitones) for semitones in (-12, 0, 12, 99)] == [0, 50, 100, 100]


async def test_pieces_are_short_and_the_first_comes_before_the_rest(espeak: Espeak) -> None:
    sizes = [len(p) async for p in espeak.speak(SENTENCES["en"] * 3, language="en", voice=None, rate=16_000)]
    assert len(sizes) > 8
    assert max(sizes) <= 8_000


async def test_leaving_stops_the_library(espeak: Espeak) -> None:
    stream = espeak.speak("A long story. " * 2_000, language="en", voice=None, rate=8000)
    await anext(stream)
    await stream.aclose()
    assert len(await heard(espeak, "Short.", "en")) < 8_000, "the library is free again and says the next thing"


async def test_many_speak_at_once_each_their_own(espeak: Espeak) -> None:
    alone = [await heard(espeak, text, language) for language, text in SENTENCES.items()]
    together = await asyncio.gather(*(heard(espeak, text, language) for language, text in SENTENCES.items()))
    for one, other in zip(alone, together, strict=True):
        assert len(one) == pytest.approx(len(other), rel=0.02)


async def test_marks_for_the_library_are_only_text(espeak: Espeak) -> None:
    assert len(await heard(espeak, "<speak> [[h@'loU]]", "en")) > 4_000


async def test_an_unknown_voice_is_an_error_of_ours(espeak: Espeak) -> None:
    with pytest.raises(ProviderFailed):
        await heard(espeak, "Hello.", "en", name="espeak/nobody")


async def test_nothing_is_silence() -> None:
    assert len(await heard(Espeak(Options()), "", "en")) == 0
