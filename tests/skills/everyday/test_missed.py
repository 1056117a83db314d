"""What came due while nothing ran is told in one sentence."""

import datetime as dt

import pytest

from parley.skills.everyday.models import Alarm, Reminder, State, Timer
from tests.skills.everyday.talk import Talk

pytestmark = pytest.mark.django_db


def asleep(language: str = "en") -> Talk:
    """A household with six things that come due within the next two hours."""
    talk = Talk(language=language)
    at = talk.context.now
    for number in range(3):
        clock = f"{at + dt.timedelta(minutes=20 * number + 20):%H:%M}"
        talk.say("an alarm", "alarm.set", time=clock)
        talk.say("a reminder", "reminder.set", title=f"errand {number}", time=clock)
    return talk


@pytest.mark.parametrize(("language", "apology"), [("en", "I am sorry"), ("fr", "Excusez-moi"), ("ko", "죄송해요")])
def test_all_that_was_missed_is_one_announcement(language: str, apology: str) -> None:
    talk = asleep(language)
    (announced,) = talk.at(talk.context.now + dt.timedelta(hours=8))
    said = talk.spoken(announced)
    assert apology in said
    assert all(f"errand {number}" in said for number in range(3))
    assert len(announced.events) == 6
    assert not Alarm.objects.filter(state=State.WAITING).exists()
    assert not Reminder.objects.filter(state=State.WAITING).exists()


def test_what_is_not_late_is_told_by_itself() -> None:
    talk = asleep()
    talk.say("a timer", "timer.set", duration="PT8H")
    announced = talk.at(talk.context.now + dt.timedelta(hours=8))
    assert len(announced) == 2
    assert "timer" in talk.spoken(announced[-1])
    assert Timer.objects.get().state == State.ENDED


def test_what_recurs_and_was_missed_waits_for_its_next_time() -> None:
    talk = asleep()
    talk.say("every day", "alarm.set", time="23:00", recurrence="FREQ=DAILY")
    (announced,) = talk.at(talk.context.now + dt.timedelta(days=3))
    assert len(announced.events) == 7
    (alarm,) = Alarm.objects.filter(state=State.WAITING)
    assert alarm.due_at > talk.context.now
