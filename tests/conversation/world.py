"""A small world for conversations: a line that writes down what it carries, and providers that do as they are told.

Sound is symbolic: a window of voice is full of `VOICE`, one of silence full of `QUIET`, and the fake voice activity
reads just that. The recogniser hears the words that the test has set.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from parley.contract import Expectation
from parley.conversation.conversation import Conversation
from parley.conversation.events import Event
from parley.conversation.floor import Floor
from parley.conversation.services import Opening, Services
from parley.conversation.sound_form import TELEPHONE, WINDOW_S, SoundForm
from parley.conversation.store import MemoryStore
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult
from parley.listening.recognition import Transcript, ignore_partial
from parley.understanding.result import Understanding

QUIET, VOICE = b"\xff", b"\x80"
FRAME = 160
NOW = dt.datetime(2030, 3, 5, 14, 0, tzinfo=dt.UTC)


class FakeVoiceActivity:
    """Says "speech" for windows that are loud."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: np.ndarray) -> np.ndarray:
        assert windows.shape == (len(streams), 256)
        self.batches.append(len(streams))
        return (np.abs(windows).mean(axis=1) > 0.1).astype(np.float32)


@dataclass
class FakeRecognition:
    """One utterance: remembers what it was fed."""

    recogniser: "FakeRecogniser"
    on_partial: Callable[[str], None]
    fed: bytearray = field(default_factory=bytearray)
    cancelled: bool = False
    prepared: list[int] = field(default_factory=list)
    """Bytes that it had been fed at each pause."""

    def prepare(self) -> None:
        self.prepared.append(len(self.fed))

    def feed(self, pcm: bytes) -> None:
        self.fed += pcm

    async def finish(self, *, sound: Any = None) -> Transcript:
        self.recogniser.sounds.append(sound)
        if self.recogniser.error is not None:
            raise self.recogniser.error
        if self.recogniser.finish_s:
            await asyncio.sleep(self.recogniser.finish_s)
        text = self.recogniser.texts.pop(0) if self.recogniser.texts else ""
        return Transcript(
            text=text, language="en", confidence=0.9 if text else 0.0, words=(), alternatives=(), provider="fake"
        )

    def cancel(self) -> None:
        self.cancelled = True


