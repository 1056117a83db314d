"""The answer is ready before the person has finished, and never had an effect when it was wrong."""

import asyncio

from parley.conversation import events
from parley.conversation.floor import WORKERS
from tests.conversation.world import Phone, World
from tests.virtual_time import virtual


async def say_with_partial(phone: Phone, final: str, partial: str) -> None:
    """Say `final`; in the pause at its end the recogniser has got as far as `partial`."""
    phone.world.recogniser.texts.append(final)
    await phone.voice(0.8)
    phone.partial(partial)
    await phone.quiet(2)


@virtual
async def test_the_same_words_are_answered_from_the_guess() -> None:
    world = World()
    phone = await world.call()
    await say_with_partial(phone, "What time is it?", "what time is it")
    assert world.dialogue.speculated == ["what_time_is_it"]
    assert world.understander.asked == ["what time is it"]
    assert phone.line.replies == ["You said what time is it."]
    assert world.synthesiser.spoken == ["You said what time is it."]
    assert phone.line.of(events.TurnReport)[0].speculated
    assert world.store.turns[0].speculated
    assert world.store.memories["call"]["state"]["turn"] == 1


@virtual
async def test_the_first_sound_is_made_while_the_person_still_speaks() -> None:
    world = World()
    phone = await world.call()
    world.recogniser.texts.append("what time is it")
    await phone.voice(0.8)
    phone.partial("what time is it")
    await phone.voice(0.2)
    assert world.synthesiser.spoken == ["You said what time is it."]
    assert phone.line.times("play") == []


@virtual
async def test_nothing_is_guessed_while_the_threads_are_needed_for_turns() -> None:
    world = World()
    phone = await world.call()
    world.recogniser.texts.append("What time is it?")
    await phone.voice(0.8)
    world.floor._in_hand = WORKERS
    phone.partial("what time is it")
    await phone.voice(0.2)
    assert world.understander.asked == []
    world.floor._in_hand = 0
    await phone.quiet(2)
    assert world.understander.asked == ["What time is it?"]
    assert phone.line.replies == ["You said What time is it?."]


@virtual
async def test_a_guess_that_the_rest_proves_wrong_leaves_no_trace() -> None:
    world = World()
    phone = await world.call()
    await say_with_partial(phone, "what time is it in paris", "what time is it")
    assert phone.line.replies == ["You said what time is it in paris."]
    assert len(world.store.turns) == 1
    assert not phone.line.of(events.TurnReport)[0].speculated
    assert world.store.memories["call"]["state"]["turn"] == 1


@virtual
async def test_what_changes_the_world_waits_for_the_end_of_the_turn() -> None:
    world = World()
    phone = await world.call()
    world.recogniser.texts.append("do book")
    await phone.voice(0.8)
    phone.partial("do book")
    await phone.quiet(0.3)
    assert world.dialogue.executed == []
    assert world.synthesiser.spoken == []
    await phone.quiet(2)
    assert world.dialogue.executed == ["do_book"]
    assert world.understander.asked == ["do book"]


@virtual
async def test_a_guess_is_not_kept_for_the_next_turn() -> None:
    world = World()
    phone = await world.call()
    world.recogniser.texts.append("hello")
    await phone.voice(0.8)
    phone.partial("goodbye")
    await phone.quiet(3)
    phone.conversation.type("goodbye")
    await asyncio.sleep(1)
    assert phone.line.replies == ["You said hello.", "You said goodbye."]
    assert world.store.memories["call"]["state"]["turn"] == 2


@virtual
async def test_flickering_words_are_understood_one_at_a_time() -> None:
    world = World()
    waiting = asyncio.Event()

    async def slow(text: str, **more: object) -> object:
        await waiting.wait()
        return world.understander.understand(text, language="en")

    from dataclasses import replace

    world.services = replace(world.services, understand_async=slow)
    phone = await world.call()
    world.recogniser.texts.append("five")
    await phone.voice(0.3)
    for word in ("one", "two", "three", "four", "five"):
        phone.partial(word)
        await asyncio.sleep(0.01)
    waiting.set()
    await phone.quiet(2)
    assert world.understander.asked == ["one", "five"]
    assert phone.line.replies == ["You said five."]
