"""One utterance together with the state it meets: what all rules of the policy look at."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from parley.contract import Confirmation, Intent, Phrase, Say
from parley.dialogue.acts import Act
from parley.dialogue.in_context import domain_of
from parley.dialogue.intents import CONVERSATIONAL
from parley.dialogue.phrases import Phrases, phrases
from parley.dialogue.rules import Rules, Threshold
from parley.dialogue.state import Asked, Frame, Pending, State
from parley.understanding.result import OUT_OF_SCOPE, Understanding

Step = tuple[State, Act]
"""What every rule answers: the state after it, and the act."""


Named = Callable[[str], Sequence[Phrase]]
"""The words that the skill which serves an intent finds likely now."""


def nothing_named(_intent: str) -> Sequence[Phrase]:
    """No words are likely."""
    return ()


Known = Callable[[Mapping[str, Any], bool], tuple[Say, ...]]
"""What a house says to the question that was heard, with these values at hand; the flag: only at home."""


def nothing_known(_slots: Mapping[str, Any], _at_home: bool) -> tuple[Say, ...]:
    """There is no house."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said, where the conversation stands, and by which rules."""

    state: State
    said: Understanding
    intents: Mapping[str, Intent]
    rules: Rules
    now: dt.datetime
    home: Set[str] = frozenset()
    """The intents of the domain for which the conversation was opened, where it was opened for one."""
    named: Named = nothing_named
    known: Known = nothing_known

    @property
    def words(self) -> Phrases:
        """The steering words of the language spoken."""
        return phrases(self.said.language)

    @property
    def asked(self) -> Asked:
        """The open question; looked at only where one is open."""
        if self.state.asked is None:
            raise ValueError("no question is open")
        return self.state.asked

    @property
    def in_hand(self) -> tuple[Frame, Intent] | None:
        """What is being worked on, with its row of the table; None where there is nothing, or nobody's."""
        frame = self.state.frame
        intent = self.intents.get(frame.intent) if frame is not None else None
        return (frame, intent) if frame is not None and intent is not None else None

    @property
    def intent(self) -> Intent | None:
        """The row of the table for what was understood; None for what is in nobody's table."""
        return self.intents.get(self.said.intent)

    @property
    def threshold(self) -> Threshold:
        """How sure one must be of what was understood.

        Less at home, and where the matter was just talked about, of what is read back before it is done or what only
        looks: asking whether it was meant would be asking twice. More of what leads away from an open question out of
        the domain of the conversation.
        """
        bounds, intent = self.rules.of(self.said.intent), self.intent
        if intent is None or self.said.intent in self.rules.by_intent:
            return bounds
        if self.said.intent in self.home or self._talked_about(intent):
            harmless = intent.reads_only or intent.confirmation is not Confirmation.NONE
            return bounds.model_copy(update={"act": min(bounds.act, self.rules.at_home)}) if harmless else bounds
        if not self.home:
            return bounds
        leads_away = self.state.asked is not None and "." in intent.name and not self.conversational
        return bounds.model_copy(update={"act": max(bounds.act, self.rules.elsewhere)}) if leads_away else bounds

    def _talked_about(self, intent: Intent) -> bool:
        """Whether what was served last was of the same matter."""
        return bool(self.state.past) and domain_of(self.state.past[-1].intent) == domain_of(intent.name)

    @property
    def confidence(self) -> float:
        """How sure one is of it: as of the words, so at most of what they mean."""
        return min(self.said.confidence, self.said.recognised)

    @property
    def sure(self) -> bool:
        """Whether it was understood well enough to act on."""
        return self.confidence >= self.threshold.act

    @property
    def clear(self) -> bool:
        """Whether the words were recognised well enough to act on."""
        return self.said.recognised >= self.rules.threshold.act

    @property
    def conversational(self) -> bool:
        """Whether it is about the conversation itself, and no skill's."""
        return self.said.intent in CONVERSATIONAL

    @property
    def foreign(self) -> bool:
        """Whether it is nothing that we serve."""
        return self.said.intent == OUT_OF_SCOPE or self.intent is None

    @property
    def affirmed(self) -> bool:
        """A yes without an if, of the person and of nobody else."""
        words, text = self.words, self.said.text
        yes = words.says("bare_yes", text) or (self.said.intent == "yes" and not words.says("bare_no", text))
        return yes and not self.said.proposed and not self.words.says("hedged", self.said.text)

    @property
    def insisted(self) -> bool:
        """The summary is answered with the wish itself ("Shall I cancel it?" – "cancel it"): that is a yes."""
        frame, asked = self.state.frame, self.state.asked
        confirming = asked is not None and asked.kind is Pending.CONFIRMATION
        same = frame is not None and self.said.intent == frame.intent and self.sure
        brief = len(self.said.text.split()) <= 4
        contradicts = any(self.words.says(group, self.said.text) for group in ("hedged", "opens_no"))
        return confirming and same and brief and not contradicts and not self.said.proposed

    @property
    def declined(self) -> bool:
        """A no, also one that goes on ("oh no, that was the one from before"), unless it goes on with a yes."""
        words, text = self.words, self.said.text
        rest = words.without("opens_no", text)
        return self.denied or (words.says("opens_no", text) and not words.says("bare_yes", rest))

    @property
    def denied(self) -> bool:
        """A no."""
        words, text = self.words, self.said.text
        return words.says("bare_no", text) or (self.said.intent == "no" and not words.says("bare_yes", text))

    @property
    def given_up(self) -> bool:
        """ "Never mind", "laissez tomber", "됐어요"."""
        return self.words.says("abandon", self.said.text)

    @property
    def elliptic(self) -> bool:
        """Whether the words are little more than values ("tomorrow at three")."""
        text = sum(not sign.isspace() for sign in self.said.text)
        inside = sum(not sign.isspace() for span in self.said.spans for sign in span.text)
        return text > 0 and inside / text >= 0.6

    @property
    def terse(self) -> bool:
        """Whether at most three words stand beside the values ("and in Tokyo")."""
        inside = sum(len(span.text.split()) for span in self.said.spans)
        return len(self.said.text.split()) - inside <= 2

    @property
    def follows(self) -> bool:
        """Whether it goes on with what is in hand: a follow-up ("what about Monday") of hardly more than values."""
        if not self.said.spans or not self.words.says("follow_up", self.said.text):
            return False
        return len(self.words.without("follow_up", self.outside).split()) <= 1

    @property
    def few_words(self) -> bool:
        """Whether at most three words stand beside the values and what marks a correction ("no, make it seven")."""
        rest = self.words.without("corrects", self.outside)
        return len(rest.split()) <= 3

    @property
    def outside(self) -> str:
        """The words that fill no slot."""
        text = self.said.text
        for span in sorted(self.said.spans, key=lambda span: span.start, reverse=True):
            text = f"{text[: span.start]} {text[span.end :]}"
        return text

    def at(self, state: State) -> "Heard":
        """The same utterance at another state."""
        return replace(self, state=state)
