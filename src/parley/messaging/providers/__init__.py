"""Who carries a message: chosen by its channel and by the keys there are. Without a key it stays in the outbox."""

from parley.messaging.providers.choosing import provider_for
from parley.messaging.providers.provider import Outgoing, Provider

__all__ = ["Outgoing", "Provider", "provider_for"]
