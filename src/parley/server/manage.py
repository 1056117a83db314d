"""`parley manage`: Django's own management commands."""

from django.core.management import execute_from_command_line


def main(argv: list[str]) -> int:
    """Run `manage.py`'s command."""
    execute_from_command_line(["parley manage", *argv])
    return 0
