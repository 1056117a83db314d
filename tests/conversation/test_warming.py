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
