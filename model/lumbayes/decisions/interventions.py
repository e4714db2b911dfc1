"""The next run: the factors as this case has taught them, mechanisms and pain drawn afresh, some of
them changed.

Two slices of one runner: the run that was told about, and the next, which shares the factors and
nothing else. A change is surgery in the second slice alone (Pearl 2009, ch. 3), so the pain that
was felt still teaches about the factors and never counts as pain of the next run. A factor that
hangs on a changed one follows it, by the same switches in both slices (the twin network, Pearl
2009, ch. 7): what is not touched by a change stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..case import Case
from ..data.variables import Factor, Mechanism
from ..defaults import DRAWS, SEED, WIDTH
from ..engine.intervals import bounds_of, interval
from ..engine.solve import Query, solve
from ..inference.twin_network import NextRun

PAIN = np.array([[0.0, 1.0]])


def next_run(case: Case, **changes: str) -> pd.Series:
    """P(pain in the next run), over the outcome's states, if these changes are made:
    `next_run(case, hills="no")`.

    Factors are as learnt from this case, all it says of the pain included; mechanisms and pain are
    drawn afresh. Raises `ValueError` for an unknown name or state, for a trait, a test or the
    outcome, which nobody can set.
    """
    _check(case, changes)
    found = _outcome(case, case.query(), changes)[0][:, 0]
    outcome = case.variables.outcome
    said = ", ".join(f"{k}={v}" for k, v in changes.items())
    name = f"P({outcome.name}, next run{' | do ' if said else ''}{said})"
    return pd.Series(found, index=pd.Index(outcome.states, name=outcome.name), name=name)


def what_if(case: Case, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Each factor that a runner could change, by how much the model expects the next run to change
    without it.

    `now` P(pain in the next run) as things are, `changed` with the factor absent, `change` their
    difference with its interval `low` to `high` over draws of the priors, and `seen` what merely
    seeing the factor absent would give, which is not the same. Largest change first. Left out are
    fixed anatomy, factors known to be absent and those held.
    """
    case.check_consistent()
    left = {name for name, state in case.findings.items() if state == "no"} | set(
        case.interventions
    )
    names = [v.name for v in case.variables.factors if v.changeable and v.name not in left]
    slices = case.compiled.keep("next run", NextRun)
    present, after, _ = _without_each(slices, case.query(), names)
    before, over_draws, weights = _without_each(slices, case.query(draws, seed), names)
    bounds = bounds_of(over_draws - before, weights, width)
    table = pd.DataFrame(
        {"now": present[0], "changed": after[:, 0]}, index=pd.Index(names, name="factor")
    )
    table["change"] = table["changed"] - table["now"]
    table[["low", "high"]] = bounds
    table["seen"] = _seen(slices, case.query(), names)
    return table.sort_values("change", kind="stable")


def what_if_together(
    case: Case,
    changes: Mapping[str, str],
    width: float = WIDTH,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.Series:
    """Several changes made at once, `{"hills": "no", "weak_core": "no"}`, by how much they change
    the next run.

    A row as `what_if` gives it, over the same draws, without `seen`. Raises `ValueError` where
    `next_run` does.
    """
    _check(case, changes)
    at_means, over_draws = case.query(), case.query(draws, seed)
    (now, _), (changed, _) = (_outcome(case, at_means, states) for states in ({}, changes))
    (before, weights), (after, _) = (_outcome(case, over_draws, states) for states in ({}, changes))
    low, high = interval(after[1] - before[1], weights, width)
    found = {
        "now": now[1, 0],
        "changed": changed[1, 0],
        "change": changed[1, 0] - now[1, 0],
        "low": low,
        "high": high,
    }
    return pd.Series(found, name=", ".join(f"{name}={state}" for name, state in changes.items()))


def _check(case: Case, changes: Mapping[str, str]) -> None:
    """Raise an error for findings that exclude each other, and for what nobody can change so."""
    case.check_consistent()
    for name in changes:
        if not isinstance(case.variables[name], Factor | Mechanism):
            raise ValueError(
                f"{name}: only factors and mechanisms can be changed, not what is told of a run."
            )
    case.do(**changes)


def _outcome(case: Case, plain: Query, changes: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """P(outcome's states in the next run), shape (states, lanes), and P(findings)."""
    slices = case.compiled.keep("next run", NextRun)
    answer = solve(slices.circuit, slices.query(plain, changes))
    return answer.roots / answer.roots.sum(axis=0), answer.total


def _without_each(
    slices: NextRun, plain: Query, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(pain in the next run) as things are (lanes) and with each factor absent (factors, lanes),
    and P(findings).

    P(pain in the next run, findings) is linear in what a factor hands on, and P(findings) does not
    hang on it.
    """
    rows = np.array([slices.held[name][:, 0] for name in names], int).reshape(len(names), 2)
    answer = solve(slices.circuit, slices.query(plain, {}), PAIN, rows.ravel())
    whole = answer.roots.sum(axis=0)
    absent = answer.derivatives[0].reshape(*rows.shape, plain.batch_size).sum(axis=1)
    return answer.roots[1] / whole, absent / whole, answer.total


def _seen(slices: NextRun, plain: Query, names: Sequence[str]) -> np.ndarray:
    """P(pain in the next run) had each factor been found absent, whatever was said of it."""
    rows = np.array([slices.compiled.finding(name)[0] for name in names], int)
    answer = solve(
        slices.circuit, slices.query(plain, {}), np.concatenate([PAIN, np.ones_like(PAIN)]), rows
    )
    return answer.derivatives[0, :, 0] / answer.derivatives[1, :, 0]
