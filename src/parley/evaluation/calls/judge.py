"""Plays written callers and says what came of their calls otherwise than written."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from parley.audio import ulaw
from parley.contract import language_of
from parley.evaluation.calls.carrier import FRAME, Line, SimulatedCall
from parley.evaluation.calls.ear import Ear
from parley.evaluation.calls.script import Call, Step, Text
from parley.evaluation.calls.voice import quiet, spoken
from parley.evaluation.judge import Played, Verdict, held, words_amiss
from parley.listening.recognition import Recogniser

CALLED: Final = "+15145550100"
AFTER_S: Final = 5.0
"""Time for what a call left to be done: messages are sent."""
BETWEEN_S: Final = 60.0
"""Between two calls of one caller."""


class Stage(Protocol):
    """A server that callers can call, with a clock and a world that are set for each."""

    address: str
    socket_path: str
    key: str
    """Signs as the carrier does."""

    async def set(self, call: Call, recogniser: Recogniser) -> None:
        """Make the caller's world and time; the server hears with this recogniser."""

    def now(self) -> dt.datetime:
        """On the server's clock."""

    async def wait(self, seconds: float) -> None:
        """Let time pass."""


@dataclass(slots=True)
class _Hearsay:
    """What the record says was answered, step by step."""

    number: int = 0
    steps: list[tuple[Step, list[Any]]] = field(default_factory=list)

    def turns(self, conversation_id: str) -> list[Any]:
        """Those since the last time."""
        from parley.records.models import Turn

        rows = list(Turn.objects.filter(conversation=conversation_id, number__gt=self.number).order_by("number"))
        self.number = rows[-1].number if rows else self.number
        return rows


async def judged(call: Call, stage: Stage, *, recogniser: Recogniser | None = None) -> Verdict:
    """Play one caller. The server hears with `recogniser`, else with one that knows the words."""
    began = time.perf_counter()
    language = language_of(call.start.lang)
    sounds = {step.told: await spoken(step, language) for step in call.spoken}
    known = {step.say or "": ulaw.decode(sounds[step.told]).astype(np.float64) for step in call.spoken}
    await stage.set(call, recogniser or Ear(known))
    played: list[Played] = []
    for number, steps in enumerate(filter(None, (call.steps, call.again))):
        if number:
            await stage.wait(BETWEEN_S)
        played += await _play(call, steps, sounds, stage, sid=f"CA{number:032x}")
        last = f"CA{number:032x}"
    await stage.wait(AFTER_S)
    return Verdict(
        name=call.name,
        file=str(call.file),
        language=call.start.lang,
        turns=tuple(played),
        wrong=(
            *(fault for check in call.database for fault in held(check)),
            *_ended(call, last),
            *_messages(call),
        ),
        seconds=time.perf_counter() - began,
    )


async def _play(
    call: Call, steps: Sequence[Step], sounds: dict[str, bytes], stage: Stage, *, sid: str
) -> list[Played]:
    hearsay = _Hearsay()
    answers: list[list[Any]] = []

    async def heard(_seconds: float) -> None:
        answers.append(hearsay.turns(f"tel-{sid}"))

    carrier = SimulatedCall(
        server=stage.address,
        public=stage.address,
        key=stage.key,
        caller=call.phone,
        called=CALLED,
        lines=[_line(step, sounds) for step in steps],
        tell=lambda _: None,
        heard=heard,
        socket_path=stage.socket_path,
        quiet=quiet(FRAME),
        sid=sid,
    )
    await carrier.run()
    await stage.wait(AFTER_S)
    answers.append(hearsay.turns(f"tel-{sid}"))
    _greeting, *after = answers
    # What the record had not yet when the caller went on belongs to the step before.
    after += [[] for _ in range(len(steps) - len(after))]
    later = after[len(steps) :]
    after = [*after[: len(steps) - 1], [row for rows in (after[len(steps) - 1], *later) for row in rows]]
    return [_played(step, turns) for step, turns in zip(steps, after, strict=True)]


def _line(step: Step, sounds: dict[str, bytes]) -> Line:
    if step.say is None:
        return Line(keys=step.press or "", silent_s=step.silent.total_seconds() if step.silent else 0.0)
    sound = sounds[step.told]
    if step.cut is not None:
        sound = sound[: round(step.cut.total_seconds() * 8000)]
    over_s = step.over.total_seconds() if step.over is not None else None
    return Line(text=step.say, sound=sound, over_s=over_s, last=step.cut is not None)


def _played(step: Step, turns: Sequence[Any]) -> Played:
    reply = " ".join(turn.reply for turn in turns)
    acts = "; ".join(f"heard “{turn.transcript}” as {turn.intent}: {', '.join(turn.acts)}" for turn in turns)
    executed = next((turn.executed for turn in turns if turn.executed), "nothing")
    wrong = list(words_amiss(step.reply, step.not_reply, reply))
    if step.executed is not None and step.executed != executed:
        wrong.insert(0, f"executed {executed}, not {step.executed}")
    return Played(said=step.told, answered=reply, act=acts, wrong=tuple(wrong))


def _ended(call: Call, sid: str) -> Iterator[str]:
    from parley.records.models import CallEvent

    if call.ends is None:
        return
    row = CallEvent.objects.filter(call__sid=sid, event="conversation_ended").order_by("at").last()
    reason = row.details.get("reason") if row is not None else "nothing is recorded"
    if reason != call.ends:
        yield f"the call ended with {reason}, not {call.ends}"


def _messages(call: Call) -> Iterator[str]:
    """What was sent to the caller against what should have been."""
    from parley.messaging.models import Message

    if call.messages is None:
        return
    rows = list(Message.objects.filter(to=call.phone, status__in=("sent", "delivered")).order_by("sent_at", "pk"))
    if len(rows) != len(call.messages):
        sent = "; ".join(f"{row.purpose} “{row.text}”" for row in rows) or "none"
        yield f"{len(rows)} messages, not {len(call.messages)}: {sent}"
        return
    for row, text in zip(rows, call.messages, strict=True):
        yield from _message(row, text)


def _message(row: Any, text: Text) -> Iterator[str]:
    if row.purpose != text.purpose:
        yield f"a message is {row.purpose}, not {text.purpose}"
    for fault in words_amiss(text.says, text.not_says, row.text):
        yield f"a message {fault}"
