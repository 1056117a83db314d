"""The database connection that the settings ask for: SQLite by default, PostgreSQL by one setting."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from parley.contract import ConfigurationInvalid
from parley.server.settings import Settings


def connection(settings: Settings) -> dict[str, Any]:
    """Django's description of the one database."""
    if settings.database_url:
        return from_url(settings.database_url.get_secret_value(), settings)
    if settings.db_host:
        return _postgres(
            settings,
            HOST=settings.db_host,
            PORT=settings.db_port,
            NAME=settings.db_name,
            USER=settings.db_user,
            PASSWORD=settings.db_password.get_secret_value(),
        )
    return sqlite(settings.data_dir / "parley.sqlite3")


def from_url(url: str, settings: Settings) -> dict[str, Any]:
    """The connection of a `postgresql://user:password@host:port/name` or `sqlite:///path` URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme not in ("postgres", "postgresql"):
        raise ConfigurationInvalid(f"DATABASE_URL: {parts.scheme or 'no'} database is not supported")
    query = dict(parse_qsl(parts.query))
    described = _postgres(
        settings,
        HOST=query.pop("host", parts.hostname or ""),
        PORT=parts.port or "",
        NAME=unquote(parts.path.removeprefix("/")),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
    )
    described["OPTIONS"] |= query
    return described


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite for several writers: readers never wait (WAL), and a writer waits at its start, never in its middle."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "CONN_MAX_AGE": None,
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;",
        },
    }


def _postgres(settings: Settings, **described: Any) -> dict[str, Any]:
    pool = {
        "min_size": min(2, settings.db_pool_size),
        "max_size": settings.db_pool_size + settings.db_max_overflow,
        "timeout": settings.db_pool_timeout,
        "max_lifetime": settings.db_pool_recycle,
    }
    return {"ENGINE": "django.db.backends.postgresql", **described, "OPTIONS": {"pool": pool}}
