"""The next run: the factors as this case has taught them, mechanisms and pain drawn afresh, some of them changed.

Two slices of one runner: the run that was told about, and the next, which shares the factors and nothing else. A change
is surgery in the second slice alone (Pearl 2009, ch. 3), so the pain that was felt still teaches about the factors and
never counts as pain of the next run.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case
from .circuit import CONSTANTS, compile_circuit
from .claims import WIDTH
from .contribution import interval
from .copies import Copies
from .inference import Compiled
from .junction import Table
from .solving import Question, Told, solve
from .variables import Factor, Mechanism, Outcome

NEXT = " next run"


class NextRun:
    """The circuit of both slices. Every row copies one of the plain pool when nothing is changed."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        self._source = list(range(len(compiled.mean_pool)))
        self.changes: dict[tuple[str, str], dict[int, int]] = {}
        variables = compiled.network.variables
        self.factors = {v.name for v in variables.factors}
        self.afresh = [v for v in variables.values() if isinstance(v, Mechanism | Outcome)]
        second = [self._renamed(table) for v in self.afresh for table in compiled.families[v.name]]
        first = [table for family in compiled.families.values() for table in family]
        root = variables.outcome.name + NEXT
        self.circuit = compile_circuit([*first, *compiled.found, *second], len(self._source), root)
        self.copies = Copies(self._source)

    def _renamed(self, table: Table) -> Table:
        """A family's table in the second slice, every number in rows of its own so that it can be changed alone."""
        names = {v.name for v in self.afresh}
        hubs = {f"{name} or less" for name in names}
        scope = tuple(v + NEXT if v in names | hubs else v for v in table.scope)
        rows = table.rows.copy()
        parents = [i for i, v in enumerate(table.scope) if v in self.factors]
        own = rows >= len(CONSTANTS)
        if parents:
            own[:] = True
        rows[own] = len(self._source) + np.arange(own.sum())
        self._source += table.rows[own].tolist()
        for axis in parents:
            self._note_changes(table.scope[axis], np.moveaxis(rows, axis, -1), np.moveaxis(table.rows, axis, -1))
        return Table(scope, rows)

    def _note_changes(self, factor: str, rows: np.ndarray, plain: np.ndarray) -> None:
        """Held at a state, a factor hands on what it hands on there, whatever state it had in the first slice."""
        for place, state in enumerate(self.compiled.network.variables[factor].states):
            held = np.broadcast_to(plain[..., place, None], rows.shape)
            change = self.changes.setdefault((factor, state), {})
            change |= dict(zip(rows.ravel().tolist(), held.ravel().tolist(), strict=True))

    def question(self, plain: Question, changes: dict[str, str]) -> Question:
        """The case put to both slices, with the changes in the second."""
        asked = self.copies.question(plain)
        changed: Told = {}
        for name, state in changes.items():
            changed |= self._changed(plain, name, state)
        return asked.but(changed)

    def _changed(self, plain: Question, name: str, state: str) -> Told:
        if (name, state) in self.changes:
            change = self.changes[name, state]
            return dict(zip(change, plain.at(np.array([*change.values()])), strict=True))
        held = self.compiled.surgery(name, state)
        second = range(len(self.compiled.mean_pool), len(self._source))
        return {row: held[self._source[row]] for row in second if self._source[row] in held}


def next_run(case: Case, **changes: str) -> pd.Series:
    """P(pain in the next run), over the outcome's states, if these changes are made: `next_run(case, hills="no")`.

    Factors are as learnt from this case, all it says of the pain included; mechanisms and pain are drawn afresh. Raises
    `ValueError` for an unknown name or state, for a trait, a test or the outcome, which nobody can set.
    """
    case.check_possible()
    for name in changes:
        if not isinstance(case.network.variables[name], Factor | Mechanism):
            raise ValueError(f"{name}: only factors and mechanisms can be changed, not what is told of a run.")
    case.do(**changes)
    found = _outcome(case, case.question(), changes)[:, 0]
    outcome = case.network.variables.outcome
    said = ", ".join(f"{k}={v}" for k, v in changes.items())
    name = f"P({outcome.name}, next run{' | do ' if said else ''}{said})"
    return pd.Series(found, index=pd.Index(outcome.states, name=outcome.name), name=name)


def what_if(case: Case, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Each factor that a runner could change, by how much the model expects the next run to change without it.

    `now` P(pain in the next run) as things are, `changed` with the factor absent, `change` their difference with its
    interval `low` to `high` over draws of the priors, and `seen` what merely seeing the factor absent would give, which
    is not the same. Largest change first; fixed anatomy is left out, and so are factors known to be absent.
    """
    case.check_possible()
    names = [v.name for v in case.network.variables.factors if v.changeable and case.findings.get(v.name) != "no"]
    drawn, present = case.question(draws, seed), _outcome(case, case.question(), {})[1, 0]
    weights, before = _weights(case, drawn), _outcome(case, drawn, {})[1]
    rows = []
    for name in names:
        off = {name: case.network.variables[name].states[0]}
        after = _outcome(case, case.question(), off)[1, 0]
        low, high = interval(_outcome(case, drawn, off)[1] - before, weights, width)
        seen = case.forget(name).given(**off)
        rows.append((present, after, after - present, low, high, _outcome(seen, seen.question(), {})[1, 0]))
    columns = ["now", "changed", "change", "low", "high", "seen"]
    table = pd.DataFrame(rows, index=pd.Index(names, name="factor"), columns=columns)
    return table.sort_values("change", kind="stable")


def _outcome(case: Case, plain: Question, changes: dict[str, str]) -> np.ndarray:
    """P(outcome's states in the next run), a lane."""
    slices = case.compiled.keep("next run", NextRun)
    roots = solve(slices.circuit, slices.question(plain, changes)).roots
    return roots / roots.sum(axis=0)


def _weights(case: Case, plain: Question) -> np.ndarray:
    return solve(case.compiled.circuit, plain).total
