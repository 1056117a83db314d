"""Who words a message: the folder that asked for it, at the moment of sending, from what is true then."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from parley.contract import ConfigurationInvalid

if TYPE_CHECKING:
    from parley.messaging.models import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says now."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """For the message's template: texts, and aware datetimes for `day` and `time`."""
    zone: ZoneInfo
    calendar: bytes | None = None
    """An iCalendar file for mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What becomes of a short answer to a message."""

    template: str = ""
    """Said back."""
    values: Mapping[str, Any] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    as_said: str = ""
    """The answer stands for this sentence of `templates/<language>.yaml` (`as_said`), and the dialogue takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a folder declares so that its messages can be worded and answered."""

    compose: Callable[["Message", dt.datetime], Content | None]
    """None: the message has lost its reason."""
    zone_of: Callable[["Message"], ZoneInfo]
    """Where the recipient's clock is taken to be when their record does not say."""
    replied: Callable[["Message", str, dt.datetime], Reply | None] | None = None
    """Called with `confirm`, `move` or `cancel`; None: that cannot be done any more."""


_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have `source` word the messages of that name. Registering again replaces."""
    _sources[name] = source


def source(name: str) -> Source:
    """The source of that name. Raises ConfigurationInvalid when its code is not there (any more)."""
    try:
        return _sources[name]
    except KeyError:
        raise ConfigurationInvalid(f"messages of {name!r}, which nobody has registered") from None
