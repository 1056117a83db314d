"""What was said: the list of conversations and calls, one of them word by word, and its sound where it was kept."""

from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from parley.contract import NotFound
from parley.records import services, sound
from parley.records.models import Conversation, Turn
from parley.web.dashboard.access import actor_of, for_staff, page
from parley.web.dashboard.words import length

_A_PAGE: Final = 30
_SINCE_END: Final = frozenset({"first_sound"})
"""Stages that are counted from the end of the turn and not after the stage before them."""


@require_safe
@for_staff("conversations:read")
def listed(request: HttpRequest) -> HttpResponse:
    """All conversations, the latest first; only those of a channel when one is chosen."""
    channel = request.GET.get("channel", "")
    rows = Conversation.objects.select_related("person", "call").annotate(said=Count("turns"))
    if channel:
        rows = rows.filter(channel=channel)
    shown = Paginator(rows.order_by("-started_at"), _A_PAGE).get_page(request.GET.get("page"))
    channels = Conversation.objects.order_by("channel").values_list("channel", flat=True).distinct()
    return page(
        request, "conversations", rows=shown, channel=channel, channels=list(channels), zone=settings.PARLEY.zone
    )


@require_safe
@for_staff("conversations:read")
def read(request: HttpRequest, conversation_id: str) -> HttpResponse:
    """One conversation, turn by turn. That it was read is noted."""
    row = Conversation.objects.select_related("person", "call").filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("no such conversation")
    services.audit(actor_of(request).actor, "read", f"conversation:{row.pk}", now=timezone.now())
    lasted = length(((row.ended_at or row.active_at) - row.started_at).total_seconds())
    turns = [(turn, waterfall(turn), turn.reply.removeprefix(turn.heard)) for turn in row.turns.order_by("number")]
    return page(
        request,
        "conversation",
        row=row,
        turns=turns,
        lasted=lasted,
        call=getattr(row, "call", None),
        zone=settings.PARLEY.zone,
    )


@require_safe
@for_staff("conversations:read")
def heard(request: HttpRequest, turn_id: str) -> HttpResponse:
    """The kept sound of a turn."""
    turn = Turn.objects.filter(pk=turn_id).exclude(audio="").first()
    path = sound.path_of(turn.audio) if turn is not None else None
    if path is None or not path.is_file():
        raise NotFound("no sound is kept of that turn")
    services.audit(actor_of(request).actor, "listen", f"turn:{turn_id}", now=timezone.now())
    return HttpResponse(path.read_bytes(), content_type="audio/wav")


def waterfall(turn: Turn) -> dict[str, Any] | None:
    """The turn's report as the page draws it; None when nothing was timed.

    The record keeps how long each stage took: they are drawn one after the other, in the order of the record.
    """
    if not turn.timings:
        return None
    stages, at = [], 0.0
    for name, ms in turn.timings.items():
        if name in _SINCE_END:
            continue
        stages.append({"name": name, "start_ms": at, "ms": ms})
        at += ms
    first = turn.timings.get("first_sound")
    return {"stages": stages, "first_sound_ms": first, "total_ms": at, "speculated": turn.speculated}
