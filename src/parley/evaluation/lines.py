"""`parley understand --jsonl` and `parley converse --jsonl`: the machine's way in, one JSON object a line."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError

from parley.contract import Expectation, ParleyError, RequestInvalid
from parley.evaluation import database
from parley.evaluation.world import Start, skill_of


class Utterance(Start):
    """A line to understand by itself."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)
    text: str


class Opened(Start):
    """The start of a conversation; keys of another program's own are passed over."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)


class Line(BaseModel):
    """A line of a conversation: the start of one, or what the person says."""

    start: Opened | None = None
    user: str | None = None
    recognised: float = 1.0
    """How sure a recogniser was of the words."""


def main_understand(argv: list[str]) -> int:
    """`parley understand`."""
    arguments = _parsed(argv, "understand", "Understand one utterance a line.")
    database.prepare()
    from parley.evaluation.player import understood_alone

    def understood(line: dict[str, Any]) -> dict[str, Any]:
        said = Utterance.model_validate(line)
        return understood_alone(said.text, said, told=line.get("lang") is not None).as_json()

    return _answered(arguments.input, understood)


@cache
def of_domain(domain: str) -> Expectation:
    """What is likely to be said where only one skill is offered: its intents, and nothing excluded."""
    from parley.skills.sources import sources

    known = {source.folder.name: tuple(source.intents) for source in sources()}
    return Expectation(intents=known.get(skill_of(domain), ()))


def main_converse(argv: list[str]) -> int:
    """`parley converse`."""
    arguments = _parsed(argv, "converse", "Hold conversations on a virtual clock, one turn a line.")
    database.prepare()
    from parley.evaluation.player import Player, as_json

    def opened(start: Start) -> Player:
        try:
            return Player(start)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RequestInvalid(f"no such world can be made: {error!r}") from error

    player: Player | None = None
    worlds = _Worlds()

    def answered(line: dict[str, Any]) -> dict[str, Any] | None:
        nonlocal player
        read = Line.model_validate(line)
        if read.start is not None:
            worlds.next()
            player = None
            player = opened(read.start)
        if read.user is None:
            return None
        if player is None:
            raise RequestInvalid("the first line starts a conversation")
        return as_json(player.user(read.user, recognised=read.recognised), now=player.context.now)

    status = _answered(arguments.input, answered)
    worlds.close()
    return status


class _Worlds:
    """One world after the other, each forgotten when the next begins."""

    def __init__(self) -> None:
        self._open: Iterator[None] | None = None

    def next(self) -> None:
        """Begin an empty one."""
        self.close()
        self._open = _held()
        next(self._open)

    def close(self) -> None:
        """Forget the present one."""
        if self._open is not None:
            next(self._open, None)
            self._open = None


def _held() -> Iterator[None]:
    with database.world_of_its_own():
        yield


def _parsed(argv: list[str], name: str, description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"parley {name}", description=description)
    parser.add_argument("--jsonl", action="store_true", required=True, help="JSON lines in, JSON lines out")
    parser.add_argument("input", nargs="?", type=Path, help="a file; else standard input")
    return parser.parse_args(argv)


def _answered(file: Path | None, answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
    """Answer every line of a file, else of standard input."""
    if file is None:
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        return _each(sys.stdin, answer)
    with file.open(encoding="utf-8", errors="replace") as lines:
        return _each(lines, answer)


def _each(lines: TextIO, answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
    """Answer every line; one that is wrong gets an error and harms no other."""
    wrong = 0
    for text in lines:
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise RequestInvalid("a line is an object")
            out = answer(line)
        except (json.JSONDecodeError, RecursionError, ValidationError) as error:
            out, wrong = RequestInvalid(f"the line cannot be read: {error}").as_json(), wrong + 1
        except ParleyError as error:
            out, wrong = error.as_json(), wrong + 1
        if out is not None:
            print(json.dumps(out, ensure_ascii=False), flush=True)
    return 1 if wrong else 0
