"""`parley talk`: a conversation in the terminal."""

import argparse
import asyncio

import django

from parley.contract import LANGUAGES
from parley.server.setup import bring_up_to_date


def main(argv: list[str]) -> int:
    """Until the conversation or the input ends."""
    parser = argparse.ArgumentParser(prog="parley talk", description="Talk by typing, until goodbye.")
    parser.add_argument("--language", choices=LANGUAGES)
    arguments = parser.parse_args(argv)
    django.setup(set_prefix=False)
    bring_up_to_date()
    asyncio.run(_talk(arguments.language))
    return 0


async def _talk(language: str | None) -> None:
    from parley.channels import console
    from parley.contract import language_of
    from parley.server.alone import alone
    from parley.server.settings import current

    settings = current()
    async with alone(settings) as house:
        await console.talk(await console.opened(house, language=language_of(language, default=settings.language)))
