"""A spoken turn from the first syllable to the end of the answer."""

import asyncio
from dataclasses import replace
from typing import Any

from parley.audio.sound import Sound
from parley.contract import ExternalTimeout
from parley.conversation import events
from parley.conversation.mouth import LEAD_S
from parley.conversation.sound_form import WIDEBAND
from tests.conversation.world import FRAME, NOW, FakeEndOfTurn, FakeLine, World, result
from tests.virtual_time import virtual


@virtual
async def test_a_turn_is_heard_understood_answered_and_recorded() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(0.5)
    await phone.ask("hello there")
    await phone.quiet(3)
    assert phone.line.replies == ["You said hello there."]
    assert [event.text for event in phone.line.of(events.SttFinal)] == ["hello there"]
    assert phone.line.of(events.NluResult)[0].intent == "hello_there"
    assert phone.line.of(events.ReplyEnded)[0].complete
    turn = world.store.turns[0]
    assert (turn.transcript, turn.reply, turn.number, turn.at) == ("hello there", "You said hello there.", 1, NOW)
    assert world.store.answers[0].heard == "You said hello there."
    assert world.store.memories["call"]["state"]["turn"] == 1


@virtual
async def test_the_answer_comes_when_the_wait_is_over_and_not_before() -> None:
    world = World()
    world.end_of_turn.seconds = 0.5
    phone = await world.call()
    await phone.quiet(0.5)
    await phone.say("hello")
    spoken_until = asyncio.get_running_loop().time()
    await phone.quiet(1.5)
    began = phone.line.times("play")[0]
    assert 0.45 <= began - spoken_until <= 0.58


@virtual
async def test_a_pause_may_last_as_long_as_the_words_ask_for() -> None:
    world = World()
    world.end_of_turn.by_partial = {"on the": 2.0}
    phone = await world.call()
    await phone.say("on the fifth of may")
    phone.partial("on the")
    await phone.quiet(1.6)
    assert phone.line.replies == []
    await phone.voice(0.6)
    phone.partial("on the fifth of may")
    await phone.quiet(1.0)
    assert phone.line.replies == ["You said on the fifth of may."]


@virtual
async def test_each_pause_has_what_was_said_recognised_ahead_of_the_end() -> None:
    world = World()
    world.end_of_turn.seconds = 1.0
    phone = await world.call()
    await phone.say("on the fifth of may")
    await phone.quiet(0.06)
    await phone.voice(0.2)
    prepared = world.recogniser.opened[-1].prepared
    assert prepared == []
    await phone.quiet(0.5)
    await phone.voice(0.4)
    await phone.quiet(0.9)
    assert len(prepared) == 2
    assert prepared[0] < prepared[1]


@virtual
async def test_a_wish_that_is_understood_completely_ends_its_turn_sooner() -> None:
    world = World()
    world.end_of_turn.seconds, world.end_of_turn.whole_s = 1.2, 0.2
    world.whole_intents = {"what_time_is_it"}
    phone = await world.call()
    world.recogniser.texts.append("what time is it")
    await phone.voice(0.8)
    phone.partial("what time is it")
    await phone.voice(0.1)
    until = asyncio.get_running_loop().time()
    await phone.quiet(2)
    assert 0.15 <= phone.line.times("play")[0] - until <= 0.32
    assert phone.line.replies == ["You said what time is it."]


@virtual
async def test_the_pause_is_shortened_when_the_wish_is_understood_in_it() -> None:
    world = World()
    world.end_of_turn.seconds, world.end_of_turn.whole_s = 1.2, 0.2
    world.whole_intents = {"what_time_is_it"}
    phone = await world.call()
    world.recogniser.texts.append("what time is it")
    await phone.voice(0.8)
    until = asyncio.get_running_loop().time()
    await phone.quiet(0.4)
    phone.partial("what time is it")
    await phone.quiet(2)
    assert phone.line.times("play")[0] - until <= 0.5


