"""Every parameter of a network as text, to tell whether two networks have the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data.variables import Measurement, Trait, Variable
from ..priors.prior import label

if TYPE_CHECKING:
    from ..data.contrasts import Contrasts
    from ..priors.priors import Priors
    from .network import Network


def parameters_as_text(network: Network) -> dict[str, str]:
    """Return every parameter as text, by name: counts of priors, scales of measurements, rates.

    Numbers have nine digits, so that machines whose last bits differ agree. All rows of a trait
    that follows the dominant cause are one text, by the name of the trait.
    """
    priors = network.priors
    described = {v.name: _rows(priors, v) for v in network.variables.cause_traits}
    in_rows = {(parent, name) for name in described for parent in network.variables[name].parents}
    counts = {label(key): _counts(priors, key) for key in priors if key not in in_rows} | described
    numeric = [v for v in network.variables.values() if isinstance(v, Measurement) and v.numeric]
    contrasts = priors.variables.contrasts
    statements = {"contrasts": _rates(contrasts)} if contrasts else {}
    return counts | statements | {v.name: _scale(v) for v in numeric}


def _rows(priors: Priors, v: Variable) -> str:
    """Return all rows of a trait that follows the cause as one text."""
    keys = [v.name, *((parent, v.name) for parent in v.parents)]
    return "; ".join(_counts(priors, key) for key in keys)


def _counts(priors: Priors, key: Any) -> str:
    prior = priors[key]
    v = priors.variables[key if isinstance(key, str) else key[1]]
    gate = v.gate if isinstance(v, Trait) else ""
    counts = " ".join(f"{count:.9g}" for count in prior.counts)
    return f"{','.join(prior.states)} {','.join(v.states)} {','.join(v.order)} {gate} {counts}"


def _rates(contrasts: Contrasts) -> str:
    """Return what contrasts are weighed by; an estimate by its counts."""
    kinds = ("at_work", "idle", "absent", "background", "link")
    counts = [count for kind in kinds for count in getattr(contrasts, kind).counts.values()]
    numbers = " ".join(f"{number:.9g}" for number in [*counts, contrasts.cap])
    return f"{' '.join(contrasts.factors)} {numbers}"


def _scale(v: Measurement) -> str:
    fields = ("low", "high", "cut", "centre", "spread", "error", "blunder")
    numbers = [getattr(v, name) for name in fields]
    if v.dose:
        numbers += [v.dose.shape_doubt, *(number for node in v.dose.nodes for number in node)]
    return " ".join([v.reads, v.scale, v.side, *(f"{number:.9g}" for number in numbers)])
