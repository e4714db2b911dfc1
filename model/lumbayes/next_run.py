"""The next run: the factors as this case has taught them, mechanisms and pain drawn afresh, some of them changed.

Two slices of one runner: the run that was told about, and the next, which shares the factors and nothing else. A change
is surgery in the second slice alone (Pearl 2009, ch. 3), so the pain that was felt still teaches about the factors and
never counts as pain of the next run. A factor that hangs on a changed one follows it, by the same switches in both
slices (the twin network, Pearl 2009, ch. 7): what is not touched by a change stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from .case import Case
from .data.variables import Factor, Mechanism, Outcome
from .defaults import DRAWS, SEED, WIDTH
from .engine.circuit import ONE, ZERO, compile_circuit
from .engine.intervals import bounds_of, interval
from .engine.junction_tree import Table
from .engine.solve import Copies, Question, Told, solve
from .inference import Compiled

ALONE, NEXT = " left alone", " next run"
PAIN = np.array([[0.0, 1.0]])


class NextRun:
    """The circuit of both slices. `held` are the rows, shape (states, states), that hand what a factor or mechanism
    would be by itself on to what it is in the next run: the same, unless it is held."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        self._source = list(range(len(compiled.mean_pool)))
        variables = compiled.network.variables
        self._follow = {v.name for v in variables.factors if v.parents}
        afresh = [v.name for v in variables.values() if isinstance(v, Mechanism | Outcome)]
        families = {name: tables for name, tables in compiled.families.items() if name not in self._follow}
        first = [table for family in families.values() for table in family]
        second = [self._renamed(table, name) for name in afresh for table in families[name]]
        both = [table for name in self._follow for table in shared(compiled, name)]
        self.held = {v.name: self._handed_on(len(v.states)) for v in variables.causes}
        handed = [Table((self._alone(name), name + NEXT), rows) for name, rows in self.held.items()]
        root = variables.outcome.name + ALONE
        tables = [*first, *compiled.found, *both, *second, *handed]
        self.circuit = compile_circuit(tables, len(self._source), root)
        self.copies = Copies(self._source)

    def _alone(self, name: str) -> str:
        """What a cause would be in the second slice: itself, where nothing lies before it or is drawn again."""
        factor = isinstance(self.compiled.network.variables[name], Factor)
        return name if factor and name not in self._follow else name + ALONE

    def _handed_on(self, states: int) -> np.ndarray:
        rows = len(self._source) + np.arange(states * states).reshape(states, states)
        self._source += np.where(np.eye(states, dtype=bool), ONE, ZERO).ravel().tolist()
        return rows

    def _renamed(self, table: Table, name: str) -> Table:
        """A family's table in the second slice: its own variable left alone, its parents as they are there."""
        own = {name: name + ALONE, f"{name} or less": f"{name} or less" + ALONE}
        return Table(tuple(own.get(v, v + NEXT) for v in table.scope), table.rows)

    def question(self, plain: Question, changes: Mapping[str, str]) -> Question:
        """The case put to both slices, with the changes in the second."""
        asked = self.copies.question(plain)
        told: Told = {}
        for name, state in changes.items():
            kept = [float(s == state) for s in self.compiled.network.variables[name].states]
            told |= dict(zip(self.held[name].ravel().tolist(), kept * len(kept), strict=True))
        return asked.but(told)


def shared(compiled: Compiled, name: str) -> Iterable[Table]:
    """The family of a variable in both slices at once: leak and links drawn once, parents as they are in each.

    P(first ≤ k, second ≤ l) is a product like either alone: a push counts up to the lesser place it must not pass.
    """
    difference, leak, *links = compiled.families[name]
    hub, again = f"{name} or less", f"{name} or less" + ALONE
    yield difference
    yield Table((name + ALONE, again), difference.rows)
    places = np.arange(len(leak.rows))
    yield Table((hub, again), leak.rows[np.minimum.outer(places, places)])
    for table in links:
        states = np.arange(table.rows.shape[1])
        place, later, on, still = np.ix_(places, places, states, states)
        # a parent that is absent in one slice pushes nothing there: any place, so the last, may be reached
        lesser = np.minimum(np.where(on, place, places[-1]), np.where(still, later, places[-1]))
        pushes = table.rows[lesser, np.maximum(on, still)]
        yield Table((hub, again, table.scope[1], table.scope[1] + NEXT), pushes)


