"""Why does my lower back hurt after a run? A thread's claims as a Bayesian network, asked one runner at a time."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from .activities.import_runs import findings, read_runs
from .attribution import along, contributions
from .batch.evaluation import calibration, forecast, log_score
from .batch.files import score, score_partitions, score_rows
from .batch.frame import posteriors
from .batch.simulation import drawn, simulate, worlds
from .case import Case
from .checks import verify
from .cohort.em import learn
from .data.thread import about, example
from .decisions.interventions import next_run, what_if, what_if_together
from .decisions.value_of_information import next_question, stays_first
from .diary.diary import Diary
from .errors import ImpossibleFindings, OtherNumbers, UnreadableRun
from .explanation import summaries as sentences
from .explanation.comparison import against, by_answer, links, remedies
from .explanation.evidence_conflict import conflict
from .explanation.weight_of_evidence import explain, receipt
from .loading import load
from .plot import vega as drawings
from .safety import red_flags, triage
from .sensitivity_analysis.one_and_two_way import one_way, sensitivity, two_way
from .sensitivity_analysis.variance import next_claim, spread
from .serialization import capsule, replay

__all__ = [
    "Case",
    "Diary",
    "ImpossibleFindings",
    "OtherNumbers",
    "UnreadableRun",
    "about",
    "against",
    "along",
    "by_answer",
    "calibration",
    "capsule",
    "charts",
    "conflict",
    "contributions",
    "drawings",
    "drawn",
    "example",
    "explain",
    "findings",
    "forecast",
    "learn",
    "links",
    "load",
    "log_score",
    "next_claim",
    "next_question",
    "next_run",
    "one_way",
    "posteriors",
    "read_runs",
    "receipt",
    "red_flags",
    "remedies",
    "replay",
    "score",
    "score_partitions",
    "score_rows",
    "sensitivity",
    "sentences",
    "simulate",
    "spread",
    "stays_first",
    "triage",
    "two_way",
    "verify",
    "what_if",
    "what_if_together",
    "worlds",
]


def __getattr__(name: str) -> ModuleType:
    """`charts`, brought in when it is first asked for: whoever draws nothing does not wait for it."""
    if name == "charts":
        return import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
