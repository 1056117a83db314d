"""Text messages and calls by Twilio."""

import datetime as dt

from django.conf import settings

from parley.messaging.models import Channel
from parley.messaging.providers.provider import Outgoing
from parley.messaging.twilio_client import address, client, errors

RING_S = 25


class Twilio:
    """The account and number of the settings."""

    name = "twilio"

    def send(self, message: Outgoing) -> str:
        """A text message, or a call that says the text to a person or leaves it on a machine."""
        with errors():
            return self._call(message) if message.channel == Channel.CALL else self._write(message)

    def _write(self, message: Outgoing) -> str:
        told = {"status_callback": address("/webhook/message-status")} if settings.PARLEY.public_url else {}
        sent = client().messages.create(
            to=message.to, from_=settings.PARLEY.twilio_phone_number, body=message.text, **told
        )
        return str(sent.sid)

    def _call(self, message: Outgoing) -> str:
        call = client().calls.create(
            to=message.to,
            from_=settings.PARLEY.twilio_phone_number,
            url=address(f"/webhook/outbound?message={message.id}"),
            fallback_url=address("/webhook/fallback"),
            machine_detection="DetectMessageEnd",
            timeout=RING_S,
            status_callback=address(f"/webhook/status?message={message.id}"),
            status_callback_event=["completed"],
        )
        return str(call.sid)

    def find(self, message: Outgoing, *, since: dt.datetime) -> str | None:
        """Twilio has no idempotency key: what it sent to the number since then is looked through."""
        if message.channel == Channel.CALL:
            with errors():
                calls = client().calls.list(to=message.to, start_time_after=since.astimezone(dt.UTC), limit=5)
            return next((str(call.sid) for call in calls), None)
        with errors():
            sent = client().messages.list(to=message.to, date_sent_after=since.astimezone(dt.UTC), limit=20)
        return next((str(each.sid) for each in sent if (each.body or "").endswith(message.text)), None)
