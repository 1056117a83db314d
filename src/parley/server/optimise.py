"""`parley optimise`: the database put in order, and its indexes looked at. Meant for once a week, at a quiet hour.

The planner is given fresh statistics, the space of deleted rows is given back, and SQLite's file is checked. What is
told about indexes is for whoever changes models: an index that another one makes needless, a reference without one.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import django
from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

WORTH_A_VACUUM: Final = 0.1
"""Share of free pages from which SQLite's file is written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, after it was put in order."""

    name: str
    rows: int
    """As the planner takes it."""
    bytes: int | None
    """With its indexes; None where the database does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was done, and what was found."""

    engine: str
    bytes_before: int
    bytes_after: int
    tables: tuple[Table, ...]
    advice: tuple[str, ...]
    """About indexes."""
    faults: tuple[str, ...]
    """What is broken, and wants a backup or `REINDEX`."""


def main(argv: list[str]) -> int:
    """Put in order and tell; 1 where something is broken."""
    parser = argparse.ArgumentParser(prog="parley optimise", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, only look")
    parser.add_argument("--full", action="store_true", help="write every table anew; PostgreSQL locks it meanwhile")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    django.setup(set_prefix=False)
    report = optimised(change=not arguments.check, full=arguments.full)
    print(json.dumps(asdict(report)) if arguments.json else table(report))
    for fault in report.faults:
        print(f"parley optimise: {fault}", file=sys.stderr)
    return 1 if report.faults else 0


def optimised(*, change: bool = True, full: bool = False) -> Report:
    """Outside of any transaction. While SQLite's file is written anew, writers wait."""
    models = _models()
    names = sorted(model._meta.db_table for model in models)
    database = _Postgres if connection.vendor == "postgresql" else _Sqlite
    with connection.cursor() as cursor:
        before = database.size(cursor)
        if change:
            database.put_in_order(cursor, names, full=full)
        return Report(
            engine=connection.vendor,
            bytes_before=before,
            bytes_after=database.size(cursor),
            tables=tuple(database.tables(cursor, names)),
            advice=tuple(line for model in models for line in _advice(cursor, model)),
            faults=tuple(database.faults(cursor)),
        )


class _Sqlite:
    @staticmethod
    def size(cursor: CursorWrapper) -> int:
        return int(_one(cursor, "PRAGMA page_count")) * int(_one(cursor, "PRAGMA page_size"))

    @staticmethod
    def put_in_order(cursor: CursorWrapper, _: Sequence[str], *, full: bool) -> None:
        cursor.execute("ANALYZE")
        free = int(_one(cursor, "PRAGMA freelist_count")) / max(1, int(_one(cursor, "PRAGMA page_count")))
        if full or free >= WORTH_A_VACUUM:
            cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def tables(cursor: CursorWrapper, names: Sequence[str]) -> Iterator[Table]:
        for name in names:
            rows = int(_one(cursor, f"SELECT COUNT(*) FROM {_quoted(name)}"))  # noqa: S608 - our own tables
            yield Table(name=name, rows=rows, bytes=None)

    @staticmethod
    def faults(cursor: CursorWrapper) -> Iterator[str]:
        cursor.execute("PRAGMA quick_check(20)")
        yield from (row[0] for row in cursor.fetchall() if row[0] != "ok")
        cursor.execute("PRAGMA foreign_key_check")
        for name, row, referred, _ in cursor.fetchmany(20):
            yield f"row {row} of {name} refers to one of {referred} that is not there"


class _Postgres:
    @staticmethod
    def size(cursor: CursorWrapper) -> int:
        return int(_one(cursor, "SELECT pg_database_size(current_database())"))

    @staticmethod
    def put_in_order(cursor: CursorWrapper, names: Sequence[str], *, full: bool) -> None:
        for name in names:
            cursor.execute(f"VACUUM ({'FULL, ' if full else ''}ANALYZE) {_quoted(name)}")

    @staticmethod
    def tables(cursor: CursorWrapper, names: Sequence[str]) -> Iterator[Table]:
        cursor.execute(
            "SELECT relname, reltuples, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace ORDER BY relname",
            [list(names)],
        )
        for name, rows, size in cursor.fetchall():
            yield Table(name=name, rows=max(0, int(rows)), bytes=size)

    @staticmethod
    def faults(cursor: CursorWrapper) -> Iterator[str]:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        yield from (f"the index {name} is not valid: it was not built to its end" for (name,) in cursor.fetchall())


def _advice(cursor: CursorWrapper, model: type[Model]) -> Iterator[str]:
    """Of one table: indexes that say nothing that another does not say, references without one."""
    name = model._meta.db_table
    partial = _partial(model)
    found = {
        index: (tuple(each["columns"]), each)
        for index, each in connection.introspection.get_constraints(cursor, name).items()
        if (each["index"] or each["unique"] or each["primary_key"]) and index not in partial and all(each["columns"])
    }
    for index, (columns, each) in found.items():
        if each["unique"] or each["primary_key"]:
            continue
        for other, (wider, its) in found.items():
            longer = wider[: len(columns)] == columns and (len(wider), other) > (len(columns), index)
            if other != index and longer and _same_order(each, its):
                yield f"{name}: the index {index} is the beginning of {other}"
                break
    first = {columns[0] for columns, _ in found.values()}
    for reference in model._meta.local_concrete_fields:
        if reference.is_relation and reference.column not in first:
            yield f"{name}: no index begins with {reference.column}, by which its rows are sought"


def _same_order(narrow: Mapping[str, Any], wide: Mapping[str, Any]) -> bool:
    orders = narrow.get("orders") or []
    return narrow.get("type") == wide.get("type") and list(wide.get("orders") or [])[: len(orders)] == list(orders)


def _partial(model: type[Model]) -> frozenset[str]:
    """Indexes and constraints that hold for some rows only."""
    declared = (*model._meta.indexes, *model._meta.constraints)
    return frozenset(each.name for each in declared if getattr(each, "condition", None) is not None)


def _models() -> list[type[Model]]:
    ours = (model for model in apps.get_models() if model.__module__.startswith("parley.") and model._meta.managed)
    return sorted(ours, key=lambda model: model._meta.db_table)


def _one(cursor: CursorWrapper, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def table(report: Report) -> str:
    """For reading."""
    lines = [f"{'table':<44}{'rows':>10}{'MB':>9}"]
    for each in report.tables:
        size = "" if each.bytes is None else f"{each.bytes / 1e6:.2f}"
        lines.append(f"{each.name:<44}{each.rows:>10,}{size:>9}")
    lines += [*report.advice, *report.faults]
    before, after = (size / 1e6 for size in (report.bytes_before, report.bytes_after))
    return "\n".join([*lines, f"{report.engine}: {before:.2f} MB before, {after:.2f} MB after"])
