"""Tasks and projects, rehearsed: a list of titles and a list of names."""

from collections.abc import Sequence
from typing import Any

from parley.contract import Intent, Mention, Outcome, Prepared, Request, Say
from parley.evaluation.rehearsal.acting import Part, Rehearsal, alike, names, refused, which, words
from parley.skills.tasks.intents import INTENTS

_ALL = ("all", "except")


def _titles(request: Request) -> list[str] | None:
    """The open tasks in their order; None where the world tells of none."""
    listed = request.context.facts.get("tasks")
    return names(listed) if listed is not None else None


def _said(slots: Any) -> list[str]:
    title = slots.title
    return [] if title is None else title if isinstance(title, list) else [title]


def _bulk(slots: Any) -> bool:
    """Whether a whole group of tasks is meant."""
    named = slots.title is not None or slots.position is not None
    scope = getattr(slots, "scope", None)
    return bool(scope) or (not named and any(getattr(slots, each, None) for each in ("filter", "project", "label")))


def _chosen(request: Request) -> list[str]:
    """The titles that a group names."""
    slots: Any = request.slots
    titles = _titles(request) or []
    scope = slots.scope or ""
    if not scope.startswith("except: "):
        return titles
    kept = alike(scope.removeprefix("except: "), titles)
    return [title for title in titles if title not in kept]


def _count(request: Request) -> int:
    """How many tasks a group names, as far as the world tells."""
    slots: Any = request.slots
    stated = request.context.facts.get("tasks_count")
    chosen = len(_chosen(request))
    return stated if isinstance(stated, int) and not (slots.scope or "").startswith("except") else chosen


def _settled(request: Request, *, confirm: str | None, whole: str | None) -> Prepared:
    """One task by its words or its place; a group is counted and confirmed."""
    slots: Any = request.slots
    if whole is not None and _bulk(slots):
        count = _count(request)
        if not count and _titles(request) is not None:
            return Prepared(slots=slots, outcome=refused("none"))
        return Prepared(slots=slots, summary=Say(whole, {"count": count or None}), confirm=True)
    titles = _titles(request)
    said = _said(slots)
    if titles is None or not (said or slots.position):
        summary = Say(confirm, {"titles": said}) if confirm is not None and said else None
        return Prepared(slots=slots, summary=summary)
    found = [alike(each, titles) for each in said]
    if not any(found) and slots.position is not None:
        found = [titles[slots.position - 1 : slots.position]] if slots.position > 0 else []
    if not found or not all(found):
        return Prepared(slots=slots, outcome=refused("no_such", titles=said))
    unclear = next((each for each in found if len(each) > 1), None)
    if unclear is not None:
        rows = [(title, words(title), {"title": title}) for title in unclear]
        asked = slots.model_copy(update={"title": None, "position": None})
        return Prepared(slots=asked, ask=which(Say("which", {"titles": unclear}), rows))
    meant = [each[0] for each in found]
    slots = slots.model_copy(
        update={"title": meant[0] if len(meant) == 1 else meant, "position": None if said else slots.position}
    )
    return Prepared(slots=slots, summary=Say(confirm, {"titles": meant}) if confirm is not None else None)


def _prepare_complete(request: Request) -> Prepared:
    return _settled(request, confirm=None, whole="complete.confirm_all")


def _prepare_delete(request: Request) -> Prepared:
    return _settled(request, confirm="delete.confirm", whole="delete.confirm_all")


def _prepare_update(request: Request) -> Prepared:
    return _settled(request, confirm=None, whole=None)


def _gone(request: Request, verb: str) -> Outcome:
    """Tasks leave the list."""
    slots: Any = request.slots
    titles = _titles(request) or []
    before = {"tasks": titles, "tasks_count": request.context.facts.get("tasks_count")}
    if _bulk(slots):
        gone = _chosen(request)
        kept = [title for title in titles if title not in gone]
        say = Say(f"{verb}.done_all", {"count": _count(request) or None})
        return Outcome(say=(say,), facts={"tasks": kept, "tasks_count": len(kept)}, undo=before)
    said = _said(slots)
    kept = [title for title in titles if title not in said]
    return Outcome(say=(Say(f"{verb}.done", {"titles": said}),), facts={"tasks": kept}, undo=before)


def _complete(request: Request) -> Outcome:
    return _gone(request, "complete")


def _delete(request: Request) -> Outcome:
    return _gone(request, "delete")


def _add(request: Request) -> Outcome:
    slots: Any = request.slots
    said, titles = _said(slots), _titles(request) or []
    values = {
        "titles": said,
        "project": slots.project,
        "date": slots.due_date,
        "time": slots.due_time,
        "recurrence": slots.recurrence,
        "priority": Say(f"priority.{slots.priority}") if slots.priority else None,
        "assignee": slots.assignee,
        "count": len(said) if len(said) > 1 else None,
    }
    mentions = tuple(Mention(id=title, slot="title", label=title) for title in said)
    undo = {"tasks": titles}
    return Outcome(say=(Say("add.done", values),), facts={"tasks": [*titles, *said]}, mentions=mentions, undo=undo)


def _update(request: Request) -> Outcome:
    slots: Any = request.slots
    titles = _titles(request) or []
    said = _said(slots)
    new = [slots.new_title if title in said and slots.new_title else title for title in titles]
    values = {
        "titles": said,
        "title": slots.new_title,
        "date": slots.new_due_date or slots.due_date,
        "time": slots.due_time,
        "project": slots.new_project,
        "priority": Say(f"priority.{slots.priority}") if slots.priority else None,
        "assignee": slots.assignee,
    }
    return Outcome(say=(Say("update.done", values),), facts={"tasks": new}, undo={"tasks": titles})


def _list(request: Request) -> Outcome:
    titles = _titles(request) or []
    mentions = tuple(Mention(id=title, slot="title", label=title) for title in titles)
    say = Say("list", {"titles": titles, "count": len(titles)}) if titles else Say("none")
    return Outcome(say=(say,), mentions=mentions)


def _add_project(request: Request) -> Outcome:
    slots: Any = request.slots
    before = names(request.context.facts.get("projects"))
    values = {"name": slots.project, "date": slots.due_date}
    return Outcome(
        say=(Say("project.added", values),), facts={"projects": [*before, slots.project]}, undo={"projects": before}
    )


def _prepare_status(request: Request) -> Prepared:
    slots: Any = request.slots
    known = names(request.context.facts.get("projects"))
    if slots.project is None and len(known) > 1:
        rows = [(name, words(name), {"project": name}) for name in known]
        return Prepared(slots=slots, ask=which(Say("project.which", {"names": known}), rows))
    meant = known if slots.project is None else alike(slots.project, known)
    return Prepared(slots=slots.model_copy(update={"project": meant[0]}) if meant else slots)


def _status(request: Request) -> Outcome:
    slots: Any = request.slots
    count = len(_titles(request) or [])
    return Outcome(say=(Say("project.status", {"name": slots.project, "count": count}),))


class Tasks(Rehearsal):
    """Tasks and projects."""

    name = "tasks"
    intents: Sequence[Intent] = INTENTS
    parts = {
        "task.add": Part(execute=_add),
        "task.complete": Part(prepare=_prepare_complete, execute=_complete),
        "task.delete": Part(prepare=_prepare_delete, execute=_delete),
        "task.update": Part(prepare=_prepare_update, execute=_update),
        "task.list": Part(execute=_list),
        "project.add": Part(execute=_add_project),
        "project.status": Part(prepare=_prepare_status, execute=_status),
    }
    likely = (("tasks", "title"), ("projects", "project"))
