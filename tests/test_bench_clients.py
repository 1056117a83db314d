"""The load test over HTTP: what it asks, and what it counts as gone wrong."""

from collections import Counter
from itertools import islice

import httpx
import pytest
from benchmarks.clients import MIXES, QUICK, Asked, asked, mix, parsed, table

from tests.virtual_time import virtual


def client(statuses: dict[str, int], seen: Counter[str]) -> httpx.AsyncClient:
    """A server that gives each path its status; 0: it cannot be reached."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen[request.url.path] += 1
        status = statuses[request.url.path]
        if not status:
            raise httpx.ConnectError("nobody is there")
        return httpx.Response(status)

    return httpx.AsyncClient(base_url="http://there", transport=httpx.MockTransport(answer))


@virtual
async def test_every_request_is_asked_once_and_counted() -> None:
    seen: Counter[str] = Counter()
    routes = ["GET /good", "POST /taken", "GET /taken", "GET /broken", "GET /gone"]
    statuses = {"/good": 200, "/taken": 409, "/broken": 500, "/gone": 0}
    async with client(statuses, seen) as there:
        report = await asked(there, (Asked(route=routes[at % 5]) for at in range(1000)), concurrent=4, requests=50)
    assert (report["requests"], sum(seen.values()), report["errors"]) == (50, 50, 30)
    found = {name: (route["errors"], route["statuses"]) for name, route in report["routes"].items()}
    assert found == {
        "GET /good": (0, {"200": 10}),
        "POST /taken": (0, {"409": 10}),
        "GET /taken": (10, {"409": 10}),
        "GET /broken": (10, {"500": 10}),
        "GET /gone": (10, {"ConnectError": 10}),
    }
    assert report["routes"]["GET /gone"]["p95"] is None
    assert 0 < report["p50"] <= report["p95"] <= report["p99"]
    assert all(route in table(report) for route in routes)


@pytest.mark.parametrize("service", MIXES)
def test_each_service_is_asked_for_what_is_its_own(service: str) -> None:
    kinds = len(MIXES[service])
    alone = [each.route for each in islice(mix([service]), 2 * kinds)]
    assert alone[:kinds] == alone[kinds:]
    every = {each.route for each in islice(mix(None), 100)}
    assert set(alone) <= every


def test_bookings_are_of_different_times() -> None:
    times = [
        each.options["json"]["start_time"] for each in islice(mix(["appointments"]), 500) if "json" in each.options
    ]
    assert len(set(times)) == len(times) == 100


def test_a_quick_look_is_short() -> None:
    assert parsed(["--quick", "--requests", "9999"]).requests == QUICK
