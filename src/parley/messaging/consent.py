"""Who may be written to and rung. A refusal holds at once, however it was put and wherever it was said."""

import datetime as dt
from typing import TypeAlias

from django.db import transaction

from parley.contract import Language
from parley.messaging.models import Channel, Consent, Message

State: TypeAlias = Consent.State
Scope: TypeAlias = Consent.Scope


def allowed(phone: str, channel: str) -> State:
    """What holds for a number: messages are welcome until refused, calls only once they were agreed to."""
    if channel == Channel.EMAIL:
        return State.AGREED
    scope = Scope.CALLS if channel == Channel.CALL else Scope.MESSAGES
    latest = Consent.objects.filter(phone=phone, scope=scope).order_by("-at", "-pk").first()
    if latest is None:
        return State.AGREED if scope == Scope.MESSAGES else State.REFUSED
    return State(latest.state)


@transaction.atomic
def refuse(phone: str, *, how: str, words: str, language: Language, now: dt.datetime) -> int:
    """No more messages and no calls. What waits for the number is dropped; returns how much that was."""
    _say(phone, State.REFUSED, tuple(Scope), how=how, words=words, language=language, now=now)
    waiting = Message.objects.filter(to=phone, status=Message.Status.QUEUED).exclude(purpose="reply")
    return waiting.update(status=Message.Status.SUPPRESSED)


@transaction.atomic
def agree(
    phone: str,
    *,
    how: str,
    words: str,
    language: Language,
    now: dt.datetime,
    scopes: tuple[Scope, ...] = (Scope.MESSAGES,),
) -> None:
    """Messages (or calls) are welcome."""
    _say(phone, State.AGREED, scopes, how=how, words=words, language=language, now=now)


def ask(phone: str, *, how: str, words: str, language: Language, now: dt.datetime) -> None:
    """Something was said that may be a refusal: nothing is sent until it is settled."""
    _say(phone, State.ASKED, (Scope.MESSAGES,), how=how, words=words, language=language, now=now)


def _say(
    phone: str,
    state: State,
    scopes: tuple[Scope, ...],
    *,
    how: str,
    words: str,
    language: Language,
    now: dt.datetime,
) -> None:
    for scope in scopes:
        Consent.objects.create(
            phone=phone, scope=scope, state=state, at=now, how=how, words=words[:400], language=language
        )
