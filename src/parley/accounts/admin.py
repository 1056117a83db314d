"""People, log-ins, devices and keys in the administration."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.forms import ModelForm
from django.http import HttpRequest

from parley.accounts import tokens
from parley.accounts.models import ApiKey, Device, Person, Profile, User


class ProfileInline(admin.StackedInline):
    """The profile beside its person."""

    model = Profile


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """People who are talked to."""

    list_display = ("name", "phone", "email", "created_at")
    search_fields = ("name", "phone", "email")
    inlines = (ProfileInline,)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Log-ins, with the person and role that belong to them."""

    fieldsets = (*(UserAdmin.fieldsets or ()), ("Parley", {"fields": ("person", "role")}))
    list_display = ("username", "role", "is_staff", "is_active")


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    """Devices; saving a new one shows its token once."""

    list_display = ("name", "person", "last_seen_at", "revoked_at")
    readonly_fields = ("last_seen_at",)

    def save_model(self, request: HttpRequest, obj: Device, form: ModelForm, change: bool) -> None:
        """Give a new device its token."""
        if not change:
            token = tokens.new(tokens.DEVICE)
            obj.token_hash = tokens.fingerprint(token)
            messages.warning(request, f"Token, shown only now: {token}")
        super().save_model(request, obj, form, change)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """API keys; saving a new one shows it once."""

    list_display = ("name", "prefix", "scopes", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = ("prefix", "last_used_at")
    exclude = ("created_by",)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm, change: bool) -> None:
        """Give a new key its text."""
        if not change:
            text = tokens.new(tokens.KEY)
            obj.key_hash, obj.prefix = tokens.fingerprint(text), text[:8]
            if isinstance(request.user, User):
                obj.created_by = request.user
            messages.warning(request, f"Key, shown only now: {text}")
        super().save_model(request, obj, form, change)
