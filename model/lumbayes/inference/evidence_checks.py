"""Checks of what is entered in a case: states, readings, ratios and stated probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from ..data.schema import is_number
from ..data.tidy_cells import bare_name, tidy_cell
from ..data.variables import Measurement, Variable
from ..errors import unknown
from ..network.measurement import check_reading

if TYPE_CHECKING:
    from ..data.variables import Variables

CLOSE_TO_1 = 1e-9  # how near to 1 stated probabilities of all states add up
SUM_OF_SHARES = (
    "found probabilities that add up to {:g}; those of all states add up to 1, those of some to "
    "less, and the other states share the rest."
)


def check_finding(v: Variable, value: Any) -> str | float:
    """Return a finding, a state or a reading in the unit; raise `ValueError` if not allowed."""
    return check_reading(v, value) if is_reading(v) else check_state(v, value)


def tidy_record(variables: Variables, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return findings with the exact names and states; those that mean unknown are left out."""
    tidied: dict[str, Any] = {}
    for written, value in record.items():
        name = bare_name(written)
        v = variables[name]
        if name in tidied:
            raise ValueError(f"Found {name!r} twice, as {written!r} too; give it once.")
        tidied[name] = tidy_cell(value, () if is_reading(v) else v.states)
        if is_reading(v) and isinstance(tidied[name], str):
            tidied[name] = _as_number(tidied[name])
    return {name: value for name, value in tidied.items() if value is not None}


def _as_number(text: str) -> str | float:
    """Return a text as a number if it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def check_state(v: Variable, value: Any) -> str:
    """Return the value if it is a state of the variable; otherwise raise `ValueError`."""
    if isinstance(value, str) and value in v.states:
        return value
    meaning = tidy_cell(value, v.states)
    hint = " Leave it out if it is not known." if meaning is None else ""
    raise ValueError(f"{v.name}: {unknown('state', value, v.states, meaning)}{hint}")


def check_node(v: Variable) -> Variable:
    """Return the variable if it has states; raise `ValueError` if it is measured as a number."""
    if is_reading(v):
        raise ValueError(
            f"{v.name} is a number read off a test, not a state: "
            f"ask for {v.reads!r}, which it reads."
        )
    return v


def check_ratio(v: Variable, ratio: float | Mapping[str, float]) -> tuple[float, ...]:
    """Return the likelihood of each state, from a ratio of yes to no or a mapping of states."""
    if not isinstance(ratio, Mapping):
        if len(v.states) > 2:
            raise ValueError(
                f"{v.name} has {len(v.states)} states: give a mapping with a ratio for one or more "
                f"of {', '.join(v.states)}."
            )
        _check_no_probability(v, ratio)
        ratio = {v.states[-1]: ratio}
    for state, weight in ratio.items():
        check_state(v, state)
        _check_weight(v, weight)
    return tuple(float(ratio.get(state, 1)) for state in v.states)


def _check_no_probability(v: Variable, ratio: Any) -> None:
    """Raise `ValueError` for a bare number between 0 and 1, which may be meant as a probability."""
    if is_number(ratio) and 0 < ratio < 1:
        no, yes = v.states
        raise ValueError(
            f"{v.name}: found {ratio!r}, which looks like a probability: believe({v.name}="
            f"{ratio!r}) states one. A ratio against {yes!r} is given with its state: "
            f"likelihood({v.name}={{{no!r}: {1 / float(ratio):.3g}}})."
        )


def _check_weight(v: Variable, weight: Any) -> None:
    if not is_number(weight) or not weight > 0:
        raise ValueError(
            f"{v.name}: found a likelihood ratio of {weight!r}; "
            "a ratio is a finite number above 0 (3 is '3 to 1 for')."
        )


def multiplied(
    name: str, before: tuple[float, ...], weights: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the product of two likelihoods; raise `ValueError` if it is too large or small."""
    product = tuple(a * b for a, b in zip(before, weights, strict=True))
    if not all(0 < weight < math.inf for weight in product):
        raise ValueError(
            f"{name}: found likelihood ratios of {ratio_label(before)} and {ratio_label(weights)}; "
            "together they are too large for a number. A ratio says how many times likelier one "
            "state makes what was seen; beyond a million it is a finding."
        )
    return product


def check_belief(v: Variable, belief: float | Mapping[str, float]) -> dict[str, float]:
    """Return stated probabilities by state; raise `ValueError` if they are not allowed."""
    if not isinstance(belief, Mapping):
        if len(v.states) > 2:
            raise ValueError(
                f"{v.name} has {len(v.states)} states: give a mapping with a probability for one "
                f"or more of {', '.join(v.states)}."
            )
        belief = {v.states[-1]: belief}
    for state, share in belief.items():
        check_state(v, state)
        _check_share(v, state, share)
    total = sum(belief.values())
    is_whole = abs(total - 1) < CLOSE_TO_1
    if total > 1 + CLOSE_TO_1 or is_whole != (len(belief) == len(v.states)):
        raise ValueError(f"{v.name}: {SUM_OF_SHARES.format(total)}")
    return {state: float(share) for state, share in belief.items()}


def _check_share(v: Variable, state: str, share: Any) -> None:
    if not is_number(share) or not 0 < share < 1:
        raise ValueError(
            f"{v.name}: found a probability of {share!r}; it is above 0 and below 1. "
            f"What is certain is a finding: given({v.name}={state!r})."
        )


def is_reading(v: Variable) -> TypeGuard[Measurement]:
    """Return whether a variable is a measurement that is a number with a unit."""
    return isinstance(v, Measurement) and v.numeric


def ratio_label(weights: tuple[float, ...]) -> str:
    """Return the likelihoods of all states as text, the last state first: ``3:1`` for yes to no."""
    return ":".join(f"{weight:g}" for weight in reversed(weights))
