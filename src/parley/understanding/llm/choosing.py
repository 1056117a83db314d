"""Models in an ordered list: the next one is asked when one fails, all within the turn's deadline."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from parley.contract import (
    AuthenticationFailed,
    ConfigurationInvalid,
    ExternalTimeout,
    ParleyError,
    ProviderFailed,
    RateLimited,
)
from parley.speaking.breaker import Breaker
from parley.understanding.llm.model import Answer, LanguageModel, Prompt
from parley.understanding.llm.providers import opened
from parley.understanding.llm.settings import LanguageModelSettings

log = structlog.get_logger("parley.language_models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A model and its record."""

    model: LanguageModel
    breaker: Breaker


class LanguageModels:
    """All models of the process, the preferred one first."""

    def __init__(self, models: Sequence[LanguageModel], settings: LanguageModelSettings) -> None:
        self.settings = settings
        self.unavailable: dict[str, str] = {}
        """Providers that are listed and cannot be had, with the reason."""
        self._members = tuple(
            Member(model=model, breaker=Breaker(failures_to_rest=settings.failures_to_rest, rest_s=settings.rest_s))
            for model in models
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Provider and model of each, for the cache and for those who ask."""
        return tuple(f"{member.model.name}/{member.model.model}" for member in self._members)

    async def answer(
        self, prompt: Prompt, *, deadline_s: float | None = None, on_text: Callable[[str], None] | None = None
    ) -> Answer:
        """The first answer that is one. Raises the last failure; ExternalTimeout when the deadline is over.

        Once words were handed to `on_text`, no other model begins anew.
        """
        failure: ParleyError = ProviderFailed("no language model can be asked now")
        clock = asyncio.get_running_loop().time
        end = clock() + (deadline_s or self.settings.deadline_s)
        for member in self._members:
            for _ in range(self.settings.attempts):
                if not member.breaker.allows(clock()):
                    break
                said: list[str] = []
                try:
                    answer = await self._once(member.model, prompt, end, _noting(said, on_text))
                except ParleyError as error:
                    failure = error
                    self._failed(member, error)
                    if said:
                        raise
                    if not error.retryable or isinstance(error, RateLimited) or clock() >= end:
                        break
                    continue
                member.breaker.worked()
                return answer
            if clock() >= end:
                break
        raise failure

    async def _once(
        self, model: LanguageModel, prompt: Prompt, end: float, on_text: Callable[[str], None] | None
    ) -> Answer:
        """One try. What streams may take longer than a try, as long as words keep coming."""
        clock, patience = asyncio.get_running_loop().time, self.settings.timeout_s
        try:
            async with asyncio.timeout_at(min(end, clock() + patience)) as limit:

                def heard(words: str) -> None:
                    limit.reschedule(min(end, clock() + patience))
                    if on_text is not None:
                        on_text(words)

                return await model.answer(prompt, on_text=None if on_text is None else heard)
        except TimeoutError as error:
            raise ExternalTimeout(f"{model.name} did not answer in its time") from error
        except ParleyError:
            raise
        except Exception as error:  # one from outside may raise anything; the turn goes on
            raise ProviderFailed(f"{model.name} failed", reason=type(error).__name__) from error

    def _failed(self, member: Member, error: ParleyError) -> None:
        now = asyncio.get_running_loop().time()
        breaker = member.breaker
        breaker.failed(now, for_good=isinstance(error, AuthenticationFailed | RateLimited))
        if isinstance(error, RateLimited) and (wait := error.details.get("retry_after")):
            breaker.rests_until = now + float(wait)
        log.warning("language_model_failed", provider=member.model.name, code=error.code, error=error.message)

    async def close(self) -> None:
        """Close every client."""
        await asyncio.gather(*(member.model.close() for member in self._members))


def _noting(said: list[str], on_text: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Note what was handed over: words that are being spoken cannot be begun anew by the next model."""
    if on_text is None:
        return None

    def told(text: str) -> None:
        said.append(text)
        on_text(text)

    return told


def language_models(settings: LanguageModelSettings) -> LanguageModels | None:
    """The configured models; None where there is none, or they are switched off."""
    if settings.mode == "off":
        return None
    models, unavailable = [], {}
    for name in settings.providers:
        try:
            models.append(opened(name, settings))
        except ConfigurationInvalid as error:
            unavailable[name] = error.message
    if not models:
        return None
    chosen = LanguageModels(models, settings)
    chosen.unavailable.update(unavailable)
    return chosen
