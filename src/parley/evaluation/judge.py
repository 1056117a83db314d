"""Plays a written conversation and says what was otherwise than written."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parley.contract import Language
from parley.dialogue.turn import TurnResult
from parley.evaluation import database
from parley.evaluation.player import Player
from parley.evaluation.script import Check, Conversation, Turn
from parley.understanding.language import identified
from parley.understanding.result import OUT_OF_SCOPE, Span, Understanding

_NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One turn as it went."""

    said: str
    answered: str
    act: str = ""
    """The acts taken and why."""
    misunderstood: tuple[str, ...] = ()
    """What the words by themselves were understood as, where another thing is written."""
    wrong: tuple[str, ...] = ()
    """What came of them otherwise than written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One conversation as it went."""

    name: str
    file: str
    language: Language
    turns: tuple[Played, ...]
    wrong: tuple[str, ...] = ()
    """What the database holds otherwise than written."""
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether everything was as written."""
        return self.went_right and not any(turn.misunderstood for turn in self.turns)

    @property
    def went_right(self) -> bool:
        """Whether the person got what is written, however the words by themselves were understood."""
        return not self.wrong and not any(turn.wrong for turn in self.turns)

    @property
    def faults(self) -> list[str]:
        """Everything that was not as written, in order."""
        said = [f"“{turn.said}”: {fault}" for turn in self.turns for fault in (*turn.misunderstood, *turn.wrong)]
        return [*said, *self.wrong]


def judge(conversation: Conversation, *, as_written: bool = False) -> Verdict:
    """Play it in a world of its own. `as_written`: what must be understood is taken for understood."""
    began = time.perf_counter()
    with database.world_of_its_own():
        player = Player(conversation.start)
        folder = conversation.file.parent
        turns = tuple(_played(player, turn, folder, as_written=as_written) for turn in conversation.turns)
        wrong = tuple(fault for check in conversation.database for fault in held(check))
    return Verdict(
        name=conversation.name,
        file=str(conversation.file),
        language=conversation.start.lang,
        turns=turns,
        wrong=wrong,
        seconds=time.perf_counter() - began,
    )


def _played(player: Player, turn: Turn, folder: Path, *, as_written: bool) -> Played:
    if turn.wait is not None:
        announced = " ".join(player.wait(turn.wait))
        wrong = tuple(words_amiss(turn.reply, turn.not_reply, announced))
        return Played(said=f"({turn.wait})", answered=announced, wrong=wrong)
    said = turn.say if turn.say is not None else _heard(player, turn, folder)
    understanding = _written(player, turn, said) if as_written else player.hear(said)
    result = player.take(replace(understanding, recognised=turn.recognised))
    act = ", ".join(f"{type(act).__name__}: {act.why}" for act in result.acts)
    return Played(
        said=said,
        answered=result.reply,
        act=act,
        misunderstood=tuple(_misunderstood(turn, understanding)),
        wrong=tuple(_faults(turn, result)),
    )


def _heard(player: Player, turn: Turn, folder: Path) -> str:
    if turn.sound is None:
        raise ValueError("a turn says something, sounds, or waits")
    from parley.evaluation.recording import transcribed

    expectation = player.last.expectation if player.last is not None else None
    return transcribed(folder / turn.sound, language=player.state.language, expectation=expectation)


def _written(player: Player, turn: Turn, said: str) -> Understanding:
    """The understanding that the file states; what it does not state was not understood."""
    language = identified(said, default=player.state.language)
    if turn.understood is None:
        return Understanding(text=said, language=language)
    stated, frame = turn.understood, player.state.frame
    intent = stated.intent or (frame.intent if frame is not None else OUT_OF_SCOPE)
    also = tuple(
        Understanding(
            text=said, language=language, intent=each.intent or intent, confidence=each.confidence, slots=each.slots
        )
        for each in stated.also
    )
    return Understanding(
        text=said,
        language=language,
        intent=intent,
        confidence=stated.confidence,
        slots=stated.slots,
        spans=tuple(_spans(said, stated.slots)),
        also=also,
    )


def _spans(said: str, slots: Mapping[str, Any]) -> Iterator[Span]:
    """The words of those values that stand in the text as they are."""
    for slot, value in slots.items():
        start = said.casefold().find(str(value).casefold())
        if start >= 0:
            end = start + len(str(value))
            yield Span(slot=slot, start=start, end=end, text=said[start:end], value=value)


def _misunderstood(turn: Turn, said: Understanding) -> Iterator[str]:
    if turn.understood is None or turn.understood.stands_in:
        return
    if turn.understood.intent is not None and said.intent != turn.understood.intent:
        yield f"understood as {said.intent}, not {turn.understood.intent}"
    if dict(said.slots) != dict(turn.understood.slots):
        yield f"understood {dict(said.slots)}, not {dict(turn.understood.slots)}"


def _faults(turn: Turn, result: TurnResult) -> Iterator[str]:
    if turn.intent is not None and result.intent != turn.intent:
        yield f"intent {result.intent}, not {turn.intent}"
    for slot, wanted in turn.slots.items():
        if result.slots.get(slot) != wanted:
            yield f"{slot} is {result.slots.get(slot)!r}, not {wanted!r}"
    for what, got, expected in (
        ("asks for", result.asks_for, turn.asks),
        ("executed", result.executed, turn.executed),
    ):
        if expected is not None and (got or _NOTHING) != expected:
            yield f"{what} {got or _NOTHING}, not {expected}"
    if turn.language is not None and result.language != turn.language:
        yield f"answers in {result.language}, not {turn.language}"
    yield from words_amiss(turn.reply, turn.not_reply, result.reply)


def words_amiss(wanted: Sequence[str] | str, unwanted: Sequence[str] | str, reply: str) -> Iterator[str]:
    """Words that a reply lacks, and those that it should not have."""
    for words in [wanted] if isinstance(wanted, str) else wanted:
        if words.casefold() not in reply.casefold():
            yield f"does not say “{words}” but “{reply}”"
    for words in [unwanted] if isinstance(unwanted, str) else unwanted:
        if words.casefold() in reply.casefold():
            yield f"says “{words}”"


def held(check: Check) -> Iterator[str]:
    """What the database holds otherwise than it should."""
    from django.apps import apps

    count = apps.get_model(check.model)._default_manager.filter(**check.where).count()
    if count != check.count:
        yield f"{check.model} {dict(check.where)}: {count}, not {check.count}"
