"""The record in the administration: to be read, not written."""

from django.contrib import admin
from django.http import HttpRequest

from parley.records.models import Audit, Call, Conversation, Turn


class ReadOnly(admin.ModelAdmin):
    """What happened cannot be changed by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Never."""
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    """Conversations."""

    list_display = ("id", "channel", "language", "status", "outcome", "started_at", "ended_at")
    list_filter = ("channel", "language", "status", "outcome")


@admin.register(Turn)
class TurnAdmin(ReadOnly):
    """Turns."""

    list_display = ("conversation", "number", "at", "intent", "confidence", "outcome", "error_code")
    list_filter = ("intent", "outcome")


@admin.register(Call)
class CallAdmin(ReadOnly):
    """Calls."""

    list_display = ("sid", "provider", "direction", "status", "started_at", "ended_at")
    list_filter = ("direction", "status")


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """Who looked at or changed what."""

    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Never."""
        return False
