"""Google Calendar, through Google's own client."""

import datetime as dt
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import google_auth_httplib2
import httplib2
from django.conf import settings
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import Error as ClientError
from googleapiclient.errors import HttpError

from parley.contract import CalendarUnavailable, ParleyError
from parley.scheduling.calendars import google_events
from parley.scheduling.calendars.provider import (
    AlreadyThere,
    Changed,
    Channel,
    CursorLost,
    Draft,
    Item,
    Listed,
    Missing,
    Page,
    Refused,
    Rejected,
)
from parley.scheduling.spans import Span

TIMEOUT_S: Final = 10.0
A_PAGE: Final = 250
TOO_FAST: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
CHANNEL_DAYS: Final = 7
REVOKING: Final = "https://oauth2.googleapis.com"


class GoogleCalendar:
    """One Google account."""

    pushes: ClassVar[bool] = True

    def __init__(self, secrets: Mapping[str, Any]) -> None:
        # Google's own reader of this JSON would always renew at Google's own server.
        expiry = dt.datetime.fromisoformat(secrets["expiry"]) if secrets.get("expiry") else None
        self._credentials = Credentials(  # type: ignore[no-untyped-call]
            token=secrets.get("token"),
            refresh_token=secrets["refresh_token"],
            token_uri=secrets["token_uri"],
            client_id=secrets["client_id"],
            client_secret=secrets["client_secret"],
            scopes=secrets.get("scopes"),
            expiry=expiry.astimezone(dt.UTC).replace(tzinfo=None) if expiry else None,
        )
        self._http = google_auth_httplib2.AuthorizedHttp(self._credentials, http=httplib2.Http(timeout=TIMEOUT_S))
        url = settings.PARLEY.google_calendar_url
        self._api = build(
            "calendar",
            "v3",
            http=self._http,
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": f"{url.rstrip('/')}/calendar/v3/"} if url else None,
        )

    def secrets(self) -> Mapping[str, Any]:
        """As Google's library writes them."""
        kept: dict[str, Any] = json.loads(self._credentials.to_json())  # type: ignore[no-untyped-call]
        return kept

    def calendars(self) -> list[Listed]:
        """All in the account's list."""
        found: list[Listed] = []
        token: str | None = None
        while True:
            answer = _ask(self._api.calendarList().list(pageToken=token, maxResults=A_PAGE))
            found += [
                Listed(
                    id=each["id"],
                    name=each.get("summaryOverride") or each.get("summary") or each["id"],
                    writable=each.get("accessRole") in ("owner", "writer"),
                )
                for each in answer.get("items", ())
            ]
            token = answer.get("nextPageToken")
            if not token:
                return found

    def changes(self, calendar: str, *, cursor: str, within: Span, zone: ZoneInfo) -> Iterator[Page]:
        """Occurrence by occurrence: Google expands what recurs."""
        asked: dict[str, Any] = {"calendarId": calendar, "singleEvents": True, "maxResults": A_PAGE}
        if cursor:
            asked["syncToken"] = cursor
        else:
            asked |= {"timeMin": within.start.isoformat(), "timeMax": within.end.isoformat()}
        token: str | None = None
        while True:
            try:
                answer = _ask(self._api.events().list(pageToken=token, **asked))
            except Missing as error:
                if error.details.get("status") == 410:
                    raise CursorLost("the sync token is too old") from error
                raise
            token = answer.get("nextPageToken")
            yield Page(
                items=tuple(google_events.item(each, zone) for each in answer.get("items", ())),
                cursor=None if token else answer.get("nextSyncToken", ""),
                whole=not cursor,
            )
            if not token:
                return

    def read(self, calendar: str, item: str, *, zone: ZoneInfo) -> Item:
        """One event as it stands now."""
        try:
            return google_events.item(_ask(self._api.events().get(calendarId=calendar, eventId=item)), zone)
        except Missing:
            self._there(calendar)
            return Item(id=item)

    def find(self, calendar: str, name: str, *, zone: ZoneInfo) -> Item | None:
        """By the UID that Google makes of an id."""
        answer = _ask(self._api.events().list(calendarId=calendar, iCalUID=f"{name}@google.com", singleEvents=True))
        found = (google_events.item(each, zone) for each in answer.get("items", ()))
        return next((item for item in found if not item.gone), None)

    def item_id(self, calendar: str, name: str) -> str:
        """Google takes the letters a to v and digits, as they come."""
        return name

    def name_of(self, item: str) -> str:
        """The same."""
        return item

    def write(self, calendar: str, item: str, draft: Draft, *, etag: str) -> str:
        """Insert under our own id, or change our own fields and nothing else."""
        events = self._api.events()
        if etag:
            body = google_events.body(draft)
            for end in ("start", "end"):
                body[end]["date"] = None  # where somebody has made a whole day of it
            request = events.patch(calendarId=calendar, eventId=item, body=body, sendUpdates="none")
            request.headers["If-Match"] = etag
        else:
            body = google_events.body(draft) | {"id": item}
            request = events.insert(calendarId=calendar, body=body, sendUpdates="none")
        return str(_ask(request)["etag"])

    def remove(self, calendar: str, item: str) -> None:
        """Delete it."""
        _ask(self._api.events().delete(calendarId=calendar, eventId=item, sendUpdates="none"))

    def watch(self, calendar: str, *, channel: str, token: str, address: str) -> Channel:
        """A channel for a week."""
        body = {
            "id": channel,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": str(CHANNEL_DAYS * 24 * 3600)},
        }
        answer = _ask(self._api.events().watch(calendarId=calendar, body=body))
        ends = dt.datetime.fromtimestamp(int(answer["expiration"]) / 1000, dt.UTC)
        return Channel(id=channel, resource=answer["resourceId"], ends=ends)

    def unwatch(self, channel: Channel) -> None:
        """End a channel."""
        try:
            _ask(self._api.channels().stop(body={"id": channel.id, "resourceId": channel.resource}))
        except Missing:
            return

    def withdraw(self) -> bool:
        """Revoke the consent. One that Google does not know any more is withdrawn already."""
        base = settings.PARLEY.google_calendar_url or REVOKING
        body = urlencode({"token": self._credentials.refresh_token})
        with _errors(), closing(httplib2.Http(timeout=TIMEOUT_S)) as plain:
            answer, told = plain.request(
                f"{base.rstrip('/')}/revoke", "POST", body, {"Content-Type": "application/x-www-form-urlencoded"}
            )
        if answer.status == 200 or (answer.status == 400 and b"invalid_token" in told):
            return True
        raise CalendarUnavailable("Google withdraws no consent now", status=answer.status)

    def close(self) -> None:
        """End connections."""
        self._http.close()

    def _there(self, calendar: str) -> None:
        """Google says of events of a calendar that is not shared any more, too, that there are none."""
        try:
            _ask(self._api.calendarList().get(calendarId=calendar))
        except Missing as error:
            raise CalendarUnavailable("the calendar is gone, or not shared any more", missing=True) from error


