"""Why does my lower back hurt after a run? A thread's claims as a Bayesian network, asked one runner at a time."""

from .asking import conflict, next_question, stays_first
from .case import Case, ImpossibleFindings, load
from .contribution import contributions
from .example import example
from .explanation import explain, receipt
from .frame import posteriors
from .next_run import next_run, what_if
from .sensitivity import sensitivity
from .triage import red_flags, triage
from .verification import verify

__all__ = [
    "Case",
    "ImpossibleFindings",
    "conflict",
    "contributions",
    "example",
    "explain",
    "load",
    "next_question",
    "next_run",
    "posteriors",
    "receipt",
    "red_flags",
    "sensitivity",
    "stays_first",
    "triage",
    "verify",
    "what_if",
]
