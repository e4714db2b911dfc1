"""The compiled filter: many runs for many draws of the parameters in one call of the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..engine.query import Query, QueryResult
from ..engine.solve import (
    KERNEL_WAIT_BATCH,
    NUMPY_COLUMNS,
    KernelCall,
    kernel_for,
    run_in_blocks,
)

if TYPE_CHECKING:
    from .history import RunHistory

TINY = np.finfo(float).tiny


def persistence(history: RunHistory, gaps: np.ndarray) -> np.ndarray:
    """P(a changeable factor is not redrawn) over gaps of days."""
    return np.exp2(-gaps / (history.half_life or np.inf))


@dataclass(frozen=True)
class FilterSteps:
    """Distinct runs in order, as the compiled kernel takes them.

    Attributes
    ----------
    patterns : array of int, shape (n_patterns,)
        The patterns of findings that occur.
    starts, parts, weights : arrays
        Step i is a mixture of patterns `parts[starts[i] : starts[i + 1]]` by these weights.
    counts : array of int, shape (n_steps,)
        How many runs in succession the step stands for.
    persistence : array, shape (n_steps,)
        P(a changeable factor is not redrawn) before the step.
    is_backwards : bool
        Whether the runs are taken from the last to the first.
    """

    patterns: np.ndarray
    starts: np.ndarray
    parts: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    persistence: np.ndarray
    is_backwards: bool

    @classmethod
    def of_runs(cls, history: RunHistory, positions: Sequence[int], n_single: int) -> FilterSteps:
        """The runs at these positions in order.

        Without a half-life order is irrelevant: equal runs are merged, but for the last `n_single`.
        """
        distinct = history.run_to_distinct[[*positions]]
        gaps = np.abs(np.diff(history.days[[positions[0], *positions]]))
        counts = np.ones(len(positions), int)
        if history.half_life is None:
            n_merged = len(positions) - n_single
            merged, times = np.unique(distinct[:n_merged], return_counts=True)
            distinct = np.append(merged, distinct[n_merged:])
            counts = np.append(times, counts[n_merged:])
        mixtures = [history.mixtures[number] for number in distinct.tolist()]
        numbers = [number for mixture in mixtures for number in mixture]
        patterns, parts = np.unique(numbers, return_inverse=True)
        starts = np.cumsum([0, *map(len, mixtures)])
        weights = [weight for mixture in mixtures for weight in mixture.values()]
        kept = persistence(history, gaps[: len(distinct)])
        is_backwards = positions[0] > positions[-1]
        return cls(patterns, starts, parts, np.array(weights, float), counts, kept, is_backwards)


class KernelFilter:
    """The compiled filter of some steps of a history, for inputs of many draws."""

    def __init__(self, history: RunHistory, steps: FilterSteps, inputs: np.ndarray):
        self._kernel = kernel_for(KERNEL_WAIT_BATCH)
        shared = history.shared
        self._n_states = shared.n_states
        queries = [(shared.run, history.patterns[number]) for number in steps.patterns.tolist()]
        queries.append((shared.prior, history.evidence_inputs()))
        self._calls = [
            KernelCall(self._kernel, circuit, Query.from_overrides(inputs, {**evidence}))
            for circuit, evidence in queries
        ]
        changeable = [] if history.half_life is None else shared.changeable
        bits = 1 << len(shared.names) - 1 - np.array(changeable, int)
        bits = bits[::-1].copy() if steps.is_backwards else bits
        mixtures = steps.starts, steps.parts, steps.weights
        self._steps = *mixtures, steps.counts, steps.persistence, bits

    def run(self, inputs: np.ndarray, message: np.ndarray, log_evidence: np.ndarray) -> bool:
        """Filter a message, shape (n_states, n_draws), in place.

        `log_evidence`, shape (n_last, n_draws), is filled with log P(runs so far, what the case
        holds) after each of the last steps. Returns whether no state underflowed.
        """

        def run_columns(first: int, last: int) -> bool:
            return self._run_columns(inputs, message, log_evidence, first, last)

        return all(run_in_blocks(run_columns, inputs.shape[1], self._kernel.FILTER_BLOCK))

    def _run_columns(
        self,
        inputs: np.ndarray,
        message: np.ndarray,
        log_evidence: np.ndarray,
        first: int,
        last: int,
    ) -> bool:
        last = min(last, inputs.shape[1])
        fits = True
        for start in range(first, last, NUMPY_COLUMNS):
            part = np.s_[:, start : min(start + NUMPY_COLUMNS, last)]
            outputs, log_scales = self._evaluate(np.ascontiguousarray(inputs[part]))
            scale = np.maximum(outputs[-1].max(axis=0), TINY)
            prior = outputs[-1].clip(0) / scale
            part_message, part_evidence = message[part].copy(), log_evidence[part].copy()
            fits &= self._kernel.forward_filter(
                outputs[:-1],
                log_scales[:-1],
                *self._steps,
                prior,
                part_message,
                part_evidence,
                0,
                len(scale),
            )
            message[part] = part_message
            log_evidence[part] = part_evidence + np.log(scale) + log_scales[-1]
        return fits

    def _evaluate(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n_calls, n_states, n_draws) and log scales (n_calls, n_draws) of the calls."""
        n_draws = inputs.shape[1]
        outputs = np.empty((len(self._calls), self._n_states, n_draws))
        log_scales = np.empty((len(self._calls), n_draws))
        no_weights, no_derivatives = np.empty((0, self._n_states)), np.empty((0, 0, n_draws))
        for call, out, scale in zip(self._calls, outputs, log_scales, strict=True):
            call.fill(inputs, no_weights, QueryResult(out, scale, no_derivatives), 0, n_draws)
        return outputs, log_scales