def _ask(request: Any) -> dict[str, Any]:
    """Send a request once: trying again is the outbox's business, which need not hold a thread for it."""
    with _errors():
        return dict(request.execute(num_retries=0) or {})


@contextmanager
def _errors() -> Iterator[None]:
    """Google's errors as ours."""
    try:
        yield
    except HttpError as error:
        raise _of_answer(error) from error
    except RefreshError as error:
        if error.retryable:
            raise CalendarUnavailable("Google renews no token now") from error
        raise Refused("Google takes the account's token no more") from error
    except (TransportError, httplib2.HttpLib2Error, http.client.HTTPException, OSError) as error:
        raise CalendarUnavailable("Google cannot be reached") from error
    except (ClientError, GoogleAuthError, ValueError) as error:
        raise CalendarUnavailable("Google's answer broke off") from error


def _of_answer(error: HttpError) -> ParleyError:
    status = int(error.resp.status)
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = {str(each.get("reason")) for each in details if isinstance(each, dict)}
    told: dict[str, Any] = {"status": status, "reason": next(iter(sorted(reasons)), "")}
    if status == 429 or status >= 500 or reasons & TOO_FAST:
        pause = str(error.resp.get("retry-after", ""))
        return CalendarUnavailable(
            "Google is busy", **told, **({"retry_after": int(pause)} if pause.isdigit() else {})
        )
    if status in (401, 403):
        return Refused("Google does not let this account do that", **told)
    if status in (404, 410):
        return Missing("there is no such event", **told)
    if status == 409:
        return AlreadyThere("an event of that id exists", **told)
    if status == 412:
        return Changed("the event was changed", **told)
    return Rejected("Google refuses the event", **told)
