"""Recognisers one after the other: what is said when none of them could hear."""

import asyncio
from typing import Any

import pytest

from parley.contract import Expectation, ExternalTimeout, ParleyError, ProviderFailed
from parley.listening.choosing import ChainedRecognition
from parley.speaking.breaker import Breaker


class Deaf:
    """A recogniser that cannot even begin."""

    def __init__(self, error: ParleyError) -> None:
        self.name = "deaf"
        self._error = error

    async def open(self, **_: Any) -> Any:
        raise self._error


def test_the_last_ones_reason_is_the_answer() -> None:
    async def heard() -> None:
        errors = (ProviderFailed("broke off"), ExternalTimeout("took too long"))
        links: Any = [(Deaf(error), Breaker(failures_to_rest=3, rest_s=30.0)) for error in errors]
        await ChainedRecognition(links, "en", 16_000, Expectation(), lambda _: None).begin()

    with pytest.raises(ExternalTimeout):
        asyncio.run(heard())
