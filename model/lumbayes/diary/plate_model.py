"""The body that all runs of one runner share, and the sums that ask about it for all its possible
states at once.

The still variables that runs may speak about make up a body: one joint state of them. A runner has
one body, unknown, and given it the runs are independent (a plate model), so what other runs say is
a message: a weight for every body, entered as one table over the still variables. Summing a run
upward for all bodies at once costs about one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..case import Case
from ..data.variables import Factor, Measurement, Variable, Variables
from ..defaults import SEED
from ..engine.circuit import ONE, ZERO, Circuit, compile_circuit
from ..engine.junction_tree import Table
from ..engine.solve import Query, Told, solve
from ..inference.causal_paths import FiredPathCircuit
from ..inference.compiled import Compiled
from ..inference.twin_network import ALONE, NEXT, shared

BODY = "body"


class SharedState:
    """The circuits of one runner. `names` are the still variables that tell the bodies apart,
    `states` their states as 0 and 1, shape (bodies, names); `heard` are the rows behind the pool in
    which a message stands, one a body."""

    def __init__(self, compiled: Compiled, asked: Iterable[str]):
        variables = compiled.network.variables
        self.compiled, self.asked = compiled, {*asked, variables.outcome.name}
        self._still = {v.name for v in variables.still}
        self.names = [v.name for v in variables.still if v.name in self._needed]
        places = np.arange(len(self.names))[::-1]
        self.states = np.arange(2 ** len(self.names))[:, None] >> places & 1
        self._n_inputs = len(compiled.mean_inputs)
        self.heard = self._n_inputs + np.arange(len(self.states))

    @property
    def healing(self) -> list[int]:
        """The places among `names` of what may heal: a factor that is changeable."""
        variables = self.compiled.network.variables
        return [
            i
            for i, n in enumerate(self.names)
            if isinstance(v := variables[n], Factor) and v.changeable
        ]

    @cached_property
    def run(self) -> Circuit:
        """One run: its roots are P(findings of the run | body), a body each."""
        families = self._families(self._needed - self._still)
        return compile_circuit(
            [*families, *self._found(self._needed), *self._bits()], self._n_inputs, BODY
        )

    @cached_property
    def itself(self) -> Circuit:
        """The body: its roots are P(body, what is known of it once and for all)."""
        return compile_circuit([*self._of_body(), *self._bits()], self._n_inputs, BODY)

    @cached_property
    def known(self) -> Circuit:
        """The body once a message is heard."""
        return compile_circuit(
            [*self._of_body(), *self._message()], self._n_inputs + len(self.heard)
        )

    def changed(self, states: Mapping[str, str]) -> Circuit:
        """The body once a message is heard and then some still variables are held at these states:
        its roots are P(body as it then is, the message, what is known). What hangs on them follows,
        by the switches that it had."""
        variables, n_inputs = self.compiled.network.variables, self._n_inputs + len(self.heard)
        follow = [name for name in sorted(self._still - set(states)) if variables[name].parents]
        both = [table for name in follow for table in shared(self.compiled, name)]
        handed = [Table((name + ALONE if name in follow else name, name + NEXT), _held(variables[name], states))
                  for name in sorted(self._still)]  # fmt: skip
        return compile_circuit(
            [*self._of_body(follow), *self._message(), *both, *handed, *self._bits(NEXT)],
            n_inputs,
            BODY,
        )

    @cached_property
    def ways(self) -> FiredPathCircuit:
        """A run, and how its pain came about, once a message is heard."""
        return FiredPathCircuit(self.compiled, self._message())

    @cached_property
    def _needed(self) -> set[str]:
        """What the findings of a run come from, as far back as the body."""
        found, new = set[str](), {*self.asked}
        while new:
            found |= new
            new = {
                p for name in new - self._still for p in self.compiled.network.parents(name)
            } - found
        return found

    def _families(self, names: Iterable[str]) -> list[Table]:
        return [table for name in sorted(names) for table in self.compiled.families[name]]

    def _found(self, names: Iterable[str]) -> list[Table]:
        return [table for table in self.compiled.found if table.scope[0] in names]

    def _of_body(self, but: Iterable[str] = ()) -> list[Table]:
        """The families of all that is told once, but for some, and what is found of it."""
        nodes = told_once(self.compiled.network.variables) & set(self.compiled.families)
        return [*self._families(nodes - set(but)), *self._found(nodes)]

    def _bits(self, slice: str = "") -> list[Table]:
        """Which state each still variable has in each body, in one slice."""
        bits = [Table((BODY, name + slice), np.where(states[:, None] == [0, 1], ONE, ZERO))
                for name, states in zip(self.names, self.states.T)]  # fmt: skip
        return [Table((BODY,), np.full(len(self.states), ONE)), *bits]

    def _message(self) -> list[Table]:
        return (
            [Table(tuple(self.names), self.heard.reshape([2] * len(self.names)))]
            if self.names
            else []
        )


def _held(v: Variable, states: Mapping[str, str]) -> np.ndarray:
    """What a still variable would be by itself handed on to what it is: the same, unless it is
    held.
    """
    same = np.eye(len(v.states), dtype=bool)
    held = same[[v.states.index(states[v.name])] * len(v.states)] if v.name in states else same
    return np.where(held, ONE, ZERO)


def told_once(variables: Variables) -> set[str]:
    """What is told of a body and not of a run: the still variables, and the tests that read one."""
    still = {v.name for v in variables.still}
    return still | {v.name for v in variables.measurements if v.reads in still}


def body_of(compiled: Compiled, asked: Iterable[str]) -> SharedState:
    """The circuits for runs of which these are asked, written out once and kept with the
    network.
    """
    nodes = sorted({v.reads if isinstance(v, Measurement) and v.numeric else v.name
                    for v in map(compiled.network.variables.__getitem__, asked)})  # fmt: skip
    return compiled.keep(
        f"body asked of {', '.join(nodes)}", lambda compiled: SharedState(compiled, nodes)
    )


def logs_of(circuit: Circuit, question: Query) -> np.ndarray:
    """The logarithm of every root, shape (roots, lanes); −∞ where it cannot be."""
    answer = solve(circuit, question)
    with np.errstate(divide="ignore"):
        return np.log(answer.roots.clip(0)) + answer.logs


def summed(logs: np.ndarray) -> np.ndarray:
    """The logarithm of the sum over the first axis of what these are the logarithms of."""
    largest = np.maximum(logs.max(axis=0), -np.finfo(float).max)
    with np.errstate(divide="ignore"):
        return np.asarray(largest + np.log(np.exp(logs - largest).sum(axis=0)))


def with_message(
    body: SharedState, inputs: np.ndarray, told: Told, message: np.ndarray
) -> tuple[Query, np.ndarray]:
    """The question of some findings once a message, as logarithms (bodies, lanes), is heard; and
    what to add to the logarithm of its answer, for a message is scaled so that the likeliest body
    weighs 1."""
    largest = message.max(axis=0)
    batch_size = message.shape[1]
    whole = np.concatenate(
        [np.broadcast_to(inputs, (len(inputs), batch_size)), np.exp(message - largest)]
    )
    return Query.of(whole, told), largest


Findings = dict[int, float]


@dataclass(frozen=True)
class History:
    """Runs in order: `labels`, `days` since the first, and for each the number of the kind of run
    that it is.

    `kinds` say what is found of a run, as a mixture: shares of some of the `patterns` of findings,
    which fewer sums answer than there are kinds. `whole` are the findings of each kind with what
    the case holds of the body as well.
    """

    case: Case
    body: SharedState
    labels: pd.Index
    days: np.ndarray
    which: np.ndarray
    kinds: list[dict[int, float]]
    patterns: list[Findings]
    whole: list[Findings]
    half_life: float | None

    def __len__(self) -> int:
        return len(self.which)

    def first(self, runs: int) -> History:
        """The history as it was after so many runs."""
        return replace(
            self, labels=self.labels[:runs], days=self.days[:runs], which=self.which[:runs]
        )

    def mixed(self) -> History:
        """The same runs in an order that no habit shows in, where their order says nothing because
        nothing fades.
        """
        if self.half_life is not None:
            return self
        order = np.random.default_rng(SEED).permutation(len(self))
        return replace(
            self, labels=self.labels[order], days=self.days[order], which=self.which[order]
        )
