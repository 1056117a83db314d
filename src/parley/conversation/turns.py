"""Turn taking: from the probability of speech in each 32 ms to who has the floor.

    QUIET ──2 windows of speech──> SPEECH ──silence for as long as the words so far ask for──> QUIET
                 BEGAN               │                                                  ENDED
                                     └─ 5 windows of speech while a reply is heard: INTERRUPTS

A plain state machine without a clock: time is counted in windows, so that a busy machine changes nothing. What the
words mean (a mere "mm-hm") is not known here; see `interruption`.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from parley.conversation.sound_form import WINDOW_S


class Signal(Enum):
    """What a window of sound changed."""

    BEGAN = auto()
    """Somebody began to speak: recognise."""
    INTERRUPTS = auto()
    """They mean it: the reply stops."""
    PAUSED = auto()
    """They paused: how long may this pause be?"""
    ENDED = auto()
    """The turn is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When speech begins, interrupts and ends."""

    speech: float = 0.5
    """Probability from which a window counts as speech,"""
    silence: float = 0.35
    """and below which it is silence again: in between nothing changes."""
    begin_windows: int = 2
    """Speech that opens the ears. The buffer before it keeps the first syllable."""
    interrupt_windows: int = 5
    """Speech over a reply that stops it: 160 ms, so that it has fallen silent after 200."""
    longest_s: float = 60.0
    """A turn is cut here, whoever goes on (a radio, a conference)."""


DEFAULT: Final = Rules()


class TurnTaking:
    """The state of one conversation's floor on the person's side."""

    __slots__ = ("_interrupted", "_loud", "_onset", "_rules", "elapsed", "quiet", "speaking", "speech", "wait_s")

    def __init__(self, rules: Rules = DEFAULT) -> None:
        self._rules = rules
        self.wait_s = 0.5
        """Silence that ends the turn, as the end-of-turn strategy said last."""
        self._reset()

    def _reset(self) -> None:
        self.speaking = False
        self.speech = 0
        """Windows of speech in this turn."""
        self.quiet = 0
        """Windows of silence since the last speech."""
        self.elapsed = 0
        """Windows since the turn began."""
        self._onset = 0
        self._loud = False
        self._interrupted = False

    @property
    def speech_s(self) -> float:
        """Seconds of speech in this turn."""
        return self.speech * WINDOW_S

    @property
    def quiet_s(self) -> float:
        """Seconds of silence since the last speech."""
        return self.quiet * WINDOW_S

    @property
    def presses(self) -> bool:
        """The next window may begin something, stop a reply or end the turn: it is wanted as soon as it is whole."""
        return self.quiet > 0 or not self.interrupts if self.speaking else self._onset > 0

    @property
    def interrupts(self) -> bool:
        """The present turn stopped a reply, or would have."""
        return self.speech >= self._rules.interrupt_windows

    def window(self, probability: float, *, replying: bool) -> Signal | None:
        """Take the next window; `replying`: the person hears a reply at this moment."""
        rules = self._rules
        self._loud = probability >= (rules.silence if self._loud else rules.speech)
        if not self.speaking:
            return self._listen()
        self.elapsed += 1
        if self._loud:
            self.speech += 1
            self.quiet = 0
            if replying and not self._interrupted and self.interrupts:
                self._interrupted = True
                return Signal.INTERRUPTS
        else:
            self.quiet += 1
            if self.over:
                return Signal.ENDED
            if self.quiet == 1:
                return Signal.PAUSED
        if self.elapsed * WINDOW_S >= rules.longest_s:
            return Signal.ENDED
        return None

    def _listen(self) -> Signal | None:
        self._onset = self._onset + 1 if self._loud else max(0, self._onset - 1)
        if self._onset < self._rules.begin_windows:
            return None
        self.speaking, self.speech, self.elapsed = True, self._onset, self._onset
        return Signal.BEGAN

    @property
    def over(self) -> bool:
        """The silence is as long as the strategy asked for, to the nearest window."""
        return self.quiet > 0 and self.quiet_s + WINDOW_S / 2 >= self.wait_s

    def end(self) -> None:
        """The turn was taken; listen for the next."""
        self._reset()
