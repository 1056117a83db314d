"""The medicines of the world: which there are, which are due, which were taken."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from parley.evaluation.rehearsal.acting import alike, moment

CLOCK: Final[Mapping[str, dt.time]] = MappingProxyType(
    {"morning": dt.time(8), "lunch": dt.time(12, 30), "evening": dt.time(18, 30), "bedtime": dt.time(22)}
)
"""When the doses of a slot are due."""
APART: Final = dt.timedelta(hours=4)
"""A dose sooner than this after the last one is asked about."""


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

    @classmethod
    def of(cls, facts: Mapping[str, Any], now: dt.datetime) -> "Shelf":
        """The shelf that the facts of a conversation describe."""
        rows = [row if isinstance(row, Mapping) else {"name": row} for row in facts.get("meds", ())]
        due = facts.get("due", ())
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

    def today(self, name: str, day: dt.date | None = None) -> list[dt.datetime]:
        """When a medicine was taken on a day."""
        wanted = day or self.now.date()
        return [at for taken, at in self.taken if taken.casefold() == name.casefold() and at.date() == wanted]

    def left(self) -> list[Medicine]:
        """The medicines with doses still to take today."""
        return [each for each in self.medicines if len(self.today(each.name)) < max(1, len(each.slots))]

    def too_soon(self, medicine: Medicine, at: dt.datetime) -> bool:
        """Whether a dose is one more than planned, or follows too closely on the last one."""
        doses = self.today(medicine.name, at.date())
        if not doses:
            return False
        planned = medicine.max_per_day or len(medicine.slots) or 1
        return len(doses) >= planned or abs(at - doses[-1]) < APART

    def next_dose(self, medicine: Medicine) -> dt.datetime | None:
        """When a medicine is due next, by its slots."""
        days = (self.now.date(), self.now.date() + dt.timedelta(days=1))
        clocks = sorted(CLOCK[slot] for slot in medicine.slots if slot in CLOCK)
        moments = (dt.datetime.combine(day, clock, tzinfo=self.now.tzinfo) for day in days for clock in clocks)
        return next((each for each in moments if each > self.now), None)
