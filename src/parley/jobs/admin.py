"""Due work in the administration: to see what waits, and what was given up."""

from django.contrib import admin

from parley.jobs.models import Due


@admin.register(Due)
class DueAdmin(admin.ModelAdmin):
    """Work that waits, is being done, or was given up."""

    list_display = ("owner", "handler", "subject", "at", "attempts", "error", "failed_at")
    list_filter = ("owner", "handler", "failed_at")
