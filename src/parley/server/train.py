"""`parley train`: learn the sentences of all installed skills, on a processor, in minutes."""

import argparse
import importlib.util
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from parley.contract import ConfigurationInvalid
from parley.understanding.trained import PACKAGED

MISSING = "`parley train` needs torch, onnx and onnxscript: install the extra `parley-voice[train]`."


def main(argv: list[str]) -> int:
    """Train and write the model file; 0 when it is written, 1 when sentences are wrong, 2 when torch is missing."""
    parser = argparse.ArgumentParser(prog="parley train", description=__doc__)
    parser.add_argument("--out", type=Path, default=PACKAGED, help="the model file to write")
    parser.add_argument(
        "--from",
        dest="after",
        type=Path,
        nargs="?",
        const=PACKAGED,
        metavar="MODEL",
        help="go on from a model (that of the package, if none is named) instead of beginning anew",
    )
    parser.add_argument("--each", type=int, default=None, help="utterances of an intent in a language")
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--check", action="store_true", help="only read the sentence files and say what is wrong")
    options = parser.parse_args(argv)
    try:
        return _check() if options.check else _train(options)
    except ConfigurationInvalid as error:
        print(error.message, file=sys.stderr)
        return 1


def _check() -> int:
    from parley.skills.sources import sources
    from parley.understanding.training.corpus import Corpus

    said = sum(1 for _ in Corpus(sources()).examples(each=40))
    print(f"The sentences of all skills are sound ({said} said aloud).")
    return 0


def _train(options: argparse.Namespace) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx", "onnxscript")):
        print(MISSING, file=sys.stderr)
        return 2
    from parley.skills.sources import sources
    from parley.understanding.training.train import Plan, train

    plan = Plan().with_changes(each=options.each, epochs=options.epochs, seed=options.seed)
    console, started = Console(), time.monotonic()
    columns = (TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=1.0)
        measured = train(
            sources(),
            into=options.out,
            plan=plan,
            after=options.after,
            report=lambda stage, share: progress.update(task, completed=share, description=stage),
        )
    table = Table(title=f"{options.out.name}, {options.out.stat().st_size / 1e6:.1f} MB, kept-back templates")
    for name in measured:
        table.add_column(name)
    table.add_row(*(str(value) for value in measured.values()))
    console.print(table)
    console.print(f"{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
