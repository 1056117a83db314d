""" "No, later", « plus tôt, c'est possible ? », "더 늦게는요?": another time, told by its direction alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from parley.contract import Intent
from parley.dialogue.hearing import Heard
from parley.dialogue.merging import merge
from parley.dialogue.state import Frame

_TIMES: Final = ("new_time", "time")
_DAYS: Final = {"new_time": "new_date", "time": "date"}


def shifted(heard: Heard, frame: Frame, intent: Intent) -> Frame | None:
    """The frame that looks on the asked side of the time in hand; None when no direction was said.

    In hand are the times that were offered or read out, else the one that the frame holds. They are turned down.
    """
    bound = next((each for each in ("later", "earlier") if heard.words.says(each, heard.said.text)), None)
    slot = next((name for name in _TIMES if name in intent.slots.model_fields), None)
    side = {"later": "after", "earlier": "before"}.get(bound or "", "")
    if slot is None or side not in intent.slots.model_fields:
        return None
    day = _DAYS[slot]
    offered = heard.state.asked.options if heard.state.asked is not None else heard.state.mentions
    moments = _moments([each.slots for each in offered], day, slot) or _moments([frame.slots], day, slot)
    if not moments:
        return None
    date, time = moments[-1] if side == "after" else moments[0]
    slots = {name: value for name, value in frame.slots.items() if name != slot}
    refused = (*frame.refused, *(time for _, time in moments))
    return replace(frame.with_slots(merge(slots, {day: date, side: time})), refused=refused)


def _moments(told: Sequence[Mapping[str, Any]], day: str, slot: str) -> list[tuple[str, str]]:
    """Days (ISO 8601) and clock times (HH:MM) in their order, of whatever holds both."""
    return sorted((str(each[day]), str(each[slot])[:5]) for each in told if each.get(day) and each.get(slot))
