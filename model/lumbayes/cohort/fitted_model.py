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
    """A case with the posterior of its parameters given rows of findings.

    Attributes
    ----------
    case : Case
        The case with the posterior of each parameter as its prior.
    before : Case
        The case as it was.
    frame : DataFrame
        The rows that it was fitted to.
    rows : EvidenceRows
        The same with equal rows merged.
    fitted : FitResult
        Counts, expected counts and draws, chain by chain.

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
        """For each prior's key the expected number of trials that ended in each state."""
        return self.fitted.expected_counts

    @property
    def draws(self) -> Mapping[Key, np.ndarray]:
        """By key of a sampled parameter its joint posterior draws, (n_draws, n_states)."""
        return {
            key: draws.reshape(-1, draws.shape[-1]) for key, draws in self.fitted.chains.items()
        }

    @property
    def n_divergent(self) -> int:
        """The number of trajectories that diverged."""
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
        """Assess the draws of the sampled parameters.

        Returns
        -------
        DataFrame
            One row a sampled parameter by `number` and `state`: `r_hat`, which is 1 where the
            chains agree, and `ess`, the effective sample size. Up to 1.05 and from 100 on,
            intervals are good to some hundredths of their width; `fit` warns of all others.

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
            `effective_trials`, the counts of the Dirichlet of the posterior's mean and variance
            less those of the prior: of a parameter whose trials were all observed their number;
            `ess`, how many independent draws the posterior rests on, infinite where it is exact;
            `verdict`: untested unless the rows halve the prior's variance or the two intervals
            are apart, else contradicted if the posterior mean lies outside the prior's interval,
            else not contradicted.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import fit, load
        >>> model = fit(load(), pd.DataFrame({"hills": ["yes"] * 30 + ["no"] * 50}))
        >>> model.parameters()[["prior", "posterior", "verdict"]].round(2).head(1)
                      prior  posterior       verdict
        number state
        hills  yes     0.18       0.34  contradicted
        """
        check_arguments("FittedModel.parameters", locals())
        return parameter_report(self.before, self.case, self.fitted, self.draws, width)

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
            `low`, `high`: the same given the rows, had this claim alone been made of its link.
            `tested`: the expected number of trials of that link. `direction`: P(the link exists |
            rows), at even odds before them between the claim and a link of 0. `strength`:
            "as stated", "weaker" or "stronger". `fit`: how often the model lets the pain be as rare
            with the cause, against without it, as it is in the rows; below .01 the two cannot be
            reconciled, and `attrs["misfits"]` says so in a sentence. `conflict`, from 0 to 1: the
            central share of the claim's Beta that excludes what the rows say without any claim.
            `verdict`: "supported", "not contradicted", "contradicted" or "untested".

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
        """Write the posterior to a file, which `load` reads back as priors.

        Parameters
        ----------
        path : str or Path
            It ends in ``.npz``. The file holds numbers and the names of the priors that were
            fitted; the rows and what the case holds as evidence are not in it.

        Raises
        ------
        ValueError
            For another ending, and if the priors before the fit are not those of a folder with
            claims left out, as after `Case.blend`.

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
        What it holds is known of every row. Links that its interventions cut are not fitted.
    frame : DataFrame, shape (n_rows, n_columns)
        Findings, as `posteriors` takes them; what is missing is unknown.
    draws : int, default 600
        The least number of posterior draws of what is latent, in four chains. Chains that have not
        mixed are doubled in length, up to two times.
    seed : int, default 0
        Of the draws.
    progress : bool, default False
        Show a bar on standard error, which counts draws, those of the warm-up included.

    Returns
    -------
    FittedModel
        Its `case` has the posterior of each parameter as its prior. What no row tests, nor shares
        draws with what one tests, keeps its prior, count for count.

    Raises
    ------
    ValueError
        As `posteriors` does.
    ImpossibleFindings
        For the first row whose findings exclude each other.

    Warns
    -----
    NotConverged
        Names the parameters of which R-hat is above 1.05 or the effective sample size below 100.

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
    A parameter whose trials are all settled by the rows, or not touched by them, has an exact
    Dirichlet posterior (conjugacy). All others are sampled jointly by Hamiltonian Monte Carlo
    within Gibbs; intervals of the fitted case draw them jointly. Figures at the means do not use
    their correlation, and neither does a second fit from `model.case`: give all rows at once.
    Rows of a trait that share draws (`Priors.sample`) are sampled as such: what the runners'
    answers say of one is used for all of them.
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
