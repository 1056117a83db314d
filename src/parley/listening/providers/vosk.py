"""vosk: small streaming models for many languages, with a list of likely phrases where one is expected."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from parley.contract import Expectation, Language
from parley.listening.engine import EngineOptions
from parley.listening.models import present_models
from parley.listening.recognition import Abilities, Transcript, Word

UNKNOWN: Final = "[unk]"


class Provider:
    """Present when the package is installed and a model for a language is on disk."""

    name = "vosk"

    def abilities(self, options: EngineOptions) -> Abilities:
        languages = present_models(self.name, options.models) if find_spec("vosk") else {}
        return Abilities(languages=frozenset(languages), streaming=True, word_times=True, expectations=True)

    def load(self, options: EngineOptions) -> "Vosk":
        return Vosk(present_models(self.name, options.models))


class Vosk:
    """A model for each language, loaded when it is first spoken."""

    def __init__(self, folders: dict[Language, Path]) -> None:
        self.name = Provider.name
        self._folders = folders
        self._models: dict[Language, Any] = {}

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "VoskStream":
        from vosk import KaldiRecognizer, Model

        if language not in self._models:
            self._models[language] = Model(str(self._folders[language]))
        model, phrases = self._models[language], [phrase.text.lower() for phrase in expectation.phrases]
        hints = (json.dumps([*phrases, UNKNOWN], ensure_ascii=False),) if phrases else ()

        def recogniser(*hints: str) -> Any:
            made = KaldiRecognizer(model, rate, *hints)
            made.SetWords(True)
            return made

        return VoskStream(language, [recogniser(), *([recogniser(*hints)] if hints else [])])


class VoskStream:
    """One turn: freely, and beside that by the likely phrases, which win when nothing else was said."""

    def __init__(self, language: Language, recognisers: list[Any]) -> None:
        self._language: Language = language
        self._recognisers = recognisers

    def feed(self, pcm: bytes) -> str:
        free = self._recognisers[0]
        free.AcceptWaveform(pcm)
        return str(json.loads(free.PartialResult()).get("partial", ""))

    def finish(self, pcm: bytes) -> Transcript:
        found = []
        for recogniser in self._recognisers:
            recogniser.Reset()
            recogniser.AcceptWaveform(pcm)
            found.append(self._transcript(json.loads(recogniser.FinalResult())))
        free, *hinted = found
        likely = [each for each in hinted if each.text and UNKNOWN not in each.text and each.confidence >= 0.7]
        return max(likely, key=lambda each: each.confidence, default=free)

    def _transcript(self, result: dict[str, Any]) -> Transcript:
        words = tuple(
            Word(text=word["word"], start_s=word["start"], end_s=word["end"], confidence=word["conf"])
            for word in result.get("result", ())
        )
        sure = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Transcript(
            text=result.get("text", ""), language=self._language, confidence=sure, words=words, provider=Provider.name
        )

    def close(self) -> None:
        self._recognisers.clear()


provider = Provider()
