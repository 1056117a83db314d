"""Django's settings for the tests: the real ones, on a data directory and a database of this run's own.

PARLEY_TEST_DATABASE_URL names a PostgreSQL server to run the same tests on.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("PARLEY_") and not name.startswith("PARLEY_TEST_")]:
    del os.environ[_name]  # a developer's own settings must not colour the tests

_data = Path(tempfile.mkdtemp(prefix="parley-tests-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ |= {
    "PARLEY_DATA_DIR": str(_data),
    "PARLEY_TIME_ZONE": "America/New_York",
    "PARLEY_SETTINGS": str(_data / "none.toml"),
    "PARLEY_ENV_FILE": str(_data / "none.env"),
}
if _url := os.environ.get("PARLEY_TEST_DATABASE_URL"):
    os.environ["PARLEY_DATABASE_URL"] = _url
else:
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DB_HOST", None)

from parley.server.django_settings import *  # noqa: E402, F403
from parley.server.django_settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if _url:
    # Tests end by dropping their database, which an open pool would hold.
    DATABASES["default"]["OPTIONS"].pop("pool")
    DATABASES["default"]["TEST"] = {"NAME": f"parley_test_{os.getpid()}"}
else:
    # A file and not memory: services run in threads, each with its own connection, as in the server.
    DATABASES["default"]["TEST"] = {"NAME": _data / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    # SQLite's writers wait in no order: on a slow machine one of many may wait long, and is not to fail for it.
    DATABASES["default"]["OPTIONS"]["timeout"] = 300
