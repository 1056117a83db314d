"""`parley bench functions`: how often the configured language model calls the right function with the right values.

Rows are those of the public function-calling sets (one JSON object a line, as in their README): English and Korean,
single and several calls, dialogues, and requests for which no function is right. The model is the first that the
settings name. A call is right when its name and all its values are, in any order of the calls.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks._function_rows import prompt_of, right
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from parley.contract import ParleyError
from parley.server.language_models import with_keys
from parley.server.settings import current
from parley.understanding.llm.choosing import LanguageModels, language_models

FOLDER: Final = Path(__file__).parents[2] / "shared" / "data" / "functions"
HOW: Final = """No language model is configured. One of these is enough:

  OPENAI_API_KEY=…     and OPENAI_MODEL where another than the default is meant
  ANTHROPIC_API_KEY=…  and ANTHROPIC_MODEL
  OPENAI_BASE_URL=http://127.0.0.1:11434/v1 OPENAI_MODEL=…   a server of your own (Ollama, vLLM, llama.cpp)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of one row."""

    category: str
    right: bool
    seconds: float
    failed: str | None = None
    """The code of the error, where there was no answer."""


def main(argv: list[str]) -> int:
    """Print a table of the share that is right in each category."""
    parser = argparse.ArgumentParser(prog="parley bench functions", description=__doc__)
    parser.add_argument("--file", type=Path, action="append", help="JSONL; default: all of ../shared/data/functions")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="the first N rows of each category")
    parser.add_argument("--category", action="append", help="only this one (may be repeated)")
    parser.add_argument("--at-once", type=int, default=8, metavar="N", help="requests at the same time")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="of one request")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args(argv)
    settings = with_keys(current()).model_copy(
        update={"timeout_s": arguments.timeout, "deadline_s": 3 * arguments.timeout, "failures_to_rest": 1_000_000}
    )
    models = language_models(settings)
    if models is None:
        print(HOW)
        return 1
    rows = rows_of(arguments.file or sorted(FOLDER.glob("*.jsonl")), arguments.category, arguments.limit)
    if not rows:
        parser.error(f"no rows: {FOLDER} is absent, or nothing fits")
    asked = asyncio.run(ask_all(models, rows, at_once=arguments.at_once, console=Console(stderr=True)))
    report = reported(models.names[0], asked)
    if arguments.json:
        print(json.dumps(report))
    else:
        show(report)
    return 0


def rows_of(files: Sequence[Path], categories: Sequence[str] | None, limit: int) -> list[dict[str, Any]]:
    """The rows of the files, of those categories, the first `limit` of each (0: all)."""
    taken: dict[str, int] = defaultdict(int)
    rows = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            category = row["category"]
            if (categories and category not in categories) or (limit and taken[category] >= limit):
                continue
            taken[category] += 1
            rows.append(row)
    return rows


async def ask_all(
    models: LanguageModels, rows: Sequence[dict[str, Any]], *, at_once: int, console: Console
) -> list[Asked]:
    """Every row once, some at the same time."""
    room = asyncio.Semaphore(at_once)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("asking", total=len(rows))

        async def one(row: dict[str, Any]) -> Asked:
            async with room:
                began = time.perf_counter()
                try:
                    answer = await models.answer(prompt_of(row))
                except ParleyError as error:
                    return Asked(category=row["category"], right=False, seconds=0.0, failed=error.code)
                finally:
                    progress.advance(task)
                seconds = time.perf_counter() - began
                return Asked(category=row["category"], right=right(row, answer.calls), seconds=seconds)

        try:
            return await asyncio.gather(*(one(row) for row in rows))
        finally:
            await models.close()


def reported(model: str, asked: Sequence[Asked]) -> dict[str, Any]:
    """The figures, by category and together."""
    by_category: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_category[each.category].append(each)
    categories = {name: _figures(rows) for name, rows in sorted(by_category.items())}
    return {"model": model, "categories": categories, "all": _figures(asked)}


def _figures(asked: Sequence[Asked]) -> dict[str, Any]:
    seconds = sorted(each.seconds for each in asked if each.failed is None)
    return {
        "rows": len(asked),
        "right": round(sum(each.right for each in asked) / len(asked), 4),
        "failed": sum(each.failed is not None for each in asked),
        "p50_s": round(statistics.median(seconds), 3) if seconds else None,
    }


def show(report: dict[str, Any]) -> None:
    """The report as a table."""
    table = Table("category", "rows", "right", "failed", "p50", title=report["model"])
    for name, figures in [*report["categories"].items(), ("all", report["all"])]:
        half = "" if figures["p50_s"] is None else f"{figures['p50_s']:.2f} s"
        table.add_row(name, str(figures["rows"]), f"{figures['right']:.1%}", str(figures["failed"]), half)
    Console().print(table)
