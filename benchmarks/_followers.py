"""What people say over a reply without a wish, as this machine's own recognisers hear it.

"Mm-hm" and its like must not stop the reply, "stop" and its like must. The words are those of the conversation and of
the recogniser; voices of espeak-ng say them through a telephone. They are no people: a person's "mm-hm" has a melody.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import _spoken

from parley.audio import ulaw
from parley.audio.sound import Sound
from parley.contract import LANGUAGES, Expectation, Language
from parley.conversation.interruption import Verdict, judge
from parley.conversation.phrases import phrases
from parley.listening.recognition import Recogniser, transcribe
from parley.server.settings import current

VOICES: Final[dict[Language, tuple[str, ...]]] = {
    "en": _spoken.VOICES,
    "fr": ("fr", "fr+f3"),
    "ko": ("ko", "ko+f3"),
}
STOPS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("stop", "wait", "hold on", "no no", "excuse me", "that's enough", "one moment", "no, on Thursday"),
    "fr": ("stop", "attendez", "arrêtez", "non non", "excusez-moi", "ça suffit", "un instant", "non, jeudi"),
    "ko": ("잠깐만요", "그만", "아니요", "잠시만요", "아니 목요일이요", "멈춰 주세요"),
}
"""Words that are meant."""
UNSAYABLE: Final = frozenset({"mmm", "mhm", "mhmm", "ok", "mm", "hm", "hmm"})
"""Spellings of sounds that the voices spell out, letter by letter."""
OVER: Final[dict[Language, str]] = {
    "en": "On Monday I have nine, ten thirty or two in the afternoon. Which one would suit you?",
    "fr": "Lundi, il me reste neuf heures, dix heures trente ou quatorze heures. Laquelle vous convient ?",
    "ko": "월요일에는 아홉 시, 열 시 반, 오후 두 시가 비어 있습니다. 언제가 좋으세요?",
}
PATIENCE_S: Final = 120.0
"""What is asked is what it hears, not how long it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How often a reply was stopped."""

    language: Language
    false_stops: int
    follows: int
    true_stops: int
    stops: int


def followed() -> list[Followed]:
    """In each language that is heard here."""
    return asyncio.run(_all())


async def _all() -> list[Followed]:
    from parley.server.house import recognisers_for  # brings the whole house, which the other sets do not need

    listening = current().listening.model_copy(update={"timeout_s": PATIENCE_S})
    recognisers = recognisers_for(current().model_copy(update={"listening": listening}))
    try:
        present = ((language, recognisers.for_language(language)) for language in LANGUAGES)
        return [await _in(language, recogniser) for language, recogniser in present if recogniser is not None]
    finally:
        await recognisers.close()


async def _in(language: Language, recogniser: Recogniser) -> Followed:
    follows = [text for text in phrases(language).backchannels if text not in UNSAYABLE]
    false = [await _stops(text, voice, language, recogniser) for text, voice in _said(follows, language)]
    true = [await _stops(text, voice, language, recogniser) for text, voice in _said(STOPS[language], language)]
    return Followed(
        language=language, false_stops=sum(false), follows=len(false), true_stops=sum(true), stops=len(true)
    )


def _said(texts: Any, language: Language) -> Iterator[tuple[str, str]]:
    return ((text, voice) for voice in VOICES[language] for text in sorted(texts))


async def _stops(text: str, voice: str, language: Language, recogniser: Recogniser) -> bool:
    sound = await _spoken.voiced(text, voice, language, ulaw.RATE)
    heard = Sound(samples=ulaw.decode(ulaw.encode(sound.samples)), rate=ulaw.RATE)
    transcript = await transcribe(recogniser, heard, language=language)
    verdict = judge(
        transcript.text, language=language, expectation=Expectation(), over=OVER[language],
        confidence=transcript.confidence,
    )  # fmt: skip
    return verdict is Verdict.TURN
