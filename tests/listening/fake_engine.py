"""A provider whose engine hears numbers: PCM samples are written out as words. Some of them make it fail."""

import os
import sys
from pathlib import Path

import numpy as np

from parley.contract import Expectation, Language
from parley.listening.engine import EngineOptions
from parley.listening.recognition import Abilities, Transcript

CRASH_ONCE, FAIL, CRASH, HANG = 666, 667, 668, 669


def words(pcm: bytes) -> str:
    return " ".join(map(str, np.frombuffer(pcm, "<i2")[:20]))


class Stream:
    def __init__(self, language: Language, options: EngineOptions) -> None:
        self._language: Language = language
        self._options = options
        self._heard = b""

    def feed(self, pcm: bytes) -> str:
        self._heard += pcm
        return words(self._heard)

    def finish(self, pcm: bytes) -> Transcript:
        first = int(np.frombuffer(pcm, "<i2")[0]) if pcm else 0
        crashed = Path(self._options.models_dir) / "crashed"
        if first == CRASH or (first == CRASH_ONCE and not crashed.exists()):
            crashed.touch()
            os._exit(3)
        if first == FAIL:
            raise ValueError("this cannot be heard")
        if first == HANG:
            sys.stdin.fileno()
            import threading

            threading.Event().wait()
        return Transcript(text=words(pcm), language=self._language, confidence=1.0, provider="fake")

    def close(self) -> None:
        self._heard = b""


class Engine:
    name = "fake"

    def __init__(self, options: EngineOptions) -> None:
        if options.models_dir == "absent":
            raise FileNotFoundError("no model")
        self._options = options
        print("libraries print to where they should not")

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> Stream:
        return Stream(language, self._options)


class Provider:
    name = "fake"

    def abilities(self, options: EngineOptions) -> Abilities:
        return Abilities(languages=frozenset({"en"}), streaming=True)

    def load(self, options: EngineOptions) -> Engine:
        return Engine(options)


provider = Provider()
