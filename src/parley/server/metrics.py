"""Figures for Prometheus, at /metrics. CPU, memory and open files of the process come with the client library.

A folder that has figures of its own declares them beside its code, with the prefix `parley_`.
"""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from parley.channels.route import Receive, Route, Scope, Send

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 2.0, 3.0, 5.0, 10.0)

REQUESTS: Final = Counter("parley_requests", "Requests answered", ["method", "area", "status"])
RESPONSE: Final = Histogram("parley_response_seconds", "Time to the end of the answer", ["area"], buckets=SECONDS)
ERRORS: Final = Counter("parley_errors", "Errors answered", ["code"])
TURNS: Final = Counter("parley_turns", "Turns taken", ["channel", "language", "outcome"])
STAGE: Final = Histogram("parley_stage_seconds", "Time of one stage of a turn", ["stage"], buckets=SECONDS)
CONVERSATIONS: Final = Gauge("parley_conversations", "Conversations that go on in this process")
CACHE: Final = Counter("parley_cache", "Look-ups in caches", ["cache", "result"])


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
