"""What an outside calendar is asked, whoever keeps it, and how it may answer.

CalendarUnavailable (BIZ_003)   away, slow, busy or broken off: try later
└── Refused                     it does not take our log-in any more
CursorLost                      it has forgotten up to where we had read: read it whole
Changed                         somebody changed the entry since we saw it
Missing                         there is no such entry, or no such calendar
AlreadyThere                    an entry of that id exists
Rejected                        it will never take this entry as it is
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from parley.contract import CalendarUnavailable, Conflict, NotFound, ProviderFailed
from parley.scheduling.spans import Span


class Refused(CalendarUnavailable):
    """The log-in is not taken any more."""

    retryable: ClassVar[bool] = False


class CursorLost(CalendarUnavailable):
    """The cursor is too old."""


class Changed(Conflict):
    """The entry is not what we saw."""


class Missing(NotFound):
    """There is no such entry."""


class AlreadyThere(Conflict):
    """An entry of that id exists."""


class Rejected(ProviderFailed):
    """The calendar refuses the entry itself."""

    retryable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A calendar of an account."""

    id: str
    name: str
    writable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What we write into an entry of ours, to know it again."""

    booking: str
    version: int
    when: Span
    """As we wrote it: an entry that stands elsewhere was moved by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a calendar as it stands there: an event, or a series with its occurrences."""

    id: str
    uid: str = ""
    """Its UID (RFC 5545), which stays when it is dragged into another calendar. Of what is gone it may be empty."""
    etag: str = ""
    when: Span | None = None
    """When it takes place, of a series the first time; None: gone."""
    busy: tuple[Span, ...] = ()
    """The time that it blocks: nothing when it is free, cancelled or declined."""
    mark: Mark | None = None

    @property
    def gone(self) -> bool:
        """Whether it was deleted or cancelled there."""
        return self.when is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what has changed."""

    items: tuple[Item, ...]
    cursor: str | None = None
    """What to go on from next time; None: more pages follow."""
    whole: bool = False
    """These pages name all there is: what is not named is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry of ours as it shall stand."""

    mark: Mark
    title: str
    text: str
    zone: ZoneInfo
    private: bool
    """Whether others who see the calendar shall see no more than that the time is taken."""
    url: str = ""
    """Where staff find the appointment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A promise to tell us of changes."""

    id: str
    resource: str
    ends: dt.datetime


class Provider(Protocol):
    """One account. Synchronous; called in a worker's thread, outside of any transaction.

    Everything may raise CalendarUnavailable or Refused.
    """

    pushes: ClassVar[bool]
    """Whether it can tell of changes by itself (see `Pushing`)."""

    def secrets(self) -> Mapping[str, Any]:
        """What opens the account, as it is after use: tokens are renewed on the way."""

    def calendars(self) -> list[Listed]:
        """All calendars of the account."""

    def changes(self, calendar: str, *, cursor: str, within: Span, zone: ZoneInfo) -> Iterator[Page]:
        """What has changed since `cursor`, or everything within a span when that is empty.

        Days without a clock (all-day events) and times without a zone are those of `zone`. Raises CursorLost.
        """

    def read(self, calendar: str, item: str, *, zone: ZoneInfo) -> Item:
        """One entry as it stands now; one that is not there is gone.

        Raises CalendarUnavailable when the calendar itself is not there: nothing in it was deleted then.
        """

    def find(self, calendar: str, name: str, *, zone: ZoneInfo) -> Item | None:
        """What stands in a calendar under the UID of an entry that we call `name`, whatever its id; None: nothing."""

    def item_id(self, calendar: str, name: str) -> str:
        """The id of an entry that we call `name` (letters a to v and digits)."""

    def name_of(self, item: str) -> str:
        """The name in an id; of an entry that is not ours, any text."""

    def write(self, calendar: str, item: str, draft: Draft, *, etag: str) -> str:
        """Write an entry of ours, a new one where `etag` is empty; its etag now. What others added to it stays.

        Raises AlreadyThere, Changed, Missing, Rejected.
        """

    def remove(self, calendar: str, item: str) -> None:
        """Take an entry of ours away, also when somebody changed it. Raises Missing."""

    def withdraw(self) -> bool:
        """Have what opens the account be worth nothing from now on; False where only its owner can do that."""

    def close(self) -> None:
        """End connections."""


class Pushing(Provider, Protocol):
    """A provider that tells of changes by itself."""

    def watch(self, calendar: str, *, channel: str, token: str, address: str) -> Channel:
        """Have `address` told of changes, with this token."""

    def unwatch(self, channel: Channel) -> None:
        """No more; a channel that has ended is no matter."""
