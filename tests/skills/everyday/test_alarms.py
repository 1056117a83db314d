"""Alarms and reminders on wall clocks that change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.skills.everyday import services
from parley.skills.everyday.moments import first, valid, wall
from tests.skills.everyday.talk import CHICAGO, NOW, Talk

pytestmark = pytest.mark.django_db


def ring(talk: Talk) -> dt.datetime:
    """When the only alarm rings, in the zone of the conversation."""
    (alarm,) = services.alarms("household")
    return alarm.due_at.astimezone(talk.context.zone)


def test_an_alarm_without_a_day_is_for_the_next_time_the_clock_shows_it() -> None:
    talk = Talk()
    said = talk.say("wake me at seven", "alarm.set", time="07:00")
    assert said.executed == "alarm.set"
    assert ring(talk) == dt.datetime(2026, 3, 13, 7, tzinfo=CHICAGO)
    assert "tomorrow at 7:00 AM" in said.reply


def test_an_hour_of_the_night_is_asked_about_once() -> None:
    talk = Talk()
    asked = talk.say("wake me at three", "alarm.set", time="03:00")
    assert asked.asks_for == "confirmation"
    assert talk.say("yes", "yes").executed == "alarm.set"
    assert ring(talk).hour == 3


def test_three_in_the_afternoon_after_all() -> None:
    talk = Talk()
    talk.say("wake me at three", "alarm.set", time="03:00")
    assert talk.say("no, three p.m.", "no", time="15:00").executed == "alarm.set"
    assert ring(talk) == dt.datetime(2026, 3, 12, 15, tzinfo=CHICAGO)


def test_a_time_that_the_clocks_skip_is_never_set_silently() -> None:
    talk = Talk(now=dt.datetime(2026, 3, 7, 22, 0, tzinfo=CHICAGO))
    asked = talk.say("alarm at half past two", "alarm.set", time="02:30")
    assert asked.asks_for == "confirmation"
    assert "3:00 AM" in asked.reply
    assert "1:30 AM" in asked.reply
    talk.say("yes", "yes")
    assert ring(talk) == dt.datetime(2026, 3, 8, 3, 0, tzinfo=CHICAGO)


def test_a_time_that_comes_twice_rings_the_first_time_only() -> None:
    talk = Talk(now=dt.datetime(2026, 10, 31, 22, 0, tzinfo=CHICAGO))
    talk.say("alarm at half past one", "alarm.set", time="01:30")
    talk.say("yes", "yes")
    (alarm,) = services.alarms("household")
    assert alarm.due_at == dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC)
    assert len(talk.at(alarm.due_at)) == 1
    assert talk.at(alarm.due_at + dt.timedelta(hours=2)) == []


def test_what_recurs_keeps_its_wall_time_when_the_clocks_change() -> None:
    paris = ZoneInfo("Europe/Paris")
    talk = Talk(language="fr", now=dt.datetime(2026, 3, 27, 12, 0, tzinfo=paris))
    talk.say("réveil à neuf heures tous les jours", "alarm.set", time="09:00", recurrence="FREQ=DAILY")
    rang = []
    for day in (28, 29, 30):
        at = dt.datetime(2026, 3, day, 9, 0, tzinfo=paris)
        rang += talk.at(at)
        assert ring(talk) == dt.datetime.combine(at.date() + dt.timedelta(days=1), dt.time(9), tzinfo=paris)
    assert len(rang) == 3
    assert "9 h" in talk.spoken(rang[0])


def test_weekdays_only() -> None:
    talk = Talk()
    said = talk.say("every weekday at six", "alarm.set", time="06:00", recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    assert "on weekdays" in said.reply
    assert ring(talk).date() == dt.date(2026, 3, 13)
    talk.at(ring(talk))
    assert ring(talk).date() == dt.date(2026, 3, 16)


def test_an_alarm_is_cancelled_by_its_time() -> None:
    talk = Talk()
    talk.say("seven", "alarm.set", time="07:00")
    talk.say("eight", "alarm.set", time="08:00")
    assert talk.say("cancel the alarm", "alarm.cancel").asks_for == "which"
    gone = talk.say("the eight o'clock one", "alarm.cancel", time="08:00")
    assert gone.executed == "alarm.cancel"
    assert ring(talk).hour == 7


def test_a_moment_that_has_passed_is_asked_again() -> None:
    asked = Talk().say("remind me today at nine", "reminder.set", title="x", date="2026-03-12", time="09:00")
    assert asked.asks_for == "time"
    assert asked.executed is None


def test_a_reminder_asks_for_what_is_missing_and_reads_it_back() -> None:
    talk = Talk(language="fr", now=NOW.astimezone(ZoneInfo("Europe/Paris")))
    assert talk.say("rappelle-moi", "reminder.set").asks_for == "title"
    assert talk.say("d'appeler Anne", "out_of_scope").asks_for == "time"
    done = talk.say("demain matin", "reminder.set", date="2026-03-13", part_of_day="morning")
    assert done.executed == "reminder.set"
    assert done.reply == "Je vous le rappellerai demain à 9 h : d'appeler Anne."


def test_a_reminder_after_a_while_is_counted_in_elapsed_time() -> None:
    talk = Talk(language="ko", now=NOW.astimezone(ZoneInfo("Asia/Seoul")))
    done = talk.say("이십 분 뒤에 빨래 꺼내라고 알려 줘", "reminder.set", title="빨래 꺼내기", delay="PT20M")
    assert done.executed == "reminder.set"
    (told,) = talk.at(NOW + dt.timedelta(minutes=20))
    assert talk.spoken(told) == "알려 드릴 시간이에요. 빨래 꺼내기."


@pytest.mark.parametrize(
    ("day", "time", "exists"),
    [(dt.date(2026, 3, 8), dt.time(2, 30), False), (dt.date(2026, 3, 8), dt.time(3), True)],
)
def test_gaps_are_seen(day: dt.date, time: dt.time, exists: bool) -> None:
    assert wall(day, time, CHICAGO).exists is exists


def test_a_leap_day_recurs_when_there_is_one() -> None:
    after = dt.datetime(2026, 3, 1, tzinfo=CHICAGO)
    found = first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", time=dt.time(9), after=after)
    assert found == dt.datetime(2028, 2, 29, 9, tzinfo=CHICAGO)


@pytest.mark.parametrize("rule", ["nonsense", "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2;COUNT=1", "FREQ=SOMETIMES"])
def test_a_rule_that_never_occurs_is_refused(rule: str) -> None:
    assert not valid(rule)


@pytest.mark.parametrize(("words", "utc_hour"), [(None, 6), ("no, the second one", 7)])
def test_of_an_hour_that_comes_twice_either_can_be_had(words: str | None, utc_hour: int) -> None:
    talk = Talk(now=dt.datetime(2026, 10, 31, 22, tzinfo=CHICAGO))
    asked = talk.say("wake me at half past one", "alarm.set", time="01:30", date="2026-11-01")
    if words is not None:
        asked = talk.say(words, "out_of_scope")
    assert asked.asks_for == "confirmation"
    assert talk.say("yes", "yes").executed == "alarm.set"
    assert ring(talk).astimezone(dt.UTC) == dt.datetime(2026, 11, 1, utc_hour, 30, tzinfo=dt.UTC)
