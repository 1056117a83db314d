"""Models that are fetched from the places of their makers: what there is, what is here, and getting it.

The catalogue stands in `models.yaml`. A model is a folder of `models_dir`, named as in the catalogue; it appears
there only when it is complete.
"""

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import httpx
import yaml

from parley.contract import ConfigurationInvalid, ExternalTimeout, Language, NotFound

CONNECT_S: Final = 10.0

Progress = Callable[[int, int | None], None]
"""Told the bytes that are here and those that there will be, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One download of a model."""

    url: str
    sha256: str | None = None
    """None where the maker publishes none: the length is checked all the same."""
    name: str | None = None
    """Name in the folder; None: an archive that is unpacked there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model of the catalogue."""

    name: str
    provider: str
    languages: tuple[Language, ...]
    megabytes: int
    licence: str
    files: tuple[File, ...]
    needs: str
    """The Python package that runs it."""

    def present(self, folder: Path) -> bool:
        """Whether it is on disk, complete."""
        return (folder / self.name).is_dir()


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model that can be pulled, those of a language in the order of preference."""
    rows = yaml.safe_load((Path(__file__).parent / "models.yaml").read_text(encoding="utf-8"))
    return tuple(
        Model(**{**row, "languages": tuple(row["languages"]), "files": tuple(File(**file) for file in row["files"])})
        for row in rows
    )


def model_named(name: str) -> Model:
    """A model of the catalogue. Raises NotFound."""
    for model in catalogue():
        if model.name == name:
            return model
    raise NotFound(f"no model is called {name!r}; `parley models list` shows them")


def present_models(provider: str, folder: Path) -> dict[Language, Path]:
    """For each language, the folder of the first model of a provider that is on disk."""
    found: dict[Language, Path] = {}
    for model in catalogue():
        if model.provider == provider and model.present(folder):
            for language in model.languages:
                found.setdefault(language, folder / model.name)
    return found


def pull(model: Model, folder: Path, *, progress: Progress, client: httpx.Client | None = None) -> Path:
    """Fetch a model, going on where an earlier try broke off. Returns its folder.

    Raises ExternalTimeout when its place cannot be reached, ConfigurationInvalid when what came is not it.
    """
    target = folder / model.name
    if target.is_dir():
        return target
    coming = folder / f".{model.name}.coming"
    coming.mkdir(parents=True, exist_ok=True)
    with client or httpx.Client(follow_redirects=True, timeout=httpx.Timeout(60.0, connect=CONNECT_S)) as session:
        for number, file in enumerate(model.files):
            path = coming / (file.name or f"archive-{number}{_ending(file.url)}")
            path.parent.mkdir(parents=True, exist_ok=True)
            _download(session, file, path, progress)
            if file.name is None:
                _unpack(path, coming)
                path.unlink()
    coming.rename(target)
    return target


def _download(session: httpx.Client, file: File, path: Path, progress: Progress) -> None:
    part = path.with_name(path.name + ".part")
    have = part.stat().st_size if part.exists() else 0
    try:
        with session.stream("GET", file.url, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
            answer.raise_for_status()
            resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
            have = have if resumed else 0
            length = answer.headers.get("Content-Length")
            whole = have + int(length) if length else None
            with part.open("ab" if resumed else "wb") as out:
                for chunk in answer.iter_raw():
                    out.write(chunk)
                    have += len(chunk)
                    progress(have, whole)
    except httpx.HTTPStatusError as error:
        raise ExternalTimeout(f"{file.url} answers {error.response.status_code}") from error
    except httpx.HTTPError as error:
        host = httpx.URL(file.url).host
        raise ExternalTimeout(f"this machine cannot reach {host}: fetch the model elsewhere and copy it") from error
    if whole is not None and have != whole:
        raise ExternalTimeout(f"{file.url} broke off after {have} of {whole} bytes; pull again to go on")
    _check(file, part)
    part.rename(path)


def _check(file: File, path: Path) -> None:
    if file.sha256 is None:
        return
    with path.open("rb") as data:
        found = hashlib.file_digest(data, "sha256").hexdigest()
    if found != file.sha256:
        path.unlink()
        raise ConfigurationInvalid(f"{file.url} is not what it was: its checksum is {found}")


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack, and lift what lies in the one folder of the archive."""
    inside = folder / ".unpacked"
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(inside)  # noqa: S202 zipfile keeps members inside the folder
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(inside, filter="data")
    roots = list(inside.iterdir())
    root = roots[0] if len(roots) == 1 and roots[0].is_dir() else inside
    for path in list(root.iterdir()):
        shutil.move(path, folder / path.name)
    shutil.rmtree(inside)


def _ending(url: str) -> str:
    return next((ending for ending in (".zip", ".tar.bz2", ".tar.gz", ".tgz") if url.endswith(ending)), ".tar")
