"""Providers in an ordered list: the next one speaks when one fails, within the same turn."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

import structlog

from parley.contract import AuthenticationFailed, ExternalTimeout, Language, ParleyError, ProviderFailed
from parley.speaking.breaker import Breaker
from parley.speaking.cache import PhraseCache, key_of
from parley.speaking.provider import Synthesiser, Voice
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import pieces

log = structlog.get_logger("parley.speaking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A provider and its record."""

    synthesiser: Synthesiser
    breaker: Breaker


class Fallback:
    """Speaks one sentence at a time: what was heard to its end is not repeated when a provider breaks off."""

    def __init__(self, members: Sequence[Member], *, settings: SpeakingSettings, cache: PhraseCache) -> None:
        self._members = members
        self._settings = settings
        self._cache = cache

    async def speak(
        self, sentence: str, *, language: Language, voice: Voice | None, rate: int, ahead: bool = False
    ) -> AsyncGenerator[bytes, None]:
        """Sound of the sentence from memory, or from the first provider that gives it.

        A provider that breaks off in the middle is followed by the next, which says the sentence from its start.
        Raises ProviderFailed when none could.
        """
        for member in self._members:
            synthesiser = member.synthesiser
            if language not in synthesiser.abilities.languages:
                continue
            chosen = synthesiser.abilities.voice(synthesiser.name, language, voice)
            key = key_of(synthesiser.name, chosen, sentence, rate=rate)
            if pcm := await self._cache.get(key):
                for piece in pieces(pcm, rate):
                    yield piece
                return
            for _ in range(self._settings.attempts):
                if not member.breaker.allows(asyncio.get_running_loop().time()):
                    break
                spoken: list[bytes] = []
                try:
                    async with aclosing(self._stream(synthesiser, sentence, chosen, rate)) as stream:
                        async for piece in stream:
                            spoken.append(piece)
                            yield piece
                except ParleyError as error:
                    self._failed(member, error)
                    if spoken or not error.retryable:
                        break
                    continue
                member.breaker.worked()
                await self._cache.put(key, b"".join(spoken), ahead=ahead)
                return
        raise ProviderFailed("no synthesis provider could speak", language=language)

    async def _stream(
        self, synthesiser: Synthesiser, sentence: str, voice: Voice, rate: int
    ) -> AsyncGenerator[bytes, None]:
        """The provider's sound under its time limits, with every failure as a ParleyError."""
        source = synthesiser.speak(sentence, language=voice.language, voice=voice, rate=rate)
        limit = self._settings.first_sound_s
        try:
            while True:
                try:
                    async with asyncio.timeout(limit):
                        piece = await anext(source, None)
                except TimeoutError as error:
                    raise ExternalTimeout(f"{synthesiser.name} gave no sound for {limit} s") from error
                except ParleyError:
                    raise
                except Exception as error:  # one from outside may raise anything; the turn goes on
                    reason = type(error).__name__
                    raise ProviderFailed(f"{synthesiser.name} failed", reason=reason) from error
                if piece is None:
                    return
                limit = self._settings.between_s
                yield piece
        finally:
            await closed(source)

    def _failed(self, member: Member, error: ParleyError) -> None:
        now = asyncio.get_running_loop().time()
        member.breaker.failed(now, for_good=isinstance(error, AuthenticationFailed))
        log.warning("synthesis_failed", provider=member.synthesiser.name, code=error.code, error=error.message)

    async def warm(self) -> None:
        """Open every provider's connection at once; one that cannot be had counts as failed and delays nobody."""
        await asyncio.gather(*(self._warm(member) for member in self._members))

    async def _warm(self, member: Member) -> None:
        try:
            async with asyncio.timeout(self._settings.first_sound_s * 2):
                await member.synthesiser.warm()
        except TimeoutError:
            self._failed(member, ExternalTimeout(f"{member.synthesiser.name} did not open in its time"))
        except ParleyError as error:
            self._failed(member, error)
        except Exception as error:  # noqa: BLE001 - as in _stream
            self._failed(member, ProviderFailed(f"{member.synthesiser.name}: {type(error).__name__}"))


async def closed(source: AsyncIterator[bytes]) -> None:
    """Close a stream that can be closed: the protocol promises an iterator, and most are generators."""
    if hasattr(source, "aclose"):
        await cast(AsyncGenerator[bytes, None], source).aclose()
