"""Any CalDAV server (RFC 4791), through the caldav library."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from caldav.collection import Calendar
from caldav.davclient import DAVClient
from caldav.elements import dav
from caldav.lib import error as dav_error
from caldav.lib.url import URL
from django.utils import timezone
from niquests.exceptions import RequestException

from parley.contract import CalendarUnavailable, ParleyError
from parley.scheduling.calendars import ical
from parley.scheduling.calendars.provider import (
    AlreadyThere,
    Changed,
    CursorLost,
    Draft,
    Item,
    Listed,
    Missing,
    Page,
    Refused,
    Rejected,
)
from parley.scheduling.spans import DAY, Span

TIMEOUT_S: Final = 10
A_PAGE: Final = 50
WIDE: Final = 400 * DAY
CALENDAR_TYPE: Final = "text/calendar; charset=utf-8"


class CalDav:
    """One user of one server."""

    pushes: ClassVar[bool] = False

    def __init__(self, secrets: Mapping[str, Any]) -> None:
        self._secrets = dict(secrets)
        self._client = DAVClient(
            url=secrets["url"],
            username=secrets["user"],
            password=secrets["password"],
            timeout=TIMEOUT_S,
            enable_rfc6764=False,  # the address that was typed is asked, and no other
        )

    def secrets(self) -> Mapping[str, Any]:
        """As they were given: nothing is renewed."""
        return self._secrets

    def calendars(self) -> list[Listed]:
        """All of the user that may hold events."""
        with _errors():
            found: Any = self._client.get_principal().get_calendars()
            return [
                Listed(
                    id=str(each.url), name=str(each.get_display_name() or each.url.path.rstrip("/").split("/")[-1])
                )
                for each in found
                if "VEVENT" in each.get_supported_components()
            ]

    def changes(self, calendar: str, *, cursor: str, within: Span, zone: ZoneInfo) -> Iterator[Page]:
        """By sync token where the server has them, else by comparing ETags."""
        place = self._calendar(calendar)
        known = json.loads(cursor) if cursor else {}
        with _errors():
            changed, gone, after = self._by_token(place, known) or self._by_etags(place, known)
        items = [Item(id=href) for href in gone]
        pages = [changed[first : first + A_PAGE] for first in range(0, len(changed), A_PAGE)] or [[]]
        for number, hrefs in enumerate(pages):
            items += self._items(place, hrefs, within, zone)
            last = number == len(pages) - 1
            yield Page(items=tuple(items), cursor=json.dumps(after) if last else None, whole=not cursor)
            items = []

    def read(self, calendar: str, item: str, *, zone: ZoneInfo) -> Item:
        """One object as it stands now."""
        now = timezone.now()
        found = self._items(self._calendar(calendar), [item], Span(now - WIDE, now + WIDE), zone)
        if not found:
            self._there(calendar)
        return found[0] if found else Item(id=item)

    def find(self, calendar: str, name: str, *, zone: ZoneInfo) -> Item | None:
        """By its UID: other programs name the file as they like."""
        with _errors():
            try:
                href = str(self._calendar(calendar).get_event_by_uid(name).url.path)
            except dav_error.NotFoundError:
                return None
        found = self.read(calendar, href, zone=zone)
        return None if found.gone else found

    def item_id(self, calendar: str, name: str) -> str:
        """The path of a file in the calendar."""
        return str(URL(urljoin(calendar.rstrip("/") + "/", f"{name}.ics")).path)

    def name_of(self, item: str) -> str:
        """The name of the file."""
        return item.rsplit("/", 1)[-1].removesuffix(".ics")

    def write(self, calendar: str, item: str, draft: Draft, *, etag: str) -> str:
        """Put it there, on the condition that nobody else did; an entry of ours keeps what others added."""
        url = urljoin(calendar, item)
        headers = {"Content-Type": CALENDAR_TYPE} | ({"If-Match": etag} if etag else {"If-None-Match": "*"})
        present = self._present(url, etag) if etag else ""
        with _errors():
            answer = self._client.put(
                url, ical.written(draft, uid=self.name_of(item), now=timezone.now(), present=present), headers
            )
        _accepted(answer.status, fresh=not etag)
        return str(answer.headers.get("ETag") or "") or self._etag(calendar, item, draft)

    def remove(self, calendar: str, item: str) -> None:
        """Delete it, also when somebody changed it."""
        with _errors():
            answer = self._client.delete(urljoin(calendar, item))
        _accepted(answer.status, fresh=False)

    def withdraw(self) -> bool:
        """A password is its owner's to change."""
        return False

    def close(self) -> None:
        """End connections."""
        self._client.close()

    def _there(self, calendar: str) -> None:
        try:
            with _errors():
                _accepted(self._client.propfind(calendar, props=["resourcetype"], depth=0).status, fresh=False)
        except Missing as error:
            raise CalendarUnavailable("the calendar is gone", missing=True) from error

    def _calendar(self, url: str) -> Any:
        """By its types, each of its methods may be a coroutine as well."""
        return Calendar(client=self._client, url=url)

    def _by_token(self, place: Any, known: Mapping[str, Any]) -> tuple[list[str], list[str], dict[str, Any]] | None:
        """Changed and gone hrefs and the next cursor; None when the server has no sync tokens. Raises CursorLost."""
        if "etags" in known:
            return None
        try:
            found = place.get_objects_by_sync_token(known.get("token"), load_objects=False, disable_fallback=True)
        except dav_error.DAVError as error:
            if known and dav.ValidSyncToken.tag in error.preconditions:
                raise CursorLost("the sync token is too old") from error
            if error.status in (None, 401, 404) or (error.status or 0) >= 500:
                raise
            if known:
                raise CursorLost("the server takes no sync token any more") from error
            return None
        if not found.sync_token:
            return None
        deleted = {str(url) for url in found.deleted_urls}
        changed = [each for each in found.objects if str(each.url.canonical()) not in deleted]
        gone = [URL(url).path for url in deleted]
        return [each.url.path for each in changed], gone, {"token": found.sync_token}

    def _by_etags(self, place: Any, known: Mapping[str, Any]) -> tuple[list[str], list[str], dict[str, Any]]:
        before: dict[str, str] = known.get("etags", {})
        answer = self._client.propfind(str(place.url), props=["getetag"], depth=1)
        _accepted(answer.status, fresh=False)
        found = answer.expand_simple_props([dav.GetEtag()])
        etags = {
            URL(href).path: str(values[dav.GetEtag.tag])
            for href, values in found.items()
            if values.get(dav.GetEtag.tag) and URL(href).path.rstrip("/") != place.url.path.rstrip("/")
        }
        changed = [href for href, etag in etags.items() if before.get(href) != etag]
        return changed, [href for href in before if href not in etags], {"etags": etags}

    def _items(self, place: Any, hrefs: Sequence[str], within: Span, zone: ZoneInfo) -> list[Item]:
        """Objects as they stand; what has gone meanwhile is left out, and comes with the next change."""
        if not hrefs:
            return []
        with _errors():
            found: Any = place.multiget([place.url.join(href) for href in hrefs])
        return [
            ical.item_of(
                each.url.path,
                str(each.props.get(dav.GetEtag.tag, "")),
                str(each.data),
                within=within,
                zone=zone,
                user=self._secrets["user"],
            )
            for each in found
            if each.data
        ]

    def _present(self, url: str, etag: str) -> str:
        """What stands there, so that it can be changed. Raises Changed and Missing."""
        with _errors():
            answer = self._client.request(url, "GET")
        _accepted(answer.status, fresh=False)
        if answer.headers.get("ETag") not in (None, etag):
            raise Changed("the event was changed")
        return str(answer.raw)

    def _etag(self, calendar: str, item: str, draft: Draft) -> str:
        """Of what we have just written, where the server did not say: only if it is still ours."""
        found = self.read(calendar, item, zone=draft.zone)
        if found.mark != draft.mark or found.when != draft.mark.when:
            raise Changed("the event was changed")
        return found.etag


