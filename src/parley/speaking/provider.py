"""What a synthesis provider is: a voice, what it can do as data, and one function that streams sound."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from parley.contract import (
    AuthenticationFailed,
    ConfigurationInvalid,
    ExternalTimeout,
    Language,
    NotFound,
    ParleyError,
    ProviderFailed,
    RateLimited,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks, and how."""

    name: str
    """As the provider calls it. `provider/name` belongs to that provider alone; empty: its own for the language."""
    language: Language
    rate: float = 1.0
    """Speed, 0.5 to 2.0."""
    pitch_semitones: float = 0.0
    """Higher or lower than the voice's own, -12 to 12; ignored where the abilities say so."""

    def __post_init__(self) -> None:
        if not 0.5 <= self.rate <= 2.0:
            raise ConfigurationInvalid("the rate of a voice is 0.5 to 2.0", rate=self.rate)
        if not -12 <= self.pitch_semitones <= 12:
            raise ConfigurationInvalid("the pitch of a voice is -12 to 12 semitones", pitch=self.pitch_semitones)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a provider can do; everybody adapts to this, and nobody asks for the provider's name."""

    voices: Mapping[Language, tuple[str, ...]]
    """The voices of each language, the preferred one first."""
    streaming: bool
    """The first sound comes before the last is made."""
    local: bool
    """The text stays on this machine."""
    pitch: bool = False
    """Whether `pitch_semitones` is heeded."""
    any_voice: bool = False
    """Names beyond `voices` are valid too (cloned voices with ids of their own)."""
    passes_on: bool = False
    """Asks other providers, whose voices may be named: the voice is left to them."""

    @property
    def languages(self) -> frozenset[Language]:
        return frozenset(self.voices)

    def voice(self, provider: str, language: Language, wanted: Voice | None) -> Voice:
        """The voice that this provider uses when `wanted` is asked for: its own where it does not know that one.

        Rate and pitch are kept, so that a change of provider in mid-reply stays the same manner of speaking.
        """
        default = Voice(name=self.voices[language][0], language=language)
        if wanted is None or (self.passes_on and wanted.language == language):
            return wanted or default
        owner, _, name = wanted.name.rpartition("/")
        known = name in self.voices[language] or (self.any_voice and owner == provider)
        if owner in ("", provider) and known and wanted.language == language:
            return replace(wanted, name=name)
        return replace(wanted, name=default.name, language=language)

    def named(self, name: str, language: Language) -> Voice:
        """The voice of that name, with or without its provider's. Raises NotFound, which lists those there are."""
        known = self.voices.get(language, ())
        if name in known or name in {voice.rpartition("/")[2] for voice in known}:
            return Voice(name=name, language=language)
        raise NotFound(f"no voice is called {name!r} here; there are {', '.join(known) or 'none'}")


class Synthesiser(Protocol):
    """Text in, sound out."""

    name: str
    abilities: Abilities

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncIterator[bytes]:
        """PCM16 mono at `rate` Hz in pieces of 250 ms at most, the first as soon as it exists.

        Closing the iterator stops the synthesis at once. Raises ExternalTimeout, AuthenticationFailed, RateLimited
        or ProviderFailed.
        """

    async def warm(self) -> None:
        """Open what takes time (a library, a connection), so that the first reply does not wait for it.

        Raises what `speak` raises; says nothing and costs nothing.
        """

    async def close(self) -> None:
        """Give connections back."""


class ProviderOptions(BaseSettings):
    """Options of one provider: from `SpeakingSettings.options[name]`, and from the environment, which wins."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def failure(provider: str, status: int, *, retry_after: str | None = None) -> ParleyError:
    """The error that an HTTP status of a provider stands for."""
    if status in (401, 403):
        return AuthenticationFailed(f"{provider} refused the credentials", provider=provider)
    if status == 429:
        details = {"retry_after": float(retry_after)} if retry_after and retry_after.isdigit() else {}
        return RateLimited(f"{provider} asks for fewer requests", provider=provider, **details)
    if status in (408, 504):
        return ExternalTimeout(f"{provider} did not answer in its time", provider=provider)
    return ProviderFailed(f"{provider} answered with status {status}", provider=provider, status=status)
