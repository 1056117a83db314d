"""`parley bench clients`: how many requests the HTTP interfaces answer, how soon, and how many go wrong.

    parley bench clients [--concurrent 20] [--requests 2000] [--quick] [--service nlu] [--url ADDRESS --key KEY]

Plays a mix of what clients ask of each service against a server with the demo business, which it starts (recognition
and voices instant, all else real), or against one that runs. A booking that the rules refuse is an answer; an error
is a status from 500 on, a request that was not understood, or no answer at all.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from benchmarks import calls

from parley.audio.sound import Sound

QUICK: Final = 200
"""Requests of a short look."""
TIMEOUT_S: Final = 30.0
REFUSED: Final = frozenset({409, 422})
"""What the rules answer to a booking that cannot be: taken meanwhile, outside the hours."""
SAID: Final = ("book a cleaning tomorrow at ten", "what times are free on Friday", "cancel my appointment")
SOUND: Final = Sound(samples=np.zeros(8_000, np.int16), rate=8_000).wav()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    route: str
    """As it is shown: method and path."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of `httpx.AsyncClient.request`."""


@dataclass(slots=True, kw_only=True)
class Route:
    """What became of all requests of one kind."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    errors: int = 0


def _query(number: int) -> Asked:
    return Asked(route="POST /v1/query", options={"data": {"text": SAID[number % len(SAID)]}})


def _analyze(number: int) -> Asked:
    return Asked(route="POST /nlu/analyze", options={"json": {"text": SAID[number % len(SAID)]}})


def _availability(number: int) -> Asked:
    return Asked(route="GET /appointments/availability", options={"params": {"start_time": _time(number)}})


def _book(number: int) -> Asked:
    body = {"start_time": _time(number), "attendee_name": "Load Test", "attendee_phone": "+15145550199"}
    key = {"Idempotency-Key": f"load-{secrets.token_hex(8)}"}
    return Asked(route="POST /appointments", options={"json": body, "headers": key})


def _time(number: int) -> str:
    """A half hour of each day of the coming four weeks, then the next one of each."""
    half, day = divmod(number, 28)
    hour, minute = divmod(18 + half % 14, 2)
    date = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1 + day)
    return f"{date}T{hour:02}:{30 * minute:02}:00"


def _simple(route: str, **options: Any) -> Callable[[int], Asked]:
    asked = Asked(route=route, options=options)
    return lambda _: asked


MIXES: Final[Mapping[str, Sequence[Callable[[int], Asked]]]] = {
    "call-handler": (_query, _query, _simple("GET /health/live")),
    "stt": (_simple("POST /stt/transcribe", files={"audio": ("a.wav", SOUND)}, data={"language": "en"}),),
    "tts": (
        _simple("POST /tts/synthesize", json={"text": "See you on Tuesday.", "language": "en"}),
        _simple("GET /tts/voices"),
    ),
    "nlu": (_analyze,),
    "appointments": (
        _availability,
        _availability,
        _simple("GET /appointments/search", params={"limit": 20}),
        _simple("GET /appointments/services"),
        _book,
    ),
    "sms": (_simple("GET /sms", params={"limit": 20}),),
}
"""What is asked of each service, in turn."""


def main(argv: list[str]) -> int:
    """Print the figures; 1 where a request went wrong."""
    arguments = parsed(argv)
    report = asyncio.run(played(arguments.url, arguments)) if arguments.url else against_own(arguments)
    print(json.dumps(report) if arguments.json else table(report))
    return 1 if report["errors"] else 0


def parsed(argv: list[str]) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="parley bench clients", description=__doc__.splitlines()[0])
    parser.add_argument("--concurrent", type=int, default=20, help="clients that ask at a time (%(default)s)")
    parser.add_argument("--requests", type=int, default=2000, help="of all clients together (%(default)s)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} requests")
    parser.add_argument(
        "--service", choices=MIXES, action="append", help="ask this one only; several times for several"
    )
    parser.add_argument("--url", help="a server that runs; else one is started")
    parser.add_argument("--key", default="", help="API key for it")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    arguments.requests = QUICK if arguments.quick else arguments.requests
    return arguments


def against_own(arguments: argparse.Namespace) -> dict[str, Any]:
    """The report on a server of our own, with what it cost."""
    with tempfile.TemporaryDirectory() as name:
        folder, port, key = Path(name), calls.free_port(), secrets.token_hex(16)
        environment = calls.settings(folder, port, SAID[0], token=key) | {
            "PARLEY_SERVICE_KEY": key,
            "PARLEY_QUERIES_AN_HOUR": "0",
        }
        calls.run_parley(["setup"], environment)
        log = folder / "server.log"
        with log.open("wb") as written:
            server = subprocess.Popen(
                [sys.executable, "-m", "parley.server.cli", "serve", "--port", str(port)],
                env=environment, stdout=written, stderr=written, cwd=calls.ROOT,
            )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            calls.ready(f"{address}/health", server, log)
            arguments.key = key
            before = _cpu(server.pid)
            report = asyncio.run(played(address, arguments))
            report["server_cpu_ms_a_request"] = round((_cpu(server.pid) - before) * 1000 / arguments.requests, 2)
            return report
        finally:
            server.terminate()
            server.wait(20)


def _cpu(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def played(url: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The report of clients at `url`."""
    limits = httpx.Limits(max_connections=arguments.concurrent)
    headers = {"X-API-Key": arguments.key} if arguments.key else {}
    async with httpx.AsyncClient(base_url=url, limits=limits, headers=headers, timeout=TIMEOUT_S) as client:
        return await asked(
            client, mix(arguments.service), concurrent=arguments.concurrent, requests=arguments.requests
        )


