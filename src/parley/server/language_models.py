"""Language models as the settings want them: what the conversation gets, or nothing at all."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict

from django.conf import settings as django_settings
from django.core.cache import cache

from parley.contract import Intent
from parley.conversation.services import Lead
from parley.dialogue.agent import Agent
from parley.dialogue.intents import INTENTS
from parley.server.settings import Settings
from parley.understanding.embedded import Embedded
from parley.understanding.llm.chain import Chain
from parley.understanding.llm.choosing import language_models
from parley.understanding.llm.settings import LanguageModelSettings
from parley.understanding.result import Understanding


class Led(TypedDict, total=False):
    """The fields of `Services` that a language model fills."""

    understand_async: Callable[..., Awaitable[Understanding]]
    stands_alone: Callable[[Understanding], bool]
    lead: Lead
    close: Callable[[], Awaitable[None]]


def led(settings: Settings, embedded: Embedded, skills: Mapping[str, Intent]) -> Led:
    """Empty where no model is configured; then no client library is loaded either."""
    wanted = with_keys(settings)
    models = language_models(wanted)
    if models is None:
        return {}
    table = {**{intent.name: intent for intent in INTENTS}, **skills}
    if wanted.mode == "agent":
        return {"lead": Agent(embedded, models, table, rules=settings.dialogue), "close": models.close}
    chain = Chain(embedded, models, table, cache=cache, secret=django_settings.SECRET_KEY.encode())
    return {"understand_async": chain, "stands_alone": chain.sure, "close": models.close}


def with_keys(settings: Settings) -> LanguageModelSettings:
    """The settings of language models with the keys and names that stand among all settings."""
    openai = {
        "api_key": settings.openai_api_key,
        "url": settings.openai_base_url,
        "model": settings.openai_model,
    }
    anthropic = {"api_key": settings.anthropic_api_key, "model": settings.anthropic_model}
    options: dict[str, dict[str, Any]] = dict(settings.language_model.options)
    if openai["api_key"] or openai["url"]:
        options["openai"] = {**_given(openai), **options.get("openai", {})}
    if anthropic["api_key"]:
        options["anthropic"] = {**_given(anthropic), **options.get("anthropic", {})}
    return settings.language_model.model_copy(update={"options": options})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
