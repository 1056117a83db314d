"""Another process of this house, asked over HTTP with the key that all of them share."""

from collections.abc import Callable, Mapping
from functools import cached_property
from time import monotonic
from typing import Any, Final, Protocol, TypeVar

import httpx
import structlog

from parley.contract import (
    BusinessError,
    Conflict,
    ExternalTimeout,
    InvalidTimeSlot,
    NotFound,
    ParleyError,
    PermissionRefused,
    ProviderFailed,
    RequestInvalid,
    SmsUndelivered,
)

ACTOR: Final = "X-Parley-Actor"
"""Header in which a service names for whom it asks: a conversation."""
REFUSALS: Final[Mapping[str, type[ParleyError]]] = {
    kind.code: kind
    for kind in (
        BusinessError,
        Conflict,
        InvalidTimeSlot,
        SmsUndelivered,
        RequestInvalid,
        NotFound,
        PermissionRefused,
    )
}
"""Answers that are the rules' own, whoever applies them: asking elsewhere would not change them."""

T = TypeVar("T")
log = structlog.get_logger("parley.services")


class Breaker(Protocol):
    """Leaves alone who keeps failing."""

    def allows(self, now: float) -> bool: ...

    def failed(self, now: float, *, for_good: bool = False) -> None: ...

    def worked(self) -> None: ...


class Neighbour:
    """Synchronous, for any number of threads."""

    def __init__(
        self, name: str, url: str, key: str, *, breaker: Breaker, fallback: bool, timeout_s: float = 3.0
    ) -> None:
        self.name = name
        self._url, self._key = url, key
        self._breaker = breaker
        self._fallback = fallback
        """Whether this process does the work itself while the other one is down."""
        self._timeout_s = timeout_s

    @cached_property
    def _client(self) -> httpx.Client:
        timeout = httpx.Timeout(self._timeout_s, connect=min(1.0, self._timeout_s))
        return httpx.Client(base_url=self._url, headers={"X-API-Key": self._key}, timeout=timeout, trust_env=False)

    def asked(self, there: Callable[[], T], here: Callable[[], T]) -> T:
        """What the other process answers, or `here` where it is down and may be stood in for.

        Raises the refusals of the rules; where nobody stands in, ExternalTimeout and ProviderFailed too.
        """
        if not self._fallback:
            return there()
        if self._breaker.allows(monotonic()):
            try:
                answer = there()
            except tuple(REFUSALS.values()):
                self._breaker.worked()
                raise
            except ParleyError as error:
                self._breaker.failed(monotonic())
                log.warning("service_failed", service=self.name, code=error.code, reason=error.message)
            else:
                self._breaker.worked()
                return answer
        return here()

    def ask(self, method: str, path: str, *, actor: str = "", key: str = "", **body: Any) -> dict[str, Any]:
        """One request; the JSON of its answer, `{}` for none. Raises what the other end answers, by its code."""
        headers = {name: value for name, value in ((ACTOR, actor), ("Idempotency-Key", key)) if value}
        try:
            answer = self._client.request(method, path, headers=headers, **body)
        except httpx.TimeoutException as error:
            raise ExternalTimeout(f"the service {self.name} did not answer in its time") from error
        except httpx.HTTPError as error:
            raise ProviderFailed(f"the service {self.name} cannot be reached", reason=type(error).__name__) from error
        if answer.is_success:
            return dict(answer.json()) if answer.content else {}
        raise self._refused(answer)

    def _refused(self, answer: httpx.Response) -> ParleyError:
        try:
            told = answer.json()["error"]
            kind = REFUSALS[told["code"]]
        except (ValueError, KeyError, TypeError):
            return ProviderFailed(f"the service {self.name} failed", status=answer.status_code)
        return kind(str(told["message"]), **told.get("details", {}))

    def close(self) -> None:
        """Give connections back."""
        if "_client" in self.__dict__:
            self._client.close()
