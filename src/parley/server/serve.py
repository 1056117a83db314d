"""`parley serve`: the server, on uvicorn."""

import argparse
import sys

from parley.server.settings import Settings, current


def main(argv: list[str]) -> int:
    """Serve until interrupted."""
    settings = current()
    parser = argparse.ArgumentParser(prog="parley serve", description="Start the server.")
    parser.add_argument("--host", default=settings.host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=settings.port, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes; more than one want PostgreSQL and Redis")
    arguments = parser.parse_args(argv)
    import uvicorn

    print(_where(arguments.host, arguments.port, settings), file=sys.stderr)
    uvicorn.run(
        "parley.server.asgi:application",
        host=arguments.host,
        port=arguments.port,
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
        timeout_graceful_shutdown=10,
    )
    return 0


def _where(host: str, port: int, settings: Settings) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    base = settings.public_url or f"http://{shown}:{port}"
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
