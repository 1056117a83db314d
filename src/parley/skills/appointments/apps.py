"""The application of appointments: what follows from a change of a booking."""

from django.apps import AppConfig


class Appointments(AppConfig):
    """Connects messages to bookings."""

    name = "parley.skills.appointments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Imports models, so that it waits until they are loaded."""
        from parley.skills.appointments import messages

        messages.connect()
