"""The recognition of one utterance: opened when speech begins, fed while it lasts, finished when the turn ends."""

import asyncio
from collections.abc import Callable
from typing import Final

from parley.audio.sound import Sound
from parley.contract import Expectation, ExternalTimeout, Language
from parley.conversation.sound_form import SoundForm
from parley.listening.recognition import Preparing, Recogniser, Recognition, Transcript

OPEN_TIMEOUT_S: Final = 20.0
"""A local engine that is still loading its models opens when it has them: the first to speak waits, and is heard."""
FINISH_TIMEOUT_S: Final = 8.0
"""Above what any provider's own fallback takes: the caller is never left in silence for longer."""


class Utterance:
    """Feeds one recognition; sound that comes before it is open waits."""

    def __init__(
        self,
        recogniser: Recogniser,
        *,
        language: Language,
        form: SoundForm,
        expectation: Expectation,
        on_partial: Callable[[str], None],
    ) -> None:
        self._form = form
        self._recogniser = recogniser
        self._recognition: Recognition | None = None
        self._backlog: list[bytes] = []
        self.partial = ""
        """The words so far."""
        self._on_partial = on_partial
        self._opening = asyncio.get_running_loop().create_task(self._open(language, expectation))
        self._opening.add_done_callback(seen)

    async def _open(self, language: Language, expectation: Expectation) -> None:
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            self._recognition = await self._recogniser.open(
                language=language, rate=self._form.rate, expectation=expectation, on_partial=self._heard
            )
        self._recognition.feed(self._form.to_pcm(b"".join(self._backlog)))
        self._backlog.clear()

    def _heard(self, text: str) -> None:
        if text != self.partial:
            self.partial = text
            self._on_partial(text)

    def feed(self, sound: bytes) -> None:
        """More of it, in the line's form."""
        if self._recognition is None:
            self._backlog.append(sound)
        else:
            self._recognition.feed(self._form.to_pcm(sound))

    def prepare(self) -> None:
        """The person pauses, and may have finished."""
        if isinstance(self._recognition, Preparing):
            self._recognition.prepare()

    async def finish(self, sound: Sound) -> Transcript:
        """The transcript; `sound` is the whole turn. Raises ExternalTimeout, or what the recogniser raises."""
        try:
            await self._opening
            async with asyncio.timeout(FINISH_TIMEOUT_S):
                assert self._recognition is not None
                return await self._recognition.finish(sound=sound)
        except TimeoutError as error:
            self.cancel()
            raise ExternalTimeout("recognition did not answer", provider=self._recogniser.name) from error

    def cancel(self) -> None:
        """It was nothing."""
        self._opening.cancel()
        if self._recognition is not None:
            self._recognition.cancel()


def seen(task: asyncio.Task[None]) -> None:
    """An utterance that is cancelled is not asked how its opening went."""
    if not task.cancelled():
        task.exception()
