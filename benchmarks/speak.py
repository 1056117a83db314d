"""How fast each voice speaks: time to the first piece of sound, and seconds of sound made in a second.

parley bench speak [--engine espeak] [--rounds 20] [--rate 8000] [--json]
"""

import argparse
import asyncio
import json
import statistics
import time
from dataclasses import asdict, dataclass

from parley.contract import LANGUAGES, ConfigurationInvalid, Language
from parley.speaking.normalise import spoken
from parley.speaking.providers import found, opened
from parley.speaking.settings import SpeakingSettings
from parley.speaking.synthesis import Synthesiser

SENTENCES: dict[Language, str] = {
    "en": "Your appointment is on 2026-11-20 at 2:30 pm with Dr. Smith. Shall I book it?",
    "fr": "Votre rendez-vous est le 20/11/2026 à 14h30 avec le Dr Martin. Je le confirme ?",
    "ko": "예약은 2026년 11월 20일 14:30입니다. 예약해 드릴까요?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One engine in one language."""

    engine: str
    language: Language
    normalise_ms: float
    first_p50_ms: float
    first_p95_ms: float
    sound_s: float
    times_real_time: float


async def measure(synthesiser: Synthesiser, language: Language, *, rate: int, rounds: int) -> Row:
    """Each round says the sentence whole; the first piece is timed from the request, wording excluded."""
    begun = time.perf_counter()
    for _ in range(rounds):
        text = spoken(SENTENCES[language], language)
    normalise_ms = (time.perf_counter() - begun) / rounds * 1_000
    firsts, totals, size = [], [], 0
    await synthesiser.warm()
    for _ in range(rounds):
        begun, size, first = time.perf_counter(), 0, 0.0
        async for piece in synthesiser.speak(text, language=language, voice=None, rate=rate):
            first = first or time.perf_counter() - begun
            size += len(piece)
        firsts.append(first * 1_000)
        totals.append(time.perf_counter() - begun)
    seconds = size / 2 / rate
    return Row(
        engine=synthesiser.name,
        language=language,
        normalise_ms=normalise_ms,
        first_p50_ms=statistics.median(firsts),
        first_p95_ms=sorted(firsts)[int(len(firsts) * 0.95)],
        sound_s=seconds,
        times_real_time=seconds / statistics.median(totals),
    )


async def benchmark(engines: list[str], *, rate: int, rounds: int) -> tuple[list[Row], dict[str, str]]:
    """Rows of the engines that can be had, and the reasons of the others."""
    rows, absent, settings = [], {}, SpeakingSettings()
    for name in engines:
        try:
            synthesiser = opened(name, settings)
        except ConfigurationInvalid as reason:
            absent[name] = reason.message
            continue
        languages = [language for language in LANGUAGES if language in synthesiser.abilities.languages]
        rows += [await measure(synthesiser, language, rate=rate, rounds=rounds) for language in languages]
        await synthesiser.close()
    return rows, absent


def main(argv: list[str]) -> int:
    """Print the table; 1 when no engine could be measured."""
    parser = argparse.ArgumentParser(prog="parley bench speak", description=__doc__)
    parser.add_argument("--engine", action="append", choices=sorted(found()), help="default: espeak and piper")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=8_000, help="Hz of the channel")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    engines = options.engine or ["espeak", "piper"]
    rows, absent = asyncio.run(benchmark(engines, rate=options.rate, rounds=options.rounds))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "absent": absent}))
        return 0 if rows else 1
    print(
        f"{'engine':<12}{'lang':<6}{'words ms':>9}{'first p50':>11}{'first p95':>11}{'sound s':>9}{'x real time':>13}"
    )
    for row in rows:
        print(
            f"{row.engine:<12}{row.language:<6}{row.normalise_ms:>9.2f}{row.first_p50_ms:>11.2f}"
            f"{row.first_p95_ms:>11.2f}{row.sound_s:>9.2f}{row.times_real_time:>13.0f}"
        )
    for name, reason in absent.items():
        print(f"{name}: {reason}")
    return 0 if rows else 1
