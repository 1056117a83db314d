"""One question without a line, and the terminal that asks it."""

import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parley.audio.sound import Sound
from parley.channels import console
from parley.channels.house import House
from parley.contract import Conflict
from parley.conversation.once import Once
from parley.conversation.services import Opening
from parley.dialogue.state import State
from parley.listening.recognition import Abilities
from parley.listening.voice_activity import VoiceActivity
from tests.conversation.world import World, result
from tests.virtual_time import virtual


class HearsAll(VoiceActivity):
    """Takes every sound that is not silence for speech."""

    def __init__(self) -> None:
        pass

    def spoken_part(self, sound: Sound, *, margin_s: float = 0.3) -> Sound | None:
        return sound if np.any(sound.samples) else None


def house_of(world: World) -> House:
    """The world as a house."""
    world.recogniser.abilities = Abilities(languages=frozenset({"en"}))  # type: ignore[attr-defined]
    return House(floor=world.floor, services=world.services, voice_activity=HearsAll(), zone=ZoneInfo("UTC"))


@virtual
async def test_a_recording_is_transcribed_answered_and_spoken() -> None:
    world = World()
    world.recogniser.texts.append("hello")
    once = await console.opened(house_of(world))
    answered = await once.hear(Sound(samples=np.full(16000, 500, np.int16), rate=16000))
    data = console.as_json(answered)
    assert (data["transcript"], data["intent"], data["reply"]) == ("hello", "hello", "You said hello.")
    assert answered.sound is not None
    assert answered.sound.seconds == pytest.approx(0.9)
    assert set(data["timings"]) >= {"vad", "recognition", "understanding", "dialogue", "synthesis"}
    assert world.store.turns[0].transcript == "hello"


@virtual
async def test_silence_is_said_to_be_silence() -> None:
    world = World()
    once = await console.opened(house_of(world))
    answered = await once.hear(Sound(samples=np.zeros(16000, np.int16), rate=16000))
    assert answered.answer is None
    assert answered.text == "Sorry, I didn't catch that. Could you say it again?"
    assert world.store.turns == []


@virtual
async def test_questions_go_on_from_one_to_the_next() -> None:
    world = World()
    house = house_of(world)
    opening = Opening(conversation_id="one", channel="api", language="en", zone=ZoneInfo("UTC"))
    for text in ("hello", "again"):
        once = Once(opening=opening, floor=house.floor, services=house.services, voice_activity=house.voice_activity)
        await once.start()
        await once.read(text, speaking=False)
    assert [turn.number for turn in world.store.turns] == [1, 2]
    assert world.synthesiser.spoken == []


@virtual
async def test_a_live_conversation_is_not_talked_into() -> None:
    world = World()
    await world.call("one")
    house = house_of(world)
    opening = Opening(conversation_id="one", channel="api", language="en", zone=ZoneInfo("UTC"))
    once = Once(opening=opening, floor=house.floor, services=house.services, voice_activity=house.voice_activity)
    with pytest.raises(Conflict):
        await once.start()


@virtual
async def test_what_the_client_knows_reaches_the_skills() -> None:
    world = World()
    once = await console.opened(house_of(world))
    await once.tell({"page": "calendar"})
    await once.read("hello", speaking=False)
    assert once.state.facts["client"] == {"page": "calendar"}


@virtual
async def test_a_typed_conversation_ends_with_goodbye() -> None:
    world = World()
    bye = result(State(language="en"), "Goodbye.", ends=True)
    world.dialogue.answers["bye"] = replace(bye)
    out = io.StringIO()
    await console.talk(await console.opened(house_of(world)), lines=io.StringIO("hello\n\nbye\nmore\n"), out=out)
    assert out.getvalue() == "> You said hello.\n> > Goodbye.\n"
