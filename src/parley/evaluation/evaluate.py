"""`parley eval FILES`: written conversations, played in parallel, with a report."""

import argparse
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from parley.contract import ParleyError, RequestInvalid
from parley.evaluation import database
from parley.evaluation.calls.script import Call, calls
from parley.evaluation.judge import Verdict, judge
from parley.evaluation.report import html, junit
from parley.evaluation.script import Conversation, conversations

_WORTH_A_PROCESS = 40
"""Conversations that one process plays in about the time that starting another takes."""
_WORTH_A_SERVER = 5
"""Callers for whom a server of their own is started."""


JudgeCalls = Callable[[Sequence[Call], bool], list[Verdict]]
"""Plays callers, in a process of their own. The flag: the embedded recogniser listens."""


def main(argv: list[str], *, judge_calls: JudgeCalls | None = None) -> int:
    """Play all; 0 when everything was as written, 1 when not, 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="parley eval", description="Try conversations written in YAML.")
    parser.add_argument("files", nargs="+", type=Path, help="files or folders")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at most")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report to read")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a report for a build server")
    parser.add_argument(
        "--as-written",
        action="store_true",
        help="take for understood what the files say, to try dialogue and skills alone",
    )
    parser.add_argument(
        "--embedded",
        action="store_true",
        help="have the callers of calls heard by this machine's recogniser, which may mishear; the figure is told",
    )
    arguments = parser.parse_args(argv)
    console = Console(stderr=True)
    try:
        wanted, callers = conversations(arguments.files), calls(arguments.files)
        verdicts = _all(wanted, console, jobs=arguments.jobs, as_written=arguments.as_written)
        verdicts += _called(callers, judge_calls, jobs=arguments.jobs, embedded=arguments.embedded)
    except ParleyError as error:
        console.print(f"parley eval: {error.message}", style="red", markup=False)
        return 2
    database.prepare()  # the templates of the reports are Django's
    for write, file in ((html, arguments.html), (junit, arguments.junit)):
        if file is not None:
            file.write_text(write(verdicts), encoding="utf-8")
    return _told(verdicts, console)


def _all(wanted: Sequence[Conversation], console: Console, *, jobs: int, as_written: bool) -> list[Verdict]:
    """Every verdict, in the order in which the conversations are written."""
    found: dict[int, Verdict] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("conversations", total=len(wanted))
        for index, verdict in _played(wanted, jobs=jobs, as_written=as_written):
            found[index] = verdict
            progress.advance(bar)
    return [found[index] for index in range(len(wanted))]


def _played(wanted: Sequence[Conversation], *, jobs: int, as_written: bool) -> Iterator[tuple[int, Verdict]]:
    processes = min(jobs, -(-len(wanted) // _WORTH_A_PROCESS))
    if processes <= 1:
        database.prepare()
        for index, conversation in enumerate(wanted):
            yield index, judge(conversation, as_written=as_written)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=database.prepare) as pool:
        started = {
            pool.submit(judge, conversation, as_written=as_written): index
            for index, conversation in enumerate(wanted)
        }
        for done in as_completed(started):
            yield started[done], done.result()


def _called(callers: Sequence[Call], judge_calls: JudgeCalls | None, *, jobs: int, embedded: bool) -> list[Verdict]:
    """The verdicts on all callers, in their order: each process has a server and plays its share one by one.

    Raises RequestInvalid where there is no server to be called.
    """
    if not callers:
        return []
    if judge_calls is None:
        raise RequestInvalid("calls can only be played by `parley eval`, which brings a server")
    processes = max(1, min(jobs, -(-len(callers) // _WORTH_A_SERVER)))
    share = -(-len(callers) // processes)
    shares = [callers[at : at + share] for at in range(0, len(callers), share)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=database.prepare) as pool:
        return [verdict for done in pool.map(judge_calls, shares, [embedded] * len(shares)) for verdict in done]


def _told(verdicts: Sequence[Verdict], console: Console) -> int:
    wrong = [verdict for verdict in verdicts if not verdict.right]
    for verdict in wrong:
        mark, style = ("≈", "yellow") if verdict.went_right else ("✗", "red")
        console.print(f"{mark} {verdict.file}: {verdict.name}", style=style, markup=False)
        for fault in verdict.faults:
            console.print(f"    {fault}", markup=False)
    right = len(verdicts) - len(wrong)
    console.print(f"{right} of {len(verdicts)} conversations went as written", style="red" if wrong else "green")
    served = sum(verdict.went_right for verdict in wrong)
    if served:
        console.print(f"≈ {served} more came out as written, of words that were understood otherwise by themselves")
    return 1 if wrong else 0
