import importlib
import subprocess
import sys

import pytest

from parley.server.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_resolves(name: str):
    assert callable(importlib.import_module(COMMANDS[name][0]).main)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    text = capsys.readouterr().out
    assert all(name in text and help_ in text for name, (_, help_) in COMMANDS.items())


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]):
    assert main(["sing"]) == 2
    assert "sing" in capsys.readouterr().err


def test_the_command_line_starts_without_the_house():
    code = "import sys, parley.server.cli; print([m for m in ('django', 'numpy', 'pydantic') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
