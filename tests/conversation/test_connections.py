"""Lines that break, come back, or send nonsense; and many of them at once."""

import asyncio
import gc
import random
import weakref

import pytest

from parley.contract import PermissionRefused
from parley.conversation import events
from parley.conversation.floor import MOST, ROUND_S
from parley.dialogue.state import State
from tests.conversation.world import FakeLine, Phone, World, result
from tests.virtual_time import virtual


@virtual
async def test_a_reconnect_goes_on_with_the_same_state_and_without_a_greeting() -> None:
    world = World()
    first = await world.call("one", greeting="")
    await first.quiet(3)
    await first.ask("hello")
    await first.conversation.close("hung_up")
    second = await world.call("one", greeting="")
    assert second.line.of(events.SessionStarted)[0].resumed
    await second.ask("again")
    assert second.line.replies == ["You said again."]
    await second.conversation.close("hung_up")
    assert [turn.number for turn in world.store.turns] == [1, 2]
    assert second.conversation._exchange.state.turn == 2


@virtual
async def test_a_socket_lost_in_mid_word_loses_nothing_that_was_done() -> None:
    world = World()
    phone = await world.call("one")
    await phone.ask("do book")
    await phone.say("and also", 0.4)
    await phone.conversation.close("hung_up")
    assert world.recogniser.opened[-1].cancelled
    assert world.dialogue.executed == ["do_book"]
    assert len(world.store.turns) == 1
    world.recogniser.texts.clear()
    again = await world.call("one")
    await again.ask("hello")
    assert again.line.replies == ["About what you asked before: You said do book. You said hello."]


@virtual
async def test_a_turn_in_hand_is_carried_through_when_the_line_breaks() -> None:
    world = World()
    world.recogniser.finish_s = 0.3
    phone = await world.call("one")
    await phone.say("do book")
    await phone.quiet(0.6)
    closing = asyncio.create_task(phone.conversation.close("hung_up"))
    await closing
    assert world.store.endings["one"] == "hung_up"
    assert world.dialogue.executed in ([], ["do_book"])
    assert len(world.store.turns) == len(world.dialogue.executed)


@virtual
async def test_a_second_connection_takes_over_from_the_first() -> None:
    world = World()
    first = await world.call("one")
    await first.ask("hello")
    second = await world.call("one")
    assert first.conversation.closed
    assert first.line.hung_up
    assert first.line.of(events.SessionEnded)[0].reason == "replaced"
    await second.ask("again")
    assert second.line.replies == ["You said again."]


@virtual
async def test_nobody_goes_on_with_somebody_elses_conversation() -> None:
    world = World()
    first = await world.call("one", owner="device:1")
    await first.ask("hello")
    with pytest.raises(PermissionRefused):
        await world.call("one", owner="device:2")
    assert not first.conversation.closed
    await first.conversation.close("hung_up")
    with pytest.raises(PermissionRefused):
        await world.call("one", owner="")


@virtual
async def test_two_conversations_do_not_affect_each_other() -> None:
    world = World()
    left, right = await world.call("left"), await world.call("right")

    async def speak_left() -> None:
        world.recogniser.texts.append("left words")
        await left.voice(1.0)
        await left.quiet(4)

    async def stay_right() -> None:
        await right.quiet(5)

    await asyncio.gather(speak_left(), stay_right())
    assert left.line.replies == ["You said left words."]
    assert right.line.replies == []


@virtual
async def test_one_that_fails_ends_alone() -> None:
    world = World()
    bad, good = await world.call("bad"), await world.call("good")
    bad.conversation._hearing.window = None  # type: ignore[assignment,method-assign]
    await asyncio.gather(bad.quiet(0.5), good.say("hello"))
    await good.quiet(1)
    assert bad.line.of(events.Failed)
    assert bad.line.hung_up
    assert world.store.endings == {"bad": "failed"}
    assert good.line.replies == ["You said hello."]


@virtual
async def test_garbage_is_heard_as_noise_at_worst() -> None:
    world = World()
    phone = await world.call()
    dice = random.Random(1)
    for _ in range(200):
        phone.conversation.hear(dice.randbytes(dice.randrange(0, 700)))
        await asyncio.sleep(0.01)
    phone.conversation.hear(b"")
    await phone.quiet(4)
    await phone.ask("hello")
    assert phone.line.replies[-1] == "You said hello."


@virtual
async def test_who_sends_far_ahead_loses_the_surplus_and_nobody_else_waits() -> None:
    world = World()
    flood, good = await world.call("flood"), await world.call("good")
    flood.conversation.hear(b"\xff" * 8000 * 3600)
    assert flood.conversation._hearing.ear.dropped_s > 3500
    assert len(flood.conversation._hearing.ear.waiting(1_000_000)) <= 10 * 8000
    await good.ask("hello")
    assert good.line.replies == ["You said hello."]
    assert max(world.vad.batches) <= MOST + 3


@virtual
async def test_a_hundred_calls_share_the_runs_of_the_model() -> None:
    world = World()
    phones = [await world.call(str(number), prompts=False) for number in range(100)]
    await asyncio.gather(*(phone.quiet(1.04) for phone in phones))
    await asyncio.sleep(ROUND_S)
    assert sum(world.vad.batches) == 100 * 32
    assert len(world.vad.batches) <= 1.2 / ROUND_S
    for phone in phones:
        await phone.conversation.close("hung_up")


@virtual
async def test_an_idle_floor_rests() -> None:
    world = World()
    phone = await world.call(prompts=False)
    await phone.ask("hello")
    await phone.quiet(3)
    await asyncio.sleep(1)
    assert world.floor.at_rest
    before = len(world.vad.batches)
    await asyncio.sleep(3600)
    assert len(world.vad.batches) == before


@virtual
async def test_an_ended_conversation_is_forgotten() -> None:
    world = World()
    phone = await world.call()
    await phone.ask("hello")
    gone = weakref.ref(phone.conversation)
    await phone.conversation.close("hung_up")
    assert len(world.floor) == 0
    del phone
    world.recogniser.opened.clear()
    await asyncio.sleep(30)
    gc.collect()
    assert gone() is None


@virtual
async def test_events_of_the_skill_reach_the_screen() -> None:
    world = World()
    world.dialogue.answers["timer"] = result(State(language="en"), "Done.", events=({"type": "timer", "id": "1"},))
    phone = await world.call()
    phone.conversation.type("timer")
    await asyncio.sleep(1)
    assert [event.card for event in phone.line.of(events.Card)] == [{"type": "timer", "id": "1"}]


@virtual
async def test_without_a_recogniser_typing_works_and_nothing_pretends_to_hear() -> None:
    from dataclasses import replace

    world = World()
    world.services = replace(world.services, recogniser_for=lambda language: None)
    phone: Phone = await world.call(line=FakeLine())
    assert not phone.line.of(events.SessionStarted)[0].recognises
    await phone.voice(1)
    await phone.quiet(2)
    assert phone.line.replies == []
    phone.conversation.type("hello")
    await asyncio.sleep(1)
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_who_leaves_before_the_beat_is_not_looked_at() -> None:
    world = World()
    phone = await world.call()
    phone.conversation.hear(b"\xff" * 800)
    await phone.conversation.close("hung_up")
    await asyncio.sleep(1)
    assert world.vad.batches == []
