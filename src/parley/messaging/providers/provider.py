"""What carries messages."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as it goes out."""

    id: str
    """Ours: the provider's idempotency key where it has one."""
    channel: str
    to: str
    text: str
    subject: str = ""
    language: str = "en"
    calendar: bytes | None = None
    """An iCalendar file to go with mail."""


class Provider(Protocol):
    """Synchronous; called in a worker's thread, outside of any transaction."""

    name: str

    def send(self, message: Outgoing) -> str:
        """Hand it over; the provider's id.

        Raises ExternalTimeout (it may have arrived), ProviderFailed (try again), SmsUndelivered (never will).
        """

    def find(self, message: Outgoing, *, since: dt.datetime) -> str | None:
        """The id under which the provider has the message already; None where it has not, or cannot say."""
