"""Many runs of one runner: posteriors of what the runs share and of the parameters."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import contribution_table
from ..data.frames import as_frame
from ..defaults import WIDTH
from ..errors import allow
from .claim_scores import score_claims
from .filtering import log_evidence
from .prediction import (
    FIGURES,
    check_changes,
    contribution_path,
    last_painful_run,
    next_outcome,
    position_of,
    run_figures,
    shared_posterior,
)
from .reading import read_history
from .smc import is_exact, prior_means, sample_posterior, summary

if TYPE_CHECKING:
    from ..case import Case
    from .draws import Draws


class Diary:
    """Many runs of one runner, evaluated together: a plate model over runs.

    Variables marked `still` in variables.toml (such as flat feet) have one state in all runs, the
    others one state per run. The runs share their parameters and update them.

    Parameters
    ----------
    case : Case
        The network. Its evidence on still variables counts once, its other evidence in every run.
    runs : DataFrame, shape (n_runs, n_columns)
        Evidence, one row per run, in columns as `lumbayes.posteriors` takes them; an empty cell is
        unknown. A column `date` or an index of dates gives the order of the runs. Without dates it
        is that of the rows. docs/diary.md says how repeated evidence on a still variable counts.
    half_life : float, optional
        A number of days; needs dates. In this time each still factor that is `changeable` in
        variables.toml, such as a weak core, is drawn again from its prior with probability 1/2. By
        default still variables never change.

    Raises
    ------
    ValueError
        If an argument, column or cell is not allowed, if two runs have the same label, or if the
        case holds a contrast (`Case.contrast`).
    ImpossibleFindings
        If the findings of a run exclude each other or those of earlier runs.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import Diary, load
    >>> runs = pd.DataFrame({"hills": ["yes", "no"] * 2, "back_pain": ["yes", "no"] * 2})
    >>> diary = Diary(load(), runs)
    >>> print(f"{diary.contributions().contribution['hills']:.2f}")
    0.37

    Notes
    -----
    If at least one run hurt and the case has the default base rate (0.03), that of
    `lumbayes.next_run` after a pain takes its place for all runs.

    Plate model: Spiegelhalter & Lauritzen (1990). Parameters are sampled by iterated batch
    importance sampling (Chopin 2002).
    """

    def __init__(self, case: Case, runs: pd.DataFrame, *, half_life: float | None = None):
        self.case, self.runs = case, as_frame(runs)
        self._history = read_history(case, self.runs, half_life)
        self._names = [cause.name for cause in case.variables.causes]

    def __repr__(self) -> str:
        n_distinct = len(self._history.mixtures)
        return f"Diary({len(self._history)} runs, {n_distinct} distinct)"

    def contributions(self, run: Hashable | None = None, *, width: float = WIDTH) -> pd.DataFrame:
        """Compute each cause's contribution to the pain of one run, given all runs.

        Parameters
        ----------
        run : label of the index, optional
            The run. By default the last one that hurt.
        width : float, default 0.9
            The probability inside the credible intervals, above 0 and below 1.

        Returns
        -------
        DataFrame
            One row per cause, with the columns of `lumbayes.contributions`. If the run did not
            hurt, each contribution is 0. If it is unknown whether the run hurt, each is P(pain, and
            the cause contributes to it | all runs).

        Raises
        ------
        ValueError
            If there is no such run, or if no run is given and none hurt.
        """
        history = self._history
        position = last_painful_run(history) if run is None else position_of(history, run)
        (sampled, _), _, weights = run_figures(history, self._draws, position)
        figures, present, point_weights = run_figures(history, self._point, position)
        means = np.vstack([present @ point_weights, figures @ point_weights])
        share = self._draws.independent
        return contribution_table(self.case, means, sampled, weights, width, share)

    def posterior(self, name: str) -> pd.Series:
        """Compute the posterior of a still variable, given all runs.

        Parameters
        ----------
        name : str
            A variable that has the same state in all runs (`still` in variables.toml).

        Returns
        -------
        Series, shape (n_states,)
            P(name = state | all runs) by state ("no", "yes"). With a `half_life` (see `Diary`) it
            is the state on the day of the last run.

        Raises
        ------
        ValueError
            If the variable is unknown or not a still one.

        Examples
        --------
        >>> from lumbayes import Diary, load
        >>> diary = Diary(load(), pd.DataFrame({"back_pain": ["yes", "yes", "yes"]}))
        >>> print(f"{diary.posterior('weak_core')['yes']:.2f}")
        0.47
        """
        variable = self.case.variables[name]
        still = [v.name for v in self.case.variables.still]
        allow("posterior", "variable that is the same in every run", [name], still)
        probabilities = shared_posterior(self._history, self._point, name)
        index = pd.Index(variable.states, name=name)
        return pd.Series(probabilities, index=index, name=f"P({name} | {self})")

    def trajectory(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compute after each run what every cause would contribute to a pain in a further run.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the credible intervals, above 0 and below 1.

        Returns
        -------
        DataFrame, shape (n_runs, 3 * n_causes)
            One row per run, in the order of the dates, with the index of `runs`. A row holds P(the
            cause contributes | the runs up to this one, a further run hurts). The columns have two
            levels: `figure` ("contribution", "low" and "high", the ends of its interval), `cause`.

        Examples
        --------
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> Diary(load(), runs).trajectory()["contribution"][["hills", "weak_core"]].round(2)
        cause  hills  weak_core
        0       0.09       0.12
        1       0.09       0.11
        """
        rows = [*contribution_path(self._history, sample_posterior(self._history), width)]
        columns = pd.MultiIndex.from_product([FIGURES, self._names], names=["figure", "cause"])
        values = np.array(rows).reshape(-1, len(columns))
        return pd.DataFrame(values, index=self._history.labels, columns=columns)

    def next_run(self, **changes: str) -> pd.Series:
        """Compute P(pain in the next run), given all runs, with some causes held at a state.

        Parameters
        ----------
        **changes : str
            The interventions: by factor or mechanism, its state in the next run, such as
            `hills="no"`. Without any, nothing is changed.

        Returns
        -------
        Series, shape (2,)
            P(no pain) and P(pain) in the next run; the index is "no", "yes". The evidence and
            interventions of the case hold in the next run too, except evidence on the pain and its
            traits.

        Raises
        ------
        ValueError
            If a name or state is unknown, or if the variable is not a factor or mechanism.

        Examples
        --------
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> [f"{Diary(load(), runs).next_run(hills=state)['yes']:.2f}" for state in ("yes", "no")]
        ['0.39', '0.29']
        """
        check_changes(self.case, changes)
        outcome = self.case.variables.outcome
        probabilities = next_outcome(self._history, self._draws, changes)
        do = ", ".join(f"{name}={state}" for name, state in changes.items())
        label = f"P({outcome.name}, next run{' | do ' if do else ''}{do})"
        index = pd.Index(outcome.states, name=outcome.name)
        return pd.Series(probabilities, index=index, name=label)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """Compare what each claim of the thread states with what the runs imply, one row per claim.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals, above 0 and below 1. `strength` uses it too.

        Returns
        -------
        DataFrame
            One row per claim that a prior is pooled from. The index, `claim`, holds ids such as
            "A1-28". θ is the parameter that the claim is about: a link strength, divided by T if T
            divides it (`lumbayes.load`), or P(a state of a trait | a pain of the cause). Columns:

            - `cause`, `effect`: the link. `quote`, `author`: the claim's words and who wrote them.
              `answer`: the number of the reply; 0 is the question.
            - `prior`, `prior_low`, `prior_high`: mean and interval of the claim's own Beta of θ.
            - `posterior`, `low`, `high`: the same given the runs, with this Beta as the prior of θ.
            - `tested`: the expected number of runs in which the cause is present and there is
              evidence on the pain or a trait of it (on the trait, if `effect` is one).
            - `direction`: P(θ > 0 | runs), if before the runs θ is 0 with probability 1/2 and else
              has the claim's own Beta. NaN for a trait.
            - `conflict`: how far the runs lie from the claim's Beta, from 0 to 1.
            - `strength`: "as stated" if `conflict` is at most `width`; otherwise "weaker" (than
              stated) or "stronger". "" if the runs say too little about θ.
            - `fit`: a posterior predictive p-value, one per cause: the share of simulated diaries
              whose d is at most that of the real one. d is the share of painful runs among those
              with the cause, minus the share among those without it, as entered; NaN without both.
            - `verdict`: "contradicted" (the odds of θ > 0 are 1/20 or less, `strength` is "weaker",
              or `fit` is below 0.01), "supported" (the odds are 20 or more), "untested" (`strength`
              is ""), else "not contradicted".

            docs/diary.md has the formula of `conflict` and the rules of `strength` and `verdict`.
            `attrs` has `effective_sample_size` and `misfits`, a sentence per `fit` below 0.01.
        """
        return score_claims(self._history, self._draws, self._weights, width)

    @property
    def log_probability(self) -> float:
        """The log marginal likelihood: ln P(all runs and the evidence of the case), in nats.

        P is averaged over the priors of the parameters, then the logarithm is taken. Of two cases
        with the same evidence and the same runs but other priors, the one with the higher value
        predicted them better. Readings and likelihoods enter as ratios: it can be above 0.
        """
        history, point = self._history, self._point
        return point.log_evidence(log_evidence(history, point.inputs)) + history.log_scale

    @property
    def probability(self) -> float:
        """P(all runs and the evidence of the case), the exponential of `log_probability`."""
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """How many independent draws the weighted draws of the parameters are worth.

        It is an estimate, right to about a factor of 2. Below 100 the intervals are rough.
        """
        return self._draws.effective_sample_size(self._weights)

    @property
    def sampler_summary(self) -> str:
        """How parameters were sampled, such as "4,096 draws of the priors, weighted by 2 runs"."""
        return summary(self._history, self._stages)

    @cached_property
    def _stages(self) -> list[Draws]:
        return sample_posterior(self._history.informative())

    @property
    def _draws(self) -> Draws:
        return self._stages[-1]

    @property
    def _point(self) -> Draws:
        """The draws of figures that are exact at the means for one run."""
        return prior_means(self._history) if is_exact(self._history) else self._draws

    @cached_property
    def _weights(self) -> np.ndarray:
        return self._draws.weights(log_evidence(self._history, self._draws.inputs))
