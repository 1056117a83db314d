"""What our entries are called in outside calendars: the same at every try, and known again wherever they turn up."""

import re
from typing import Final
from uuid import UUID

from parley.scheduling.models import Booking

OURS: Final = re.compile(r"p([0-9a-f]{32})(?:g\d+)?(?:@.*)?")
"""A name, or the UID that a provider makes of it."""


def name_of(booking: Booking, generation: int = 0) -> str:
    """Of a booking's entry; a new generation where the name was used and deleted."""
    return f"p{booking.pk.hex}" + (f"g{generation}" if generation else "")


def booking_of(name: str) -> UUID | None:
    """The booking that is called so; None: nothing of ours is."""
    found = OURS.fullmatch(name)
    return UUID(found[1]) if found else None
