"""The rehearsed skills of the domains that no built skill serves."""

from collections.abc import Mapping
from typing import Any

from parley.evaluation.rehearsal.acting import Rehearsal
from parley.evaluation.rehearsal.care.skill import Care
from parley.evaluation.rehearsal.medication.skill import Medication
from parley.evaluation.rehearsal.tasks.skill import Tasks


def unbuilt(built: Mapping[str, Any]) -> dict[str, Rehearsal]:
    """One for each domain that has only a table."""
    return {skill.name: skill for skill in (Medication(), Care(), Tasks()) if skill.name not in built}
