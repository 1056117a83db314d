"""The terminal as a channel: one question (`parley ask`), or a typed conversation (`parley talk`)."""

import asyncio
import sys
import uuid
from collections.abc import Mapping
from typing import Any, TextIO

from parley.audio.sound import Sound
from parley.channels.house import House
from parley.contract import Language, ParleyError
from parley.conversation.once import Answered, Once
from parley.conversation.services import Opening


async def opened(house: House, *, language: Language | None = None) -> Once:
    """A conversation with whoever sits at the terminal."""
    opening = Opening(
        conversation_id=uuid.uuid4().hex,
        owner="console",
        channel="text",
        language=language or house.language,
        zone=house.zone,
        country=house.country,
    )
    once = Once(opening=opening, floor=house.floor, services=house.services, voice_activity=house.voice_activity)
    await once.start()
    return once


async def ask(once: Once, question: Sound | str, *, speaking: bool) -> Answered:
    """One turn, with a recording or with words."""
    if isinstance(question, Sound):
        return await once.hear(question, speaking=speaking)
    return await once.read(question, speaking=speaking)


def as_json(answered: Answered) -> Mapping[str, Any]:
    """What `parley ask --json` prints."""
    answer = answered.answer
    return {
        "transcript": answered.transcript.text,
        "confidence": round(answered.transcript.confidence, 3),
        "recogniser": answered.transcript.provider,
        "language": answered.transcript.language,
        "intent": answer.understanding.intent if answer else None,
        "intent_confidence": round(answer.understanding.confidence, 3) if answer else None,
        "slots": dict(answer.understanding.slots) if answer else {},
        "reply": answered.text,
        "asks_for": answer.result.asks_for if answer else None,
        "executed": answer.result.executed if answer else None,
        "timings": answered.stages.ms,
    }


def as_lines(answered: Answered) -> str:
    """The same for reading."""
    data = as_json(answered)
    slots = ", ".join(f"{name}={value}" for name, value in data["slots"].items()) or "-"
    timings = "  ".join(f"{stage} {ms:.1f}" for stage, ms in data["timings"].items())
    return "\n".join(
        (
            f"heard    {data['transcript'] or '(nothing)'}",
            f"intent   {data['intent'] or '-'}  {data['intent_confidence'] or ''}",
            f"slots    {slots}",
            f"reply    {data['reply']}",
            f"ms       {timings}",
        )
    )


async def talk(once: Once, *, lines: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """A typed conversation, until it ends or the input does."""
    while True:
        print("> ", end="", flush=True, file=out)
        line = await asyncio.to_thread(lines.readline)
        if not line:
            return
        if not line.strip():
            continue
        try:
            answered = await once.read(line, speaking=False)
        except ParleyError as error:
            print(f"({error.code}: {error.message})", file=out)
            continue
        print(answered.text, file=out)
        if answered.answer is not None and answered.answer.result.ends:
            return
