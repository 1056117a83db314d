"""The code of docs/scheduling.md runs as printed, piece after piece."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "scheduling.md"


@pytest.mark.django_db
def test_the_page_is_so() -> None:
    pieces = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) == 8
    known: dict[str, Any] = {}
    for piece in pieces:
        exec(compile(piece, PAGE.name, "exec"), known)  # noqa: S102 - our own page
