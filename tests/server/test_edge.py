import asyncio
import json
from typing import Any

import httpx
import pytest

from parley.channels.route import Receive, Route, Scope, Send
from parley.contract import ConfigurationInvalid, Conflict
from parley.server import health, metrics
from parley.server.edge import Edge
from parley.server.limits import ProcessCounter
from parley.server.router import Router
from parley.server.settings import Settings


async def page(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


async def taken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise Conflict("taken", slot="09:00")


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RuntimeError("inside")


ROUTES = (
    Route(kind="http", path="/v1/taken", app=taken),
    Route(kind="http", path="/v1/broken", app=broken),
    Route(kind="http", path="/deep/*", app=taken),
    Route(kind="http", path="/deep/er/*", app=page),
    *health.routes,
    *metrics.routes,
)


def ask(
    method: str = "GET", path: str = "/", *, times: int = 1, headers: Any = None, **settings: Any
) -> httpx.Response:
    chosen = Settings(**settings)
    edge = Edge(Router(ROUTES, pages=page), lambda: chosen, ProcessCounter(clock=lambda: 60.0))

    async def asking() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://localhost") as client:
            for _ in range(times - 1):
                await client.request(method, path, headers=headers)
            return await client.request(method, path, headers=headers)

    return asyncio.run(asking())


def test_health_says_whether_models_still_load(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(health, "_warming", None)

    async def asking() -> list[bool]:
        loading: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        health.watch(loading)
        cold = (await health.report())[1]["warm"]
        loading.set_result(None)
        return [cold, (await health.report())[1]["warm"]]

    assert asyncio.run(asking()) == [False, True]


def test_every_answer_carries_safe_headers():
    for path in ("/", "/v1/taken", "/v1/broken"):
        headers = ask(path=path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in headers


def test_over_tls_browsers_are_told_to_stay_there_for_a_year():
    assert ask(tls=True).headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_an_error_is_answered_with_its_code_and_status():
    answer = ask(path="/v1/taken")
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "BIZ_001",
        "message": "taken",
        "retryable": False,
        "details": {"slot": "09:00"},
    }


def test_what_is_inside_an_unknown_error_stays_inside():
    answer = ask(path="/v1/broken")
    assert answer.status_code == 500
    assert "inside" not in answer.text


def test_one_request_too_many_is_told_when_to_come_back():
    assert ask(path="/v1/users", times=3, api_calls_a_minute=3).status_code == 200
    refused = ask(path="/v1/users", times=4, api_calls_a_minute=3)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "REQ_005"
    assert 0 < int(refused.headers["retry-after"]) <= 60


def test_another_origin_is_answered_only_where_it_is_allowed():
    origin = {"origin": "https://front.example", "access-control-request-method": "PUT"}
    allowed = ask("OPTIONS", "/v1/users", headers=origin, cors_origins=("https://front.example",))
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == "https://front.example"
    assert "access-control-allow-origin" not in ask(headers=origin).headers


def test_a_body_too_long_is_refused_unread():
    answer = ask("POST", headers={"content-length": "11"}, longest_upload=10)
    assert answer.json()["error"]["code"] == "REQ_001"


@pytest.mark.parametrize(("given", "kept"), [("abc-123", True), ("a b", False), ("x" * 65, False)])
def test_the_callers_id_is_kept_when_it_is_a_plain_one(given: str, kept: bool):
    assert (ask(headers={"x-request-id": given}).headers["x-request-id"] == given) is kept


def test_the_longest_beginning_serves():
    assert ask(path="/deep/er/x").text == "page"
    assert ask(path="/deep/x").status_code == 409


def test_two_applications_for_one_address_are_refused():
    with pytest.raises(ConfigurationInvalid):
        Router([Route(kind="http", path="/a", app=page), Route(kind="http", path="/a", app=taken)], pages=page)


@pytest.mark.django_db(transaction=True)
def test_health_looks_at_the_database():
    answer = ask(path="/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["database"]["ok"] is True


@pytest.mark.django_db(transaction=True)
def test_a_service_that_is_away_makes_the_server_unready(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(health.CHECKS, "database", lambda: 1 / 0)
    answer = ask(path="/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["error"] == "ZeroDivisionError"
    assert ask(path="/health/live").status_code == 200


def test_requests_errors_and_the_process_are_counted():
    ask(path="/v1/taken")
    text = ask(path="/metrics").text
    for figure in (
        'parley_requests_total{area="v1",method="GET",status="409"}',
        'parley_errors_total{code="BIZ_001"}',
        "parley_response_seconds_bucket",
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
    ):
        assert figure in text


def test_a_websocket_that_nobody_serves_is_closed():
    sent: list[Any] = []

    async def scenario() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await Router(ROUTES, pages=page)({"type": "websocket", "path": "/nowhere"}, receive, send)

    asyncio.run(scenario())
    assert json.dumps(sent) == '[{"type": "websocket.close", "code": 4404}]'
