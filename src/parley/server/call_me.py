"""`parley call-me`: Parley rings you; or, with `--simulate`, a caller is played against a running server."""

import argparse
import asyncio
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import django
import yaml

from parley.contract import LANGUAGES, Language, ParleyError, language_of
from parley.evaluation.calls.carrier import Line, SimulatedCall, as_mulaw
from parley.server.settings import Settings, current

EXAMPLES: Final[Mapping[Language, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("call_me.yaml").read_text(encoding="utf-8")
)
"""What is said where nothing was given to say."""


def main(argv: list[str]) -> int:
    """Call, and print what is said on both sides."""
    parser = argparse.ArgumentParser(prog="parley call-me", description="Have Parley ring you, or play a caller.")
    parser.add_argument("number", nargs="?", help="your telephone number, to be rung through Twilio")
    parser.add_argument("--simulate", action="store_true", help="play a caller against a running server instead")
    parser.add_argument(
        "--say", action="append", default=[], metavar="TEXT", help="what the caller says, in order; [12] presses keys"
    )
    parser.add_argument("--wav", action="append", default=[], type=Path, help="a recording said after that")
    parser.add_argument("--language", choices=LANGUAGES, default=None, help="the caller's voice")
    parser.add_argument("--server", default=None, help="address of the server (http://HOST:PORT of the settings)")
    parser.add_argument("--from", dest="caller", default="+15145550177", help="the caller's number (%(default)s)")
    parser.add_argument("--to", dest="called", default="", help="the number called")
    parser.add_argument("--dialled", default="no-answer", help="how putting through comes out (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="WAV", help="write what was heard here")
    arguments = parser.parse_args(argv)
    django.setup(set_prefix=False)
    try:
        if arguments.simulate:
            asyncio.run(_simulate(arguments, current()))
        elif arguments.number:
            _ring(arguments.number)
        else:
            parser.error("give your number, or --simulate")
    except ParleyError as error:
        print(f"parley call-me: {error.message} ({error.code})", file=sys.stderr)
        return 1
    return 0


def _ring(number: str) -> None:
    """A real call, which goes the way of an incoming one once it is answered."""
    from parley.messaging.services import e164
    from parley.messaging.twilio_client import address, client, errors

    with errors():
        client().calls.create(
            to=e164(number),
            from_=current().twilio_phone_number,
            url=address("/webhook/voice"),
            status_callback=address("/webhook/status"),
        )
    print("Your telephone will ring.")


async def _simulate(arguments: argparse.Namespace, settings: Settings) -> None:
    import httpx

    from parley.audio.sound import Sound
    from parley.audio.ulaw import decode
    from parley.channels.telephone.webhook import signing_key
    from parley.contract import ProviderFailed

    sid = f"CA{uuid.uuid4().hex}"
    server = (arguments.server or f"http://{settings.host}:{settings.port}").rstrip("/")
    call = SimulatedCall(
        server=server,
        public=settings.public_url.rstrip("/") or server,
        key=signing_key(),
        caller=arguments.caller,
        called=arguments.called or settings.twilio_phone_number or "+15145550100",
        lines=await _lines(arguments, settings),
        tell=print,
        heard=_Reader(f"tel-{sid}").read,
        dialled=arguments.dialled,
        sid=sid,
    )
    try:
        await call.run()
    except httpx.HTTPError as error:
        raise ProviderFailed(f"the server at {server} did not take the call: {error}") from error
    if arguments.out is not None:
        arguments.out.write_bytes(Sound(samples=decode(bytes(call.sound)), rate=8000).wav())


class _Reader:
    """Reads in the record what was understood and answered, after each turn."""

    def __init__(self, conversation_id: str) -> None:
        self._conversation_id = conversation_id
        self._number = 0
        self._greeted = False

    async def read(self, seconds: float) -> None:
        """Print the turns since the last time."""
        from parley.records.models import Turn

        rows = Turn.objects.filter(conversation=self._conversation_id, number__gt=self._number).order_by("number")
        turns = [row async for row in rows]
        what = "the greeting, " if not self._greeted else ""
        print(f"  parley:  ({what}{seconds:.1f} s of sound)" if seconds else "  parley:  (silence)")
        if self._greeted and not turns:
            print("           understood nothing; `parley models` lists recognisers, [1] presses a key")
        self._greeted = True
        for turn in turns:
            self._number = turn.number
            print(f"           understood {turn.transcript!r} as {turn.intent}")
            print(f"           said {turn.reply!r}")


async def _lines(arguments: argparse.Namespace, settings: Settings) -> list[Line]:
    from parley.audio.files import read_sound
    from parley.speaking.synthesis import speaking_for

    speaking = speaking_for(settings.speaking)
    language = language_of(arguments.language, default=settings.language)
    voice = speaking.synthesiser(language)
    lines = []
    for text in arguments.say or ([] if arguments.wav else EXAMPLES[language]):
        if text.startswith("[") and text.endswith("]"):
            lines.append(Line(keys=text[1:-1]))
            continue
        pcm = b"".join([piece async for piece in voice.speak(text, rate=8000)])
        lines.append(Line(text=text, sound=as_mulaw(pcm)))
    lines += [Line(sound=as_mulaw(read_sound(path, rate=8000).pcm)) for path in arguments.wav]
    await speaking.close()
    return lines
