"""Parameters that an observed variable makes irrelevant, held at their means.

If a variable without parents is observed, P(evidence) is its base rate times a term without it.
So given the evidence, the base rate is independent of all other parameters, and drawing it would
only make the weights P(evidence | draw) unequal. The same holds for the parameters of a picture
test if the cause that it measures is observed, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import Measurement, Variable

if TYPE_CHECKING:
    from ..engine.query import Overrides
    from ..priors.prior import Key
    from .compiled import Compiled


def hold_observed(compiled: Compiled, overrides: Overrides) -> Overrides:
    """Return the overrides with irrelevant base rates and picture tests held at their means.

    Parameters
    ----------
    compiled : Compiled
    overrides : dict
        The evidence as overrides of the inputs.

    Returns
    -------
    dict
        The overrides, with further rows held. The mean of P(evidence) over draws stays the same.
    """
    observed = {v.name: _observed_state(compiled, overrides, v) for v in compiled.network.nodes}
    rows = [
        row
        for v in compiled.network.nodes
        for key in _irrelevant_keys(v, observed)
        if not compiled.network.priors.tied(key)
        for row in compiled.parameter_rows(key)
    ]
    means = compiled.mean_inputs
    return {row: float(means[row, 0]) for row in rows} | overrides


def _irrelevant_keys(v: Variable, observed: dict[str, str | None]) -> list[Key]:
    if observed[v.name] is None:
        return []
    if isinstance(v, Measurement):
        state = observed[v.reads]
        return [] if state is None else [(f"{v.reads}={state}", v.name)]
    return [] if v.parents else [v.name]


def _observed_state(compiled: Compiled, overrides: Overrides, v: Variable) -> str | None:
    """Return the only state that the evidence on a variable itself leaves, if there is one."""
    weights = [overrides.get(row, 1.0) for row in compiled.evidence_rows(v.name)]
    possible = [s for s, weight in zip(v.states, weights, strict=True) if np.any(weight)]
    return possible[0] if len(possible) == 1 else None
