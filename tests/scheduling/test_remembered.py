"""Rules that are remembered: until they change, until their time is over, and never inside a transaction."""

import pytest
from django.db import connection, transaction

from parley.scheduling.models import Site
from parley.scheduling.remembered import KINDS, Remembered, forget


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def names(clock: Clock):
    yield Remembered("names", seconds=lambda: 60.0, clock=clock)
    del KINDS["names"]


def site(name: str) -> Site:
    return Site.objects.create(name=name, zone="UTC", country="US")


def all_names() -> list[str]:
    return sorted(Site.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_is_written_is_seen_at_once(names: Remembered[list[str]]):
    assert names("all", all_names) == []
    first = site("One")
    assert names("all", all_names) == ["One"]
    assert names("all", all_names) == ["One"]
    assert (names.counts.hits, names.counts.misses) == (1, 2)
    Site.objects.filter(pk=first.pk).update(name="Two")
    assert names("all", all_names) == ["Two"]
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "scheduling_site"')
    assert names("all", all_names) == []


@pytest.mark.django_db(transaction=True)
def test_a_transaction_sees_its_own_rows_and_leaves_nothing_behind(names: Remembered[list[str]]):
    with transaction.atomic():
        site("Never")
        assert names("all", all_names) == ["Never"]
        transaction.set_rollback(True)
    assert names("all", all_names) == []


@pytest.mark.django_db(transaction=True)
def test_what_another_process_writes_is_seen_when_the_time_is_over(names: Remembered[list[str]], clock: Clock):
    answers = iter((["before"], ["after"]))
    assert names("all", lambda: next(answers)) == ["before"]
    clock.now = 59.9
    assert names("all", lambda: next(answers)) == ["before"]
    clock.now = 60.0
    assert names("all", lambda: next(answers)) == ["after"]


@pytest.mark.django_db(transaction=True)
def test_each_question_has_its_own_answer(names: Remembered[int]):
    assert [names(key, lambda key=key: key) for key in (1, 2, 1)] == [1, 2, 1]
    assert names.counts.hits == 1
    forget()
    assert names(1, lambda: 3) == 3