def next_run(case: Case, **changes: str) -> pd.Series:
    """P(pain in the next run), over the outcome's states, if these changes are made: `next_run(case, hills="no")`.

    Factors are as learnt from this case, all it says of the pain included; mechanisms and pain are drawn afresh. Raises
    `ValueError` for an unknown name or state, for a trait, a test or the outcome, which nobody can set.
    """
    _check(case, changes)
    found = _outcome(case, case.question(), changes)[0][:, 0]
    outcome = case.network.variables.outcome
    said = ", ".join(f"{k}={v}" for k, v in changes.items())
    name = f"P({outcome.name}, next run{' | do ' if said else ''}{said})"
    return pd.Series(found, index=pd.Index(outcome.states, name=outcome.name), name=name)


def what_if(case: Case, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Each factor that a runner could change, by how much the model expects the next run to change without it.

    `now` P(pain in the next run) as things are, `changed` with the factor absent, `change` their difference with its
    interval `low` to `high` over draws of the priors, and `seen` what merely seeing the factor absent would give, which
    is not the same. Largest change first. Left out are fixed anatomy, factors known to be absent and those held.
    """
    case.check_possible()
    left = {name for name, state in case.findings.items() if state == "no"} | set(case.surgery)
    names = [v.name for v in case.network.variables.factors if v.changeable and v.name not in left]
    slices = case.compiled.keep("next run", NextRun)
    present, after, _ = _without_each(slices, case.question(), names)
    before, over_draws, weights = _without_each(slices, case.question(draws, seed), names)
    bounds = bounds_of(over_draws - before, weights, width)
    table = pd.DataFrame({"now": present[0], "changed": after[:, 0]}, index=pd.Index(names, name="factor"))
    table["change"] = table["changed"] - table["now"]
    table[["low", "high"]] = bounds
    table["seen"] = _seen(slices, case.question(), names)
    return table.sort_values("change", kind="stable")


def what_if_together(
    case: Case, changes: Mapping[str, str], width: float = WIDTH, draws: int = DRAWS, seed: int = SEED
) -> pd.Series:
    """Several changes made at once, `{"hills": "no", "weak_core": "no"}`, by how much they change the next run.

    A row as `what_if` gives it, over the same draws, without `seen`. Raises `ValueError` where `next_run` does.
    """
    _check(case, changes)
    at_means, over_draws = case.question(), case.question(draws, seed)
    (now, _), (changed, _) = (_outcome(case, at_means, states) for states in ({}, changes))
    (before, weights), (after, _) = (_outcome(case, over_draws, states) for states in ({}, changes))
    low, high = interval(after[1] - before[1], weights, width)
    found = {"now": now[1, 0], "changed": changed[1, 0], "change": changed[1, 0] - now[1, 0], "low": low, "high": high}
    return pd.Series(found, name=", ".join(f"{name}={state}" for name, state in changes.items()))


def _check(case: Case, changes: Mapping[str, str]) -> None:
    """Raise an error for findings that exclude each other, and for what nobody can change so."""
    case.check_possible()
    for name in changes:
        if not isinstance(case.network.variables[name], Factor | Mechanism):
            raise ValueError(f"{name}: only factors and mechanisms can be changed, not what is told of a run.")
    case.do(**changes)


def _outcome(case: Case, plain: Question, changes: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """P(outcome's states in the next run), shape (states, lanes), and P(findings)."""
    slices = case.compiled.keep("next run", NextRun)
    answer = solve(slices.circuit, slices.question(plain, changes))
    return answer.roots / answer.roots.sum(axis=0), answer.total


def _without_each(slices: NextRun, plain: Question, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(pain in the next run) as things are (lanes) and with each factor absent (factors, lanes), and P(findings).

    P(pain in the next run, findings) is linear in what a factor hands on, and P(findings) does not hang on it.
    """
    rows = np.array([slices.held[name][:, 0] for name in names], int).reshape(len(names), 2)
    answer = solve(slices.circuit, slices.question(plain, {}), PAIN, rows.ravel())
    whole = answer.roots.sum(axis=0)
    absent = answer.slopes[0].reshape(*rows.shape, plain.lanes).sum(axis=1)
    return answer.roots[1] / whole, absent / whole, answer.total


def _seen(slices: NextRun, plain: Question, names: Sequence[str]) -> np.ndarray:
    """P(pain in the next run) had each factor been found absent, whatever was said of it."""
    rows = np.array([slices.compiled.finding(name)[0] for name in names], int)
    answer = solve(slices.circuit, slices.question(plain, {}), np.concatenate([PAIN, np.ones_like(PAIN)]), rows)
    return answer.slopes[0, :, 0] / answer.slopes[1, :, 0]
