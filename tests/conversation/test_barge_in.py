"""Speaking over a reply: true interruptions, false ones, and what becomes of the work behind the reply."""

import asyncio
from dataclasses import replace

import pytest

from parley.contract import Expectation
from parley.conversation import events
from parley.dialogue.acts import Emergency
from parley.dialogue.state import State
from tests.conversation.world import World, result
from tests.virtual_time import virtual

STORY = "One two three four five six seven eight nine ten eleven twelve."


def told(world: World, **more: object) -> None:
    """The intent `story` is answered with the long reply."""
    world.dialogue.answers["story"] = result(State(language="en"), STORY, **more)


@virtual
async def test_speech_stops_the_reply_within_200_ms_and_what_was_heard_is_kept() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(1.1)
    began = asyncio.get_running_loop().time()
    await phone.say("stop that please")
    await phone.quiet(1.0)
    cleared = phone.line.times("clear")
    assert len(cleared) == 1
    assert 0.13 <= cleared[0] - began <= 0.26
    await world.floor.kept(lambda: None)  # all is written that was to be
    heard = world.store.answers[0].heard
    assert heard == "One two three four"
    assert not world.store.answers[0].complete
    assert phone.line.replies[-1] == "You said stop that please."


@virtual
async def test_after_the_interruption_nothing_of_the_old_reply_is_played() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    await phone.say("hello")
    cleared = phone.line.times("clear")[0]
    answered = len(phone.line.times("play"))
    await phone.quiet(0.3)
    assert len(phone.line.times("play")) == answered
    assert all(at <= cleared for at in phone.line.times("play"))
    await phone.quiet(3)
    assert world.synthesiser.spoken.count(STORY) == 1


@pytest.mark.parametrize("sound", ["", "mm-hm", "Okay.", "uh huh"])
def test_a_cough_or_a_sign_of_following_resumes_the_reply(sound: str) -> None:
    @virtual
    async def run() -> None:
        world = World()
        told(world)
        phone = await world.call()
        await phone.ask("story")
        await phone.quiet(1.0)
        await phone.say(sound, 0.4)
        await phone.quiet(8)
        assert len(phone.line.times("clear")) == 1
        assert phone.line.replies == [STORY]
        ended = phone.line.of(events.ReplyEnded)
        assert [event.complete for event in ended] == [True]
        assert world.store.answers[0].heard == STORY

    run()


@virtual
async def test_a_very_short_noise_does_not_even_pause_the_reply() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(1.0)
    await phone.say("", 0.1)
    await phone.quiet(6)
    assert phone.line.times("clear") == []
    assert phone.line.underruns == 0
    assert phone.line.of(events.ReplyEnded)[0].complete


@virtual
async def test_okay_is_an_answer_where_a_yes_was_asked_for() -> None:
    world = World()
    told(world, expectation=Expectation(yes_no=True))
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(1.0)
    await phone.say("okay", 0.4)
    await phone.quiet(1.5)
    assert phone.line.replies[-1] == "You said okay."


@virtual
async def test_our_own_voice_from_the_loudspeaker_is_no_turn() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    await phone.say("two three four five")
    await phone.quiet(8)
    assert phone.line.replies == [STORY]
    assert phone.line.of(events.ReplyEnded)[0].complete


@virtual
async def test_clear_is_sent_also_when_all_was_already_sent() -> None:
    world = World()
    world.dialogue.answers["story"] = result(State(language="en"), "One two three four.")
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.85)
    await phone.say("stop", 0.6)
    assert len(phone.line.times("clear")) == 1


@virtual
async def test_no_clear_when_nothing_is_left_to_play() -> None:
    world = World()
    phone = await world.call()
    await phone.ask("hi")
    await phone.quiet(3)
    await phone.say("hello", 0.6)
    assert phone.line.times("clear") == []


