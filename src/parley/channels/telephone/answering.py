"""Taking a call: whose it is, in which language, and what is said first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from parley.channels.house import House
from parley.channels.telephone import calls, control
from parley.channels.telephone.calls import Line
from parley.channels.telephone.phrases import phrase
from parley.channels.telephone.reception import Reception
from parley.channels.telephone.webhook import fresh
from parley.channels.twilio_stream import Answered, Over, Start, answer_anyone
from parley.contract import Caller, language_of
from parley.conversation.conversation import Conversation
from parley.conversation.services import Opening
from parley.dialogue.state import State
from parley.messaging.models import Message
from parley.records.models import Call

REFUSE_RECORDING: Final = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A call with everything that is known of it."""

    call: Call
    line: Line
    opening: Opening
    reception: Reception


async def answer(start: Start, house: House, headers: Mapping[str, str]) -> Answered:
    """The call of a stream that the voice webhook announced. Raises PermissionRefused for any other."""
    token = start.custom_parameters.get("token", "")
    if not token and house.unsigned_calls:
        return await answer_anyone(start, house, headers)
    now = house.services.now()
    call = await house.floor.kept(fresh(lambda: calls.admit(start.call_sid, token, now=now)))
    taken = await house.floor.kept(fresh(lambda: take(call, house)))

    async def over(ended: Over) -> None:
        def keep() -> None:
            if ended.handover is not None:
                control.hand_over(call, ended.handover.reason, ended.handover.summary, now=house.services.now())
            else:
                calls.note(call, "conversation_ended", now=house.services.now(), reason=ended.reason)

        await house.floor.kept(fresh(keep))
        if ended.handover is None and ended.reason != "hung_up":
            await house.floor.offloaded(lambda: control.hang_up(call))

    def refuse_recording(conversation: Conversation) -> None:
        conversation.keep_no_sound()
        conversation.announce(phrase("not_recorded", conversation.language))
        refused = fresh(lambda: calls.note(call, "recording_refused", now=house.services.now()))
        control.background(house.floor.kept(refused))

    keys = {REFUSE_RECORDING: refuse_recording} if taken.opening.save_audio else {}
    return Answered(opening=taken.opening, services=taken.reception.served(), over=over, keys=keys)


def take(call: Call, house: House) -> Taken:
    """What the conversation is given. Synchronous: it asks the database."""
    now = house.services.now()
    line = calls.line_of(call.line, country=house.country, default=house.language)
    language = language_of(call.conversation.language, default=house.language)
    person = calls.person_behind(call.phone)
    message = _message(call)
    former = None if message or call.conversation.state else calls.interrupted(call, now=now)
    earlier = State.from_json(former.conversation.state["state"]) if former is not None else None
    if earlier is not None:
        language = earlier.language
    if message is not None:
        greeting = message.text
    elif earlier is not None:
        greeting = phrase("go_on", language)
    else:
        greeting = phrase("open" if calls.is_open(line, now) else "closed", language)

    def resumed() -> None:
        assert former is not None
        calls.note(former, "resumed", now=now, by=call.conversation_id)

    opening = Opening(
        conversation_id=call.conversation_id,
        owner=f"telephone:{call.phone or call.sid}",
        channel="telephone",
        language=language,
        zone=line.zone,
        caller=Caller(phone=call.phone or None, name=person.name or None if person is not None else None),
        country=line.country,
        greeting=greeting,
        again=_again(call, language),
        facts=line.facts(call.line),
        save_audio=settings.PARLEY.record_calls and not call.events.filter(event="recording_refused").exists(),
    )
    reception = Reception(services=house.services, earlier=earlier, on_resumed=resumed, message=message)
    return Taken(call=call, line=line, opening=opening, reception=reception)


def _message(call: Call) -> Message | None:
    """What a call of ours is about, unless the conversation is past that."""
    event = calls.latest(call, "outreach")
    if event is None or call.conversation.state:
        return None
    return Message.objects.filter(pk=event.details["message"]).first()


def _again(call: Call, language: str) -> str | None:
    """Said when the caller comes back to the assistant."""
    event = calls.latest(call, "transfer")
    key = "nobody_answers" if event is not None and event.details.get("reason") else "still_there"
    return phrase(key, language_of(language))
