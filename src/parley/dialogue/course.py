"""The course of one turn: from its first act through skills and further wishes until the person is to speak."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Handover
from parley.dialogue import acts
from parley.dialogue.acts import Act
from parley.dialogue.outcomes import resumed
from parley.dialogue.serving import Serving
from parley.dialogue.speaking import Speaker
from parley.dialogue.state import Frame, State

_MOST_STEPS: Final = 12
"""Acts in one turn; a skill that never comes to an end is stopped here."""
_ESCALATED: Final = "emergency.escalate"


class Course:
    """Follows acts. What was said, done and found on the way stands in it afterwards."""

    def __init__(self, state: State, *, serving: Serving, speaker: Speaker) -> None:
        self.state = state
        self.taken: list[Act] = []
        self.events: list[Mapping[str, Any]] = []
        self.about: Frame | None = None
        """What was worked on last."""
        self.handover: Handover | None = None
        self._serving = serving
        self._speaker = speaker

    def run(self, act: Act) -> None:
        """Follow the acts until the person is to speak."""
        following: Act | None = act
        while following is not None and len(self.taken) < _MOST_STEPS:
            self.taken.append(following)
            following = self._follow(following)

    def _follow(self, act: Act) -> Act | None:
        self.about = self.state.frame or self.about
        match act:
            case acts.Prepare():
                self._speaker.say(act.lead, self.state, self._serving.owner(act.intent))
                self.state, following = self._serving.prepare(self.state)
            case acts.Execute():
                self.state, following = self._serving.execute(self.state)
            case acts.Undo():
                self.about = Frame(intent=act.intent)
                self.state, following = self._serving.undo(act, self.state)
            case _:
                self._note(act)
                owner = self._serving.owner(self.about.intent) if self.about is not None else ""
                self.state = self._speaker.act(act, self.state, owner)
                return self._next(act)
        return following

    def _note(self, act: Act) -> None:
        """What an act means beyond its words."""
        match act:
            case acts.Handover():
                self.handover = Handover(reason=act.reason, summary=act.summary)
                self._serving.executed = self._serving.executed or "agent.handover"
            case acts.Emergency():
                self._serving.executed = _ESCALATED
                self.events.append({"type": "emergency", "kind": act.kind, "first": act.first})
            case acts.StopContact():
                self.events.append({"type": "stop_contact"})
            case acts.Done():
                self.events.extend(act.events)
            case acts.SwitchLanguage() if act.language is not None:
                self.events.append({"type": "language", "language": act.language})
                self._serving.executed = "language.switch"

    def _next(self, act: Act) -> Act | None:
        """After something was finished or left, what waits is taken up."""
        frame = self.state.frame
        if isinstance(act, acts.SwitchLanguage) and frame is not None:
            self.state = replace(self.state, asked=None)
            return acts.Prepare(intent=frame.intent, slots=frame.slots, why="asked anew")
        if not isinstance(act, acts.Tell) or self.state.asked is not None:
            return None
        step = resumed(self.state)
        if step is None:
            return None
        self.state, following = step
        return following
