"""Where a language model takes part in a live conversation: at the end of a turn, and never before."""

from dataclasses import replace
from typing import Any

from parley.contract import Context
from parley.dialogue.state import State
from parley.understanding.result import Understanding
from tests.conversation.world import World
from tests.virtual_time import virtual


class Model:
    """Understands as the fake one does, and counts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[str] = []

    async def chain(self, text: str, **_: Any) -> Understanding:
        self.asked.append(text)
        return self.world.understander.understand(text, language="en")

    async def lead(self, text: str, *, state: State, context: Context, act: Any, **_: Any) -> Any:
        self.asked.append(text)
        said = self.world.understander.understand(text, language="en")
        return said, await act(state, replace(said, proposed=True))


@virtual
async def test_half_a_sentence_is_not_sent() -> None:
    world = World()
    model = Model(world)
    world.services = replace(world.services, understand_async=model.chain, stands_alone=lambda _: False)
    phone = await world.call()
    world.recogniser.texts.append("what time is it")
    await phone.voice(0.3)
    phone.partial("what")
    phone.partial("what time")
    await phone.quiet(2)
    assert model.asked == ["what time is it"]
    assert phone.line.replies == ["You said what time is it."]


@virtual
async def test_what_our_own_model_is_sure_of_is_answered_ahead_and_not_sent() -> None:
    world = World()
    model = Model(world)
    world.services = replace(world.services, understand_async=model.chain, stands_alone=lambda _: True)
    phone = await world.call()
    world.recogniser.texts.append("what time is it")
    await phone.voice(0.3)
    phone.partial("what time is it")
    await phone.quiet(2)
    assert model.asked == []
    assert phone.line.replies == ["You said what time is it."]


@virtual
async def test_a_model_that_leads_is_given_whole_turns() -> None:
    world = World()
    model = Model(world)
    world.services = replace(world.services, lead=model.lead)
    phone = await world.call()
    world.recogniser.texts.append("do book")
    await phone.voice(0.3)
    phone.partial("do")
    await phone.quiet(2)
    assert model.asked == ["do book"]
    assert world.dialogue.executed == ["do_book"]
    assert phone.line.replies == ["You said do book."]
