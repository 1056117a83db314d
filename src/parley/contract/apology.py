"""What is said to a person when something went wrong."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from parley.contract.errors import ParleyError
from parley.contract.language import Language


@cache
def apologies(language: Language) -> Mapping[str, str]:
    """The sentence of every error code."""
    text = (Path(__file__).parent / "sentences" / f"errors.{language}.yaml").read_text(encoding="utf-8")
    sentences: dict[str, str] = yaml.safe_load(text)
    return sentences


def apology(error: ParleyError | type[ParleyError], language: Language) -> str:
    """The sentence for an error; one whose own code has none gets that of its kind."""
    sentences = apologies(language)
    kinds = (error if isinstance(error, type) else type(error)).__mro__
    codes = (kind.code for kind in kinds if issubclass(kind, ParleyError))
    return next(sentences[code] for code in codes if code in sentences)
