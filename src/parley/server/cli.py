"""The command line: one row for each command, whose code is imported when it runs, so that `parley` starts fast."""

import importlib
import os
import sys
from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("parley.server.run", "Set up what is missing and start the server."),
    "serve": ("parley.server.serve", "Start the server."),
    "ask": ("parley.server.ask", "Ask one thing, with a recording or with words."),
    "talk": ("parley.server.talk", "Talk by typing, in the terminal."),
    "listen": ("parley.server.listen", "Talk to a running server through this machine's microphone."),
    "call-me": ("parley.server.call_me", "Have Parley ring you, or play a caller against a running server."),
    "setup": ("parley.server.setup", "Prepare the database and add demo data."),
    "optimise": ("parley.server.optimise", "Put the database in order, and look at its indexes."),
    "manage": ("parley.server.manage", "Run a management command of Django."),
    "understand": ("parley.evaluation.understand", "Understand one utterance a line (JSON lines)."),
    "converse": ("parley.evaluation.converse", "Hold conversations on a virtual clock (JSON lines)."),
    "shell": ("parley.evaluation.shell", "Type sentences; see what is understood, done and said, and why."),
    "eval": ("parley.server.evaluate", "Try conversations and calls written in files, and report."),
    "train": ("parley.server.train", "Learn the sentences of all skills (extra `train`)."),
    "models": ("parley.server.engines", "List local speech recognition models, or fetch one."),
    "bench": ("parley.server.bench", "Run a benchmark of the folder benchmarks/."),
}
"""Name, the module whose `main(argv) -> int` does it, and one line of help. To add a command, add a row."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parley.server.django_settings")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    name, *rest = arguments
    if name == "--version":
        from importlib.metadata import version

        print(version("parley-voice"))
        return 0
    if name not in COMMANDS:
        print(f"parley: no command {name!r}. `parley --help` lists them.", file=sys.stderr)
        return 2
    status = importlib.import_module(COMMANDS[name][0]).main(rest)
    return int(status or 0)


def _help() -> str:
    width = max(map(len, COMMANDS))
    rows = (f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items())
    return "\n".join(("Usage: parley COMMAND [ARGUMENTS]", "", *rows, "", "parley COMMAND --help tells more."))


if __name__ == "__main__":
    sys.exit(main())
