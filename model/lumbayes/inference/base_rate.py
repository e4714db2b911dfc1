"""Finding the level: the divisor of all hazards at which a run hurts as often as stated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from ..data.variables import StatedEstimate
from ..engine.query import Query
from ..network.network import Network
from ..priors.level import Level
from .compiled import Compiled, posteriors

TOLERANCE = 1e-13  # of the logarithm of P(pain)
STEPS = 60


def at_base_rate(compiled: Compiled, rate: float | StatedEstimate) -> Compiled:
    """Return the network with every per-run hazard divided so that P(pain) is this rate.

    Raises `ValueError` for a rate outside (0, 1) and for one that no divisor gives.
    """
    counts: tuple[float, float] | tuple[()] = ()
    if isinstance(rate, StatedEstimate):
        counts = rate.counts["no"], rate.counts["yes"]
        rate = counts[1] / sum(counts)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < 1:
        raise ValueError(f"Found base_rate={rate!r}: it is a probability, above 0 and below 1.")

    def at(divisor: float) -> Compiled:
        priors = replace(compiled.network.priors, level=Level(rate, counts, divisor))
        return compiled.with_network(Network(priors))

    def excess(log_divisor: float) -> float:
        return math.log(probability_of_pain(at(math.exp(log_divisor))) / rate)

    return at(math.exp(_root(excess, rate)))


def probability_of_pain(compiled: Compiled) -> float:
    """Return P(pain) without evidence, at the means of all priors."""
    outcome = compiled.network.variables.outcome
    query = Query.from_overrides(compiled.mean_inputs, {})
    return float(posteriors(compiled, query, [outcome.name])[outcome.name][-1, 0])


def _root(excess: Callable[[float], float], rate: float) -> float:
    """Return the log divisor at which P(pain) is the rate, by the secant method.

    For rare pains log P falls as the log divisor rises, one to one, so that is the first step.
    """
    before, error_before = 0.0, excess(0.0)
    now = error_before
    for _ in range(STEPS):
        error = excess(now)
        if abs(error) < TOLERANCE or error == error_before:
            break
        slope = (error - error_before) / (now - before)
        before, error_before = now, error
        now -= error / slope
    if abs(error) > math.sqrt(TOLERANCE):
        raise ValueError(f"Found base_rate={rate}: no level of these strengths gives it.")
    return now
