"""Whether what was heard is a turn: a cough, an "mm-hm", or our own voice from the loudspeaker is none."""

import re
from enum import Enum, auto
from typing import Final

from rapidfuzz import fuzz

from parley.contract import Expectation, Language
from parley.conversation.phrases import phrases

ECHO: Final = 85
"""Likeness from which words are taken for our own, of 100."""
ECHO_WORDS: Final = 3
"""Shorter ones may well be an answer in our words ("Tuesday")."""

UNSURE: Final = 0.35
"""Confidence below which nobody knows whether anything was said,"""
FEW_WORDS: Final = 2
"""and the length of which a noise may be."""

_PUNCTUATION: Final = re.compile(r"[^\w\s'-]|(?<!\w)['-]|['-](?!\w)")


class Verdict(Enum):
    """What an utterance was."""

    TURN = auto()
    NOISE = auto()
    """No word was recognised."""
    BACKCHANNEL = auto()
    """The person follows, and wants to go on listening."""
    ECHO = auto()
    """The reply itself, heard back."""


def bare(text: str) -> str:
    """Lower case, single spaces, no punctuation: for comparing what was said."""
    return " ".join(_PUNCTUATION.sub(" ", text.casefold()).split())


def judge(
    text: str, *, language: Language, expectation: Expectation, over: str | None, confidence: float = 1.0
) -> Verdict:
    """What `text` was, said while the reply `over` was being heard (None: into silence).

    Where a yes or no was asked for, "okay" is an answer and no mere sign of following. A single letter where none was
    asked for, or a word or two of which the recogniser is not sure, are a cough.
    """
    words = bare(text)
    if not words:
        return Verdict.NOISE
    if over is None:
        return Verdict.TURN
    if not expectation.kind and (len(words) == 1 and words.isascii()):
        return Verdict.NOISE
    if confidence < UNSURE and len(words.split()) <= FEW_WORDS:
        return Verdict.NOISE
    if not expectation.yes_no and words in phrases(language).backchannels:
        return Verdict.BACKCHANNEL
    if len(words.split()) >= ECHO_WORDS and fuzz.partial_ratio(words, bare(over)) >= ECHO:
        return Verdict.ECHO
    return Verdict.TURN
