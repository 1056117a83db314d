"""The database put in order, on whichever the tests run."""

import json

import pytest
from django.db import connection

from parley.messaging.models import Template
from parley.server.optimise import Report, Table, main, optimised, table

pytestmark = pytest.mark.django_db(transaction=True)
SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite's own file")


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def spare_index():
    execute("CREATE INDEX spare ON scheduling_booking (resource_id, start)")
    yield
    execute("DROP INDEX spare")


def test_tables_are_told_with_their_rows() -> None:
    Template.objects.all().delete()
    report = optimised()
    assert report.engine == connection.vendor
    assert report.faults == ()
    rows = {each.name: each.rows for each in report.tables}
    assert rows["messaging_template"] == 0
    assert "scheduling_booking" in rows
    assert "django_session" not in rows
    assert report.bytes_after > 0


def test_the_planner_gets_its_statistics() -> None:
    optimised()
    known = (
        "SELECT COUNT(*) FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"
        if connection.vendor == "postgresql"
        else "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"
    )
    with connection.cursor() as cursor:
        cursor.execute(known)
        assert cursor.fetchone()[0] > 0


def test_an_index_that_another_begins_with_is_told(spare_index) -> None:
    execute("CREATE INDEX spare_and_more ON scheduling_booking (resource_id, start, person_id)")
    try:
        advice = optimised(change=False).advice
    finally:
        execute("DROP INDEX spare_and_more")
    assert "scheduling_booking: the index spare is the beginning of spare_and_more" in advice
    assert not any("index spare_and_more" in line for line in advice)


def test_an_index_for_some_rows_only_replaces_none() -> None:
    """`booking_by_holder` has the same column, of holds alone."""
    execute("CREATE INDEX all_holders ON scheduling_booking (held_by)")
    try:
        assert not any("all_holders" in line for line in optimised(change=False).advice)
    finally:
        execute("DROP INDEX all_holders")


@SQLITE
def test_free_space_is_given_back_where_it_is_worth_it(tmp_path) -> None:
    execute("CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
            " SELECT i, hex(randomblob(500)) AS filling FROM n")  # fmt: skip
    execute("DROP TABLE big")
    looked = optimised(change=False)
    assert looked.bytes_after == looked.bytes_before
    done = optimised()
    assert done.bytes_after < done.bytes_before - 1_000_000


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert "MB before" in capsys.readouterr().out
    assert main(["--full", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == []


def test_the_table_names_what_is_broken() -> None:
    tables = (Table(name="a", rows=1_000, bytes=2_000_000), Table(name="b", rows=0, bytes=None))
    text = table(
        Report(engine="sqlite", bytes_before=1, bytes_after=1, tables=tables, advice=(), faults=("page 3 is torn",))
    )
    assert "page 3 is torn" in text
    assert "1,000     2.00" in text
