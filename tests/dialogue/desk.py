"""A small skill and a small conversation to try the dialogue with: a restaurant's book of tables."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from parley.contract import (
    Announcement,
    BusinessError,
    Choice,
    Confirmation,
    Context,
    Intent,
    Kind,
    Language,
    Later,
    Mention,
    Outcome,
    Phrase,
    Prepared,
    Question,
    Request,
    Role,
    Say,
    Slot,
    Slots,
)
from parley.contract.slots import Date, Flag, Name, Text, Time
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, take
from parley.understanding.result import Span, Understanding

ZONE = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 3, 12, 10, 0, tzinfo=ZONE)


class Table(Slots):
    """A table for somebody at a time."""

    date: Date | None = None
    time: Time | None = None
    name: Name | None = None
    which: Annotated[str | None, Slot(Kind.CHOICE)] = None
    keep_time: Flag | None = None
    note: Text | None = None


INTENTS = (
    Intent(
        name="table.book",
        slots=Table,
        required=("date", "time", "name"),
        confirmation=Confirmation.EXPLICIT,
        business_hours=True,
    ),
    Intent(name="table.cancel", slots=Table, required=("which",)),
    Intent(name="table.list", slots=Table, reads_only=True),
    Intent(name="table.note", slots=Table, required=("note",)),
    Intent(name="menu.read", slots=Table, reads_only=True, anytime=True),
    Intent(name="till.close", role=Role.FRONT_DESK),
)
TABLES = (
    Mention(id="t1", slot="which", label="window table", slots={"date": "2026-03-16", "time": "19:00"}),
    Mention(id="t2", slot="which", label="garden table", slots={"date": "2026-03-17", "time": "20:00"}),
)


class Desk:
    """Books tables; 18:00 is taken, and half an hour on either side is offered."""

    name = "desk"
    intents: Sequence[Intent] = INTENTS

    def __init__(self) -> None:
        self.done: list[tuple[str, Mapping[str, Any], str]] = []
        self.refused: list[Any] = []

    def prepare(self, request: Request) -> Prepared:
        """Offer other times for 18:00."""
        slots: Any = request.slots
        self.refused = list(request.context.facts.get("refused", []))
        if request.intent == "table.book" and slots.time == dt.time(18):
            times = [f"{hour}:30" for hour in (17, 18) if f"{hour}:30" not in self.refused]
            choices = tuple(Choice(value=time, label=Say("text", {"text": time})) for time in times)
            if choices:
                return Prepared(slots=slots, ask=Question(slot="time", say=Say("offer"), choices=choices))
        summary = Say("summary", {"date": slots.date, "time": slots.time}) if request.intent == "table.book" else None
        return Prepared(slots=slots, summary=summary)

    def execute(self, request: Request) -> Outcome:
        """Note what was done."""
        if request.intent == "table.note" and getattr(request.slots, "note", "") == "fire":
            raise BusinessError("not in the book")
        self.done.append((request.intent, request.slots.filled(), request.key))
        if request.intent == "table.list":
            return Outcome(say=(Say("tables", {"tables": [table.label for table in TABLES]}),), mentions=TABLES)
        return Outcome(say=(Say("done"),))

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """The names of the tables."""
        return [Phrase(text="window table", slot="which", value="t1")]

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Nothing is ever due."""
        return ()


class Talk:
    """One conversation, turn by turn."""

    def __init__(self, *, language: Language = "en", rules: Rules = RULES, channel: str = "telephone") -> None:
        self.desk = Desk()
        self.state = State(conversation_id="c1", language=language)
        self.rules = rules
        self.context = Context(
            now=NOW, zone=ZONE, language=language, conversation_id="c1", turn_id="1", channel=channel
        )

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.context = replace(self.context, now=self.context.now + dt.timedelta(**passed))

    def say(
        self,
        text: str,
        intent: str = "out_of_scope",
        confidence: float = 0.95,
        *,
        language: Language | None = None,
        also: tuple[Understanding, ...] = (),
        recognised: float = 1.0,
        **slots: Any,
    ) -> TurnResult:
        """One turn, with what understanding made of the words."""
        said = Understanding(
            text=text,
            language=language or self.state.language,
            intent=intent,
            confidence=confidence,
            recognised=recognised,
            slots=slots,
            spans=spans(text, slots),
            also=also,
        )
        return self.take(said)

    def take(self, said: Understanding) -> TurnResult:
        """One turn of what was understood; the state goes through JSON as it does in life."""
        self.state = State.from_json(self.state.to_json())
        result = take(self.state, said, {"desk": self.desk}, self.context, rules=self.rules)
        self.state = result.state
        return result


def spans(text: str, slots: Mapping[str, Any]) -> tuple[Span, ...]:
    """The words behind the slots: what stands between angle brackets in these tests, else nothing."""
    return tuple(Span(slot=name, start=0, end=len(text), text=text) for name in slots if len(text.split()) <= 3)
