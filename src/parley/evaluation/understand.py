"""`parley understand`."""

from parley.evaluation.lines import main_understand as main

__all__ = ["main"]
