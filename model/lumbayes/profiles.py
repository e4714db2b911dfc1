"""The contributions of a case along all readings of one home test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .attribution import contribution_table, contributions, fired_path_circuit
from .data.arguments import check_arguments
from .defaults import DRAWS, SEED, WIDTH
from .engine.intervals import ENOUGH_EFFECTIVE, effective_sample_size, mixture_draws
from .engine.query import Query
from .errors import allow
from .inference.causal_paths import (
    CONTRIBUTION,
    contribution_probabilities,
    presence_and_contribution,
)
from .inference.evidence import reading_evidence
from .inference.observed import hold_observed
from .network.measurement import check_reading

if TYPE_CHECKING:
    from .case import Case
    from .data.variables import Measurement

__all__ = ["MeasurementProfile", "measurement_profile"]


@dataclass(frozen=True, eq=False)
class MeasurementProfile:
    """The contributions of a case as a function of the reading of one home test.

    A reading enters as a likelihood of the states of what the test reads, or of its levels if it is
    graded, and P(evidence, anything) is linear in it (Darwiche 2003, sec. 2), so figures with each
    state held give every reading.

    Attributes
    ----------
    case : Case
        Without a reading of the test.
    test : Measurement
    at_means : array, shape (n_states, 3 · n_causes + 1)
        At the means of the priors P(cause, evidence), P(contributes, evidence) and P(but-for,
        evidence) of each cause, then P(evidence).
    sampled : array, shape (n_states, n_causes + 1, n_draws)
        P(contributes, evidence) of each cause over draws of the priors, then P(evidence).
    """

    case: Case
    test: Measurement
    at_means: np.ndarray
    sampled: np.ndarray

    def contributions(self, reading: float, *, width: float = WIDTH) -> pd.DataFrame:
        """Return `contributions(case.given(test=reading))` without another pass of the circuit.

        Parameters
        ----------
        reading : float
            In the test's unit.
        width : float
            The probability inside the credible interval.

        Raises
        ------
        ValueError, ImpossibleFindings
            Where `Case.given` and `contributions` raise them.

        Examples
        --------
        >>> from lumbayes import load
        >>> from lumbayes.profiles import measurement_profile
        >>> profile = measurement_profile(load().given(back_pain="yes"), "plank_seconds")
        >>> seconds = [20, 60]
        >>> [f"{profile.contributions(s).contribution['weak_core']:.2f}" for s in seconds]
        ['0.36', '0.24']
        """
        case = self.case.given(**{self.test.name: reading})
        _, weights = reading_evidence(self.test, check_reading(self.test, reading))
        *joint, total = weights @ self.at_means
        if not total > 0:
            case.check_consistent()
        sampled, evidence = mixture_draws(self.sampled, weights)
        if effective_sample_size(evidence) < ENOUGH_EFFECTIVE:
            return contributions(case, width=width)
        return contribution_table(
            case, np.reshape(joint, (3, -1)) / total, sampled, evidence, width
        )


def measurement_profile(case: Case, test: str) -> MeasurementProfile:
    """Return the contributions of a case as a function of a home test's reading.

    Parameters
    ----------
    case : Case
        A reading of the test that it holds is dropped.
    test : str
        The name of a measurement that gives a number.

    Raises
    ------
    ValueError
        If there is no such test.
    ImpossibleFindings
        If the other findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.profiles import measurement_profile
    >>> profile = measurement_profile(load().given(back_pain="yes"), "plank_seconds")
    >>> f"{profile.contributions(20).contribution['weak_core']:.2f}"
    '0.36'
    """
    check_arguments("measurement_profile", locals())
    variables = case.variables
    numeric = {v.name: v for v in variables.measurements if v.numeric}
    allow("measurement_profile", "test that gives a number", [test], numeric)
    case = case.retract(test)
    case.check_consistent()
    node, weights = reading_evidence(numeric[test], numeric[test].start)
    held = [_with_state_held(case, node, state) for state in np.eye(len(weights))]
    at_means, sampled = (np.array(part) for part in zip(*held, strict=True))
    return MeasurementProfile(case, numeric[test], at_means, sampled)


def _with_state_held(case: Case, name: str, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a profile's figures with one state held; zeros where the findings exclude it."""
    compiled, overrides = case.compiled, case.evidence_inputs()
    held = hold_observed(compiled, overrides)
    for evidence in (overrides, held):
        compiled.add_likelihood(evidence, name, state)
    means = Query.from_overrides(compiled.mean_inputs, overrides)
    draws = Query.from_overrides(compiled.sampled_inputs(DRAWS, SEED), held)
    paths, causes = fired_path_circuit(case), [cause.name for cause in case.variables.causes]
    with np.errstate(invalid="ignore"):
        present, figures, total = presence_and_contribution(paths, means, causes)
        (sampled,), totals = contribution_probabilities(paths, draws, causes, CONTRIBUTION)
    joint = np.concatenate([present, *figures])[:, 0] * total
    at_means = np.append(joint, total)
    return np.nan_to_num(at_means), np.nan_to_num(np.vstack([sampled * totals, totals]))
