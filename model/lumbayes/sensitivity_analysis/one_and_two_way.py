"""What would change the answer: one number, one claim, two numbers together, and what the doubt
about it is made of.

Every prior's shares enter P(cause at work, findings) and P(findings) linearly, so along any one
number both are straight lines and the figure is their ratio, (αθ + β) / (γθ + δ) (Kjærulff & van
der Gaag 2000; Coupé & van der Gaag 2002), and two causes change places where two lines with one
denominator cross. All slopes come from one pass.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from ..attribution import fired_path_circuit
from ..case import Case
from ..engine.query import Query
from ..errors import allow
from ..inference.causal_paths import CONTRIBUTION, contribution_probabilities
from ..priors.prior import Key
from .functions import SensitivityFunctions
from .parameters import Parameter, parameters, pooled

EDGE = 1e-9  # what is closer than this is the same
CLAIM, CURVE = "claim", ["alpha", "beta", "gamma", "delta"]
Part = TypeVar("Part", bound=Hashable)


def sensitivity(case: Case, cause: str) -> pd.DataFrame:
    """What each number and each claim could do to the cause's contribution, most telling first.

    One row a number (a base rate, a leak, a link, a trait's share) and one a claim (the probability
    its words are read as): `value` now; `low`, `high` the 90% interval of the number, or of what
    people mean by the claim's words; `at_low`, `at_high` the contribution there; `without` the
    contribution had the claim not been made; `flips_at` the nearest value at which another cause of
    the same layer takes the first place, and `to` which (NaN and "" when none does); `alpha`,
    `beta`, `gamma`, `delta` the exact curve, up to `bend` where there is one (where what one answer
    tells of fills the whole; `one_way` goes beyond); `variance_share` what part of the figure's
    spread the number brings, 0 where a finding leaves no doubt. Raises `ValueError` for anything
    but a cause, and `ImpossibleFindings`.
    """
    lines = SensitivityFunctions.of(case, cause)
    every = lines.parameters
    value, low, high = np.array(
        [(parameter.value, parameter.low, parameter.high) for parameter in every]
    ).T
    at_low, at_high, without = (
        lines.at(cause, low),
        lines.at(cause, high),
        np.full(len(every), np.nan),
    )
    gone = {i: parameter.gone for i, parameter in enumerate(every) if parameter.gone is not None}
    without[[*gone]] = lines.joints(cause, gone)
    flips_at, to = flips(lines, cause)
    columns = {"kind": [parameter.kind for parameter in every], "value": value, "low": low, "high": high, "at_low": at_low,
               "at_high": at_high, "without": without, "flips_at": flips_at, "to": to}  # fmt: skip
    columns |= dict(zip(CURVE, lines.curve(cause, value), strict=True))
    columns["bend"] = [
        max(p.start for p in parameter.pieces) if len(parameter.pieces) > 1 else np.nan
        for parameter in every
    ]
    columns["variance_share"] = _brought(every, shares_of(variances(lines, cause)))
    table = pd.DataFrame(
        columns, index=pd.Index([parameter.label for parameter in every], name="number")
    )
    return table.iloc[np.argsort(-np.nan_to_num(np.abs(at_high - at_low)), kind="stable")]


def _brought(every: Sequence[Parameter], shares: Mapping[Key, float]) -> list[float]:
    """Each number's share of the variance: its prior's, told once; NaN for a claim, which is part
    of a number.
    """
    left = dict(shares)
    return [
        np.nan if parameter.kind == CLAIM else left.pop(parameter.key, 0.0) for parameter in every
    ]


def flips(lines: SensitivityFunctions, cause: str) -> tuple[np.ndarray, list[str]]:
    """Of each number, the nearest value at which the first of the cause's layer gives way, and to
    which.

    The lines of two causes have one denominator, so they are level where the lines themselves
    cross. At 0 and at 1 nothing lies beyond, and what is level there has taken nothing.
    """
    variables, pieces = lines.case.variables, lines.pieces
    layer = type(variables[cause])
    rivals = [i for i, name in enumerate(lines.names) if type(variables[name]) is layer]
    first = max(rivals, key=lambda i: lines.values[i, 0])
    closing, apart = pieces.lines[:, :, [first], 0] - pieces.lines[:, :, rivals, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = -apart / closing
    start, end = np.maximum(pieces.start, EDGE)[:, None], np.minimum(pieces.end, 1 - EDGE)[:, None]
    slope, level = pieces.lines[:, :, [first], 1]
    real = np.abs(closing) > EDGE * np.maximum(level, slope + level)
    values = np.array([parameter.value for parameter in lines.parameters])
    far = np.where(
        real & (start <= crossing) & (crossing <= end),
        abs(crossing - values[pieces.owner][:, None]),
        np.inf,
    )
    at, to = np.full(len(values), np.nan), [""] * len(values)
    for piece in np.argsort(-far.min(axis=1), kind="stable"):
        if far[piece].min() < np.inf:
            place = int(far[piece].argmin())
            at[pieces.owner[piece]], to[pieces.owner[piece]] = (
                crossing[piece, place],
                lines.names[rivals[place]],
            )
    return at, to


def variances(lines: SensitivityFunctions, cause: str) -> dict[Key, float]:
    """The variance of the contribution that each prior brings, to first order (delta method).

    gᵀΣg with g the slopes by the prior's shares and Σ the covariance of its Dirichlet counts.
    """
    joint, total = lines.value(cause)
    slopes = lines.gradients[:, lines.names.index(cause)]
    gradients, found = (slopes[:, 0] * total - joint * slopes[:, 1]) / total**2, {}
    for key, prior in lines.case.priors.items():
        shares, gradient = prior.shares, gradients[lines.layout.places[key]]
        found[key] = float(shares @ (gradient - shares @ gradient) ** 2 / (sum(prior.counts) + 1))
    return found


def shares_of(parts: Mapping[Part, float], whole: float | None = None) -> dict[Part, float]:
    """The parts of a variance as shares of the whole; of a figure that is certain, each is 0."""
    whole = sum(parts.values()) if whole is None else whole
    return {name: part / whole if whole > EDGE**2 else 0.0 for name, part in parts.items()}


def one_way(case: Case, cause: str, number: str, steps: int = 101) -> pd.Series:
    """The cause's contribution along one number or claim, named as in `sensitivity`, from 0 to 1,
    exactly.

    NaN where a claim cannot be read so. Raises `ValueError` for another name, and
    `ImpossibleFindings`.
    """
    lines, grid = SensitivityFunctions.of(case, cause), np.linspace(0, 1, steps)
    known = {parameter.label: parameter for parameter in lines.parameters}
    allow("one_way", "number or claim", [number], known)
    shares = known[number].shares(grid)
    return pd.Series(
        _turned(case, cause, {known[number].key: shares}), pd.Index(grid, name=number), name=cause
    )


def two_way(case: Case, cause: str, first: str, second: str, steps: int = 21) -> pd.DataFrame:
    """The cause's contribution over a grid of two numbers or claims, named as in `sensitivity`,
    each from 0 to 1.

    Rows are values of the first, columns of the second. Raises `ValueError` for a name that is not
    listed there, and for two numbers that share one whole, or a number and a claim that reaches it:
    they cannot be turned apart.
    """
    case.network.check_causes(cause)
    case.check_consistent()
    known = {parameter.label: parameter for parameter in parameters(case)}
    allow("two_way", "number or claim", [first, second], known)
    one, two = known[first], known[second]
    grid = np.linspace(0, 1, steps)
    rows, columns = (values.ravel() for values in np.meshgrid(grid, grid, indexing="ij"))
    if one.key != two.key:
        shares = {one.key: one.shares(rows), two.key: two.shares(columns)}
    else:
        shares = {one.key: _both(case, one, two, rows, columns)}
    found = _turned(case, cause, shares).reshape(steps, steps)
    return pd.DataFrame(
        found, index=pd.Index(grid, name=first), columns=pd.Index(grid, name=second)
    )


def _both(
    case: Case, one: Parameter, two: Parameter, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """The shares of one link with two of its claims read otherwise."""
    claims = {c.id: c for c in case.priors.claims}
    if (
        isinstance(one.key, str)
        or one.label == two.label
        or not {one.label, two.label} <= set(claims)
    ):
        raise ValueError(
            f"two_way: {one.label!r} and {two.label!r} cannot be turned apart; give two that can."
        )
    pairs = [
        {claims[one.label]: x, claims[two.label]: y} for x, y in zip(rows, columns, strict=True)
    ]
    return np.stack([pooled(case.priors, one.key, pair) for pair in pairs], axis=1)


def _turned(case: Case, cause: str, shares: Mapping[Key, np.ndarray]) -> np.ndarray:
    """The contribution with some priors' shares replaced, a lane."""
    told = case.evidence_inputs()
    for key, share in shares.items():
        rows = zip(case.compiled.parameter_rows(key), case.compiled.parameter_values(key, share), strict=True)
        told = {**dict(rows), **told}
    (found,), _ = contribution_probabilities(
        fired_path_circuit(case), Query.from_overrides(case.compiled.mean_inputs, told), [cause], CONTRIBUTION
    )
    return found[0]
