"""Causal paths from a cause to the pain: the variables on them, and which causes share a pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.variables import Trait, Variables


@dataclass(frozen=True)
class MarkedCauses:
    """The rows to override to mark each of a list of causes.

    Causes with one link share a pass of the circuit; causes with more links need a pass each.

    Attributes
    ----------
    rows : ndarray of int
        The input rows that marking overrides, for all causes with one link.
    one_link : dict of int to slice
        From the position of each of these causes in the list to its part of `rows`.
    several_links : list of int
        The positions of the causes with more links.
    """

    rows: np.ndarray
    one_link: dict[int, slice]
    several_links: list[int]


def variables_on_paths(variables: Variables, cause: str) -> set[str]:
    """Return the variables on directed paths from a cause to the outcome, the outcome included."""
    # those without parents and traits lie on no path; without them it takes a thirtieth of the time
    causal = [v for v in variables.values() if v.parents and not isinstance(v, Trait)]
    descendants, ancestors = {cause}, {variables.outcome.name}
    for _ in causal:
        descendants |= {v.name for v in causal if descendants & set(v.parents)}
        ancestors |= {p for v in causal if v.name in ancestors for p in v.parents}
    return (descendants & ancestors) - {cause}
