"""The Bayesian network of a thread: noisy-OR and noisy-MAX families with leaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import Measurement, Trait, Variable, Variables
from ..errors import unknown
from ..priors.prior import Key, Prior
from ..priors.priors import Priors
from . import pgmpy_bridge
from .pgmpy_bridge import Likelihood

if TYPE_CHECKING:
    from .pgmpy_bridge import DiscreteBayesianNetwork


@dataclass(frozen=True)
class Network:
    """Variables, their families and their priors. A number read off a device is evidence on its
    factor, not a node.
    """

    priors: Priors

    @property
    def variables(self) -> Variables:
        """Everything the thread talks about, by name."""
        return self.priors.variables

    @property
    def nodes(self) -> list[Variable]:
        """The variables with states, in file order: all but readings that are numbers."""
        return [
            v for v in self.variables.values() if not (isinstance(v, Measurement) and v.numeric)
        ]

    def check_causes(self, *names: str) -> None:
        """Raise a `ValueError` for the first name that is neither a factor nor a mechanism."""
        for name in names:
            if name not in [cause.name for cause in self.variables.causes]:
                raise ValueError(
                    unknown("cause", name, [cause.name for cause in self.variables.causes])
                )

    def parents(self, name: str) -> tuple[str, ...]:
        """What a node's table hangs on: its causes, the pain for a trait, the factor for a
        reading.
        """
        v = self.variables[name]
        if isinstance(v, Trait):
            return (*v.parents, v.gate)
        return (v.reads,) if isinstance(v, Measurement) else v.parents

    def table(self, name: str) -> np.ndarray:
        """P(node | parents) at the mean of every prior: shape (states, *parents' states), each
        column summing to 1.
        """
        parents = [self.variables[p] for p in self.parents(name)]
        columns = [self._column(name, states) for states in product(*(p.states for p in parents))]
        shape = [len(self.variables[name].states), *(len(p.states) for p in parents)]
        return np.array(columns).T.reshape(shape)

    def _column(self, name: str, states: tuple[str, ...]) -> np.ndarray:
        v = self.variables[name]
        if isinstance(v, Measurement):
            return self.priors[f"{v.reads}={states[0]}", name].shares
        present = [
            p for p, s in zip(v.parents, states, strict=False) if s == self.variables[p].states[1]
        ]
        if isinstance(v, Trait) and states[-1] == self.variables[v.gate].states[0]:
            return np.array([float(s == v.order[0]) for s in v.states])
        level = (
            by_default(self.priors, v, present)
            if isinstance(v, Trait)
            else noisy_max(self.priors, v, present)
        )
        return level[[v.order.index(s) for s in v.states]]

    def to_pgmpy(self) -> DiscreteBayesianNetwork:
        """The network at the mean of every prior as a checked pgmpy model with named states."""
        return pgmpy_bridge.to_pgmpy(*self._shape(), self._tables())

    def save(self, path: str | Path) -> None:
        """Write the network at the mean of every prior to a file that other tools open, by its
        suffix.

        `.bif` (bnlearn and most others), `.bifxml` or `.xmlbif`, and `.net` (Hugin, GeNIe), each
        with every digit. Names, arrows and tables are in it; a case's findings, the claims, the
        intervals and tests read as a number are not. Raises `ValueError` for another suffix, with
        the reason, and for a name that such a file cannot hold.
        """
        names = (name for v in self.nodes for name in (v.name, *v.states))
        suffix = pgmpy_bridge.format_of(path, names)
        if suffix == "net":  # pgmpy's own writer of Hugin's language rounds to eight digits
            text = pgmpy_bridge.hugin(*self._shape(), self._tables())
        else:
            text = pgmpy_bridge.bif(self.to_pgmpy(), suffix)
        Path(path).write_text(text, encoding="utf-8")

    def _shape(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Return the states and the parents of every node, in file order."""
        states = {v.name: v.states for v in self.nodes}
        return states, {name: self.parents(name) for name in states}

    def _tables(self) -> dict[str, np.ndarray]:
        return {v.name: self.table(v.name) for v in self.nodes}

    def eliminate(
        self, evidence: Sequence[Likelihood], interventions: Mapping[str, str]
    ) -> dict[str, dict[str, float]]:
        """Return P(node = state) of every node by pgmpy's variable elimination and its own `do`.

        `evidence` holds pairs of a node and a weight for each of its states; each becomes a child
        observed as "yes".
        """
        return pgmpy_bridge.eliminate(self.to_pgmpy(), evidence, interventions)


def noisy_max(priors: Mapping[Key, Prior], v: Variable, present: list[str]) -> np.ndarray:
    """P(v = each state of its order | these parents present): leak and links push, the highest push
    wins.

    P(v ≤ state) is the product of the leak's and the links' cumulated shares (Díez & Druzdzel
    2006). For two states it is the noisy-OR with leak, P(yes) = 1 − (1 − leak) Π (1 − link) (Pearl
    1988; Henrion 1989).
    """
    pushes = [priors[v.name], *(priors[p, v.name] for p in present)]
    return np.diff(np.prod([np.cumsum(push.shares) for push in pushes], axis=0), prepend=0.0)


def by_default(priors: Mapping[Key, Prior], v: Trait, present: list[str]) -> np.ndarray:
    """The same for a trait of a pain that is there: links push, and only where none does the leak
    says the level.

    A leak that always pushed could only be outdone: the lowest level would speak against every
    mechanism, even the one whose pain is known by it.
    """
    links = [np.cumsum(priors[p, v.name].shares) for p in present]
    upto = np.prod([np.ones(len(v.order)), *links], axis=0)
    return np.concatenate([[0.0], np.diff(upto) + upto[0] * priors[v.name].shares])
