"""Trains the model that ships: from sentence files to one ONNX file, with the figures that it reached.

Two runs over the same sentence files with the same seed give the same file.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from parley.contract import LANGUAGES, Language
from parley.understanding.calibrate import Calibration, calibrated, threshold_for
from parley.understanding.facets import Classes
from parley.understanding.features import bag_features
from parley.understanding.result import OUT_OF_SCOPE
from parley.understanding.tokens import tokenise
from parley.understanding.trained import PACKAGED, IntentSchema, Knowledge
from parley.understanding.training.batches import Encoder, Vocabularies
from parley.understanding.training.corpus import Corpus, Lexicons, Source
from parley.understanding.training.examples import Example
from parley.understanding.training.export import export
from parley.understanding.training.fit import Recipe, fit
from parley.understanding.training.measure import Answers, answers
from parley.understanding.training.network import Shape
from parley.understanding.training.noise import babble
from parley.understanding.training.resuming import resumed

OUTSIDE: Final = 0.12
"""Share of what an open microphone hears that is for nobody here: other people, other services, a television."""
ROWS: Final = 28_000
"""Rows of each table: what keeps the file small."""
AGAIN: Final = 0.4
"""Share of the learning rate at which a network goes on that has learned before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is trained."""

    each: int = 1_400
    """Utterances of an intent in a language."""
    held_back: int = 40
    """Utterances of an intent in a language that confidence is calibrated on."""
    babble: float = 0.02
    """Share of utterances that are added as meaningless."""
    dropout: float = 0.15
    """Less than for small sets: no two utterances that are made up are alike."""
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            epochs=6,
            batch=128,
            resample=0.0,
            speed=4e-3,
            smoothing=0.05,
            labels=4.0,
            hide_features=0.1,
            hide_tokens=0.05,
        )
    )

    def with_changes(self, *, each: int | None, epochs: int | None, seed: int | None) -> "Plan":
        """The plan with what is given instead of its own."""
        recipe = replace(
            self.recipe,
            epochs=self.recipe.epochs if epochs is None else epochs,
            seed=self.recipe.seed if seed is None else seed,
        )
        return replace(self, each=self.each if each is None else each, recipe=recipe)


Report = Callable[[str, float], None]
"""Told what is going on and the share of the work that is done."""


def train(
    sources: Sequence[Source],
    *,
    into: Path = PACKAGED,
    plan: Plan | None = None,
    after: Path | None = None,
    languages: Sequence[Language] = LANGUAGES,
    report: Report = lambda stage, share: None,
) -> Mapping[str, Any]:
    """Train on the sources and write the model file; returns the figures that stand in it.

    `after`: a model file whose network goes on learning, instead of a new one.

    Raises ConfigurationInvalid when a sentence file cannot be read or names what nobody declares.
    """
    plan = plan or Plan()
    report("reading sentences", 0.0)
    corpus = Corpus(sources, languages=languages)
    examples = distinct(corpus.examples(each=plan.each, seed=plan.recipe.seed))
    examples += babbled(examples, share=plan.babble, chance=random.Random(plan.recipe.seed))
    held_back = distinct(corpus.examples(each=plan.held_back, held_back=True, seed=plan.recipe.seed + 1))
    report(f"{len(examples)} utterances", 0.02)
    vocabularies = Vocabularies.of(examples, at_most=ROWS)
    shape = Shape(
        token_rows=len(vocabularies.tokens),
        bag_rows=len(vocabularies.bag),
        intents=len(vocabularies.classes),
        labels=len(vocabularies.labels),
        dropout=plan.dropout,
        wide=False,  # a quarter more file, and nothing gained where utterances are many
    )
    recipe = plan.recipe if after is None else replace(plan.recipe, speed=AGAIN * plan.recipe.speed)
    epochs = recipe.epochs
    network = fit(
        examples,
        vocabularies,
        shape,
        recipe,
        begun=None if after is None else resumed(after, vocabularies, shape),
        on_epoch=lambda epoch, loss, _: report(f"epoch {epoch}, loss {loss:.3f}", 0.05 + 0.9 * epoch / epochs),
    )
    report("calibrating", 0.96)
    encoder = Encoder(vocabularies)
    leanings = leanings_of(examples)
    said = answers(network, encoder, held_back, leanings=leanings)
    familiar = familiarity(vocabularies, held_back)
    calibration = calibrated(said.scores, familiar, said.scores.argmax(axis=1) == said.gold)
    measured = {"utterances": len(examples), **figures(said, held_back, calibration, familiar, vocabularies)}
    knowledge = _knowledge(corpus, sources, vocabularies, calibration, measured, leanings)
    export(network, vocabularies.tokens, vocabularies.bag, knowledge, into)
    report("written", 1.0)
    return measured


def distinct(examples: Any) -> list[Example]:
    """Each text once for each intent, in order."""
    return list({(example.text, example.intent): example for example in examples if example.text}.values())


def babbled(examples: Sequence[Example], *, share: float, chance: random.Random) -> list[Example]:
    """Utterances that mean nothing, made of a share of those that do: what is not understood is out of scope."""
    if all(example.intent != OUT_OF_SCOPE for example in examples):
        return []
    chosen = chance.sample(examples, round(share * len(examples)))
    return [Example(text=babble(example.text, chance), intent=OUT_OF_SCOPE) for example in chosen]


def leanings_of(examples: Sequence[Example]) -> dict[str, float]:
    """By how much what is out of scope is likelier in life than among the examples, as log odds."""
    share = sum(example.intent == OUT_OF_SCOPE for example in examples) / max(1, len(examples))
    if not 0 < share < 1:
        return {}
    return {OUT_OF_SCOPE: math.log(OUTSIDE / (1 - OUTSIDE)) - math.log(share / (1 - share))}


def familiarity(vocabularies: Vocabularies, examples: Sequence[Example]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Share of the features of each example that training had seen."""
    shares = []
    for example in examples:
        bag = bag_features(tokenise(example.text))
        shares.append(len(vocabularies.bag.rows(bag)) / max(1, len(bag)))
    return np.asarray(shares)


