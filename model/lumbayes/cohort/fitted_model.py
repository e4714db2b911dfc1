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
        """How many trials of each parameter are expected to have ended in each of its states.

        A mapping from the parameter's key ("hills" for a base rate or leak, ("hills",
        "muscle_strain") for a link) to an array, shape (n_states,), in the order of
        `before.priors[key].states`. Of a link, "yes" counts the rows in which it fired, "no" those
        in which its cause was present and it did not fire. The prior's counts are not included.
        """
        return self.fitted.expected_counts

    @property
    def draws(self) -> Mapping[Key, np.ndarray]:
        """The posterior draws of each sampled parameter; empty if all posteriors are exact.

        A mapping from keys, as in `expected_counts`, to arrays of shape (n_draws, n_states): each
        row is a draw of P(each state). Of a link strength θ the columns are 1 - θ and θ.
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
        """Return how well the chains of each sampled parameter agree.

        Returns
        -------
        DataFrame
            One row per sampled parameter (per state if it has more than two); empty if all are
            exact. The index levels are `parameter` ("hills → muscle_strain") and `state`. Columns:
            `r_hat`: rank-normalized split R-hat, 1 if the chains agree; `fit` warns above 1.05.
            `ess`: the bulk effective sample size of the draws; `fit` warns below 100.
        """
        return diagnostics(self.before, self.fitted)

    def parameters(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare the prior and the posterior of each parameter.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside each interval (`low` to `high`, and those that `verdict`
            compares), above 0 and below 1.

        Returns
        -------
        DataFrame
            A parameter with two states has one row, for its last state; a parameter with more has
            one row per state. The levels of the index are `parameter`, such as "hills →
            muscle_strain", and `state`. Columns:
            `prior`, `posterior`: the means; `low`, `high`: the ends of the posterior's interval.
            `moved`: `posterior` − `prior`, in standard deviations of the prior.
            `expected_trials`: the expected number of trials among the runners given to `fit`. Each
            runner is a trial of every base rate and leak; of a link if the cause is present (d
            trials at dose d); of P(trait | cause) if the pain comes from this cause; of
            P(measurement | state) if what is measured has this state.
            `effective_trials`: the sum of the Dirichlet counts, posterior minus prior; below 0 if
            the posterior is wider. A sampled posterior has the counts that fit its draws' variance.
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
        """Compare each claim of the thread with the rows of runners, one row per claim.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals. `strength` compares `conflict` with it.

        Returns
        -------
        DataFrame
            One row per claim that is pooled into a link, in file order. The index, `claim`, holds
            ids such as "A1-28". θ is the parameter that the claim is about: a link strength after
            division by T (see `lumbayes.load`), or P(a state of a trait). Columns:
            `cause`, `effect`: the link. `quote`, `author`, `answer` (reply's number, 0: question).
            `prior`, `prior_low`, `prior_high`: mean and interval of θ by the claim's own Beta.
            `posterior`, `low`, `high`: the same given the rows, with this Beta as the prior of θ.
            `tested`: the expected number of trials of the link: `expected_trials` in `parameters`.
            `direction`: P(θ > 0 | rows), if before the rows θ was 0 with probability 1/2 and had
            the claim's Beta with probability 1/2. NaN for a trait.
            `conflict`: |P(a < b) - P(a > b)|, from 0 to 1. Here a is θ drawn from the claim's Beta,
            and b is θ drawn from the posterior that the rows give if no claim on the link is used.
            `strength`: "as stated" if `conflict` is at most `width`; else "weaker" if a > b is the
            likelier, "stronger" if a < b is. "" if rule 2 or 3 below holds.
            `fit`: P(d in rows simulated from the posterior <= d in the rows). Here d is the share
            of rows that hurt with the cause, minus that without it. Near 0, rows with the cause
            hurt less often than the model can explain. NaN without both kinds of rows.
            `verdict`: the first rule that holds. Odds: `direction` / (1 - `direction`); a trait: 1.
            1. "contradicted": `fit` is below 0.01.
            2. "untested": `tested` is 0.
            3. "untested": the odds are between 1/20 and 20, and the rows say little: the variance
            of b is half or more of what it would be without rows.
            4. "contradicted": the odds are 1/20 or less, or `strength` is "weaker".
            5. "supported": the odds are 20 or more.
            6. "not contradicted": none of the above.
            `attrs["misfits"]` is a list with a sentence for each cause whose `fit` is below 0.01.
        """
        check_arguments("FittedModel.claims", locals())
        return claim_report(self.before, self.frame, self.rows, self.fitted, width)

    def save(self, path: str | Path) -> None:
        """Write the fitted priors to a file that `load` reads.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.npz``; an existing file is replaced. The file holds numbers and the
            name of the priors before the fit, but neither the rows nor the evidence.

        Raises
        ------
        ValueError
            If the name has another ending. Also if the fit started from priors that were changed in
            another way than by leaving out claims, such as by `Case.blend`.

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
        If the findings of a row exclude each other or those of the case; that row is named.

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
    A parameter whose trials (see `FittedModel.parameters`) are all observed, or that has none, has
    an exact Dirichlet posterior. All others are sampled jointly, by Hamiltonian Monte Carlo within
    Gibbs; intervals use the joint draws. Figures at the means of the priors, such as contributions,
    ignore the correlation between parameters. So does a second fit that starts from the fitted
    case; give all rows at once. Rows of a trait's table that share draws are sampled together.
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
