"""`parley bench turns`: when a turn is taken to be over, and when a reply is taken to be interrupted.

*Recordings*: people who order and read aloud, with the pauses that they make. Their words are not known here, so the
strategies decide without a partial transcript. *Dictation*: telephone numbers, dates and names spoken by the house's
own voice in groups, with pauses between them as people make them; the words so far are known at every pause, as a
streaming recogniser gives them. *Wishes*: everyday sentences with one hesitation at a random place, the words known
and understood. A turn is cut off when its end is seen in a pause of the speaker. Rules were chosen on one half of a
set; "held back" is the other. *Noise*: a kitchen, and coughs, heard over a reply: every stop of the reply is a false
interruption. *Interruptions*: the recordings over a reply, from their first window of speech to the stop. *Followers*
(`--followers`): "mm-hm" over a reply as this machine's recognisers hear it (`_followers.py`).
"""

import argparse
import asyncio
import datetime as dt
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import yaml
from benchmarks._followers import followed
from numpy.typing import NDArray

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.contract import Expectation, Kind, Language
from parley.conversation.turns import Signal, TurnTaking
from parley.dialogue.complete import complete
from parley.listening.end_of_turn import EndOfTurn, end_of_turn
from parley.listening.settings import EndOfTurnSettings, ListeningSettings
from parley.listening.voice_activity import SPEECH, WINDOW_S, VoiceActivity
from parley.server.settings import current
from parley.skills.loader import intents
from parley.speaking.synthesis import synthesiser_for
from parley.understanding.embedded import embedded

Samples = NDArray[np.int16]

AUDIO: Final = Path(__file__).parents[2] / "shared" / "data" / "audio"
RECORDED: Final = ("barista", "voxforge-en", "voxforge-fr", "samples")
TAIL_S: Final = 3.0
RATE: Final = 8000
NOTHING: Final = Expectation()

DICTATION: Final[tuple[tuple[Language, Kind, tuple[str, ...]], ...]] = (
    ("en", Kind.PHONE, ("six one seven", "five five five", "zero one four two")),
    ("en", Kind.PHONE, ("it's two one two", "five five five", "zero one", "nine nine")),
    ("en", Kind.DATE, ("on the", "third of March")),
    ("en", Kind.DATE, ("next Tuesday", "at half past", "ten")),
    ("en", Kind.SPELLING, ("s m", "i t", "h")),
    ("en", Kind.NAME, ("my name is", "Anna Smith")),
    ("fr", Kind.PHONE, ("zéro six", "douze trente-quatre", "cinquante-six", "soixante-dix-huit")),
    ("fr", Kind.DATE, ("mardi prochain", "à", "quinze heures")),
    ("ko", Kind.PHONE, ("공일공", "일이삼사", "오육칠팔")),
    ("ko", Kind.DATE, ("다음 주 화요일", "오후 세 시요")),
)
HELD_BACK: Final[tuple[tuple[Language, Kind, tuple[str, ...]], ...]] = (
    ("en", Kind.PHONE, ("four one five", "five five five", "two six", "seven one")),
    ("en", Kind.PHONE, ("my number is three one two", "five five five", "oh one eight eight")),
    ("en", Kind.DATE, ("Wednesday", "in the morning")),
    ("en", Kind.DATE, ("the twenty first", "of June", "around noon")),
    ("en", Kind.TIME, ("at quarter", "past nine")),
    ("en", Kind.SPELLING, ("k o", "w a l", "s k i")),
    ("en", Kind.NAME, ("it's for", "Doctor Brown")),
    ("fr", Kind.PHONE, ("zéro un", "quarante-deux", "soixante-huit", "cinquante-trois", "zéro zéro")),
    ("fr", Kind.DATE, ("le vingt et un", "juin", "vers dix heures")),
    ("ko", Kind.PHONE, ("공일공", "구구팔팔", "일이공공")),
    ("ko", Kind.DATE, ("모레", "아침 아홉 시요")),
)
"""Written after the rules were settled, and not looked at while they were."""
SENTENCES: Final = Path(__file__).with_name("spoken_sentences.yaml")
HESITATION_S: Final = (0.2, 0.7)
COUGHS: Final = 40
PAUSES_S: Final = (0.25, 0.9)
"""Between the groups of a number: evenly drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said, with what is known of it."""

    probabilities: Sequence[float]
    """Of speech, by window, silence at the end included."""
    language: Language = "en"
    expectation: Expectation = NOTHING
    words: tuple[tuple[float, str, bool], ...] = ()
    """The words so far from this second on, and whether they are a complete wish."""

    @property
    def last_s(self) -> float:
        """Where the last speech ends."""
        return (max(i for i, p in enumerate(self.probabilities) if p >= SPEECH) + 1) * WINDOW_S

    def partial(self, second: float) -> tuple[str, bool]:
        """What a recogniser has understood by then."""
        return next(((text, whole) for start, text, whole in reversed(self.words) if start <= second), ("", False))


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="parley bench turns", description=__doc__.splitlines()[0])
    parser.add_argument("--audio", type=Path, default=AUDIO, help="folder of recordings")
    parser.add_argument("--most", type=int, default=300, help="recordings of each set")
    parser.add_argument("--repeats", type=int, default=5, help="of each dictation, with other pauses")
    parser.add_argument("--followers", action="store_true", help='also "mm-hm" with the recognisers that are here')
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    activity = VoiceActivity()
    recorded = [turn for name in RECORDED for turn in recordings(arguments.audio / name, arguments.most, activity)]
    sets = {
        "recordings": recorded[::2],
        "recordings, held back": recorded[1::2],
        "dictation": asyncio.run(dictation(DICTATION, arguments.repeats, activity)),
        "dictation, held back": asyncio.run(dictation(HELD_BACK, arguments.repeats, activity)),
        "wishes, held back": asyncio.run(wishes(activity)),
    }
    rows = [
        row(name, kind, strategy, turns)
        for kind, turns in sets.items()
        if turns
        for name, strategy in strategies().items()
    ]
    report: dict[str, Any] = {"turns": rows, **interruptions(arguments.audio, recorded, activity)}
    if arguments.followers:
        report["followers"] = [asdict(each) for each in followed()]
    print(json.dumps(report) if arguments.json else table(report))
    return 0


