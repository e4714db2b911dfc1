"""Why does my lower back hurt after a run? A thread's claims as a Bayesian network, queried one
runner at a time.
"""

from . import plot
from .activities import read_runs
from .attribution import contributions
from .batch import posteriors, score, simulate
from .case import Case
from .checks import verify
from .cohort import fit
from .data import example
from .decisions import next_question, next_run
from .diary import Diary
from .errors import ImpossibleFindings, PriorsChanged, RunFileError
from .explanation import conflict, explain
from .loading import load
from .safety import red_flags, triage
from .sensitivity_analysis import sensitivity
from .serialization import decode_case, encode_case

__all__ = [
    "Case",
    "Diary",
    "ImpossibleFindings",
    "PriorsChanged",
    "RunFileError",
    "conflict",
    "contributions",
    "decode_case",
    "encode_case",
    "example",
    "explain",
    "fit",
    "load",
    "next_question",
    "next_run",
    "plot",
    "posteriors",
    "read_runs",
    "red_flags",
    "score",
    "sensitivity",
    "simulate",
    "triage",
    "verify",
]
