"""Calls from their first webhook to their end, through the real applications on virtual time."""

import asyncio
import base64
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core import signing

from parley.accounts.models import Person, Profile
from parley.channels.house import open_house
from parley.channels.telephone import calls, voicemail
from parley.contract import DatabaseFailed, Handover, NotFound, PermissionRefused, RequestInvalid
from parley.conversation.phrases import phrases
from parley.dialogue.state import Asked, Frame, Pending, State
from parley.jobs import services as due
from parley.messaging import consent, services
from parley.messaging.models import Channel
from parley.records.models import Call, CallEvent, Conversation, Notice
from parley.scheduling import services as scheduling
from parley.scheduling.models import Booking, Hours, Resource, Service, Site
from tests.channels.sockets import Socket, answering
from tests.channels.telephone import CALLER, post, said, stream, token_in, twiml, virtual_on_database
from tests.conversation.world import NOW, World, result
from tests.messaging.carrier import NUMBER, Carrier
from tests.messaging.conftest import twilio, visit  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _threads_run_in_place(monkeypatch: pytest.MonkeyPatch, twilio: Carrier) -> Iterator[None]:  # noqa: F811
    """On virtual time, work for threads runs in the loop's own thread, which Django would refuse."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield
    open_house(None)


@pytest.fixture
def clinic() -> Site:
    """A place that is always open, with somebody to put calls through to."""
    site = Site.objects.create(
        name="Clinic", zone="America/Montreal", country="CA", languages=["en", "fr"], phone=NUMBER,
        transfer_phone="+15145550199", closed_on_holidays=False,
    )  # fmt: skip
    staff = Resource.objects.create(site=site, name="Ann")
    for weekday in range(7):
        Hours.objects.create(resource=staff, weekday=weekday, opens=dt.time(0), closes=dt.time(0))
    return site


def world() -> World:
    """A house that answers announced calls only."""
    here = World()
    open_house(replace(answering(here), unsigned_calls=False))
    return here


async def sound(socket: Socket, seconds: float, byte: bytes = b"\xff") -> None:
    payload = base64.b64encode(byte * 160).decode()
    for _ in range(round(seconds / 0.02)):
        socket.say(event="media", streamSid="MZ1", media={"payload": payload})
        await asyncio.sleep(0.02)


async def say(here: World, socket: Socket, text: str) -> None:
    """The caller speaks, and listens."""
    here.recogniser.texts.append(text)
    await sound(socket, 0.8, b"\x80")
    await sound(socket, 6)


def events(sid: str = "CA1") -> list[str]:
    return list(CallEvent.objects.filter(call__sid=sid).order_by("pk").values_list("event", flat=True))


@virtual_on_database
async def test_a_call_is_told_that_it_talks_to_a_machine_and_is_connected(clinic: Site) -> None:
    here = world()
    answer = await twiml("/webhook/voice")
    assert said(answer) == ["Welcome to Clinic. You are talking to an automated assistant."]
    connect = answer.find("Connect")
    assert connect is not None
    assert connect.get("action") == "https://voice.example.org/webhook/after"
    assert answer.find(".//Stream").get("url") == "wss://voice.example.org/telephone/stream"  # type: ignore[union-attr]
    socket = await stream(token_in(answer))
    await sound(socket, 2)
    assert here.synthesiser.spoken == ["How can I help you?"]
    await say(here, socket, "hello")
    assert here.synthesiser.spoken[-1] == "You said hello."
    socket.say(event="stop", streamSid="MZ1")
    await asyncio.sleep(0.1)
    assert socket.closed == 1000
    await post("/webhook/status", CallStatus="completed")
    call = Call.objects.get()
    assert (call.phone, call.line, call.status, call.direction) == (CALLER, NUMBER, "completed", "in")
    assert events() == ["stream", "conversation_ended", "ended"]
    opening = here.store.openings[0]
    assert opening.caller.phone == CALLER
    assert opening.facts == {"called_number": NUMBER}


@virtual_on_database
async def test_a_forged_webhook_is_refused() -> None:
    world()
    with pytest.raises(PermissionRefused):
        await post("/webhook/voice", token="b" * 32)
    assert not Call.objects.exists()


@virtual_on_database
async def test_a_repeated_webhook_is_one_call(clinic: Site) -> None:
    world()
    head = {"i-twilio-idempotency-token": "once"}
    first, again = await post("/webhook/voice", headers=head), await post("/webhook/voice", headers=head)
    other = await twiml("/webhook/voice")
    assert first is not None
    assert again is not None
    assert token_in(first) == token_in(again)
    assert Call.objects.count() == 1
    assert (await stream(token_in(other))).closed is None


@virtual_on_database
async def test_a_token_opens_one_stream_of_its_own_call(clinic: Site) -> None:
    world()
    token = token_in(await twiml("/webhook/voice"))
    assert (await stream(token, sid="CA2")).closed == 1000
    assert (await stream("")).closed == 1000
    assert (await stream(signing.dumps({"sid": "CA1", "nonce": ""}, salt="parley.telephone.stream"))).closed == 1000
    assert (await stream(token)).closed is None
    assert (await stream(token)).closed == 1000


@virtual_on_database
async def test_the_language_of_the_record_is_spoken(clinic: Site) -> None:
    here = world()
    person = Person.objects.create(name="Marie", phone=CALLER)
    Profile.objects.create(person=person, language="fr")
    answer = await twiml("/webhook/voice")
    assert said(answer) == ["Bienvenue chez Clinic. Vous parlez à un assistant automatique."]
    assert answer.find("Say").get("language") == "fr-CA"  # type: ignore[union-attr]
    await stream(token_in(answer))
    opening = here.store.openings[0]
    assert (opening.language, opening.caller.name, opening.caller.person_id) == ("fr", "Marie", None)


@virtual_on_database
async def test_several_people_behind_a_number_are_nobody_yet(clinic: Site) -> None:
    here = world()
    for name in ("Marie", "Paul"):
        Person.objects.create(name=name, phone=CALLER)
    await stream(token_in(await twiml("/webhook/voice")))
    assert here.store.openings[0].caller.name is None


@virtual_on_database
async def test_the_language_is_asked_where_that_is_set(clinic: Site, settings) -> None:
    here = world()
    settings.PARLEY = settings.PARLEY.model_copy(update={"ask_language": True})
    asked = await twiml("/webhook/voice")
    assert said(asked) == ["For English, press 1 or say English.", "Pour le français, faites le 2 ou dites français."]
    answer = await twiml("/webhook/language", Digits="2")
    assert said(answer)[0].startswith("Bienvenue chez Clinic")
    await stream(token_in(answer))
    assert here.store.openings[0].language == "fr"
    assert said(await twiml("/webhook/language", SpeechResult="English please"))[0].startswith("Welcome")


@virtual_on_database
async def test_recording_is_announced_and_can_be_refused(clinic: Site, settings) -> None:
    here = world()
    settings.PARLEY = settings.PARLEY.model_copy(update={"record_calls": True})
    answer = await twiml("/webhook/voice")
    assert "press 9" in said(answer)[1]
    socket = await stream(token_in(answer))
    await sound(socket, 2)
    await say(here, socket, "first")
    socket.say(event="dtmf", dtmf={"digit": "9"})
    await sound(socket, 4)
    await say(here, socket, "second")
    assert [turn.sound is not None for turn in here.store.turns] == [True, False]
    assert "recording_refused" in events()
    assert "All right, nothing you say is kept." in here.synthesiser.spoken


@virtual_on_database
async def test_our_own_goodbye_hangs_up_at_the_carrier(clinic: Site, twilio: Carrier) -> None:  # noqa: F811
    here = world()
    here.dialogue.answers["bye"] = result(State(), "Goodbye.", ends=True)
    socket = await stream(token_in(await twiml("/webhook/voice")))
    await sound(socket, 2)
    await say(here, socket, "bye")
    assert socket.closed == 1000
    assert twilio.of("Calls/CA1.json") == [{"Status": "completed"}]
    assert [child.tag for child in await twiml("/webhook/after")] == ["Hangup"]
    await post("/webhook/status", CallStatus="completed")
    assert Call.objects.get().ended_at is not None


def handover(here: World) -> None:
    told = Handover(reason="asked", summary="appointment.book (date: 2030-03-07)")
    here.dialogue.answers["agent"] = result(State(), "One moment.", handover=told)


@virtual_on_database
async def test_a_person_takes_over_with_a_summary(clinic: Site) -> None:
    here = world()
    handover(here)
    socket = await stream(token_in(await twiml("/webhook/voice")))
    await sound(socket, 2)
    await say(here, socket, "agent")
    assert here.synthesiser.spoken[-1] == "One moment."
    assert socket.closed == 1000
    dial = (await twiml("/webhook/after")).find("Dial")
    assert dial is not None
    number = dial.find("Number")
    assert number is not None
    assert number.text == "+15145550199"
    whisper = await twiml("/webhook/whisper?call=CA1", CallSid="CA9")
    assert said(whisper) == [
        "A call for you, from the assistant. The caller has not given a name. They asked to speak to somebody."
    ]
    assert [child.tag for child in await twiml("/webhook/dialled", DialCallStatus="completed")] == ["Hangup"]


@virtual_on_database
@pytest.mark.parametrize(("status", "reason"), [("no-answer", "no_answer"), ("busy", "busy"), ("odd", "failed")])
async def test_where_nobody_answers_the_assistant_comes_back(clinic: Site, status: str, reason: str) -> None:
    here = world()
    handover(here)
    socket = await stream(token_in(await twiml("/webhook/voice")))
    await sound(socket, 2)
    await say(here, socket, "agent")
    await twiml("/webhook/after")
    back = await twiml("/webhook/dialled", DialCallStatus=status)
    socket = await stream(token_in(back))
    await sound(socket, 4)
    assert "I am sorry, nobody can take your call right now." in here.synthesiser.spoken
    assert CallEvent.objects.filter(event="transfer").get().details == {"reason": reason}
    await say(here, socket, "hello")
    assert here.synthesiser.spoken[-1] == "You said hello."


@virtual_on_database
async def test_out_of_hours_a_message_is_taken_and_put_into_words(clinic: Site, twilio: Carrier) -> None:  # noqa: F811
    from parley.audio.sound import Sound

    here = world()
    Hours.objects.all().delete()
    answer = await twiml("/webhook/voice")
    await stream(token_in(answer))
    assert "closed at the moment" in here.synthesiser.spoken[0]
    calls.note(Call.objects.get(), "handover", now=NOW, reason="asked", summary="")
    taken = await twiml("/webhook/after")
    record = taken.find("Record")
    assert record is not None
    assert CallEvent.objects.get(event="transfer").details == {"reason": "closed"}
    here.recogniser.texts.append("Please call me back")
    twilio.recordings["/2010/Recordings/RE1"] = Sound.of_bytes(b"\x10\x10" * 8000, 8000).wav()
    form = {
        "RecordingSid": "RE1",
        "RecordingUrl": f"{twilio.url}/2010/Recordings/RE1",
        "RecordingStatus": "completed",
    }
    for _ in range(2):
        assert await post("/webhook/recording", **form) is None
    work_off("Please call me back")
    assert await post("/webhook/recording", **form) is None
    assert work_off() == 0
    assert CallEvent.objects.get(event="voicemail").details["text"] == "Please call me back"
    assert Notice.objects.get().text == "Voice message by telephone: Please call me back"
    assert said(await twiml("/webhook/voicemail"))[0].startswith("Thank you")


def work_off(*heard: str, at: dt.datetime = NOW) -> int:
    """Do what is due, as the runner would after a restart; how much that was."""
    texts = list(heard)
    voicemail.serve(lambda _sound, _language: texts.pop(0))
    claimed = due.claim(at, limit=10)
    for each in claimed:
        due.run(*each, now=at)
    return len(claimed)


@virtual_on_database
async def test_a_message_that_cannot_be_fetched_yet_is_fetched_later(
    clinic: Site,
    twilio: Carrier,  # noqa: F811
) -> None:
    from parley.audio.sound import Sound

    world()
    await twiml("/webhook/voice")
    path = "/2010/Recordings/RE2"
    await post("/webhook/recording", RecordingSid="RE2", RecordingUrl=f"{twilio.url}{path}")
    assert work_off("never heard") == 1
    assert not CallEvent.objects.filter(event="voicemail").exists()
    twilio.recordings[path] = Sound.of_bytes(b"\x10\x10" * 8000, 8000).wav()
    assert work_off("Hello", at=NOW + dt.timedelta(minutes=5)) == 1
    assert CallEvent.objects.get(event="voicemail").details["text"] == "Hello"


@virtual_on_database
async def test_a_message_that_nobody_here_understands_is_shown_without_words(
    clinic: Site,
    twilio: Carrier,  # noqa: F811
) -> None:
    from parley.audio.sound import Sound

    world()
    await twiml("/webhook/voice")
    twilio.recordings["/RE3"] = Sound.of_bytes(b"\x10\x10" * 8000, 8000).wav()
    await post("/webhook/recording", RecordingSid="RE3", RecordingUrl=f"{twilio.url}/RE3")
    assert work_off("") == 1
    assert "no words were recognised" in Notice.objects.get().text


@virtual_on_database
@pytest.mark.parametrize(
    "form",
    [
        {"RecordingSid": "RE4"},
        {"RecordingUrl": "https://api.twilio.com/RE4"},
        {"RecordingSid": "RE4", "RecordingUrl": "https://elsewhere.example.org/RE4"},
    ],
)
async def test_a_recording_that_cannot_be_one_is_refused(clinic: Site, form: dict[str, str]) -> None:
    world()
    await twiml("/webhook/voice")
    with pytest.raises(RequestInvalid):
        await post("/webhook/recording", **form)
    assert work_off() == 0


@virtual_on_database
async def test_a_dropped_call_goes_on_where_it_stopped(clinic: Site) -> None:
    here = world()
    asked = Asked(kind=Pending.SLOT, slot="date", text="On which day?")
    stopped = State(conversation_id="x", frame=Frame(intent="appointment.book", slots={"service": "a"}), asked=asked)
    await twiml("/webhook/voice")
    former = Conversation.objects.get()
    former.state = {"owner": "", "state": stopped.to_json(), "number": 1, "untold": ""}
    former.outcome, former.ended_at, former.started_at = "hung_up", NOW, NOW
    former.save()
    Call.objects.update(started_at=NOW - dt.timedelta(minutes=3), ended_at=NOW)
    socket = await stream(token_in(await twiml("/webhook/voice", CallSid="CA2")), sid="CA2")
    await sound(socket, 4)
    assert "Shall we go on where we stopped?" in here.synthesiser.spoken
    await say(here, socket, "yes")
    assert here.synthesiser.spoken[-1] == "On which day?"
    assert here.store.turns[-1].asks_for == "date"
    memory = here.store.memories["tel-CA2"]["state"]
    assert (memory["frame"]["intent"], memory["conversation_id"]) == ("appointment.book", "tel-CA2")
    assert "resumed" in events()


@virtual_on_database
async def test_a_stream_that_failed_goes_on_by_gather(clinic: Site) -> None:
    here = world()
    await twiml("/webhook/voice")
    answer = await twiml("/webhook/after")
    gather = answer.find("Gather")
    assert gather is not None
    assert (gather.get("input"), gather.get("language")) == ("speech dtmf", "en-US")
    assert said(answer) == ["How can I help you?"]
    assert said(await twiml("/webhook/speech", SpeechResult="hello")) == ["You said hello."]
    assert said(await twiml("/webhook/speech", Digits="1234#")) == ["You said 1234."]
    assert said(await twiml("/webhook/speech?silent=1")) == ["Are you still there?"]
    here.dialogue.fails = DatabaseFailed("away")
    assert said(await twiml("/webhook/speech", SpeechResult="hello")) == [phrases("en").trouble]
    last = await twiml("/webhook/speech?silent=3")
    assert [child.tag for child in last] == ["Say", "Hangup"]


@virtual_on_database
async def test_what_was_held_for_the_caller_is_free_when_the_call_is_over(clinic: Site) -> None:
    world()
    await twiml("/webhook/voice")
    service = Service.objects.create(site=clinic, code="visit", names={"en": "visit"})
    service.resources.add(Resource.objects.get())
    start = (NOW + dt.timedelta(days=1)).replace(minute=0)
    scheduling.hold(service, start, by="tel-CA1", now=NOW)
    await post("/webhook/status", CallStatus="completed")
    assert not Booking.objects.exists()


@virtual_on_database
async def test_a_stream_that_breaks_off_is_no_end_of_the_call(clinic: Site) -> None:
    here = world()
    socket = await stream(token_in(await twiml("/webhook/voice")))
    await sound(socket, 2)
    await say(here, socket, "hello")
    await socket.leave()
    answer = await twiml("/webhook/after", CallStatus="in-progress")
    assert said(answer) == ["How can I help you?"]
    assert said(await twiml("/webhook/speech", SpeechResult="again")) == ["You said again."]
    assert [turn.number for turn in here.store.turns] == [1, 2]
    calls.note(Call.objects.get(), "conversation_ended", now=NOW, reason="hung_up")
    assert [child.tag for child in await twiml("/webhook/after", CallStatus="completed")] == ["Hangup"]


@virtual_on_database
async def test_gather_ends_and_hands_over(clinic: Site, settings) -> None:
    here = world()
    settings.PARLEY = settings.PARLEY.model_copy(update={"telephone_mode": "gather"})
    here.dialogue.answers["bye"] = result(State(), "Goodbye.", ends=True)
    handover(here)
    assert [child.tag for child in await twiml("/webhook/voice")] == ["Say", "Redirect"]
    assert [child.tag for child in await twiml("/webhook/speech", SpeechResult="agent")] == ["Say", "Redirect"]
    assert (await twiml("/webhook/after")).find("Dial") is not None
    assert [child.tag for child in await twiml("/webhook/dialled", DialCallStatus="busy")] == ["Say", "Redirect"]
    assert [child.tag for child in await twiml("/webhook/speech", SpeechResult="bye")] == ["Say", "Hangup"]


@virtual_on_database
async def test_unknown_calls_and_fallback(clinic: Site) -> None:
    world()
    with pytest.raises(NotFound):
        await post("/webhook/after", CallSid="CA77")
    answer = await twiml("/webhook/fallback", ErrorCode="11200")
    assert [child.tag for child in answer] == ["Say", "Dial"]
    assert events() == ["fallback", "dialling"]


def outgoing(**state: str):
    """A reminder that was handed to the carrier as a call."""
    to = services.Recipient(to=CALLER, language="en")
    consent.agree(CALLER, how="staff", words="", language="en", now=NOW, scopes=(consent.Scope.CALLS,))
    row = services.queue(
        Channel.CALL, to, key="c", purpose="reminder", now=NOW, source="visit", about="1",
        template="appointment.reminder_day", text="This is an automated call. Press 1 to confirm.",
    )  # fmt: skip
    row.status, row.provider_id = "sent", "CA5"
    row.save()
    return row


@virtual_on_database
async def test_a_call_of_ours_to_a_person_is_a_conversation(clinic: Site, visit) -> None:  # noqa: F811
    here = world()
    row = outgoing()
    answer = await twiml(
        f"/webhook/outbound?message={row.pk}", CallSid="CA5", From=NUMBER, To=CALLER, AnsweredBy="human"
    )
    socket = await stream(token_in(answer), sid="CA5")
    await sound(socket, 6)
    assert here.synthesiser.spoken[0] == "This is an automated call."
    await say(here, socket, "no")
    assert here.synthesiser.spoken[-2:] == ["All right.", "Goodbye."]
    assert services.message(row.pk).status == "delivered"
    assert Call.objects.get().direction == "out"


@virtual_on_database
async def test_a_machine_gets_the_message_and_nobody_is_called_again(clinic: Site, visit) -> None:  # noqa: F811
    world()
    row = outgoing()
    path = f"/webhook/outbound?message={row.pk}"
    answer = await twiml(path, CallSid="CA5", From=NUMBER, To=CALLER, AnsweredBy="machine_end_beep")
    assert [child.tag for child in answer] == ["Say", "Hangup"]
    assert "automated message from Clinic" in said(answer)[0]
    await post(f"/webhook/status?message={row.pk}", CallSid="CA5", CallStatus="completed")
    assert services.message(row.pk).status == "delivered"


@virtual_on_database
async def test_nobody_answers_a_call_of_ours(clinic: Site, visit) -> None:  # noqa: F811
    world()
    row = outgoing()
    await post(f"/webhook/status?message={row.pk}", CallSid="CA5", CallStatus="no-answer")
    assert services.message(row.pk).status == "queued"
    assert (Call.objects.get().status, Conversation.objects.get().outcome) == ("no-answer", "no-answer")
    assert services.message(row.pk).send_at == NOW + services.RING_AGAIN
