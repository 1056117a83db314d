"""What the tests of speaking share: the event loop's kind, and providers that do as they are told."""

from collections.abc import AsyncIterator, Sequence

import pytest

from parley.contract import Language
from parley.speaking.provider import Abilities, Voice


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Scripted:
    """A provider that plays one script a call: bytes are given, an exception is raised. The last script repeats."""

    def __init__(self, name: str, *scripts: Sequence[bytes | Exception]) -> None:
        self.name = name
        self.abilities = Abilities(voices={"en": (f"{name}-voice",)}, streaming=True, local=True)
        self.scripts = list(scripts)
        self.said: list[str] = []
        self.voices: list[Voice | None] = []
        self.closed_early = 0

    async def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncIterator[bytes]:
        self.said.append(text)
        self.voices.append(voice)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                yield step
        except GeneratorExit:
            self.closed_early += 1
            raise

    async def warm(self) -> None:
        for step in self.scripts[0]:
            if isinstance(step, Exception):
                raise step

    async def close(self) -> None:
        return None
