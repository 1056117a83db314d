"""`parley bench turn`: from the end of a turn to the first sound of the answer, typed and spoken.

The conversation core in this process, with the real understanding, dialogue, skills and synthesis; conversations take
their turns at the same time, each at its own random moment. A spoken turn plays a recording in real time. By default
the recogniser answers at once, so that what follows the final transcript is measured; `--recognise` uses the one that
is present.
"""

import argparse
import asyncio
import json
import random
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.conversation.conversation import Conversation
from parley.conversation.events import Event, TurnReport
from parley.conversation.floor import Floor
from parley.conversation.services import Opening, Services
from parley.conversation.sound_form import TELEPHONE
from parley.conversation.store import MemoryStore
from parley.conversation.warming import warm
from parley.listening.providers.instant import Instant
from parley.listening.voice_activity import VoiceActivity
from parley.server.house import recognisers_for, services_for
from parley.server.settings import current
from parley.speaking.synthesis import synthesiser_for

FRAME: Final = 160
FRAME_S: Final = 0.02
WIDTHS: Final = (9, 7, 17, 9, 22, 9)


class BenchLine:
    """Takes everything, plays nothing, keeps the reports."""

    form, frame_s, marks = TELEPHONE, 0.04, False

    def __init__(self) -> None:
        self.reports: list[TurnReport] = []
        self.told = asyncio.Event()

    def send(self, event: Event) -> None:
        """Keep what is measured."""
        if isinstance(event, TurnReport):
            self.reports.append(event)
            self.told.set()

    def play(self, frame: bytes) -> None:
        """Sound goes nowhere."""

    def clear(self) -> None:
        """Nothing is buffered."""

    def mark(self, name: str) -> None:
        """Not used."""

    def hang_up(self) -> None:
        """Nothing to hang up."""


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="parley bench turn", description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--text", default="what time is it")
    parser.add_argument("--recording", type=Path, help="what is spoken; default: the text by the house's own voice")
    parser.add_argument("--recognise", action="store_true", help="with the recogniser that is present")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    rows = asyncio.run(measure(arguments))
    if arguments.json:
        print(json.dumps(rows))
        return 0
    names = ("at once", "turns", "first sound p50", "p95 ms", "after transcript p95", "guessed")
    print(f"{'turn':<8}" + "".join(f"{name:>{width}}" for name, width in zip(names, WIDTHS, strict=True)))
    for row in rows:
        values = [*list(row.values())[1:-1], f"{row['guessed']:.0%}"]
        print(f"{row['kind']:<8}" + "".join(f"{value:>{width}}" for value, width in zip(values, WIDTHS, strict=True)))
    return 0


async def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """One row for each kind of turn and number of conversations."""
    settings = current()
    recognisers = recognisers_for(settings)
    services = services_for(settings, store=MemoryStore(), recognisers=recognisers, persistent=False)
    if not arguments.recognise:
        instant = Instant(arguments.text)
        services = replace(services, recogniser_for=lambda _: instant)
    floor = Floor(VoiceActivity())
    await warm(services, floor)
    speech = await spoken(arguments, settings.speaking)
    rows = []
    for kind in ("typed", "spoken"):
        for count in arguments.conversations:
            reports = await play(floor, services, arguments, speech if kind == "spoken" else None, count)
            rows.append(row(kind, count, reports))
    await recognisers.close()
    return rows


async def spoken(arguments: argparse.Namespace, speaking: Any) -> list[bytes]:
    """The spoken turn as frames of telephone sound."""
    if arguments.recording is not None:
        sound = read_sound(arguments.recording, rate=TELEPHONE.rate)
    else:
        synthesiser = synthesiser_for("en", speaking)
        pieces = [piece async for piece in synthesiser.speak(arguments.text, language="en", voice=None, rate=8000)]
        sound = Sound.of_bytes(b"".join(pieces), TELEPHONE.rate)
    line = TELEPHONE.from_pcm(sound.pcm)
    return [line[at : at + FRAME] for at in range(0, len(line) - FRAME, FRAME)]


async def play(
    floor: Floor, services: Services, arguments: argparse.Namespace, speech: list[bytes] | None, count: int
) -> list[TurnReport]:
    """All reports of `count` conversations at once."""
    turns = [converse(floor, services, arguments, speech) for _ in range(count)]
    return [report for reports in await asyncio.gather(*turns) for report in reports]


async def converse(
    floor: Floor, services: Services, arguments: argparse.Namespace, speech: list[bytes] | None
) -> list[TurnReport]:
    """One conversation with its turns."""
    line = BenchLine()
    opening = Opening(
        conversation_id=secrets.token_hex(8), channel="telephone", language="en", zone=ZoneInfo("UTC"), greeting=None
    )
    conversation = Conversation(opening=opening, line=line, floor=floor, services=services)
    await conversation.start()
    for _ in range(arguments.turns):
        await asyncio.sleep(random.uniform(0.2, 2.2))
        line.told.clear()
        if speech is None:
            conversation.type(arguments.text)
            await line.told.wait()
        else:
            await speak(conversation, line, speech)
        conversation.interrupt()
    await conversation.close("hung_up")
    return line.reports


async def speak(conversation: Conversation, line: BenchLine, speech: list[bytes]) -> None:
    """Speak in real time, then be silent until answered."""
    quiet = TELEPHONE.silence(FRAME_S)
    loop = asyncio.get_running_loop()
    due = loop.time()
    for number in range(len(speech) + 500):
        conversation.hear(speech[number] if number < len(speech) else quiet)
        if line.told.is_set():
            return
        due += FRAME_S
        await asyncio.sleep(max(0.0, due - loop.time()))


def row(kind: str, count: int, reports: list[TurnReport]) -> dict[str, Any]:
    """The figures of one measurement, in milliseconds."""
    first = [report.first_sound_ms for report in reports if report.first_sound_ms is not None]
    after = [
        report.first_sound_ms - sum(stage.ms for stage in report.stages if stage.stage == "recognition")
        for report in reports
        if report.first_sound_ms is not None
    ]
    return {
        "kind": kind,
        "conversations": count,
        "turns": len(first),
        "first_sound_p50": round(float(np.percentile(first, 50)), 1),
        "first_sound_p95": round(float(np.percentile(first, 95)), 1),
        "after_transcript_p95": round(float(np.percentile(after, 95)), 1),
        "guessed": sum(report.speculated for report in reports) / max(1, len(reports)),
    }
