"""Results that depend on a network and its priors, kept for the next call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from ..network.network import Network
    from .compiled import Compiled

Made = TypeVar("Made")
MAX_KEPT = 4  # sets of priors of which something is kept: draws of one take some 20 MB


def cached_for_priors(compiled: Compiled, name: str, make: Callable[[Compiled], Made]) -> Made:
    """Return `make(compiled)`, kept for the last few networks with different priors.

    `Compiled.cached`, by contrast, is shared by all networks of one structure, whatever the priors.
    """
    kept: dict[int, tuple[Network, Any]] = compiled.cached(f"{name}, by priors", lambda _: {})
    key = id(compiled.network)  # of a network that is kept with it, so that no other has it
    if key not in kept:
        kept[key] = compiled.network, make(compiled)
    for oldest in list(kept)[:-MAX_KEPT]:
        del kept[oldest]
    return cast(Made, kept[key][1])
