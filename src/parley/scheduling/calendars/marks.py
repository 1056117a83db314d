"""The mark of our entries as plain texts, for providers that keep texts beside an event."""

import datetime as dt
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from parley.scheduling.calendars.provider import Mark
from parley.scheduling.spans import Span

BOOKING: Final = "parley-booking"
VERSION: Final = "parley-version"
START: Final = "parley-start"
END: Final = "parley-end"


def written(mark: Mark) -> dict[str, str]:
    """The mark, field by field."""
    return {
        BOOKING: mark.booking,
        VERSION: str(mark.version),
        START: mark.when.start.astimezone(dt.UTC).isoformat(),
        END: mark.when.end.astimezone(dt.UTC).isoformat(),
    }


def read(fields: Mapping[str, str]) -> Mark | None:
    """The mark; None where there is none, or where somebody has spoiled it."""
    try:
        return Mark(
            booking=str(UUID(fields[BOOKING])),
            version=int(fields[VERSION]),
            when=Span(_moment(fields[START]), _moment(fields[END])),
        )
    except (KeyError, ValueError):
        return None


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
