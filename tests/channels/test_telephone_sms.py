"""Text messages that come in, through the real webhook, and what goes back through the outbox."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from parley.channels.house import open_house
from parley.contract import RequestInvalid
from parley.dialogue.state import Asked, Pending, State
from parley.messaging import consent, services
from parley.messaging.models import Channel, Message
from parley.messaging.sources import Reply, Source, register
from parley.records.models import Conversation
from tests.channels.sockets import answering
from tests.channels.telephone import CALLER, post, virtual_on_database
from tests.conversation.world import NOW, World
from tests.messaging.carrier import Carrier
from tests.messaging.conftest import START, ZONE, twilio, visit  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _threads_run_in_place(monkeypatch: pytest.MonkeyPatch, twilio: Carrier) -> Iterator[None]:  # noqa: F811
    """On virtual time, work for threads runs in the loop's own thread, which Django would refuse."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield
    open_house(None)


def world() -> World:
    here = World()
    open_house(replace(answering(here), unsigned_calls=False))
    return here


async def write(text: str, sid: str = "") -> list[str]:
    """Send a text message; all that was ever answered."""
    number = Message.objects.count()
    await post("/webhook/sms", MessageSid=sid or f"SM{number}{text}", Body=text)
    return list(Message.objects.filter(purpose="reply").order_by("created_at").values_list("text", flat=True))


def reminder(source: str = "visit") -> Message:
    """A reminder that the person has got."""
    row = services.queue(
        Channel.SMS, services.Recipient(to=CALLER, language="en"), key="r", purpose="reminder", now=NOW,
        source=source, about="1", template="appointment.reminder_day",
    )  # fmt: skip
    Message.objects.filter(pk=row.pk).update(status="sent", sent_at=NOW)
    return row


@virtual_on_database
async def test_words_are_a_conversation_that_goes_on() -> None:
    here = world()
    assert await write("hello") == ["You said hello."]
    assert await write("and then") == ["You said hello.", "You said and then."]
    assert len({opening.conversation_id for opening in here.store.openings}) == 1
    assert here.store.openings[0].channel == "sms"
    assert [turn.number for turn in here.store.turns] == [1, 2]


@virtual_on_database
async def test_delivered_twice_it_is_answered_once() -> None:
    world()
    assert await write("hello", sid="SM1") == ["You said hello."]
    assert await write("hello", sid="SM1") == ["You said hello."]


@virtual_on_database
@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop please", "Unsubscribe", "don't text me any more", "please stop sending me these messages",
        "ARRET", "arrêt", "Ne m'écrivez plus", "arrêtez de m'envoyer des messages", "je ne veux plus recevoir de SMS",
        "수신거부", "그만 보내세요", "문자 보내지 마세요", "더 이상 연락하지 마세요",
    ],
)  # fmt: skip
async def test_a_refusal_holds_at_once_and_is_confirmed_once(text: str) -> None:
    here = world()
    row = services.queue(
        Channel.SMS, services.Recipient(to=CALLER, language="en"), key="k", purpose="other", now=NOW, text="Hi"
    )
    assert len(await write(text)) == 1
    assert len(await write(text, sid="again")) == 1
    assert services.message(row.pk).status == "suppressed"
    assert consent.allowed(CALLER, "sms") == "refused"
    assert not here.understander.asked
    assert len(await write("START")) == 2
    assert consent.allowed(CALLER, "sms") == "agreed"


@virtual_on_database
async def test_danger_is_answered_before_a_refusal_is_heard() -> None:
    here = world()
    await write("stop, my chest hurts and I cannot breathe")
    assert here.understander.asked, "the dialogue answers it"
    assert consent.allowed(CALLER, "sms") == "agreed"


@virtual_on_database
async def test_cancel_is_asked_about_and_nothing_is_sent_meanwhile() -> None:
    here = world()
    reminder()
    (question,) = await write("CANCEL")
    assert question.startswith("Do you want to cancel your appointment")
    assert consent.allowed(CALLER, "sms") == "asked"
    assert (await write("VISIT"))[-1] == "You said I would like to cancel my appointment."
    assert consent.allowed(CALLER, "sms") == "agreed"
    assert here.understander.asked == ["I would like to cancel my appointment"]


@virtual_on_database
async def test_help_names_the_place_and_the_way_out() -> None:
    world()
    (text,) = await write("HELP")
    assert "STOP" in text


@virtual_on_database
async def test_digits_answer_the_last_message() -> None:
    here = world()
    asked: list[str] = []

    def replied(message: Message, answer: str, now: object) -> Reply:
        asked.append(answer)
        if answer == "move":
            return Reply(as_said="move")
        return Reply(template="appointment.confirmed", values={"start": START}, zone=ZONE)

    register("visit", Source(compose=lambda message, now: None, zone_of=lambda message: ZONE, replied=replied))
    reminder()
    assert (await write("1"))[-1].startswith("Thank you, we expect you on Thursday, March 7")
    assert (await write("2"))[-1] == "You said I would like to move my appointment."
    assert asked == ["confirm", "move"]
    assert here.store.openings[0].language == "en"


@virtual_on_database
async def test_a_digit_answers_the_question_that_the_conversation_asked() -> None:
    here = world()
    reminder()
    await write("hello")
    conversation_id = here.store.openings[0].conversation_id
    state = State(conversation_id=conversation_id, asked=Asked(kind=Pending.CHOICE, text="Which?"))
    Conversation.objects.create(
        pk=conversation_id,
        channel="sms",
        language="en",
        started_at=NOW,
        active_at=NOW,
        state={"state": state.to_json()},
    )
    assert (await write("2"))[-1] == "You said 2."


@virtual_on_database
async def test_what_names_no_sender_is_refused() -> None:
    world()
    with pytest.raises(RequestInvalid):
        await post("/webhook/sms", From="", Body="x")


@virtual_on_database
async def test_the_carriers_report_is_kept() -> None:
    world()
    row = reminder()
    Message.objects.filter(pk=row.pk).update(provider_id="SM9")
    await post("/webhook/message-status", MessageSid="SM9", MessageStatus="undelivered", ErrorCode="30003")
    failed = services.message(row.pk)
    assert (failed.status, failed.error_code, failed.detail) == ("failed", "BIZ_004", "30003")
