"""The first place of a layer: at which value of a parameter another cause takes it."""

from __future__ import annotations

import numpy as np

from .functions import SensitivityFunctions

EDGE = 1e-9  # probabilities closer to 0 or 1 than this count as 0 or 1


def flips(functions: SensitivityFunctions, cause: str) -> tuple[np.ndarray, list[str]]:
    """Return for each parameter the nearest value at which another cause becomes first, and which.

    The contributions of two causes have one denominator, so they are equal where their numerators
    are. At 0 and 1 nothing lies beyond, so a cause that is equal there has not become first.
    """
    rivals = _causes_of_layer(functions, cause)
    crossings = _crossings(functions, rivals)
    values = np.array([parameter.value for parameter in functions.parameters])
    owner = functions.pieces.owner
    distance = np.abs(crossings - values[owner][:, None])
    distance[np.isnan(distance)] = np.inf
    flips_at = np.full(len(values), np.nan)
    to = [""] * len(values)
    nearest_last = np.argsort(-distance.min(axis=1), kind="stable")
    for piece in nearest_last[np.isfinite(distance.min(axis=1)[nearest_last])]:
        rival = int(distance[piece].argmin())
        flips_at[owner[piece]] = crossings[piece, rival]
        to[owner[piece]] = functions.causes[rivals[rival]]
    return flips_at, to


def _causes_of_layer(functions: SensitivityFunctions, cause: str) -> list[int]:
    """Return the places of the causes of one layer, factors or mechanisms."""
    variables = functions.case.variables
    layer = type(variables[cause])
    return [i for i, name in enumerate(functions.causes) if type(variables[name]) is layer]


def _crossings(functions: SensitivityFunctions, rivals: list[int]) -> np.ndarray:
    """Return where each rival equals the first cause, (n_pieces, n_rivals); NaN where nowhere."""
    pieces = functions.pieces
    first = max(rivals, key=lambda i: functions.values[i, 0])
    joint_lead = pieces.linear[:, :, [first], 0] - pieces.linear[:, :, rivals, 0]
    lead_slope, lead_level = joint_lead
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = -lead_level / lead_slope
    total_slope, total_level = pieces.linear[:, :, [first], 1]
    scale = np.maximum(total_level, total_slope + total_level)
    start = np.maximum(pieces.start, EDGE)[:, None]
    end = np.minimum(pieces.end, 1 - EDGE)[:, None]
    is_real = np.abs(lead_slope) > EDGE * scale
    return np.where(is_real & (start <= crossings) & (crossings <= end), crossings, np.nan)
