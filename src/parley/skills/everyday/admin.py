"""Timers, alarms and reminders in the administration."""

from typing import ClassVar

from django.contrib import admin

from parley.skills.everyday.models import Alarm, Contact, Message, Reminder, Timer


@admin.register(Timer)
class TimerAdmin(admin.ModelAdmin[Timer]):
    """Timers, the latest first."""

    list_display = ["label", "length", "ends_at", "state", "owner"]
    list_filter = ["state"]
    date_hierarchy = "created_at"


@admin.register(Alarm)
class AlarmAdmin(admin.ModelAdmin[Alarm]):
    """Alarms by their next time."""

    list_display = ["time", "label", "recurrence", "due_at", "state", "owner"]
    list_filter = ["state"]


@admin.register(Reminder)
class ReminderAdmin(admin.ModelAdmin[Reminder]):
    """Reminders by their next time."""

    list_display = ["title", "due_at", "recurrence", "state", "owner"]
    list_filter = ["state"]


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin[Contact]):
    """To whom each person may have messages sent."""

    list_display = ["name", "phone", "language", "person"]
    autocomplete_fields: ClassVar = ["person"]
    search_fields: ClassVar = ["name"]


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    """Messages that were asked for."""

    list_display = ["recipient", "created_at", "owner"]
