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
from ..priors.saved_priors import fitted_prior
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
    """The result of `fit`: a case whose priors are the posteriors given rows of runners.

    Attributes
    ----------
    case : Case
        The fitted case: each prior is the posterior of its parameter.
    before : Case
        The case before the fit.
    frame : DataFrame
        The rows that were given to `fit`.
    rows : EvidenceRows
        The same rows, with equal rows merged.
    fitted : FitResult
        Dirichlet counts, expected counts and draws; read them by the properties and methods.
    """

    case: Case
    before: Case
    frame: pd.DataFrame
    rows: EvidenceRows
    fitted: FitResult

    @property
    def expected_counts(self) -> Mapping[Key, np.ndarray]:
        """How many trials of each parameter are expected to have ended in each of its states.

        A mapping from the parameter's key to an array, shape (n_states,), in the order of
        `before.priors[key].states`. A key is "hills" for a base rate or leak, and ("hills",
        "muscle_strain") for a link. For a link, "yes" counts the trials in which it fired. The sum
        over the states is `expected_trials` in `parameters`, which says what a trial is.
        """
        return self.fitted.expected_counts

    @property
    def draws(self) -> Mapping[Key, np.ndarray]:
        """The posterior draws of each sampled parameter; empty if all posteriors are exact.

        A mapping from keys, as in `expected_counts`, to arrays of shape (n_draws, n_states). Each
        row is one draw of the probabilities of the states; for a link strength θ they are 1 - θ
        and θ.
        """
        return {
            key: draws.reshape(-1, draws.shape[-1]) for key, draws in self.fitted.chains.items()
        }

    @property
    def n_divergent(self) -> int:
        """How many Hamiltonian Monte Carlo trajectories diverged; 0 if no parameter was sampled."""
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
        """Compute how well the chains of each sampled parameter agree.

        Returns
        -------
        DataFrame
            One row per sampled parameter (one per state if there are more than two); empty if all
            are exact. The index levels are `parameter`, such as "hills → muscle_strain", and
            `state`. Columns:

            - `r_hat`: rank-normalized split R-hat, 1 if the chains agree. `fit` warns above 1.05.
            - `ess`: the bulk effective sample size of the draws. `fit` warns below 100.
        """
        return diagnostics(self.before, self.fitted)

    def parameters(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare the prior and the posterior of each parameter.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside each interval, above 0 and below 1.

        Returns
        -------
        DataFrame
            One row per parameter, for its last state; one row per state if there are more than two.
            The index levels are `parameter`, such as "hills → muscle_strain", and `state`. Columns:

            - `prior`, `posterior`: the means. `low`, `high`: the ends of the posterior's interval.
            - `moved`: `posterior` minus `prior`, in standard deviations of the prior.
            - `expected_trials`: the expected number of trials in the rows. For a base rate or leak
              each row is a trial. For a link a row with the cause present is one (d trials at dose
              d), for P(trait | cause) a row whose pain comes from the cause, and for P(measurement
              | state) a row with this state.
            - `effective_trials`: the sum of the Dirichlet counts, posterior minus prior; negative
              if the posterior is wider. A sampled posterior has the counts that fit its variance.
            - `ess`: the effective sample size of the draws; infinite if the posterior is exact.
            - `verdict`: "untested" if the posterior variance is at least half of the prior's and
              the intervals overlap. Otherwise "contradicted" if the posterior mean is outside the
              prior's interval, and "not contradicted" if it is inside.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> model.parameters()[["prior", "posterior", "moved", "verdict"]].round(2).head(1)
                         prior  posterior  moved       verdict
        parameter state
        hills     yes     0.18       0.34   1.86  contradicted
        """
        check_arguments("FittedModel.parameters", locals())
        return parameter_report(self.before, self.case, self.fitted, self.draws, width)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare what each claim of the thread states with what the rows imply, one row per claim.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals, above 0 and below 1. `strength` uses it too.

        Returns
        -------
        DataFrame
            One row per claim that a prior is pooled from. The index, `claim`, holds ids such as
            "A1-28". θ is the parameter that the claim is about: a link strength, divided by T if T
            divides it (see `lumbayes.load`), or P(a state of a trait | a pain from the cause). The
            columns are those of `Diary.claims`, with rows in place of runs:

            - `cause`, `effect`, `quote`, `author`, `answer`: the link, the claim's words, who wrote
              them, and the number of the reply (0 is the question).
            - `prior`, `prior_low`, `prior_high`: mean and interval of the claim's own Beta of θ.
            - `posterior`, `low`, `high`: the same given the rows, with this Beta as the prior of θ.
            - `tested`: the expected number of trials of the link (see `parameters`).
            - `direction`: P(θ > 0 | rows), if before the rows θ is 0 with probability 1/2 and else
              has the claim's own Beta. NaN for a trait.
            - `conflict`: how far the rows lie from the claim's Beta, from 0 to 1.
            - `strength`: "as stated", "weaker" (than stated) or "stronger"; "" if the rows say too
              little about θ.
            - `fit`: a posterior predictive p-value, one per cause. d is the share of painful rows
              among those with the cause, minus the share among those without it. `fit` is the share
              of tables simulated from the fitted model whose d is at most the d of the real rows.
            - `verdict`: "supported", "not contradicted", "contradicted" or "untested" (the rows say
              too little about θ).

            docs/diary.md has the formula of `conflict` and the rules of `strength` and `verdict`.
            `attrs["misfits"]` holds a sentence per cause with `fit` below 0.01.
        """
        check_arguments("FittedModel.claims", locals())
        return claim_report(self.before, self.frame, self.rows, self.fitted, width)

    def save(self, path: str | Path) -> None:
        """Write the fitted priors to a file that `load` reads.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.npz``; an existing file is replaced. The file holds the fitted
            priors and how the priors before the fit were loaded, but no rows or evidence.

        Raises
        ------
        ValueError
            If the name has another ending, or if the fit started from priors that `load`,
            `Case.exclude_claims` and `fit` cannot give again, such as those of `Case.blend`.

        Examples
        --------
        >>> import tempfile
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
    """Compute the posterior of all parameters given rows of evidence, starting from their priors.

    Parameters
    ----------
    case : Case
        The network. Its evidence applies to every row. Parameters of variables that `Case.do` holds
        are not fitted.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, one row per runner, in columns as `lumbayes.posteriors` takes them.
    draws : int, default 600
        The least number of posterior draws, over four chains together. Chains that have not
        converged are doubled in length, at most twice.
    seed : int, default 0
        The seed of the draws.
    progress : bool, default False
        Whether to show a progress bar on standard error, in draws, warm-up included.

    Returns
    -------
    FittedModel
        Its attribute `case` is the fitted case, with the evidence of `case`: the mean of each prior
        is the parameter's posterior mean.

    Raises
    ------
    ValueError
        If an argument, column or cell is not allowed.
    ImpossibleFindings
        If the findings of a row exclude each other or those of the case.

    Warns
    -----
    NotConverged
        If R-hat of a parameter is above 1.05 or its effective sample size below 100.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import fit, load
    >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
    >>> model
    FittedModel(80 rows, all 116 parameters exact)
    >>> [round(case.priors["hills"].mean, 2) for case in (model.before, model.case)]
    [0.18, 0.34]

    Notes
    -----
    A parameter has an exact Dirichlet posterior if each row either shows the results of the
    parameter's trials (see `FittedModel.parameters`) or has no information on the parameter. All
    others are sampled jointly, by Hamiltonian Monte Carlo within Gibbs. Intervals of the fitted
    case use the joint draws. Figures at the means of its priors, such as `contribution`, ignore
    correlations between parameters. So does a second fit from it: give all rows at once.
    """
    check_arguments("fit", locals(), frame=ANYTHING)
    frame = as_frame(frame).copy()  # it is read again for verdicts on claims
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
            posteriors[key] = fitted_prior(prior, counts, source + prior.source)
    draws = {k: d.reshape(-1, d.shape[-1]) for k, d in found.chains.items()}
    ties = JointDraws({key: posteriors[key] for key in draws}, draws) if draws else None
    network = Network(case.priors.with_priors(posteriors, ties))
    return replace(case, compiled=case.compiled.with_network(network))
