"""Taking back what was done: what was set is cancelled, what was cancelled goes on."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from parley.contract import Context, Outcome, Say
from parley.skills.everyday import services
from parley.skills.everyday.models import Alarm, Owned, Reminder, Timer

_KINDS: Final[Mapping[str, type[Owned]]] = {"timer": Timer, "alarm": Alarm, "reminder": Reminder}


def made(kind: type[Owned], things: Iterable[Owned]) -> Mapping[str, Any]:
    """The token that takes back the making of things."""
    return _token(kind, things, made=True)


def gone(kind: type[Owned], things: Iterable[Owned]) -> Mapping[str, Any]:
    """The token that takes back the cancelling of things."""
    return _token(kind, things, made=False)


def undo(token: Mapping[str, Any], context: Context) -> Outcome:
    """Take back what the token tells of."""
    kind, ids, owner = _KINDS[token["kind"]], list(token["ids"]), services.owner_of(context)
    if token["made"]:
        done = services.cancel(kind, ids, owner=owner)
    else:
        done = services.restore(kind, ids, owner=owner, now=context.now, later=context.later)
    if not done:
        return Outcome(say=(Say("undo.too_late"),), executed=False)
    state = "cancelled" if token["made"] else "waiting"
    events = tuple({"type": token["kind"], "id": each, "state": state} for each in ids)
    return Outcome(say=(Say("undo.gone" if token["made"] else "undo.back"),), events=events)


def _token(kind: type[Owned], things: Iterable[Owned], *, made: bool) -> Mapping[str, Any]:
    return {"kind": kind.__name__.lower(), "ids": [str(each.pk) for each in things], "made": made}
