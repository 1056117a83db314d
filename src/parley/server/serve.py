"""`parley serve`: the server, on uvicorn: all of Parley in one process, or one of its services."""

import argparse
import os
import sys
from typing import Final

from parley.server.services.table import SERVICES, port_of
from parley.server.settings import Settings, current

WIND_UP_S: Final = 10
"""For what is left to do when no call goes on any more."""


def main(argv: list[str]) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="parley serve", description="Start the server.")
    parser.add_argument("service", nargs="?", choices=[*SERVICES], help="serve this alone; else all in one process")
    parser.add_argument("--host", help="address to listen on (the setting `host`)")
    parser.add_argument("--port", type=int, help="(the setting `port`, or `<service>_port`)")
    parser.add_argument("--workers", type=int, default=1, help="processes; more than one want PostgreSQL and Redis")
    arguments = parser.parse_args(argv)
    if arguments.service:
        os.environ["PARLEY_SERVICE"] = arguments.service  # for the workers, too
    settings = current()
    host, port = arguments.host or settings.host, arguments.port or port_of(settings)
    import uvicorn

    print(_where(host, port, settings), file=sys.stderr)
    uvicorn.run(
        "parley.server.asgi:application",
        host=host,
        port=port,
        workers=arguments.workers,
        loop="uvloop" if sys.platform != "win32" else "auto",
        http="parley.server.doorway:Doorway",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1 << 20,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=int(settings.drain_s) + WIND_UP_S,
    )
    return 0


def _where(host: str, port: int, settings: Settings) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    base = settings.public_url or f"http://{shown}:{port}"
    if settings.service:
        return f"\n  {settings.service}: {base}/docs  {base}/health\n"
    return "\n".join(
        (
            "",
            f"  Talk to Parley     {base}/",
            f"  Dashboard          {base}/dashboard/",
            f"  API                {base}/docs",
            f"  Health, metrics    {base}/health  {base}/metrics",
            "",
        )
    )
