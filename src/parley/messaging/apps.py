"""The application: when it is ready, its due work is done and its data is shown and erased with a person's."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Messages."""

    name = "parley.messaging"

    def ready(self) -> None:
        """Register."""
        from parley.messaging import privacy, sending

        sending.serve()
        privacy.serve()
