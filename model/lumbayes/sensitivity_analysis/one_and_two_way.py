"""One- and two-way sensitivity: how each parameter and each claim changes a contribution.

The shares of every prior enter P(cause active, findings) and P(findings) linearly. So along one
elicited parameter θ the contribution is (αθ + β) / (γθ + δ) (Kjærulff & van der Gaag 2000; Coupé &
van der Gaag 2002). The words of a claim enter through pooling and the level, which is no line: its
figures are worked out from the priors at each reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import check_arguments
from ..errors import allow
from .first_place import flips
from .functions import SensitivityFunctions, joints_by_circuit
from .parameters import Changes, ClaimReading, Parameter, parameters, shares_at
from .variance import parameter_shares

if TYPE_CHECKING:
    from ..case import Case

STEP_DIGITS = 12  # of a step, so that 0.3 is one number whatever the other steps are
COEFFICIENTS = ["alpha", "beta", "gamma", "delta"]


def sensitivity(case: Case, cause: str) -> pd.DataFrame:
    """Compute how a cause's contribution depends on each parameter and each claim, one at a time.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.

    Returns
    -------
    pandas.DataFrame
        One row per parameter and one per claim, largest |`at_high` − `at_low`| first. Each row
        varies one probability. All other parameters and the divisor T (see `load`) stay. The index,
        `parameter`, says what is varied:

        - "weak_core": a base rate or leak.
        - "weak_core → muscle_strain": a link strength.
        - "muscle_strain → severity = mild": P(a state of a trait | the pain comes from this cause).
        - "severity = mild": the same if the pain comes from none of the listed causes.
        - "flat_feet=yes → wet_footprint = low": P(a state of a measurement | what it measures).
        - "A4-01": a claim. What is varied is the probability that its words express. A claim has
          no row if one of its parameters was fitted, drawn or replaced: it then follows from more
          than claims.

        Columns:

        - `kind`: "claim" for a claim. For a parameter, where its prior comes from: "claims" (pooled
          from claims), "published", "judgement", "ignorance", "fitted" (see `fit`) or "draw" (see
          `batch.sample_parameters`).
        - `value`: the probability as it is now, the mean of the prior. A strength that T divides is
          given after this division.
        - `low`, `high`: the ends of the 90% interval of this probability.
        - `at_low`, `at_high`: the contribution if the probability were `low` or `high`. For some
          claims one of them is NaN, because no prior would follow from it (docs/explaining.md).
        - `without`: the contribution if the claim were left out, as by `Case.exclude_claims`; NaN
          for a parameter.
        - `flips_at`: the probability nearest to `value` at which another cause takes the first
          place, that is, the highest contribution in the layer of `cause` (factors or mechanisms).
          The cause that loses the first place need not be `cause`. NaN if this never happens.
        - `to`: the cause that takes the first place at `flips_at`; "" if `flips_at` is NaN.
        - `alpha`, `beta`, `gamma`, `delta`: the coefficients of the contribution as a function of a
          parameter θ, (αθ + β) / (γθ + δ); NaN for a claim.
        - `variance_share`: the share of the contribution's variance, from 0 to 1, that is due to
          the prior of this parameter, to first order (the delta method). The column adds up to 1,
          or to 0 if the contribution is certain. If a prior has several rows, one of them holds
          its share, the others 0. NaN for a claim.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Coupé & van der Gaag (2002), "Properties of sensitivity analysis of Bayesian belief networks".
    If one state of several is varied, the other states share the rest in proportion. Contributions
    are exact, except in the row of a link whose dose is set by a reading (see docs/explaining.md).

    Examples
    --------
    >>> from lumbayes import load, sensitivity
    >>> table = sensitivity(load().given(back_pain="yes"), "weak_core")
    >>> table[["kind", "value", "at_low", "at_high", "flips_at"]].head(4).round(2)
                                    kind  value  at_low  at_high  flips_at
    parameter
    weak_core → muscle_strain     claims   0.01    0.01     0.22      0.01
    weak_core                  judgement   0.31    0.05     0.14      0.25
    unexplained                   claims   0.01    0.13     0.06       NaN
    A1-13                          claim   0.40    0.08     0.11       NaN
    """
    check_arguments("sensitivity", locals())
    functions = SensitivityFunctions.of(case, cause)
    all_parameters = functions.parameters
    table = pd.DataFrame(index=pd.Index([p.label for p in all_parameters], name="parameter"))
    for column in ("kind", "value", "low", "high"):
        table[column] = [getattr(parameter, column) for parameter in all_parameters]
    table[["at_low", "at_high"]] = functions.ends(cause)
    table["without"] = functions.without(cause)
    table["flips_at"], table["to"] = flips(functions, cause)
    table[COEFFICIENTS] = functions.coefficients(cause).T
    table["variance_share"] = parameter_shares(functions, cause)
    change = np.nan_to_num((table["at_high"] - table["at_low"]).abs())
    return table.iloc[np.argsort(-change, kind="stable")]


def one_way(case: Case, cause: str, parameter: str, steps: int = 101) -> pd.Series:
    """Compute a cause's contribution as a function of one parameter or one claim.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.
    parameter : str
        The name of a parameter, such as "weak_core → muscle_strain", or the id of a claim, as in
        the index of `sensitivity`.
    steps : int, default 101
        The number of evenly spaced probabilities from 0 to 1, both included; 2 or more.

    Returns
    -------
    pandas.Series, shape (steps,)
        The contribution by the probability in the index, which replaces `value` in the table of
        `sensitivity`. The contribution is NaN where a claim cannot mean this probability (see
        docs/explaining.md), or where the evidence would have probability 0. The name of the Series
        is `cause`.

    Raises
    ------
    ValueError
        If the cause, parameter or claim has no row in `sensitivity`, or if `steps` is below 2.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Values are exact, except over a link whose dose is set by a reading (see docs/explaining.md).

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import one_way
    >>> one_way(load().given(back_pain="yes"), "weak_core", "weak_core", steps=3).round(2)
    weak_core
    0.0    0.00
    0.5    0.14
    1.0    0.25
    Name: weak_core, dtype: float64
    """
    check_arguments("one_way", locals())
    case.network.check_causes(cause)
    case.check_consistent()
    grid = _grid(steps)
    known = {p.label: p for p in parameters(case)}
    allow("one_way", "parameter or claim", [parameter], known)
    contribution = _contribution_at(case, cause, known[parameter].changes(grid))
    return pd.Series(contribution, pd.Index(grid, name=parameter), name=cause)


def two_way(case: Case, cause: str, first: str, second: str, steps: int = 21) -> pd.DataFrame:
    """Compute a cause's contribution on a grid of two parameters or claims.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.
    first, second : str
        Two names of parameters or ids of claims, as in the index of `sensitivity`.
    steps : int, default 21
        The number of evenly spaced probabilities from 0 to 1, both included; 2 or more.

    Returns
    -------
    pandas.DataFrame, shape (steps, steps)
        The contribution for each pair of probabilities. The index holds the probabilities of
        `first`, the columns those of `second`. NaN as in `one_way`.

    Raises
    ------
    ValueError
        If the cause does not exist, if a parameter or claim has no row in `sensitivity`, or if
        `steps` is below 2. Also if the two cannot vary independently: the same one twice, two
        states of one prior, or a parameter and a claim that is pooled into it.
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import two_way
    >>> runner = load().given(back_pain="yes")
    >>> two_way(runner, "weak_core", "weak_core", "hills", steps=3).round(2)
    hills       0.0   0.5   1.0
    weak_core
    0.0        0.00  0.00  0.00
    0.5        0.15  0.13  0.11
    1.0        0.26  0.23  0.20
    """
    check_arguments("two_way", locals())
    case.network.check_causes(cause)
    case.check_consistent()
    known = {parameter.label: parameter for parameter in parameters(case)}
    allow("two_way", "parameter or claim", [first, second], known)
    grid = _grid(steps)
    rows, columns = (values.ravel() for values in np.meshgrid(grid, grid, indexing="ij"))
    changes = _changes_of_two(case, known[first], known[second], rows, columns)
    table = _contribution_at(case, cause, changes).reshape(steps, steps)
    return pd.DataFrame(table, pd.Index(grid, name=first), pd.Index(grid, name=second))


def _changes_of_two(
    case: Case, first: Parameter, second: Parameter, rows: np.ndarray, columns: np.ndarray
) -> Changes:
    """Return the priors that two parameters change, with their shares at pairs of values."""
    are_claims = isinstance(first, ClaimReading) and isinstance(second, ClaimReading)
    if first.label == second.label:
        raise _dependent(first, second)
    if are_claims:
        pairs = [{first.label: x, second.label: y} for x, y in zip(rows, columns, strict=True)]
        return shares_at(case.priors, pairs)
    of_first, of_second = first.changes(rows), second.changes(columns)
    if of_first.keys() & of_second.keys():
        raise _dependent(first, second)
    return {**of_first, **of_second}


def _dependent(first: Parameter, second: Parameter) -> ValueError:
    return ValueError(
        f"two_way: {first.label!r} and {second.label!r} cannot vary independently; "
        "give two that can."
    )


def _contribution_at(case: Case, cause: str, changes: Changes) -> np.ndarray:
    """Return the contribution with the shares of some priors replaced, (n_values,)."""
    joint, total = joints_by_circuit(case, [cause], changes)[:, 0].T
    return joint / total


def _grid(steps: int) -> np.ndarray:
    """Return so many probabilities from 0 to 1, as labels that other grids share."""
    return np.linspace(0, 1, steps).round(STEP_DIGITS)
