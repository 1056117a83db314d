"""All six services as processes: a call goes through all of them and books, also when one of them has gone."""

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families

from parley.accounts.models import Person
from parley.evaluation.calls.carrier import Line, SimulatedCall
from parley.evaluation.calls.script import Step
from parley.evaluation.calls.voice import spoken
from parley.messaging.models import Message
from parley.scheduling.models import Booking, Change, Hours, Resource, Service, Site
from parley.server.services.table import SERVICES
from parley.skills.appointments.models import Business

pytestmark = pytest.mark.django_db(transaction=True)
KEY, TOKEN = "the-key-of-the-house", "the-token-of-the-account"
SENTENCE = "I would like to book a check-up tomorrow at ten in the morning"
PATIENCE_S = 180.0
"""Whatever it takes on a slow machine."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class House:
    """The processes, by name."""

    folder: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def start(self) -> None:
        for name in SERVICES:
            with (self.folder / f"{name}.log").open("wb") as log:
                command = [sys.executable, "-m", "parley.server.cli", "serve", name, "--port", str(self.ports[name])]
                self.processes[name] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        for name in SERVICES:
            self.until(partial(self.healthy, name))

    def healthy(self, name: str) -> bool:
        return httpx.get(f"{self.url(name)}/health", trust_env=False).status_code == httpx.codes.OK

    def stop(self, *names: str) -> None:
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.terminate()
            process.wait(PATIENCE_S)

    @property
    def environment(self) -> dict[str, str]:
        urls = {
            f"{SERVICES[name].setting.upper()}_URL": self.url(name) for name in SERVICES if name != "call-handler"
        }
        row = connection.settings_dict
        where = f"{row['USER']}@{row['HOST']}:{row['PORT']}/" if row["HOST"] else "/"
        kind = {"sqlite": "sqlite", "postgresql": "postgresql"}[connection.vendor]
        return (
            {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
            | urls
            | {
                "PARLEY_DATABASE_URL": f"{kind}://{where}{row['NAME']}",
                "PARLEY_DATA_DIR": str(self.folder),
                "PARLEY_SECRET_KEY": "a-secret-of-all-processes",
                "PARLEY_SERVICE_KEY": KEY,
                "PARLEY_SERVICE_TIMEOUT_S": "60",
                "PARLEY_TIME_ZONE": "America/Toronto",
                "PARLEY_LISTENING__RECOGNISERS": '{"en": ["instant"], "fr": [], "ko": []}',
                "PARLEY_LISTENING__TIMEOUT_S": "60",
                "PARLEY_INSTANT_TEXT": SENTENCE,
                "PARLEY_SPEAKING__PROVIDERS": '{"en": ["instant"], "fr": ["instant"], "ko": ["instant"]}',
                "PARLEY_SILENCE_PROMPT_S": "600",
                "PARLEY_SETTINGS": str(self.folder / "none.toml"),
                "PARLEY_ENV_FILE": str(self.folder / "none.env"),
                "DJANGO_SETTINGS_MODULE": "parley.server.django_settings",
                "TWILIO_AUTH_TOKEN": TOKEN,
            }
        )

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something; a process that has ended says why."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for name, process in self.processes.items():
                assert process.poll() is None, (self.folder / f"{name}.log").read_text()
            try:
                if is_so():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)  # between two looks at other processes
        raise AssertionError({name: (self.folder / f"{name}.log").read_text()[-2000:] for name in SERVICES})

    def served(self, name: str) -> float:
        """Requests of its own area that a service has answered."""
        text = httpx.get(f"{self.url(name)}/metrics", trust_env=False).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.endswith("requests_total") and sample.labels.get("area") == name
        )


@pytest.fixture
def house(tmp_path: Path, clinic: Service) -> Iterator[House]:
    house = House(tmp_path)
    try:
        house.start()
        yield house
    finally:
        house.stop()


@pytest.fixture
def clinic(transactional_db: None) -> Service:
    """Always open, with two people who give check-ups."""
    site = Site.objects.create(
        name="Clinic", zone="America/Toronto", country="CA", closed_on_holidays=False, languages=["en"],
        phone="+15145550100",
    )  # fmt: skip
    Business.objects.create(site=site)
    service = Service.objects.create(site=site, code="check-up", names={"en": "check-up"}, duration=30, step=30)
    for name in ("Ann", "Bob"):
        person = Resource.objects.create(site=site, name=name)
        for weekday in range(7):
            Hours.objects.create(resource=person, weekday=weekday, opens=dt.time(0), closes=dt.time(0))
        service.resources.add(person)
    return service


def call(house: House, phone: str) -> None:
    """Somebody says what they want, and presses 1 when it is read back."""

    async def heard(_seconds: float) -> None:
        """Nothing is listened to."""

    async def play() -> None:
        sound = await spoken(Step(say=SENTENCE), "en")
        await SimulatedCall(
            server=house.url("call-handler"),
            public=house.url("call-handler"),
            key=TOKEN,
            caller=phone,
            called="+15145550100",
            lines=[Line(text=SENTENCE, sound=sound), Line(keys="1")],
            tell=lambda _: None,
            heard=heard,
            patience_s=PATIENCE_S,
        ).run()

    asyncio.run(play())


def booked(phone: str) -> Booking | None:
    return Booking.objects.filter(phone=phone, status="booked").first()


def test_a_booking_made_by_voice_goes_through_all_six_and_survives_the_loss_of_one(house: House) -> None:
    mary, john = "+15145550111", "+15145550112"
    for name, phone in (("Mary Jones", mary), ("John Hill", john)):
        Person.objects.create(name=name, phone=phone)
    call(house, mary)
    house.until(lambda: booked(mary) is not None)
    booking = booked(mary)
    assert booking is not None
    assert (booking.name, booking.title) == ("Mary Jones", "check-up")
    assert Change.objects.get(booking=booking, what="booked").by.startswith("tel-CA")
    # A request is counted when its answer has gone, which is after the row that it made can be seen.
    house.until(lambda: all(house.served(name) > 0 for name in ("tts", "nlu", "appointments")))
    house.until(lambda: Message.objects.filter(to=mary, purpose="confirmation", status="sent").exists())

    house.stop("appointments")
    call(house, john)
    house.until(lambda: booked(john) is not None)
    house.until(lambda: Message.objects.filter(to=john, purpose="confirmation", status="sent").exists())
