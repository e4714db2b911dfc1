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

    Variables that are `still` in variables.toml (such as flat feet) have one state in all runs, the
    others one per run. The runs update the parameters, the same in all of them. Figures are those
    of one run (by default the last that hurt) or of the next.

    Parameters
    ----------
    case : Case
        The network. Evidence on still variables counts once, all other evidence in every run. A
        likelihood on a still variable is replaced by a column of likelihoods on it in `runs`.
    runs : DataFrame, shape (n_runs, n_columns)
        Evidence, one row per run, in columns as `posteriors` takes them; an empty cell is unknown.
        The column `date` or an index of dates orders the runs; else they are in the order of rows.
        All numbers in the column of one measurement of a still variable ("plank_seconds") are noisy
        readings of one true value. A column with likelihoods or stated probabilities of a still
        variable, or with states of its measurement ("wet_footprint"), counts once: its last entry.
    half_life : float, optional
        In days; needs dates. Each still factor that is `changeable` in variables.toml is then drawn
        again from its prior, with probability 1/2 in this time, so older evidence counts less, and
        of its readings only the last one counts. By default it never changes.

    Raises
    ------
    ValueError
        If a column, cell, date or `half_life` is not allowed, if two runs have the same label, or
        if the case holds a contrast (see `Case.contrast`).
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
    Spiegelhalter & Lauritzen (1990). The state shared by all runs is summed out exactly; parameters
    are sampled by iterated batch importance sampling (Chopin 2002). The dose of a still factor (how
    strongly it acts) may differ by run. If a run hurt and the case was loaded at the default base
    rate, the base rate of people in pain is used instead: see `lumbayes.next_run`.
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
            contribution is 0; if its pain is unknown, it is P(pain, and the cause contributes).

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
            P(name = state | all runs) by state ("no", "yes"); with a half-life, on the last day.

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
        """Compute, after each run, what every cause would contribute if the next run hurt.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the credible intervals, above 0 and below 1.

        Returns
        -------
        DataFrame, shape (n_runs, 3 * n_causes)
            One row per run, by date, given this run, all before it and the evidence of the case.
            The index is that of `runs`. The columns have two levels: `figure` ("contribution" and
            the ends of its interval, "low" and "high") and `cause`, such as "hills".

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
            By factor or mechanism, the state at which it is held in the next run: `hills="no"`.
            Without any, the result is the forecast as things are.

        Returns
        -------
        Series, shape (2,)
            P(no pain) and P(pain) in the next run; the index is "no", "yes". Evidence and
            interventions of the case hold in it too, except evidence on the pain and its traits.

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
        """Compare each claim of the thread with the runs, one row per claim.

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
            `posterior`, `low`, `high`: the same given the runs, with this Beta as the prior of θ.
            `tested`: the expected number of runs in which the cause is present and there is
            evidence on the pain (on the trait, if the claim is about one).
            `direction`: P(θ > 0 | runs), if before the runs θ was 0 with probability 1/2 and had
            the claim's Beta with probability 1/2. NaN for a trait.
            `conflict`: |P(a < b) - P(a > b)|, from 0 to 1. Here a is θ drawn from the claim's Beta,
            and b is θ drawn from the posterior that the runs give if no claim on the link is used.
            `strength`: "as stated" if `conflict` is at most `width`; else "weaker" (a > b is the
            likelier) or "stronger". "" if rule 2 or 3 below holds.
            `fit`: P(d in runs simulated from the posterior <= d in the runs). Here d is the share
            of runs that hurt with the cause, minus that without it. Near 0, runs with the cause
            hurt less often than the model can explain. NaN without both kinds of runs.
            `verdict`: the first rule that holds. Odds: `direction` / (1 - `direction`); a trait: 1.
            1. "contradicted": `fit` is below 0.01.
            2. "untested": `tested` is 0.
            3. "untested": the odds are between 1/20 and 20, and the runs say little: the variance
            of b is half or more of what it would be without runs.
            4. "contradicted": the odds are 1/20 or less, or `strength` is "weaker".
            5. "supported": the odds are 20 or more.
            6. "not contradicted": none of the above.
            `attrs` holds `misfits`, a list with a sentence for each cause whose `fit` is below
            0.01, and `effective_sample_size`.
        """
        return score_claims(self._history, self._draws, self._weights, width)

    @property
    def log_probability(self) -> float:
        """ln of P(all runs and the evidence of the case), P averaged over the parameters; in nats.

        Of two sets of priors, the one with the higher value predicted the same runs better.
        """
        return self._point.log_evidence(log_evidence(self._history, self._point.inputs))

    @property
    def probability(self) -> float:
        """P(all runs and the evidence of the case); 0 by underflow if there are very many runs."""
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """An estimate of how many independent draws the weighted draws of the parameters are worth.

        It is finite, and right to about a factor of two. If it is below 100, intervals are rough.
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
