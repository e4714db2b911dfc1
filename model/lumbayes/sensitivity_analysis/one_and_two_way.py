"""One- and two-way sensitivity: how each parameter and each claim changes a contribution.

The shares of every prior enter P(cause active, findings) and P(findings) linearly. So along one
parameter θ the contribution is (αθ + β) / (γθ + δ) (Kjærulff & van der Gaag 2000; Coupé & van der
Gaag 2002), and two causes change places where two linear functions with one denominator cross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..attribution import fired_path_circuit
from ..case import Case
from ..engine.query import Query
from ..errors import allow
from ..inference.causal_paths import CONTRIBUTION, contribution_probabilities
from ..priors.prior import Key
from .first_place import flips
from .functions import SensitivityFunctions
from .parameters import CLAIM, Parameter, parameters, pooled
from .variance import shares_of, variances

COEFFICIENTS = ["alpha", "beta", "gamma", "delta"]


def sensitivity(case: Case, cause: str) -> pd.DataFrame:
    """Compute how each parameter and each claim changes a cause's contribution.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.

    Returns
    -------
    pandas.DataFrame
        One row a parameter (a base rate, a leak, a link, a trait's share) or claim (the probability
        that its words are read as), largest change over its interval first. Columns: `kind`;
        `value`; `low` and `high`, its 90% interval; `at_low` and `at_high`, the contribution there;
        `without`, the contribution without the claim; `flips_at`, the nearest value at which
        another cause of the layer becomes first, and `to`, which (NaN and "" if none does);
        `alpha`, `beta`, `gamma`, `delta`, the exact function (αθ + β) / (γθ + δ) up to `bend`,
        where it has one (`one_way` goes beyond); `variance_share`, the share of the
        contribution's variance that the parameter brings, 0 where it is certain.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism.
    ImpossibleFindings
        If the findings exclude each other.

    Notes
    -----
    Coupé & van der Gaag (2002), "Properties of sensitivity analysis of Bayesian belief networks".

    Examples
    --------
    >>> from lumbayes import load, sensitivity
    >>> table = sensitivity(load().given(back_pain="yes"), "weak_core")
    >>> table[["kind", "value", "at_low", "at_high"]].head(2).round(2)
                                    kind  value  at_low  at_high
    number
    weak_core → muscle_strain     claims   0.56    0.04     0.24
    weak_core                  judgement   0.25    0.07     0.24
    """
    functions = SensitivityFunctions.of(case, cause)
    all_parameters = functions.parameters
    value = np.array([parameter.value for parameter in all_parameters])
    table = pd.DataFrame(index=pd.Index([p.label for p in all_parameters], name="number"))
    table["kind"] = [parameter.kind for parameter in all_parameters]
    table["value"] = value
    table["low"] = [parameter.low for parameter in all_parameters]
    table["high"] = [parameter.high for parameter in all_parameters]
    table["at_low"] = functions.contribution_at(cause, table["low"].to_numpy())
    table["at_high"] = functions.contribution_at(cause, table["high"].to_numpy())
    table["without"] = _without_claims(functions, cause)
    table["flips_at"], table["to"] = flips(functions, cause)
    table[COEFFICIENTS] = functions.coefficients(cause, value).T
    table["bend"] = [parameter.bend for parameter in all_parameters]
    table["variance_share"] = _variance_shares(
        all_parameters, shares_of(variances(functions, cause))
    )
    change = np.nan_to_num((table["at_high"] - table["at_low"]).abs())
    return table.iloc[np.argsort(-change, kind="stable")]


def one_way(case: Case, cause: str, number: str, steps: int = 101) -> pd.Series:
    """Compute a cause's contribution along one parameter or claim from 0 to 1, exactly.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.
    number : str
        A parameter or claim by its name in `sensitivity`.
    steps : int, default 101
        How many values from 0 to 1, both included.

    Returns
    -------
    pandas.Series
        Over the values; NaN where the claim's words cannot have that probability.

    Raises
    ------
    ValueError
        If there is no such cause, parameter or claim.
    ImpossibleFindings
        If the findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import one_way
    >>> one_way(load().given(back_pain="yes"), "weak_core", "weak_core", steps=3).round(2)
    weak_core
    0.0    0.00
    0.5    0.29
    1.0    0.53
    Name: weak_core, dtype: float64
    """
    case.network.check_causes(cause)
    case.check_consistent()
    grid = np.linspace(0, 1, steps)
    known = {parameter.label: parameter for parameter in parameters(case)}
    allow("one_way", "number or claim", [number], known)
    parameter = known[number]
    contribution = _contribution_at(case, cause, {parameter.key: parameter.shares(grid)})
    return pd.Series(contribution, pd.Index(grid, name=number), name=cause)


def two_way(case: Case, cause: str, first: str, second: str, steps: int = 21) -> pd.DataFrame:
    """Compute a cause's contribution over a grid of two parameters or claims from 0 to 1.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.
    first, second : str
        Two parameters or claims by their names in `sensitivity`.
    steps : int, default 21
        How many values of each from 0 to 1, both included.

    Returns
    -------
    pandas.DataFrame
        Rows are values of the first, columns of the second.

    Raises
    ------
    ValueError
        If a name is unknown, or the two cannot vary independently: two shares of one whole, or a
        parameter and a claim that is pooled into it.
    ImpossibleFindings
        If the findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import two_way
    >>> runner = load().given(back_pain="yes")
    >>> two_way(runner, "weak_core", "weak_core", "hills", steps=3).round(2)
    hills       0.0   0.5   1.0
    weak_core
    0.0        0.00  0.00  0.00
    0.5        0.30  0.28  0.26
    1.0        0.54  0.52  0.50
    """
    case.network.check_causes(cause)
    case.check_consistent()
    known = {parameter.label: parameter for parameter in parameters(case)}
    allow("two_way", "number or claim", [first, second], known)
    grid = np.linspace(0, 1, steps)
    rows, columns = (values.ravel() for values in np.meshgrid(grid, grid, indexing="ij"))
    shares = _shares_of_two(case, known[first], known[second], rows, columns)
    table = _contribution_at(case, cause, shares).reshape(steps, steps)
    return pd.DataFrame(table, pd.Index(grid, name=first), pd.Index(grid, name=second))


def _without_claims(functions: SensitivityFunctions, cause: str) -> np.ndarray:
    """Return the contribution without each claim; NaN for a parameter that is no claim."""
    removed = {
        place: parameter.removed
        for place, parameter in enumerate(functions.parameters)
        if parameter.removed is not None
    }
    without = np.full(len(functions.parameters), np.nan)
    without[[*removed]] = functions.contribution_with(cause, removed)
    return without


def _variance_shares(
    all_parameters: Sequence[Parameter], shares: Mapping[Key, float]
) -> list[float]:
    """Return each parameter's share, its prior's counted once; NaN for a claim, a part of one."""
    left = dict(shares)
    return [
        np.nan if parameter.kind == CLAIM else left.pop(parameter.key, 0.0)
        for parameter in all_parameters
    ]


def _shares_of_two(
    case: Case, first: Parameter, second: Parameter, rows: np.ndarray, columns: np.ndarray
) -> dict[Key, np.ndarray]:
    """Return the shares of the priors that two parameters change, at pairs of their values."""
    if first.key != second.key:
        return {first.key: first.shares(rows), second.key: second.shares(columns)}
    claims = {c.id: c for c in case.priors.claims}
    are_claims = {first.label, second.label} <= set(claims)
    if isinstance(first.key, str) or first.label == second.label or not are_claims:
        raise ValueError(
            f"two_way: {first.label!r} and {second.label!r} cannot vary independently; "
            "give two that can."
        )
    one, two = claims[first.label], claims[second.label]
    pairs = [{one: x, two: y} for x, y in zip(rows, columns, strict=True)]
    link = first.key
    return {link: np.stack([pooled(case.priors, link, pair) for pair in pairs], axis=1)}


def _contribution_at(case: Case, cause: str, shares: Mapping[Key, np.ndarray]) -> np.ndarray:
    """Return the contribution with the shares of some priors replaced, (n_states, n_columns)."""
    compiled, overrides = case.compiled, case.evidence_inputs()
    for key, by_state in shares.items():
        values = compiled.parameter_values(key, by_state)
        replaced = dict(zip(compiled.parameter_rows(key), values, strict=True))
        overrides = {**replaced, **overrides}
    query = Query.from_overrides(compiled.mean_inputs, overrides)
    circuit = fired_path_circuit(case)
    (contribution,), _ = contribution_probabilities(circuit, query, [cause], CONTRIBUTION)
    return contribution[0]
