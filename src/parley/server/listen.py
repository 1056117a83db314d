"""`parley listen`: talk to a running server through this machine's microphone."""

import argparse
import asyncio
import os
import sys
from typing import Any

from parley.channels.microphone import Client, PortAudio
from parley.contract import LANGUAGES, ParleyError


def main(argv: list[str]) -> int:
    """Until goodbye, or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="parley listen", description="Talk through this machine's microphone.")
    parser.add_argument("--url", default="ws://localhost:8000/v1/stream", help="%(default)s")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument(
        "--headphones", action="store_true", help="listen while speaking; with a loudspeaker it would hear itself"
    )
    arguments = parser.parse_args(argv)
    client = Client(
        url=arguments.url,
        token=os.environ.get("PARLEY_DEVICE_TOKEN"),
        language=arguments.language,
        headphones=arguments.headphones,
    )
    try:
        asyncio.run(_listen(client))
    except KeyboardInterrupt:
        return 0
    except ParleyError as error:
        print(f"parley listen: {error.message} ({error.code})", file=sys.stderr)
        return 1
    return 0


async def _listen(client: Client) -> None:
    device = PortAudio()
    try:
        await client.run(device, _show)
    finally:
        device.close()


def _show(message: dict[str, Any]) -> None:
    match message["type"]:
        case "session_started" if not message["recognises"]:
            print("(no recogniser for this language is installed on the server)")
        case "stt_final" if message["text"]:
            print(f"> {message['text']}")
        case "response_text":
            print(message["text"])
        case "error" | "lost":
            print(f"({message['message']})", file=sys.stderr)
