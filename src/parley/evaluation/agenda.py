"""Work for later on a virtual clock: nothing happens until the clock is moved."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.contract import Announcement, Later, Skill


@dataclass(slots=True)
class Agenda:
    """What the skills of one conversation have asked for."""

    due: dict[tuple[str, str, str], dt.datetime] = field(default_factory=dict)
    """Instant by skill, handler and subject."""

    def later_for(self, skill: str) -> Later:
        """How one skill asks."""

        def later(handler: str, *, at: dt.datetime, subject: str) -> None:
            self.due[skill, handler, subject] = at

        return later

    def until(self, now: dt.datetime, skills: Mapping[str, Skill]) -> list[tuple[str, Announcement]]:
        """Do what is due by then, in order; what is announced, with the skill that does."""
        said: list[tuple[str, Announcement]] = []
        while ready := sorted((at, work) for work, at in self.due.items() if at <= now):
            at, (name, handler, subject) = ready[0]
            del self.due[name, handler, subject]
            announced = skills[name].on_due(handler, subject, now=at, later=self.later_for(name))
            said += [(name, announcement) for announcement in announced]
        return said
