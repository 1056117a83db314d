"""The stages of a turn as the waterfall shows them."""

from parley.conversation.events import StageTime, TurnReport
from parley.conversation.stages import Stages


def report(turn_id: str, stages: Stages, *, speculated: bool) -> TurnReport:
    """Each stage from the person's last word on."""
    ms = stages.ms
    last_word = stages.ended - ms.get("end_of_turn", 0.0) / 1000
    bars = [
        StageTime(
            stage=stage.name,
            start_ms=round(max(0.0, stage.began - last_word) * 1000, 2),
            ms=round(stage.seconds * 1000, 2),
        )
        for stage in stages.all
        if stage.name != "first_sound"
    ]
    first = ms.get("first_sound")
    total = round(ms.get("end_of_turn", 0.0) + (first or 0.0), 2)
    return TurnReport(turn_id=turn_id, stages=bars, first_sound_ms=first, total_ms=total, speculated=speculated)