class Melodic(FakeEndOfTurn):
    """Ends a turn sooner where it sounds finished."""

    def __init__(self) -> None:
        super().__init__()
        self.heard_s: list[float] = []

    def sounds_finished(self, sound: Sound) -> float:
        self.heard_s.append(sound.seconds)
        return 0.9

    def wait(self, *, finished: float | None = None, **said: Any) -> float:
        return 0.3 if finished is not None else super().wait(**said)


@virtual
async def test_a_strategy_that_listens_is_given_the_turn_at_its_pause() -> None:
    world = World()
    strategy = Melodic()
    strategy.seconds = 1.5
    world.services = replace(world.services, end_of_turn=strategy)
    phone = await world.call()
    await phone.say("hello", 1.0)
    until = asyncio.get_running_loop().time()
    await phone.quiet(2)
    assert phone.line.times("play")[0] - until <= 0.6
    assert len(strategy.heard_s) == 1
    assert 1.0 <= strategy.heard_s[0] <= 1.8


@virtual
async def test_the_wait_is_asked_again_when_the_words_change_during_the_pause() -> None:
    world = World()
    world.end_of_turn.by_partial = {"": 3.0, "stop": 0.2}
    phone = await world.call()
    await phone.say("stop")
    await phone.quiet(0.3)
    assert phone.line.replies == []
    phone.partial("stop")
    await phone.quiet(0.1)
    assert phone.line.replies == ["You said stop."]


@virtual
async def test_the_first_syllable_reaches_the_recogniser() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(1.0)
    await phone.say("hello", 0.5)
    await phone.quiet(1.0)
    fed = world.recogniser.opened[0].fed
    loud = sum(1 for low, high in zip(fed[::2], fed[1::2], strict=True) if (low, high) != (0, 0))
    assert loud == 0.5 * 8000
    assert world.recogniser.sounds[0].seconds < 0.5 + 0.48 + 0.3


@virtual
async def test_sound_is_recognised_only_while_somebody_speaks() -> None:
    world = World()
    phone = await world.call(prompts=False)
    await phone.quiet(60)
    assert world.recogniser.opened == []


@virtual
async def test_a_short_yes_is_a_turn() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(0.5)
    await phone.say("yes", 0.18)
    await phone.quiet(1.0)
    assert phone.line.replies == ["You said yes."]


@virtual
async def test_a_click_is_no_turn() -> None:
    world = World()
    phone = await world.call()
    await phone.quiet(0.5)
    await phone.say("", 0.1)
    await phone.quiet(2.0)
    assert phone.line.replies == []
    assert world.understander.asked == []
    assert [event.text for event in phone.line.of(events.SttFinal)] == [""]


@virtual
async def test_speech_without_a_word_recognised_is_asked_for_again() -> None:
    world = World()
    phone = await world.call()
    await phone.say("", 1.5)
    await phone.quiet(1.0)
    assert phone.line.replies == ["Sorry, I didn't catch that. Could you say it again?"]


@virtual
async def test_a_recogniser_that_never_answers_does_not_leave_dead_air() -> None:
    world = World()
    world.recogniser.finish_s = 3600
    phone = await world.call()
    await phone.say("hello")
    await phone.quiet(10)
    assert phone.line.of(events.Failed)[0].code == ExternalTimeout.code
    assert phone.line.replies == ["Sorry, I didn't catch that. Could you say it again?"]
    world.recogniser.finish_s = 0
    world.recogniser.texts.clear()
    await phone.quiet(5)
    await phone.ask("hello again")
    assert phone.line.replies[-1] == "You said hello again."


@virtual
async def test_sound_spoken_while_the_recogniser_opens_is_not_lost() -> None:
    world = World()
    world.recogniser.open_s = 0.4
    phone = await world.call()
    await phone.say("hello", 1.0)
    await phone.quiet(1.0)
    assert phone.line.replies == ["You said hello."]
    assert len(world.recogniser.opened[0].fed) >= 1.0 * 16000


