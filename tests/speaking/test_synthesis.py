"""Providers in order: fallback, retry, rest, cache, barge-in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.contract import AuthenticationFailed, ConfigurationInvalid, ProviderFailed
from parley.speaking import synthesis
from parley.speaking.provider import Abilities, Voice
from parley.speaking.settings import SpeakingSettings
from parley.speaking.synthesis import Speaking
from tests.speaking.conftest import Scripted

pytestmark = pytest.mark.anyio
BROKEN = ProviderFailed("gone")


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> "Builder":
    return Builder(monkeypatch)


class Builder:
    """Makes a `Speaking` whose providers are the given ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, *providers: Scripted, **settings: object) -> Speaking:
        known = {provider.name: provider for provider in providers}
        self._monkeypatch.setattr(synthesis, "opened", lambda name, _settings: known[name])
        return Speaking(SpeakingSettings.model_validate({"providers": {"en": tuple(known)}, **settings}))


def sounds(directory: Path) -> list[bytes]:
    return [file.read_bytes() for file in directory.rglob("*.pcm")]


async def said(speaking: Speaking, text: str, **how: object) -> bytes:
    return b"".join([piece async for piece in speaking.synthesiser("en").speak(text, rate=8000, **how)])


async def test_the_first_provider_speaks_and_is_remembered(speaking: Builder) -> None:
    first, second = Scripted("first", [b"so", b"und"]), Scripted("second", [b"no"])
    house = speaking(first, second)
    assert await said(house, "At 9:00 am.") == b"sound"
    assert await said(house, "At 9:00 am.") == b"sound"
    assert first.said == ["At nine AM."]
    assert second.said == []
    assert house.counts.hit_rate == 0.5


async def test_the_next_provider_speaks_in_the_same_turn(speaking: Builder) -> None:
    first, second = Scripted("first", [BROKEN]), Scripted("second", [b"rescue"])
    house = speaking(first, second, attempts=2)
    assert await said(house, "Hello.") == b"rescue"
    assert first.said == ["Hello."] * 2, "it was tried again before it was given up"


async def test_a_retry_can_be_enough(speaking: Builder) -> None:
    first = Scripted("first", [BROKEN], [b"fine"])
    assert await said(speaking(first), "Hello.") == b"fine"


async def test_a_break_in_mid_sentence_repeats_that_sentence_only(speaking: Builder) -> None:
    first = Scripted("first", [b"one."], [b"tw", BROKEN])
    second = Scripted("second", [b"two."])
    sound = await said(speaking(first, second), "One. Two.")
    assert sound.replace(b"\0", b"") == b"one.twtwo."
    assert second.said == ["Two."]


async def test_half_a_sentence_is_never_remembered(speaking: Builder) -> None:
    first = Scripted("first", [b"ha", BROKEN], [b"half"])
    house = speaking(first)
    with pytest.raises(ProviderFailed):
        await said(house, "Half.")
    assert await said(house, "Half.") == b"half"


async def test_refused_credentials_are_tried_once_and_then_left_alone(speaking: Builder) -> None:
    first, second = Scripted("first", [AuthenticationFailed("no")]), Scripted("second", [b"x"])
    house = speaking(first, second)
    await said(house, "One.")
    await said(house, "Two.")
    assert first.said == ["One."]


async def test_any_exception_of_a_provider_from_outside_is_a_failure(speaking: Builder) -> None:
    first, second = Scripted("first", [ZeroDivisionError()]), Scripted("second", [b"ok"])
    assert await said(speaking(first, second), "Hello.") == b"ok"


async def test_a_provider_that_hangs_is_passed_over(speaking: Builder) -> None:
    class Hanging(Scripted):
        async def speak(self, text: str, **how: object) -> AsyncIterator[bytes]:
            self.said.append(text)
            await asyncio.Event().wait()
            yield b""

    first, second = Hanging("first", [b""]), Scripted("second", [b"ok"])
    assert await said(speaking(first, second, first_sound_s=0.001, attempts=1), "Hello.") == b"ok"


async def test_nobody_can_speak(speaking: Builder) -> None:
    with pytest.raises(ProviderFailed, match="no synthesis provider"):
        await said(speaking(Scripted("first", [BROKEN])), "Hello.")


async def test_no_provider_can_be_had() -> None:
    house = Speaking(SpeakingSettings(providers={"en": ("unheard_of",)}))
    with pytest.raises(ConfigurationInvalid):
        house.synthesiser("en")
    assert "unheard_of" in house.unavailable


async def test_leaving_the_stream_stops_the_provider_at_once(speaking: Builder) -> None:
    class Endless(Scripted):
        async def speak(self, text: str, **how: object) -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"more"
                    await asyncio.sleep(0)
            finally:
                self.closed_early += 1

    endless = Endless("endless", [b""])
    stream = speaking(endless).synthesiser("en").speak("On and on.", rate=8000)
    assert await anext(stream) == b"more"
    await stream.aclose()
    assert endless.closed_early == 1
    assert not [task for task in asyncio.all_tasks() if "_make" in repr(task)]


async def test_the_next_sentence_is_made_while_this_one_is_heard(speaking: Builder) -> None:
    first = Scripted("first", [b"x"])
    stream = speaking(first).synthesiser("en").speak("One. Two. Three.", rate=8000)
    await anext(stream)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert first.said == ["One.", "Two."]
    await stream.aclose()


async def test_nothing_to_say_is_no_sound(speaking: Builder) -> None:
    assert await said(speaking(Scripted("first", [b"x"])), " 🎉 ") == b""


async def test_rate_and_pitch_go_along_to_the_provider_that_stands_in(speaking: Builder) -> None:
    second = Scripted("second", [b"x"])
    voice = Voice(name="first/first-voice", language="en", rate=1.5, pitch_semitones=2)
    await said(speaking(Scripted("first", [BROKEN]), second), "Hello.", voice=voice)
    assert second.voices == [Voice(name="second-voice", language="en", rate=1.5, pitch_semitones=2)]


async def test_phrases_are_made_ahead_and_kept_on_disk(speaking: Builder, tmp_path: Path) -> None:
    first = Scripted("first", [b"welcome"])
    house = speaking(first, warm_phrases={"en": ("Welcome.",)}, cache_directory=tmp_path)
    await house.warm(rate=8000)
    assert sounds(tmp_path) == [b"welcome"]
    assert await said(house, "Welcome.") == b"welcome"
    assert first.said == ["Welcome."]


async def test_warming_a_broken_provider_breaks_nothing(speaking: Builder) -> None:
    house = speaking(Scripted("first", [AuthenticationFailed("no")]), Scripted("second", [b"x"]))
    await house.warm()
    assert await said(house, "Hello.") == b"x"


def test_a_voice_has_bounds() -> None:
    with pytest.raises(ConfigurationInvalid):
        Voice(name="v", language="en", rate=2.1)
    with pytest.raises(ConfigurationInvalid):
        Voice(name="v", language="en", pitch_semitones=13)


@pytest.mark.parametrize(
    ("wanted", "used"),
    [("", "a"), ("b", "b"), ("me/b", "b"), ("other/b", "a"), ("stranger", "a"), ("me/cloned-id", "cloned-id")],
)
def test_a_provider_uses_the_voices_that_are_its_own(wanted: str, used: str) -> None:
    abilities = Abilities(voices={"en": ("a", "b")}, streaming=True, local=True, any_voice=True)
    assert abilities.voice("me", "en", Voice(name=wanted, language="en")).name == used
