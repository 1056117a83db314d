"""`parley models`: which speech recognisers can be had, and fetching one."""

import argparse

from rich.console import Console

from parley.listening.models_command import list_models, pull_model
from parley.server.settings import current


def main(argv: list[str]) -> int:
    """List the catalogue, or fetch a model from its official place."""
    parser = argparse.ArgumentParser(prog="parley models", description="Local speech recognition models.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="what there is, and what is on this machine")
    pull = actions.add_parser("pull", help="fetch one")
    pull.add_argument("name")
    arguments = parser.parse_args(argv)
    folder = current().listening.models_dir
    if arguments.action == "list":
        return list_models(folder, Console())
    return pull_model(arguments.name, folder, Console(stderr=True))
