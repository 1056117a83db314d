"""A database in memory for one process, and a world of its own for each conversation in it."""

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator


def prepare() -> None:
    """Start Django on an empty database in memory; nothing on this machine is touched. Once for each process."""
    from django.apps import apps

    if apps.ready:
        return
    folder = tempfile.mkdtemp(prefix="parley-evaluation-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
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
