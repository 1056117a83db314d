"""The Django applications of the house, found by looking: a package with `models.py` is one."""

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import parley


@cache
def names() -> tuple[str, ...]:
    """Dotted names of all applications: those of the house, those of its skills, and of skills from outside."""
    house = Path(parley.__file__).parent
    found = sorted(file.parent for pattern in ("*/models.py", "skills/*/models.py") for file in house.glob(pattern))
    inside = tuple(".".join(("parley", *folder.relative_to(house).parts)) for folder in found)
    return inside + tuple(point.value for point in entry_points(group="parley.applications"))
