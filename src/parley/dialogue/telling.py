"""The words of a language model that leads, on their way to the person.

They are spoken sentence by sentence while the rest still arrives: without markup, none that claims what nobody did,
and a question only when it is sure that the model calls no tool beside it, because a tool asks by itself.
"""

import re
from typing import Final

import structlog

from parley.contract import Language
from parley.dialogue.aloud import Aloud
from parley.dialogue.claims import unfounded
from parley.speaking.sentences import Sentences
from parley.understanding.llm.prompt import plain

LONGEST: Final = 600
"""Characters that are spoken of one turn."""
_MARKUP: Final = re.compile(r"[*_`#>|]+|^\s*[-•]\s+", re.MULTILINE)
_ASKS: Final = ("?", "？")
_WHOLE: Final = (*".!…。！",)

log = structlog.get_logger("parley.agent")


class Telling:
    """What the model says in one turn, in one answer after the other."""

    def __init__(self, aloud: Aloud, language: Language) -> None:
        self._aloud = aloud
        self._language: Language = language
        self.said: list[str] = []
        """The sentences that were given to be spoken."""
        self.begin(looked=False)

    def begin(self, *, looked: bool) -> None:
        """A new answer comes; `looked`: a tool of this turn has told how things stand."""
        self._looked = looked
        self._sentences = Sentences(self._language)
        self._held: list[str] = []
        self.refused = False
        """The answer claims what nobody did: from there on nothing of it is spoken."""

    def add(self, piece: str) -> None:
        """More of the answer."""
        for sentence in self._sentences.add(piece):
            self._take(sentence)

    def end(self, *, calls: bool) -> None:
        """The answer is whole, with calls of tools or without."""
        for sentence in self._sentences.rest():
            self._take(sentence)
        if not calls:
            for words in self._held:
                self._say(words)

    def break_off(self) -> None:
        """No more of the answer comes: a last sentence that is whole is said, and no question."""
        for sentence in self._sentences.rest():
            if sentence.endswith(_WHOLE):
                self._take(sentence)

    def _take(self, sentence: str) -> None:
        words = " ".join(_MARKUP.sub(" ", plain(sentence)).split())
        if not words or self.refused:
            return
        self.refused = unfounded(words, looked=self._looked)
        if self.refused:
            log.info("claim_not_spoken")
        elif self._held or words.endswith(_ASKS):
            self._held.append(words)
        else:
            self._say(words)

    def _say(self, words: str) -> None:
        room = LONGEST - len(" ".join(self.said))
        if room > 0:
            self.said.append(words[:room])
            self._aloud.say(words[:room], self._language)
