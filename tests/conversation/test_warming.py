"""Warming up uses everything once and changes nothing."""

from parley.contract import LANGUAGES
from parley.conversation.floor import WORKERS
from parley.conversation.warming import warm
from tests.conversation.world import World
from tests.virtual_time import virtual


@virtual
async def test_every_language_is_understood_and_spoken_without_effect() -> None:
    world = World()
    await warm(world.services, world.floor)
    assert len(world.understander.asked) == WORKERS * len(LANGUAGES)
    assert len(world.dialogue.speculated) == WORKERS * len(LANGUAGES)
    assert any("안녕하세요" in text for text in world.synthesiser.spoken)
    assert world.dialogue.executed == []
    assert world.store.turns == []


@virtual
async def test_questions_are_looked_up_once_and_answered_to_nobody() -> None:
    world = World()
    await warm(world.services, world.floor, {"en": ["what is free", "do book"], "ko": ["지금 몇 시예요"]})
    assert [text for text in world.understander.asked if world.understander.asked.count(text) == 1] == [
        "what is free",
        "do book",
        "지금 몇 시예요",
    ]
    assert "what_is_free" in world.dialogue.speculated
    assert world.dialogue.executed == []
    assert "You said what is free." not in world.synthesiser.spoken
