"""Nobody says anything: one gentle prompt, then a goodbye; and how a conversation ends."""

import asyncio

from parley.conversation import events
from parley.dialogue.state import State
from tests.conversation.world import World, result
from tests.virtual_time import virtual

PROMPT = "Are you still there?"
GOODBYE = "I can't hear you any more, so I'll end here. Goodbye."


@virtual
async def test_silence_is_met_with_one_prompt_then_a_goodbye() -> None:
    world = World()
    phone = await world.call(greeting="")
    await phone.quiet(45)
    assert phone.line.replies == ["Hello, how can I help you?", PROMPT, GOODBYE]
    assert phone.line.hung_up
    assert phone.line.of(events.SessionEnded)[0].reason == "silence"
    assert world.store.endings == {"call": "silence"}


@virtual
async def test_who_answers_the_prompt_is_prompted_gently_again() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(12)
    assert phone.line.replies == [PROMPT]
    await phone.ask("yes sorry")
    await phone.quiet(15)
    assert phone.line.replies == [PROMPT, "You said yes sorry.", PROMPT]


@virtual
async def test_who_speaks_into_the_goodbye_stays() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(9.5 + 2 + 9.5)
    assert phone.line.replies == [PROMPT, GOODBYE]
    await phone.say("wait I am here")
    await phone.quiet(5)
    assert not phone.line.hung_up
    assert phone.line.replies[-1] == "You said wait I am here."


@virtual
async def test_the_time_does_not_run_while_the_person_thinks_aloud() -> None:
    world = World()
    world.end_of_turn.seconds = 30.0
    phone = await world.call()
    await phone.quiet(5)
    await phone.say("well")
    await phone.quiet(12)
    assert phone.line.replies == []


@virtual
async def test_a_page_that_is_typed_to_is_never_prompted() -> None:
    world = World()
    phone = await world.call(prompts=False)
    await phone.quiet(60)
    assert phone.line.replies == []
    assert not phone.line.hung_up


@virtual
async def test_the_line_is_free_as_soon_as_the_goodbye_is_spoken() -> None:
    world = World()
    world.dialogue.answers["bye"] = result(State(language="en"), "Goodbye then.", ends=True)
    phone = await world.call()
    began = await phone.ask("bye")
    await phone.quiet(2)
    assert phone.line.times("hang_up")[0] - began < 0.75
    assert len(world.floor) == 0


@virtual
async def test_who_speaks_over_our_goodbye_is_not_hung_up_on() -> None:
    world = World()
    world.dialogue.answers["bye"] = result(State(language="en"), "Goodbye then and see you soon.", ends=True)
    phone = await world.call()
    await phone.ask("bye")
    await phone.say("one more thing")
    await phone.quiet(4)
    assert not phone.line.hung_up
    assert phone.line.replies[-1] == "You said one more thing."


@virtual
async def test_the_prompt_comes_in_the_language_of_the_conversation() -> None:
    world = World()
    phone = await world.call(language="ko")
    await phone.quiet(11)
    assert phone.line.replies == ["듣고 계신가요?"]


@virtual
async def test_a_timer_that_ends_is_spoken_and_the_reply_goes_on_after_it() -> None:
    world = World()
    story = "One two three four five six seven eight."
    world.dialogue.answers["story"] = result(State(language="en"), story)
    phone = await world.call()
    await phone.ask("story")
    await phone.quiet(0.5)
    phone.conversation.announce("Your tea is ready.", cards=[{"type": "timer"}])
    await phone.quiet(6)
    assert world.synthesiser.spoken == [story, "Your tea is ready."]
    assert [event.complete for event in phone.line.of(events.ReplyEnded)] == [True, True]
    assert phone.line.of(events.ReplyEnded)[0].heard == "Your tea is ready."
    assert phone.line.of(events.Card)[0].card == {"type": "timer"}


@virtual
async def test_nothing_is_announced_over_the_persons_words() -> None:
    world = World()
    phone = await world.call()
    world.recogniser.texts.append("hello")
    await phone.voice(0.5)
    phone.conversation.announce("Your tea is ready.")
    await phone.voice(0.5)
    assert phone.line.times("play") == []
    await phone.quiet(5)
    assert phone.line.replies == ["You said hello.", "Your tea is ready."]


@virtual
async def test_keys_are_a_number_where_a_number_is_asked_for() -> None:
    from parley.contract import Expectation, Kind

    world = World()
    asking = result(State(language="en"), "Your number?", expectation=Expectation(kind=Kind.PHONE))
    world.dialogue.answers = {"start": asking, "5550": asking}
    phone = await world.call()
    phone.conversation.press("2")
    await asyncio.sleep(0.1)
    assert world.understander.asked == ["2"]
    phone.conversation.type("start")
    await asyncio.sleep(2)
    for key in "5550":
        phone.conversation.press(key)
        await asyncio.sleep(0.3)
    await asyncio.sleep(2)
    assert world.understander.asked[-1] == "5550"
    for key in "12#":
        phone.conversation.press(key)
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert world.understander.asked[-1] == "12"
