"""Understanding by a language model where our own is not sure, and by our own where no model answers in time."""

import asyncio
import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from parley.contract import Expectation, Intent, Language, ParleyError
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import Embedded
from parley.understanding.interceptors import intercepted
from parley.understanding.llm.cache import Cache, MemoryCache, kept, key_of, restored
from parley.understanding.llm.choosing import LanguageModels
from parley.understanding.llm.model import Answer, Message, Prompt
from parley.understanding.llm.pointing import SAID, understood
from parley.understanding.llm.prompt import data_of, names_by_slot, plain
from parley.understanding.llm.tools import Toolbox, instructions
from parley.understanding.result import OUT_OF_SCOPE, Understanding
from parley.understanding.understander import NO_CONTEXT, NOTHING_EXPECTED

AGREED: Final = 0.95
"""Confidence in what both understand alike."""
OURS: Final = 0.7
"""Confidence of our own from which a model that finds nothing does not overrule it."""
LONGEST: Final = 1_000
"""Characters of an utterance that are sent."""

log = structlog.get_logger("parley.language_models")


class Chain:
    """Our own model, and after it the language models: awaited, and never later than the deadline."""

    name = "chain"

    def __init__(
        self,
        embedded: Embedded,
        models: LanguageModels,
        intents: Mapping[str, Intent],
        *,
        cache: Cache | None = None,
        secret: bytes | None = None,
    ) -> None:
        self._embedded = embedded
        self._own = Attentive(embedded)
        self._models = models
        self._intents = intents
        self._toolbox = Toolbox(intents.values())
        self._cache = cache if cache is not None else MemoryCache()
        self._secret = secret or secrets.token_bytes(32)

    def sure(self, own: Understanding) -> bool:
        """Whether our own understanding stands without a model: it is sure, or somebody may be in danger."""
        own = intercepted(own)
        urgent = own.emergency is not None or own.stop_contact
        return urgent or not own.text.strip() or own.confidence >= self._models.settings.enough

    async def __call__(
        self,
        text: str,
        *,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation = NOTHING_EXPECTED,
        context: Mapping[str, Any] = NO_CONTEXT,
    ) -> Understanding:
        """Understand one utterance; see `Understander.understand`. Raises nothing that a model does wrong."""
        where: dict[str, Any] = {"now": now, "zone": zone, "expectation": expectation, "context": context}
        own = await asyncio.to_thread(partial(self._own.understand, text, language=language, **where))
        if self.sure(own):
            return own
        try:
            answer = await self._answer(own, **where)
        except ParleyError as error:
            log.info("understood_alone", code=error.code)
            return own
        if answer.refused:
            return own
        scene = self._embedded.scene(language=own.language, **where)
        found = await asyncio.to_thread(
            partial(
                understood,
                answer.calls,
                text=own.text,
                language=own.language,
                intents=self._intents,
                scene=scene,
            )
        )
        return _weighed(own, found, called=bool(answer.calls), asked=expectation)

    async def _answer(
        self, own: Understanding, *, now: dt.datetime, zone: ZoneInfo, expectation: Expectation, context: Any
    ) -> Answer:
        settings = self._models.settings
        scene = self._embedded.scene(
            language=own.language, now=now, zone=zone, expectation=expectation, context=context
        )
        names = scene.names if settings.share_names else ()
        words = plain(own.text)[:LONGEST]
        prompt = Prompt(
            system=instructions()["understanding"],
            data=data_of(language=own.language, now=scene.now, expectation=expectation, names=names),
            messages=(Message(role="user", text=words),),
            tools=self._toolbox.of(own.language, scene.lexicons),
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
        )
        asked = (expectation.intents, expectation.slot, expectation.yes_no)
        situation = (self._models.names, [tool.name for tool in prompt.tools], own.language, asked)
        key = key_of(self._secret, (situation, names_by_slot(names), words.casefold()))
        if settings.cache_s and (written := await asyncio.to_thread(self._cache.get, key)) is not None:
            return restored(written)
        answer = await self._models.answer(prompt)
        if settings.cache_s and not answer.refused:
            await asyncio.to_thread(self._cache.set, key, kept(answer), settings.cache_s)
        return answer


def _weighed(
    own: Understanding, found: tuple[Understanding, ...], *, called: bool, asked: Expectation
) -> Understanding:
    """One understanding from ours and the model's."""
    if not found:
        # A tool that is not ours says nothing; no tool at all says that nothing here serves it.
        if called or own.confidence >= OURS or asked.slot is not None:
            return own
        return Understanding(text=own.text, language=own.language, intent=OUT_OF_SCOPE, confidence=SAID)
    first, *others = found
    agreed = first.intent == own.intent
    alternatives = own.alternatives if agreed else ((own.intent, min(own.confidence, 1 - SAID)),)
    return replace(first, confidence=AGREED if agreed else SAID, alternatives=alternatives, also=tuple(others))
