from importlib import import_module

import pytest
from django.test import Client

from parley.accounts import services as accounts
from parley.contract import ConfigurationInvalid
from parley.server.services import reached, table
from parley.server.settings import Settings


def settings(**given: object) -> Settings:
    return Settings(**given)  # type: ignore[arg-type]


def test_every_service_has_its_port_and_what_its_row_names():
    ports = [table.port_of(settings(service=name)) for name in table.SERVICES]
    assert ports == [8001, 8002, 8003, 8004, 8005, 8006]
    for service in table.SERVICES.values():
        for name in service.routers:
            module = import_module(name)
            assert module.PATH.startswith("/")
            assert module.router is not None
        assert all(import_module(name).routes for name in service.sockets)


def test_an_unknown_service_is_refused():
    with pytest.raises(ConfigurationInvalid, match="call-handler"):
        table.service_of(settings(service="kitchen"))
    assert table.service_of(settings()) is None


def test_a_service_is_reached_by_url_or_by_host_and_never_by_itself():
    assert table.url_of(settings(), "stt") == ""
    assert table.url_of(settings(stt_host="ears"), "stt") == "http://ears:8002"
    assert (
        table.url_of(settings(stt_host="ears", stt_url="https://stt.example.org/"), "stt")
        == "https://stt.example.org"
    )
    assert table.url_of(settings(stt_host="ears", service="stt"), "stt") == ""


@pytest.mark.parametrize(
    ("given", "works"),
    [
        ({}, True),
        ({"service": "call-handler"}, True),
        ({"service": "call-handler", "sms_host": "sms"}, False),
        ({"service": "sms", "sms_host": "sms"}, True),
        ({"service": "stt"}, False),
        ({"service": "sms", "run_jobs": False}, False),
    ],
)
def test_due_work_is_done_in_one_place(given: dict[str, object], works: bool):
    assert table.does_due_work(settings(**given)) is works


def test_a_service_stands_before_our_own_or_alone():
    both = settings(stt_host="ears", tts_host="voice", nlu_host="mind", service_key="k")
    own = settings()
    assert reached.listening(both).recognisers["en"] == ("remote", *own.listening.recognisers["en"])
    assert reached.speaking(both).options["remote"] == {"url": "http://voice:8003", "key": "k"}
    alone = settings(stt_host="ears", tts_host="voice", service_fallback=False)
    assert reached.listening(alone).recognisers["ko"] == ("remote",)
    assert reached.speaking(alone).providers["fr"] == ("remote",)
    assert reached.listening(own).recognisers == own.listening.recognisers
    assert reached.listening(own).options == own.listening.options


@pytest.mark.django_db
def test_figures_are_for_those_who_may_see_them(client: Client):
    _, key = accounts.issue_key(name="watch", scopes=["admin:read"])
    _, other = accounts.issue_key(name="other", scopes=["stt:use"])
    for name in ("db-stats", "performance", "cache-stats"):
        assert client.get(f"/admin/{name}").status_code == 401
        assert client.get(f"/admin/{name}", headers={"X-API-Key": other}).status_code == 403
        assert client.get(f"/admin/{name}", headers={"X-API-Key": key}).status_code == 200
    rows = client.get("/admin/db-stats", headers={"X-API-Key": key}).json()["rows"]
    assert rows["accounts_apikey"] in (2, 0)  # PostgreSQL estimates, and has not looked yet
    assert client.get("/admin/performance", headers={"X-API-Key": key}).json()["memory_mb"] > 1
