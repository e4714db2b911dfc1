"""Maximum a posteriori fit of all parameters to rows of findings, by accelerated EM.

The link activations are latent, so the fit is by EM (Dempster, Laird & Rubin 1977): the E step
computes the expected counts of each parameter's states, the M step adds the prior's counts and
normalizes. Steps are extrapolated (SQUAREM, Varadhan & Roland 2008); an extrapolation that lowers
the log posterior is replaced by the plain step. The log posterior is log P(rows) + Σ counts · log
share: a Dirichlet prior in the basis of log odds (MacKay 1998), whose mode without rows is the
prior's mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..batch.frame import EvidenceRows
from ..case import Case
from ..defaults import WIDTH
from ..engine.query import Query
from ..network.network import Network
from ..priors.prior import Key
from .information import fitted_priors
from .parameter_vector import ParameterVector
from .report import claim_report, parameter_report

MAX_STEPS = 500
MIN_GAIN = 0.001  # nats of log posterior; a step that gains less ends the fit
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class EStep:
    """Shares, shape (n_shares,), with their log posterior and the expected counts given them."""

    shares: np.ndarray
    log_posterior: float
    expected_counts: np.ndarray


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A case with parameters fitted to rows of findings.

    Attributes
    ----------
    case : Case
        The case with the posterior of each parameter as its prior.
    before : Case
        The case as it was.
    rows : EvidenceRows
        The rows that it was fitted to.
    expected_counts : mapping
        For each prior's key the expected number of trials that ended in each state, (n_states,).
    path : Series
        The log posterior, in nats, at the start and after each step.
    converged : bool
        Whether the last step gained less than 0.001 nats; else the steps ran out.

    Examples
    --------
    >>> from lumbayes import fit, load, simulate
    >>> runners = simulate(load(), 200, seed=1)[["hills", "weak_core", "back_pain"]]
    >>> fit(load(), runners)
    FittedModel(200 rows, converged at step 5)
    """

    case: Case
    before: Case
    rows: EvidenceRows
    expected_counts: Mapping[Key, np.ndarray]
    path: pd.Series
    converged: bool

    def __repr__(self) -> str:
        state = "converged" if self.converged else "stopped"
        return f"FittedModel({len(self.rows)} rows, {state} at step {len(self.path) - 1})"

    def parameters(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare prior and posterior of each parameter.

        Parameters
        ----------
        width : float, default 0.9
            The width of the intervals.

        Returns
        -------
        DataFrame
            One row a parameter by `number` and `state`; one a state if there are more than two.
            `prior`, `posterior`, means; `low`, `high`, the posterior's interval; `moved`, in
            standard deviations of the prior; `expected_trials`, how often its cause was present;
            `effective_trials`, the number of observed trials that would be as informative;
            `verdict`: untested while these are fewer than the prior's counts, else contradicted if
            the posterior mean lies outside the prior's interval, else confirmed.

        Examples
        --------
        >>> from lumbayes import fit, load, simulate
        >>> model = fit(load(), simulate(load(), 200, seed=1)[["hills", "back_pain"]])
        >>> model.parameters()[["prior", "posterior", "verdict"]].round(2).head(1)
                      prior  posterior    verdict
        number state
        hills  yes     0.25       0.22  confirmed
        """
        return parameter_report(self.before, self.case, self.expected_counts, width)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare each claim of the thread with the rows.

        Parameters
        ----------
        width : float, default 0.9
            The width of the intervals, and the conflict above which a claim is contradicted.

        Returns
        -------
        DataFrame
            One row a claim that reaches a parameter, by its id, with the columns of
            `Diary.claims`. `prior`, `prior_low`, `prior_high`: the claim's own Beta. `posterior`,
            `low`, `high`: its link given the rows. `tested`: the expected number of trials of that
            link. `conflict`, from 0 to 1: the central share of the claim's Beta that excludes what
            the rows say without any claim. `verdict`: untested unless the rows halve the variance
            of the ignorance prior, else contradicted if the conflict is above `width`, else
            confirmed.

        Examples
        --------
        >>> from lumbayes import fit, load, simulate
        >>> model = fit(load(), simulate(load(), 200, seed=1)[["hills", "back_pain"]])
        >>> model.claims()["verdict"].value_counts().to_dict()
        {'untested': 26}

        Notes
        -----
        Prior-data conflict as in Evans & Moshonov (2006).
        """
        fitted = self.case, self._without_claims.case
        return claim_report(self.before, *fitted, self.expected_counts, width)

    @cached_property
    def _without_claims(self) -> FittedModel:
        """The same rows fitted from ignorance of every link."""
        return _fit_rows(self.before.with_claims([]), self.rows, MAX_STEPS)


def fit(case: Case, frame: pd.DataFrame, *, steps: int = MAX_STEPS) -> FittedModel:
    """Fit all parameters to rows of findings, starting from their priors.

    Parameters
    ----------
    case : Case
        What it holds is known of every row. Links that its interventions cut are not fitted.
    frame : DataFrame, shape (n_rows, n_columns)
        Findings, as `posteriors` takes them; what is missing is unknown.
    steps : int, default 500
        The largest number of accelerated EM steps.

    Returns
    -------
    FittedModel
        Its `case` has the joint posterior mode as means, and counts as large as the rows leave
        each parameter certain; what no row tests keeps its prior.

    Raises
    ------
    ValueError
        As `posteriors` does.
    ImpossibleFindings
        For the first row whose findings exclude each other.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import fit, load
    >>> runners = pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50})
    >>> model = fit(load(), runners)
    >>> [round(case.priors["hills"].mean, 2) for case in (model.before, model.case)]
    [0.25, 0.37]

    Notes
    -----
    EM (Dempster, Laird & Rubin 1977) with SQUAREM (Varadhan & Roland 2008). Parameters of the
    fitted case are drawn jointly, so intervals include their correlation; figures at the means do
    not, and neither does a second fit from `model.case`: give all rows at once. How often such
    intervals cover is measured in tests/benchmarks/BY_HAND.md.
    """
    rows = EvidenceRows(case, frame)
    rows.check_consistent()
    return _fit_rows(case, rows, steps)


def _fit_rows(case: Case, rows: EvidenceRows, max_steps: int) -> FittedModel:
    parameters = ParameterVector(case)
    e_steps = [*em_path(parameters, rows, max_steps)]
    last = e_steps[-1]
    path = pd.Series([e_step.log_posterior for e_step in e_steps], name="log posterior")
    converged = len(path) > 1 and path.iloc[-1] - path.iloc[-2] < MIN_GAIN
    network = Network(fitted_priors(case, rows, parameters, last.shares))
    fitted = replace(case, compiled=case.compiled.with_network(network))
    expected_counts = {key: last.expected_counts[part] for key, part in parameters.slices.items()}
    return FittedModel(
        fitted, case, rows, expected_counts, path.rename_axis("step"), bool(converged)
    )


def em_path(
    parameters: ParameterVector, rows: EvidenceRows, max_steps: int = MAX_STEPS
) -> Iterator[EStep]:
    """E steps along accelerated EM from the priors' means, until one gains next to nothing."""
    current = e_step(parameters, rows, parameters.normalized(parameters.prior_counts))
    yield current
    for _ in range(max_steps):
        previous = current
        first = e_step(parameters, rows, m_step(parameters, previous))
        second_shares = m_step(parameters, first)
        extrapolated = extrapolate(parameters, previous.shares, first.shares, second_shares)
        current = e_step(parameters, rows, extrapolated)
        if not current.log_posterior >= first.log_posterior:
            current = e_step(parameters, rows, second_shares)
        yield current
        if current.log_posterior - previous.log_posterior < MIN_GAIN:
            return


def e_step(parameters: ParameterVector, rows: EvidenceRows, shares: np.ndarray) -> EStep:
    """Compute the log posterior and expected counts at these shares: one pass over the rows."""
    from scipy.special import xlogy

    inputs = parameters.inputs(shares)
    gradient = np.zeros(len(parameters.input_rows))
    log_posterior = float(xlogy(parameters.prior_counts, shares).sum())
    for part, evidence in rows.batches():
        log_lik, row_gradients = parameters.log_likelihood(Query.from_overrides(inputs, evidence))
        gradient += row_gradients @ rows.multiplicities[part]
        log_posterior += float(log_lik @ rows.multiplicities[part])
    return EStep(shares, log_posterior, parameters.expected_counts(shares, gradient))


def m_step(parameters: ParameterVector, e_step: EStep) -> np.ndarray:
    """The shares that maximize the expected log posterior."""
    return parameters.normalized(parameters.prior_counts + e_step.expected_counts)


def extrapolate(
    parameters: ParameterVector, start: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Extrapolate three successive EM iterates (SQUAREM's third step length), in log shares."""
    log_start, log_first, log_second = (
        np.log(np.maximum(shares, TINY)) for shares in (start, first, second)
    )
    change = log_first - log_start
    curvature = log_second - 2 * log_first + log_start
    ratio = float(np.linalg.norm(change)) / max(float(np.linalg.norm(curvature)), TINY)
    length = max(1.0, ratio)
    logs = log_start + 2 * length * change + length**2 * curvature
    return parameters.normalized(np.exp(logs - parameters.spread_maxima(logs)))
