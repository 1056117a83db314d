"""Messages in the administration: the outbox to be read, the templates to be changed."""

from django.contrib import admin

from parley.messaging.models import Consent, Incoming, Message, Template


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """The outbox."""

    list_display = ("created_at", "channel", "purpose", "status", "attempts", "error_code", "send_at", "sent_at")
    list_filter = ("channel", "purpose", "status")


@admin.register(Incoming)
class IncomingAdmin(admin.ModelAdmin):
    """What came in."""

    list_display = ("at", "phone", "answered_at")


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):
    """Who agreed to what."""

    list_display = ("at", "phone", "scope", "state", "how")
    list_filter = ("scope", "state")


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    """Texts of the house's own."""

    list_display = ("key", "language")
    list_filter = ("language",)
