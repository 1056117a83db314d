import asyncio
import os
import uuid

import pytest

from parley.contract import RateLimited
from parley.server import limits
from parley.server.settings import Settings


def check(counter: limits.Counter, path: str, *, who: str = "a", **settings: int) -> None:
    asyncio.run(limits.check(path, who=who, settings=Settings(**settings), counter=counter))


def test_a_new_window_begins_anew():
    now = [60.0]
    counter = limits.ProcessCounter(clock=lambda: now[0])
    check(counter, "/v1/query", queries_an_hour=1)
    with pytest.raises(RateLimited):
        check(counter, "/v1/query", queries_an_hour=1)
    now[0] += 3600
    check(counter, "/v1/query", queries_an_hour=1)


def test_callers_are_counted_apart_and_nothing_is_no_limit():
    counter = limits.ProcessCounter(clock=lambda: 60.0)
    for who in ("a", "b"):
        check(counter, "/webhook/voice", who=who, calls_a_minute=1)
    with pytest.raises(RateLimited):
        check(counter, "/webhook/voice", who="a", calls_a_minute=1)
    for _ in range(5):
        check(counter, "/v1/query", queries_an_hour=0, api_calls_a_minute=0)


def test_windows_that_are_over_are_forgotten():
    now = [60.0]
    counter = limits.ProcessCounter(clock=lambda: now[0])
    for who in range(100):
        check(counter, "/v1/x", who=str(who))
    now[0] += 200
    check(counter, "/v1/x")
    assert len(counter._counts) == 1


@pytest.mark.redis
def test_workers_that_share_redis_share_the_count():
    url = os.environ.get("PARLEY_TEST_REDIS_URL")
    if not url:
        pytest.skip("PARLEY_TEST_REDIS_URL names no Redis server")
    key = uuid.uuid4().hex

    async def twice() -> list[int]:
        counters = [limits.RedisCounter(url, clock=lambda: 60.0) for _ in range(2)]
        counts = [await counter.count(key, seconds=60) for counter in counters]
        for counter in counters:
            await counter._redis.aclose()
        return counts

    assert asyncio.run(twice()) == [1, 2]
