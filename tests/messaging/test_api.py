"""POST /sms/send and GET /sms/status."""

import json

import pytest
from django.test import Client

from parley.accounts.services import issue_key
from parley.messaging import consent
from tests.messaging.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers() -> dict[str, str]:
    return {"X-API-Key": issue_key(name="test", scopes=["sms:*"])[1]}


def post(headers: dict[str, str], **body: str):
    return Client().post("/sms/send", json.dumps(body), content_type="application/json", headers=headers)


def test_send_and_look(headers):
    answer = post(headers | {"Idempotency-Key": "one"}, to="+15145550111", message="Hello").json()
    assert answer["success"] is True
    assert answer["status"] == "queued"
    again = post(headers | {"Idempotency-Key": "one"}, to="+15145550111", message="Hello").json()
    assert again["message_id"] == answer["message_id"]
    status = Client().get(f"/sms/status/{answer['message_id']}", headers=headers).json()
    assert (status["status"], status["attempts"]) == ("queued", 0)
    assert len(Client().get("/sms", headers=headers).json()) == 1


def test_consent_to_calls_is_recorded_by_staff(headers):
    def put(**body: object) -> dict[str, str]:
        told = json.dumps({"phone": "+15145550111", "scope": "calls"} | body)
        return Client().post("/sms/consent", told, content_type="application/json", headers=headers).json()

    assert put(agreed=True, words="form of March 5") == {"messages": "agreed", "calls": "agreed"}
    assert put(agreed=False) == {"messages": "refused", "calls": "refused"}


def test_refusals_have_codes(headers):
    assert post({}, to="+15145550111", message="Hello").json()["error"]["code"] == "SYS_004"
    assert post(headers, to="12", message="Hello").json()["error"]["code"] == "REQ_001"
    assert Client().get("/sms/status/none", headers=headers).json()["error"]["code"] == "REQ_003"
    consent.refuse("+15145550111", how="sms", words="STOP", language="en", now=NOON)
    assert post(headers, to="+15145550111", message="Hello").json()["error"]["code"] == "BIZ_004"
