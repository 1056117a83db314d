"""How often one caller may ask: counted in this process, or in Redis where several workers serve."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from parley.contract import RateLimited
from parley.server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many requests to these paths in so many seconds."""

    name: str
    prefix: str
    """Paths that begin so."""
    seconds: int
    most: Callable[[Settings], int]
    """0: no limit."""


LIMITS: Final = (
    Limit(name="queries", prefix="/v1/query", seconds=3600, most=lambda settings: settings.queries_an_hour),
    Limit(name="calls", prefix="/webhook/voice", seconds=60, most=lambda settings: settings.calls_a_minute),
    *(
        Limit(name="api", prefix=prefix, seconds=60, most=lambda settings: settings.api_calls_a_minute)
        for prefix in ("/v1/", "/api/", "/appointments", "/sms", "/nlu", "/stt", "/tts", "/login", "/admin/login")
    ),
)


class Counter(Protocol):
    """Counts what happens in a window of time."""

    async def count(self, key: str, *, seconds: int) -> int:
        """One more; how many there are now in the present window."""


class ProcessCounter:
    """In memory: one process, or one worker's share."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, int], int] = {}
        self._swept = 0.0

    async def count(self, key: str, *, seconds: int) -> int:
        """One more in the window."""
        now = self._clock()
        if now - self._swept > 60:
            self._swept = now
            self._counts = {each: n for each, n in self._counts.items() if each[1] > now}
        window = (key, (int(now) // seconds + 1) * seconds)
        self._counts[window] = self._counts.get(window, 0) + 1
        return self._counts[window]


class RedisCounter:
    """In Redis: one count for all workers."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        from redis.asyncio import Redis

        self._redis = Redis.from_url(url)
        self._clock = clock

    async def count(self, key: str, *, seconds: int) -> int:
        """One more in the window."""
        name = f"parley:limit:{key}:{int(self._clock()) // seconds}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, seconds)
            count, _ = await pipe.execute()
        return int(count)


def counter_for(settings: Settings) -> Counter:
    """Where this process counts."""
    return RedisCounter(settings.redis_url.get_secret_value()) if settings.redis_url else ProcessCounter()


async def check(path: str, *, who: str, settings: Settings, counter: Counter) -> None:
    """Count one request. Raises RateLimited when it is one too many."""
    for limit in LIMITS:
        most = limit.most(settings)
        if most and path.startswith(limit.prefix):
            if await counter.count(f"{limit.name}:{who}", seconds=limit.seconds) > most:
                raise RateLimited(f"more than {most} requests in {limit.seconds} s", retry_after=_rest(limit.seconds))
            return


def _rest(seconds: int) -> int:
    return seconds - int(time.time()) % seconds


def who(*, address: str, token: str | None) -> str:
    """A caller, as counted: by token where there is one, else by address. Neither stands in the key itself."""
    return hashlib.blake2s((token or address).encode(), digest_size=12).hexdigest()
