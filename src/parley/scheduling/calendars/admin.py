"""Outside calendars in the administration: to see what waits and what was decided. They are connected elsewhere."""

from django.contrib import admin
from django.http import HttpRequest

from parley.scheduling.calendars.models import Account, Disagreement, Entry, Link


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin[Account]):
    """Accounts; what opens them is never shown."""

    list_display = ["provider", "name", "site", "state", "created_at"]
    fields = ["provider", "name", "site", "state"]
    readonly_fields = ["provider", "name", "site"]

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """They are let go on the dashboard's page, which also withdraws what opens them."""
        return False


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin[Link]):
    """Calendars, and whose they are."""

    list_display = ["name", "account", "shows", "read_at", "failures", "error"]
    list_filter = ["account", "resources", "error"]
    readonly_fields = ["account", "calendar", "resources", "shows"]

    def has_delete_permission(self, request: HttpRequest, obj: Link | None = None) -> bool:
        """They are let go on the dashboard's page, which also ends what was asked of the provider."""
        return False


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin[Entry]):
    """Bookings in outside calendars."""

    list_display = ["external_id", "booking", "link", "state", "attempts", "error"]
    list_filter = ["state", "link"]


@admin.register(Disagreement)
class DisagreementAdmin(admin.ModelAdmin[Disagreement]):
    """Edits that the rules refused, and what was decided."""

    list_display = ["found_at", "why", "start", "settled_at", "settled_by", "choice"]
    list_filter = ["why", "choice"]
