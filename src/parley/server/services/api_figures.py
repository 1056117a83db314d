"""REST of the call handler for who runs it: the database, the speed, the caches."""

import time
from typing import Any, Final

import psutil
from django.apps import apps
from django.db import connection
from django.http import HttpRequest
from ninja import Router, Schema
from prometheus_client import REGISTRY

from parley.accounts.authentication import with_scope
from parley.channels.house import the_house
from parley.contract import ConfigurationInvalid

PATH: Final = "/admin"
router = Router(tags=["figures"], auth=with_scope("admin:read"))


class DatabaseOut(Schema):
    """The database as this process sees it."""

    engine: str
    query_ms: float
    """Of the shortest query there is."""
    rows: dict[str, int]
    """By table; on PostgreSQL as its statistics estimate them."""
    pool: dict[str, int]
    """Connections, where there is a pool."""


class StageOut(Schema):
    """One stage of a turn, or one area of addresses, since the process began."""

    count: int
    mean_ms: float
    p95_ms: float | None
    """No more than this, as the figures' steps tell; None: more than the last step, or nothing was measured."""


class PerformanceOut(Schema):
    """How fast, and at what cost."""

    responses: dict[str, StageOut]
    """By the first part of the address."""
    stages: dict[str, StageOut]
    """Of turns."""
    queries: dict[str, StageOut]
    """Questions to the database, by kind."""
    errors: dict[str, int]
    """By code."""
    conversations: int
    """Live now."""
    cpu_percent: float
    """Of one core, on the average of the process's life."""
    memory_mb: float


class CacheOut(Schema):
    """One cache."""

    hits: int
    misses: int
    hit_rate: float


@router.get("/db-stats", response=DatabaseOut, summary="The database")
def db_stats(request: HttpRequest) -> DatabaseOut:
    """Its answer time, its tables, its pool."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    query_ms = round((time.perf_counter() - began) * 1000, 2)
    pool = getattr(connection, "pool", None)
    return DatabaseOut(
        engine=connection.vendor, query_ms=query_ms, rows=_rows(), pool=pool.get_stats() if pool else {}
    )


def _rows() -> dict[str, int]:
    tables = sorted(model._meta.db_table for model in apps.get_models() if model.__module__.startswith("parley."))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [tables])
            return {name: max(0, int(rows)) for name, rows in cursor.fetchall()}
        counted: dict[str, int] = {}
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            counted[table] = cursor.fetchone()[0]
        return counted


@router.get("/performance", response=PerformanceOut, summary="Times, errors, processor, memory")
def performance(request: HttpRequest) -> PerformanceOut:
    """Since this process began."""
    process = psutil.Process()
    spent, lived = process.cpu_times(), max(time.time() - process.create_time(), 0.001)
    return PerformanceOut(
        responses=_stages("parley_response_seconds", "area"),
        stages=_stages("parley_stage_seconds", "stage"),
        errors={labels["code"]: int(value) for labels, value in _samples("parley_errors_total")},
        conversations=_live(),
        queries=_stages("parley_query_seconds", "kind"),
        cpu_percent=round((spent.user + spent.system) / lived * 100, 1),
        memory_mb=round(process.memory_info().rss / 2**20, 1),
    )


def _live() -> int:
    try:
        return len(the_house().floor)
    except ConfigurationInvalid:
        return 0


@router.get("/cache-stats", response=dict[str, CacheOut], summary="Hit rates")
def cache_stats(request: HttpRequest) -> dict[str, CacheOut]:
    """By cache, since this process began."""
    found: dict[str, dict[str, int]] = {}
    for labels, value in _samples("parley_cache_total"):
        found.setdefault(labels["cache"], {})[labels["result"]] = int(value)
    return {name: _cache(results.get("hit", 0), results.get("miss", 0)) for name, results in found.items()}


def _cache(hits: int, misses: int) -> CacheOut:
    asked = hits + misses
    return CacheOut(hits=hits, misses=misses, hit_rate=round(hits / asked, 4) if asked else 0.0)


def _samples(name: str) -> list[tuple[dict[str, Any], float]]:
    return [
        (dict(sample.labels), sample.value)
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == name
    ]


def _stages(name: str, label: str) -> dict[str, StageOut]:
    """A histogram by one label."""
    sums = {labels[label]: value for labels, value in _samples(f"{name}_sum")}
    steps: dict[str, list[tuple[float, float]]] = {}
    for labels, value in _samples(f"{name}_bucket"):
        steps.setdefault(labels[label], []).append((float(labels["le"]), value))
    return {key: _stage(sorted(each), sums[key]) for key, each in steps.items()}


def _stage(steps: list[tuple[float, float]], seconds: float) -> StageOut:
    count = steps[-1][1]
    enough = next((upper for upper, below in steps if count and below >= 0.95 * count), float("inf"))
    return StageOut(
        count=int(count),
        mean_ms=round(seconds / count * 1000, 1) if count else 0.0,
        p95_ms=enough * 1000 if enough != float("inf") else None,
    )
