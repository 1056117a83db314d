"""How acts are worded, and which question is open after them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from parley.contract import Context, Intent, Question, Say
from parley.dialogue import acts
from parley.dialogue.acts import Act
from parley.dialogue.emergency_lines import lines
from parley.dialogue.replies import Replies
from parley.dialogue.state import Asked, Option, Pending, State

_HINTS: Final = frozenset({"date", "time", "duration", "phone", "number", "quantity"})


class Speaker:
    """Collects what is said in one turn."""

    def __init__(
        self, replies: Replies, intents: Mapping[str, Intent], context: Context, *, open_before: Asked | None = None
    ) -> None:
        self._words = replies
        self._intents = intents
        self._context = context
        self._open_before = open_before
        self.replies: list[str] = []
        self._repeated: tuple[str, ...] | None = None

    def say(self, says: Sequence[Say], state: State, skill: str) -> None:
        """Say these, in the language of the conversation."""
        self.replies.extend(text for say in says if (text := self.text(say, state, skill)))

    def text(self, say: Say, state: State, skill: str) -> str:
        """One reply as text; help is about the domain for which the conversation was opened."""
        if say.key == "help":
            skill = str(self._context.facts.get("domain") or skill)
        return self._words.render(say, language=state.language, skill=skill, now=self._context.now)

    def to_repeat(self, state: State) -> tuple[str, ...]:
        """What "say that again" gets after this turn: a repetition or an aside does not replace what it repeats."""
        if self._repeated is not None:
            return self._repeated
        return tuple(self.replies) or state.said

    def _again(self, asked: Asked) -> None:
        """Ask it again, after an aside that nobody needs to hear twice."""
        if asked.text:
            self.replies.append(asked.text)
            self._repeated = (asked.text,)

    def act(self, act: Act, state: State, skill: str) -> State:
        """Say an act; the state knows the question that is open after it."""
        match act:
            case acts.Ask() | acts.Choose():
                self.say(act.lead, state, skill)
                return self._ask(act.question, state, skill)
            case acts.Confirm():
                self.say(act.lead, state, skill)
                return self._open(Pending.CONFIRMATION, "", act.summary, state, skill)
            case acts.ConfirmUndo():
                return self._open(Pending.UNDO, "", Say("undo"), state, skill)
            case acts.Clarify():
                return self._open(
                    Pending.INTENT, "", Say("clarify", {"intent": self._name(act.intent)}), state, skill
                )
            case acts.Tell():
                self.say(act.say, state, skill)
                if act.again and state.asked is not None and state.asked.kind is not Pending.HUMAN:
                    self._again(state.asked)
            case acts.Repeat():
                self._repeated = state.said
                self.replies.extend(state.said or (self.text(Say("nothing_to_repeat"), state, skill),))
            case acts.Fallback():
                self._fall_back(state, skill)
            case acts.OfferHuman():
                self.say(act.lead, state, skill)
                key = "offer_human" if act.sorry else "offer_human_gladly"
                return self._open(Pending.HUMAN, "", Say(key), state, skill)
            case acts.Handover():
                self.say(act.say or (Say("handover"),), state, skill)
                return replace(state, asked=None)
            case _:
                return self._rare(act, state, skill)
        return state

    def _rare(self, act: Act, state: State, skill: str) -> State:
        match act:
            case acts.Emergency():
                values = lines(act.kind, self._context.country)
                if not act.first:
                    self.say((Say("emergency.still", values),), state, skill)
                    return state
                key = f"emergency.{act.kind}"
                known = self._words.has(key, language=state.language)
                return self._open(Pending.HUMAN, "", Say(key if known else "emergency.unknown", values), state, skill)
            case acts.EmergencyDoubt():
                return self._open(Pending.MORE_DANGER, "", Say("emergency.doubt"), state, skill)
            case acts.StopContact():
                self.say((Say("stop_contact"),), state, skill)
                self.replies.extend([state.asked.text] if state.asked is not None else [])
            case acts.SwitchLanguage():
                self.say((Say("language.switched" if act.language else "language.unknown"),), state, skill)
            case acts.Goodbye():
                self.say((Say("goodbye"),), state, skill)
        return state

    def _ask(self, question: Question, state: State, skill: str) -> State:
        text = self._question_text(question, state, skill)
        options = tuple(
            Option(
                value=choice.value,
                text=self.text(choice.label, state, skill),
                slots=dict(choice.slots),
                told=dict(choice.told),
                key=choice.key,
            )
            for choice in question.choices
        )
        kind = Pending.CHOICE if options else Pending.SLOT
        asked = Asked(kind=kind, slot=question.slot, text=text, options=options, expects=question.expects)
        self._put(text, state, skill)
        return replace(state, asked=asked)

    def _put(self, text: str, state: State, skill: str) -> None:
        """Put a question; word for word the one that was open, it would sound as if nothing had been heard."""
        if not self.replies and self._open_before is not None and self._open_before.text == text:
            self.say((Say("noted"),), state, skill)
        self.replies.append(text)

    def _question_text(self, question: Question, state: State, skill: str) -> str:
        """A question about a slot may be worded by its intent (`timer.set.ask.duration`)."""
        say, frame = question.say, state.frame
        if frame is not None and say.key == f"ask.{question.slot}":
            own = f"{frame.intent}.{say.key}"
            if self._words.has(own, language=state.language, skill=skill):
                say = Say(own, say.values)
            elif not self._words.has(say.key, language=state.language, skill=skill):
                say = Say("ask.other")
        return self.text(say, state, skill)

    def _open(self, kind: Pending, slot: str, say: Say, state: State, skill: str) -> State:
        text = self.text(say, state, skill)
        self._put(text, state, skill)
        if say.key == "again.yes_no" and state.asked is not None:
            return state
        return replace(state, asked=Asked(kind=kind, slot=slot, text=text))

    def _name(self, intent: str) -> Say:
        known = all(self._words.has(f"intent.{intent}", language=language) for language in ("en", "fr", "ko"))
        return Say(f"intent.{intent}" if known else "intent.other")

    def _fall_back(self, state: State, skill: str) -> None:
        asked = state.asked
        if asked is None or not asked.text or asked.kind is Pending.HUMAN:
            self.say((Say("again.plain"),), state, skill)
            self._repeated = state.said
            return
        self._repeated = (asked.text,)
        hint = self._hint(asked, state)
        if hint is None:
            self.say((Say("again.question", {"question": asked.text}),), state, skill)
        else:
            self.say((Say("again.slot", {"hint": Say(f"hint.{hint}"), "question": asked.text}),), state, skill)

    def _hint(self, asked: Asked, state: State) -> str | None:
        if asked.kind is Pending.CHOICE:
            return "choice"
        intent = self._intents.get(state.frame.intent) if state.frame is not None else None
        if asked.kind is not Pending.SLOT or intent is None or asked.slot not in intent.slots.model_fields:
            return None
        kind = str(intent.slots.slot_of(asked.slot).kind)
        return kind if kind in _HINTS else None
