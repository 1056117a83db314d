"""Outside calendars: connecting them, how they stand, and what staff have to decide."""

import secrets
import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from parley.contract import Conflict, InvalidTimeSlot, NotFound, ParleyError, RequestInvalid
from parley.scheduling.calendars import connecting, outbox, settling, work
from parley.scheduling.calendars.models import Account, Disagreement, Link, Shows
from parley.scheduling.calendars.overlaps import overlapping
from parley.scheduling.calendars.provider import Refused
from parley.scheduling.calendars.providers import installed
from parley.scheduling.models import Resource
from parley.skills.appointments.rest import business
from parley.web.dashboard.access import actor_of, for_staff, page
from parley.web.dashboard.words import reader, refusal, words

ASKED: Final = "google_consent"
"""Where the session keeps a consent that was asked for."""


@require_safe
@for_staff("calendars:read")
def show(request: HttpRequest) -> HttpResponse:
    """Accounts with their calendars, what has to be decided, and the ways to connect."""
    return _page(request)


@require_safe
@for_staff("calendars:write")
def google(request: HttpRequest) -> HttpResponse:
    """Send somebody to Google, to consent. They come back to `google_back`."""
    if not _google_set_up():
        return _failed(request, "not_configured")
    from parley.scheduling.calendars import google_consent

    try:
        asked = google_consent.ask(_back(request))
    except ParleyError:
        return _failed(request, "not_configured")
    request.session[ASKED] = {"state": asked.state, "verifier": asked.verifier}
    return redirect(asked.url)


@require_safe
@for_staff("calendars:write")
def google_back(request: HttpRequest) -> HttpResponse:
    """They are back: with a code, or without. Only whoever we have sent is listened to, and once."""
    asked: dict[str, str] = request.session.pop(ASKED, {})
    state = request.GET.get("state", "")
    if not asked or not secrets.compare_digest(asked["state"].encode(), state.encode()):
        return _failed(request, "not_asked")
    if "code" not in request.GET:
        return _failed(request, "not_granted")
    from parley.scheduling.calendars import google_consent

    try:
        granted = google_consent.answered(
            request.GET["code"], state=asked["state"], verifier=asked["verifier"], back=_back(request)
        )
        connecting.connect(business(), "google", granted, now=timezone.now())
    except ParleyError as error:
        return _failed(request, "not_granted" if isinstance(error, Refused) else "away")
    return _done(request, "connected")


@require_POST
@for_staff("calendars:write")
def caldav(request: HttpRequest) -> HttpResponse:
    """Connect a CalDAV server. The password is shown to nobody again."""
    given = {name: request.POST.get(name, "").strip() for name in ("url", "user")}
    try:
        connecting.connect_caldav(business(), **given, password=request.POST.get("password", ""), now=timezone.now())
    except RequestInvalid:
        return _page(request, error="bad_address", given=given)
    except ParleyError as error:
        return _page(request, error="wrong_password" if isinstance(error, Refused) else "away", given=given)
    return _done(request, "connected")


@require_POST
@for_staff("calendars:write")
def link(request: HttpRequest, account_id: int) -> HttpResponse:
    """Say whose a calendar is."""
    account = _account(account_id)
    try:
        connecting.link(
            account,
            request.POST.get("calendar", ""),
            _whose(request, account),
            shows=request.POST.get("shows", Shows.NOTHING),
            now=timezone.now(),
        )
    except (Conflict, RequestInvalid) as error:
        return _failed(request, str(error.details["why"]))
    return _done(request, "linked")


@require_POST
@for_staff("calendars:write")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """List an account's calendars anew, or let the account go."""
    found = _account(account_id)
    if request.POST.get("do") == "disconnect":
        withdrawn = connecting.disconnect(found)
        return _done(request, "disconnected" if withdrawn else "disconnected_here")
    try:
        connecting.relist(found)
    except ParleyError:
        return _failed(request, "away")
    return _done(request, "listed")


@require_POST
@for_staff("calendars:write")
def linked(request: HttpRequest, link_id: int) -> HttpResponse:
    """Read a calendar now, say whose it is and what our entries show in it, or let it go."""
    found = work.find(link_id)
    if found is None or found.account.site != business():
        raise NotFound("there is no such calendar")
    match request.POST.get("do"):
        case "unlink":
            connecting.unlink(found)
            return _done(request, "unlinked")
        case "change":
            return _change(request, found)
    try:
        work.read_now(found, now=timezone.now())
    except ParleyError:
        return _failed(request, "away")
    outbox.ask(found, now=timezone.now())
    return _done(request, "read")


