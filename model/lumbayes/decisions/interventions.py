"""Interventions on the next run: factors as inferred from this case, mechanisms and pain redrawn.

Two slices of one runner share the factors: the run of the evidence, and the next. A change is an
intervention in the second slice alone (Pearl 2009, ch. 3), so the pain of the first informs about
the factors and never counts as pain of the next run. A factor that depends on a changed one
follows it, by the same leak and links in both slices (the twin network, Pearl 2009, ch. 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..case import Case
from ..data.variables import Factor, Mechanism
from ..defaults import DRAWS, SEED, WIDTH
from ..engine.intervals import credible_interval, credible_intervals
from ..engine.query import Query
from ..engine.solve import solve
from ..inference.twin_network import TwinNetwork

PAIN = np.array([[0.0, 1.0]])  # output weights: pain in the next run
ANY = np.array([[1.0, 1.0]])  # output weights: pain or none


def next_run(case: Case, **changes: str) -> pd.Series:
    """Compute P(pain in the next run) under interventions on factors or mechanisms.

    Parameters
    ----------
    case : Case
        The runner; its evidence, this run's pain included, informs about the factors.
    **changes : str
        For each factor or mechanism the state at which it is held in the next run.

    Returns
    -------
    pandas.Series
        Over the states of the outcome.

    Raises
    ------
    ValueError
        If a name or state is unknown, or the variable is not a factor or mechanism.
    ImpossibleFindings
        If the findings exclude each other.

    Notes
    -----
    `Case.do` on a case with `back_pain="yes"` would only return that pain; this is the twin
    network of Pearl (2009), *Causality*, ch. 7.

    Examples
    --------
    >>> from lumbayes import load, next_run
    >>> next_run(load().given(back_pain="yes"), weak_core="no").round(2)
    back_pain
    no     0.39
    yes    0.61
    Name: P(back_pain, next run | do weak_core=no), dtype: float64
    """
    _check_changes(case, changes)
    shares = _outcome(case, case.query(), changes)[0][:, 0]
    outcome = case.variables.outcome
    label = ", ".join(f"{name}={state}" for name, state in changes.items())
    name = f"P({outcome.name}, next run{' | do ' if label else ''}{label})"
    return pd.Series(shares, index=pd.Index(outcome.states, name=outcome.name), name=name)


def what_if(case: Case, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Compute, for each changeable factor, how its absence changes P(pain in the next run).

    Parameters
    ----------
    case : Case
        The runner.
    width : float, default 0.9
        The width of the central intervals.
    draws, seed : int
        Joint draws of all priors for the intervals, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row a factor, largest reduction first: `now`, P(pain in the next run); `changed`, the
        same with the factor removed; `change`, their difference with its interval `low` to `high`;
        `seen`, P(pain in the next run) had the factor been observed to be absent. Without fixed
        anatomy, factors known to be absent and factors held by `do`.

    Raises
    ------
    ImpossibleFindings
        If the findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import what_if
    >>> table = what_if(load().given(back_pain="yes"))
    >>> table[["now", "changed", "low", "high"]].head(2).round(2)
                now  changed   low  high
    factor
    weak_core  0.64     0.61 -0.09  -0.0
    hills      0.64     0.61 -0.10  -0.0
    """
    case.check_consistent()
    names = _changeable(case)
    twin = case.compiled.cached("next run", TwinNetwork)
    now, changed, _ = _without_each(twin, case.query(), names)
    now_drawn, changed_drawn, weights = _without_each(twin, case.query(draws, seed), names)
    table = pd.DataFrame(
        {"now": now[0], "changed": changed[:, 0]}, index=pd.Index(names, name="factor")
    )
    table["change"] = table["changed"] - table["now"]
    table[["low", "high"]] = credible_intervals(changed_drawn - now_drawn, weights, width)
    table["seen"] = _seen_absent(twin, case.query(), names)
    return table.sort_values("change", kind="stable")


def what_if_together(
    case: Case,
    changes: Mapping[str, str],
    width: float = WIDTH,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.Series:
    """Compute how several changes made at once change P(pain in the next run).

    Parameters
    ----------
    case : Case
        The runner.
    changes : Mapping
        For each factor or mechanism its state in the next run.
    width : float, default 0.9
        The width of the central interval.
    draws, seed : int
        Joint draws of all priors for the interval, and their seed.

    Returns
    -------
    pandas.Series
        `now`, `changed`, `change`, `low`, `high`, as a row of `what_if`.

    Raises
    ------
    ValueError, ImpossibleFindings
        As `next_run`.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import what_if_together
    >>> runner = load().given(back_pain="yes")
    >>> what_if_together(runner, {"hills": "no", "weak_core": "no"}).round(2)
    now        0.64
    changed    0.58
    change    -0.06
    low       -0.16
    high      -0.01
    Name: hills=no, weak_core=no, dtype: float64
    """
    _check_changes(case, changes)
    at_means, over_draws = case.query(), case.query(draws, seed)
    (now, _), (changed, _) = (_outcome(case, at_means, states) for states in ({}, changes))
    (before, weights), (after, _) = (_outcome(case, over_draws, states) for states in ({}, changes))
    low, high = credible_interval(after[1] - before[1], weights, width)
    figures = {
        "now": now[1, 0],
        "changed": changed[1, 0],
        "change": changed[1, 0] - now[1, 0],
        "low": low,
        "high": high,
    }
    return pd.Series(figures, name=", ".join(f"{name}={state}" for name, state in changes.items()))


def _check_changes(case: Case, changes: Mapping[str, str]) -> None:
    """Raise an error for inconsistent findings, and for what cannot be changed so."""
    case.check_consistent()
    for name in changes:
        if not isinstance(case.variables[name], Factor | Mechanism):
            raise ValueError(
                f"{name}: only factors and mechanisms can be changed, not observations of a run."
            )
    case.do(**changes)  # raises for an unknown state


def _changeable(case: Case) -> list[str]:
    absent = {name for name, state in case.findings.items() if state == "no"}
    fixed = absent | set(case.interventions)
    return [v.name for v in case.variables.factors if v.changeable and v.name not in fixed]


def _outcome(case: Case, query: Query, changes: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Return P(outcome of the next run), (n_states, n_columns), and P(findings), (n_columns,)."""
    twin = case.compiled.cached("next run", TwinNetwork)
    result = solve(twin.circuit, twin.query(query, changes))
    return result.outputs / result.outputs.sum(axis=0), result.probability


def _without_each(
    twin: TwinNetwork, query: Query, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return P(pain in the next run) as things are and without each factor, and P(findings).

    Shapes (n_columns,), (n_factors, n_columns) and (n_columns,). P(pain in the next run, findings)
    is linear in a factor's transition, on which P(findings) does not depend.
    """
    rows = np.array([twin.transition_rows[name][:, 0] for name in names], int).reshape(-1, 2)
    result = solve(twin.circuit, twin.query(query, {}), PAIN, rows.ravel())
    total = result.outputs.sum(axis=0)
    absent = result.derivatives[0].reshape(*rows.shape, query.batch_size).sum(axis=1)
    return result.outputs[1] / total, absent / total, result.probability


def _seen_absent(twin: TwinNetwork, query: Query, names: Sequence[str]) -> np.ndarray:
    """Return P(pain in the next run | each factor observed absent instead of what was entered)."""
    rows = np.array([twin.compiled.evidence_rows(name)[0] for name in names], int)
    result = solve(twin.circuit, twin.query(query, {}), np.concatenate([PAIN, ANY]), rows)
    return result.derivatives[0, :, 0] / result.derivatives[1, :, 0]
