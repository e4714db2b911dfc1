"""A run yet to come, as the runs of a diary foretell it: would it hurt, and what would then be at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .attribution import CONTRIBUTION, at_work
from .body import hearing, logs_of, summed, told_once
from .case import Case
from .data.variables import Factor, Mechanism
from .engine.intervals import bounds_of
from .engine.solve import Question
from .history import History, itself
from .learning import Draws
from .messages import after, message


def check_changes(case: Case, changes: Mapping[str, str]) -> None:
    """Raise a `ValueError` for what nobody can set: an unknown name or state, a trait, a test, the outcome."""
    for name in changes:
        if not isinstance(case.network.variables[name], Factor | Mechanism):
            raise ValueError(f"{name}: only factors and mechanisms can be changed, not what is told of a run.")
    case.do(**changes)


def outcomes(history: History, draws: Draws, changes: Mapping[str, str]) -> np.ndarray:
    """P(each state of the outcome in the next run), shape (states,), with these changes made by surgery."""
    variables, once = history.case.network.variables, told_once(history.case.network.variables)
    of_body = {name: state for name, state in changes.items() if name in once}
    of_run = {name: state for name, state in changes.items() if name not in once}
    bodies = _bodies(history, draws.pool, of_body)
    run = _upcoming(history.case).forget(*changes, *once).do(**of_run)
    ends = [run.given(**{variables.outcome.name: state}).told() for state in variables.outcome.states]
    logs = [logs_of(history.body.run, Question.of(draws.pool, told)) for told in ends]
    totals = np.array([draws.total(summed(bodies + log)) for log in logs])
    found = np.exp(totals - totals.max())
    return found / found.sum()


def _bodies(history: History, pool: np.ndarray, changes: Mapping[str, str]) -> np.ndarray:
    """log P(each body as the next run finds it, all runs), shape (bodies, lanes), with these changes made to it."""
    said = message(history, pool)
    if not changes:
        return itself(history, pool) + said
    question, added = hearing(history.body, pool, history.case.told(), said)
    return logs_of(history.body.changed(changes), question) + added


def sharpening(history: History, stages: Sequence[Draws], width: float) -> np.ndarray:
    """Contribution, low and high of every cause if the run after the first one, two, … hurt, shape (runs, figures)."""
    outcome, names = history.case.network.variables.outcome, [c.name for c in history.case.network.variables.causes]
    told, rows = _upcoming(history.case).given(**{outcome.name: outcome.states[-1]}).told(), []
    for draws, until in zip(stages, [*(later.runs for later in stages[1:]), len(history)]):
        for said in after(history.first(until), draws.pool, draws.runs):
            question, added = hearing(history.body, draws.pool, told, said)
            (drawn,), total = at_work(history.body.ways, question, names, CONTRIBUTION)
            weights = draws.weights(np.log(total) + added)
            rows.append([drawn @ weights, *bounds_of(drawn, weights, width).T])
    return np.array(rows).reshape(len(history), -1)


def _upcoming(case: Case) -> Case:
    """What the case holds of every run, but for its pain and traits."""
    variables = case.network.variables
    return case.forget(variables.outcome.name, *(trait.name for trait in variables.traits))
