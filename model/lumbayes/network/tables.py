"""Parents, states and conditional table of each variable and of the latent dominant cause."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..data.arguments import check_arguments
from ..data.variables import Measurement, Trait, Variables
from .noisy_or import (
    DOMINANT_CAUSE,
    by_default,
    dominant_cause,
    dominant_causes,
    noisy_max,
    rows_by_cause,
)

if TYPE_CHECKING:
    from ..priors.priors import Priors


def states_of(variables: Variables, name: str) -> tuple[str, ...]:
    """Return the states of a variable or of "dominant_cause"."""
    return dominant_causes(variables.outcome) if name == DOMINANT_CAUSE else variables[name].states


def parents_of(variables: Variables, name: str) -> tuple[str, ...]:
    """Return the nodes that the table of a node depends on: see `Network.parents`."""
    check_arguments("Network.parents", {"name": name})
    if name == DOMINANT_CAUSE:
        return (*variables.outcome.parents, variables.outcome.name)
    v = variables[name]
    if isinstance(v, Trait):
        return (DOMINANT_CAUSE,) if v.follows_cause else (*v.parents, v.gate)
    return (v.reads,) if isinstance(v, Measurement) else v.parents


def table_of(priors: Priors, name: str) -> np.ndarray:
    """Return P(node | parents) at the mean of every prior: see `Network.table`."""
    variables = priors.variables
    check_arguments("Network.table", {"name": name})
    if name == DOMINANT_CAUSE:
        return dominant_cause(priors, variables.outcome)
    v = variables[name]
    if v.follows_cause:
        return rows_by_cause(priors, v)
    states = [states_of(variables, parent) for parent in parents_of(variables, name)]
    columns = [_column(priors, name, combination) for combination in product(*states)]
    return np.array(columns).T.reshape([len(v.states), *map(len, states)])


def set_by_intervention(table: np.ndarray) -> None:
    """Change the table of "dominant_cause", in place, to that of a pain set by intervention.

    No link fired in such a pain, so its dominant cause is the background.
    """
    table[1:, ..., 1] = 0.0
    table[-1, ..., 1] = 1.0


def _column(priors: Priors, name: str, states: tuple[str, ...]) -> np.ndarray:
    """Return P(node | these states of its parents)."""
    variables = priors.variables
    v = variables[name]
    if isinstance(v, Measurement):
        return priors[f"{v.reads}={states[0]}", name].shares
    if isinstance(v, Trait) and states[-1] == variables[v.gate].states[0]:
        return np.array([float(s == v.order[0]) for s in v.states])
    pairs = zip(v.parents, states, strict=False)  # of a trait the last state is the pain's
    present = [p for p, s in pairs if s == variables[p].states[1]]
    if isinstance(v, Trait):
        shares = by_default(priors, v, present)
    else:
        shares = noisy_max(priors, v, present)
    return shares[[v.order.index(s) for s in v.states]]
