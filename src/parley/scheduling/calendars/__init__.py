"""Outside calendars, in both directions: their events block time, and our bookings stand in them.

    booking ── changed ──> entry waits ── job `deliver` ──> written there
    there   ── job `read` ──> busy times, or an edit of ours ──> moved, cancelled, or a disagreement for staff

Our database is the truth: a booking never waits for a calendar, and nothing that happens there is lost in silence.
"""

from typing import Final

OWNER: Final = "calendars"
"""Whose due work it is."""
