"""`parley ask`: one turn against the embedded pipeline, without a server."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

import django

from parley.contract import LANGUAGES, ParleyError
from parley.server.setup import bring_up_to_date


def main(argv: list[str]) -> int:
    """Print transcript, intent, slots, reply and timings."""
    parser = argparse.ArgumentParser(prog="parley ask", description="Ask one thing, with a recording or with words.")
    parser.add_argument("recording", nargs="?", type=Path, help="WAV, FLAC, Ogg, MP3, WebM")
    parser.add_argument("--text", help="ask with words instead")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--out", type=Path, metavar="WAV", help="write the spoken reply here")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args(argv)
    if (arguments.recording is None) == (arguments.text is None):
        parser.error("give a recording or --text")
    django.setup(set_prefix=False)
    bring_up_to_date()
    try:
        asyncio.run(_ask(arguments))
    except ParleyError as error:
        print(f"parley ask: {error.message} ({error.code})", file=sys.stderr)
        return 1
    return 0


async def _ask(arguments: argparse.Namespace) -> None:
    from parley.audio.files import read_sound
    from parley.channels import console
    from parley.server.alone import alone
    from parley.server.settings import current

    async with alone(current()) as house:
        once = await console.opened(house, language=arguments.language)
        recording: Path | None = arguments.recording
        question = arguments.text if recording is None else read_sound(recording, rate=16_000)
        answered = await console.ask(once, question, speaking=True)
    if arguments.out is not None and answered.sound is not None:
        arguments.out.write_bytes(answered.sound.wav())
    text = json.dumps(console.as_json(answered), ensure_ascii=False) if arguments.json else console.as_lines(answered)
    print(text)
