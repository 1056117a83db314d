"""How sure an answer is: a probability that holds, made from what the network says and how familiar the words are.

A network is sure of itself also about things that it has never seen. What it says is therefore weighed against the
share of the utterance that it knows, on utterances kept from training, by logistic regression.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
STEPS = 60
FEATURES = 5
"""Log odds of the best intent, its lead on the second, its raw score, share of known features, a constant."""


def softmax(scores: npt.NDArray[np.floating]) -> Floats:
    """Probabilities along the last axis."""
    raised = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def evidence(scores: npt.NDArray[np.floating], familiar: npt.NDArray[np.floating]) -> Floats:
    """[n, FEATURES] from intent scores [n, intents] and the share of known features [n]."""
    ordered = np.sort(scores.astype(np.float64), axis=-1)
    best = ordered[:, -1]
    second = ordered[:, -2] if scores.shape[1] > 1 else np.zeros(len(scores))
    probability = np.clip(softmax(scores).max(axis=-1), 1e-6, 1 - 1e-6)
    odds = np.log(probability / (1 - probability))
    return np.stack([odds, best - second, best, familiar * 4.0, np.ones(len(scores))], axis=-1)


def sigmoid(value: Floats) -> Floats:
    """Probability of log odds, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The weights of the evidence."""

    weights: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 0.0)

    def confidence(self, scores: npt.NDArray[np.floating], familiar: npt.NDArray[np.floating]) -> Floats:
        """Probability that the best intent is right [n]."""
        return sigmoid(evidence(scores, familiar) @ np.asarray(self.weights))


def calibrated(
    scores: npt.NDArray[np.floating],
    familiar: npt.NDArray[np.floating],
    right: npt.NDArray[np.bool_],
    *,
    ridge: float = 1e-2,
    importance: npt.NDArray[np.floating] | None = None,
) -> Calibration:
    """Fit the weights by Newton's method; `right` [n] says whether the best intent was right."""
    inputs, wanted = evidence(scores, familiar), right.astype(np.float64)
    share = np.ones(len(wanted)) if importance is None else importance.astype(np.float64)
    weights = np.zeros(FEATURES)
    penalty = np.eye(FEATURES) * ridge * len(wanted) / 100
    for _ in range(STEPS):
        said = sigmoid(inputs @ weights)
        slope = inputs.T @ (share * (said - wanted)) + penalty @ weights
        bend = (inputs * (share * np.maximum(said * (1 - said), 1e-6))[:, None]).T @ inputs + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step / max(1.0, float(np.abs(step).max()))
    return Calibration(weights=tuple(float(weight) for weight in weights))


def lead_over(scores: npt.NDArray[np.floating], outside: int) -> Floats:
    """By how much the best intent in scope is likelier than the intent `outside` of everything else [n]."""
    chances = softmax(scores)
    return np.asarray(np.delete(chances, outside, axis=-1).max(axis=-1) - chances[:, outside])


def threshold_for(confidence: Floats, in_scope: npt.NDArray[np.bool_], *, rejected: float) -> float:
    """The confidence under which at most a share `rejected` of what is in scope lies."""
    return float(np.quantile(confidence[in_scope], rejected)) if in_scope.any() else 0.0
