"""What all rehearsed skills share: a pair of functions for each intent, and taking back what was said."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz

from parley.contract import (
    Announcement,
    Choice,
    Context,
    Intent,
    Later,
    Outcome,
    Phrase,
    Prepared,
    Question,
    Request,
    Say,
)

ALIKE: Final = 80.0
"""Likeness in percent from which words name a thing."""


def as_it_is(request: Request) -> Prepared:
    """Nothing to settle beforehand."""
    return Prepared(slots=request.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one intent is played."""

    execute: Callable[[Request], Outcome]
    prepare: Callable[[Request], Prepared] = as_it_is


class Rehearsal:
    """A skill made of parts; subclasses stand in the folder of their replies."""

    name: str
    intents: Sequence[Intent]
    parts: Mapping[str, Part]
    likely: tuple[tuple[str, str], ...] = ()
    """Facts with names that may be said, and the slot which they fill."""

    def prepare(self, request: Request) -> Prepared:
        """Look at the world of the conversation."""
        return self.parts[request.intent].prepare(request)

    def execute(self, request: Request) -> Outcome:
        """Change what the conversation knows, and nothing else."""
        return self.parts[request.intent].execute(request)

    def undo(self, token: Mapping[str, Any], *, context: Context) -> Outcome:
        """Know again what was known before."""
        return Outcome(say=(), facts=token)

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """What the world names."""
        return [
            Phrase(text=name, slot=slot, value=name)
            for fact, slot in self.likely
            for name in names(context.facts.get(fact))
        ]

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Nothing is ever due."""
        return ()


def names(rows: Any) -> list[str]:
    """The names in a list of names, or of things that have one."""
    listed = rows if isinstance(rows, list | tuple) else []
    found = [row.get("name") if isinstance(row, Mapping) else row for row in listed]
    return [name for name in found if isinstance(name, str) and name]


def alike(said: str, known: Iterable[str]) -> list[str]:
    """The names that the words mean: exactly so, else those they are part of, else those they sound like."""
    wanted, listed = _plain(said), list(known)
    exact = [name for name in listed if _plain(name) == wanted]
    partly = [name for name in listed if _within(wanted, _plain(name))]
    near = [name for name in listed if fuzz.token_set_ratio(_plain(name), wanted) >= ALIKE]
    return exact or partly or near


def refused(key: str, **values: Any) -> Outcome:
    """It was understood, and nothing was done."""
    return Outcome(say=(Say(key, values),), executed=False)


def answered(key: str, **values: Any) -> Outcome:
    """A question was answered."""
    return Outcome(say=(Say(key, values),))


def which(say: Say, rows: Sequence[tuple[str, Say, Mapping[str, Any]]]) -> Question:
    """A choice between candidates: id, words, and the slots that each settles."""
    choices = tuple(Choice(value=each, label=label, slots=slots) for each, label, slots in rows)
    return Question(slot="which", say=say, choices=choices)


def words(text: str) -> Say:
    """Words as they are."""
    return Say("text", {"text": text})


def moment(text: Any, now: dt.datetime) -> dt.datetime:
    """A stated moment in the zone of `now`: ISO, with or without offset, or a clock time of today."""
    if isinstance(text, dt.datetime):
        return text if text.tzinfo else text.replace(tzinfo=now.tzinfo)
    stated = str(text)
    if len(stated) <= len("HH:MM:SS"):
        return dt.datetime.combine(now.date(), dt.time.fromisoformat(stated), tzinfo=now.tzinfo)
    found = dt.datetime.fromisoformat(stated)
    return found.astimezone(now.tzinfo) if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _plain(text: str) -> str:
    return "".join(text.casefold().split()) if any("가" <= sign <= "힣" for sign in text) else text.casefold().strip()


def _within(wanted: str, name: str) -> bool:
    return bool(wanted) and (wanted in name or name in wanted)
