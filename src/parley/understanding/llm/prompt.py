"""What is known of a turn, written so that a model can tell it from its instructions."""

import datetime as dt
import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from parley.contract import Expectation, Language
from parley.understanding.context import Likely

MOST_NAMES: Final = 60
LONGEST_NAME: Final = 80
"""Characters of a name that are told; what is longer is no name."""


def data_of(
    *,
    language: Language,
    now: dt.datetime,
    expectation: Expectation,
    names: Iterable[Likely] = (),
    more: Mapping[str, Any] | None = None,
) -> str:
    """The data block of the system message. No text in it can end the block, whatever it says."""
    content: dict[str, Any] = {"language": language, "now": f"{now:%A} {now.isoformat(timespec='minutes')}"}
    content["zone"] = str(now.tzinfo)
    if expectation.slot or expectation.yes_no:
        content["asked"] = {
            "tool": expectation.intents[0].replace(".", "-") if expectation.intents else None,
            "for": "yes or no" if expectation.yes_no else expectation.slot,
        }
    if told := names_by_slot(names):
        content["names"] = told
    content.update(more or {})
    return f"<data>\n{harmless(json.dumps(content, ensure_ascii=False))}\n</data>"


def names_by_slot(names: Iterable[Likely]) -> dict[str, list[str]]:
    """The likely names under the slots that they may fill."""
    told: dict[str, list[str]] = {}
    for likely in list(names)[:MOST_NAMES]:
        for slot in likely.slots or ("any",):
            told.setdefault(slot, []).append(plain(likely.text)[:LONGEST_NAME])
    return told


def plain(text: str) -> str:
    """One line without control and format characters, which may hide words from the reader."""
    kept = (" " if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} else sign for sign in text)
    return " ".join("".join(kept).split())


def harmless(written: str) -> str:
    """JSON in which no sign opens or closes a tag."""
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
