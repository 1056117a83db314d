"""REST of the understanding service: what an utterance means, and what is answered to it."""

import asyncio
import datetime as dt
import uuid
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from parley.accounts.authentication import with_scope
from parley.contract import Context, Expectation, Language, RequestInvalid
from parley.dialogue.state import State
from parley.server.services.faculties import Mind, mind
from parley.understanding.remote import UNDERSTANDING
from parley.understanding.result import Understanding

PATH: Final = "/nlu"
router = Router(tags=["understanding"], auth=with_scope("nlu:use"))


class When(Schema):
    """The moment that words such as "tomorrow" are taken from."""

    now: AwareDatetime | None = None
    """None: the present."""
    zone: str = ""
    """IANA name; empty: the house's."""


class AnalyzeIn(When):
    """One utterance."""

    text: Annotated[str, Field(max_length=2_000)]
    language: Language = "en"
    """Of the conversation; another one is recognised by its words."""
    expectation: Expectation = Expectation()
    """What the dialogue waits for."""
    context: dict[str, Any] = {}
    """Names of the person's world by slot."""


class AnalyzeOut(Schema):
    """What it means."""

    intent: str
    confidence: float
    entities: dict[str, Any]
    """Slots with their normalised values."""
    language: str
    understanding: dict[str, Any]
    """All of it, with spans and alternatives."""


class GenerateIn(When):
    """What was understood, and where the conversation stands."""

    intent: str
    entities: dict[str, Any] = {}
    text: Annotated[str, Field(max_length=2_000)] = ""
    """As it was said."""
    language: Language = "en"
    session_id: str = ""
    state: dict[str, Any] | None = None
    """As an earlier answer gave it; None: the conversation begins."""


class GenerateOut(Schema):
    """What is answered. Nothing is done by asking."""

    reply: str
    """Empty where something is to be done first, which `action` names."""
    action: dict[str, Any] | None
    """The intent and its slots that a conversation would carry out now."""
    asks_for: str | None
    ends: bool
    state: dict[str, Any]
    """Send it with the next one."""


@router.post("/analyze", response=AnalyzeOut, summary="From words to an intent with its entities")
async def analyze(request: HttpRequest, body: AnalyzeIn) -> AnalyzeOut:
    """Our own model, and a language model where one is configured."""
    present = mind()
    now, zone = _when(body, present)
    understood = await present.understand(
        body.text, language=body.language, now=now, zone=zone, expectation=body.expectation, context=body.context
    )
    return AnalyzeOut(
        intent=understood.intent,
        confidence=understood.confidence,
        entities=dict(understood.slots),
        language=understood.language,
        understanding=UNDERSTANDING.dump_python(understood, mode="json"),
    )


@router.post("/generate-response", response=GenerateOut, summary="What is answered to that")
async def generate(request: HttpRequest, body: GenerateIn) -> GenerateOut:
    """The dialogue's answer in this state: a question, a choice, a read-back, or what was asked."""
    present = mind()
    now, zone = _when(body, present)
    session = body.session_id or uuid.uuid4().hex
    try:
        state = State.from_json(body.state) if body.state else State(conversation_id=session, language=body.language)
    except ValueError as error:
        raise RequestInvalid("the state is none that was given here") from error
    said = Understanding(
        text=body.text, language=body.language, intent=body.intent, confidence=1.0, slots=body.entities
    )
    context = Context(
        now=now,
        zone=zone,
        language=body.language,
        conversation_id=session,
        turn_id=uuid.uuid4().hex,
        channel="api",
        country=present.country,
        facts=state.facts,
    )
    result = await asyncio.to_thread(lambda: present.take(state, said, context, speculative=True))
    if result is None:
        action = {"intent": body.intent, "entities": body.entities}
        return GenerateOut(reply="", action=action, asks_for=None, ends=False, state=state.to_json())
    return GenerateOut(
        reply=result.reply, action=None, asks_for=result.asks_for, ends=result.ends, state=result.state.to_json()
    )


def _when(body: When, present: Mind) -> tuple[dt.datetime, ZoneInfo]:
    try:
        zone = ZoneInfo(body.zone) if body.zone else present.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RequestInvalid("zone is the name of a time zone, such as Europe/Paris") from error
    return (body.now or present.now()).astimezone(zone), zone
