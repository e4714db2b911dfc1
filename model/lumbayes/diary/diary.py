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
    """Several runs of one runner, evaluated together: a plate model over runs.

    Variables marked `still` in variables.toml (such as flat feet) have one state in all runs. The
    others are drawn per run. The parameters are the same in all runs, which update them.

    Parameters
    ----------
    case : Case
        The model. Evidence on still variables counts once, all other evidence in every run.
    runs : DataFrame, shape (n_runs, n_columns)
        One row per run, with columns as `posteriors` takes them; missing cells are unknown. Runs
        are sorted by the column `date` or by dates in the index, if there are any. Repeated numbers
        from a test of a still variable are noisy measurements of one quantity. If a statement on a
        still variable is repeated, the last one counts.
    half_life : float, optional
        In days; needs dates. Changeable still variables are then redrawn at random, with
        probability 1/2 in this time, so that older evidence counts less. By default never.

    Raises
    ------
    ValueError
        If a cell, label, date or `half_life` is not allowed, or if the case holds a contrast.
    ImpossibleFindings
        If the findings of a run exclude each other or those of earlier runs.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import Diary, load
    >>> hills, hurt = ["yes", "no", "yes", "no"], ["yes", "no", "yes", "no"]
    >>> diary = Diary(load(), pd.DataFrame({"hills": hills, "back_pain": hurt}))
    >>> diary
    Diary(4 runs, 2 distinct)
    >>> print(f"{diary.contributions().contribution['hills']:.2f}")
    0.37

    Notes
    -----
    Spiegelhalter & Lauritzen (1990). The state shared by all runs is summed out exactly; parameters
    are sampled by iterated batch importance sampling (Chopin 2002). A graded still factor has its
    own dose in each run. If a run hurt, the base rate is that of people in pain, as in `next_run`.
    """

    def __init__(self, case: Case, runs: pd.DataFrame, *, half_life: float | None = None):
        self.case, self.runs = case, as_frame(runs)
        self._history = read_history(case, self.runs, half_life)
        self._names = [cause.name for cause in case.variables.causes]

    def __repr__(self) -> str:
        n_distinct = len(self._history.mixtures)
        return f"Diary({len(self._history)} runs, {n_distinct} distinct)"

    def contributions(self, run: Hashable | None = None, *, width: float = WIDTH) -> pd.DataFrame:
        """Compute every cause's contribution to the pain of one run, given all runs.

        Parameters
        ----------
        run : label of the index, optional
            By default the last run that hurt.
        width : float, default 0.9
            The probability inside the credible intervals.

        Returns
        -------
        DataFrame
            One row per cause, with the columns `layer`, `present`, `contribution`, `low`, `high`,
            `but_for`, `first` and `claims` of `lumbayes.contributions`.

        Raises
        ------
        ValueError
            If there is no such run, or if no run hurt.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> diary = Diary(load(), runs)
        >>> print(f"{diary.contributions().contribution['hills']:.2f}")
        0.36
        """
        history = self._history
        position = last_painful_run(history) if run is None else position_of(history, run)
        (sampled, _), _, weights = run_figures(history, self._draws, position)
        figures, present, point_weights = run_figures(history, self._point, position)
        means = np.vstack([present @ point_weights, figures @ point_weights])
        share = self._draws.independent
        return contribution_table(self.case, means, sampled, weights, width, share)

    def posterior(self, name: str) -> pd.Series:
        """Compute the posterior of a still variable, as of the day of the last run.

        Parameters
        ----------
        name : str
            A variable that has the same state in all runs (`still` in variables.toml).

        Returns
        -------
        Series, shape (n_states,)
            P(name = state | all runs).

        Raises
        ------
        ValueError
            If the variable is not a still one.

        Examples
        --------
        >>> import pandas as pd
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
        """Compute, after each run, what every cause would contribute if the next run hurt.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the credible intervals.

        Returns
        -------
        DataFrame, shape (n_runs, 3 * n_causes)
            One row per run, in order, given this run and all before it. Columns are pairs (figure,
            cause), with the figures `contribution`, `low` and `high`.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> diary = Diary(load(), runs)
        >>> diary.trajectory()["contribution"][["hills", "weak_core"]].round(2)
        cause  hills  weak_core
        0       0.09       0.12
        1       0.09       0.11
        """
        rows = [*contribution_path(self._history, sample_posterior(self._history), width)]
        columns = pd.MultiIndex.from_product([FIGURES, self._names], names=["figure", "cause"])
        values = np.array(rows).reshape(-1, len(columns))
        return pd.DataFrame(values, index=self._history.labels, columns=columns)

    def next_run(self, **changes: str) -> pd.Series:
        """Compute P(pain in the next run) under interventions.

        Parameters
        ----------
        **changes : str
            By factor or mechanism, the state at which it is held in the next run: `hills="no"`.

        Returns
        -------
        Series, shape (n_states,)
            P(state of the outcome in the next run | do(changes), all runs). The case's evidence on
            variables other than pain and traits applies to the next run too.

        Raises
        ------
        ValueError
            If a name or state is unknown, or if the variable is not a factor or mechanism.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> diary = Diary(load(), runs)
        >>> [f"{diary.next_run(hills=state)['yes']:.2f}" for state in ("yes", "no")]
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
        """Compare each claim of the thread with the runs.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the intervals, and the threshold of `conflict`.

        Returns
        -------
        DataFrame
            A row per claim on a link: `cause`, `effect`, `quote`, `author`, `answer` (reply). Also:
            `prior`, `prior_low`, `prior_high`: mean and interval of the claim's own Beta.
            `posterior`, `low`, `high`: given the runs, with the claim's Beta as the link's prior.
            `tested`: the expected number of runs with the cause present and its outcome observed.
            `direction`: P(the link exists | runs), with even prior odds of the claim and no link.
            `conflict`: width of the claim's interval that ends where the runs alone put the link.
            `strength`: "as stated", or if `conflict` > `width` "weaker" or "stronger".
            `fit`: posterior predictive P(pain rate with the cause minus the rate without is at most
            the observed one). Below 0.01 runs and model do not fit, as `attrs["misfits"]` says.
            `verdict`: "contradicted" (odds of `direction` 1 to 20, "weaker", or `fit` below 0.01),
            "untested" (little information), "supported" (odds 20 to 1) or "not contradicted".

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> diary = Diary(load(), runs)
        >>> diary.claims()["verdict"].value_counts().to_dict()
        {'untested': 23}

        Notes
        -----
        Bayes factors as in Kass & Raftery (1995), prior-data conflict as in Evans & Moshonov
        (2006), the predictive check as in Gelman, Meng & Stern (1996).
        """
        return score_claims(self._history, self._draws, self._weights, width)

    @property
    def log_probability(self) -> float:
        """ln P(all runs and the evidence of the case), in nats."""
        return self._point.log_evidence(log_evidence(self._history, self._point.inputs))

    @property
    def probability(self) -> float:
        """P(all runs and the evidence of the case); it underflows for many runs."""
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """The effective sample size of the sampled parameters, within a factor of two."""
        return self._draws.effective_sample_size(self._weights)

    @property
    def sampler_summary(self) -> str:
        """A line of text on how the parameters were sampled."""
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
