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
    """Several runs of one runner, evaluated together.

    Variables that are `still` in variables.toml have one state in all runs, and so has every
    parameter, which runs update; all others are drawn per run.

    Parameters
    ----------
    case : Case
        What it holds is known of every run, or once of what the runs share.
    runs : DataFrame, shape (n_runs, n_columns)
        One row a run, with columns as `posteriors` takes them; what is missing is unknown. Runs are
        ordered by a column `date`, by dates in the index, or as they stand without any. Readings of
        one still thing are noisy looks at one number; the last statement on it counts.
    half_life : float, optional
        In days. Changeable still factors are redrawn at random times, so an old finding of them
        counts less: after this time with probability one half. By default nothing is redrawn.

    Raises
    ------
    ValueError
        As `posteriors` does, and for repeated labels and unreadable dates.
    ImpossibleFindings
        For a run whose findings exclude each other or those of the runs named.

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
    A plate model (Spiegelhalter & Lauritzen 1990). The shared state is summed out exactly; the
    parameters are sampled by iterated batch importance sampling (Chopin 2002). A still factor's
    strength is drawn for each run, from what readings leave possible. Where a run hurt the level is
    that of somebody in pain, as for `next_run`, unless the case was loaded at another.
    """

    def __init__(self, case: Case, runs: pd.DataFrame, *, half_life: float | None = None):
        self.case, self.runs = case, as_frame(runs)
        self._history = read_history(case, self.runs, half_life)
        self._names = [cause.name for cause in case.variables.causes]

    def __repr__(self) -> str:
        n_distinct = len(self._history.mixtures)
        return f"Diary({len(self._history)} runs, {n_distinct} distinct)"

    def contributions(self, run: Hashable | None = None, *, width: float = WIDTH) -> pd.DataFrame:
        """Compute the contribution of every cause to the pain of one run, given all runs.

        Parameters
        ----------
        run : label of the index, optional
            By default the last run that hurt.
        width : float, default 0.9
            The width of the credible intervals.

        Returns
        -------
        DataFrame
            As `lumbayes.contributions` returns it, over the posterior of the parameters. Of an
            unknown run, and if none hurt, it is a `ValueError`.

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
        """Compute the posterior of a variable that all runs share, as on the day of the last run.

        Parameters
        ----------
        name : str
            A still variable.

        Returns
        -------
        Series, shape (n_states,)
            P(name = state | all runs).

        Raises
        ------
        ValueError
            If the variable is drawn per run.

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
        """Compute after each run the contribution of every cause if the next run hurt.

        Parameters
        ----------
        width : float, default 0.9
            The width of the credible intervals.

        Returns
        -------
        DataFrame, shape (n_runs, 3 * n_causes)
            The runs' index in order; columns are pairs (figure, cause) of `contribution`, `low`,
            `high`.

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
        """Compute the probability of pain in the next run, after interventions.

        Parameters
        ----------
        **changes : str
            Factors or mechanisms and the states they are set to, as `hills="no"`.

        Returns
        -------
        Series, shape (n_states,)
            P(outcome in the next run | do(changes), all runs).

        Raises
        ------
        ValueError
            For a variable that cannot be changed, or an unknown state.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> diary = Diary(load(), runs)
        >>> [f"{diary.next_run(hills=state)['yes']:.2f}" for state in ("yes", "no")]
        ['0.39', '0.29']

        Notes
        -----
        What the case holds applies to the next run too, its pain and traits aside. What the runs
        share is as they leave it, but for what is changed and what follows that.
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
            The width of the intervals, and the conflict above which a strength differs.

        Returns
        -------
        DataFrame
            One row a claim that reaches a parameter, by its id. `prior`, `prior_low`, `prior_high`:
            the claim's own Beta. `posterior`, `low`, `high`: its link given the runs, were the
            claim its only prior. `tested`: the expected number of runs with the cause present and
            its outcome observed. `direction`: P(the link raises the pain at all | runs), at even
            odds before them. `strength`: "as stated", "weaker" or "stronger", by whether the
            central share `conflict` of the claim's Beta, above `width`, excludes what the runs say
            without any claim. `fit`: the posterior predictive probability that runs with the cause
            hurt as seldom, beside those without it, as they did. `verdict`: "contradicted" if the
            fit is below 1%, the odds of direction are 20 to 1 against the link, or it is weaker;
            "untested" where runs say little of it; "supported" at odds of 20 to 1; else "not
            contradicted". Also `cause`, `effect`, `quote`, `answer`, `author`. In `attrs`,
            `misfits` are the sentences of runs that this model cannot be reconciled with.

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
        """log P(all runs, what the case holds), in nats."""
        return self._point.log_evidence(log_evidence(self._history, self._point.inputs))

    @property
    def probability(self) -> float:
        """P(all runs, what the case holds); it underflows for many: use `log_probability`."""
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """How many independent draws the sampled ones are worth, within a factor of two."""
        return self._draws.effective_sample_size(self._weights)

    @property
    def sampler_summary(self) -> str:
        """How the parameters were sampled, in one line."""
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
