"""Tasks and projects, rehearsed: a list of titles with what was said of them, and a list of names."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Intent, Mention, Outcome, Prepared, Request, Say
from parley.evaluation.rehearsal.acting import Part, Rehearsal, alike, names, refused, which, words
from parley.evaluation.rehearsal.tasks.naming import by_words
from parley.skills.tasks.intents import INTENTS

_TOLD: Final = "tasks_told"
"""The fact that keeps what was said of tasks: day and project by title. Of a task of the stated world nothing was."""
_DONE: Final = "tasks_done"


def _facts(request: Request) -> Mapping[str, Any]:
    """What the conversation knows, without what is being put right."""
    facts = request.context.facts
    return {**facts, **facts.get("replaces", {})}


def _titles(request: Request) -> list[str] | None:
    """The open tasks in their order; None where the world tells of none."""
    listed = _facts(request).get("tasks")
    return names(listed) if listed is not None else None


def _told(request: Request) -> dict[str, Mapping[str, str]]:
    return dict(_facts(request).get(_TOLD) or {})


def _before(request: Request) -> dict[str, Any]:
    """What is known again when the deed is taken back."""
    facts = _facts(request)
    return {name: facts.get(name) for name in ("tasks", "tasks_count", _TOLD, _DONE)}


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
        found = [_at(slots.position, titles)]
    if len(said) == 1 and found == [[]]:
        return _in_other_words(request, said[0], titles, confirm)
    if not found or not all(found):
        return Prepared(slots=slots, outcome=refused("no_such", titles=said))
    unclear = next((each for each in found if len(each) > 1), None)
    if unclear is not None:
        rows = [(title, words(title), {"title": title}) for title in unclear]
        asked = slots.model_copy(update={"title": None, "position": None})
        return Prepared(slots=asked, ask=which(Say("which", {"titles": unclear}), rows))
    meant = [each[0] for each in found]
    slots = slots.model_copy(update={"title": meant[0] if len(meant) == 1 else meant})
    return Prepared(slots=slots, summary=Say(confirm, {"titles": meant}) if confirm is not None else None)


def _at(position: int, titles: Sequence[str]) -> list[str]:
    """The title at a place of the list, from 1, or from its end with -1."""
    place = position - 1 if position > 0 else len(titles) + position
    return list(titles[place : place + 1]) if place >= 0 else []


def _in_other_words(request: Request, said: str, titles: Sequence[str], confirm: str | None) -> Prepared:
    """A task that shares words with what was said; asked about, where it does not hold all of them."""
    slots: Any = request.slots
    title, sure = by_words(said, titles, request.context.language)
    if title is None:
        return Prepared(slots=slots, outcome=refused("no_such", titles=[said]))
    slots = slots.model_copy(update={"title": title})
    if not sure:
        return Prepared(slots=slots, summary=Say("meant", {"titles": [title]}), confirm=True)
    return Prepared(slots=slots, summary=Say(confirm, {"titles": [title]}) if confirm is not None else None)


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
    if _bulk(slots):
        gone = _chosen(request)
        say = Say(f"{verb}.done_all", {"count": _count(request) or None})
    else:
        gone = _said(slots)
        say = Say(f"{verb}.done", {"titles": gone})
    kept = [title for title in titles if title not in gone]
    done = [*(_facts(request).get(_DONE) or []), *(gone if verb == "complete" else [])]
    facts = {"tasks": kept, _DONE: done} | ({"tasks_count": len(kept)} if _bulk(slots) else {})
    return Outcome(say=(say,), facts=facts, undo=_before(request))


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
    told = {**_told(request), **{title: _of_it(slots.due_date, slots.project) for title in said}}
    facts = {"tasks": [*titles, *(title for title in said if title not in titles)], _TOLD: told}
    return Outcome(say=(Say("add.done", values),), facts=facts, mentions=mentions, undo=_before(request))


def _of_it(day: dt.date | None, project: str | None) -> dict[str, str]:
    """What is kept of a task beside its title."""
    kept = {"due_date": day.isoformat() if day is not None else None, "project": project}
    return {name: value for name, value in kept.items() if value is not None}


def _update(request: Request) -> Outcome:
    slots: Any = request.slots
    titles, said, told = _titles(request) or [], _said(slots), _told(request)
    day, project = slots.new_due_date or slots.due_date, slots.new_project or slots.project
    values = {
        "titles": said,
        "title": slots.new_title,
        "date": day,
        "time": slots.due_time,
        "project": project,
        "priority": Say(f"priority.{slots.priority}") if slots.priority else None,
        "assignee": slots.assignee,
    }
    for title in said:
        told[slots.new_title or title] = {**told.pop(title, {}), **_of_it(day, project)}
    new = [slots.new_title if title in said and slots.new_title else title for title in titles]
    mentions = tuple(Mention(id=title, slot="title", label=title) for title in said if not slots.new_title)
    facts = {"tasks": new, _TOLD: told}
    return Outcome(say=(Say("update.done", values),), facts=facts, mentions=mentions, undo=_before(request))


def _list(request: Request) -> Outcome:
    slots: Any = request.slots
    titles = _listed(request)
    if not titles:
        wanted = slots.filter if slots.filter in ("overdue", "completed") else None
        some = slots.filter or slots.project or slots.date or slots.due_date or slots.date_range
        return Outcome(say=(Say(f"none_{wanted}" if wanted else "none_such" if some else "none"),))
    mentions = tuple(Mention(id=title, slot="title", label=title) for title in titles)
    return Outcome(say=(Say("list", {"titles": titles, "count": len(titles)}),), mentions=mentions)


def _listed(request: Request) -> list[str]:
    """The tasks that are asked for. One without a day may be done today."""
    slots: Any = request.slots
    told, today = _told(request), request.context.now.date()
    if slots.filter == "completed":
        return list(_facts(request).get(_DONE) or [])
    titles = _titles(request) or []
    days = {title: _day_of(told.get(title, {})) for title in titles}
    wanted = today if slots.filter == "today" else slots.date or slots.due_date
    if slots.filter == "overdue":
        titles = [title for title in titles if days[title] is not None and days[title] < today]
    elif wanted is not None:
        titles = [title for title in titles if days[title] == wanted or (wanted == today and days[title] is None)]
    elif slots.date_range is not None:
        first, last = slots.date_range.start, slots.date_range.end
        titles = [title for title in titles if days[title] is None or first <= days[title] <= last]
    if slots.project is not None:
        titles = _within(slots.project, titles, told)
    return titles


def _day_of(told: Mapping[str, str]) -> Any:
    return dt.date.fromisoformat(told["due_date"]) if "due_date" in told else None


def _within(project: str, titles: Sequence[str], told: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The titles of a project."""
    return [title for title in titles if alike(project, [told.get(title, {}).get("project", "")])]


def _add_project(request: Request) -> Outcome:
    slots: Any = request.slots
    before = names(request.context.facts.get("projects"))
    values = {"name": slots.project, "date": slots.due_date}
    mentions = (Mention(id=slots.project, slot="project", label=slots.project),)
    facts, undo = {"projects": [*before, slots.project]}, {"projects": before}
    return Outcome(say=(Say("project.added", values),), facts=facts, mentions=mentions, undo=undo)


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
    titles = _within(slots.project, _titles(request) or [], _told(request)) if slots.project is not None else []
    key = "project.status" if titles else "project.empty"
    return Outcome(say=(Say(key, {"name": slots.project, "count": len(titles)}),))


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
