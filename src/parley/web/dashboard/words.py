"""The dashboard's words, dates and times, in the reader's language."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from babel.dates import format_date, format_skeleton, format_time
from django.utils.translation import get_language

from parley.contract import Language, ParleyError, language_of

FOLDER: Final = Path(__file__).parent / "words"


@cache
def words(language: Language) -> Mapping[str, Any]:
    """All words of a language, by name; some are groups of their own."""
    found: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return found


def reader() -> Language:
    """The language of this request: what was chosen on the page, else the browser's."""
    return language_of((get_language() or "en").split("-")[0])


def refusal(error: ParleyError, language: Language) -> str:
    """Why a time cannot be had, as a sentence."""
    reasons: Mapping[str, str] = words(language)["why"]
    return reasons.get(str(error.details.get("why")), reasons["other"])


def long_day(day: dt.date, language: Language) -> str:
    """Such as "Tuesday, June 3, 2025"."""
    return str(format_date(day, "full", locale=language))


def short_day(day: dt.date, language: Language) -> str:
    """Such as "Tue, Jun 3"."""
    return str(format_skeleton("MMMEd", dt.datetime.combine(day, dt.time()), locale=language))


def clock(moment: dt.datetime | dt.time, language: Language) -> str:
    """Such as "9:30 AM"; a moment is shown on the clock of its own zone."""
    time = moment.time() if isinstance(moment, dt.datetime) else moment
    return str(format_time(time, words(language)["clock"], locale=language))


def moment(at: dt.datetime, language: Language) -> str:
    """Day and time, on the clock of its own zone."""
    return f"{format_date(at, 'medium', locale=language)}, {clock(at, language)}"


def length(seconds: float) -> str:
    """Minutes and seconds, as `3:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