def mix(services: Sequence[str] | None) -> Iterator[Asked]:
    """Requests without end, of these services or of all, each kind in its turn."""
    kinds = [kind for service in services or MIXES for kind in MIXES[service]]
    for number, kind in zip(count(), cycle(kinds), strict=False):
        yield kind(number // len(kinds))


async def asked(client: httpx.AsyncClient, mix: Iterator[Asked], *, concurrent: int, requests: int) -> dict[str, Any]:
    """Ask so many of them, so many at a time, and report."""
    routes: dict[str, Route] = defaultdict(Route)
    waiting = islice(mix, requests)

    async def one() -> None:
        for each in waiting:
            await _ask(client, each, routes[each.route])

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(concurrent)))
    return _report(routes, time.perf_counter() - began, concurrent)


async def _ask(client: httpx.AsyncClient, each: Asked, route: Route) -> None:
    method, path = each.route.split()
    began = time.perf_counter()
    try:
        answer = await client.request(method, path, **each.options)
    except httpx.HTTPError as error:
        route.statuses[type(error).__name__] += 1
        route.errors += 1
        return
    route.seconds.append(time.perf_counter() - began)
    route.statuses[str(answer.status_code)] += 1
    if answer.status_code >= 400 and not (method == "POST" and answer.status_code in REFUSED):
        route.errors += 1


def _report(routes: Mapping[str, Route], wall_s: float, concurrent: int) -> dict[str, Any]:
    every = [second for route in routes.values() for second in route.seconds]
    requests = sum(sum(route.statuses.values()) for route in routes.values())
    return {
        "concurrent": concurrent,
        "requests": requests,
        "seconds": round(wall_s, 2),
        "a_second": round(requests / wall_s, 1),
        "errors": sum(route.errors for route in routes.values()),
        **_spread(every),
        "load_average": round(os.getloadavg()[0], 2),
        "routes": {
            name: {**_spread(route.seconds), "errors": route.errors, "statuses": dict(route.statuses)}
            for name, route in sorted(routes.items())
        },
    }


def _spread(seconds: Sequence[float]) -> dict[str, float | None]:
    names = ("p50", "p95", "p99")
    if not seconds:
        return dict.fromkeys(names)
    found = np.percentile(seconds, (50, 95, 99)) * 1000
    return {name: round(float(ms), 1) for name, ms in zip(names, found, strict=True)}


def table(report: Mapping[str, Any]) -> str:
    """For reading."""
    row = "{:<34}{:>9}{:>9}{:>9}{:>8}  {}"
    lines = [row.format("ms", "p50", "p95", "p99", "errors", "answers")]
    for name, route in report["routes"].items():
        answers = ", ".join(f"{status} x {number}" for status, number in route["statuses"].items())
        lines.append(row.format(name, *(str(route[p]) for p in ("p50", "p95", "p99")), route["errors"], answers))
    lines.append(row.format("all", *(str(report[p]) for p in ("p50", "p95", "p99")), report["errors"], ""))
    lines.append(
        f"{report['requests']} requests of {report['concurrent']} clients in {report['seconds']} s: "
        f"{report['a_second']} a second; load average {report['load_average']}"
    )
    if "server_cpu_ms_a_request" in report:
        lines.append(f"the server's processor time for one: {report['server_cpu_ms_a_request']} ms")
    return "\n".join(lines)
