"""The code of docs/entities.md runs as printed."""

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs" / "entities.md"


def test_the_page_is_so() -> None:
    pieces = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) == 3
    known: dict[str, Any] = {}
    for piece in pieces:
        exec(compile(piece, PAGE.name, "exec"), known)  # noqa: S102 - our own page
