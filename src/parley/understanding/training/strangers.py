"""Words that nobody has seen, made like those of a language.

People name what no list holds: a task, a street, a nurse, a medicine of next year. What stands in an open slot must
be told by the words around it; so now and then its own words are exchanged for words that do not exist.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from parley.understanding.tokens import is_hangul

EXCHANGED: Final = 0.7
"""Share of the words of a slot that become strangers, where its words do."""
SHORT: Final = 4
"""Letters under which an alphabetic word is likely an article or a preposition, and stays."""
LONGEST: Final = 11
ENDING: Final = 0.6
"""How often a Korean word keeps its last syllable, which may be a particle or an ending."""
PARTICLES: Final = frozenset("이가은는을를에도의로와과만요서고")
"""Syllables in which no made-up Korean name ends, lest particles be learned as part of names."""
_WORD: Final = re.compile(r"[가-힣]+|[^\W\d_가-힣]+")
_MARKUP: Final = re.compile(r"<[^>]*>|\{[^}]*\}|#\w+=\w+")


class Strangers:
    """Makes words of the letters, or of the syllables, that follow each other in the words it was given."""

    def __init__(self, sources: Iterable[str]) -> None:
        """`sources` are texts or templates; what is markup in them is passed over."""
        self._letters: dict[str, list[str]] = defaultdict(list)
        self._syllables: dict[str, list[str]] = defaultdict(list)
        for source in sources:
            for word in _WORD.findall(_MARKUP.sub(" ", source)):
                self._learn(word.lower())

    def _learn(self, word: str) -> None:
        if is_hangul(word[0]):
            for before, after in zip("^" + word, word, strict=False):
                self._syllables[before].append(after)
        elif len(word) >= SHORT:
            marked = f"^^{word}$"
            for place in range(2, len(marked)):
                self._letters[marked[place - 2 : place]].append(marked[place])

    def among(self, text: str, chance: random.Random) -> str:
        """The text with most of its words exchanged; signs, figures and short words stay."""
        return _WORD.sub(lambda found: self._exchanged(found.group(), chance), text)

    def _exchanged(self, word: str, chance: random.Random) -> str:
        if chance.random() >= EXCHANGED:
            return word
        if is_hangul(word[0]):
            return self._korean(word, chance) if self._syllables else word
        if len(word) < SHORT or not self._letters:
            return word
        made = self._alphabetic(chance)
        return made.capitalize() if word[0].isupper() else made

    def _alphabetic(self, chance: random.Random) -> str:
        made = "^^"
        while len(made) < LONGEST + 2 and (after := self._letters.get(made[-2:])):
            letter = chance.choice(after)
            if letter == "$":
                break
            made += letter
        return made[2:]

    def _korean(self, word: str, chance: random.Random) -> str:
        kept = word[-1] if len(word) > 2 and chance.random() < ENDING else ""
        made, before = "", "^"
        for _ in range(len(word) - len(kept)):
            # Half of the syllables are anybody's: a chain of syllables alone mostly gives back the words it knows.
            after = self._syllables.get(before if chance.random() < 0.5 else "^") or self._syllables["^"]
            before = chance.choice(after)
            made += before
        if not kept and made[-1] in PARTICLES:
            made = made[:-1] + chance.choice(self._syllables["^"])
        return made + kept
