"""A conversation with the everyday skill, on a clock that stands where it is put."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from parley.contract import Announcement, Context, Language
from parley.dialogue.replies import render
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, take
from parley.skills.everyday.skill import skill
from parley.understanding.result import Understanding

CHICAGO = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 3, 12, 10, 0, tzinfo=CHICAGO)


class Talk:
    """One conversation; work asked for is remembered in `due` and done by `pass_time`."""

    def __init__(
        self,
        *,
        language: Language = "en",
        now: dt.datetime = NOW,
        channel: str = "browser",
        conversation: str = "c1",
        facts: dict[str, Any] | None = None,
    ) -> None:
        self.due: dict[tuple[str, str], dt.datetime] = {}
        self.state = State(conversation_id=conversation, language=language, facts=facts or {})
        zone = now.tzinfo
        assert isinstance(zone, ZoneInfo)
        self.context = Context(
            now=now,
            zone=zone,
            language=language,
            conversation_id=conversation,
            turn_id="1",
            channel=channel,
            later=self.later,
        )

    def later(self, handler: str, *, at: dt.datetime, subject: str) -> None:
        """Remember the work."""
        self.due[handler, subject] = at

    def say(self, text: str, intent: str, **slots: Any) -> TurnResult:
        """One turn."""
        said = Understanding(text=text, language=self.state.language, intent=intent, confidence=0.95, slots=slots)
        result = take(State.from_json(self.state.to_json()), said, {"everyday": skill}, self.context)
        self.state = result.state
        return result

    def at(self, now: dt.datetime) -> list[Announcement]:
        """Let the clock reach `now`, and do what is due by then."""
        self.context = replace(self.context, now=now)
        announced: list[Announcement] = []
        while ready := [(at, *work) for work, at in self.due.items() if at <= now]:
            _, handler, subject = min(ready)
            del self.due[handler, subject]
            announced += skill.on_due(handler, subject, now=now, later=self.later)
        return announced

    def spoken(self, announcement: Announcement) -> str:
        """An announcement in words."""
        return render(
            announcement.say,
            language=self.state.language,
            skill="everyday",
            skills={"everyday": skill},
            now=self.context.now,
        )