class FakeRecogniser:
    """Hears the words in `texts`, one for each utterance."""

    name = "fake"

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.finish_s = 0.0
        self.error: Exception | None = None
        self.open_s = 0.0
        self.sounds: list[Any] = []
        self.opened: list[FakeRecognition] = []
        self.languages: list[str] = []

    async def open(
        self,
        *,
        language: str,
        rate: int,
        expectation: Expectation,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> FakeRecognition:
        if self.open_s:
            await asyncio.sleep(self.open_s)
        self.languages.append(language)
        self.opened.append(FakeRecognition(self, on_partial))
        return self.opened[-1]


class FakeSynthesiser:
    """Each word takes 0.3 s; sound comes in chunks of a word."""

    name = "fake"

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.voices: list[Any] = []
        self.silent_after: int | None = None
        """Words after which it dies without a sound."""

    async def speak(self, text: str, *, language: str, voice: Any, rate: int) -> AsyncIterator[bytes]:
        self.spoken.append(text)
        self.voices.append(voice)
        for number, _ in enumerate(text.split()):
            if self.silent_after is not None and number >= self.silent_after:
                await asyncio.sleep(3600)
            yield np.full(round(0.3 * rate), 4000, "<i2").tobytes()


class FakeEndOfTurn:
    """A fixed wait, or one for the partial."""

    def __init__(self) -> None:
        self.seconds = 0.5
        self.by_partial: dict[str, float] = {}
        self.whole: list[bool] = []
        """Whether the wish was complete, each time it was asked."""
        self.whole_s: float | None = None

    def wait(
        self,
        *,
        partial: str,
        language: str,
        expectation: Expectation,
        speech_s: float,
        whole: bool = False,
        finished: float | None = None,
    ) -> float:
        self.whole.append(whole)
        if whole and self.whole_s is not None:
            return self.whole_s
        return self.by_partial.get(partial, self.seconds)


class FakeUnderstander:
    """The words are the intent."""

    name = "fake"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def understand(self, text: str, *, language: str, **_: Any) -> Understanding:
        self.asked.append(text)
        intent = text.lower().strip(" .?!").replace(" ", "_")
        return Understanding(text=text, language=language, intent=intent, confidence=0.95)


@dataclass
class FakeDialogue:
    """Answers from a table; `do_…` intents are carried out, all others only read."""

    answers: dict[str, TurnResult] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    speculated: list[str] = field(default_factory=list)
    fails: Exception | None = None

    def __call__(
        self, state: State, understanding: Understanding, context: Any, *, speculative: bool = False
    ) -> TurnResult | None:
        if self.fails is not None:
            raise self.fails
        intent = understanding.intent
        acts = intent.startswith("do_")
        if speculative:
            self.speculated.append(intent)
            if acts:
                return None
        elif acts:
            self.executed.append(intent)
        state = replace(state, turn=state.turn + 1, said=(f"You said {understanding.text}.",))
        known = self.answers.get(intent)
        if known is not None:
            return replace(known, state=replace(known.state, turn=state.turn, conversation_id=state.conversation_id))
        return result(state, f"You said {understanding.text}.", executed=intent if acts else None)


def result(state: State, *replies: str, **more: Any) -> TurnResult:
    """A turn's result with these replies."""
    return TurnResult(state=state, replies=replies, **more)


class FakeLine:
    """Plays nothing, notes everything with its time."""

    def __init__(self, form: SoundForm = TELEPHONE, *, marks: bool = False) -> None:
        self.form, self.marks, self.frame_s = form, marks, 0.02
        self._loop = asyncio.get_running_loop()
        self.events: list[Event] = []
        self.log: list[tuple[float, str, Any]] = []
        self.play_end = 0.0
        self.lead = 0.0
        self.underruns = 0
        self.hung_up = False

    def _note(self, what: str, value: Any = None) -> None:
        self.log.append((self._loop.time(), what, value))

    def send(self, event: Event) -> None:
        self.events.append(event)
        self._note(type(event).__name__, event)

    def play(self, frame: bytes) -> None:
        now = self._loop.time()
        if 0.0 < now - self.play_end < 0.25:
            self.underruns += 1
        self.play_end = max(self.play_end, now) + len(frame) / self.form.second_bytes
        self.lead = max(self.lead, self.play_end - now)
        self._note("play", frame)

    def clear(self) -> None:
        self.play_end = 0.0
        self._note("clear")

    def mark(self, name: str) -> None:
        self._note("mark", name)

    def hang_up(self) -> None:
        self.hung_up = True
        self._note("hang_up")

    def of(self, kind: type[Event]) -> list[Any]:
        """The events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def times(self, what: str) -> list[float]:
        """When something happened."""
        return [at for at, name, _ in self.log if name == what]

    @property
    def replies(self) -> list[str]:
        """What was answered, as text."""
        return [event.text for event in self.events if type(event).__name__ == "ResponseText"]


class World:
    """All of it together, on the running loop."""

    def __init__(self) -> None:
        self.vad = FakeVoiceActivity()
        self.floor = Floor(self.vad)  # type: ignore[arg-type]
        self.recogniser = FakeRecogniser()
        self.synthesiser = FakeSynthesiser()
        self.end_of_turn = FakeEndOfTurn()
        self.understander = FakeUnderstander()
        self.dialogue = FakeDialogue()
        self.store = MemoryStore()
        self.whole_intents: set[str] = set()
        """Wishes that want nothing more."""
        self.services = Services(
            recogniser_for=lambda language: self.recogniser,  # type: ignore[arg-type,return-value]
            synthesiser_for=lambda language: self.synthesiser,  # type: ignore[arg-type,return-value]
            end_of_turn=self.end_of_turn,  # type: ignore[arg-type]
            understander=self.understander,  # type: ignore[arg-type]
            take=self.dialogue,
            store=self.store,
            now=lambda: NOW,
            whole=lambda understanding: understanding.intent in self.whole_intents,
        )

    async def call(self, name: str = "call", *, line: FakeLine | None = None, **opening: Any) -> "Phone":
        """A started conversation with nothing said yet."""
        line = line or FakeLine()
        values = {"channel": "telephone", "language": "en", "zone": ZoneInfo("UTC"), "greeting": None} | opening
        conversation = Conversation(
            opening=Opening(conversation_id=name, **values), line=line, floor=self.floor, services=self.services
        )
        await conversation.start()
        return Phone(self, conversation, line)


class Phone:
    """The person: speaks, is silent, in real (virtual) time."""

    def __init__(self, world: World, conversation: Conversation, line: FakeLine) -> None:
        self.world, self.conversation, self.line = world, conversation, line

    async def _sound(self, byte: bytes, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.conversation.hear(byte * FRAME)
            await asyncio.sleep(0.02)

    async def voice(self, seconds: float) -> None:
        """Make a sound that is speech."""
        await self._sound(VOICE, seconds)

    async def quiet(self, seconds: float) -> None:
        """Send silence, as a telephone does."""
        await self._sound(QUIET, seconds)

    async def say(self, text: str, seconds: float = 1.0) -> None:
        """Speak; the recogniser will hear `text`."""
        self.world.recogniser.texts.append(text)
        await self.voice(seconds)

    def partial(self, text: str) -> None:
        """The recogniser has got so far."""
        self.world.recogniser.opened[-1].on_partial(text)

    async def ask(self, text: str) -> float:
        """Say something and wait until the answer is being heard. Returns when it began."""
        before = len(self.line.times("play"))
        await self.say(text)
        for _ in range(500):
            await self.quiet(0.02)
            if len(self.line.times("play")) > before:
                return self.line.times("play")[before]
        raise AssertionError("no answer")


WINDOW_MARGIN = 2 * WINDOW_S + 0.04
