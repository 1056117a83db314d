"""The circuit breaker, by a clock of its own."""

from parley.speaking.breaker import Breaker


def test_it_rests_after_failures_in_a_row_and_then_tries_once() -> None:
    breaker = Breaker(failures_to_rest=2, rest_s=30)
    breaker.failed(0)
    assert breaker.allows(1)
    breaker.failed(1)
    assert not breaker.allows(30.9)
    assert breaker.allows(31)
    assert not breaker.allows(32), "only one request may try"
    breaker.worked()
    assert breaker.allows(32)


def test_success_between_failures_starts_the_count_again() -> None:
    breaker = Breaker(failures_to_rest=2, rest_s=30)
    breaker.failed(0)
    breaker.worked()
    breaker.failed(1)
    assert breaker.allows(2)


def test_refused_credentials_rest_it_at_once() -> None:
    breaker = Breaker(failures_to_rest=5, rest_s=30)
    breaker.failed(0, for_good=True)
    assert not breaker.allows(1)
