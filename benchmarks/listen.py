"""How well and how fast each local recogniser hears recorded people: `parley bench listen`.

Sets: `commands` (coffee orders in the grammar of their makers: whole commands right), `sentences` (read English, free
text: word error rate); `spoken` and `answers`, sentences of our own read by voices that are no people, with what the
house knows of them (`--part "held back"`: those that nothing was chosen on). Conditions: clean, with kitchen noise,
through a telephone (8 kHz mu-law).
"""

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
import yaml
from benchmarks import _spoken
from rich.console import Console
from rich.progress import track
from rich.table import Table

from parley.audio import ulaw
from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.contract import Expectation
from parley.listening.choosing import Recognisers
from parley.listening.phrasebook import Phrasebook, Source
from parley.listening.providers import PROVIDERS
from parley.listening.recognition import NOTHING_EXPECTED, Recogniser, transcribe
from parley.listening.settings import ListeningSettings
from parley.listening.voice_activity import VoiceActivity
from parley.server.settings import current

DATA: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
CONDITIONS: Final = ("clean", "noise", "telephone")
PATIENCE_S: Final = 120.0
"""For a transcript: a busy machine is no reason to have heard nothing."""
NOISE_DB: Final = 12.0
"""Speech over kitchen noise, on the whole recording."""

