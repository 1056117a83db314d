import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from parley.jobs import handlers, later, register, runner, services
from parley.jobs.models import Due
from parley.jobs.runner import Runner

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SOON = NOW + dt.timedelta(minutes=5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    monkeypatch.setattr(handlers, "_owners", {})
    calls: list[tuple[str, str]] = []
    register("kitchen", lambda handler, subject, now: calls.append((handler, subject)))
    return calls


def run_due(now: dt.datetime) -> list[bool]:
    return [services.run(due_id, claim, now=now) for due_id, claim in services.claim(now, limit=10)]


def test_work_waits_for_its_time_and_happens_once(done):
    later("kitchen", "timer", at=SOON, subject="eggs")
    assert run_due(NOW) == []
    assert run_due(SOON) == [True]
    assert run_due(SOON) == []
    assert done == [("timer", "eggs")]


def test_asking_again_moves_the_work(done):
    later("kitchen", "timer", at=NOW, subject="eggs")
    later("kitchen", "timer", at=SOON, subject="eggs")
    assert run_due(NOW) == []
    assert services.next_at(NOW) == SOON


def test_work_falls_with_the_transaction_that_asked_for_it(done):
    with pytest.raises(RuntimeError), transaction.atomic():
        later("kitchen", "timer", at=NOW, subject="eggs")
        raise RuntimeError
    assert not Due.objects.exists()


def test_work_moved_while_claimed_is_not_done_by_the_old_claim(done):
    later("kitchen", "timer", at=NOW, subject="eggs")
    [(due_id, claim)] = services.claim(NOW, limit=1)
    later("kitchen", "timer", at=SOON, subject="eggs")
    assert services.run(due_id, claim, now=NOW) is False
    assert done == []
    assert Due.objects.get().at == SOON


def test_work_of_a_worker_that_died_is_done_by_another(done):
    later("kitchen", "timer", at=NOW, subject="eggs")
    [(due_id, old)] = services.claim(NOW, limit=1)
    assert services.claim(NOW, limit=1) == []
    afterwards = NOW + services.LEASE + dt.timedelta(seconds=1)
    assert run_due(afterwards) == [True]
    assert services.run(due_id, old, now=afterwards) is False
    assert len(done) == 1


def test_a_failure_undoes_its_effects_and_is_tried_again_later(done):
    def spoil(handler: str, subject: str, now: dt.datetime) -> None:
        later("kitchen", "side-effect", at=now, subject=subject)
        raise ValueError(subject)

    register("kitchen", spoil)
    later("kitchen", "timer", at=NOW, subject="eggs")
    assert run_due(NOW) == [False]
    row = Due.objects.get()
    assert (row.handler, row.attempts, row.error) == ("timer", 1, "ValueError")
    assert row.at == NOW + services.BACKOFF[0]


def test_work_is_given_up_after_its_last_try_and_kept(done):
    register("kitchen", lambda handler, subject, now: 1 / 0)  # type: ignore[arg-type, return-value]
    later("kitchen", "timer", at=NOW, subject="eggs")
    now = NOW
    for _ in range(len(services.BACKOFF) + 1):
        run_due(now)
        now += dt.timedelta(hours=1)
    assert Due.objects.get().failed_at is not None
    assert services.next_at(now) is None


def test_a_handler_may_ask_for_itself_again(done):
    register("kitchen", lambda handler, subject, now: later("kitchen", handler, at=SOON, subject=subject))
    later("kitchen", "daily", at=NOW, subject="all")
    assert run_due(NOW) == [True]
    assert Due.objects.get().at == SOON


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_do_each_work_once(done):
    for number in range(40):
        later("kitchen", "timer", at=NOW, subject=str(number))

    def worker(_: int) -> None:
        try:
            while claimed := services.claim(NOW, limit=3):
                for due_id, claim in claimed:
                    services.run(due_id, claim, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    assert sorted(subject for _, subject in done) == sorted(map(str, range(40)))
    assert not Due.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_runner_wakes_for_new_work(done, monkeypatch):
    monkeypatch.setattr(runner, "POLL", 3600.0)  # by looking alone it would find nothing in time

    async def scenario() -> None:
        happened, resting = asyncio.Event(), asyncio.Event()

        class Watched(Runner):
            async def _rest(self, seconds: float) -> None:
                resting.set()
                await super()._rest(seconds)

        loop = asyncio.get_running_loop()
        register("kitchen", lambda handler, subject, now: loop.call_soon_threadsafe(happened.set))
        running = asyncio.create_task(Watched(clock=lambda: NOW).run())
        async with asyncio.timeout(30):
            await resting.wait()
            await asyncio.to_thread(ask)
            await happened.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def ask() -> None:
        later("kitchen", "timer", at=NOW, subject="eggs")
        connection.close()

    asyncio.run(scenario())
