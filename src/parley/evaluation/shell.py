"""`parley shell`: type sentences and see what is understood, done and said; with `--explain`, why."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from parley.contract import LANGUAGES
from parley.dialogue.turn import TurnResult
from parley.evaluation import database
from parley.evaluation.world import Start
from parley.understanding.result import Understanding

_PROMPT = "› "


def main(argv: list[str]) -> int:
    """One conversation, in a world that is forgotten in the end."""
    parser = argparse.ArgumentParser(prog="parley shell", description="Type sentences and see what comes of them.")
    parser.add_argument("sentence", nargs="*", help="say this and leave")
    parser.add_argument("--explain", action="store_true", help="show scores, readings, acts and reasons")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--now", type=dt.datetime.fromisoformat, help="the moment of the conversation")
    parser.add_argument("--zone", default="UTC", help="IANA name of the time zone")
    arguments = parser.parse_args(argv)
    database.prepare()
    from parley.evaluation.player import Player

    now = arguments.now or dt.datetime.now(dt.UTC)
    console = Console()
    with database.world_of_its_own():
        player = Player(Start(lang=arguments.language, now=now, tz=arguments.zone))
        for text in [" ".join(arguments.sentence)] if arguments.sentence else _typed(console):
            result = player.user(text)
            if arguments.explain and player.said is not None:
                explain(player.said, result, console)
            console.print(result.reply, style="bold", markup=False)
            if result.ends:
                break
    return 0


def explain(said: Understanding, result: TurnResult, console: Console) -> None:
    """Intents with scores, slots with spans and readings, acts with reasons."""
    intents = Table("intent", "confidence", title=f"understood ({said.language})", title_justify="left")
    for intent, confidence in ((said.intent, said.confidence), *said.alternatives):
        intents.add_row(intent, f"{confidence:.2f}")
    console.print(intents)
    if said.spans:
        console.print(_slots(said))
    acts = Table("act", "why", title="done", title_justify="left")
    for act in result.acts:
        acts.add_row(type(act).__name__, act.why)
    console.print(acts)


def _slots(said: Understanding) -> Table:
    table = Table("slot", "words", "at", "value", "could also be", title="slots", title_justify="left")
    for span in said.spans:
        others: Iterable[Any] = said.ambiguous.get(span.slot, ())
        also = ", ".join(map(str, others))
        table.add_row(span.slot, span.text, f"{span.start}–{span.end}", str(said.slots.get(span.slot)), also)
    return table


def _typed(console: Console) -> Iterable[str]:
    """Lines until the end of input."""
    interactive = sys.stdin.isatty()
    while True:
        try:
            text = console.input(_PROMPT) if interactive else input()
        except (EOFError, KeyboardInterrupt):
            return
        if text.strip():
            yield text
