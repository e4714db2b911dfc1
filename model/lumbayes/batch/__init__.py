"""Batches of runners: posteriors of frames and files, simulation, evaluation."""

from .evaluation import calibration, log_score, predict
from .frame import posteriors
from .score_files import score
from .scorer import score_partitions, score_rows
from .simulation import sample_parameters, simulate, simulate_latent
from .tidy import tidy_findings

__all__ = [
    "calibration",
    "log_score",
    "posteriors",
    "predict",
    "sample_parameters",
    "score",
    "score_partitions",
    "score_rows",
    "simulate",
    "simulate_latent",
    "tidy_findings",
]