SLOTS: Final[Mapping[str, Sequence[str]]] = {
    "roast": ("light roast", "medium roast", "dark roast"),
    "numberOfShots": ("single shot", "double shot", "triple shot"),
    "coffeeDrink": (
        *("americano", "cappuccino", "espresso", "iced mocha", "latte", "mocha"),
        *("coffee", "drip coffee", "house coffee", "iced coffee"),
    ),
    "size": ("small", "medium", "large", "eight ounce", "twelve ounce", "sixteen ounce", "twenty ounce"),
    "milkAmount": ("milk", "skim milk", "whole milk", "soy milk", "almond milk", "cream"),
    "sugarAmount": ("sugar", "brown sugar", "sweetener"),
}
"""What can be ordered, as the set's own repository lists it, in the order in which it is looked for in a text."""
AMOUNTS: Final = ("a little bit of", "a bit of", "some", "a lot of", "lots of")
ORDER: Final = (
    "(brew|can I get|can I have|I want|get me|give me|I'd like|make me|may I have) (a|an) [<how>] <coffeeDrink> "
    "[with (<milk> [and <sugar>]|<sugar> [and <milk>])]"
)
HOW: Final = (
    "(<size> [<roast>] [<numberOfShots>]|<size> <numberOfShots> <roast>"
    "|<roast> [<size>] [<numberOfShots>]|<roast> <numberOfShots> <size>"
    "|<numberOfShots> [<size>] [<roast>]|<numberOfShots> <roast> <size>)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording and what is right for it."""

    sound: Sound
    text: str | None
    slots: Mapping[str, str] | None = None
    expectation: Expectation = NOTHING_EXPECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the result."""

    engine: str
    set: str
    condition: str
    recordings: int
    right: float
    """Share of commands with all their slots, or of sentences with all their words."""
    word_error_rate: float | None
    seconds_p50: float
    """From the end of the turn to the final transcript."""
    real_time_factor: float
    """CPU time of the worker for each second of speech."""
    megabytes: float


def recordings(name: str, limit: int) -> Iterator[Recording]:
    """Recordings of a set, spread evenly over it."""
    folder = DATA / {"commands": "barista", "sentences": "voxforge-en"}[name]
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows[:: max(1, len(rows) // limit)][:limit]:
        slots = {slot: " ".join(value.split()) for slot, value in (row.get("slots") or {}).items()}
        yield Recording(sound=read_sound(folder / row["file"], rate=16_000), text=row["text"], slots=slots or None)


async def read_aloud(name: str, part: str, voice: str, limit: int) -> list[Recording]:
    """Sentences of our own by one voice."""
    said = _spoken.spread([*_spoken.sentences(name, part)], limit)
    return [
        Recording(sound=await _spoken.voiced(each.text, voice), text=each.text, expectation=each.expectation)
        for each in said
    ]


def disturbed(sound: Sound, condition: str, noise: Sound, number: int) -> Sound:
    """The recording as it sounds in a condition."""
    if condition == "telephone":
        return Sound(samples=ulaw.decode(ulaw.encode(sound.resampled(ulaw.RATE).samples)), rate=ulaw.RATE)
    if condition == "clean":
        return sound
    start = number * 7919 % max(1, len(noise.samples) - len(sound.samples))
    speech = sound.samples.astype(np.float64)
    added = noise.samples[start : start + len(speech)].astype(np.float64)
    scale = np.sqrt((speech**2).mean() / max(1.0, (added**2).mean()) / 10 ** (NOISE_DB / 10))
    return Sound(samples=np.asarray(np.clip(speech + scale * added, -32768, 32767), np.int16), rate=sound.rate)


def order_phrasebook(folder: Path) -> Phrasebook:
    """The coffee orders as a skill's sentence file."""
    rules = {name: f"({'|'.join(words)})" for name, words in SLOTS.items()}
    amount = f"[({'|'.join(AMOUNTS)})]"
    rules |= {"how": HOW, "milk": f"{amount} <milkAmount>", "sugar": f"{amount} <sugarAmount>"}
    (folder / "sentences").mkdir(parents=True)
    content = yaml.safe_dump({"rules": rules, "intents": {"order": [ORDER]}})
    (folder / "sentences" / "en.yaml").write_text(content, encoding="utf-8")
    return Phrasebook(sources=(Source(folder=str(folder)),))


def slots_of(text: str) -> dict[str, str]:
    """The slots of an order, read from its words."""
    text = re.sub(r"[^a-z' ]", " ", text.lower())
    head, _, tail = text.partition(" with ")
    found = {}
    for slot, values in SLOTS.items():
        amount = f"(?:(?:{'|'.join(AMOUNTS)}) )?" if slot.endswith("Amount") else ""
        where = tail if amount else head
        longest = sorted(values, key=len, reverse=True)
        if match := re.search(rf"\b({amount}(?:{'|'.join(longest)}))\b", where):
            found[slot] = match[1]
            head = head if amount else head[: match.start()] + head[match.end() :]
    return found


def word_errors(said: str, heard: str) -> tuple[int, int]:
    """Wrong, missing and added words, and the number of words said."""
    wanted, got = (re.findall(r"[\w']+", text.lower()) for text in (said, heard))
    line = list(range(len(got) + 1))
    for row, word in enumerate(wanted, 1):
        above, line[0] = line[0], row
        for column, other in enumerate(got, 1):
            above, line[column] = line[column], min(line[column] + 1, line[column - 1] + 1, above + (word != other))
    return line[-1], len(wanted)


async def measure(engine: str, recogniser: Recogniser, name: str, condition: str, sounds: Sequence[Recording]) -> Row:
    """One engine over one set in one condition."""
    activity, noise = VoiceActivity(), read_sound(DATA / "noise" / "kitchen.flac", rate=16_000)
    right = errors = words = 0
    waits: list[float] = []
    seconds = 0.0
    await transcribe(recogniser, Sound(samples=np.zeros(1_600, np.int16), rate=16_000), language="en")
    worked = _worker_seconds()
    for number, recording in enumerate(sounds):
        heard = disturbed(recording.sound, condition, noise, number)
        spoken = activity.spoken_part(heard) or heard
        before = time.perf_counter()
        heard_as = await transcribe(recogniser, spoken, language="en", expectation=recording.expectation)
        text = heard_as.text
        waits.append(time.perf_counter() - before)
        seconds += spoken.seconds
        if recording.slots is not None:
            right += slots_of(text) == recording.slots
        if recording.text is not None:
            wrong, said = word_errors(recording.text.replace("-", " "), text)
            errors, words = errors + wrong, words + said
            right += not wrong
    return Row(
        engine=engine,
        set=name,
        condition=condition,
        recordings=len(sounds),
        right=right / len(sounds),
        word_error_rate=errors / words if words else None,
        seconds_p50=float(np.median(waits)),
        real_time_factor=(_worker_seconds() - worked) / seconds,
        megabytes=sum(child.memory_info().rss for child in psutil.Process().children()) / 2**20,
    )


def _worker_seconds() -> float:
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(time.user + time.system for time in times)


async def bench(arguments: argparse.Namespace) -> list[Row]:
    """Every engine that is present, over every set and condition that was asked for."""
    recorded = [name for name in arguments.set if name not in _spoken.SETS]
    own = [name for name in arguments.set if name in _spoken.SETS]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        if recorded:
            recognisers = Recognisers(
                ListeningSettings(timeout_s=PATIENCE_S), order_phrasebook(Path(folder) / "orders")
            )
            sets = {name: list(recordings(name, arguments.limit)) for name in recorded}
            rows += await _measured(recognisers, sets, arguments)
        if own:
            from parley.server.house import recognisers_for  # brings the whole house, which recordings do not need

            listening = current().listening.model_copy(update={"timeout_s": PATIENCE_S})
            recognisers = recognisers_for(current().model_copy(update={"listening": listening}))
            sets = {
                f"{name} {voice}": await read_aloud(name, arguments.part, voice, arguments.limit)
                for name in own
                for voice in _spoken.VOICES
            }
            rows += await _measured(recognisers, sets, arguments)
    return rows


async def _measured(
    recognisers: Recognisers, sets: Mapping[str, Sequence[Recording]], arguments: argparse.Namespace
) -> list[Row]:
    rows = []
    for engine in arguments.engine or PROVIDERS.names():
        recogniser = recognisers.named(engine)
        if recogniser is None or "en" not in recogniser.abilities.languages:
            continue
        for name, sounds in track(sets.items(), engine, console=Console(stderr=True), transient=True):
            rows += [await measure(engine, recogniser, name, each, sounds) for each in arguments.condition]
        await recogniser.close()
    return rows


def main(argv: list[str]) -> int:
    """Run the benchmark. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="parley bench listen", description=__doc__)
    parser.add_argument("--engine", action="append", help="only this one; may be repeated")
    parser.add_argument("--set", nargs="+", default=["commands"], choices=["commands", "sentences", *_spoken.SETS])
    parser.add_argument("--part", default="development", choices=["development", "held back"], help="of our own sets")
    parser.add_argument("--condition", nargs="+", default=list(CONDITIONS), choices=CONDITIONS)
    parser.add_argument("--limit", type=int, default=40, help="recordings of each set")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    if not DATA.exists():
        Console(stderr=True).print(f"the recordings are not here: {DATA}")
        return 2
    rows = asyncio.run(bench(arguments))
    if arguments.json:
        Console().print_json(json.dumps([asdict(row) for row in rows]))
        return 0
    table = Table(*(column.replace("_", " ") for column in Row.__dataclass_fields__))
    for row in rows:
        table.add_row(*map(_cell, asdict(row).values()))
    Console().print(table)
    return 0


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if value < 10 else f"{value:.0f}"
    return "-" if value is None else str(value)


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
