"""The seam at which understanding plugs in: our own model, a language model, or a chain of them."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from parley.contract import Expectation, Language
from parley.understanding.result import Understanding

NOTHING_EXPECTED: Final = Expectation()
NO_CONTEXT: Final[Mapping[str, Any]] = MappingProxyType({})


class Understander(Protocol):
    """Turns words into an intent with slots: bound by the processor, a few milliseconds; no text makes it raise."""

    name: str

    def understand(
        self,
        text: str,
        *,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation = NOTHING_EXPECTED,
        context: Mapping[str, Any] = NO_CONTEXT,
    ) -> Understanding:
        """Understand one utterance said at `now` (aware), in the dialogue state that `expectation` describes.

        `context` holds what is known of the world, under the keys of `parley converse` (`meds`, `tasks`, `nurses`,
        `bookings`, `contacts`, …): names in it are recognised by sound, whatever the recogniser wrote.
        """
