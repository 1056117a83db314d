"""How many are meant: `all`, `except: …`, else the words as they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.contract import Language
from parley.understanding.result import Span

SLOT: Final = "scope"
ALL: Final = "all"
EXCEPT: Final = "except: "
_FILE: Final = Path(__file__).parent / "scopes.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The patterns of one language; None where it has no such form."""

    all: re.Pattern[str]
    except_: re.Pattern[str] | None
    except_after: re.Pattern[str] | None
    around: re.Pattern[str]


def scoped(text: str, slots: Mapping[str, Any], spans: Sequence[Span], language: Language) -> dict[str, Any]:
    """The slots of an intent that has a scope, with it normalised.

    What is only named to be left out fills no slot of its own, also where nobody marked the scope: it is the very one
    that shall be kept. Words inside of a title leave nothing out.
    """
    words, said = _words(language), slots.get(SLOT)
    start, end = _left_out(text, words)
    if said is None and any(span.start < edge < span.end for span in spans for edge in (start, end)):
        return dict(slots)
    if start == end:
        return dict(slots) if said is None else {**slots, SLOT: ALL if words.all.search(str(said).strip()) else said}
    inside = [span for span in spans if span.slot != SLOT and start <= span.start and span.end <= end]
    named = next((span.value for span in inside if isinstance(span.value, str)), None)
    kept = {name: value for name, value in slots.items() if name not in {span.slot for span in inside}}
    return {**kept, SLOT: EXCEPT + (named or words.around.sub("", text[start:end].strip(" .,!?")).strip())}


def _left_out(text: str, words: _Words) -> tuple[int, int]:
    """Where the thing is named that is left out; an empty stretch when none is."""
    before = words.except_.search(text) if words.except_ is not None else None
    if before is not None:
        return before.end(), len(text)
    after = words.except_after.search(text) if words.except_after is not None else None
    return (0, after.start()) if after is not None else (0, 0)


@cache
def _words(language: Language) -> _Words:
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))[language]
    all_, before, after, around = (
        re.compile(data[name], re.IGNORECASE) if data[name] else None
        for name in ("all", "except", "except_after", "around")
    )
    assert all_ is not None, "every language has words for all"
    assert around is not None, "every language has words around a name"
    return _Words(all=all_, except_=before, except_after=after, around=around)