def figures(
    said: Answers,
    examples: Sequence[Example],
    calibration: Calibration,
    familiar: np.ndarray[Any, np.dtype[np.float64]],
    vocabularies: Vocabularies,
) -> dict[str, float]:
    """Accuracy, F1, and what is rejected at the confidence under which 3 % of what is in scope is rejected."""
    outside = np.asarray([example.intent == OUT_OF_SCOPE for example in examples])
    best = said.scores.argmax(axis=1)
    confidence = calibration.confidence(said.scores, familiar)
    found = {"accuracy": said.accuracy, "slot_f1": said.slot_f1}
    intents = Classes(vocabularies.classes).intents
    if OUT_OF_SCOPE in intents:
        rejected = best == intents.index(OUT_OF_SCOPE)
        low = confidence < threshold_for(confidence, ~outside & ~rejected, rejected=0.02)
        found["rejected"] = float((rejected | low)[outside].mean()) if outside.any() else 1.0
        found["falsely_rejected"] = float((rejected | low)[~outside].mean())
    return {name: round(value, 4) for name, value in found.items()}


def _knowledge(
    corpus: Corpus,
    sources: Sequence[Source],
    vocabularies: Vocabularies,
    calibration: Calibration,
    measured: Mapping[str, Any],
    leanings: Mapping[str, float],
) -> Knowledge:
    intents = {name: intent for source in sources for name, intent in source.intents.items()}
    lexicons: dict[str, dict[str, dict[str, list[str]]]] = {}
    for speech in corpus.speeches:
        _merge(lexicons.setdefault(speech.language, {}), speech.lexicons)
    return Knowledge(
        classes=vocabularies.classes,
        labels=vocabularies.labels,
        calibration=calibration,
        schemas={
            name: IntentSchema(
                slots={slot: intent.slots.slot_of(slot) for slot in intent.slots.model_fields},
                business_hours=intent.business_hours,
                early=intent.early,
            )
            for name, intent in sorted(intents.items())
        },
        lexicons=lexicons,
        leanings=leanings,
        measured=measured,
    )


def _merge(into: dict[str, dict[str, list[str]]], lexicons: Lexicons) -> None:
    """Skills that share a lexicon add to each other's words."""
    for name, values in lexicons.items():
        known = into.setdefault(name, {})
        for value, words in values.items():
            known[value] = list(dict.fromkeys([*known.get(value, ()), *words]))
