"""`parley setup`: the database brought up to date, and demo data where it is empty."""

import argparse
import sys
from importlib import import_module

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from parley.server import apps
from parley.server.settings import current


def main(argv: list[str]) -> int:
    """Prepare everything that `parley serve` needs. Quick when there is nothing to do."""
    parser = argparse.ArgumentParser(prog="parley setup", description="Prepare the database and add demo data.")
    parser.add_argument("--no-demo", action="store_true", help="leave the database empty")
    arguments = parser.parse_args(argv)
    django.setup(set_prefix=False)
    bring_up_to_date()
    if current().production:
        call_command("collectstatic", verbosity=0, interactive=False)
    if current().demo and not current().production and not arguments.no_demo:
        for name in apps.with_module("demo"):
            import_module(f"{name}.demo").fill()
    return 0


def bring_up_to_date() -> None:
    """Make the tables, or change them to what this version expects. Quick when there is nothing to do."""
    if _outdated():
        call_command("migrate", verbosity=0, interactive=False)
        print("The database is ready.", file=sys.stderr)


def _outdated() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
