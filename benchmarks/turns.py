"""`parley bench turns`: when a turn is taken to be over, and when a reply is taken to be interrupted.

*Recordings*: people who order and read aloud, with the pauses that they make. Their words are not known here, so the
strategies decide without a partial transcript. *Dictation*: telephone numbers, dates and names spoken by the house's
own voice in groups, with pauses between them as people make them; the words so far are known at every pause, as a
streaming recogniser gives them. A turn is cut off when its end is seen in a pause of the speaker. *Noise*: a kitchen,
heard over a reply: every stop of the reply is a false interruption. *Interruptions*: the recordings over a reply,
from their first window of speech to the stop.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.contract import Expectation, Kind, Language
from parley.conversation.turns import Signal, TurnTaking
from parley.listening.end_of_turn import EndOfTurn, end_of_turn
from parley.listening.settings import EndOfTurnSettings, ListeningSettings
from parley.listening.voice_activity import SPEECH, WINDOW_S, VoiceActivity
from parley.server.settings import current
from parley.speaking.synthesis import synthesiser_for

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
PAUSES_S: Final = (0.25, 0.9)
"""Between the groups of a number: evenly drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said, with what is known of it."""

    probabilities: Sequence[float]
    """Of speech, by window, silence at the end included."""
    language: Language = "en"
    expectation: Expectation = NOTHING
    words: tuple[tuple[float, str], ...] = ()
    """The words so far from this second on."""

    @property
    def last_s(self) -> float:
        """Where the last speech ends."""
        return (max(i for i, p in enumerate(self.probabilities) if p >= SPEECH) + 1) * WINDOW_S

    def partial(self, second: float) -> str:
        """What a recogniser has understood by then."""
        return next((text for start, text in reversed(self.words) if start <= second), "")


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="parley bench turns", description=__doc__.splitlines()[0])
    parser.add_argument("--audio", type=Path, default=AUDIO, help="folder of recordings")
    parser.add_argument("--most", type=int, default=60, help="recordings of each set")
    parser.add_argument("--repeats", type=int, default=5, help="of each dictation, with other pauses")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    activity = VoiceActivity()
    recorded = [turn for name in RECORDED for turn in recordings(arguments.audio / name, arguments.most, activity)]
    dictated = asyncio.run(dictation(arguments.repeats, activity))
    rows = [
        row(name, kind, strategy, turns)
        for kind, turns in (("recordings", recorded), ("dictation", dictated))
        if turns
        for name, strategy in strategies().items()
    ]
    report: dict[str, Any] = {"turns": rows, **interruptions(arguments.audio, recorded, activity)}
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


async def dictation(repeats: int, activity: VoiceActivity) -> list[Turn]:
    """What is dictated, in groups with pauses."""
    draw = random.Random(7)
    turns = []
    for language, kind, groups in DICTATION:
        synthesiser = synthesiser_for(language, current().speaking)
        spoken = []
        for group in groups:
            parts = [part async for part in synthesiser.speak(group, language=language, voice=None, rate=RATE)]
            samples = np.frombuffer(b"".join(parts), "<i2")
            loud = np.flatnonzero(np.abs(samples) > 300)
            spoken.append(samples[loud[0] : loud[-1] + 1])
        for _ in range(repeats):
            pieces, words, at, said = [np.zeros(RATE // 2, np.int16)], [], 0.5, ""
            for group, samples in zip(groups, spoken, strict=True):
                pause = np.zeros(round(draw.uniform(*PAUSES_S) * RATE), np.int16)
                at += len(samples) / RATE
                said = f"{said} {group}".strip()
                words.append((at, said))
                pieces += [samples, pause]
                at += len(pause) / RATE
            turn = heard(Sound(samples=np.concatenate(pieces[:-1]), rate=RATE), activity)
            expectation = Expectation(kind=kind)
            turns.append(replace(turn, language=language, expectation=expectation, words=tuple(words)))
    return turns


def ends(turn: Turn, strategy: EndOfTurn) -> float:
    """The second at which the turn is taken to be over."""
    taking = TurnTaking()
    for number, probability in enumerate(turn.probabilities):
        second = (number + 1) * WINDOW_S
        if taking.quiet or not taking.speaking:
            taking.wait_s = strategy.wait(
                partial=turn.partial(second),
                language=turn.language,
                expectation=turn.expectation,
                speech_s=taking.speech_s,
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
    after = []
    for turn in recorded:
        first = next(stopped(turn.probabilities), None)
        if first is not None:
            onset = next(i for i, p in enumerate(turn.probabilities) if p >= SPEECH)
            after.append((first - onset) * WINDOW_S)
    if after:
        report["true_ms"] = [round(float(np.percentile(after, at)) * 1000) for at in (50, 95)]
    return report


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
    lines = [f"{'set':<12}{'strategy':<12}{'turns':>7}{'cut off':>9}{'median wait ms':>16}"]
    lines += [
        f"{each['set']:<12}{each['strategy']:<12}{each['turns']:>7}{each['cut_off']:>9.1%}{each['median_wait_ms']!s:>16}"
        for each in report["turns"]
    ]
    if "false_a_minute" in report:
        lines.append(f"false interruptions by noise, a minute: {report['false_a_minute']}")
    if "true_ms" in report:
        lines.append(f"true ones stop the reply after ms, p50 / p95: {report['true_ms'][0]} / {report['true_ms'][1]}")
    return "\n".join(lines)
