"""What our entries say in an outside calendar, in the first language of the site."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from parley.contract import Language, language_of
from parley.scheduling.calendars.models import Link, Shows
from parley.scheduling.calendars.provider import Draft, Mark
from parley.scheduling.models import Booking, Site
from parley.scheduling.spans import Span

FOLDER: Final = Path(__file__).parent / "words"


def draft(booking: Booking, link: Link) -> Draft:
    """The entry of a booking. No more of it than the link is meant to show: a name in a clinic's calendar is a fact
    about somebody's health."""
    known = words(language(booking.resource.site))
    title, text = str(known["title"]), ""
    if link.shows != Shows.NOTHING and booking.name:
        title = booking.name
    if link.shows == Shows.ALL:
        title = f"{booking.name} – {booking.title}".strip(" –") or title
        text = "\n".join(line for line in (booking.phone, booking.description) if line)
    base = settings.PARLEY.public_url.rstrip("/")
    return Draft(
        mark=Mark(booking=str(booking.pk), version=booking.version, when=Span(booking.start, booking.end)),
        title=title,
        text=text,
        zone=booking.resource.time_zone,
        private=link.shows != Shows.NOTHING,
        url=f"{base}/dashboard/appointments/{booking.pk}/" if base else "",
    )


def deleted_there(site: Site) -> str:
    """The reason of a cancellation that was made by deleting the entry."""
    return str(words(language(site))["deleted"])


def language(site: Site) -> Language:
    """The site's first."""
    return language_of(site.languages[0] if site.languages else "en")


@cache
def words(language: Language) -> Mapping[str, Any]:
    """The words of a language."""
    found: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return found
