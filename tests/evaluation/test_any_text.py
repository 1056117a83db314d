"""Whatever is said, a turn ends with an answer or with silence, never with a fault."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.evaluation import database
from parley.evaluation.player import Player
from parley.evaluation.world import Start

pytestmark = pytest.mark.django_db
WORDS = st.sampled_from(
    [
        "timer",
        "ten",
        "minutes",
        "yes",
        "no",
        "cancel",
        "that",
        "the",
        "second",
        "예약",
        "네?",
        "oui",
        "mais",
        "annule",
        "?",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join)), min_size=1, max_size=5))
def test_any_conversation_goes_on(texts: list[str]) -> None:
    with database.world_of_its_own():
        player = Player(Start.model_validate({"now": "2026-03-12T10:00", "tz": "America/Chicago"}))
        for text in texts:
            result = player.user(text)
            assert isinstance(result.reply, str)
            assert player.said is not None
            assert all(0 <= span.start <= span.end <= len(player.said.text) for span in player.said.spans)
