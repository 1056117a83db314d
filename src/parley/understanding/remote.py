"""Understanding by another process of Parley: its POST /nlu/analyze; our own where that one is down."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import structlog
from pydantic import TypeAdapter, ValidationError

from parley.contract import Expectation, ExternalTimeout, Language, ParleyError, ProviderFailed
from parley.speaking.breaker import Breaker
from parley.speaking.provider import failure
from parley.understanding.result import Understanding
from parley.understanding.understander import NO_CONTEXT, NOTHING_EXPECTED, Understander

EXPECTATION: Final = TypeAdapter(Expectation)
UNDERSTANDING: Final = TypeAdapter(Understanding)
WHAT: Final = "the understanding service"

log = structlog.get_logger("parley.understanding")


class Remote:
    """Asked in place of an understander, with the same words, and awaited."""

    name = "remote"

    def __init__(
        self,
        url: str,
        key: str,
        *,
        instead: Understander | None,
        timeout_s: float = 3.0,
        failures_to_rest: int = 3,
        rest_s: float = 30.0,
    ) -> None:
        self._url, self._key = url, key
        self._instead = instead
        """Understands when the service does not; None: then the turn fails."""
        self._timeout_s = timeout_s
        self._breaker = Breaker(failures_to_rest=failures_to_rest, rest_s=rest_s)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        timeout = httpx.Timeout(self._timeout_s, connect=min(1.0, self._timeout_s))
        return httpx.AsyncClient(
            base_url=self._url, headers={"X-API-Key": self._key}, timeout=timeout, trust_env=False
        )

    async def __call__(
        self,
        text: str,
        *,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation = NOTHING_EXPECTED,
        context: Mapping[str, Any] = NO_CONTEXT,
    ) -> Understanding:
        """As `Understander.understand`. Raises what `asked` raises where nobody stands in."""
        if self._instead is None:
            return await self.asked(text, language, now, zone, expectation, context)
        loop = asyncio.get_running_loop()
        if self._breaker.allows(loop.time()):
            try:
                understood = await self.asked(text, language, now, zone, expectation, context)
            except ParleyError as error:
                self._breaker.failed(loop.time())
                log.warning("understanding_service_failed", code=error.code, reason=error.message)
            else:
                self._breaker.worked()
                return understood
        where: dict[str, Any] = {"now": now, "zone": zone, "expectation": expectation, "context": context}
        return await asyncio.to_thread(partial(self._instead.understand, text, language=language, **where))

    async def asked(
        self,
        text: str,
        language: Language,
        now: dt.datetime,
        zone: ZoneInfo,
        expectation: Expectation,
        context: Mapping[str, Any],
    ) -> Understanding:
        """What the service says. Raises ExternalTimeout, AuthenticationFailed, RateLimited or ProviderFailed."""
        body = {
            "text": text,
            "language": language,
            "now": now.isoformat(),
            "zone": zone.key,
            "expectation": EXPECTATION.dump_python(expectation, mode="json"),
            "context": dict(context),
        }
        try:
            answer = await self._client.post("/nlu/analyze", json=body)
            if answer.status_code != httpx.codes.OK:
                raise failure(WHAT, answer.status_code, retry_after=answer.headers.get("retry-after"))
            return UNDERSTANDING.validate_python(answer.json()["understanding"])
        except httpx.TimeoutException as error:
            raise ExternalTimeout(f"{WHAT} did not answer in its time") from error
        except httpx.HTTPError as error:
            raise ProviderFailed(f"{WHAT} cannot be reached", reason=type(error).__name__) from error
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise ProviderFailed(f"{WHAT} answered in another form") from error

    async def close(self) -> None:
        """Give connections back."""
        if "_client" in self.__dict__:
            await self._client.aclose()
