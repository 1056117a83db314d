"""`parley converse`."""

from parley.evaluation.lines import main_converse as main

__all__ = ["main"]
