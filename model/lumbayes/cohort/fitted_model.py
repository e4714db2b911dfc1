"""Fit of all parameters to rows of findings: exact where all is seen, else by sampling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.frame import EvidenceRows
from ..data.arguments import ANYTHING, check_arguments
from ..data.frames import as_frame
from ..defaults import SEED, WIDTH
from ..network.network import Network
from ..priors.joint_draws import JointDraws
from ..priors.prior import Key, Prior
from .convergence import diagnostics, warn_if_not_converged
from .fitting import fit_rows
from .report import claim_report, parameter_report
from .saving import save_model

if TYPE_CHECKING:
    from ..case import Case
    from .fit_result import FitResult

DRAWS = 600


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A case whose priors are the posteriors of all parameters given rows of findings.

    Attributes
    ----------
    case : Case
        The fitted case: each prior is the posterior of its parameter.
    before : Case
        The case before the fit.
    frame : DataFrame
        The rows that it was fitted to.
    rows : EvidenceRows
        The same rows, with equal rows merged.
    fitted : FitResult
        Dirichlet counts, expected counts and draws (chain by chain) of each parameter.

    Examples
    --------
    >>> from lumbayes import fit, load
    >>> import pandas as pd
    >>> fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
    FittedModel(80 rows, all 116 parameters exact)
    """

    case: Case
    before: Case
    frame: pd.DataFrame
    rows: EvidenceRows
    fitted: FitResult

    @property
    def expected_counts(self) -> Mapping[Key, np.ndarray]:
        """By key of each parameter, the expected number of trials per state, shape (n_states,)."""
        return self.fitted.expected_counts

    @property
    def draws(self) -> Mapping[Key, np.ndarray]:
        """By key of each sampled parameter, its posterior draws, shape (n_draws, n_states)."""
        return {
            key: draws.reshape(-1, draws.shape[-1]) for key, draws in self.fitted.chains.items()
        }

    @property
    def n_divergent(self) -> int:
        """The number of Hamiltonian Monte Carlo trajectories that diverged."""
        return self.fitted.n_divergent

    def __repr__(self) -> str:
        n_sampled, n = len(self.fitted.chains), len(self.fitted.expected_counts)
        if not n_sampled:
            return f"FittedModel({len(self.rows)} rows, all {n} parameters exact)"
        worst = self.diagnostics()
        quality = f"R-hat {worst['r_hat'].max():.2f}, ESS {worst['ess'].min():.0f} or more"
        return (
            f"FittedModel({len(self.rows)} rows, {n - n_sampled} parameters exact, {n_sampled} "
            f"sampled: {quality})"
        )

    def diagnostics(self) -> pd.DataFrame:
        """Assess the convergence of the sampled parameters.

        Returns
        -------
        DataFrame
            One row per sampled parameter, by `parameter` (its name) and `state`: `r_hat`, 1 if the
            chains agree (`fit` warns above 1.05), and `ess`, the effective sample size (`fit` warns
            below 100).

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> len(fit(load(), pd.DataFrame({"hills": ["yes", "no"]})).diagnostics())
        0

        Notes
        -----
        Rank-normalized split R-hat and bulk effective sample size of Vehtari et al. (2021).
        """
        return diagnostics(self.before, self.fitted)

    def parameters(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare the prior and the posterior of each parameter.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals, above 0 and below 1.

        Returns
        -------
        DataFrame
            One row per parameter, by `parameter` (its name) and `state`; one per state if there are
            more than two. Columns:
            `prior`, `posterior`: the two means; `low`, `high`: the posterior's interval.
            `moved`: `posterior` − `prior`, in standard deviations of the prior.
            `expected_trials`: the expected number of trials (of a link: with its cause present).
            `effective_trials`: the sum of the posterior's Dirichlet counts minus the prior's.
            `ess`: the effective sample size of its draws; infinite if the posterior is exact.
            `verdict`: "untested" unless the variance is halved or the two intervals are apart; else
            "contradicted" if the posterior mean is outside the prior's interval, "not contradicted"
            if it is inside.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> model.parameters()[["prior", "posterior", "verdict"]].round(2).head(1)
                         prior  posterior       verdict
        parameter state
        hills     yes     0.18       0.34  contradicted
        """
        check_arguments("FittedModel.parameters", locals())
        return parameter_report(self.before, self.case, self.fitted, self.draws, width)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare each claim of the thread with the rows.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals, and the threshold of `conflict`.

        Returns
        -------
        DataFrame
            A row per claim on a link: `cause`, `effect`, `quote`, `author`, `answer` (reply). Also:
            `prior`, `prior_low`, `prior_high`: mean and interval of the claim's own Beta.
            `posterior`, `low`, `high`: given the rows, with the claim's Beta as the link's prior.
            `tested`: the expected number of trials of the link.
            `direction`: P(the link exists | rows), with even prior odds of the claim and no link.
            `conflict`: width of the claim's interval that ends where the rows alone put the link.
            `strength`: "as stated", or if `conflict` > `width` "weaker" or "stronger".
            `fit`: posterior predictive P(pain rate with the cause minus the rate without is at most
            the observed one). Below 0.01 rows and model do not fit, as `attrs["misfits"]` says.
            `verdict`: "contradicted" (odds of `direction` 1 to 20, "weaker", or `fit` below 0.01),
            "untested" (little information), "supported" (odds 20 to 1) or "not contradicted".

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> set(model.claims()["verdict"])
        {'untested'}

        Notes
        -----
        Prior-data conflict as in Evans & Moshonov (2006), odds of direction as in Kass & Raftery
        (1995).
        """
        check_arguments("FittedModel.claims", locals())
        return claim_report(self.before, self.frame, self.rows, self.fitted, width)

    def save(self, path: str | Path) -> None:
        """Write the fitted priors to a file that `load` reads.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.npz``. The file holds numbers and the name of the priors before the
            fit, but neither the rows nor the evidence.

        Raises
        ------
        ValueError
            If the name has another ending, or if the priors before the fit are not those of a
            folder with claims left out, as after `Case.blend`.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.save(f"{folder}/club.npz")
        ...     round(load(f"{folder}/club.npz").priors["hills"].mean, 2)
        0.34
        """
        check_arguments("FittedModel.save", locals())
        save_model(self.before, self.case, path)


def fit(
    case: Case,
    frame: pd.DataFrame,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: bool = False,
) -> FittedModel:
    """Fit all parameters to rows of findings, starting from their priors.

    Parameters
    ----------
    case : Case
        The model. Its evidence applies to every row. Links cut by its interventions are not fitted.
    frame : DataFrame, shape (n_rows, n_columns)
        Findings, with columns as `posteriors` takes them. What is missing is unknown (latent).
    draws : int, default 600
        The least number of posterior draws, of four chains together. Chains that have not
        converged are doubled in length, at most twice.
    seed : int, default 0
        The seed of the draws.
    progress : bool, default False
        Whether to show a progress bar on standard error. It counts draws, warm-up included.

    Returns
    -------
    FittedModel
        `case` is the fitted case. A parameter on which the rows have no information keeps its
        prior.

    Raises
    ------
    ValueError
        If a column is unknown or repeated, or if a cell is not allowed.
    ImpossibleFindings
        If the findings of a row exclude each other; the first such row is named.

    Warns
    -----
    NotConverged
        If R-hat of a parameter is above 1.05 or its effective sample size below 100.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import fit, load
    >>> runners = pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50})
    >>> model = fit(load(), runners)
    >>> [round(case.priors["hills"].mean, 2) for case in (model.before, model.case)]
    [0.18, 0.34]

    Notes
    -----
    A parameter whose trials are all observed, or that has none, has an exact Dirichlet posterior
    (conjugacy). All others are sampled jointly, by Hamiltonian Monte Carlo within Gibbs; intervals
    use the joint draws. Figures at the means ignore the correlation between parameters. So does a
    second fit that starts from `model.case`; give all rows at once instead. Rows of a trait's table
    that share draws (`Priors.sample`) are sampled together, so data on one inform the others.
    """
    check_arguments("fit", locals(), frame=ANYTHING)
    frame = as_frame(frame)
    rows = EvidenceRows(case, frame)
    rows.check_consistent()
    found = fit_rows(case, rows, draws, seed, progress)
    model = FittedModel(_fitted_case(case, rows, found), case, frame, rows, found)
    warn_if_not_converged(case, found)
    return model


def _fitted_case(case: Case, rows: EvidenceRows, found: FitResult) -> Case:
    source = f"fitted to {len(rows)} rows, from: "
    posteriors = dict[Key, Prior]()
    for key, counts in found.counts.items():
        prior = case.priors[key]
        if counts != prior.counts:
            text = source + prior.source
            posteriors[key] = replace(prior, counts=counts, basis="fitted", source=text)
    draws = {k: d.reshape(-1, d.shape[-1]) for k, d in found.chains.items()}
    ties = JointDraws({key: posteriors[key] for key in draws}, draws) if draws else None
    network = Network(case.priors.with_priors(posteriors, ties))
    return replace(case, compiled=case.compiled.with_network(network))
