"""The application of outside calendars: what it does later, and what it does when a booking changes."""

from django.apps import AppConfig


class Calendars(AppConfig):
    """Registers its work and follows the changes of bookings."""

    name = "parley.scheduling.calendars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Imports models, so that it waits until they are loaded."""
        from parley import jobs
        from parley.scheduling import services
        from parley.scheduling.calendars import OWNER, outbox, privacy, work

        jobs.register(OWNER, work.work, atomic=False)
        privacy.serve()
        services.changed.connect(outbox.on_changed, dispatch_uid="scheduling.calendars")
