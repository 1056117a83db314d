"""What a person said, typed, or keyed in."""

import uuid
from dataclasses import dataclass, field

from parley.audio.sound import Sound
from parley.conversation.stages import Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words of one turn."""

    text: str
    source: str
    """`speech`, `text` or `keys`."""
    confidence: float = 1.0
    provider: str = ""
    sound: Sound | None = None
    stages: Stages = field(default_factory=Stages)
    turn_id: str = field(default_factory=lambda: uuid.uuid4().hex)
