"""Slots: the typed values that understanding hands to the dialogue, already normalised.

A skill describes the slots of an intent as one Pydantic model made of the types below. The same model is the
intent's contract for the embedded model, the schema of the LLM and MCP tool, and the body of a REST request.

    class Book(Slots):
        service: Service | None = None
        date: Date | None = None
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PlainSerializer


class Kind(StrEnum):
    """How the words of a slot become its value. Understanding has one normaliser for each."""

    DATE = "date"
    """`YYYY-MM-DD`, local."""
    TIME = "time"
    """`HH:MM`, 24 h, local."""
    DATE_RANGE = "date_range"
    """`{"start", "end"}`, both inclusive."""
    PART_OF_DAY = "part_of_day"
    WEEKDAY = "weekday"
    """`MO` to `SU`, when no concrete date was said."""
    DURATION = "duration"
    """ISO 8601; may be negative for a shift."""
    RECURRENCE = "recurrence"
    """RFC 5545 RRULE parts."""
    PHONE = "phone"
    """E.164."""
    SPELLING = "spelling"
    """Joined capital letters."""
    EMAIL = "email"
    """`name@host`, in small letters."""
    NUMBER = "number"
    QUANTITY = "quantity"
    """`{"value", "unit"}`: a dose, a strength."""
    FREQUENCY = "frequency"
    """`n/P1D`: times in a period."""
    FLAG = "flag"
    """True when said."""
    CHOICE = "choice"
    """One of a closed list: the words for each value stand in the skill's lexicon."""
    NAME = "name"
    """A name, matched by sound against the names that the context makes likely."""
    TEXT = "text"
    """The words as said."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The annotation that marks a Pydantic field as a slot and says how its words are read."""

    kind: Kind
    lexicon: str | None = None
    """For CHOICE: the name of the lexicon with the words of each value, `lexicons/<language>/<name>.yaml`."""
    many: bool = False
    """Whether one utterance may name several ("buy milk and call Ann")."""
    whole: bool = False
    """Whether the whole utterance tells the value, often without a word for it ("can I drink wine with it")."""


class Slots(BaseModel):
    """Base of every intent's slot model: all fields optional, none unknown, and never changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def filled(self) -> dict[str, Any]:
        """The slots that have a value, as JSON-ready values."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def slot_of(cls, name: str) -> Slot:
        """The slot annotation of a field. Raises KeyError for a field that is no slot."""
        field = cls.model_fields[name]
        # The marker stands on the field, or on a member of its union with None.
        for item in (*field.metadata, *(mark for member in get_args(field.annotation) for mark in _marks(member))):
            if isinstance(item, Slot):
                return item
        raise KeyError(name)


def _marks(member: Any) -> tuple[Any, ...]:
    """What annotates a member of a union."""
    return tuple(get_args(member)[1:]) if get_origin(member) is Annotated else ()


_DURATION = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?(?:T(?=.)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?"
)


def length_of(duration: str) -> dt.timedelta | None:
    """The length that the value of a DURATION slot names (`PT5M`, `-PT30M`); None for what is none."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(match[unit] or 0) for unit in "wdhms")
    length = dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match["sign"] else length


class DateRange(BaseModel):
    """Days from `start` to `end`, both inclusive."""

    model_config = ConfigDict(frozen=True)
    start: dt.date
    end: dt.date


class Quantity(BaseModel):
    """An amount with its unit, such as two tablets or 500 mg."""

    model_config = ConfigDict(frozen=True)
    value: float
    unit: str


Date = Annotated[dt.date, Slot(Kind.DATE)]
Time = Annotated[dt.time, PlainSerializer(lambda time: f"{time:%H:%M}", when_used="json"), Slot(Kind.TIME)]
Range = Annotated[DateRange, Slot(Kind.DATE_RANGE)]
PartOfDay = Annotated[str, Slot(Kind.PART_OF_DAY, lexicon="part_of_day")]
Weekday = Annotated[str, Slot(Kind.WEEKDAY)]
Duration = Annotated[str, Slot(Kind.DURATION)]
Recurrence = Annotated[str, Slot(Kind.RECURRENCE)]
Phone = Annotated[str, Slot(Kind.PHONE)]
Spelling = Annotated[str, Slot(Kind.SPELLING)]
Email = Annotated[str, Slot(Kind.EMAIL)]
Number = Annotated[int, Slot(Kind.NUMBER)]
Amount = Annotated[Quantity, Slot(Kind.QUANTITY)]
Frequency = Annotated[str, Slot(Kind.FREQUENCY)]
Flag = Annotated[bool, Slot(Kind.FLAG)]
Name = Annotated[str, Slot(Kind.NAME)]
Text = Annotated[str, Slot(Kind.TEXT)]
