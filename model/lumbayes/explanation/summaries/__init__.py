"""Results as sentences: why a cause is likely, what that depends on, and what to ask next."""

from .answers import ask_next, changing, fighting, speaking, this_time
from .claims import carried_by, compared, doubted, studied, voiced, worth_knowing
from .rankings import firmness, footing, placed
from .shares import from_claims
from .words import called, of_one_run, per_hundred

__all__ = [
    "ask_next",
    "called",
    "carried_by",
    "changing",
    "compared",
    "doubted",
    "fighting",
    "firmness",
    "footing",
    "from_claims",
    "of_one_run",
    "per_hundred",
    "placed",
    "speaking",
    "studied",
    "this_time",
    "voiced",
    "worth_knowing",
]
