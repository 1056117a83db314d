"""Everything about appointments in the administration: the business, its people and hours, and what is booked."""

from django.contrib import admin
from django.http import HttpRequest

from parley.scheduling.models import Booking, Change, Hours, Override, Resource, Service, Site, Waiting
from parley.skills.appointments.models import Answer, Business, Feed


class HoursInline(admin.TabularInline[Hours, Resource]):
    """The weekly hours of a person or a room."""

    model = Hours
    extra = 0


class ChangeInline(admin.TabularInline[Change, Booking]):
    """What happened to a booking; only ever read."""

    model = Change
    extra = 0
    readonly_fields = ["at", "by", "what", "before", "after"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Booking | None = None) -> bool:
        """The services write it."""
        return False


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin[Site]):
    """Places."""

    list_display = ["name", "zone", "country", "phone"]


@admin.register(Business)
class BusinessAdmin(admin.ModelAdmin[Business]):
    """Sites whose appointments are booked by talking."""

    list_display = ["site", "latest_cancel"]


@admin.register(Answer)
class AnswerAdmin(admin.ModelAdmin[Answer]):
    """What callers are told who ask about the business itself."""

    list_display = ["topic", "site", "words"]
    list_filter = ["site", "topic"]


@admin.register(Resource)
class ResourceAdmin(admin.ModelAdmin[Resource]):
    """Staff and rooms with their hours."""

    list_display = ["name", "kind", "site", "active"]
    list_filter = ["site", "kind", "active"]
    inlines = [HoursInline]


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin[Service]):
    """What is given."""

    list_display = ["code", "duration", "notice", "horizon_days", "active"]
    list_filter = ["site", "active"]
    filter_horizontal = ["resources"]


@admin.register(Override)
class OverrideAdmin(admin.ModelAdmin[Override]):
    """Days that differ from the weekly hours."""

    list_display = ["day", "site", "resource", "opens", "start", "end", "reason"]
    date_hierarchy = "day"


@admin.register(Booking)
class BookingAdmin(admin.ModelAdmin[Booking]):
    """Bookings with their history. Changed through the services, so that nothing overlaps: here only looked at."""

    list_display = ["start", "title", "name", "resource", "status"]
    list_filter = ["status", "resource"]
    search_fields = ["name", "phone", "title"]
    date_hierarchy = "start"
    inlines = [ChangeInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Booking is done through the services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Booking | None = None) -> bool:
        """Moving is done through the services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Booking | None = None) -> bool:
        """A cancellation is a status."""
        return False


@admin.register(Waiting)
class WaitingAdmin(admin.ModelAdmin[Waiting]):
    """Who would like an earlier time, in order."""

    list_display = ["created_at", "name", "service", "earliest", "latest", "status"]
    list_filter = ["status", "service"]


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin[Feed]):
    """Calendar feeds that were given out."""

    list_display = ["site", "resource", "created_at", "revoked_at"]
