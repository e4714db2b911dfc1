"""Claims that put one cause before another, beside the prior means of the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.variables import Trait

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .priors import Priors


def compared(priors: Priors, claim: Claim, other: str) -> Iterator[dict[str, Any]]:
    """Return the rows of `Priors.orders` for a claim that puts a cause before `other`.

    One row is on how common the two causes are. For each effect that both have a link to, one row
    is on the links and one on the product: how often each cause leads to the effect.
    """
    effects = [v for v in priors.variables.values() if not isinstance(v, Trait)]
    shared = [v.name for v in effects if {claim.cause, other} <= set(v.parents)]
    common = {name: prevalence(priors, name) for name in (claim.cause, other)}
    means = {"how common": (common[claim.cause], common[other])}
    for effect in shared:
        links = priors[claim.cause, effect].mean, priors[other, effect].mean
        means[f"link to {effect}"] = links
        means[f"how often it leads to {effect}"] = (
            common[claim.cause] * links[0],
            common[other] * links[1],
        )
    for quantity, (more_mean, less_mean) in means.items():
        yield {
            "claim": claim,
            "cause": claim.cause,
            "than": other,
            "quantity": quantity,
            "cause_mean": more_mean,
            "than_mean": less_mean,
            "verdict": _verdict(more_mean, less_mean),
        }


def prevalence(priors: Priors, name: str) -> float:
    """Return P(variable = yes) at the means of the priors, as if its causes were independent."""
    absent = 1 - priors[name].mean
    for parent in priors.variables[name].parents:
        absent *= 1 - prevalence(priors, parent) * priors[parent, name].mean
    return 1 - absent


def _verdict(more: float, less: float) -> str:
    if np.isclose(more, less):
        return "tie"
    return "holds" if more > less else "conflict"
