"""How well intents and slots are understood.

    parley bench understanding --set snips --train TRAIN.jsonl --test DEV.jsonl   trains our architecture, measures it
    parley bench understanding --own                                              measures the model that ships

Files are in the format of the public sets: `{"text", "intent", "slots": [{"name", "start", "end"}]}`. Training wants
the extra `train`.
"""

import argparse
import datetime as dt
import importlib.util
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console
from rich.table import Table

from parley.evaluation.lines import of_domain
from parley.evaluation.world import country_of
from parley.understanding.calibrate import lead_over, threshold_for
from parley.understanding.result import OUT_OF_SCOPE
from parley.understanding.trained import PACKAGED, Trained
from parley.understanding.understander import NOTHING_EXPECTED, Understander

ROOT: Final = Path(__file__).parent.parent
HELD_OUT: Final = ROOT / "tests" / "data" / "heldout"
GOALS: Final[dict[str, dict[str, float]]] = {
    "snips": {"intent": 0.980, "slot_f1": 0.942},
    "hwu64": {"intent": 0.882, "slot_f1_overlap": 0.851},
    "clinc150": {"in_scope": 0.915, "oos_recall": 0.453},
    "banking77": {"intent": 0.90},
    "own": {
        "intent": 0.95,
        "all_slots": 0.90,
        "rejected": 0.90,
        "falsely_rejected": 0.03,
        "p50_ms": 3.0,
        "p99_ms": 15.0,
    },
}
"""What is to be reached: the best that was published without pretrained weights, and our own aims.

Entities of HWU64 are counted there by overlap (`Answers.overlap_f1`), slots of SNIPS by exact place.
"""
FALLBACK: Final = 0.4
"""Confidence under which the dialogue does not act."""
DURATION: Final = re.compile(r"(-?)P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?")
UNITS: Final = (604_800, 86_400, 3_600, 60, 1)
"""Seconds of weeks, days, hours, minutes and seconds."""
OUTSIDE: Final = ("oos", "out_of_scope")
KEPT: Final = 12
FALSELY: Final = 0.025
ROWS: Final = 60_000
RECIPES: Final[dict[str, dict[str, float]]] = {
    "snips": {"epochs": 18},
    "hwu64": {"epochs": 12},
    "clinc150": {"epochs": 9},
    "banking77": {"epochs": 12, "agreement": 1.0},
    "3i4k": {"epochs": 4},
}
"""How long each set is trained on; two passes that agree help where intents are many and lie close together."""
MISSING: Final = "this needs torch, onnx and onnxscript: install the extra `parley-voice[train]`, or give --own"


def main(argv: list[str]) -> int:
    """Measure, print a table beside the goals, and with --json the figures as one line."""
    parser = argparse.ArgumentParser(prog="parley bench understanding", description=__doc__)
    parser.add_argument("--set", default="", help="name of the set, for the goals")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--own", action="store_true", help="measure the packaged model on the held-back utterances")
    parser.add_argument("--held-out", type=Path, default=HELD_OUT)
    parser.add_argument("--model", type=Path, default=None, help="another model file for --own")
    parser.add_argument("--domain", action="store_true", help="with --own, tell the domain of each utterance")
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--wrong", type=int, default=0, metavar="N", help="with --own, list N that were misunderstood"
    )
    options = parser.parse_args(argv)
    if options.own:
        measured, wrong = measure_own(options.held_out, model=options.model, told=options.domain)
    elif options.train and options.test:
        if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx", "onnxscript")):
            print(MISSING, file=sys.stderr)
            return 2
        measured, wrong = {"": measure_set(options.train, options.test, _recipe(options))}, []
    else:
        parser.error("give --train and --test, or --own")
    _show(measured, "own" if options.own else options.set, as_json=options.json)
    for told in wrong[: options.wrong]:
        print(told)
    return 0


def _recipe(options: argparse.Namespace) -> dict[str, Any]:
    usual: dict[str, Any] = RECIPES.get(options.set, {"epochs": 16})
    return usual if options.epochs is None else {**usual, "epochs": options.epochs}


def measure_set(train: Path, test: Path, recipe: dict[str, Any]) -> dict[str, float]:
    """Train on one file, measure on another.

    Where the set has an intent for what is out of scope, one training example in `KEPT` is kept aside, and what is
    rejected is decided there: at most `FALSELY` of what is in scope.
    """
    from parley.understanding.training.batches import Encoder, Vocabularies
    from parley.understanding.training.examples import read_examples
    from parley.understanding.training.fit import Recipe, fit
    from parley.understanding.training.measure import answers
    from parley.understanding.training.network import Shape

    examples, tests = list(read_examples(train)), list(read_examples(test))
    outside = next((name for name in OUTSIDE if any(each.intent == name for each in examples)), None)
    kept = examples[::KEPT] if outside else []
    examples = [each for place, each in enumerate(examples) if place % KEPT or not outside]
    vocabularies = Vocabularies.of(examples, at_most=ROWS)
    shape = Shape(
        token_rows=len(vocabularies.tokens),
        bag_rows=len(vocabularies.bag),
        intents=len(vocabularies.classes),
        labels=len(vocabularies.labels),
    )
    console, started = Console(stderr=True), time.monotonic()
    network = fit(
        examples,
        vocabularies,
        shape,
        Recipe(**recipe),
        on_epoch=lambda epoch, loss, _: console.print(
            f"epoch {epoch}/{recipe['epochs']}, loss {loss:.3f}, {time.monotonic() - started:.0f} s"
        ),
    )
    encoder = Encoder(vocabularies)
    said = answers(network, encoder, tests)
    measured = {
        "intent": said.accuracy,
        "slot_f1": said.slot_f1,
        "slot_f1_tokens": said.token_f1,
        "slot_f1_overlap": said.overlap_f1,
    }
    if outside is not None:
        number = vocabularies.classes.index(outside)
        aside = answers(network, encoder, kept)
        least = threshold_for(lead_over(aside.scores, number), aside.gold != number, rejected=FALSELY)
        truly, rejected = said.gold == number, lead_over(said.scores, number) < least
        best = np.where(np.arange(said.scores.shape[1]) == number, -np.inf, said.scores).argmax(axis=1)
        measured |= {
            "in_scope": float(((best == said.gold) & ~rejected)[~truly].mean()),
            "oos_recall": float(rejected[truly].mean()),
            "falsely_rejected": float(rejected[~truly].mean()),
        }
    return measured


