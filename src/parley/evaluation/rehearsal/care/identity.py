"""Who it is about, and whether the speaker may hear and change it: two identifiers, three tries, one wording."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Handover, Outcome, Prepared, Question, Request, Role, Say
from parley.evaluation.rehearsal.acting import alike, names, refused

MOST_TRIES: Final = 3
_TRIES: Final = "identity_tries"
_NAME: Final = "identity_name"
_SELF: Final = frozenset({"self", "patient", "me"})


def settled(request: Request, *, discloses: bool) -> Prepared | None:
    """What ends or delays the matter before it begins; None: it may go on, or more of the identity is to be asked.

    `discloses`: something about the patient would be said.
    """
    slots: Any = request.slots
    facts, role = request.context.facts, request.context.caller.role
    if role is Role.NURSE:
        return None
    verified = facts.get("verified_patient")
    if verified and slots.patient_name and not alike(str(slots.patient_name), [str(verified)]):
        # What follows ("and mine?") is not about that other person.
        return Prepared(slots=slots.model_copy(update={"patient_name": None}), outcome=refused("identity.another"))
    relation = str(facts.get("caller") or "self")
    stranger = relation not in _SELF or slots.for_person not in (None, "self")
    if discloses and stranger and not facts.get("delegate_on_file", relation in _SELF):
        return Prepared(slots=slots, outcome=refused("identity.no_authority"))
    if verified or slots.patient_name is None or slots.dob is None:
        return None
    return None if _known(slots, facts) else _another_try(request)


def with_name(request: Request) -> Request:
    """A date of birth that is given alone after a try that failed goes with the name that was given then."""
    slots: Any = request.slots
    name = request.context.facts.get(_NAME)
    if name is None or slots.patient_name is not None or slots.dob is None:
        return request
    return replace(request, slots=slots.model_copy(update={"patient_name": name}))


def patient_of(request: Request) -> str | None:
    """The patient's name, from what was said or what is settled."""
    slots: Any = request.slots
    said = slots.patient_name or request.context.facts.get("verified_patient")
    return str(said) if said else None


def proof(request: Request) -> Mapping[str, Any]:
    """The fact that settles the identity for the rest of the conversation."""
    slots: Any = request.slots
    told = slots.patient_name is not None and slots.dob is not None
    return {"verified_patient": slots.patient_name, _NAME: None} if told else {}


def _known(slots: Any, facts: Mapping[str, Any]) -> bool:
    """Whether name and date of birth belong together; where no patients are stated, anybody is known."""
    rows = facts.get("patients")
    if not rows:
        return True
    listed = [row for row in rows if isinstance(row, Mapping)]
    meant = alike(slots.patient_name, names(rows))
    return any(row.get("name") in meant and str(row.get("dob")) in (str(slots.dob), "None") for row in listed)


def _another_try(request: Request) -> Prepared:
    """Name and date do not fit: the same words whichever is wrong, and a person after the third time."""
    slots: Any = request.slots
    tries = int(request.context.facts.get(_TRIES, 0)) + 1
    if tries >= MOST_TRIES:
        over = Handover(reason="identity")
        return Prepared(slots=slots, outcome=Outcome(say=(Say("identity.handover"),), executed=False, handover=over))
    emptied = slots.model_copy(update={"patient_name": None, "dob": None})
    ask = Question(slot="patient_name", say=Say("identity.again"))
    return Prepared(slots=emptied, ask=ask, facts={_TRIES: tries, _NAME: slots.patient_name})
