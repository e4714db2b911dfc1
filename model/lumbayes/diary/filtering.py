"""Messages from runs to the shared state: of all runs, of the runs so far, or of all but one.

A message is a likelihood of the shared states, as logarithms of shape (n_states, n_draws), one
column a draw of the parameters. Without a half-life it is the product of the runs' likelihoods.
With one, the shared state is a Markov chain: over a gap of days each changeable factor keeps its
state with probability 2^(−gap / half-life) and is else redrawn from its prior given the rest of
the shared state, one factor after the other. Each redrawing is reversible and has the prior as its
stationary distribution (a Gibbs step), so a message goes forwards through them in their order and
backwards in the opposite one (forgetting as in West & Harrison 1997, ch. 2.4 and 6.3; a dynamic
network, Dean & Kanazawa 1989).

Many draws are filtered by the compiled kernel, few by numpy, with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..engine.query import Query
from ..engine.solve import KERNEL_MIN_BATCH, solve
from .kernel_filter import FilterSteps, KernelFilter, persistence
from .plate_model import log, log_outputs, log_sum

if TYPE_CHECKING:
    from .history import RunHistory

CACHED_VALUES = 2**23  # numbers kept by `run_likelihoods`: 64 MB
TINY = np.finfo(float).tiny


def log_prior(history: RunHistory, inputs: np.ndarray) -> np.ndarray:
    """log P(shared state, what the case holds of it), shape (n_states, n_draws)."""
    query = Query.from_overrides(inputs, history.evidence_inputs())
    return log_outputs(history.shared.prior, query)


def run_likelihoods(history: RunHistory, inputs: np.ndarray) -> Callable[[int], np.ndarray]:
    """The function from a distinct run to P(its findings | shared state), (n_states, n_draws)."""
    size = history.shared.n_states * inputs.shape[1]

    @lru_cache(maxsize=max(CACHED_VALUES // size, 1))
    def of_pattern(number: int) -> np.ndarray:
        return pattern_likelihood(history, inputs, number)

    def of_run(distinct: int) -> np.ndarray:
        (first, weight), *others = history.mixtures[distinct].items()
        likelihood = of_pattern(first) * weight
        for number, weight in others:
            likelihood += of_pattern(number) * weight
        return likelihood

    return of_run


def pattern_likelihood(history: RunHistory, inputs: np.ndarray, number: int) -> np.ndarray:
    """P(a pattern of findings | shared state), shape (n_states, n_draws)."""
    query = Query.from_overrides(inputs, {**history.patterns[number]})
    result = solve(history.shared.run, query)
    return result.outputs.clip(0) * np.exp(result.log_scales)


def flat_message(history: RunHistory, inputs: np.ndarray) -> np.ndarray:
    """The message of no runs, shape (n_states, n_draws)."""
    return np.zeros((history.shared.n_states, inputs.shape[1]))


def forward_messages(
    history: RunHistory,
    inputs: np.ndarray,
    positions: Sequence[int],
    initial: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """Filter the runs at these positions, in this order: the message after each, on its day.

    `initial` is the message of earlier runs, on the day of the first of these.
    """
    message = flat_message(history, inputs) if initial is None else initial
    likelihood = run_likelihoods(history, inputs)
    prior = log_prior(history, inputs)
    for previous, position in zip([*positions[:1], *positions], positions, strict=False):
        gap = abs(history.days[position] - history.days[previous])
        message = forget(history, prior, message, gap, position < previous)
        message = message + log(likelihood(history.run_to_distinct[position]))
        yield message


def forget(
    history: RunHistory,
    prior: np.ndarray,
    message: np.ndarray,
    gap: float,
    is_backwards: bool = False,
) -> np.ndarray:
    """The message after a gap of days, or before it if it comes from later runs.

    `prior` is log P(shared state), shape (n_states, n_draws).
    """
    if history.half_life is None or not gap:
        return message
    kept = persistence(history, np.array(gap))
    shape = [*[2] * len(history.shared.names), -1]
    weights = np.exp(prior - prior.max(axis=0))
    weights = np.broadcast_to(weights, message.shape).reshape(shape)
    for axis in history.shared.changeable[:: -1 if is_backwards else 1]:
        largest = message.max(axis=0)
        likelihood = np.exp(message - largest).reshape(shape)
        total = np.maximum(weights.sum(axis=axis, keepdims=True), TINY)
        redrawn = (weights * likelihood).sum(axis=axis, keepdims=True) / total
        of_states = np.broadcast_to(log((1 - kept) * redrawn), likelihood.shape)
        message = np.logaddexp(message + log(kept), of_states.reshape(message.shape) + largest)
    return message


def message(history: RunHistory, inputs: np.ndarray, exclude: int | None = None) -> np.ndarray:
    """The message of all runs on the last day, or of all but one on that run's day.

    Shape (n_states, n_draws); `exclude` is the position of the run that is left out.
    """
    positions = range(len(history))
    no_evidence = np.empty((0, inputs.shape[1]))
    if exclude is None or history.half_life is None:
        others = [position for position in positions if position != exclude]
        return _filter(history, inputs, others, no_evidence)
    prior = log_prior(history, inputs)
    total = flat_message(history, inputs)
    for side in (positions[:exclude], positions[:exclude:-1]):
        if side:
            gap = abs(history.days[exclude] - history.days[side[-1]])
            one_side = _filter(history, inputs, side, no_evidence)
            total = total + forget(history, prior, one_side, gap, side[-1] > exclude)
    return total


def log_evidence(history: RunHistory, inputs: np.ndarray) -> np.ndarray:
    """log P(all runs, what the case holds | draw), shape (n_draws,)."""
    if not len(history):
        return log_sum(log_prior(history, inputs))
    return log_evidence_path(history, inputs, 1)[0]


def log_evidence_path(history: RunHistory, inputs: np.ndarray, n_last: int) -> np.ndarray:
    """log P(runs so far, what the case holds | draw) after each of the last runs, (n_last, …)."""
    log_lik = np.empty((n_last, inputs.shape[1]))
    _filter(history, inputs, range(len(history)), log_lik)
    return log_lik


def log_evidence_function(
    history: RunHistory, inputs: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """`log_evidence` as a function of inputs alone, prepared for many calls."""
    steps = FilterSteps.of_runs(history, range(len(history)), 1)
    kernel_filter = KernelFilter(history, steps, inputs)

    def of_inputs(inputs: np.ndarray) -> np.ndarray:
        log_lik = np.empty((1, inputs.shape[1]))
        if kernel_filter.run(inputs, flat_message(history, inputs), log_lik):
            return log_lik[0]
        return log_evidence(history, inputs)

    return of_inputs


def _filter(
    history: RunHistory, inputs: np.ndarray, positions: Sequence[int], log_lik: np.ndarray
) -> np.ndarray:
    """The message of the runs at these positions on the day of the last of them.

    `log_lik`, shape (n_last, n_draws), is filled as `log_evidence_path` has it.
    """
    message = flat_message(history, inputs)
    if not positions:
        return message
    if inputs.shape[1] >= KERNEL_MIN_BATCH:
        steps = FilterSteps.of_runs(history, positions, len(log_lik))
        if KernelFilter(history, steps, inputs).run(inputs, message, log_lik):
            return message
    prior = log_prior(history, inputs)
    first_row = len(positions) - len(log_lik)
    for i, message in enumerate(forward_messages(history, inputs, positions)):
        if i >= first_row:
            log_lik[i - first_row] = log_sum(prior + message)
    return message


def messages_from(history: RunHistory, inputs: np.ndarray, n_before: int) -> Iterator[np.ndarray]:
    """The message of all runs so far, after each run that follows the first `n_before`."""
    initial = None
    if 0 < n_before < len(history):
        gap = history.days[n_before] - history.days[n_before - 1]
        before = message(history.first(n_before), inputs)
        initial = forget(history, log_prior(history, inputs), before, gap)
    return forward_messages(history, inputs, range(n_before, len(history)), initial)


def leave_one_out_messages(history: RunHistory, inputs: np.ndarray) -> list[np.ndarray]:
    """For each run the message of all the others on its day: a smoother, (n_states, n_draws)."""
    positions = range(len(history))
    prior = log_prior(history, inputs)
    none = flat_message(history, inputs)
    forward = list(forward_messages(history, inputs, positions))
    backward = list(forward_messages(history, inputs, positions[::-1]))[::-1]
    gaps = np.diff(history.days)
    before = [none]
    after = []
    for earlier, later, gap in zip(forward, backward[1:], gaps, strict=False):
        before.append(forget(history, prior, earlier, gap))
        after.append(forget(history, prior, later, gap, is_backwards=True))
    after.append(none)
    return [earlier + later for earlier, later in zip(before, after, strict=True)]
