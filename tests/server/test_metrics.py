"""The page that Prometheus reads."""

import re
from pathlib import Path

import pytest
import yaml
from django.db import connection
from prometheus_client import REGISTRY, generate_latest

from parley.contract import errors
from parley.scheduling.models import Site
from parley.scheduling.remembered import KINDS, Remembered
from parley.server import metrics

ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml"


def test_look_ups_in_caches_are_shown_by_cache():
    kind: Remembered[int] = Remembered("shown_here", seconds=lambda: 60.0)
    try:
        kind.counts.hits, kind.counts.misses = 3, 1
        page = generate_latest().decode()
    finally:
        del KINDS["shown_here"]
    assert 'parley_cache_total{cache="shown_here",result="hit"} 3.0' in page
    assert 'parley_cache_total{cache="shown_here",result="miss"} 1.0' in page


@pytest.mark.django_db
def test_questions_to_the_database_are_timed_by_kind():
    def asked(kind: str) -> float:
        return REGISTRY.get_sample_value("parley_query_seconds_count", {"kind": kind}) or 0.0

    before = asked("select"), asked("insert")
    metrics.watch_queries(connection=connection)
    metrics.watch_queries(connection=connection)
    try:
        Site.objects.create(name="Clinic", zone="UTC", country="CA")
        assert Site.objects.count() == 1
    finally:
        connection.execute_wrappers.remove(metrics._timed)
    assert (asked("select"), asked("insert")) == (before[0] + 1, before[1] + 1), "each once"


def test_alerts_speak_of_figures_and_codes_that_there_are():
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    told = " ".join(rule["expr"] for rule in rules)
    page = generate_latest().decode()
    families = {name.removesuffix("_total") for name in re.findall(r"^# TYPE (\S+)", page, re.MULTILINE)}
    for name in re.findall(r"parley_\w+", told):
        assert re.sub(r"_(total|bucket)$", "", name) in families, name
    codes = {each.code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "code")}
    assert set(re.findall(r"[A-Z]{3}_\d{3}", told)) <= codes
