"""The first place of a layer: at which value of a parameter another cause takes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..engine.rank_probability import TIE_DECIMALS
from .parameters import ClaimReading, Elicited

if TYPE_CHECKING:
    from .functions import SensitivityFunctions

EDGE = 1e-9  # probabilities closer to 0 or 1 than this count as 0 or 1


def flips(functions: SensitivityFunctions, cause: str) -> tuple[np.ndarray, list[str]]:
    """Return for each parameter the nearest value at which another cause becomes first, and which.

    The contributions of two causes have one denominator, so they are equal where their numerators
    are. At 0 and 1 nothing lies beyond, so a cause that is equal there has not become first.
    """
    layer = _causes_of_layer(functions, cause)
    first = max(layer, key=lambda i: round(float(functions.values[i, 0]), TIE_DECIMALS))
    rivals = [i for i in layer if i != first]
    flips_at = np.full(len(functions.parameters), np.nan)
    to = [""] * len(functions.parameters)
    if not rivals:
        return flips_at, to
    on_lines = _crossings_of_lines(functions, first, rivals)
    for place, parameter in enumerate(functions.parameters):
        if isinstance(parameter, Elicited):
            crossings = on_lines[place]
        else:
            assert isinstance(parameter, ClaimReading)
            crossings = _crossings_of_claim(functions, parameter, first, rivals)
        distance = np.nan_to_num(np.abs(crossings - parameter.value), nan=np.inf)
        nearest = int(distance.argmin())
        if np.isfinite(distance[nearest]):
            flips_at[place] = crossings[nearest]
            to[place] = functions.causes[rivals[nearest]]
    return flips_at, to


def _causes_of_layer(functions: SensitivityFunctions, cause: str) -> list[int]:
    """Return the places of the causes of one layer, factors or mechanisms."""
    variables = functions.case.variables
    layer = type(variables[cause])
    return [i for i, name in enumerate(functions.causes) if type(variables[name]) is layer]


def _crossings_of_lines(
    functions: SensitivityFunctions, first: int, rivals: list[int]
) -> np.ndarray:
    """Return where each rival equals the first cause, (n_parameters, n_rivals); NaN nowhere."""
    lines = functions.lines
    lead_slope, lead_level = lines[:, :, [first], 0] - lines[:, :, rivals, 0]
    total_slope, total_level = lines[:, :, [first], 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = -lead_level / lead_slope
    scale = np.maximum(total_level, total_slope + total_level)
    is_real = np.abs(lead_slope) > EDGE * scale
    return np.where(is_real & (crossings >= EDGE) & (crossings <= 1 - EDGE), crossings, np.nan)


def _crossings_of_claim(
    functions: SensitivityFunctions, claim: ClaimReading, first: int, rivals: list[int]
) -> np.ndarray:
    """Return the reading nearest to the present one at which each rival is level, (n_rivals,)."""
    grid, changes = claim.readings
    leads = _leads(functions.joints(changes), first, rivals)

    def lead_at(reading: float, rival: int) -> float:
        joints = functions.joints(claim.changes(np.array([reading])))
        return float(_leads(joints, first, [rival])[0, 0])

    return np.array(
        [
            _nearest_root(partial(lead_at, rival=rival), claim.value, grid, lead)
            for rival, lead in zip(rivals, leads.T, strict=True)
        ]
    )


def _nearest_root(
    function: Callable[[float], float], to: float, grid: np.ndarray, on_grid: np.ndarray
) -> float:
    """Return the root of a function, known on a grid, that is nearest to a value; NaN if none."""
    from scipy.optimize import brentq

    (changes_sign,) = np.nonzero((on_grid[:-1] >= 0) != (on_grid[1:] >= 0))
    if not len(changes_sign):
        return np.nan
    middles = (grid[changes_sign] + grid[changes_sign + 1]) / 2
    start = changes_sign[np.abs(middles - to).argmin()]
    return float(brentq(function, grid[start], grid[start + 1], xtol=EDGE))


def _leads(joints: np.ndarray, first: int, rivals: list[int]) -> np.ndarray:
    """Return P(first active) − P(rival active) given the findings, (n_values, n_rivals)."""
    active = joints[:, :, 0] / joints[:, :, 1]
    return active[:, [first]] - active[:, rivals]
