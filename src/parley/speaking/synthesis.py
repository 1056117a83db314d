"""Speaking as the rest of the house sees it: text in, sound at the channel's rate out.

A reply is worded for speech, divided into sentences, and each sentence is taken from the phrase cache or asked of
the providers in order. While one sentence is heard, the next is made.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from parley.contract import LANGUAGES, ConfigurationInvalid, Language
from parley.speaking.breaker import Breaker
from parley.speaking.cache import Counts, PhraseCache
from parley.speaking.fallback import Fallback, Member
from parley.speaking.normalise import spoken
from parley.speaking.provider import Abilities, Synthesiser, Voice
from parley.speaking.providers import opened
from parley.speaking.sentences import sentences
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import pieces

__all__ = ["Abilities", "Speaking", "Synthesiser", "Voice", "synthesiser_for"]

PAUSE_S: Final = 0.22
"""Between sentences, at rate 1.0."""


class Speaker:
    """Text to sound in one language. A `Synthesiser` itself, so that it may stand wherever a provider may."""

    def __init__(self, language: Language, members: Sequence[Member], *, speaking: "Speaking") -> None:
        self.name = members[0].synthesiser.name if members else "none"
        self.abilities = Abilities(
            voices={language: tuple(f"{m.synthesiser.name}/{v}" for m in members for v in _voices(m, language))},
            streaming=True,
            local=all(member.synthesiser.abilities.local for member in members),
            pitch=any(member.synthesiser.abilities.pitch for member in members),
        )
        self._language = language
        self._settings = speaking.settings
        self._fallback = Fallback(members, settings=speaking.settings, cache=speaking.cache)

    async def speak(
        self, text: str, *, language: Language | None = None, voice: Voice | None = None, rate: int = 16_000
    ) -> AsyncGenerator[bytes, None]:
        """PCM16 mono at `rate` Hz in pieces of at most 250 ms; see `Synthesiser.speak`."""
        language = language or self._language
        voice = voice or self._voice(language)
        parts = sentences(spoken(text, language), language)
        tasks: list[asyncio.Task[None]] = []
        queues: list[asyncio.Queue[bytes | None]] = []

        def begin(index: int) -> None:
            if index < len(parts):
                queue: asyncio.Queue[bytes | None] = asyncio.Queue()
                task = asyncio.create_task(self._make(parts[index], language, voice, rate, queue))
                task.add_done_callback(lambda _: queue.put_nowait(None))
                queues.append(queue)
                tasks.append(task)

        begin(0)
        try:
            for index in range(len(parts)):
                begin(index + 1)
                while (piece := await queues[index].get()) is not None:
                    yield piece
                await tasks[index]
                if index + 1 < len(parts):
                    for piece in pieces(bytes(2 * int(rate * PAUSE_S / voice.rate)), rate):
                        yield piece
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(
        self, sentence: str, language: Language, voice: Voice, rate: int, queue: asyncio.Queue[bytes | None]
    ) -> None:
        source = self._fallback.speak(sentence, language=language, voice=voice, rate=rate)
        async with aclosing(source):
            async for piece in source:
                queue.put_nowait(piece)

    def _voice(self, language: Language) -> Voice:
        return Voice(
            name=self._settings.voices.get(language, ""),
            language=language,
            rate=self._settings.rate,
            pitch_semitones=self._settings.pitch_semitones,
        )

    async def make_ahead(self, phrases: Sequence[str], *, rate: int) -> None:
        """Have the sound of these phrases ready, in memory and on disk."""
        voice = self._voice(self._language)
        for phrase in phrases:
            for sentence in sentences(spoken(phrase, self._language), self._language):
                source = self._fallback.speak(sentence, language=self._language, voice=voice, rate=rate, ahead=True)
                async for _ in source:
                    pass

    async def warm(self) -> None:
        """Open the providers' connections, as while the telephone still rings."""
        await self._fallback.warm()

    async def close(self) -> None:
        """Providers are shared between languages and closed by `Speaking.close`."""


class Speaking:
    """All voices of a process: providers, their records and the phrase cache, shared by every conversation."""

    def __init__(self, settings: SpeakingSettings) -> None:
        self.settings = settings
        self.unavailable: dict[str, str] = {}
        """Providers that are listed and cannot be had, with the reason: for health and the dashboard."""
        self.cache = PhraseCache(
            memory_bytes=settings.cache_memory_bytes,
            age_s=settings.cache_age_s,
            directory=settings.cache_directory,
            disk_bytes=settings.cache_disk_bytes,
        )
        self._members: dict[str, Member] = {}
        self._speakers: dict[Language, Speaker] = {}

    @property
    def counts(self) -> Counts:
        return self.cache.counts

    @property
    def voices(self) -> Mapping[Language, tuple[str, ...]]:
        """Every voice that can be asked for, as `provider/name`."""
        return {language: self.synthesiser(language).abilities.voices[language] for language in LANGUAGES}

    def synthesiser(self, language: Language) -> Speaker:
        """The voice of that language. Raises ConfigurationInvalid when no listed provider can be had."""
        if language not in self._speakers:
            listed = (self._member(name) for name in self.settings.providers.get(language, ()))
            members = [m for m in listed if m and language in m.synthesiser.abilities.languages]
            if not members:
                raise ConfigurationInvalid(f"no synthesis provider for {language}", reasons=self.unavailable)
            self._speakers[language] = Speaker(language, members, speaking=self)
        return self._speakers[language]

    def _member(self, name: str) -> Member | None:
        if name in self.unavailable:
            return None
        if name not in self._members:
            try:
                synthesiser = opened(name, self.settings)
            except ConfigurationInvalid as error:
                self.unavailable[name] = error.message
                return None
            breaker = Breaker(failures_to_rest=self.settings.failures_to_rest, rest_s=self.settings.rest_s)
            self._members[name] = Member(synthesiser=synthesiser, breaker=breaker)
        return self._members[name]

    async def warm(self, *, rate: int = 16_000) -> None:
        """Open every provider, and make the phrases of the settings ahead."""
        for language in self.settings.providers:
            speaker = self.synthesiser(language)
            await speaker.warm()
            await speaker.make_ahead(self.settings.warm_phrases.get(language, ()), rate=rate)

    async def close(self) -> None:
        """Close every provider."""
        await asyncio.gather(*(member.synthesiser.close() for member in self._members.values()))


def _voices(member: Member, language: Language) -> tuple[str, ...]:
    return member.synthesiser.abilities.voices.get(language, ())


_open: dict[str, Speaking] = {}


def speaking_for(settings: SpeakingSettings) -> Speaking:
    """The one `Speaking` of the process for these settings."""
    key = settings.model_dump_json()
    if key not in _open:
        _open[key] = Speaking(settings)
    return _open[key]


def synthesiser_for(language: Language, settings: SpeakingSettings) -> Speaker:
    """The synthesiser of a language: ordered providers with fallback, phrase cache, wording for speech."""
    return speaking_for(settings).synthesiser(language)
