"""Where settings come from beside the environment: a file, and the runtime file."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from parley.contract import ConfigurationInvalid


class FileLayer(PydanticBaseSettingsSource):
    """Settings of a TOML or JSON file. An unknown name is an error: it would be a silent misspelling."""

    def __init__(self, settings_cls: type[BaseSettings], path: Path) -> None:
        super().__init__(settings_cls)
        self._path = path

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One field's value: (value, key, whether it is complex and still encoded)."""
        return self._values().get(field_name), self._key(field, field_name), False

    def __call__(self) -> dict[str, Any]:
        """All values, under the names that every layer shares, so that a stronger layer replaces them."""
        fields = self.settings_cls.model_fields
        return {self._key(fields[name], name): value for name, value in self._values().items()}

    def _values(self) -> dict[str, Any]:
        values = _flat(_content(self._path), whole=set(self._allowed()))
        if unknown := sorted(set(values) - set(self._allowed())):
            raise ConfigurationInvalid(f"{self._path.name}: unknown settings: {', '.join(unknown)}")
        return values

    def _allowed(self) -> list[str]:
        return list(self.settings_cls.model_fields)

    @staticmethod
    def _key(field: FieldInfo, name: str) -> str:
        alias = field.validation_alias
        choices = getattr(alias, "choices", None)
        return str(choices[0]) if choices else name


class RuntimeLayer(FileLayer):
    """Settings that may change while the server runs; only the fields marked for it."""

    def _allowed(self) -> list[str]:
        fields = self.settings_cls.model_fields
        return [name for name, field in fields.items() if (field.json_schema_extra or {}) == {"runtime": True}]


def _content(path: Path) -> dict[str, Any]:
    """The tables of a file, empty when there is none. Raises ConfigurationInvalid for a broken one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        content = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise ConfigurationInvalid(f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationInvalid(f"{path.name} is no table of settings")
    return content


def _flat(tables: Mapping[str, Any], *, whole: set[str]) -> dict[str, Any]:
    """`{"db": {"host": …}}` as `{"db_host": …}`; a table that is a setting itself stays whole."""
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, Mapping) and key not in whole:
            flat |= {f"{key}_{inner}": item for inner, item in _flat(value, whole=set()).items()}
        else:
            flat[key] = value
    return flat


def machine_zone() -> str:
    """The IANA name of this machine's time zone, UTC where it cannot be told."""
    if named := os.environ.get("TZ", "").lstrip(":"):
        return named
    _, _, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name or "UTC"
