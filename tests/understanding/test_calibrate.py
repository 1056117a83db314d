"""Confidence is a probability that holds."""

import numpy as np
import pytest

from parley.understanding.calibrate import calibrated, lead_over, threshold_for


def drawn(count: int, *, seed: int):
    """Answers of an overconfident network: its scores are five times too large."""
    chance = np.random.default_rng(seed)
    truth = chance.normal(size=(count, 6))
    chances = np.exp(truth) / np.exp(truth).sum(axis=1, keepdims=True)
    gold = np.array([chance.choice(6, p=row) for row in chances])
    return truth * 5, np.full(count, 0.9), truth.argmax(axis=1) == gold


def test_confidence_is_the_share_that_is_right():
    scores, familiar, right = drawn(4_000, seed=1)
    calibration = calibrated(scores, familiar, right)
    scores, familiar, right = drawn(4_000, seed=2)
    confidence = calibration.confidence(scores, familiar)
    assert confidence.mean() == pytest.approx(right.mean(), abs=0.03)
    for low, high in ((0.2, 0.5), (0.5, 0.8)):
        inside = (confidence >= low) & (confidence < high)
        assert confidence[inside].mean() == pytest.approx(right[inside].mean(), abs=0.06)


def test_unfamiliar_words_lower_confidence():
    scores, familiar, right = drawn(2_000, seed=3)
    strange = np.full(len(right), 0.1)
    calibration = calibrated(
        np.concatenate([scores, scores]),
        np.concatenate([familiar, strange]),
        np.concatenate([right, np.zeros(len(right), dtype=bool)]),
    )
    assert calibration.confidence(scores[:50], strange[:50]).max() < calibration.confidence(scores, familiar).mean()


def test_the_threshold_rejects_no_more_than_it_may():
    confidence = np.linspace(0, 1, 1_001)
    in_scope = np.ones(1_001, dtype=bool)
    assert (confidence < threshold_for(confidence, in_scope, rejected=0.03)).mean() <= 0.031


def test_the_lead_is_over_the_intent_of_everything_else():
    lead = lead_over(np.array([[5.0, 0.0, 0.0], [0.0, 0.0, 5.0]]), 2)
    assert lead[0] > 0.9
    assert lead[1] < -0.9
