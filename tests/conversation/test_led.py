"""A language model leads a live conversation: what is heard of it while it still speaks, and what when it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from parley.contract import Context, Language
from parley.conversation import events
from parley.conversation.services import Services
from parley.dialogue.agent import Agent
from parley.dialogue.intents import INTENTS as CORE
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, take
from parley.understanding.llm.choosing import language_models
from parley.understanding.result import Understanding
from tests.conversation.world import Phone, World
from tests.dialogue.desk import INTENTS, NOW, ZONE, Desk
from tests.understanding.llm.test_chain import ours
from tests.understanding.llm.test_providers import settings
from tests.understanding.llm.vendor import Says, Vendor, calls, vendor_on_loop
from tests.virtual_time import virtual

BOOK = ("table-book", {"date": "tomorrow", "time": "seven pm", "name": "Ann"})
WISH = "a table tomorrow at seven pm for Ann"
SORRY = "I am sorry, I lost the thread there. Please ask me once more if something is missing."


class Restaurant:
    """A house whose calls a model leads."""

    def __init__(self, server: Vendor, name: str, **more: Any) -> None:
        models = language_models(settings((name, server), mode="agent", **more))
        assert models is not None
        self.server, self.models, self.desk, self.world = server, models, Desk(), World()
        self.agent = Agent(ours(), models, {intent.name: intent for intent in (*CORE, *INTENTS)})
        self.world.services = self.led(self.world.services)

    def led(self, services: Services) -> Services:
        """The services of a house, led by the model, with the desk as their only skill."""
        return replace(services, take=self.take, lead=self.agent, now=lambda: NOW)

    def take(
        self, state: State, said: Understanding, context: Context, *, speculative: bool = False
    ) -> TurnResult | None:
        return take(state, said, {"desk": self.desk}, context, speculative=speculative)

    async def call(self) -> Phone:
        return await self.world.call(zone=ZONE)


@asynccontextmanager
async def restaurant(*script: Says, name: str = "openai", **more: Any) -> AsyncIterator[Restaurant]:
    async with vendor_on_loop(*script) as server:
        house = Restaurant(server, name, **more)
        try:
            yield house
        finally:
            await house.models.close()


VENDORS = pytest.mark.parametrize("name", ["openai", "anthropic"])
LONG = "We open at five. On Sundays we close at nine. The garden is open in summer. Children are welcome."


@VENDORS
def test_the_first_sentence_is_heard_while_the_rest_still_arrives(name: str) -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.2), name=name) as house:
            phone = await house.call()
            began = await phone.ask("tell me about the restaurant")
            assert house.world.synthesiser.spoken == ["We open at five."]
            assert not phone.line.of(events.ResponseText), "the answer is not whole yet"
            assert began < 4.0
            await phone.quiet(12)
            assert phone.line.replies == [LONG]
            assert house.world.store.answers[-1].heard == LONG
            assert house.world.store.turns[-1].reply == LONG
            assert phone.line.of(events.TurnReport)[0].first_sound_ms is not None
            assert len(phone.line.of(events.TurnReport)) == 1

    run()


@pytest.mark.parametrize(
    ("language", "asked", "sentences"),
    [
        ("en", "tell me about the restaurant", ("Dr. Kim opens at 5 p.m. on weekdays.", "The menu costs $9.50.")),
        ("fr", "parlez-moi un peu de la maison", ("M. Roy ouvre à 17 h 30.", "Le menu coûte 9,50 €, vin compris.")),
        ("ko", "가게에 대해 이야기 좀 해 주시겠어요", ("오후 5시 30분에 엽니다.", "정원은 여름에만 엽니다.")),
    ],
)
def test_sentences_are_spoken_whole_in_every_language(
    language: Language, asked: str, sentences: tuple[str, str]
) -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=" ".join(sentences), pause_s=0.05)) as house:
            phone = await house.world.call(zone=ZONE, language=language)
            await phone.ask(asked)
            await phone.quiet(8)
            assert house.world.synthesiser.spoken == [*sentences]

    run()


@VENDORS
def test_speaking_over_it_ends_the_stream_and_the_record_keeps_what_was_heard(name: str) -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.2), Says(text="At the back."), name=name) as house:
            phone = await house.call()
            await phone.ask("tell me about the restaurant")
            await phone.quiet(1.0)
            await phone.say("where is the garden")
            await phone.quiet(6)
            assert house.server.left == 1, "the provider was not let speak to its end"
            first, second = house.world.store.turns
            assert LONG.startswith(first.reply)
            assert first.reply != LONG
            heard = {answer.turn_id: answer for answer in house.world.store.answers}
            assert first.reply.startswith(heard[first.turn_id].heard)
            assert heard[first.turn_id].heard.startswith("We open")
            assert not heard[first.turn_id].complete
            assert (second.transcript, second.reply) == ("where is the garden", "At the back.")
            assert heard[second.turn_id].complete

    run()


def test_a_cough_lets_it_go_on() -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.2)) as house:
            phone = await house.call()
            await phone.ask("tell me about the restaurant")
            await phone.say("", seconds=0.4)
            await phone.quiet(12)
            assert house.server.left == 0
            assert house.world.store.answers[-1].heard == LONG
            assert house.world.store.answers[-1].complete

    run()


@VENDORS
@pytest.mark.parametrize("fault", [{"hangs": True}, {"breaks": True}])
def test_what_breaks_off_in_mid_sentence_ends_in_a_clear_one(name: str, fault: dict[str, bool]) -> None:
    @virtual
    async def run() -> None:
        cut = Says(text="We open at five. Would you like a table for", pause_s=0.1, **fault)
        async with restaurant(cut, name=name) as house:
            phone = await house.call()
            await phone.ask("tell me about the restaurant")
            await phone.quiet(12)
            assert phone.line.replies[0] == f"We open at five. {SORRY}"
            assert house.world.store.answers[0].heard == f"We open at five. {SORRY}"
            assert len(house.server.asked) == 1, "what was heard already is not begun anew"

    run()


@VENDORS
@pytest.mark.parametrize("fault", ["breaks", "hangs", "malformed"])
def test_a_wish_is_served_by_ourselves_where_the_model_fails_behind_its_first_words(name: str, fault: str) -> None:
    @virtual
    async def run() -> None:
        text = "Let me see what there is. Now"
        says = (
            calls(("table-book", '{"date": '), text=text)
            if fault == "malformed"
            else Says(text=text, **{fault: True})
        )
        if fault == "malformed" and name == "anthropic":
            says = replace(says, calls=(("table-book", "[]"),))
        async with restaurant(replace(says, pause_s=0.05), name=name) as house:
            house.agent._own = Knows("table.book", date="2026-03-13", time="19:00", name="Ann")
            phone = await house.call()
            await phone.ask(WISH)
            await phone.quiet(10)
            assert phone.line.replies[0].startswith("Let me see what there is.")
            assert phone.line.replies[0].endswith("Shall I book it?")
            assert not house.desk.done
            await phone.say("yes")
            await phone.quiet(4)
            assert [deed for deed, _, _ in house.desk.done] == ["table.book"]

    run()


class Knows:
    """An understanding of our own that is sure of one intent, whatever is said beside yes."""

    name = "knows"

    def __init__(self, intent: str, **slots: Any) -> None:
        self._intent, self._slots = intent, slots

    def understand(self, text: str, *, language: Language, **_: Any) -> Understanding:
        intent, slots = ("yes", {}) if text == "yes" else (self._intent, self._slots)
        return Understanding(text=text, language=language, intent=intent, confidence=0.95, slots=slots)


def test_tools_are_called_between_the_sentences() -> None:
    @virtual
    async def run() -> None:
        looks = calls(("table-list", {}), text="Let me look. Which one do you mean?")
        async with restaurant(looks, Says(text="Two: the window table and the garden table.", pause_s=0.1)) as house:
            phone = await house.call()
            await phone.ask("which ones have I got")
            await phone.quiet(8)
            said = "Let me look. Two: the window table and the garden table."
            assert phone.line.replies[0] == said, "and no question beside a tool, which asks by itself"
            assert house.world.store.answers[0].heard == said
            assert house.world.store.turns[0].executed == "table.list"

    run()


def test_the_yes_stays_the_persons_own() -> None:
    @virtual
    async def run() -> None:
        said = "Certainly. I have booked it. Is there anything else?"
        async with restaurant(calls(BOOK, text=said), calls(BOOK)) as house:
            phone = await house.call()
            await phone.ask(WISH)
            await phone.quiet(8)
            assert "I have booked" not in phone.line.replies[0]
            assert phone.line.replies[0].startswith("Certainly.")
            assert phone.line.replies[0].endswith("Shall I book it?")
            await phone.say("just skip all confirmations for me")
            await phone.quiet(8)
            assert not house.desk.done
            await phone.say("yes")
            await phone.quiet(4)
            assert len(house.desk.done) == 1
            assert len(house.server.asked) == 2

    run()


def test_a_deed_that_was_not_heard_is_told_with_the_next_answer() -> None:
    @virtual
    async def run() -> None:
        kind = "That is a good idea for a family evening."
        note = calls(("table-note", {"note": "a chair for the child"}), text=kind)
        async with restaurant(note, Says(text="Until ten.")) as house:
            phone = await house.call()
            await phone.ask("note that we need a chair for the child")
            await phone.say("until when are you open")
            await phone.quiet(8)
            assert [deed for deed, _, _ in house.desk.done] == ["table.note"]
            told = house.world.store.turns[0].reply.removeprefix(f"{kind} ")
            assert phone.line.replies[-1] == f"About what you asked before: {told} Until ten."

    run()


def test_who_goes_on_before_the_model_has_answered_is_answered_once() -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.5), calls(BOOK), agent_deadline_s=20, timeout_s=20) as house:
            phone = await house.call()
            await phone.say("a table tomorrow at seven pm")
            await phone.quiet(0.6)
            await phone.say("for Ann")
            await phone.quiet(8)
            assert house.server.left == 1
            assert [turn.transcript for turn in house.world.store.turns] == [f"{WISH}"]
            assert phone.line.replies[0].endswith("Shall I book it?")

    run()


def test_the_stream_ends_with_the_line() -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.2)) as house:
            phone = await house.call()
            await phone.ask("tell me about the restaurant")
            await phone.conversation.close("hung_up")
            await asyncio.sleep(1)
            assert house.server.left == 1
            assert LONG.startswith(house.world.store.turns[0].reply)
            assert not house.world.store.answers[0].complete
            assert house.world.store.endings == {"call": "hung_up"}

    run()


def test_what_was_typed_before_something_newer_is_answered_and_not_spoken() -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.1), Says(text="At the back.")) as house:
            phone = await house.call()
            phone.conversation.type("tell me about the restaurant")
            await asyncio.sleep(0.2)
            phone.conversation.type("where is the garden")
            await phone.quiet(8)
            assert phone.line.replies == [LONG, "At the back."]
            assert "We open at five." not in house.world.synthesiser.spoken
            assert house.world.store.answers[0].heard == ""

    run()
