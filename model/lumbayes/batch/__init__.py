"""Many runners at once: frames and files scored, simulated and evaluated."""

from .evaluation import calibration, log_score, predict
from .files import score, score_partitions, score_rows
from .frame import posteriors
from .simulation import sample_parameters, simulate, simulate_latent

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
]
