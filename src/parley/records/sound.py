"""Kept sound: files under the data directory, only of people who opted in, each with its last day."""

import datetime as dt
from pathlib import Path
from typing import Final

from django.conf import settings

FOLDER: Final = "audio"


def keep(wav: bytes, *, turn_id: str, at: dt.datetime) -> str:
    """Write one turn's sound; its path under the data directory. Readable by the server's own user only."""
    relative = Path(FOLDER) / f"{at:%Y-%m-%d}" / f"{turn_id}.wav"
    path = settings.PARLEY.data_dir / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(wav)
    return str(relative)


def path_of(relative: str) -> Path:
    """The file of a kept sound."""
    path: Path = settings.PARLEY.data_dir / relative
    return path


def forget(relative: str) -> None:
    """Delete a kept sound; that it is gone already is well."""
    if relative:
        path_of(relative).unlink(missing_ok=True)
