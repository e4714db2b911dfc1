"""Many runs of one runner: what they say together, of the body that all of them share and of the
links themselves.

A run yet to come, as the runs of a diary foretell it: would it hurt, and what would then be at
work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..attribution import BOTH_FIGURES, CONTRIBUTION, active_probabilities, laid_out
from ..case import Case
from ..data.variables import Factor, Mechanism
from ..defaults import WIDTH
from ..engine.intervals import bounds_of, effective_sample_size
from ..engine.solve import Query, marginals
from ..errors import allow
from .claim_scores import scorecard
from .filtering import after, foretold, itself, message
from .plate_model import History, logs_of, summed, told_once, with_message
from .reading import read_history
from .smc import Draws, at_means, learn


def check_changes(case: Case, changes: Mapping[str, str]) -> None:
    """Raise a `ValueError` for what nobody can set: an unknown name or state, a trait, a test, the
    outcome.
    """
    for name in changes:
        if not isinstance(case.variables[name], Factor | Mechanism):
            raise ValueError(
                f"{name}: only factors and mechanisms can be changed, not what is told of a run."
            )
    case.do(**changes)


def outcomes(history: History, draws: Draws, changes: Mapping[str, str]) -> np.ndarray:
    """P(each state of the outcome in the next run), shape (states,), with these changes made by
    surgery.
    """
    variables, once = history.case.variables, told_once(history.case.variables)
    of_body = {name: state for name, state in changes.items() if name in once}
    of_run = {name: state for name, state in changes.items() if name not in once}
    bodies = _bodies(history, draws.inputs, of_body)
    run = _upcoming(history.case).retract(*changes, *once).do(**of_run)
    ends = [
        run.given(**{variables.outcome.name: state}).evidence_inputs()
        for state in variables.outcome.states
    ]
    logs = [logs_of(history.body.run, Query.of(draws.inputs, told)) for told in ends]
    totals = np.array([draws.total(summed(bodies + log)) for log in logs])
    found = np.exp(totals - totals.max())
    return found / found.sum()


def _bodies(history: History, inputs: np.ndarray, changes: Mapping[str, str]) -> np.ndarray:
    """log P(each body as the next run finds it, all runs), shape (bodies, lanes), with these
    changes made to it.
    """
    said = message(history, inputs)
    if not changes:
        return itself(history, inputs) + said
    question, added = with_message(history.body, inputs, history.case.evidence_inputs(), said)
    return logs_of(history.body.changed(changes), question) + added


def sharpening(history: History, stages: Sequence[Draws], width: float) -> np.ndarray:
    """Contribution, low and high of every cause if the run after the first one, two, … hurt, shape
    (runs, figures).
    """
    outcome, names = history.case.variables.outcome, [c.name for c in history.case.variables.causes]
    told, rows = (
        _upcoming(history.case).given(**{outcome.name: outcome.states[-1]}).evidence_inputs(),
        [],
    )
    for draws, until in zip(stages, [*(later.runs for later in stages[1:]), len(history)]):
        for said in after(history.first(until), draws.inputs, draws.runs):
            question, added = with_message(history.body, draws.inputs, told, said)
            (drawn,), total = active_probabilities(history.body.ways, question, names, CONTRIBUTION)
            weights = draws.weights(np.log(total) + added)
            rows.append([drawn @ weights, *bounds_of(drawn, weights, width).T])
    return np.array(rows).reshape(len(history), -1)


def _upcoming(case: Case) -> Case:
    """What the case holds of every run, but for its pain and traits."""
    variables = case.variables
    return case.retract(variables.outcome.name, *(trait.name for trait in variables.traits))


FIGURES = ("contribution", "low", "high")
MANY = 2


class Diary:
    """Several runs of one runner, taken together (a plate model, Spiegelhalter & Lauritzen 1990).

    What is `still` in variables.toml is the same in every run and so is every number of the
    network; the rest comes anew each run. The numbers are learnt from the runs, with each link's
    own Beta as prior. Runs without pain count.

    `case` holds what is so in every run, and what is known of the body, once. `runs` is a frame of
    one row a run, its columns those of `posteriors`, and `date`: missing is unknown. Runs are taken
    by date, or as they stand where no column says when they were. With a `half_life` in days, what
    may heal (still and changeable) is forgotten: after so many days an old finding speaks half.

    Raises what `posteriors` raises, `ValueError` for labels of the index that are not unique and
    for dates that cannot be read, and `ImpossibleFindings` naming the runs where bodies differ.
    """

    def __init__(self, case: Case, runs: pd.DataFrame, *, half_life: float | None = None):
        self.case, self.runs = case, runs
        self._history = read_history(case, runs, half_life)
        self._names = [c.name for c in case.variables.causes]

    def __repr__(self) -> str:
        return f"Diary({len(self._history)} runs, {len(self._history.kinds)} of them different)"

    def contributions(self, run: Any = None, *, width: float = WIDTH) -> pd.DataFrame:
        """What is at work in the pain of one run, given all runs: the columns and the order of
        `contributions(case)`.

        `run` is a label of the index, by default the last run that hurt; `ValueError` for an
        unknown one, or where none hurt. Figures are averages over the learnt draws, intervals those
        of `width` over them.
        """
        place = self._last_that_hurt() if run is None else self._place(run)
        (drawn, _), _, weights = self._figures(self._draws, place)
        bounds = bounds_of(drawn, weights, width)
        figures, present, weights = self._figures(self._point, place)
        contribution, but_for = figures @ weights
        return laid_out(self.case, present @ weights, contribution, but_for, bounds)

    def posterior(self, name: str) -> pd.Series:
        """P(name | all runs), over its states, of something still: as it is on the day of the last
        run.
        """
        v = self.case.variables[name]
        known = [still.name for still in self.case.variables.still]
        allow("posterior", "variable that is the same in every run", [name], known)
        inputs = self._point.inputs
        said = message(self._history, inputs)
        question, _ = with_message(self._history.body, inputs, self.case.evidence_inputs(), said)
        circuit = self._history.body.known
        states = marginals(circuit, question, {name: self.case.compiled.finding(name)})[name]
        weights = self._point.weights(summed(itself(self._history, inputs) + said))
        return pd.Series(
            states @ weights, index=pd.Index(v.states, name=name), name=f"P({name} | {self})"
        )

    def trajectory(self, *, width: float = WIDTH) -> pd.DataFrame:
        """What the first runs say would be at work if the next one hurt: one row a run, sharpening
        run by run.

        Columns are pairs (figure, cause) of `contribution`, `low`, `high`; the index is that of the
        runs, in order.
        """
        rows = sharpening(self._history, learn(self._history), width)
        columns = pd.MultiIndex.from_product([FIGURES, self._names], names=["figure", "cause"])
        return pd.DataFrame(
            rows.reshape(-1, len(columns)), index=self._history.labels, columns=columns
        )

    def next_run(self, **changes: str) -> pd.Series:
        """P(pain in the next run), over the outcome's states, if these changes are made:
        `next_run(hills="no")`.

        What the case holds is so in it too, its pain and traits aside; all else comes anew. The
        body is as runs tell it, but for what is changed of it and what hangs on that, which follows
        by the switches that it had; so of a single run this says what `next_run(case, …)` does,
        where factors are what is still and mechanisms are not. Raises `ValueError` for what nobody
        can change.
        """
        check_changes(self.case, changes)
        found, outcome = outcomes(self._history, self._point, changes), self.case.variables.outcome
        said = ", ".join(f"{k}={v}" for k, v in changes.items())
        name = f"P({outcome.name}, next run{' | do ' if said else ''}{said})"
        return pd.Series(found, index=pd.Index(outcome.states, name=outcome.name), name=name)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """How the thread's claims fare in these runs, one row a claim that reaches a number, by its
        id.

        `prior` the mean of the claim's own Beta with its interval, `posterior`, `low`, `high` the
        same once the runs are known, were it alone behind its link. `conflict`, from 0 to 1, says
        how far the claim stands from what the runs say without it: the central share of its own
        Beta that leaves that out (prior-data conflict, Evans & Moshonov 2006). `tested` is the
        expected number of runs with the cause in them that tell what came of it. `verdict`:
        untested while the runs have not halved the variance of what ignorance knew; then
        contradicted where the conflict is above `width`, else confirmed. With `quote`, `answer` and
        `author`.
        """
        return scorecard(self._history, self._draws, self._weights, width)

    @property
    def log_probability(self) -> float:
        """log P(all runs, and what the case holds)."""
        return self._point.total(foretold(self._history, self._point.inputs))

    @property
    def probability(self) -> float:
        """P(all runs, and what the case holds); of many runs too small to be told from 0: see
        `log_probability`.
        """
        return float(np.exp(self.log_probability))

    @property
    def effective_sample_size(self) -> float:
        """How many draws from what the runs have taught the weighed draws are worth (Kish 1965)."""
        return effective_sample_size(self._weights)

    @property
    def sampler_summary(self) -> str:
        """How the numbers were learnt, in words."""
        moves, runs = len(self._stages) - 1, len(self._history)
        drawn = f"{self._draws.inputs.shape[1]:,} draws"
        if runs < MANY:
            return f"{runs or 'no'} run: exact at the mean of every number, intervals from {drawn} of the priors"
        if not moves:
            return f"{drawn} of the priors, weighed by {runs} runs"
        return (
            f"{drawn}, weighed by {runs} runs and moved {moves} times where few carried the weight"
        )

    @cached_property
    def _stages(self) -> list[Draws]:
        return learn(self._history.mixed())

    @property
    def _draws(self) -> Draws:
        return self._stages[-1]

    @property
    def _point(self) -> Draws:
        return self._draws if len(self._history) >= MANY else at_means(self._history)

    @cached_property
    def _weights(self) -> np.ndarray:
        return self._draws.weights(foretold(self._history, self._draws.inputs))

    def _figures(self, draws: Draws, place: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Contribution and but-for, shape (2, causes, draws), presence (causes, draws) and the
        draws' weights.
        """
        history = self._history
        said = message(history, draws.inputs, place)
        question, added = with_message(
            history.body, draws.inputs, history.whole[history.which[place]], said
        )
        figures, total = active_probabilities(
            history.body.ways, question, self._names, BOTH_FIGURES
        )
        rows = {name: self.case.compiled.finding(name) for name in self._names}
        present = marginals(history.body.ways.circuit, history.body.ways.query(question), rows)
        return (
            figures,
            np.array([present[n][1] for n in self._names]),
            draws.weights(np.log(total) + added),
        )

    def _place(self, run: Any) -> int:
        if run not in self._history.labels:
            known = ", ".join(map(repr, self._history.labels))
            raise ValueError(f"No run {run!r}: the runs are {known or 'none yet'}.")
        return list(self._history.labels).index(run)

    def _last_that_hurt(self) -> int:
        """The place of the last run that is known to have hurt."""
        outcome = self.case.variables.outcome
        hurt = self.case.compiled.rows["finding", outcome.name, outcome.states[0]]
        places = [
            i
            for i, which in enumerate(self._history.which)
            if self._history.whole[which].get(hurt, 1) == 0
        ]
        if not places:
            raise ValueError(
                f"No run has {outcome.name}={outcome.states[-1]!r}: where nothing hurts, nothing is at work."
            )
        return places[-1]
