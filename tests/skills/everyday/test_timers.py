"""Timers, from "ten minutes" to the bell."""

import datetime as dt

import pytest

from parley.contract import InvalidTimeSlot, NotFound
from parley.skills.everyday import services
from parley.skills.everyday.models import State, Timer
from tests.skills.everyday.talk import NOW, Talk

pytestmark = pytest.mark.django_db


def minutes(count: int) -> dt.datetime:
    """That many minutes after the start."""
    return NOW + dt.timedelta(minutes=count)


def test_a_timer_is_set_and_rings_at_its_end() -> None:
    talk = Talk()
    done = talk.say("ten minute pasta timer", "timer.set", duration="PT10M", label="pasta")
    assert done.executed == "timer.set"
    assert "10 minutes" in done.reply
    assert talk.at(minutes(9)) == []
    (rung,) = talk.at(minutes(10))
    assert talk.spoken(rung) == "Your pasta timer is done."
    assert rung.conversation_id == "c1"
    assert talk.at(minutes(20)) == []


def test_a_timer_that_ended_while_nothing_ran_rings_at_once_with_an_apology() -> None:
    talk = Talk()
    talk.say("ten minutes", "timer.set", duration="PT10M")
    (rung,) = talk.at(minutes(40))
    assert "sorry" in talk.spoken(rung)


def test_the_length_is_asked_for() -> None:
    talk = Talk(language="ko")
    assert talk.say("타이머 맞춰 줘", "timer.set").reply == "몇 분으로 맞출까요?"
    assert talk.say("오 분", "timer.set", duration="PT5M").executed == "timer.set"


@pytest.mark.parametrize("duration", ["PT0S", "-PT5M", "P30D"])
def test_a_length_that_is_none_is_asked_again(duration: str) -> None:
    assert Talk().say("a timer", "timer.set", duration=duration).asks_for == "duration"


def test_which_of_several_is_asked_and_answered_by_name_or_length() -> None:
    for answer, slots in (("the pasta one", {"label": "pasta"}), ("the ten minute one", {"duration": "PT10M"})):
        talk = Talk(conversation=answer, channel="telephone")
        talk.say("pasta", "timer.set", duration="PT10M", label="pasta")
        talk.say("five minutes", "timer.set", duration="PT5M")
        asked = talk.say("cancel the timer", "timer.cancel")
        assert asked.asks_for == "which"
        assert asked.reply == "Which one: the 5-minute timer or pasta timer?"
        assert talk.say(answer, "timer.cancel", **slots).reply == "The pasta timer is off."


def test_all_timers_are_cancelled() -> None:
    talk = Talk()
    talk.say("one", "timer.set", duration="PT1M")
    talk.say("two", "timer.set", duration="PT2M")
    assert talk.say("cancel all timers", "timer.cancel", scope="all").reply == "All 2 timers are off."
    assert talk.at(minutes(5)) == []


def test_what_is_left_is_told_for_each() -> None:
    talk = Talk()
    talk.say("ten", "timer.set", duration="PT10M", label="eggs")
    talk.at(minutes(4))
    told = talk.say("how long", "timer.status")
    assert told.reply == "The eggs timer has 6 minutes to go."
    assert told.executed == "timer.status"
    assert talk.say("cancel it", "timer.cancel").executed == "timer.cancel"


def test_stop_while_it_rings_silences_it() -> None:
    talk = Talk()
    talk.say("one", "timer.set", duration="PT1M")
    talk.at(minutes(1))
    assert talk.say("stop", "timer.cancel").reply == "All right."
    assert talk.say("stop", "timer.cancel").reply == "No timer is running."


def test_a_household_shares_its_timers_and_a_caller_does_not() -> None:
    Talk(conversation="kitchen").say("one", "timer.set", duration="PT1M")
    assert "to go" in Talk(conversation="bedroom").say("how long", "timer.status").reply
    assert (
        Talk(conversation="call", channel="telephone").say("how long", "timer.status").reply == "No timer is running."
    )


def test_the_same_request_starts_one_timer() -> None:
    context = Talk().context
    for _ in range(2):
        services.set_timer(length=dt.timedelta(minutes=1), label="", context=context, key="k")
    assert Timer.objects.count() == 1


def test_a_timer_rests_and_runs_on_with_what_was_left() -> None:
    talk = Talk()
    talk.say("ten", "timer.set", duration="PT10M")
    (timer,) = services.timers("household")
    services.pause(str(timer.pk), owner="household", now=minutes(4))
    assert talk.at(minutes(10)) == []
    resumed = services.resume(str(timer.pk), owner="household", now=minutes(20), later=talk.later)
    assert resumed.ends_at == minutes(26)
    with pytest.raises(NotFound):
        services.resume(str(timer.pk), owner="household", now=minutes(20), later=None)
    assert len(talk.at(minutes(26))) == 1


def test_a_timer_given_more_time_does_not_ring_at_its_old_end() -> None:
    talk = Talk()
    talk.say("ten", "timer.set", duration="PT10M")
    (timer,) = services.timers("household")
    services.extend(str(timer.pk), by=dt.timedelta(minutes=5), owner="household", later=talk.later)
    assert talk.at(minutes(10)) == []
    assert len(talk.at(minutes(15))) == 1


def test_a_cancelled_resting_timer_keeps_the_tables_constraint() -> None:
    talk = Talk()
    talk.say("ten", "timer.set", duration="PT10M")
    (timer,) = services.timers("household")
    services.pause(str(timer.pk), owner="household", now=minutes(4))
    assert services.cancel(Timer, [str(timer.pk)], owner="household") == 1
    timer.refresh_from_db()
    assert timer.state == State.CANCELLED


def test_a_timer_runs_elapsed_time_through_the_change_of_clocks() -> None:
    night = NOW.replace(month=3, day=7, hour=23)
    talk = Talk(now=night)
    talk.say("three hours", "timer.set", duration="PT3H")
    (timer,) = services.timers("household")
    assert timer.ends_at is not None
    assert timer.ends_at.astimezone(NOW.tzinfo).hour == 3  # 02:00 does not exist that night


def test_a_length_of_nothing_is_refused_by_the_service() -> None:
    with pytest.raises(InvalidTimeSlot):
        services.set_timer(length=dt.timedelta(), label="", context=Talk().context, key="k")