def measure_own(
    folder: Path, *, model: Path | None, told: bool = False
) -> tuple[dict[str, dict[str, float]], list[str]]:
    """The packaged model on held-back utterances, for each language and over all; and what went wrong.

    `told`: with the domain that each row states, as a line of `parley understand --jsonl` may state it.
    """
    from parley.understanding.embedded import Embedded

    started = time.perf_counter()
    trained = Trained(model or PACKAGED)
    load_s = time.perf_counter() - started
    Embedded(trained).warm()

    @cache
    def at_home(country: str) -> Understander:
        return Embedded(trained, country=country)

    measured: dict[str, dict[str, float]] = {}
    wrong: list[str] = []
    times: list[float] = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        judged = [_judged(at_home(country_of(row["tz"]) or "US"), row, times, told=told) for row in rows]
        wrong += [verdict.told for verdict in judged if verdict.told]
        measured[path.stem] = _figures(judged)
    if times:
        measured["all"] = {
            "p50_ms": 1000 * float(np.quantile(times, 0.5)),
            "p99_ms": 1000 * float(np.quantile(times, 0.99)),
        }
    measured.setdefault("all", {})["load_s"] = load_s
    measured["all"]["size_mb"] = (model or PACKAGED).stat().st_size / 1e6
    return measured, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One utterance, judged."""

    outside: bool
    rejected: bool
    intent: bool
    slots: bool
    told: str


def _judged(understander: Understander, row: dict[str, Any], times: list[float], *, told: bool) -> Verdict:
    now = dt.datetime.fromisoformat(row.get("now", "2026-06-11T10:00:00"))
    zone = ZoneInfo(row.get("tz", "America/New_York"))
    now = now.replace(tzinfo=zone) if now.tzinfo is None else now
    expectation = of_domain(row.get("domain", "")) if told else NOTHING_EXPECTED
    started = time.perf_counter()
    said = understander.understand(
        row["text"],
        language=row["lang"],
        now=now,
        zone=zone,
        context=row.get("context", {}),
        expectation=expectation,
    )
    times.append(time.perf_counter() - started)
    outside = row["intent"] == OUT_OF_SCOPE
    rejected = said.intent == OUT_OF_SCOPE or said.confidence < FALLBACK
    intent = said.intent == row["intent"]
    slots = intent and plain(said.slots) == plain(row.get("slots", {}))
    verdict = f"{row['lang']}  {row['text']}  wanted {row['intent']} {row.get('slots', {})}  got {said.intent}"
    verdict += f" ({said.confidence:.2f}) {dict(said.slots)}"
    right = rejected if outside else intent and slots and not rejected
    return Verdict(outside=outside, rejected=rejected, intent=intent, slots=slots, told="" if right else verdict)


def plain(value: Any) -> Any:
    """A value in the form in which two are compared: case, spaces and the spelling of durations count nothing."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case bool() | None:
            return value
        case int() | float():
            return float(value)
    text = " ".join(str(value).lower().replace("\u2019", "'").split())
    duration = DURATION.fullmatch(text.upper())
    if duration and any(duration.groups()[1:]):
        sign, *parts = duration.groups()
        return (-1 if sign else 1) * sum(float(part or 0) * unit for part, unit in zip(parts, UNITS, strict=True))
    return text


def _figures(judged: Sequence[Verdict]) -> dict[str, float]:
    inside, outside = [each for each in judged if not each.outside], [each for each in judged if each.outside]
    found: dict[str, float] = {}
    if inside:
        found["intent"] = sum(each.intent for each in inside) / len(inside)
        found["all_slots"] = sum(each.slots for each in inside) / len(inside)
        found["falsely_rejected"] = sum(each.rejected for each in inside) / len(inside)
    if outside:
        found["rejected"] = sum(each.rejected for each in outside) / len(outside)
    return found


def _show(measured: dict[str, dict[str, float]], name: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(measured))
        return
    goals = GOALS.get(name, {})
    table = Table(title=f"understanding: {name or 'set'}")
    for column in ("", "measure", "reached", "goal"):
        table.add_column(column)
    for part, figures in measured.items():
        for measure, value in figures.items():
            table.add_row(part, measure, f"{value:.4f}", f"{goals[measure]:.3f}" if measure in goals else "")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
