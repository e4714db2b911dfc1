"""Finding T: the divisor of all hazards per run at which P(pain) is the base rate of pain."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..data.schema import Problem
from ..engine.circuit import CONSTANTS, Circuit, compile_circuit, forward
from ..network.network import Network

if TYPE_CHECKING:
    from .compiled import Compiled

LAST_ERROR = 1e-6  # of log P(pain); one more step makes it about 1e-11
RAW_HAZARD = 2.0  # about what the strengths of a thread's words add up to; only a start
MAX_STEPS = 60
PLAUSIBLE = 100.0  # the logarithm of a divisor; beyond it a strength is 0 or 1 to all digits
LEAST_RATE = 1e-10  # below it P(pain) = 1 − P(no pain) has fewer than six digits


def at_base_rate(
    compiled: Compiled, network_at: Callable[[float], Network] | None = None
) -> Compiled:
    """Return the network with the T at which P(pain) is the base rate of pain of its priors.

    Parameters
    ----------
    compiled : Compiled
        A network whose priors have a level.
    network_at : callable, optional
        It takes a divisor and returns a network whose hazards per run are divided by it. By default
        the hazards of the priors are divided.

    Raises
    ------
    ValueError
        If no divisor gives that rate, or if the priors have no level.
    """
    priors = compiled.network.priors
    circuit = compiled.cached("the pain alone", _circuit_of_the_pain)
    level = priors.level
    assert level is not None
    _ = compiled.mean_inputs  # computed here once: each divisor computes only what it changes
    divided = network_at or (lambda divisor: Network(priors.at_divisor(divisor)))

    def at(log_divisor: float) -> Compiled:
        unfit = f"Found base_rate={level.rate:g}: no level of these strengths gives it."
        if abs(log_divisor) > PLAUSIBLE or level.rate < LEAST_RATE:
            raise ValueError(unfit)
        try:
            return compiled.with_network(divided(math.exp(log_divisor)))
        except Problem:
            raise
        except ValueError as error:  # a strength is 0 or 1 to all digits of a float
            raise ValueError(unfit) from error

    def excess(log_divisor: float) -> float:
        return math.log(_probability_of_pain(circuit, at(log_divisor)) / level.rate)

    return at(_root(excess, start=math.log(RAW_HAZARD / level.rate)))


def _circuit_of_the_pain(compiled: Compiled) -> Circuit:
    """Return a circuit of the pain and what it depends on, without any evidence."""
    outcome = compiled.network.variables.outcome.name
    wanted, names = [outcome], list[str]()
    while wanted:
        name = wanted.pop()
        names.append(name)
        wanted += [p for p in compiled.network.parents(name) if p not in {*names, *wanted}]
    tables = [table for name in names for table in compiled.families[name]]
    return compile_circuit(tables, len(CONSTANTS) + len(compiled.input_rows), outcome)


def _probability_of_pain(circuit: Circuit, compiled: Compiled) -> float:
    """Return P(pain) without evidence, at the means of all priors."""
    buffer, scales = forward(circuit, compiled.mean_inputs)
    return float(buffer[circuit.output_rows[-1], 0] * np.prod(scales))


def _root(excess: Callable[[float], float], start: float) -> float:
    """Return where a function that falls nearly one to one is 0, by the secant method.

    log P(pain) falls so as the log divisor rises, as far as pains are rare. The error of a step is
    about the product of the two before it, so the last step needs no check.
    """
    before, error_before = start, excess(start)
    now = before + error_before
    for _ in range(MAX_STEPS):
        error = excess(now)
        if error == error_before:
            break
        slope = (error - error_before) / (now - before)
        before, error_before = now, error
        now -= error / slope
        if abs(error) < LAST_ERROR:
            break
    return now
