"""One runner's case: findings in, posterior out. A case is a value: `given`, `likelihood` and `do`
return a new one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from .data.claims import Claim
from .data.variables import Measurement, Variable, Variables
from .defaults import SEED
from .engine.solve import Query, Told, probability
from .errors import ImpossibleFindings, allow, unknown
from .inference.compiled import Compiled, posteriors
from .network.measurement import check_reading, likelihood
from .network.network import Network
from .priors.priors import Priors

PARTS = ("findings", "likelihoods", "interventions")


@dataclass(frozen=True, eq=False)
class Case:
    """What is known of one runner: `findings` (hard), `likelihoods` (likelihoods), `surgery` (do).
    Nothing is ever set.
    """

    compiled: Compiled = field(repr=False)
    findings: Mapping[str, str | float] = field(default_factory=dict)
    likelihoods: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    interventions: Mapping[str, str] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The network behind the case: `.priors`, `.variables`, `.to_pgmpy()`."""
        return self.compiled.network

    @property
    def variables(self) -> Variables:
        """Everything the thread talks about, by name."""
        return self.network.variables

    @property
    def priors(self) -> Priors:
        """Every number of the network, by variable or by link (cause, effect)."""
        return self.network.priors

    def given(self, **findings: str | float) -> Case:
        """A new case with these findings: a state's name, or a number for a test in its unit.

        Raises `ValueError` for an unknown name or state, NaN, a number out of range, or a finding
        that contradicts one given before (use `forget` first). A question left out stays unknown,
        which is not a no.
        """
        found = {name: self._finding(name, value) for name, value in findings.items()}
        return replace(self, findings={**self.findings, **found})

    def likelihood(self, **ratios: float | Mapping[str, float]) -> Case:
        """A new case in which something speaks `ratio` to 1 for yes (Pearl 1988, virtual evidence);
        several multiply.

        A variable of more states takes a mapping of states to weights, 1 for those left out. Ratios
        are above 0.
        """
        weights = {name: self._weights(self._node(name), ratio) for name, ratio in ratios.items()}
        ones = {name: (1.0,) * len(w) for name, w in weights.items()}
        before = {**ones, **self.likelihoods}
        added = {
            n: tuple(a * b for a, b in zip(before[n], w, strict=True)) for n, w in weights.items()
        }
        return replace(self, likelihoods={**self.likelihoods, **added})

    def do(self, **states: str) -> Case:
        """A new case after surgery: the arrows into each variable are cut and it is held at the
        state.
        """
        held = {name: self._state(self._node(name), state) for name, state in states.items()}
        return replace(self, interventions={**self.interventions, **held})

    def exclude_claims(self, *claims: str, answer: int | None = None) -> Case:
        """The same case as the thread would have it without these claims (by id), or without one
        answer's.

        The links are pooled again from the remaining claims, exactly. Raises `ValueError` for an
        unknown one.
        """
        said = self.priors.claims
        for claim in claims:
            allow("without", "claim", [claim], [c.id for c in said])
        if answer is not None:
            allow("without", "answer", [str(answer)], {str(c.answer) for c in said})
        return self.with_claims([c for c in said if c.id not in claims and c.answer != answer])

    def with_claims(self, claims: Iterable[Claim]) -> Case:
        """The same case as the thread would have it if only these claims had been made."""
        network = Network(self.priors.keeping(claims))
        return replace(self, compiled=self.compiled.under(network))

    def blend(self, other: Case, trust: float) -> Case:
        """The same case under numbers mixed from two sets of priors, with weight `trust` from 0 to
        1 on the other's.
        """
        network = Network(self.priors.blend(other.network.priors, trust))
        return replace(self, compiled=self.compiled.under(network))

    def retract(self, *names: str) -> Case:
        """A new case without what was said of these variables."""
        for name in names:
            self.variables[name]
        kept = [{k: v for k, v in getattr(self, part).items() if k not in names} for part in PARTS]
        return Case(self.compiled, *kept)

    def posterior(self, name: str) -> pd.Series:
        """P(name | findings), exact, over its states. Raises `ImpossibleFindings` where they
        exclude each other.
        """
        node = self._node(name)
        self.check_consistent()
        found = posteriors(self.compiled, self.query(), [name])[name][:, 0]
        return pd.Series(
            found, index=pd.Index(node.states, name=name), name=f"P({name}{self._given()})"
        )

    @property
    def probability(self) -> float:
        """P(findings), exact; a number read off a test counts relative to how common that reading
        is.
        """
        return float(probability(self.compiled.circuit, self.query())[0])

    def query(self, draws: int = 0, seed: int = SEED) -> Query:
        """This case as the engine is asked it: at the means of all priors (one lane) or over draws
        of them.
        """
        inputs = self.compiled.sampled_inputs(draws, seed) if draws else self.compiled.mean_inputs
        return Query.of(inputs, self.evidence_inputs())

    def evidence_inputs(self) -> Told:
        """What the case holds as rows of the pool: surgery, findings and likelihoods."""
        told: Told = {}
        for name, state in self.interventions.items():
            told |= self.compiled.intervention(name, state)
        held = [(name, self._one(name, state)) for name, state in self.interventions.items()]
        for name, weights in [*held, *self.evidence()]:
            self.compiled.enter(told, name, weights)
        return told

    def evidence(self) -> list[tuple[str, np.ndarray]]:
        """Every finding and likelihood as (node, likelihood of each state); a test's number speaks
        about its factor.
        """
        hard = [self._speaks(name, value) for name, value in self.findings.items()]
        return hard + [
            (name, np.array(weights) / max(weights)) for name, weights in self.likelihoods.items()
        ]

    def _speaks(self, name: str, value: str | float) -> tuple[str, np.ndarray]:
        v = self.variables[name]
        if isinstance(v, Measurement) and v.numeric:
            return v.reads, likelihood(v, float(value))
        return name, self._one(name, str(value))

    def _one(self, name: str, state: str) -> np.ndarray:
        return np.array([float(s == state) for s in self.variables[name].states])

    def check_consistent(self) -> None:
        """Raise `ImpossibleFindings` when the findings exclude each other, before anything is
        divided by nought.
        """
        if not self.probability > 0:
            raise ImpossibleFindings(
                f"These findings exclude each other in this model: {self._given().strip(' |')}."
            )

    def _finding(self, name: str, value: Any) -> str | float:
        v = self.variables[name]
        checked = (
            check_reading(v, value)
            if isinstance(v, Measurement) and v.numeric
            else self._state(v, value)
        )
        if self.findings.get(name, checked) != checked:
            before = f"{name} was given as {self.findings[name]!r} and now as {checked!r}"
            raise ValueError(
                f"{before}; a case holds one answer a question: call forget({name!r}) first."
            )
        return checked

    def _state(self, v: Variable, value: Any) -> str:
        if not isinstance(value, str) or value not in v.states:
            hint = "" if isinstance(value, str) else " Leave it out if it is not known."
            raise ValueError(f"{v.name}: {unknown('state', value, v.states)}{hint}")
        return value

    def _node(self, name: str) -> Variable:
        v = self.variables[name]
        if isinstance(v, Measurement) and v.numeric:
            raise ValueError(
                f"{name} is a number read off a test, not a state: ask for {v.reads!r}, which it reads."
            )
        return v

    def _weights(self, v: Variable, ratio: float | Mapping[str, float]) -> tuple[float, ...]:
        given = ratio if isinstance(ratio, Mapping) else {v.states[-1]: ratio}
        if not isinstance(ratio, Mapping) and len(v.states) > 2:
            raise ValueError(
                f"{v.name} has {len(v.states)} states: give a ratio to each of {', '.join(v.states)} that leans."
            )
        for state, weight in given.items():
            self._state(v, state)
            if (
                isinstance(weight, bool)
                or not isinstance(weight, int | float)
                or not 0 < weight < math.inf
            ):
                raise ValueError(
                    f"{v.name}: found a likelihood of {weight!r}; a ratio is a number above 0 (3 is '3 to 1 for')."
                )
        return tuple(float(given.get(s, 1)) for s in v.states)

    def _given(self) -> str:
        told = [
            f"{k}={v:g}" if isinstance(v, float) else f"{k}={v}" for k, v in self.findings.items()
        ]
        told += [
            f"{k} likelihood {':'.join(f'{x:g}' for x in reversed(w))}"
            for k, w in self.likelihoods.items()
        ]
        told += [f"do {k}={v}" for k, v in self.interventions.items()]
        return f" | {', '.join(told)}" if told else ""


Evidence = tuple[str, np.ndarray]


def hypothetical(case: Case, batch_size: Sequence[Sequence[Evidence]]) -> Query:
    """The case with further evidence, another set in each lane."""
    return Query.of(case.compiled.mean_inputs, _told(case, batch_size))


def _told(case: Case, batch_size: Sequence[Sequence[Evidence]]) -> Told:
    told: Told = {
        row: np.full(len(batch_size), value) for row, value in case.evidence_inputs().items()
    }
    for lane, evidence in enumerate(batch_size):
        for name, weights in evidence:
            alone = np.ones((len(weights), len(batch_size)))
            alone[:, lane] = weights
            case.compiled.enter(told, name, alone)
    return told
