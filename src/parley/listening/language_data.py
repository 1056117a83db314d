"""The words of each language that listening needs, from the YAML files beside the code."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from parley.contract import Language

_FOLDER = Path(__file__).parent / "phrases"


@cache
def load(subject: str, language: Language) -> dict[str, Any]:
    """The data of one subject, `phrases/<subject>.<language>.yaml`. Treat it as frozen: it is shared."""
    data: dict[str, Any] = yaml.safe_load((_FOLDER / f"{subject}.{language}.yaml").read_text(encoding="utf-8"))
    return data
