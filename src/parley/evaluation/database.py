"""A database in memory for one process, and a world of its own for each conversation in it."""

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Final

OUTSIDE: Final = (
    *(f"PARLEY_TWILIO_{name}" for name in ("ACCOUNT_SID", "AUTH_TOKEN", "PHONE_NUMBER", "API_URL")),
    *(f"PARLEY_{service}_HOST" for service in ("STT", "TTS", "NLU", "APPOINTMENT", "SMS")),
    *(f"PARLEY_{service}_URL" for service in ("STT", "TTS", "NLU", "APPOINTMENT", "SMS")),
    "PARLEY_MAIL_FROM",
    "PARLEY_WEATHER",
)
"""Settings by which somebody outside would be reached: no conversation under test writes to anybody."""


def prepare() -> None:
    """Start Django on an empty database in memory; nothing on this machine is touched. Once for each process."""
    from django.apps import apps

    if apps.ready:
        return
    folder = tempfile.mkdtemp(prefix="parley-evaluation-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= dict.fromkeys(OUTSIDE, "") | {
        "PARLEY_DATABASE_URL": "sqlite:///:memory:",
        "PARLEY_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "parley.server.django_settings",
    }
    import django
    from django.core.management import call_command

    django.setup(set_prefix=False)
    call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def world_of_its_own() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
