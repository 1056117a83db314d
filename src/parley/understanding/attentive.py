"""What stands around any understander: the language of the words themselves, and several wishes in one breath."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from parley.contract import Expectation, Kind, Language
from parley.understanding.language import identified
from parley.understanding.result import Understanding
from parley.understanding.riders import parted
from parley.understanding.understander import NO_CONTEXT, NOTHING_EXPECTED, Understander
from parley.understanding.wishes import in_wishes


class Attentive:
    """Another understander, asked in the language that was spoken and about one wish at a time."""

    def __init__(self, inner: Understander) -> None:
        self._inner = inner
        self.name = inner.name

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
        """As the inner one; `language` is what the conversation has been in so far."""
        spoken = identified(text, default=language)

        def understood(words: str) -> Understanding:
            return self._inner.understand(
                words, language=spoken, now=now, zone=zone, expectation=expectation, context=context
            )

        passing = parted(text, spoken) if expectation.kind is not Kind.TEXT else None
        if passing is None:
            return in_wishes(understood(text), understood)
        if not passing.first:
            whole = understood(text)
            return whole if whole.confidence >= passing.rider.confidence else passing.rider
        first = in_wishes(understood(passing.first), understood)
        return replace(first, text=text, also=(*first.also, passing.rider))
