"""`parley bench NAME`: a benchmark of the folder benchmarks/, which is part of the repository and not the package."""

import importlib.util
import os
import sys
from pathlib import Path

import django


def main(argv: list[str]) -> int:
    """Run one benchmark, or list them."""
    folder = Path.cwd() / "benchmarks"
    names = sorted(file.stem for file in folder.glob("[!_]*.py"))
    if not argv or argv[0] not in names:
        print("Usage: parley bench NAME [ARGUMENTS]\n\n" + "\n".join(f"  {name}" for name in names), file=sys.stderr)
        return 0 if argv in ([], ["--help"]) else 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parley.server.django_settings")
    django.setup(set_prefix=False)
    sys.path.insert(0, str(Path.cwd()))
    spec = importlib.util.spec_from_file_location(f"benchmarks.{argv[0]}", folder / f"{argv[0]}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return int(module.main(argv[1:]) or 0)
