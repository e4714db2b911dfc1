"""The runs of one runner in order, with equal ones merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..defaults import SEED

if TYPE_CHECKING:
    from ..case import Case
    from ..engine.query import Overrides
    from .plate_model import SharedState

Findings = dict[int, float]  # by input row its value


@dataclass(frozen=True)
class RunHistory:
    """Runs in order, with equal ones merged.

    Attributes
    ----------
    case : Case
        What it holds is known of every run, or once of the shared state.
    shared : SharedState
    shared_evidence : Overrides
        What the runs say once of the shared state: their readings and statements of still things.
    labels : Index, shape (n_runs,)
    days : array, shape (n_runs,)
        Days since the first run.
    run_to_distinct : array of int, shape (n_runs,)
        The distinct run that each run equals; distinct runs are in the order of their findings
        where the order of runs is irrelevant.
    mixtures : list of dict
        The findings of each distinct run as a mixture: weights of some of the `patterns`, of which
        there are fewer than distinct runs where these are readings.
    patterns : list of Findings
    findings : list of Findings
        The findings of each distinct run, with what is known of the shared state as well.
    is_blank : array of bool, shape (n_distinct,)
        Which distinct runs say nothing.
    half_life : float or None
        Days after which a changeable factor has been redrawn with probability one half.
    log_scale : float
        The logarithm of what the shared evidence was divided by.
    """

    case: Case
    shared: SharedState
    shared_evidence: Overrides
    labels: pd.Index
    days: np.ndarray
    run_to_distinct: np.ndarray
    mixtures: list[dict[int, float]]
    patterns: list[Findings]
    findings: list[Findings]
    is_blank: np.ndarray
    half_life: float | None
    log_scale: float

    def __len__(self) -> int:
        return len(self.run_to_distinct)

    def evidence_inputs(self, case: Case | None = None) -> Overrides:
        """Return a case's evidence (by default the history's) and the runs' shared evidence."""
        evidence = (self.case if case is None else case).evidence_inputs()
        for row, value in self.shared_evidence.items():
            evidence[row] = evidence.get(row, 1.0) * value
        return evidence

    def first(self, n_runs: int) -> RunHistory:
        """The history after its first runs."""
        return self._selected(np.arange(len(self))[:n_runs])

    def informative(self) -> RunHistory:
        """The runs that say something, in the order in which parameters are sampled.

        A random one, so that it shows no habit, and the same whatever the order of the rows; with a
        half-life as they are.
        """
        positions = np.flatnonzero(~self.is_blank[self.run_to_distinct])
        if self.half_life is not None:
            return self._selected(positions)
        canonical = positions[np.argsort(self.run_to_distinct[positions], kind="stable")]
        shuffle = np.random.default_rng(SEED).permutation(len(canonical))
        return self._selected(canonical[shuffle])

    def _selected(self, positions: np.ndarray) -> RunHistory:
        return replace(
            self,
            labels=self.labels[positions],
            days=self.days[positions],
            run_to_distinct=self.run_to_distinct[positions],
        )
