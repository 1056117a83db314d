"""The page that Prometheus reads."""

from prometheus_client import generate_latest

import parley.server.metrics  # noqa: F401 - declares them
from parley.scheduling.remembered import KINDS, Remembered


def test_look_ups_in_caches_are_shown_by_cache():
    kind: Remembered[int] = Remembered("shown_here", seconds=lambda: 60.0)
    try:
        kind.counts.hits, kind.counts.misses = 3, 1
        page = generate_latest().decode()
    finally:
        del KINDS["shown_here"]
    assert 'parley_cache_total{cache="shown_here",result="hit"} 3.0' in page
    assert 'parley_cache_total{cache="shown_here",result="miss"} 1.0' in page