@virtual
async def test_a_synthesiser_that_dies_ends_the_reply_and_only_what_was_heard_is_kept() -> None:
    world = World()
    world.synthesiser.silent_after = 2
    phone = await world.call()
    await phone.ask("hello there")
    await phone.quiet(10)
    ended = phone.line.of(events.ReplyEnded)[0]
    assert not ended.complete
    assert ended.heard in {"You", "You said"}
    world.synthesiser.silent_after = None
    await phone.ask("hello again")


@virtual
async def test_a_failing_turn_is_said_and_the_next_one_works() -> None:
    world = World()
    phone = await world.call()
    world.dialogue.fails = KeyError("broken")
    await phone.say("hello")
    await phone.quiet(6)
    assert phone.line.of(events.Failed)[0].code == "SYS_000"
    assert phone.line.replies == ["Sorry, something went wrong on my side. Could you say that again?"]
    world.dialogue.fails = None
    await phone.ask("hello")
    assert phone.line.replies[-1] == "You said hello."


@virtual
async def test_the_reply_leads_by_little_and_never_runs_dry() -> None:
    world = World()
    phone = await world.call()
    await phone.ask("a long question with many words in it so that the answer is long")
    await phone.quiet(8)
    assert phone.line.of(events.ReplyEnded)[0].complete
    assert 0.1 < phone.line.lead <= LEAD_S + 1e-6 <= 0.2
    assert phone.line.underruns == 0


@virtual
async def test_the_first_frames_do_not_wait_for_a_beat() -> None:
    world = World()
    phone = await world.call()
    phone.conversation.type("hello")
    await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert asyncio.get_running_loop().time() == 0.0
    assert phone.line.play_end > 2 * phone.line.frame_s


@virtual
async def test_wideband_works_the_same() -> None:
    world = World()
    phone = await world.call(line=FakeLine(WIDEBAND))
    for byte, count in ((b"\x00\x00", 25), (b"\x00\x40", 50), (b"\x00\x00", 50)):
        if byte == b"\x00\x40":
            world.recogniser.texts.append("hello")
        for _ in range(count):
            phone.conversation.hear(byte * FRAME * 2)
            await asyncio.sleep(0.02)
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_audio_end_ends_the_turn_without_waiting_for_silence() -> None:
    world = World()
    world.end_of_turn.seconds = 5.0
    phone = await world.call()
    await phone.say("hello")
    phone.conversation.finish_utterance()
    await asyncio.sleep(0.1)
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_a_line_that_stalls_in_mid_word_ends_the_turn() -> None:
    world = World()
    phone = await world.call()
    await phone.say("hello")
    await asyncio.sleep(4)
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_the_language_changes_in_mid_conversation() -> None:
    world = World()
    phone = await world.call()
    french = result(phone.conversation._exchange.state, "D'accord.")
    from dataclasses import replace

    world.dialogue.answers["en_français"] = replace(french, state=replace(french.state, language="fr"))
    await phone.ask("en français")
    await phone.quiet(3)
    assert phone.line.of(events.ResponseText)[0].language == "fr"
    await phone.ask("bonjour")
    assert phone.conversation.language == "fr"


@virtual
async def test_a_slow_answer_is_announced() -> None:
    world = World()

    async def slow(text: str, **more: object) -> object:
        await asyncio.sleep(4)
        return world.understander.understand(text, language="en")

    from dataclasses import replace

    world.services = replace(world.services, understand_async=slow)
    phone = await world.call()
    phone.conversation.type("hello")
    await phone.quiet(3)
    assert world.synthesiser.spoken == ["One moment, please."]
    await phone.quiet(4)
    assert world.synthesiser.spoken[-1] == "You said hello."
    assert phone.line.replies == ["You said hello."]


@virtual
async def test_every_turn_reports_where_its_time_went() -> None:
    world = World()
    phone = await world.call()
    await phone.ask("hello")
    await phone.quiet(3)
    report = phone.line.of(events.TurnReport)[0]
    assert {"end_of_turn", "recognition", "understanding", "dialogue", "synthesis", "first_sound"} <= set(
        world.store.answers[0].stages
    )
    assert report.stages[0].stage == "end_of_turn"
    assert report.first_sound_ms is not None
    assert report.turn_id == world.store.turns[0].turn_id
