"""What the dashboard's templates say of days, times and words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import template

from parley.contract import Language
from parley.scheduling.models import Service
from parley.web.dashboard import words

register = template.Library()
register.filter("clock", words.clock)
register.filter("long_day", words.long_day)
register.filter("short_day", words.short_day)
register.filter("moment", words.moment)


@register.filter
def word(group: Mapping[str, str], key: object) -> str:
    """One word of a group; what has none is shown as it is."""
    return str(group.get(str(key), key))


@register.filter
def weekday(group: list[str], number: int) -> str:
    """The name of a weekday, 0 is Monday."""
    return group[number]


@register.filter
def unlocalised(number: float) -> str:
    """As drawings want numbers, with a point in every language."""
    return f"{number:g}"


@register.filter
def local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """On the clock of a zone."""
    return moment.astimezone(zone)


@register.filter
def called(service: Service | None, language: Language) -> str:
    """The name of a service."""
    return service.name_in(language) if service is not None else ""


@register.filter
def day_value(moment: dt.datetime) -> str:
    """As a date field wants it, on the moment's own clock; Django's `date` would take the server's."""
    return moment.date().isoformat()


@register.filter
def time_value(moment: dt.datetime) -> str:
    """As a time field wants it, on the moment's own clock."""
    return f"{moment:%H:%M}"


@register.filter
def phone(number: str) -> str:
    """A telephone number with room to read it, as `+1 514-555-0133`; what is none stays as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.inclusion_tag("web/trouble.html")
def trouble(kind: str) -> dict[str, Any]:
    """What a page says that could not be shown: a `kind` of the words' `errors`."""
    language = words.reader()
    errors = words.words(language)["errors"]
    return {"language": language, "told": errors[kind], "start": errors["start"]}


@register.simple_tag
def refused_log_in() -> str:
    """Why nobody is logged in."""
    return str(words.words(words.reader())["errors"]["log_in"])
