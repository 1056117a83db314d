"""Text messages and calls by Twilio."""

import datetime as dt
from typing import Final

from django.conf import settings

from parley.messaging.models import Channel
from parley.messaging.providers.provider import Outgoing
from parley.messaging.twilio_client import address, client, errors

RING_S: Final = 25
SKEW: Final = dt.timedelta(minutes=1)
"""How far the carrier's clock may be behind ours."""
LOOKED_THROUGH: Final = 20
"""Latest messages, or calls, to a number, the last first."""


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
        """Twilio has no idempotency key: what it took for the number since then is looked through, sent or not."""
        began = since.astimezone(dt.UTC) - SKEW
        with errors():
            if message.channel == Channel.CALL:
                calls = client().calls.list(to=message.to, limit=LOOKED_THROUGH)
                return next((str(each.sid) for each in calls if each.date_created >= began), None)
            texts = client().messages.list(to=message.to, limit=LOOKED_THROUGH)
        same = (each for each in texts if each.date_created >= began and (each.body or "").endswith(message.text))
        return next((str(each.sid) for each in same), None)
