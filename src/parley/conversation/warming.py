"""Before the first call: whatever is loaded or compiled on first use is used once, so that no person waits for it.

In every thread, too: each has a database connection of its own, and opening one takes longer than a turn.
"""

import asyncio
import gc
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from parley.contract import LANGUAGES, Expectation, Language, ParleyError
from parley.conversation.answering import Answering, Asked
from parley.conversation.floor import WORKERS, Floor
from parley.conversation.phrases import phrases
from parley.conversation.reply import Reply, speak
from parley.conversation.services import Opening, Services
from parley.conversation.sound_form import TELEPHONE
from parley.dialogue.state import State
from parley.understanding import entities

YOUNG: Final = 5_000
"""Objects made, and not given back, between two looks of the garbage collector at the youngest."""


async def warm(
    services: Services, floor: Floor, questions: Mapping[Language, Sequence[str]] = MappingProxyType({})
) -> None:
    """Understand and speak the greeting of every language, and look up what would be answered to these questions.

    All without any effect. What is not there stays cold.
    """
    for language in LANGUAGES:
        conversation_id = uuid.uuid4().hex
        opening = Opening(conversation_id=conversation_id, channel="text", language=language, zone=ZoneInfo("UTC"))
        answering = Answering(services, opening, floor)
        state = State(conversation_id=conversation_id, language=language)
        words = phrases(language).greeting
        context = answering.context(turn_id=conversation_id, state=state)
        reply = Reply(turn_id=conversation_id, text=words, language=language, form=TELEPHONE)
        try:
            asked = Asked(text=words, state=state, expectation=Expectation(), context=context)
            await asyncio.gather(*(answering.guess(asked) for _ in range(WORKERS)))
            await floor.offloaded(partial(entities.parse, words, language=language, now=context.now))
            await speak(reply, services.synthesiser_for(language), None, paced=False)
            State.from_json(state.to_json())
            for question in questions.get(language, ()):
                await answering.guess(replace(asked, text=question))
        except ParleyError:
            continue
    _keep()


def _keep() -> None:
    """What is loaded by now stays: to look through all of it for garbage would stop every call for 100 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