def strategies() -> Mapping[str, EndOfTurn]:
    """The strategies to compare."""
    fixed = {
        f"fixed {wait:.1f}": end_of_turn(
            ListeningSettings(end_of_turn=EndOfTurnSettings(strategy="fixed", usual_s=wait))
        )
        for wait in (0.3, 0.6, 0.9)
    }
    return fixed | {"adaptive": end_of_turn(ListeningSettings())}


def recordings(folder: Path, most: int, activity: VoiceActivity) -> Iterator[Turn]:
    """Those of a folder in which somebody speaks."""
    for file in sorted(folder.glob("*.flac"))[:most]:
        turn = heard(read_sound(file, rate=RATE), activity)
        if any(p >= SPEECH for p in turn.probabilities):
            yield turn


def heard(sound: Sound, activity: VoiceActivity) -> Turn:
    """The sound with a silence after it."""
    samples = np.concatenate((sound.samples, np.zeros(round(TAIL_S * RATE), np.int16)))
    return Turn(probabilities=activity.of_sound(Sound(samples=samples, rate=RATE)).tolist())


async def dictation(
    phrases: Sequence[tuple[Language, Kind, tuple[str, ...]]], repeats: int, activity: VoiceActivity
) -> list[Turn]:
    """What is dictated, in groups with pauses."""
    draw = random.Random(7)
    turns = []
    for language, kind, groups in phrases:
        spoken = [await voiced(group, language) for group in groups]
        for _ in range(repeats):
            pauses = [draw.uniform(*PAUSES_S) for _ in groups[1:]]
            turn = joined(groups, spoken, pauses, activity)
            turns.append(replace(turn, language=language, expectation=Expectation(kind=kind)))
    return turns


async def wishes(activity: VoiceActivity) -> list[Turn]:
    """Everyday sentences with a hesitation somewhere, and what the embedded understanding makes of each part."""
    draw = random.Random(5)
    understander, table = embedded(current()), intents()
    now = dt.datetime(2026, 3, 12, 10, 0, tzinfo=dt.UTC)

    def whole(text: str) -> bool:
        understood = understander.understand(
            text, language="en", now=now, zone=ZoneInfo("UTC"), expectation=NOTHING, context={}
        )
        return complete(understood, table)

    turns = []
    for sentence in yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))["held_back"]:
        words = sentence.split()
        at = draw.randrange(1, max(2, len(words)))
        groups = [group for group in (" ".join(words[:at]), " ".join(words[at:])) if group]
        spoken = [await voiced(group, "en") for group in groups]
        turn = joined(groups, spoken, [draw.uniform(*HESITATION_S) for _ in groups[1:]], activity)
        turns.append(replace(turn, words=tuple((second, text, whole(text)) for second, text, _ in turn.words)))
    return turns


async def voiced(text: str, language: Language) -> Samples:
    """The words by the house's own voice, without the silence around them."""
    synthesiser = synthesiser_for(language, current().speaking)
    parts = [part async for part in synthesiser.speak(text, language=language, voice=None, rate=RATE)]
    samples = np.frombuffer(b"".join(parts), "<i2")
    loud = np.flatnonzero(np.abs(samples) > 300)
    return samples[loud[0] : loud[-1] + 1]


