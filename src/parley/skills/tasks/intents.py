"""What can be asked about tasks and projects: the slots, and the table of policy."""

from typing import Annotated

from parley.contract import Confirmation, Intent, Kind, Risk, Slot, Slots
from parley.contract.slots import Date, Duration, Name, Number, PartOfDay, Range, Recurrence, Text, Time

Titles = Annotated[str | list[str], Slot(Kind.TEXT, many=True)]
Priority = Annotated[str, Slot(Kind.CHOICE, lexicon="priority")]
Filter = Annotated[str, Slot(Kind.CHOICE, lexicon="filter")]


class Task(Slots):
    """A task, by its words or its place in the list just read."""

    title: Titles | None = None
    position: Number | None = None
    project: Name | None = None
    label: Text | None = None
    assignee: Name | None = None
    priority: Priority | None = None
    due_date: Date | None = None
    due_time: Time | None = None
    part_of_day: PartOfDay | None = None
    recurrence: Recurrence | None = None
    duration: Duration | None = None


class Change(Task):
    """A task and what becomes of it."""

    new_title: Text | None = None
    new_due_date: Date | None = None
    new_project: Name | None = None
    shift: Duration | None = None


class Selection(Slots):
    """Which tasks are meant."""

    title: Titles | None = None
    position: Number | None = None
    filter: Filter | None = None
    scope: Text | None = None
    project: Name | None = None
    label: Text | None = None
    assignee: Name | None = None
    priority: Priority | None = None
    date: Date | None = None
    due_date: Date | None = None
    date_range: Range | None = None


class Project(Slots):
    """A project."""

    project: Name | None = None
    due_date: Date | None = None


CHOOSING = ("position", "filter", "scope", "project", "label")
"""Slots that say which tasks are meant without their words."""

INTENTS = (
    Intent(name="task.add", slots=Task, required=("title",)),
    Intent(name="task.complete", slots=Selection, required=("title",), instead={"title": CHOOSING}),
    Intent(name="task.list", slots=Selection, reads_only=True),
    Intent(name="task.update", slots=Change, required=("title",), instead={"title": ("position",)}),
    Intent(
        name="task.delete",
        slots=Selection,
        required=("title",),
        instead={"title": CHOOSING},
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.MEDIUM,
    ),
    Intent(name="project.add", slots=Project, required=("project",)),
    Intent(name="project.status", slots=Project, reads_only=True),
)
