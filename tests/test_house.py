"""The rules of the house, held by reading the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.skills import loader

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "parley"
ORDER = (
    "server", "evaluation", "web", "channels", "conversation", "skills", "dialogue", "understanding", "listening",
    "speaking", "scheduling", "messaging", "jobs", "records", "accounts", "audio", "contract",
)  # fmt: skip
"""From the top to the ground: a folder imports from those after it."""
ASIDE = {"understanding/training": "needs torch, and is never imported by the product"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
HEAVY = {"torch", "transformers", "tensorflow"}
FORBIDDEN = re.compile(r"\b(TODO|FIXME|XXX)\b|/work/|NotImplementedError")

FILES = sorted(HOUSE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "parley":
                yield from ((node.lineno, f"parley.{alias.name}") for alias in node.names)


def code() -> list[Path]:
    return [file for file in FILES if "migrations" not in file.parts]


def test_every_folder_has_its_place():
    folders = {file.relative_to(HOUSE).parts[0] for file in FILES if len(file.relative_to(HOUSE).parts) > 1}
    assert folders <= set(ORDER)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_run_downward(file: Path):
    folder = file.relative_to(HOUSE).parts[0]
    if folder not in ORDER:
        return
    level = ORDER.index(folder)
    upward = [
        f"line {line}: {name}"
        for line, name in imports(ast.parse(file.read_text(encoding="utf-8")))
        if name.startswith("parley.") and (other := name.split(".")[1]) in ORDER and ORDER.index(other) < level
    ]
    assert not upward


def test_skills_do_not_import_each_other():
    wrong = []
    for file in (HOUSE / "skills").rglob("*/*.py"):
        own = file.relative_to(HOUSE / "skills").parts[0]
        for line, name in imports(ast.parse(file.read_text(encoding="utf-8"))):
            if name.startswith("parley.skills.") and name.split(".")[2] not in (own, "loader"):
                wrong.append(f"{name_of(file)}:{line} {name}")
    assert not wrong


@pytest.mark.parametrize("file", code(), ids=name_of)
def test_files_and_functions_are_short(file: Path):
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("file", code(), ids=name_of)
def test_nothing_is_left_undone_or_tied_to_one_machine(file: Path):
    assert not FORBIDDEN.findall(file.read_text(encoding="utf-8"))


def test_nothing_heavy_is_imported():
    wrong = [
        f"{name_of(file)}:{line} {name}"
        for file in code()
        if not any(name_of(file).startswith(aside) for aside in ASIDE)
        for line, name in imports(ast.parse(file.read_text(encoding="utf-8")))
        if name.split(".")[0] in HEAVY
    ]
    assert not wrong


def test_the_lock_names_no_machine_and_nothing_heavy():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or "index-url" in line]
    assert not [line for line in lines if line.split("==")[0].strip() in HEAVY]


def test_every_skill_loads_with_its_languages():
    for name, each in loader.loaded().items():
        assert each.skill.intents, name
        for language in ("en", "fr", "ko"):
            assert (each.folder / "replies" / f"{language}.yaml").is_file(), (name, language)
            assert (each.folder / "sentences" / f"{language}.yaml").is_file(), (name, language)
