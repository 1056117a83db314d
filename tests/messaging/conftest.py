"""A house with an account at a carrier on this machine."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from parley.messaging.sources import Content, Source, register
from tests.messaging.carrier import ACCOUNT, NUMBER, TOKEN, Carrier, carrier

ZONE = ZoneInfo("America/Montreal")
NOON = dt.datetime(2030, 3, 5, 12, 0, tzinfo=ZONE)
START = dt.datetime(2030, 3, 7, 14, 30, tzinfo=ZONE)


@pytest.fixture
def twilio(settings) -> Iterator[Carrier]:
    """Twilio's API, here."""
    with carrier() as here:
        settings.PARLEY = settings.PARLEY.model_copy(
            update={
                "twilio_account_sid": ACCOUNT,
                "twilio_auth_token": SecretStr(TOKEN),
                "twilio_phone_number": NUMBER,
                "twilio_api_url": here.url,
                "public_url": "https://voice.example.org",
            }
        )
        yield here


class Visit:
    """Something that messages are about."""

    def __init__(self) -> None:
        self.start: dt.datetime | None = START

    def compose(self, message, now) -> Content | None:
        """Its present time."""
        if self.start is None:
            return None
        values = {"place": "Clinic", "start": self.start, "phone": NUMBER}
        return Content(values=values, zone=ZONE, calendar=b"BEGIN:VCALENDAR")


@pytest.fixture
def visit() -> Visit:
    """Words messages of the source `visit`."""
    here = Visit()
    register("visit", Source(compose=here.compose, zone_of=lambda message: ZONE))
    return here
