"""Where the answers to text messages are put into the outbox: by this process, or by the one that serves messages.

All other messages are queued in the transaction of what they are about, wherever that is done.
"""

import datetime as dt
from typing import Final, Protocol

from parley.accounts.neighbour import Neighbour
from parley.accounts.services import people_with_phone
from parley.contract import Language
from parley.messaging.models import Channel
from parley.messaging.services import Recipient, queue

PATH: Final = "/sms/send"


class Post(Protocol):
    """Takes answers."""

    def reply(self, to: str, text: str, *, language: Language, key: str, now: dt.datetime) -> None:
        """Have it sent at once; the same key again is the same message."""

    def close(self) -> None:
        """Give connections back."""


class Own:
    """This process does it."""

    def reply(self, to: str, text: str, *, language: Language, key: str, now: dt.datetime) -> None:
        """Into the outbox."""
        people = people_with_phone(to)
        recipient = Recipient(to=to, language=language, person=people[0] if len(people) == 1 else None)
        queue(Channel.SMS, recipient, key=key, purpose="reply", now=now, text=text, urgent=True)

    def close(self) -> None:
        """There is none."""


class Remote:
    """The process at 8006 does it; this one stands in while that is down, if it may."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour
        self._own = Own()

    def reply(self, to: str, text: str, *, language: Language, key: str, now: dt.datetime) -> None:
        """`POST /sms/send`."""
        body = {"to": to, "message": text, "language": language, "reply": True}

        def there() -> None:
            self._neighbour.ask("POST", PATH, key=key, json=body)

        self._neighbour.asked(there, lambda: self._own.reply(to, text, language=language, key=key, now=now))

    def close(self) -> None:
        """Give connections back."""
        self._neighbour.close()


_post: Post = Own()


def open_post(post: Post) -> None:
    """Have answers go there."""
    global _post
    _post = post


def post() -> Post:
    """Where answers go."""
    return _post
