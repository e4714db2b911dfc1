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
    """A case whose priors are the posteriors of all parameters given rows of evidence; see `fit`.

    Attributes
    ----------
    case : Case
        The fitted case: each prior is the posterior of its parameter.
    before : Case
        The case before the fit.
    frame : DataFrame
        The rows that `before` was fitted to.
    rows : EvidenceRows
        The same rows, with equal rows merged.
    fitted : FitResult
        Dirichlet counts, expected counts and draws (chain by chain) of each parameter.
    """

    case: Case
    before: Case
    frame: pd.DataFrame
    rows: EvidenceRows
    fitted: FitResult

    @property
    def expected_counts(self) -> Mapping[Key, np.ndarray]:
        """The expected number of trials in the rows that ended in each state, as an array, by key.

        Key "hills" is a base rate or leak, ("hills", "muscle_strain") a link, where "no" is not
        fired. States are as in `before.priors[key].states`. The prior's counts are not included.
        """
        return self.fitted.expected_counts

    @property
    def draws(self) -> Mapping[Key, np.ndarray]:
        """Draws, (n_draws, n_states), of sampled parameters only; keys as in `expected_counts`."""
        return {
            key: draws.reshape(-1, draws.shape[-1]) for key, draws in self.fitted.chains.items()
        }

    @property
    def n_divergent(self) -> int:
        """The number of Hamiltonian Monte Carlo trajectories that diverged; 0 without sampling."""
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
        """Return how well the chains of each sampled parameter agree.

        Returns
        -------
        DataFrame
            One row per sampled parameter; one per state if it has more than two. Empty if all
            posteriors are exact, as in the example. The index is as in `parameters`. Columns:
            `r_hat`: rank-normalized split R-hat, 1 if the chains agree; `fit` warns above 1.05.
            `ess`: the bulk effective sample size of the draws; `fit` warns below 100.

        Examples
        --------
        >>> from lumbayes import fit, load, simulate
        >>> fit(load(), simulate(load(), 9)[["hills"]]).diagnostics().shape
        (0, 2)
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
            A parameter with two states has one row, for its last state; a parameter with more has
            one row per state. The levels of the index are `parameter`, such as "hills →
            muscle_strain", and `state`. Columns:
            `prior`, `posterior`: the two means.
            `low`, `high`: the ends of the posterior's interval.
            `moved`: `posterior` − `prior`, in standard deviations of the prior.
            `expected_trials`: the expected number of rows with a trial of the parameter: of a base
            rate or leak, all rows; of a link, those with its cause present (at dose d, d trials
            each); of a trait, those whose pain comes from its cause.
            `effective_trials`: the sum of the Dirichlet counts, posterior minus prior; below 0 if
            the posterior is wider. A sampled one has the counts that fit its mean and variance.
            `ess`: the effective sample size of the draws; infinite if the posterior is exact.
            `verdict`: "untested" if the posterior variance is half the prior's or more and the two
            intervals overlap. Otherwise "contradicted" if the posterior mean is outside the prior's
            interval, "not contradicted" if it is inside.

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
        """Compare each claim of the thread with the rows.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals; `strength` compares `conflict` with it.

        Returns
        -------
        DataFrame
            One row per claim that is pooled into a link, by its id, such as "A1-28". Columns:
            `cause`, `effect`: the link; `quote`, `author`, `answer` (the number of the reply).
            `prior`, `prior_low`, `prior_high`: mean and interval of the claim's own Beta.
            `posterior`, `low`, `high`: the same given the rows, with that Beta as the link's prior.
            `tested`: the expected number of rows with a trial of the link, as in `parameters`.
            `direction`: P(the link is above 0 | rows), if before them the claim's Beta and a link
            of 0 were equally likely. NaN for a trait, whose odds count as even below.
            `conflict`: from 0 to 1, how far out in the claim's Beta the rows alone put the link:
            the width of the central interval that ends there.
            `strength`: the link by the rows is "weaker" or "stronger" than claimed (if `conflict` >
            `width`), else "as stated"; "" if the claim is untested, as defined at `verdict`.
            `fit`: the probability that in rows simulated from the posterior the pain rate with the
            cause minus that without it is at most the observed one. NaN if a rate was not observed.
            `verdict`: the first that holds. "contradicted": `fit` is below 0.01. "untested":
            `tested` is 0; or the odds of `direction` are within 20 to 1 either way and the rows
            leave the link, had it no claim, half or more of its variance. "contradicted": odds of 1
            to 20 or less, or "weaker". "supported": 20 to 1 or more. Else "not contradicted".
            `attrs["misfits"]` has a sentence for each cause with `fit` < 0.01.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> set(model.claims()["verdict"])
        {'untested'}
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
            If the name has another ending. Also if the fit started from priors that were changed in
            another way than by leaving out claims, such as by `Case.blend`.

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
    """Compute the posterior of all parameters given rows of evidence, starting from their priors.

    Parameters
    ----------
    case : Case
        The network. Its evidence applies to every row. Parameters of variables that `Case.do`
        holds are not fitted.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, in columns as `posteriors` takes them. What is missing is unknown (latent).
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
        Its attribute `case` is the fitted case, with the evidence of `case`: the mean of each prior
        is the posterior mean of the parameter, or as before if the rows have no information on it.

    Raises
    ------
    ValueError
        If a column is unknown or repeated, or if a cell is not allowed.
    ImpossibleFindings
        If the findings of a row exclude each other or those of the case; the first one is named.

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
    A parameter whose trials are all observed, or that has none, has an exact Dirichlet posterior.
    All others are sampled jointly, by Hamiltonian Monte Carlo within Gibbs; intervals use the joint
    draws. Contributions and other figures at the means of the priors ignore the correlation between
    parameters. So does a second fit that starts from `FittedModel.case`; give all rows at once
    instead. Rows of a trait's table that share draws (`Priors.sample`) are sampled together.
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
            posteriors[key] = fitted_prior(prior, counts, source + prior.source)
    draws = {k: d.reshape(-1, d.shape[-1]) for k, d in found.chains.items()}
    ties = JointDraws({key: posteriors[key] for key in draws}, draws) if draws else None
    network = Network(case.priors.with_priors(posteriors, ties))
    return replace(case, compiled=case.compiled.with_network(network))
