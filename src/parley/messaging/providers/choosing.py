"""Which provider carries a channel."""

from django.conf import settings

from parley.messaging.models import Channel
from parley.messaging.providers.mail import Mail
from parley.messaging.providers.outbox import Outbox
from parley.messaging.providers.provider import Provider
from parley.messaging.providers.twilio import Twilio
from parley.messaging.twilio_client import configured


def provider_for(channel: str) -> Provider:
    """The one that is configured for it, else the outbox page."""
    if channel == Channel.EMAIL:
        return Mail() if settings.PARLEY.mail_from else Outbox()
    return Twilio() if configured() else Outbox()
