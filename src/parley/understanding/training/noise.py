"""What a recogniser, a telephone and a hurried person make of a sentence."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parley.contract import Language
from parley.contract.pages import read_yaml
from parley.understanding.tokens import is_hangul, without_accents
from parley.understanding.training.templates import Piece

FOLDER: Final = Path(__file__).parent / "noise"
_PUNCTUATION: Final = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[!;…、。]|(?<![가-힣])\?")
"""What recognisers do not write. In Korean a question mark may be all that tells asking from telling."""
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’](?=\w)")
"""What hurried typists leave out: "id like", "cest"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """Words of one language that get into sentences and change nothing."""

    openings: Sequence[str]
    """Said before: greetings, hesitations, an address."""
    fillers: Sequence[str]
    """Said anywhere between words."""
    closings: Sequence[str]
    """Said after: thanks, politeness."""
    corrections: Sequence[str]
    """Between a value and the value that replaces it."""
    sounds_like: Mapping[str, Sequence[str]]
    """Words that recognisers take for each other."""

    @classmethod
    def of(cls, language: Language) -> "Disturbance":
        """From the language's file."""
        content = read_yaml(FOLDER / f"{language}.yaml")
        return cls(
            openings=content["openings"],
            fillers=content["fillers"],
            closings=content["closings"],
            corrections=content["corrections"],
            sounds_like=content["sounds_like"],
        )


def disturbed(pieces: Sequence[Piece], disturbance: Disturbance, chance: random.Random) -> list[Piece]:
    """The pieces as they may arrive: a third as written, the others as a recogniser writes them, some disturbed."""
    heard = [*pieces]
    if chance.random() < 0.22:
        heard.insert(0, Piece(f"{chance.choice(disturbance.openings)} "))
    if chance.random() < 0.12:
        heard.append(Piece(f" {chance.choice(disturbance.closings)}"))
    if chance.random() < 0.10:
        heard = [_filled(piece, disturbance, chance) for piece in heard]
    if chance.random() < 0.10:
        heard = [_misheard(piece, disturbance, chance) for piece in heard]
    if chance.random() < 0.06:
        heard = [_mistyped(piece, chance) for piece in heard]
    if chance.random() < 0.15:
        heard = [Piece(without_accents(piece.text), piece.slot) for piece in heard]
    if chance.random() < 0.05:
        heard = [Piece(_APOSTROPHE.sub("", piece.text), piece.slot) for piece in heard]
    spacing = chance.random()
    letters = [sign for piece in heard for sign in piece.text if sign.isalpha()]
    if letters and all(map(is_hangul, letters)):
        if spacing < 0.15:
            heard = [Piece(piece.text.replace(" ", ""), piece.slot) for piece in heard]
        elif spacing < 0.30:
            heard = [_less_spaced(piece, chance) for piece in heard]
    if chance.random() < 0.67:
        heard = [Piece(_PUNCTUATION.sub("", piece.text.lower()), piece.slot) for piece in heard]
    return heard


def _filled(piece: Piece, disturbance: Disturbance, chance: random.Random) -> Piece:
    if piece.slot or " " not in piece.text.strip():
        return piece
    at = chance.choice([place for place, sign in enumerate(piece.text) if sign == " "])
    return Piece(f"{piece.text[:at]} {chance.choice(disturbance.fillers)}{piece.text[at:]}")


def _misheard(piece: Piece, disturbance: Disturbance, chance: random.Random) -> Piece:
    words = [
        chance.choice(disturbance.sounds_like[word])
        if word in disturbance.sounds_like and chance.random() < 0.5
        else word
        for word in piece.text.split(" ")
    ]
    return Piece(" ".join(words), piece.slot)


def _mistyped(piece: Piece, chance: random.Random) -> Piece:
    letters = [place for place, sign in enumerate(piece.text) if sign.isalpha()]
    if len(letters) < 4 or chance.random() < 0.5:
        return piece
    at = chance.choice(letters)
    text = piece.text
    match chance.randrange(3):
        case 0:
            text = text[:at] + text[at + 1 :]
        case 1:
            text = text[:at] + text[at] + text[at:]
        case _:
            text = text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    return Piece(text, piece.slot)


def _less_spaced(piece: Piece, chance: random.Random) -> Piece:
    kept = (sign for sign in piece.text if sign != " " or chance.random() < 0.5)
    return Piece("".join(kept), piece.slot)


def babble(text: str, chance: random.Random) -> str:
    """The text as somebody else's language: its words in any order, most with their letters in any order."""
    words = text.split()
    chance.shuffle(words)
    return " ".join("".join(chance.sample(word, len(word))) if chance.random() < 0.8 else word for word in words)
