"""`parley bench load`: what a fixed load costs, against the committed baseline; for continuous integration.

Thirty calls take three turns each on a loop whose clock jumps, with the real core and voice activity, and
providers that answer at once. Two costs are compared: how many functions are called, which is the same on every
machine, and processor time as a multiple of a fixed piece of work done beside it, which is not quite. Above +20 % it
warns; it never fails, for a machine may be having a bad day.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import structlog
from numpy.typing import NDArray
from tests.conversation.world import World
from tests.virtual_time import run_virtual

from parley.conversation.floor import Floor
from parley.listening.voice_activity import Stream, VoiceActivity

BASELINE: Final = Path(__file__).with_name("load_baseline.json")
CALLS: Final = 30
TURNS: Final = 3
MORE: Final = 1.2
"""Times the baseline from which a cost is worth a warning."""


def main(argv: list[str]) -> int:
    """Print the costs; 0 whatever they are."""
    parser = argparse.ArgumentParser(prog="parley bench load", description=__doc__.splitlines()[0])
    parser.add_argument("--save", action="store_true", help="make this the baseline")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    run_virtual(load())
    costs = {"functions": functions(), "cpu": min(cpu() for _ in range(3))}
    if arguments.save:
        BASELINE.write_text(json.dumps(costs, indent=2) + "\n")
    baseline = json.loads(BASELINE.read_text())
    if arguments.json:
        print(json.dumps(costs | {"baseline": baseline}))
        return 0
    for name, cost in costs.items():
        change = cost / baseline[name] - 1
        print(f"{name:<12}{cost:>14,} baseline {baseline[name]:>14,} {change:>+7.1%}")
        if change > MORE - 1:
            print(f"::warning title=Load::the fixed load costs {change:+.0%} {name} against the baseline")
    return 0


def functions() -> int:
    """Functions called, Python's and others', by the load."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        run_virtual(load())
    finally:
        sys.setprofile(None)
    return count


def cpu() -> float:
    """Processor time of the load, as a multiple of a fixed piece of work."""
    began = time.process_time()
    run_virtual(load())
    loaded = time.process_time() - began
    return round(loaded / yardstick(), 2)


def yardstick() -> float:
    """Seconds of processor time for some Python and some matrices, such as the load is made of."""
    began = time.process_time()
    sum(hash(str(number)) & 1 for number in range(200_000))
    matrix = np.ones((256, 256), np.float32)
    for _ in range(200):
        matrix @ matrix
    return time.process_time() - began


async def load() -> None:
    """Thirty callers, out of step."""
    world = World()
    world.floor = Floor(Heard())
    await asyncio.gather(*(caller(world, number) for number in range(CALLS)))


class Heard(VoiceActivity):
    """The network at work, but loud is speech: the load takes the same turns every time."""

    def probabilities(self, streams: Sequence[Stream], windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of the streams' next windows."""
        super().probabilities(streams, windows)
        return (np.abs(windows).mean(axis=1) > 0.1).astype(np.float32)


async def caller(world: World, number: int) -> None:
    """One call: it waits, speaks, listens."""
    phone = await world.call(str(number), prompts=False)
    await phone.quiet(number % 10 / 10)
    for _ in range(TURNS):
        await phone.say("what time is it")
        await phone.quiet(2.0)
    await phone.conversation.close("hung_up")
