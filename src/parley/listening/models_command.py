"""`parley models list` and `parley models pull NAME`."""

from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from parley.contract import ParleyError
from parley.listening.models import catalogue, model_named, pull


def list_models(folder: Path, console: Console) -> int:
    """Print the catalogue and what of it is in `folder`. Returns the exit status."""
    table = Table("model", "languages", "size", "engine", "licence", "here")
    for model in catalogue():
        here = "yes" if model.present(folder) else ""
        size = f"{model.megabytes} MB"
        table.add_row(model.name, " ".join(model.languages), size, model.needs, model.licence, here)
    console.print(table)
    return 0


def pull_model(name: str, folder: Path, console: Console, *, client: httpx.Client | None = None) -> int:
    """Fetch a model with a progress bar; what goes wrong is one line. Returns the exit status."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        model = model_named(name)
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(name, total=None)
            target = pull(
                model,
                folder,
                progress=lambda have, whole: bar.update(task, completed=have, total=whole),
                client=client,
            )
    except ParleyError as error:
        console.print(error.message, soft_wrap=True, highlight=False)
        return 1
    console.print(f"{name} is in {target}; it is run by the package {model.needs}", soft_wrap=True, highlight=False)
    return 0
