"""Due work as a task of Django's interface: run here by default, by another engine where one is set up.

`TASKS` names the backend. The claim goes with the task, so that an engine that delivers twice still works once.
"""

from django.utils import timezone
from django_tasks import task

from parley.jobs import services


@task()
def run_due(due_id: int, claim: str) -> bool:
    """Do one claimed piece of work."""
    return services.run(due_id, claim, now=timezone.now())
