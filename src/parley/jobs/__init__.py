"""Work that must happen later, survives a restart, and happens once.

    with transaction.atomic():
        timer = Timer.objects.create(…)
        later("everyday", "timer", at=timer.ends_at, subject=str(timer.pk))

The work stands or falls with the transaction that asked for it. When it is due, the function that its owner has
registered is called with the subject's id and looks at the present state.
"""

from typing import Any

from parley.jobs.handlers import register

__all__ = ["cancel", "later", "later_for", "register"]


def __getattr__(name: str) -> Any:
    """The services, which need Django's models to be loaded first."""
    if name in __all__:
        from parley.jobs import services

        return getattr(services, name)
    raise AttributeError(name)
