"""A recogniser that knows what its callers will say, and hears it in the sound.

It finds the known utterances in what it is given, by correlation, and answers with those of their words whose sound
is really there: a turn that was cut too short or joined wrongly gives the wrong words. What it replaces is the model
alone; line, codec, voice activity and end of turn are real.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound
from parley.contract import LANGUAGES, Expectation, Language
from parley.listening.recognition import (
    NOTHING_EXPECTED,
    Abilities,
    Recognition,
    Transcript,
    ignore_partial,
)

RATE: Final = 8_000
LOOK_S: Final = 0.8
"""New sound after which the words so far are looked for again."""
ALIKE: Final = 0.8
"""Correlation from which a sound is the utterance's."""
SHORTEST_S: Final = 0.15
"""Less of an utterance than this is not recognised."""

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where an utterance lies in a sound."""

    text: str
    at: int
    """Its beginning in the sound, in samples; negative where that was cut off."""
    start: int
    end: int
    """The part of the sound that is explained by it."""
    energy: float


class Ear:
    """A `Recogniser` of known utterances."""

    name = "script"
    abilities = Abilities(languages=frozenset(LANGUAGES), streaming=True, rates=(RATE,))

    def __init__(self, utterances: Mapping[str, Samples]) -> None:
        self._utterances = utterances

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> Recognition:
        """Begin a turn."""
        return _Hearing(self, language, on_partial)

    async def close(self) -> None:
        """Nothing is open."""

    def text(self, samples: Samples) -> str:
        """The words in a sound, in order."""
        rest, found = samples.copy(), list[_Found]()
        while (best := self._best(rest)) is not None:
            found.append(best)
            rest[best.start : best.end] = 0.0
        return " ".join(filter(None, (self._words(each) for each in sorted(found, key=lambda each: each.start))))

    def _best(self, sound: Samples) -> _Found | None:
        """The utterance that explains most of the sound."""
        if not sound.any():
            return None
        candidates = (_located(text, utterance, sound) for text, utterance in self._utterances.items())
        return max((each for each in candidates if each is not None), key=lambda each: each.energy, default=None)

    def _words(self, found: _Found) -> str:
        """Those words whose middle is in the sound; each takes its share of the time by its letters."""
        length = len(self._utterances[found.text])
        heard, words, position = list[str](), found.text.split(), 0
        letters = sum(map(len, words))
        for word in words:
            middle = found.at + (position + len(word) / 2) / letters * length
            position += len(word)
            if found.start <= middle < found.end:
                heard.append(word)
        return " ".join(heard)


def _located(text: str, utterance: Samples, sound: Samples) -> _Found | None:
    """Where the utterance is most like the sound; None where it is not in it."""
    size = 1 << (len(sound) + len(utterance)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(utterance, size).conj(), size)
    shift = int(np.argmax(np.abs(alike)))
    at = shift if shift < len(sound) else shift - size
    start, end = max(0, at), min(len(sound), at + len(utterance))
    if end - start < SHORTEST_S * RATE:
        return None
    there, known = sound[start:end], utterance[start - at : end - at]
    energy = float(there @ there)
    if energy == 0.0 or float(there @ known) < ALIKE * np.sqrt(energy * float(known @ known)):
        return None
    return _Found(text=text, at=at, start=start, end=end, energy=energy)


class _Hearing:
    """One turn."""

    def __init__(self, ear: Ear, language: Language, on_partial: Callable[[str], None]) -> None:
        self._ear = ear
        self._language = language
        self._on_partial = on_partial
        self._pcm = bytearray()
        self._looked = 0
        self._partial = ""

    def feed(self, pcm: bytes) -> None:
        """More sound."""
        self._pcm += pcm
        if len(self._pcm) - self._looked >= LOOK_S * RATE * 2:
            self._looked = len(self._pcm)
            text = self._ear.text(np.frombuffer(self._pcm, "<i2").astype(np.float64))
            if text != self._partial:
                self._partial = text
                self._on_partial(text)

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """What the turn says, as voice activity cut it."""
        samples = sound.samples if sound is not None else np.frombuffer(self._pcm, "<i2")
        text = self._ear.text(samples.astype(np.float64))
        return Transcript(text=text, language=self._language, confidence=0.95 if text else 0.0, provider=Ear.name)

    def cancel(self) -> None:
        """Nothing is open."""
