"""Figures for Prometheus, at /metrics. CPU, memory and open files of the process come with the client library.

A folder that has figures of its own declares them beside its code, with the prefix `parley_`.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from parley.channels.route import Receive, Route, Scope, Send
from parley.contract import ConfigurationInvalid
from parley.scheduling.remembered import KINDS
from parley.server.services.faculties import voices

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 2.0, 3.0, 5.0, 10.0)

REQUESTS: Final = Counter("parley_requests", "Requests answered", ["method", "area", "status"])
RESPONSE: Final = Histogram("parley_response_seconds", "Time to the end of the answer", ["area"], buckets=SECONDS)
ERRORS: Final = Counter("parley_errors", "Errors answered", ["code"])
TURNS: Final = Counter("parley_turns", "Turns taken", ["channel", "language", "outcome"])
STAGE: Final = Histogram("parley_stage_seconds", "Time of one stage of a turn", ["stage"], buckets=SECONDS)
QUERY: Final = Histogram("parley_query_seconds", "Time of a question to the database", ["kind"], buckets=SECONDS)
CONVERSATIONS: Final = Gauge("parley_conversations", "Conversations that go on in this process")


class Caches(Collector):
    """Look-ups in caches: of each, how often its answer was known. Counted where they happen, read when asked for."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The present counts."""
        family = CounterMetricFamily("parley_cache", "Look-ups in caches", labels=["cache", "result"])
        for name, (hits, misses) in sorted(self._counted().items()):
            family.add_metric([name, "hit"], hits)
            family.add_metric([name, "miss"], misses)
        yield family

    def _counted(self) -> dict[str, tuple[int, int]]:
        counted = {name: (kind.counts.hits, kind.counts.misses) for name, kind in KINDS.items()}
        with contextlib.suppress(ConfigurationInvalid):
            speech = voices().counts
            counted["speech"] = (speech.memory + speech.disk, speech.misses)
        return counted


REGISTRY.register(Caches())


KINDS_OF_QUERY: Final = frozenset({"select", "insert", "update", "delete"})


def watch_queries(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Time what is asked through a connection that was opened just now."""
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(_timed)


def _timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        kind = str(sql)[:6].lower()
        QUERY.labels(kind if kind in KINDS_OF_QUERY else "other").observe(time.perf_counter() - began)


def observe_stages(milliseconds: Mapping[str, float]) -> None:
    """Count the stages of a turn."""
    for stage, value in milliseconds.items():
        STAGE.labels(stage).observe(value / 1000)


async def metrics(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The page that Prometheus reads."""
    headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": generate_latest()})


routes: Final = (Route(kind="http", path="/metrics", app=metrics),)
