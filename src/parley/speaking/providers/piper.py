"""Piper: neural voices from files on disk, `<language>…onnx` with their `.onnx.json` beside them."""

import asyncio
import importlib.util
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any

from parley.contract import LANGUAGES, ConfigurationInvalid, Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped


class Options(ProviderOptions):
    """`SpeakingSettings.options["piper"]`."""

    directory: Path = Path("models/piper")
    """Where the voices lie, such as `en_US-lessac-medium.onnx`."""
    threads: int = 1
    """Sentences that are made at the same time."""


class Piper:
    """Voices are loaded when they first speak, or are warmed."""

    name = "piper"

    def __init__(self, files: dict[Language, tuple[Path, ...]], *, threads: int) -> None:
        self._files = {file.stem: file for voices in files.values() for file in voices}
        self.abilities = Abilities(
            voices={language: tuple(file.stem for file in voices) for language, voices in files.items()},
            streaming=True,
            local=True,
        )
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="piper")
        self._loaded: dict[str, Any] = {}
        self._loading = threading.Lock()

    async def warm(self) -> None:
        """Load the first voice of each language."""
        loop = asyncio.get_running_loop()
        for names in self.abilities.voices.values():
            await loop.run_in_executor(self._threads, self._voice, names[0])

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._loaded.clear()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        return self._speak(text, self.abilities.voice(self.name, language, voice), rate)

    async def _speak(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        model = await loop.run_in_executor(self._threads, self._voice, voice.name)
        source = self._stream(model, text, voice)
        async with aclosing(shaped(source, rate_in=model.config.sample_rate, rate_out=rate)) as sound:
            async for piece in sound:
                yield piece

    async def _stream(self, model: Any, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """The package makes sound by the sentence; each is taken when the one before has been handed on."""
        from piper import SynthesisConfig

        loop = asyncio.get_running_loop()
        chunks = model.synthesize(text, syn_config=SynthesisConfig(length_scale=1 / voice.rate))
        while True:
            try:
                chunk = await loop.run_in_executor(self._threads, next, chunks, None)
            except (RuntimeError, ValueError, OSError) as error:
                raise ProviderFailed("piper could not speak", reason=type(error).__name__) from error
            if chunk is None:
                return
            yield chunk.audio_int16_bytes

    def _voice(self, name: str) -> Any:
        from piper import PiperVoice

        with self._loading:
            if name not in self._loaded:
                try:
                    self._loaded[name] = PiperVoice.load(self._files[name])
                except (RuntimeError, ValueError, KeyError, OSError) as error:
                    raise ProviderFailed(f"piper cannot load {name}", reason=type(error).__name__) from error
            return self._loaded[name]


def provider(settings: SpeakingSettings) -> Piper:
    """Piper with the voices on disk. Raises ConfigurationInvalid where the package or a voice is missing."""
    options = Options(**settings.options.get("piper", {}))
    if importlib.util.find_spec("piper") is None:
        raise ConfigurationInvalid("the package piper-tts is not installed")
    files = {language: voices for language in LANGUAGES if (voices := _on_disk(options.directory, language))}
    if not files:
        raise ConfigurationInvalid("no piper voice is on disk")
    return Piper(files, threads=options.threads)


def _on_disk(directory: Path, language: Language) -> tuple[Path, ...]:
    files = sorted(directory.glob(f"{language}[_-]*.onnx"))
    return tuple(file for file in files if file.with_name(file.name + ".json").exists())
