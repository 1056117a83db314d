"""Messages to people whom the conversation knows."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz

from parley.contract import Choice, Context, Outcome, Prepared, Question, Request, Say
from parley.skills.everyday import services
from parley.skills.everyday.talk.asking import Serving, unserved

CONTACTS = "contacts"
"""The fact that holds the names one may write to, where it is told; else the contacts on record count."""
WRITTEN_TO = "written_to"
"""The fact that holds the number to which the details of what was done are written,"""
PLACE = "place"
"""and the one that holds where it takes place: name and address."""
_ALIKE = 80.0
_ME = "me"
_LONGEST_NAME = 3


def _prepare(request: Request) -> Prepared:
    slots: Any = request.slots
    contacts = _contacts(request.context)
    if _to_self(slots):
        return _prepare_details(request)
    if contacts is None:
        return Prepared(slots=slots, outcome=unserved("message.no_provider"))
    if slots.recipient is not None and contacts:
        meant = _meant(slots.recipient, contacts)
        if not meant:
            unknown = Question(slot="recipient", say=Say("message.unknown_recipient", {"name": slots.recipient}))
            return Prepared(slots=slots.model_copy(update={"recipient": None}), ask=unknown)
        if len(meant) > 1:
            choices = tuple(Choice(value=name, label=Say("text", {"text": name})) for name in meant)
            question = Question(slot="recipient", say=Say("message.which", {"names": meant}), choices=choices)
            return Prepared(slots=slots, ask=question)
        slots = slots.model_copy(update={"recipient": meant[0]})
        if services.refuses_messages(meant[0], request.context):
            return Prepared(slots=slots, outcome=unserved("message.refused", name=meant[0]))
    summary = Say("message.confirm", {"recipient": slots.recipient, "message": slots.message})
    return Prepared(slots=slots, summary=summary)


def _prepare_details(request: Request) -> Prepared:
    """What was just done is written down for them in any case; where it takes place is, when they ask for it."""
    slots: Any = request.slots
    facts = request.context.facts
    if WRITTEN_TO not in facts:
        known = request.context.caller.phone is not None
        return Prepared(slots=slots, outcome=unserved("message.no_details" if known else "message.no_number"))
    if PLACE in facts and _about("place", slots.message):
        return Prepared(slots=slots.model_copy(update={"recipient": _ME}), confirm=False)
    say = Say("message.comes_anyway", {"phone": facts[WRITTEN_TO]})
    return Prepared(slots=slots, outcome=Outcome(say=(say,)))


def _execute(request: Request) -> Outcome:
    slots: Any = request.slots
    if _to_self(slots):
        phone, place = (request.context.facts[fact] for fact in (WRITTEN_TO, PLACE))
        services.write_to_speaker(phone=phone, text=place, context=request.context, key=request.key)
        return Outcome(say=(Say("message.place_sent", {"phone": phone}),))
    services.leave_message(recipient=slots.recipient, text=slots.message, context=request.context, key=request.key)
    return Outcome(say=(Say("message.sent", {"recipient": slots.recipient}),))


SERVED = {"message.send": Serving(prepare=_prepare, execute=_execute)}


def _contacts(context: Context) -> list[str] | None:
    known = context.facts.get(CONTACTS)
    if known is not None:
        return [str(name) for name in known]
    rows = services.contacts(context)
    return [row.name for row in rows] if rows is not None else None


def _to_self(slots: Any) -> bool:
    """ "And text me", "text me the address": to the speaker, and nothing of their own to say."""
    to_self = slots.recipient is None or slots.recipient.casefold() in _words()["me"]
    return to_self and (slots.message is None or _about("place", slots.message) or _about("details", slots.message))


def _about(what: str, message: str | None) -> bool:
    """Whether a message is nothing but the name of what is to be sent ("the address", "les détails")."""
    if message is None or len(message.split()) > _LONGEST_NAME:
        return False
    return any(word in message.casefold() for word in _words()[what])


@cache
def _words() -> Mapping[str, frozenset[str]]:
    """What speakers of any language call themselves, and what they want to be sent."""
    data = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {group: frozenset(word for words in rows.values() for word in words) for group, rows in data.items()}


def _meant(said: str, contacts: Sequence[str]) -> list[str]:
    """The contacts that bear the name: exactly so, else as a part of theirs, else nearly."""
    wanted = said.casefold()
    exact = [name for name in contacts if name.casefold() == wanted]
    partly = [name for name in contacts if wanted in name.casefold().split() or name.casefold() in wanted]
    alike = [name for name in contacts if fuzz.ratio(name.casefold(), wanted) >= _ALIKE]
    return exact or partly or alike
