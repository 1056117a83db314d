"""The YAML files in which the words of a language stand: one file, or a folder of themes beside it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from parley.contract.errors import ConfigurationInvalid


def page_files(folder: Path, language: str) -> Iterator[Path]:
    """`<language>.yaml` of a folder and all files in `<language>/`, in the order in which they are read."""
    yield from filter(Path.exists, (folder / f"{language}.yaml", *sorted((folder / language).glob("*.yaml"))))


def read_pages(folder: Path, language: str) -> Mapping[str, Any]:
    """The files of a language, as if they were one: lists under the same name are joined.

    Raises ConfigurationInvalid, also for a name that is a list here and a piece of text there.
    """
    joined: dict[str, Any] = {}
    for path in page_files(folder, language):
        _join(joined, read_yaml(path), path)
    return joined


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a file; empty where there is none. Raises ConfigurationInvalid."""
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ConfigurationInvalid(f"{path.name} is no YAML: {error}", file=str(path)) from error
    if not isinstance(content, dict):
        raise ConfigurationInvalid(f"{path.name} is no mapping", file=str(path))
    return content


def _join(into: dict[str, Any], more: Mapping[str, Any], path: Path) -> None:
    for name, content in more.items():
        match into.get(name), content:
            case None, _:
                into[name] = dict(content) if isinstance(content, dict) else content
            case dict() as known, dict():
                _join(known, content, path)
            case list() as known, list():
                into[name] = [*known, *content]
            case _:
                raise ConfigurationInvalid(f"{path.name} says {name} again", file=str(path), name=name)
