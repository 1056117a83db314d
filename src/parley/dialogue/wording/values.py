"""A value of any type, as words of a language, through the filters that templates name."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import phonenumbers
import yaml

from parley.contract import Language, length_of
from parley.dialogue.wording import moments
from parley.dialogue.wording.elision import ELIDED, before
from parley.dialogue.wording.particles import PARTICLES, with_particle

FOLDER = Path(__file__).parent


@cache
def words_of(language: Language) -> dict[str, Any]:
    """The words of a language's dates, times and lists; read once."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How one language words values on one day."""

    language: Language
    now: dt.datetime | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The language's words."""
        return words_of(self.language)

    @property
    def today(self) -> dt.date | None:
        """The day of the conversation; None: nothing is relative."""
        return self.now.date() if self.now is not None else None

    def text(self, value: Any) -> str:
        """A value without any filter."""
        match value:
            case dt.datetime():
                pattern: str = self.data["day_and_time"]
                return pattern.format(day=self.text(value.date()), time=moments.clock(value.time(), self.data))
            case dt.date():
                return moments.date(value, self.data, today=self.today)
            case dt.time():
                return moments.clock(value, self.data)
            case dt.timedelta():
                return moments.duration(value, self.data)
            case bool():
                return ""
            case int():
                return f"{value:,}".replace(",", self.data["thousands"]) if abs(value) >= 10_000 else str(value)
            case float():
                return f"{value:g}".replace(".", self.data["decimal"])
            case str():
                return value
            case Sequence():
                return self.listed(value, "last_and")
        return str(value)

    def listed(self, values: Sequence[Any], last: str) -> str:
        """`a, b and c`."""
        texts = [self.text(value) for value in values]
        if len(texts) < 2:
            return "".join(texts)
        joined: str = self.data["list"]["and"].join(texts[:-1])
        return joined + str(self.data["list"][last]) + texts[-1]

    def filtered(self, value: Any, name: str) -> str:
        """The value through a filter. Raises KeyError for a filter that does not exist."""
        if name in PARTICLES:
            return with_particle(self.text(value), name, self.data)
        if name in ELIDED or name == "à":
            return before(self.text(value), name, self.data)
        if "/" in name:
            return self._counted(value, name)
        if name.startswith("word:"):
            group: Mapping[str, str] = self.data["words"][name.removeprefix("word:")]
            return group.get(str(value), str(value))
        return _FILTERS[name](self, value)

    def _counted(self, value: Any, forms: str) -> str:
        one, _, many = forms.partition("/")
        number = len(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        single = number in self.data["singular"]
        return f"{self.text(number)} {one if single else many}"


def _on(wording: Wording, value: Any) -> str:
    if moments.is_relative(value, wording.data, wording.today) and not wording.data["clock"].get("always_on", False):
        return wording.text(value)
    return str(wording.data["on"].format(wording.text(value)))


def _at(wording: Wording, value: Any) -> str:
    if isinstance(value, dt.datetime):
        day, time = _on(wording, value.date()), moments.clock(value.time(), wording.data)
        if wording.data["clock"].get("always_on", False):
            day = wording.text(value.date())
        return f"{day} {wording.data['at'].format(time)}"
    return str(wording.data["at"].format(wording.text(value)))


def _soon(wording: Wording, value: Any) -> str:
    """A moment: only the time when it is today."""
    if wording.today is not None and value.date() == wording.today:
        return _at(wording, value.time())
    return _at(wording, value)


def _national(number: str) -> str:
    """A telephone number (E.164) as it is written in its own country; what is none stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return number


def _full(wording: Wording, value: Any) -> str:
    """The date with its weekday, also for today and tomorrow."""
    return moments.date(value, wording.data, today=wording.today, relative=False)


_FILTERS: Final[Mapping[str, Callable[[Wording, Any], str]]] = {
    "on": _on,
    "at": _at,
    "soon": _soon,
    "full": _full,
    "date": lambda wording, value: wording.text(value.date() if isinstance(value, dt.datetime) else value),
    "time": lambda wording, value: moments.clock(
        value.time() if isinstance(value, dt.datetime) else value, wording.data
    ),
    "digital": lambda wording, value: moments.clock(
        value.time() if isinstance(value, dt.datetime) else value, wording.data, words=False
    ),
    "duration": lambda wording, value: wording.text((length_of(value) or value) if isinstance(value, str) else value),
    "compound": lambda wording, value: moments.compound(value, wording.data),
    "recurrence": lambda wording, value: moments.recurrence(
        str(value), wording.data, wording.data["list"]["last_and"]
    ),
    "phone": lambda _, value: _national(str(value)),
    "weekday": lambda wording, value: str(
        wording.data["codes"][value] if isinstance(value, str) else wording.data["weekdays"][value.weekday()]
    ),
    "or": lambda wording, value: wording.listed(value, "last_or"),
    "and": lambda wording, value: wording.listed(value, "last_and"),
    "quote": lambda wording, value: str(wording.data["quote"].format(wording.text(value))),
    "language": lambda wording, value: str(wording.data["languages"].get(value, value)),
    "capital": lambda wording, value: wording.text(value)[:1].upper() + wording.text(value)[1:],
    "silent": lambda wording, value: "",
    "bare": lambda wording, value: moments.bare_clock(value, wording.data),
    "year": lambda wording, value: str(value.year),
}