def joined(
    groups: Sequence[str], spoken: Sequence[Samples], pauses: Sequence[float], activity: VoiceActivity
) -> Turn:
    """The groups with the pauses between them, half a second of silence ahead; their words known as each ends."""
    pieces, words, at, said = [np.zeros(RATE // 2, np.int16)], [], 0.5, ""
    for group, samples, pause in zip(groups, spoken, (*pauses, 0.0), strict=True):
        at += len(samples) / RATE
        said = f"{said} {group}".strip()
        words.append((at, said, False))
        pieces += [samples, np.zeros(round(pause * RATE), np.int16)]
        at += pause
    return replace(heard(Sound(samples=np.concatenate(pieces), rate=RATE), activity), words=tuple(words))


def ends(turn: Turn, strategy: EndOfTurn) -> float:
    """The second at which the turn is taken to be over."""
    taking = TurnTaking()
    for number, probability in enumerate(turn.probabilities):
        second = (number + 1) * WINDOW_S
        if taking.quiet or not taking.speaking:
            partial, whole = turn.partial(second)
            taking.wait_s = strategy.wait(
                partial=partial,
                language=turn.language,
                expectation=turn.expectation,
                speech_s=taking.speech_s,
                whole=whole,
            )
        if taking.window(probability, replying=False) is Signal.ENDED:
            return second
    return len(turn.probabilities) * WINDOW_S


def row(name: str, kind: str, strategy: EndOfTurn, turns: Sequence[Turn]) -> dict[str, Any]:
    """The share of turns that were cut off, and the silence that the others waited for."""
    waits = [ends(turn, strategy) - turn.last_s for turn in turns]
    waited = [wait for wait in waits if wait > 0]
    return {
        "set": kind,
        "strategy": name,
        "turns": len(turns),
        "cut_off": round(1 - len(waited) / len(turns), 3),
        "median_wait_ms": round(float(np.median(waited)) * 1000) if waited else None,
    }


def interruptions(folder: Path, recorded: Sequence[Turn], activity: VoiceActivity) -> dict[str, Any]:
    """False ones by noise, and how soon true ones stop the reply."""
    report: dict[str, Any] = {}
    for file in sorted((folder / "noise").glob("*.flac")):
        sound = read_sound(file, rate=RATE)
        stops = len(list(stopped(activity.of_sound(sound).tolist())))
        report["false_a_minute"] = round(stops / sound.seconds * 60, 2)
    report["false_by_coughs"] = sum(any(stopped(activity.of_sound(each).tolist())) for each in coughs()) / COUGHS
    after = []
    for turn in recorded:
        first = next(stopped(turn.probabilities), None)
        if first is not None:
            onset = next(i for i, p in enumerate(turn.probabilities) if p >= SPEECH)
            after.append((first - onset) * WINDOW_S)
    if after:
        report["true_ms"] = [round(float(np.percentile(after, at)) * 1000) for at in (50, 95)]
    return report


def coughs() -> Iterator[Sound]:
    """Bursts of noise of 0.1 to 0.35 s that fade, over a quiet room."""
    draw = np.random.default_rng(3)
    for _ in range(COUGHS):
        burst = np.zeros(RATE)
        length = int(RATE * draw.uniform(0.1, 0.35))
        width = int(draw.integers(1, 8))
        rough = np.convolve(draw.normal(0, 8_000, length), np.ones(width) / width, "same")
        burst[2_000 : 2_000 + length] = rough * np.exp(-np.arange(length) / (length * 0.3))
        samples = np.clip(burst + draw.normal(0, 20, RATE), -32768, 32767)
        yield Sound(samples=samples.astype(np.int16), rate=RATE)


def stopped(probabilities: Sequence[float]) -> Iterator[int]:
    """The windows after which a reply, always heard, falls silent."""
    taking = TurnTaking()
    for number, probability in enumerate(probabilities):
        signal = taking.window(probability, replying=True)
        if signal is Signal.INTERRUPTS:
            yield number + 1
        elif signal is Signal.ENDED:
            taking.end()


def table(report: dict[str, Any]) -> str:
    """For reading."""
    lines = [f"{'set':<24}{'strategy':<12}{'turns':>7}{'cut off':>9}{'median wait ms':>16}"]
    lines += [
        f"{each['set']:<24}{each['strategy']:<12}{each['turns']:>7}{each['cut_off']:>9.1%}{each['median_wait_ms']!s:>16}"
        for each in report["turns"]
    ]
    if "false_a_minute" in report:
        lines.append(f"false interruptions by noise, a minute: {report['false_a_minute']}")
    lines.append(f"coughs that stop a reply: {report['false_by_coughs']:.0%}")
    if "true_ms" in report:
        lines.append(f"true ones stop the reply after ms, p50 / p95: {report['true_ms'][0]} / {report['true_ms'][1]}")
    for each in report.get("followers", ()):
        lines.append(
            f"{each['language']}: {each['false_stops']} of {each['follows']} signs of following stop a reply, "
            f"{each['true_stops']} of {each['stops']} interruptions do"
        )
    return "\n".join(lines)
