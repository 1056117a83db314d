"""The medicines of the world: which there are, which are due, which were taken."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from parley.evaluation.rehearsal.acting import alike, moment

CLOCK: Final[Mapping[str, dt.time]] = MappingProxyType(
    {"morning": dt.time(8), "lunch": dt.time(12, 30), "evening": dt.time(18, 30), "bedtime": dt.time(22)}
)
"""When the doses of a slot are due."""
APART: Final = dt.timedelta(hours=4)
"""A dose sooner than this after the last one is asked about."""
NIGHT_ENDS: Final = dt.time(4)
"""Until then a dose at bedtime is that of the evening before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """One medicine of the person."""

    name: str
    slots: tuple[str, ...] = ()
    max_per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Everything known of the person's medicines."""

    medicines: tuple[Medicine, ...]
    due: tuple[Mapping[str, Any], ...]
    taken: tuple[tuple[str, dt.datetime], ...]
    """Doses by name and moment, in the order of time."""
    stock: Mapping[str, int]
    now: dt.datetime
    home: dt.tzinfo
    """The zone in which the person's schedule was made: it holds on a journey, too, until they decide otherwise."""

    @classmethod
    def of(cls, facts: Mapping[str, Any], now: dt.datetime) -> "Shelf":
        """The shelf that the facts of a conversation describe."""
        rows = [row if isinstance(row, Mapping) else {"name": row} for row in facts.get("meds", ())]
        due = facts.get("due", ())
        home = facts.get("home_tz")
        taken = [
            (str(row["name"]), moment(row["at"], now)) for row in facts.get("taken", ()) if isinstance(row, Mapping)
        ]
        return cls(
            medicines=tuple(
                Medicine(name=str(row["name"]), slots=tuple(row.get("slots", ())), max_per_day=row.get("max_per_day"))
                for row in rows
            ),
            due=(due,) if isinstance(due, Mapping) else tuple(row for row in due if isinstance(row, Mapping)),
            taken=tuple(sorted(taken, key=lambda dose: dose[1])),
            stock=dict(facts.get("stock", {})),
            now=now,
            home=ZoneInfo(home) if isinstance(home, str) and home else now.tzinfo or dt.UTC,
        )

    def named(self, said: str) -> list[Medicine]:
        """The medicines that the words mean."""
        known = alike(said, [medicine.name for medicine in self.medicines])
        return [medicine for medicine in self.medicines if medicine.name in known]

    def in_slots(self, slots: Sequence[str]) -> list[Medicine]:
        """The medicines of some times of the day."""
        return [medicine for medicine in self.medicines if set(slots) & set(medicine.slots)]

    def waiting(self) -> list[Medicine]:
        """The medicines that are due at this moment."""
        listed = {str(row.get("name", "")) for row in self.due}
        by_name = {medicine.name: medicine for medicine in self.medicines}
        return [by_name.get(name, Medicine(name=name)) for name in sorted(listed) if name]

    def day_of(self, medicine: Medicine, at: dt.datetime) -> dt.date:
        """The day that a dose counts for, at home: shortly after midnight it is the bedtime dose of the evening."""
        day = at.astimezone(self.home).date()
        return day - dt.timedelta(days=1) if self.after_midnight(medicine, at) else day

    def after_midnight(self, medicine: Medicine, at: dt.datetime) -> bool:
        """Whether a dose of the night is one that belongs to bedtime."""
        return "bedtime" in medicine.slots and at.astimezone(self.home).time() < NIGHT_ENDS

    def doses(self, medicine: Medicine, day: dt.date | None = None) -> list[dt.datetime]:
        """When a medicine was taken, for the doses of a day; without one, of the day that is running for it."""
        wanted = day or self.day_of(medicine, self.now)
        return [at for at in self.all_doses(medicine) if self.day_of(medicine, at) == wanted]

    def all_doses(self, medicine: Medicine) -> list[dt.datetime]:
        """When a medicine was taken, ever."""
        return [at for name, at in self.taken if name.casefold() == medicine.name.casefold()]

    def left(self) -> list[Medicine]:
        """The medicines with doses still to take today."""
        return [each for each in self.medicines if len(self.doses(each)) < max(1, len(each.slots))]

    def too_soon(self, medicine: Medicine, at: dt.datetime) -> bool:
        """Whether a dose is one more than planned, or follows too closely on another one, of whatever day."""
        doses = self.doses(medicine, self.day_of(medicine, at))
        planned = medicine.max_per_day or len(medicine.slots) or 1
        near = any(abs(at - each) < APART for each in self.all_doses(medicine))
        return near or (bool(doses) and len(doses) >= planned)

    def next_dose(self, medicine: Medicine) -> dt.datetime | None:
        """When a medicine is due next, by its slots and the clock at home, told in the zone of `now`."""
        today = self.now.astimezone(self.home).date()
        days = (today, today + dt.timedelta(days=1))
        clocks = sorted(CLOCK[slot] for slot in medicine.slots if slot in CLOCK)
        moments = (dt.datetime.combine(day, clock, tzinfo=self.home) for day in days for clock in clocks)
        return next((each.astimezone(self.now.tzinfo) for each in moments if each > self.now), None)
