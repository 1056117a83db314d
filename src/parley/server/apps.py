"""The Django applications of the house, found by looking: a package with `models.py` is one."""

from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import parley


def with_module(module: str) -> tuple[str, ...]:
    """Dotted names of all packages, applications or not, that have a certain module (`api`)."""
    house = Path(parley.__file__).parent
    files = sorted(file for pattern in ("*", "*/*") for file in house.glob(f"{pattern}/{module}.py"))
    inside = tuple(".".join(("parley", *file.parent.relative_to(house).parts)) for file in files)
    outside = (name for name in names() if not name.startswith("parley.") and find_spec(f"{name}.{module}"))
    return tuple(name for name in inside if name != "parley.server") + tuple(outside)


@cache
def names() -> tuple[str, ...]:
    """Dotted names of all applications: those of the house, those of its skills, and of skills from outside."""
    house = Path(parley.__file__).parent
    found = sorted(file.parent for pattern in ("*/models.py", "*/*/models.py") for file in house.glob(pattern))
    inside = tuple(".".join(("parley", *folder.relative_to(house).parts)) for folder in found)
    return inside + tuple(point.value for point in entry_points(group="parley.applications"))
