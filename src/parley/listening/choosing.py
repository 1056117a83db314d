"""The recognisers for a language, best first, and what happens when one fails within a turn."""

import asyncio
from collections.abc import Callable

import structlog

from parley.audio.sound import Sound
from parley.contract import (
    AuthenticationFailed,
    ConfigurationInvalid,
    Expectation,
    Language,
    ParleyError,
    SystemFault,
)
from parley.listening.engine import EngineOptions
from parley.listening.phrasebook import Phrasebook
from parley.listening.pool import PooledRecogniser
from parley.listening.providers import PROVIDERS
from parley.listening.recognition import (
    NOTHING_EXPECTED,
    Preparing,
    Recogniser,
    Recognition,
    Transcript,
    ignore_partial,
)
from parley.listening.settings import ListeningSettings
from parley.speaking.breaker import Breaker

log = structlog.get_logger(__name__)


def options_of(settings: ListeningSettings, phrasebook: Phrasebook) -> EngineOptions:
    """What the worker processes are told."""
    french = settings.french_grammar_model
    return EngineOptions(
        models_dir=str(settings.models_dir),
        french_grammar_model=str(french) if french else None,
        phrasebook=phrasebook,
        noise_sigma=settings.noise_sigma,
        quiet_rms=settings.quiet_rms,
        live_streams=settings.live_streams,
        kept_dir=str(settings.kept_dir) if settings.kept_dir else None,
    )


class Recognisers:
    """All recognisers of a process. An engine that speaks several languages has its workers once."""

    def __init__(self, settings: ListeningSettings, phrasebook: Phrasebook) -> None:
        self._settings = settings
        self._options = options_of(settings, phrasebook)
        self._made: dict[str, Recogniser | None] = {}

    def for_language(self, language: Language) -> "Chain | None":
        """Those that are present for the language, in the order of the settings; None: it can only be typed."""
        names = self._settings.recognisers.get(language, ())
        present = [found for name in names if (found := self.named(name)) and language in found.abilities.languages]
        if not present:
            return None
        settings = self._settings
        return Chain(present, failures_to_rest=settings.failures_to_rest, rest_s=settings.rest_s)

    def named(self, name: str) -> Recogniser | None:
        """One recogniser; None when its package or its model is not here."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Recogniser | None:
        provider = PROVIDERS.opener(name)
        if callable(provider):
            try:
                return provider(self._settings)
            except ConfigurationInvalid as error:
                log.info("recogniser_absent", provider=name, reason=error.message)
                return None
        abilities = provider.abilities(self._options)
        if not abilities.languages:
            return None
        return PooledRecogniser(
            name,
            type(provider).__module__,
            abilities,
            self._options,
            workers=self._settings.workers,
            timeout_s=self._settings.timeout_s,
            longest_turn_s=self._settings.longest_turn_s,
        )

    async def warm(self) -> None:
        """Start the processes and load the models of each language's first recogniser, ahead of the first turn."""
        for language in self._settings.recognisers:
            chain = self.for_language(language)
            if chain is not None:
                await chain.warm()

    async def close(self) -> None:
        """End all of them."""
        for recogniser in self._made.values():
            if recogniser:
                await recogniser.close()


def recogniser_for(
    language: Language,
    settings: ListeningSettings,
    phrasebook: Phrasebook = Phrasebook(),  # noqa: B008 frozen and empty
) -> Recogniser | None:
    """The recogniser of one language by itself; a server makes `Recognisers` once instead."""
    return Recognisers(settings, phrasebook).for_language(language)


class Chain:
    """The first of several recognisers; the next one hears the same turn when it fails."""

    def __init__(self, links: list[Recogniser], *, failures_to_rest: int = 3, rest_s: float = 30.0) -> None:
        self._links = links
        self._breakers = [Breaker(failures_to_rest=failures_to_rest, rest_s=rest_s) for _ in links]
        self.name = links[0].name
        self.abilities = links[0].abilities

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> "ChainedRecognition":
        opened = ChainedRecognition(self._willing(), language, rate, expectation, on_partial)
        await opened.begin()
        return opened

    def _willing(self) -> "list[tuple[Recogniser, Breaker]]":
        """The links without those that rest after failing; all of them when all rest."""
        now = asyncio.get_running_loop().time()
        links = list(zip(self._links, self._breakers, strict=True))
        return [link for link in links if link[1].allows(now)] or links

    async def warm(self) -> None:
        """Load the first link, where it is one that loads. A link that cannot is found out in its first turn."""
        first = self._links[0]
        if isinstance(first, PooledRecogniser):
            try:
                await first.warm()
            except ParleyError as error:
                log.warning("recogniser_cold", provider=first.name, code=error.code, reason=error.message)

    async def close(self) -> None:
        for link in self._links:
            await link.close()


class ChainedRecognition:
    """One turn, kept until somebody has understood it."""

    LONGEST_S = 60.0

    def __init__(
        self,
        links: list[tuple[Recogniser, Breaker]],
        language: Language,
        rate: int,
        expectation: Expectation,
        on_partial: Callable[[str], None],
    ) -> None:
        self._waiting = list(links)
        self._language: Language = language
        self._rate = rate
        self._expectation = expectation
        self._on_partial = on_partial
        self._sound = bytearray()
        self._now: Recognition | None = None
        self._breaker: Breaker | None = None
        self._error: ParleyError = SystemFault("there is no recogniser")
        """Why the last of them could not hear it."""

    async def begin(self) -> None:
        """Go to the next link that can be opened. Raises the last one's error when none is left."""
        while self._waiting:
            link, self._breaker = self._waiting.pop(0)
            try:
                self._now = await link.open(
                    language=self._language,
                    rate=self._rate,
                    expectation=self._expectation,
                    on_partial=self._on_partial,
                )
            except ParleyError as error:
                self._failed(error)
                log.warning("recogniser_skipped", provider=link.name, code=error.code, reason=error.message)
            else:
                if self._sound:
                    self._now.feed(bytes(self._sound))
                return
        raise self._error

    def feed(self, pcm: bytes) -> None:
        self._sound += pcm
        most = int(self.LONGEST_S * self._rate) * 2
        if len(self._sound) > most + most // 8:
            del self._sound[: len(self._sound) - most]
        if self._now:
            self._now.feed(pcm)

    def prepare(self) -> None:
        if isinstance(self._now, Preparing):
            self._now.prepare()

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        while self._now:
            try:
                transcript = await self._now.finish(sound=sound)
            except ParleyError as error:
                self._failed(error)
                log.warning("recogniser_failed", code=error.code, reason=error.message)
                await self.begin()
            else:
                if self._breaker:
                    self._breaker.worked()
                return transcript
        raise SystemFault("this turn was cancelled")

    def _failed(self, error: ParleyError) -> None:
        self._error = error
        if self._breaker:
            now = asyncio.get_running_loop().time()
            self._breaker.failed(now, for_good=isinstance(error, AuthenticationFailed))

    def cancel(self) -> None:
        if self._now:
            self._now.cancel()
            self._now = None
