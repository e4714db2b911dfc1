"""Why does my lower back hurt after a run? A thread's claims as a Bayesian network.

`load` returns a `Case` without evidence. `Case.given` and its siblings add the evidence of one
runner. `contributions` and `explain` compute tables from the case. More functions stand by topic in
the packages `batch`, `cohort`, `decisions`, `diary`, `explanation`, `plot` and
`sensitivity_analysis`, such as `lumbayes.decisions.what_if`.

Functions check their arguments. They raise a `TypeError` for an argument of another type, which the
docstrings do not repeat, and a `ValueError` for a value that is not allowed. Each message says what
was found and what is allowed.

Examples
--------
>>> from lumbayes import contributions, load
>>> runner = load().given(back_pain="yes", hills="no", plank_seconds=22).likelihood(flat_feet=3)
>>> contributions(runner)[["layer", "contribution"]].head(2).round(2)
                   layer  contribution
cause
muscle_strain  mechanism          0.66
weak_core         factor          0.37
"""

from importlib.metadata import version as _version

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

__version__ = _version("lumbayes")

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

_TOPICS = ["batch", "cohort", "decisions", "diary", "explanation", "sensitivity_analysis"]


def __dir__() -> list[str]:
    """Return the public names: functions, classes, exceptions and the packages by topic."""
    return sorted([*__all__, *_TOPICS, "__version__"])
