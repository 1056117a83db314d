"""Labelled utterances, as the model is trained and measured on them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parley.contract import Language
from parley.understanding.facets import Facet
from parley.understanding.labels import Mark
from parley.understanding.recognising import Known, known_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One utterance with what it means."""

    text: str
    intent: str
    marks: tuple[Mark, ...] = ()
    language: Language | None = None
    """Whose grammar recognises times and amounts in it; None: nothing is recognised."""
    facet: Facet | None = None
    """What the whole utterance tells beside the intent."""
    weight: float = 1.0
    """How much it counts in training."""

    @property
    def known(self) -> tuple[Known, ...]:
        """What the grammar of its language recognises in it."""
        return known_in(self.text, self.language) if self.language else ()


def read_examples(path: Path) -> Iterator[Example]:
    """Examples of a JSONL file: `{"text", "intent", "lang"?, "slots": [{"name", "start", "end"}]}`.

    Offsets count characters; `lang` tells whose grammar reads times and amounts.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            marks = tuple(Mark(slot["name"], slot["start"], slot["end"]) for slot in row.get("slots", ()))
            yield Example(text=row["text"], intent=row["intent"], marks=marks, language=row.get("lang"))
