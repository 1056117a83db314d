"""Demo data: a log-in for the dashboard, with a password of its own on every machine."""

import secrets
import sys
from typing import Final

from django.conf import settings

from parley.accounts.models import User
from parley.contract import Role

NAME: Final = "demo"


def fill() -> None:
    """Make the demo log-in once, and say where its password stands."""
    if User.objects.exists():
        return
    password = secrets.token_urlsafe(9)
    User.objects.create_superuser(username=NAME, password=password, role=Role.FRONT_DESK.value)
    note = settings.PARLEY.data_dir / "demo_login.txt"
    note.touch(mode=0o600)
    note.write_text(f"{NAME}\n{password}\n", encoding="utf-8")
    print(f"Log in to the dashboard as {NAME!r}; the password stands in {note}.", file=sys.stderr)
