"""Comparative claims beside the prior means that they order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.claims import Claim
from ..data.variables import Trait
from .prior import Key

if TYPE_CHECKING:
    from .priors import Priors


def compared(priors: Priors, claim: Claim, other: str) -> Iterator[dict[str, Any]]:
    """Return the base rates, and the links to each shared effect, that a comparison orders."""
    effects = [v for v in priors.variables.values() if not isinstance(v, Trait)]
    shared = [v.name for v in effects if {claim.cause, other} <= set(v.parents)]
    keys: list[tuple[str, Key, Key]] = [("how common", claim.cause, other)]
    keys += [(f"link to {name}", (claim.cause, name), (other, name)) for name in shared]
    for quantity, more, less in keys:
        more_mean, less_mean = priors[more].mean, priors[less].mean
        yield {
            "claim": claim,
            "cause": claim.cause,
            "than": other,
            "quantity": quantity,
            "cause_mean": more_mean,
            "than_mean": less_mean,
            "verdict": _verdict(more_mean, less_mean),
        }


def _verdict(more: float, less: float) -> str:
    if np.isclose(more, less):
        return "tie"
    return "holds" if more > less else "conflict"
