"""The application of scheduling: what it does later, and what it does when a booking changes."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Scheduling(AppConfig):
    """Registers the waiting list's work, and what makes remembered rules forgotten."""

    name = "parley.scheduling"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Imports models, so that it waits until they are loaded."""
        from parley import jobs
        from parley.scheduling import privacy, remembered, services, waiting

        jobs.register(waiting.OWNER, waiting.work)
        connection_created.connect(remembered.watch, dispatch_uid="scheduling.remembered")
        privacy.serve()
        services.changed.connect(waiting.on_changed, dispatch_uid="scheduling.waiting")