@virtual
async def test_what_was_done_is_done_once_and_told_again_when_it_was_not_heard() -> None:
    world = World()
    world.dialogue.answers["do_book"] = result(
        State(language="en"), "You are booked for Tuesday at nine with Doctor Kim.", executed="do_book"
    )
    phone = await world.call()
    await phone.ask("do book")
    await phone.say("what time is it")
    await phone.quiet(8)
    assert world.dialogue.executed == ["do_book"]
    assert phone.line.replies[-1] == (
        "About what you asked before: You are booked for Tuesday at nine with Doctor Kim. You said what time is it."
    )
    await phone.ask("and now")
    assert phone.line.replies[-1] == "You said and now."


@virtual
async def test_what_was_only_read_is_not_told_again() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.say("what time is it")
    await phone.quiet(3)
    assert phone.line.replies[-1] == "You said what time is it."


@virtual
async def test_a_turn_that_acts_is_not_lost_when_the_person_speaks_meanwhile() -> None:
    world = World()
    release = asyncio.Event()

    async def slow(text: str, **more: object) -> object:
        if text == "do book":
            await release.wait()
        return world.understander.understand(text, language="en")

    world.services = replace(world.services, understand_async=slow)
    phone = await world.call()
    await phone.say("do book")
    await phone.quiet(0.8)
    await phone.say("are you there")
    await phone.quiet(0.8)
    release.set()
    await phone.quiet(3)
    assert world.dialogue.executed == ["do_book"]
    assert len(world.store.turns) == 2
    assert phone.line.replies[-1] == "About what you asked before: You said do book. You said are you there."


@virtual
async def test_who_goes_on_speaking_is_answered_once_for_all_of_it() -> None:
    world = World()
    world.end_of_turn.seconds = 0.3
    world.recogniser.finish_s = 0.5
    phone = await world.call()
    await phone.say("book it for")
    await phone.quiet(0.4)
    await phone.say("next tuesday")
    await phone.quiet(3)
    assert world.understander.asked == ["book it for next tuesday"]
    assert phone.line.replies == ["You said book it for next tuesday."]


@virtual
async def test_words_before_a_cough_are_answered() -> None:
    world = World()
    world.end_of_turn.seconds = 0.3
    world.recogniser.finish_s = 0.5
    phone = await world.call()
    await phone.say("hello")
    await phone.quiet(0.4)
    await phone.say("", 0.5)
    await phone.quiet(3)
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_what_must_be_heard_is_spoken_to_its_end() -> None:
    world = World()
    told(world, acts=(Emergency(kind="chest_pain"),))
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    await phone.say("hello")
    await phone.quiet(8)
    assert phone.line.times("clear") == []
    assert [event.complete for event in phone.line.of(events.ReplyEnded)] == [True, True]
    assert phone.line.replies[-1] == "You said hello."


@virtual
async def test_typing_stops_the_reply_at_once() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    at = asyncio.get_running_loop().time()
    phone.conversation.type("hello")
    assert phone.line.times("clear") == [at]
    await phone.quiet(2)
    assert phone.line.replies[-1] == "You said hello."


@virtual
async def test_the_client_may_ask_for_silence() -> None:
    world = World()
    told(world)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    phone.conversation.interrupt()
    await phone.quiet(2)
    assert len(phone.line.times("clear")) == 1
    assert not phone.line.of(events.ReplyEnded) or not phone.line.of(events.ReplyEnded)[0].complete


@virtual
async def test_a_line_with_marks_ends_the_reply_when_it_was_really_played() -> None:
    from tests.conversation.world import FakeLine

    world = World()
    phone = await world.call(line=FakeLine(marks=True))
    await phone.ask("hi")
    await phone.quiet(1.2)
    assert phone.line.of(events.ReplyEnded) == []
    name = next(value for _, what, value in phone.line.log if what == "mark")
    phone.conversation.marked("another")
    assert phone.line.of(events.ReplyEnded) == []
    phone.conversation.marked(name)
    assert phone.line.of(events.ReplyEnded)[0].complete
