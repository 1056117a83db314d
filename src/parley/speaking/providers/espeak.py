"""espeak-ng: the voice that is always there. Library and data come with the espeakng-loader package."""

import asyncio
import ctypes
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, Final

import espeakng_loader

from parley.contract import Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

SYNCHRONOUS: Final = 2
"""espeak_Synth returns when the text is spoken, and gives the sound to the callback meanwhile."""
KEEP_RUNNING: Final = 0x8000
"""A missing data folder is an error code instead of exit()."""
UTF8: Final = 1
AT_CHARACTER: Final = 1
RATE, PITCH = 1, 3
BUFFER_MS: Final = 100

ALIASES: Final = {"en-gb": "en", "fr-fr": "fr", "ko-kr": "ko"}
"""Tags that the library does not know, and its own names for them."""

OnSound = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
Emit = Callable[[bytes], bool]
"""Takes one piece of sound; False stops the synthesis."""


class Options(ProviderOptions):
    """`SpeakingSettings.options["espeak"]`."""

    words_per_minute: int = 165
    """At rate 1.0; telephone listeners want it a little slower than the library's 175."""


class Library:
    """The library's one global state. All calls are made in one thread of its own, which is also the lock."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak")
        self._lib: Any = None
        self._rate = 0
        self._voice = ""
        self._emit: Emit = lambda _pcm: False
        self._on_sound = OnSound(self._sound)  # kept here: the library holds only the bare pointer

    async def start(self) -> int:
        """Load it, once; answers its sample rate in Hz."""
        if not self._rate:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._initialise)
        return self._rate

    async def say(self, text: str, *, voice: str, speed: int, pitch: int, emit: Emit) -> None:
        """Speak with `emit` called in the library's thread. Raises ProviderFailed."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._say, text, voice, speed, pitch, emit)

    def _initialise(self) -> None:
        if self._rate:
            return
        lib = ctypes.CDLL(espeakng_loader.get_library_path())
        rate = lib.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, espeakng_loader.get_data_path().encode(), KEEP_RUNNING)
        if rate <= 0:
            raise ProviderFailed("espeak-ng could not be initialised", status=rate)
        lib.espeak_SetSynthCallback(self._on_sound)
        self._lib, self._rate = lib, rate

    def _say(self, text: str, voice: str, speed: int, pitch: int, emit: Emit) -> None:
        self._initialise()
        if voice != self._voice:
            if self._lib.espeak_SetVoiceByName(voice.encode()):
                raise ProviderFailed(f"espeak-ng has no voice {voice!r}")
            self._voice = voice
        self._lib.espeak_SetParameter(RATE, speed, 0)
        self._lib.espeak_SetParameter(PITCH, pitch, 0)
        self._emit = emit
        raw = text.encode()
        status = self._lib.espeak_Synth(raw, len(raw) + 1, 0, AT_CHARACTER, 0, UTF8, None, None)
        if status:
            raise ProviderFailed("espeak-ng could not speak", status=status)

    def _sound(self, samples: Any, count: int, _events: int | None) -> int:
        if not samples or not count:
            return 0
        return 0 if self._emit(ctypes.string_at(samples, count * 2)) else 1


LIBRARY: Final = Library()
"""One for the process, as the library wants it; nothing is loaded before the first use."""


class Espeak:
    """The embedded synthesiser."""

    name = "espeak"
    abilities = Abilities(
        voices={
            "en": ("en-us", "en-us+f3", "en-gb", "en"),
            "fr": ("fr", "fr-fr", "fr-be", "fr-ch", "fr+f3"),
            "ko": ("ko", "ko-kr", "ko+f3"),
        },
        streaming=True,
        local=True,
        pitch=True,
        any_voice=True,
    )

    def __init__(self, options: Options) -> None:
        self._options = options

    async def warm(self) -> None:
        """Load the library; 2 ms."""
        await LIBRARY.start()

    async def close(self) -> None:
        """Nothing to give back: the library stays for the process."""

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        return self._speak(text, self.abilities.voice(self.name, language, voice), rate)

    async def _speak(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        native = await LIBRARY.start()
        async with aclosing(shaped(self._stream(text, voice), rate_in=native, rate_out=rate)) as sound:
            async for piece in sound:
                yield piece

    async def _stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        sound: asyncio.Queue[bytes | None] = asyncio.Queue()
        left = threading.Event()

        def emit(pcm: bytes) -> bool:
            if left.is_set():
                return False
            loop.call_soon_threadsafe(sound.put_nowait, pcm)
            return True

        saying = asyncio.ensure_future(
            LIBRARY.say(
                text,
                voice=ALIASES.get(voice.name.lower(), voice.name),
                speed=round(self._options.words_per_minute * voice.rate),
                pitch=pitch_of(voice.pitch_semitones),
                emit=emit,
            )
        )
        saying.add_done_callback(lambda _: sound.put_nowait(None))
        try:
            while (pcm := await sound.get()) is not None:
                yield pcm
            await saying
        finally:
            left.set()
            await asyncio.gather(saying, return_exceptions=True)


def pitch_of(semitones: float) -> int:
    """The library's 0 to 100 for a shift: its table runs from an octave below (0) to an octave above (100)."""
    return round(50 + min(12.0, max(-12.0, semitones)) * 50 / 12)


def provider(settings: SpeakingSettings) -> Espeak:
    """The embedded voice can always be had."""
    return Espeak(Options(**settings.options.get("espeak", {})))