def _change(request: HttpRequest, found: Link) -> HttpResponse:
    whose = _whose(request, found.account)
    try:
        connecting.change(found, whose, shows=request.POST.get("shows", ""), now=timezone.now())
    except (Conflict, RequestInvalid) as error:
        return _failed(request, str(error.details["why"]))
    return _done(request, "saved")


@require_POST
@for_staff("calendars:write")
def decide(request: HttpRequest, disagreement_id: uuid.UUID) -> HttpResponse:
    """Keep ours, or take theirs."""
    row = Disagreement.objects.filter(pk=disagreement_id, entry__link__account__site=business()).first()
    if row is None:
        raise NotFound("there is no such disagreement")
    choice: settling.Choice = "theirs" if request.POST.get("choice") == "theirs" else "ours"
    try:
        settling.settle(row, choice, by=actor_of(request).actor, now=timezone.now())
    except (Conflict, InvalidTimeSlot) as error:
        return _page(request, sentence=refusal(error, reader()))
    return _done(request, "decided")


def _page(
    request: HttpRequest, *, error: str = "", sentence: str = "", given: dict[str, str] | None = None
) -> HttpResponse:
    site, now = business(), timezone.now()
    links = Link.objects.filter(account__site=site).select_related("account__site")
    links = links.prefetch_related("resources__site").order_by("name", "pk")
    waiting = outbox.counts(links)
    linked_ones = {(each.account_id, each.calendar) for each in links}
    said = sentence or (words(reader())["outside"][error] if error else "")
    return page(
        request,
        "calendars",
        status=409 if said else 200,
        error=said,
        accounts=[
            {
                "account": each,
                "links": [_state(own, waiting.get(own.pk, 0)) for own in links if own.account_id == each.pk],
                "free": [row for row in each.listed if (each.pk, row["id"]) not in linked_ones],
            }
            for each in Account.objects.filter(site=site).order_by("provider", "name")
        ],
        disagreements=[_dispute(row) for row in settling.open_ones(site)],
        overlaps=[(row, row.start.astimezone(row.resource.time_zone)) for row in overlapping(site, now=now)],
        staff=site.resources.filter(active=True).order_by("kind", "name"),
        shows=Shows.values,
        proposed=settings.PARLEY.google_calendar_id or "",
        with_google=_google_set_up(),
        with_caldav=installed("caldav"),
        back=_back(request),
        given=given or {},
    )


def _state(row: Link, waiting: int) -> dict[str, Any]:
    zone = row.time_zone
    return {
        "link": row,
        "whose": list(row.resources.all()),
        "waiting": waiting,
        "read_at": row.read_at.astimezone(zone) if row.read_at else None,
        "failing_since": row.failing_since.astimezone(zone) if row.failing_since else None,
    }


def _dispute(row: Disagreement) -> dict[str, Any]:
    zone = row.entry.booking.resource.time_zone
    return {
        "row": row,
        "booking": row.entry.booking,
        "ours": row.entry.booking.start.astimezone(zone),
        "theirs": row.start.astimezone(zone) if row.start else None,
    }


def _google_set_up() -> bool:
    """Whether Google's libraries are there, and a client of ours."""
    if not installed("google"):
        return False
    from parley.scheduling.calendars import google_consent

    return google_consent.configured()


def _back(request: HttpRequest) -> str:
    """The address to which Google sends them back; it has to stand in the client's settings there."""
    path = reverse("dashboard:google_back")
    base = str(settings.PARLEY.public_url).rstrip("/")
    return f"{base}{path}" if base else request.build_absolute_uri(path)


def _account(account_id: int) -> Account:
    found = Account.objects.filter(pk=account_id, site=business()).select_related("site").first()
    if found is None:
        raise NotFound("there is no such account")
    return found


def _whose(request: HttpRequest, account: Account) -> list[Resource]:
    chosen = [int(each) for each in request.POST.getlist("staff") if each.isdigit() and len(each) < 10]
    return list(Resource.objects.filter(site=account.site_id, active=True, pk__in=chosen).select_related("site"))


def _done(request: HttpRequest, what: str) -> HttpResponse:
    messages.success(request, words(reader())["outside"][what])
    return redirect("dashboard:calendars")


def _failed(request: HttpRequest, what: str) -> HttpResponse:
    messages.error(request, words(reader())["outside"][what])
    return redirect("dashboard:calendars")
