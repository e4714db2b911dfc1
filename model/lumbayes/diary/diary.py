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

    Variables that are `still` in variables.toml (such as flat feet) have one state in all runs. The
    others are drawn per run. The parameters are the same in all runs, and the runs update them.

    Parameters
    ----------
    case : Case
        The network. Evidence on still variables counts once, all other evidence in every run.
    runs : DataFrame, shape (n_runs, n_columns)
        Evidence, one row per run, in columns as `posteriors` takes them; an empty cell is unknown.
        The column `date`, or an index of dates, orders the runs; without dates they are in order.
        Numbers from one measurement of a still variable are noisy readings of one quantity. Of
        several likelihoods, stated probabilities or pictures of it the last one counts.
    half_life : float, optional
        In days; needs dates. Still factors that are `changeable` in variables.toml are then redrawn
        at random, with probability 1/2 in this time, so that older evidence counts less, and only
        the last reading of one counts. By default never.

    Raises
    ------
    ValueError
        If a column, cell, date or `half_life` is not allowed, if two runs have one label, or if the
        case holds a contrast.
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
    are sampled by iterated batch importance sampling (Chopin 2002). A still factor's dose may
    differ from run to run. If a run hurt, the base rate is that of people in pain: see `next_run`.
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
            The run. By default the last one that hurt.
        width : float, default 0.9
            The probability inside the credible intervals, above 0 and below 1.

        Returns
        -------
        DataFrame
            The table of `lumbayes.contributions`, one row per cause. In a run without pain each
            contribution is 0; if the pain is unknown, it is P(pain and the cause contributes).

        Raises
        ------
        ValueError
            If there is no such run, or if no run is given and none hurt.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> print(f"{Diary(load(), runs).contributions().contribution['hills']:.2f}")
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
            P(name = state | all runs). The index is the state, such as "no" and "yes".

        Raises
        ------
        ValueError
            If the variable is unknown or not a still one.

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
            The probability inside the credible intervals, above 0 and below 1.

        Returns
        -------
        DataFrame, shape (n_runs, 3 * n_causes)
            One row per run, by date, given this run and all before it; the index is that of `runs`.
            The columns have two levels: `figure` ("contribution", "low", "high") and `cause`.

        Examples
        --------
        >>> import pandas as pd
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
            By factor or mechanism, the state at which it is held in that run: `hills="no"`.

        Returns
        -------
        Series, shape (2,)
            P(no pain) and P(pain) in that run; the index is "no", "yes". Evidence and interventions
            of the case apply to that run too, except evidence on the pain and on its traits.

        Raises
        ------
        ValueError
            If a name or state is unknown, or if the variable is not a factor or mechanism.

        Examples
        --------
        >>> import pandas as pd
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
        """Compare each claim of the thread with the runs.

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
            `posterior`, `low`, `high`: the same given the runs, with that Beta as the link's prior.
            `tested`: expected number of runs with the cause present and pain (or trait) observed.
            `direction`: P(the link is above 0 | runs), if before them the claim's Beta and a link
            of 0 were equally likely. NaN for a trait, whose odds count as even below.
            `conflict`: from 0 to 1, how far out in the claim's Beta the runs alone put the link:
            the width of the central interval that ends there.
            `strength`: the link by the runs is "weaker" or "stronger" than claimed (if `conflict` >
            `width`), else "as stated"; "" if the claim is untested, as defined at `verdict`.
            `fit`: the probability that in runs simulated from the posterior the pain rate with the
            cause minus that without it is at most the observed one. NaN if a rate was not observed.
            `verdict`: the first that holds. "contradicted": `fit` is below 0.01. "untested":
            `tested` is 0; or the odds of `direction` are within 20 to 1 either way and the runs
            leave the link, had it no claim, half or more of its variance. "contradicted": odds of 1
            to 20 or less, or "weaker". "supported": 20 to 1 or more. Else "not contradicted".
            `attrs["misfits"]` has a sentence for each cause with `fit` < 0.01.

        Examples
        --------
        >>> import pandas as pd
        >>> from lumbayes import Diary, load
        >>> runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
        >>> Diary(load(), runs).claims()["verdict"].value_counts().to_dict()
        {'untested': 23}
        """
        return score_claims(self._history, self._draws, self._weights, width)

    @property
    def log_probability(self) -> float:
        """ln P(all runs and the evidence of the case) over the draws of the parameters, in nats."""
        return self._point.log_evidence(log_evidence(self._history, self._point.inputs))

    @property
    def probability(self) -> float:
        """P(all runs and the evidence of the case); 0 by underflow if there are very many runs."""
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """The effective sample size of the parameter draws, to a factor of two; always finite."""
        return self._draws.effective_sample_size(self._weights)

    @property
    def sampler_summary(self) -> str:
        """How parameters were sampled, in one line: draws, runs, moves; exact with 0 or 1 run."""
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
