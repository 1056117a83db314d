"""The sound of one answer: made sentence by sentence, ahead of being played, with the words of every part of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from parley.contract import ExternalTimeout, Language, ParleyError
from parley.conversation.sound_form import SoundForm
from parley.speaking.provider import Synthesiser, Voice
from parley.speaking.sentences import sentences

CHUNK_TIMEOUT_S: Final = 5.0
"""A synthesiser that is silent this long has died."""
AHEAD_S: Final = 30.0
"""Sound made ahead of playout, at most."""
LETTERS_PER_S: Final = 15
"""Speed of speech, to judge a sentence whose sound is not complete."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Part:
    """One sentence and where its sound lies in the reply's, in bytes of the line's form."""

    text: str
    start: int
    end: int | None = None

    def heard(self, position: int, second_bytes: int) -> str:
        """The words of it that had been played at `position`: whole words, in proportion to the sound."""
        end = self.end
        if end is None:
            end = self.start + max(1, len(self.text) * second_bytes // LETTERS_PER_S)
        if position >= end:
            return self.text
        words = self.text.split()
        share = max(0, position - self.start) / max(1, end - self.start)
        return " ".join(words[: int(share * len(words))])


@dataclass(slots=True, kw_only=True, eq=False)
class Reply:
    """An answer on its way. Made by `speak`, played by the mouth."""

    turn_id: str
    text: str = ""
    language: Language
    form: SoundForm
    growing: bool = False
    """More words come, by `say`, until `tell`."""
    interruptible: bool = True
    executed: bool = False
    """Something was done in the world: what the person did not hear of it is told again."""
    told_from: int = 0
    """The first of its sentences that tells of it."""
    on_sound: Callable[[], None] | None = None
    """Called when there is more to play, or no more to come."""
    on_begin: Callable[[], None] | None = None
    """Called when its first frame is sent."""
    sound: bytearray = field(default_factory=bytearray)
    parts: list[Part] = field(default_factory=list)
    complete: bool = False
    """All its sound is made."""
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    """Clear while it is only a guess: then no more than its first sentence is made."""
    played: int = 0
    """Position in the sound up to which it was sent or, once it was stopped, played."""
    first_s: float | None = None
    """From asking for the sound to the first of it."""
    task: asyncio.Task[None] | None = None
    _sentences: list[str] = field(init=False)
    """The text in the parts in which it is synthesised: the first is heard while the second is made."""
    _more: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._sentences = list(sentences(self.text, self.language))

    def say(self, text: str) -> None:
        """More words of a growing reply."""
        self.text = f"{self.text} {text}".strip()
        self._sentences += sentences(text, self.language)
        self._more.set()

    def tell(self, texts: Sequence[str], *, executed: bool) -> None:
        """The last words of a growing reply: what was done, or found."""
        self.told_from, self.executed = len(self._sentences), executed
        for text in texts:
            self.say(text)
        self.growing = False
        self._more.set()

    async def sentence(self, number: int) -> str | None:
        """The sentence of that number, from 0, when it is there; None behind the last one."""
        while number >= len(self._sentences) and self.growing:
            self._more.clear()
            await self._more.wait()
        return self._sentences[number] if number < len(self._sentences) else None

    def add(self, sound: bytes) -> None:
        """More sound, in the line's form."""
        self.sound += sound
        self._tell()

    def finish(self) -> None:
        """No more sound comes."""
        self.complete = True
        self._tell()

    def _tell(self) -> None:
        if self.on_sound is not None:
            self.on_sound()

    def heard(self, position: int) -> str:
        """The words played up to `position` in bytes."""
        return " ".join(filter(None, (part.heard(position, self.form.second_bytes) for part in self.parts)))

    def unheard(self, position: int) -> str:
        """The sentences that were not played to their end, of those that tell what was done."""
        done = sum(1 for part in self.parts if part.end is not None and position >= part.end)
        return " ".join(self._sentences[max(done, self.told_from) :])

    def resume_at(self, position: int) -> int:
        """Where to go on after a false interruption: a little earlier, within the same sentence."""
        start = max((part.start for part in self.parts if part.start <= position), default=0)
        back = round(0.3 * self.form.rate) * self.form.sample_bytes
        return max(start, position - back)

    def discard(self) -> None:
        """Nobody wants it any more."""
        if self.task is not None:
            self.task.cancel()
        self.on_sound = self.on_begin = None
        self.wanted.set()


async def speak(reply: Reply, synthesiser: Synthesiser, voice: Voice | None, *, paced: bool = True) -> None:
    """Make the sound of `reply`, sentence by sentence. A synthesiser that fails ends it: what was made is played.

    Paced: not further ahead of playout than `AHEAD_S`, and of a mere guess only the first sentence.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        while (text := await reply.sentence(len(reply.parts))) is not None:
            if paced and reply.parts:
                await _room(reply)
            part = Part(text, len(reply.sound))
            reply.parts.append(part)
            sound = synthesiser.speak(text, language=reply.language, voice=voice, rate=reply.form.rate)
            while True:
                try:
                    async with asyncio.timeout(CHUNK_TIMEOUT_S):
                        pcm = await anext(sound)
                except StopAsyncIteration:
                    break
                if reply.first_s is None:
                    reply.first_s = clock() - began
                reply.add(reply.form.from_pcm(pcm))
            part.end = len(reply.sound)
    except TimeoutError:
        log.error("synthesis fell silent", provider=synthesiser.name, code=ExternalTimeout.code)
    except ParleyError as error:
        log.error("synthesis failed", provider=synthesiser.name, code=error.code)
    finally:
        reply.finish()


async def _room(reply: Reply) -> None:
    """Wait until the reply is wanted, and not too much of it waits to be played."""
    await reply.wanted.wait()
    surplus_s = (len(reply.sound) - reply.played) / reply.form.second_bytes - AHEAD_S
    if surplus_s > 0:
        await asyncio.sleep(surplus_s)