@contextmanager
def _errors() -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except dav_error.RateLimitError as error:
        pause = getattr(error, "retry_after_seconds", None)
        raise CalendarUnavailable("the server is busy", **({"retry_after": int(pause)} if pause else {})) from error
    except dav_error.AuthorizationError as error:
        raise Refused("the server does not take the log-in", status=error.status or 401) from error
    except dav_error.NotFoundError as error:
        raise Missing("there is no such calendar") from error
    except dav_error.DAVError as error:
        if error.status == 404:
            raise Missing("there is no such calendar") from error
        raise CalendarUnavailable("the server's answer makes no sense", status=error.status) from error
    except (RequestException, OSError) as error:
        raise CalendarUnavailable("the server cannot be reached") from error
    except (ValueError, SyntaxError, AssertionError) as error:  # broken XML is a SyntaxError of lxml's
        raise CalendarUnavailable("the server's answer broke off") from error


def _accepted(status: int, *, fresh: bool) -> None:
    """Raises what the status of an answer means."""
    refusal: ParleyError | None = None
    if status in (404, 410):
        refusal = Missing("there is no such event", status=status)
    elif status == 412:
        refusal = AlreadyThere("an event of that id exists") if fresh else Changed("the event was changed")
    elif status == 409 and fresh:
        refusal = AlreadyThere("an event of that id exists")
    elif status in (401, 403):
        refusal = Refused("the server does not let this account do that", status=status)
    elif status == 429 or status >= 500:
        refusal = CalendarUnavailable("the server is busy", status=status)
    elif status >= 300:
        refusal = Rejected("the server refuses the event", status=status)
    if refusal is not None:
        raise refusal
