"""From a template's key and values to the text of a message."""

import datetime as dt
import re
import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date, format_time

from parley.contract import LANGUAGES, Language
from parley.messaging.models import Template

_SENTENCE: Final = re.compile(r"(?<=[.!?])(?=\s)")
FOLDER: Final = Path(__file__).parent / "templates"


def text(key: str, values: Mapping[str, Any], *, language: Language, zone: ZoneInfo) -> str:
    """The text, from the house's own template where there is one. Raises KeyError for an unknown key."""
    own = Template.objects.filter(key=key, language=language).values_list("text", flat=True).first()
    template = own if own is not None else templates(language)[key]
    worded = _worded(values, language, zone)
    return " ".join(_said(template, worded).format_map(worded).split(" ")).strip()


def _said(template: str, worded: Mapping[str, str]) -> str:
    """The template without the sentences that have nothing to say: a place without a telephone names none."""
    sentences = _SENTENCE.split(template)
    return "".join(each for each in sentences if all(worded.get(name) != "" for name in fields(each)))


def has(key: str, language: Language) -> bool:
    """Whether there is such a template."""
    return key in templates(language)


@cache
def templates(language: Language) -> Mapping[str, str]:
    """The texts that come with Parley."""
    return dict(_file(language)["texts"])


def as_said(key: str, language: Language) -> str:
    """The sentence that a short answer stands for."""
    return str(_file(language)["as_said"][key])


def keyword(text: str) -> str | None:
    """What a message of one word (or digit) asks for: `confirm`, `move`, `cancel`, `start`, `help`, `visit`."""
    plain = "".join(sign for sign in text.lower() if sign.isalnum() or sign.isspace()).strip()
    for language in LANGUAGES:
        for name, words in _file(language)["keywords"].items():
            if plain in words:
                return str(name)
    return None


def fields(template: str) -> frozenset[str]:
    """The names of the values that a template wants. Raises ValueError when its braces do not match."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def fault_of(key: str, template: str) -> str | None:
    """What is wrong with a template of the house's own."""
    known = next((templates(language)[key] for language in LANGUAGES if key in templates(language)), None)
    if known is None:
        return f"there is no message {key!r}"
    try:
        unknown = fields(template) - frozenset.union(*(fields(templates(each)[key]) for each in LANGUAGES))
    except ValueError as error:
        return str(error)
    return f"nobody fills in {', '.join(sorted(unknown))}" if unknown else None


def day(at: dt.datetime, language: Language) -> str:
    """A day as it is written, of a local time."""
    return format_date(at, _file(language)["formats"]["day"], locale=language)


def time(at: dt.datetime, language: Language) -> str:
    """A time of day as it is written, of a local time."""
    formats = _file(language)["formats"]
    return format_time(at, formats["time" if at.minute else "full_hour"], locale=language)


def _worded(values: Mapping[str, Any], language: Language, zone: ZoneInfo) -> dict[str, str]:
    worded = {}
    for name, value in values.items():
        if isinstance(value, dt.datetime):
            local = value.astimezone(zone).replace(tzinfo=None)
            worded[f"{name}_day"], worded[f"{name}_time"] = day(local, language), time(local, language)
        else:
            worded[name] = str(value)
    return worded


@cache
def _file(language: Language) -> Mapping[str, Any]:
    return dict(yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")))
