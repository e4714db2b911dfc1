"""Why does my lower back hurt after a run? A thread's claims as a Bayesian network, asked one runner at a time."""

from .case import Case, ImpossibleFindings, load
from .contribution import contributions
from .example import example
from .frame import posteriors
from .triage import red_flags, triage
from .verification import verify

__all__ = [
    "Case",
    "ImpossibleFindings",
    "contributions",
    "example",
    "load",
    "posteriors",
    "red_flags",
    "triage",
    "verify",
]
