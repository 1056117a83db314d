"""Which intents a rough transcript may be about, so that their grammars are searched and no others."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence


class LikelyIntents:
    """Naive Bayes over words: enough to find a few candidates among a hundred intents."""

    def __init__(self, samples: Iterable[tuple[str, str]]) -> None:
        """`samples`: pairs of intent and sentence."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for intent, sentence in samples:
            counts[intent].update(set(sentence.split()))
        vocabulary = len({word for count in counts.values() for word in count}) or 1
        self._logs = {
            intent: {word: math.log(number + 0.5) for word, number in count.items()}
            for intent, count in counts.items()
        }
        self._totals = {intent: math.log(count.total() + 0.5 * vocabulary) for intent, count in counts.items()}

    def best(self, sentence: str, *, count: int) -> Sequence[str]:
        """The `count` likeliest intents, best first."""
        words = set(sentence.split())
        return sorted(self._logs, key=lambda intent: -self._score(intent, words))[:count] if words else ()

    def _score(self, intent: str, words: set[str]) -> float:
        logs, total = self._logs[intent], self._totals[intent]
        return sum(logs.get(word, math.log(0.5)) - total for word in words)
