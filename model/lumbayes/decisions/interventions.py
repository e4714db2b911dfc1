"""Interventions on the next run: what is constant stays as inferred, the rest is drawn again.

The network has two slices for one runner: the run of the evidence, and the next run. They share the
factors and the `still` mechanisms; the rest is drawn again. A change is an intervention in the next
run alone. A factor that depends on a changed factor follows it, by the same leak and links in both
slices (the twin network, Pearl 2009, ch. 7).

Both slices have the same parameters, so P(pain in the next run, evidence) is quadratic in them, and
its value at their means is not its mean. So all figures average over joint draws of the priors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import STATES, check_arguments
from ..data.variables import NO_YES, Factor, Mechanism
from ..defaults import DRAWS, SEED, WIDTH
from ..engine.intervals import (
    average,
    credible_interval,
    credible_intervals,
    interval_attrs,
    sample_until_effective,
    standard_error,
)
from ..engine.solve import solve
from ..inference.forecast_level import at_forecast_level
from ..inference.known_outcome import case_with_known_outcome
from ..inference.twin_network import TwinNetwork

if TYPE_CHECKING:
    from ..case import Case

PAIN = np.array([[0.0, 1.0]])  # output weights: pain in the next run
ANY = np.array([[1.0, 1.0]])  # output weights: pain or none


def next_run(case: Case, **changes: str) -> pd.Series:
    """Compute P(pain in the runner's next run), with some causes held at a state.

    Parameters
    ----------
    case : Case
        The runner. Factors, and mechanisms marked `still` in variables.toml, such as worn discs,
        are the same in the next run; the evidence on this run informs about them. The other
        mechanisms and the pain are drawn again. Interventions by `Case.do` hold there too.
    **changes : str
        The interventions: by factor or mechanism, its state in the next run, such as `hills="no"`.
        Without any, nothing is changed.

    Returns
    -------
    pandas.Series, shape (2,)
        P(no pain) and P(pain) in the next run given the evidence and do(changes); the index is
        "no", "yes". Both are averages over weighted draws of the priors. `attrs` holds their
        `standard_error` and, as for `lumbayes.contributions`, `draws`, `effective_sample_size` and
        `note`.

    Raises
    ------
    ValueError
        If a name or state is unknown, or if the variable is not a factor or mechanism.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    A twin network (Pearl 2009, *Causality*, ch. 7). `Case.do` is no forecast: on a case with
    `back_pain="yes"`, P(back_pain) stays 1.

    The base rate is that of the case. If that is the default (0.03) and the findings say that there
    was pain, it is 0.3, and more after three earlier episodes or more (docs/explaining.md).

    Examples
    --------
    >>> from lumbayes import load, next_run
    >>> next_run(load().given(back_pain="yes"), weak_core="no").round(2)
    back_pain
    no     0.68
    yes    0.32
    Name: P(back_pain, next run | do weak_core=no), dtype: float64
    """
    check_arguments("next_run", locals(), changes=STATES)
    _check_changes(case, changes)
    (pain,), weights = _pain_draws(case, [changes], DRAWS, SEED)
    mean = average(pain, weights)
    outcome = case.variables.outcome
    label = ", ".join(f"{name}={state}" for name, state in changes.items())
    series = pd.Series(
        [1 - mean, mean],
        index=pd.Index(outcome.states, name=outcome.name),
        name=f"P({outcome.name}, next run{' | do ' if label else ''}{label})",
    )
    series.attrs.update(interval_attrs(weights) | {"standard_error": standard_error(pain, weights)})
    return series


def what_if(case: Case, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Compute how removing each changeable factor would change P(pain in the next run).

    Parameters
    ----------
    case : Case
        The runner.
    width : float, default 0.9
        The probability inside the credible interval, above 0 and below 1.
    draws : int, default 4096
        The number of joint draws of all priors. Up to seven further batches of this size are drawn
        while the effective sample size is below 400 (below `draws` / 10 if that is less).
    seed : int, default 0
        The seed of these draws.

    Returns
    -------
    pandas.DataFrame
        One row per factor, largest reduction of P(pain) first. The index is the factor, such as
        "weak_core". A factor has no row if it is not `changeable` in variables.toml (such as flat
        feet), was found absent or is held by `Case.do`; the table may be empty. Columns:
        `now`: P(pain in the next run | evidence), `next_run(case)["yes"]`; about 0.3 after a pain.
        `changed`: the same probability under do(factor = no).
        `change`: `changed` − `now`, negative if removing the factor lowers the probability.
        `low`, `high`: the ends of the credible interval of `change`.
        `seen`: P(pain in the next run | evidence), with "found absent" in place of what was entered
        on the factor; NaN if this evidence has probability 0.
        The table's `attrs` hold `draws`, `effective_sample_size` and `note`, as for
        `lumbayes.contributions`.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.
    ValueError
        If `width` or `draws` is out of range.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import what_if
    >>> table = what_if(load().given(back_pain="yes"))
    >>> table[["now", "change", "low", "high"]].head(2).round(3)
                         now  change    low   high
    factor
    weak_core          0.351  -0.031 -0.096 -0.002
    prolonged_sitting  0.351  -0.022 -0.070 -0.002
    """
    check_arguments("what_if", locals())
    case.check_consistent()
    names = _changeable(case)
    without = [{name: NO_YES[0]} for name in names]
    sampled, weights = _pain_draws(case, [{}, *without], draws, seed)
    now, changed = average(sampled[:1], weights), average(sampled[1:], weights)
    table = pd.DataFrame({"now": now[0], "changed": changed}, index=pd.Index(names, name="factor"))
    table["change"] = table["changed"] - table["now"]
    table[["low", "high"]] = credible_intervals(sampled[1:] - sampled[0], weights, width)
    table["seen"] = _seen_absent(case, names, draws, seed)
    table = table.sort_values("change", kind="stable")
    table.attrs.update(interval_attrs(weights))
    return table


def what_if_together(
    case: Case,
    changes: Mapping[str, str],
    width: float = WIDTH,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.Series:
    """Compute how several changes made together would change P(pain in the next run).

    Parameters
    ----------
    case : Case
        The runner.
    changes : mapping of str to str
        By factor or mechanism, the state at which it is held in the next run.
    width : float, default 0.9
        The probability inside the credible interval, above 0 and below 1.
    draws : int, default 4096
        The number of joint draws, as for `what_if`.
    seed : int, default 0
        The seed of these draws.

    Returns
    -------
    pandas.Series
        Named after the changes. The index:
        `now`: P(pain in the next run | evidence), as `next_run(case)["yes"]`.
        `changed`: the same probability under do(changes).
        `change`: `changed` − `now`, negative if the changes lower the probability.
        `low`, `high`: the ends of the credible interval of `change`.
        `attrs` holds the same as for `what_if`.

    Raises
    ------
    ValueError
        If a name or state is unknown, if a variable is not a factor or mechanism, or if `width` or
        `draws` is out of range.
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import what_if_together
    >>> runner = load().given(back_pain="yes")
    >>> what_if_together(runner, {"hills": "no", "weak_core": "no"}).round(2)
    now        0.35
    changed    0.30
    change    -0.05
    low       -0.13
    high      -0.01
    Name: hills=no, weak_core=no, dtype: float64
    """
    check_arguments("what_if_together", locals())
    _check_changes(case, changes)
    (before, after), weights = _pain_draws(case, [{}, changes], draws, seed)
    now, changed = average(before, weights), average(after, weights)
    low, high = credible_interval(after - before, weights, width)
    figures = {"now": now, "changed": changed, "change": changed - now, "low": low, "high": high}
    series = pd.Series(figures, name=", ".join(f"{n}={state}" for n, state in changes.items()))
    series.attrs.update(interval_attrs(weights))
    return series


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


def _forecast_case(case: Case) -> Case:
    known = case_with_known_outcome(case)
    return replace(case, compiled=at_forecast_level(case.compiled, known.findings))


def _pain_draws(
    case: Case, changes: Sequence[Mapping[str, str]], draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return P(pain in the next run) after each set of changes in every draw, and the weights.

    Shapes (n_changes, n_draws), (n_draws,). P(pain in the next run, evidence) is linear in a single
    factor's transition, and P(evidence) does not depend on it: single changes share one pass down.
    """
    case = _forecast_case(case)
    twin = case.compiled.cached("next run", TwinNetwork)
    single = [next(iter(change.items())) for change in changes if len(change) == 1]
    rows = np.array([twin.changed_rows(*pair) for pair in single], int).reshape(-1, 2)

    def evaluate(batch: int) -> tuple[np.ndarray, np.ndarray]:
        query = case.query(draws, seed + batch)
        result = solve(twin.circuit, twin.query(query, {}), PAIN, rows.ravel())
        total = result.outputs.sum(axis=0)
        alone = iter(result.derivatives[0].reshape(*rows.shape, query.batch_size).sum(axis=1))
        pain = []
        for change in changes:
            if not change:
                pain.append(result.outputs[1])
            elif len(change) == 1:
                pain.append(next(alone))
            else:
                outputs = solve(twin.circuit, twin.query(query, change)).outputs
                pain.append(outputs[1] / outputs.sum(axis=0) * total)
        with np.errstate(invalid="ignore"):
            return np.clip(np.array(pain) / total, 0, 1), result.probability

    return sample_until_effective(evaluate, draws)


def _seen_absent(case: Case, names: Sequence[str], draws: int, seed: int) -> np.ndarray:
    """Return P(pain in the next run | a factor observed absent instead of what was entered).

    Both probabilities of the quotient are derivatives by the likelihood of its absence, averaged
    over the draws.
    """
    case = _forecast_case(case)
    twin = case.compiled.cached("next run", TwinNetwork)
    rows = np.array([twin.compiled.evidence_rows(name)[0] for name in names], int)
    query = twin.query(case.query(draws, seed), {})
    result = solve(twin.circuit, query, np.concatenate([PAIN, ANY]), rows)
    scales = np.exp(result.log_scales - result.log_scales.max())
    pain, either = (result.derivatives * scales).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(pain / either)
