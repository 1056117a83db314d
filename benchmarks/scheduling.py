"""How long a look at free time takes; it follows the length of the day asked, not the size of the history.

    parley bench scheduling [--resources 100] [--appointments 100000] [--here] [--json]

It fills an SQLite file of its own, or with `--here` the configured database, which should be an empty one.

One table for each way of asking; the first rows with a tenth of the history, the last with all of it.
"""

import argparse
import atexit
import datetime as dt
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from parley.scheduling.models import Resource, Service

NOW: Final = dt.datetime(2026, 3, 12, 15, tzinfo=dt.UTC)
ZONE: Final = "America/Toronto"
GOAL_MS: Final = 50.0
"""p95 of a question about one day."""
_FULL: Final = 0.7
"""Of the time of the coming days, so much is booked; the rest of the appointments is history."""
_LOOKS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One way of asking, with a certain history behind it."""

    asked: str
    resources: int
    appointments: int
    p50_ms: float
    p95_ms: float


def main(argv: list[str]) -> int:
    """Fill a database of its own, ask, and print; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(prog="parley bench scheduling", description=__doc__)
    parser.add_argument("--resources", type=int, default=100)
    parser.add_argument("--appointments", type=int, default=100_000)
    parser.add_argument("--here", action="store_true", help="fill the configured database, say on PostgreSQL")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    _prepare(here=arguments.here)
    figures = list(_measured(arguments.resources, arguments.appointments))
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures]))
    else:
        _print(figures)
    days = [figure.p95_ms for figure in figures if figure.asked.startswith("a day")]
    return 0 if max(days) <= GOAL_MS else 1


def _prepare(*, here: bool) -> None:
    from django.core.management import call_command
    from django.db import connections

    if not here:
        folder = tempfile.mkdtemp(prefix="parley-bench-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        connections["default"].close()
        connections.settings["default"] |= {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{folder}/bench.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"},
        }
        del connections["default"]
    call_command("migrate", verbosity=0, interactive=False)


def _measured(resources: int, appointments: int) -> Iterator[Figure]:
    from parley.scheduling.models import Booking

    service, people = _clinic(resources)
    _book(service, people, _coming(people))
    for share in (0.1, 1.0):
        _book(service, people, _history(people, round(appointments * share) - Booking.objects.count()))
        count = Booking.objects.count()
        for asked, ask in _questions(service, people[0]):
            times = sorted(_timed(ask) for _ in range(_LOOKS))
            yield Figure(
                asked=asked,
                resources=resources,
                appointments=count,
                p50_ms=round(statistics.median(times), 2),
                p95_ms=round(times[int(len(times) * 0.95) - 1], 2),
            )


def _questions(service: "Service", person: "Resource") -> Iterator[tuple[str, Callable[[], object]]]:
    from parley.scheduling.availability import Wish, alternatives, openings, search
    from parley.scheduling.reasons import why_not
    from parley.scheduling.spans import DAY, Span

    midnight = NOW.replace(hour=5) + DAY
    evening = Wish(start=NOW, part=(dt.time(16), dt.time(17)))
    yield "a day, with anybody", lambda: openings(service, Span(midnight, midnight + DAY), now=NOW)
    yield (
        "a day, with one person",
        lambda: openings(service, Span(midnight, midnight + DAY), now=NOW, resources=[person]),
    )
    yield "one time, with anybody", lambda: why_not(service, midnight + dt.timedelta(hours=11), now=NOW)
    yield "the nearest to a time", lambda: alternatives(service, midnight, Wish(start=NOW), now=NOW)
    yield "the next free evening", lambda: search(service, evening, now=NOW)
    yield "a week, with anybody", lambda: openings(service, Span(midnight, midnight + 7 * DAY), now=NOW)


def _timed(ask: Callable[[], object]) -> float:
    """In milliseconds."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _clinic(count: int) -> "tuple[Service, list[Resource]]":
    from parley.scheduling.models import Hours, Resource, Service, Site

    site = Site.objects.create(name="Bench", zone=ZONE, country="CA", region="ON")
    service = Service.objects.create(site=site, code="visit", names={"en": "visit"}, duration=30)
    people = [Resource.objects.create(site=site, name=f"Person {place}") for place in range(count)]
    service.resources.set(people)
    Hours.objects.bulk_create(
        Hours(resource=person, weekday=weekday, opens=dt.time(9), closes=dt.time(17))
        for person in people
        for weekday in range(5)
    )
    return service, people


def _coming(people: "list[Resource]") -> Iterator[tuple[int, dt.datetime]]:
    """The coming fortnight, rather full."""
    chance = random.Random(1)
    for place in range(len(people)):
        for half in range(14 * 16):
            day, slot = divmod(half, 16)
            if chance.random() < _FULL:
                yield place, NOW.replace(hour=13) + dt.timedelta(days=1 + day, minutes=30 * slot)


def _history(people: "list[Resource]", count: int) -> Iterator[tuple[int, dt.datetime]]:
    """Years of it, the latest the fullest; each call goes further back."""
    from parley.scheduling.models import Booking

    per_day = len(people) * 16
    begin = Booking.objects.filter(start__lt=NOW).count()
    for place in range(begin, begin + count):
        day, rest = divmod(place, per_day)
        yield (
            rest % len(people),
            NOW.replace(hour=13) - dt.timedelta(days=1 + day, minutes=-30 * (rest // len(people))),
        )


def _book(service: "Service", people: "list[Resource]", starts: Iterator[tuple[int, dt.datetime]]) -> None:
    from parley.scheduling.models import Booking

    half = dt.timedelta(minutes=30)
    Booking.objects.bulk_create(
        (
            Booking(
                resource=people[place],
                service=service,
                status=Booking.Status.BOOKED,
                start=start,
                end=start + half,
                busy_from=start,
                busy_until=start + half,
                name="Somebody",
            )
            for place, start in starts
        ),
        batch_size=2000,
    )


def _print(figures: list[Figure]) -> None:
    table = Table("asked", "resources", "appointments", "p50 ms", "p95 ms", title="Free time")
    for figure in figures:
        table.add_row(
            figure.asked,
            str(figure.resources),
            f"{figure.appointments:,}",
            f"{figure.p50_ms:.1f}",
            f"{figure.p95_ms:.1f}",
        )
    Console().print(table)
