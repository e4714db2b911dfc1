"""The variance of a contribution by its origins, and the claims that would reduce it most."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from ..attribution import contribution_at_means
from ..data.arguments import check_arguments
from ..inference.compiled import posteriors
from ..priors.prior import Key, Prior, added_counts
from .functions import SensitivityFunctions
from .parameters import ClaimReading

if TYPE_CHECKING:
    from ..case import Case

ORIGINS = {
    "ignorance": "no source",
    "published": "published figures",
    "judgement": "our own judgements",
    "fitted": "rows of runners",
    "draw": "drawn values",
}
DISAGREE = "claims that disagree"
VAGUE = "claims that are vague"
UNSURE = "your own half-sure answers"
STEP = 1e-6  # of the way from a reading to 0 or 1, over which priors are taken as straight
NO_VARIANCE = 1e-18  # a variance below it is rounding
Part = TypeVar("Part", bound=Hashable)


def variance_decomposition(case: Case, cause: str) -> pd.Series:
    """Decompose the variance of a cause's contribution by where its uncertainty comes from.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.

    Returns
    -------
    pandas.Series
        The share of the variance, from 0 to 1, that is due to each origin, largest first.
        The shares add up to 1; all are 0 if there is no variance. The index is the origin:

        - "claims that disagree": the replies differ on the strength of a link.
        - "claims that are vague": the rest of the variance of parameters that are pooled from
          claims. Readers translate the same words ("often") into different probabilities, and each
          pool includes the wide prior that the parameter has without claims.
        - "no source": parameters that no claim, study or judgement is about.
        - "published figures": parameters from publications.
        - "our own judgements": parameters that the authors of the priors judged.
        - "rows of runners": fitted parameters (see `fit`).
        - "drawn values": drawn parameters (see `batch.sample_parameters`); no row without any.
        - "your own half-sure answers": the runner's likelihoods.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    The variance is over the priors, to first order (the delta method). A likelihood on a variable
    adds the variance that the contribution has over the states of this variable; for two states
    that is P(yes) P(no) (contribution if yes − contribution if no)².

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import variance_decomposition
    >>> variance_decomposition(load().given(back_pain="yes"), "weak_core").head(3).round(2)
    claims that are vague    0.46
    claims that disagree     0.43
    our own judgements       0.11
    Name: spread of weak_core, dtype: float64
    """
    check_arguments("variance_decomposition", locals())
    always = [origin for basis, origin in ORIGINS.items() if basis != "draw"]
    parts = dict.fromkeys([DISAGREE, VAGUE, *always, UNSURE], 0.0)
    for key, variance in variances(SensitivityFunctions.of(case, cause), cause).items():
        for origin, share in origins(case.priors[key]).items():
            parts[origin] = parts.get(origin, 0.0) + share * variance
    parts[UNSURE] = sum(_likelihood_variance(case, cause, name) for name in case.likelihoods)
    shares = pd.Series(shares_of(parts), name=f"spread of {cause}")
    return shares.sort_values(ascending=False, kind="stable")


def most_informative_claims(case: Case, cause: str) -> pd.DataFrame:
    """Compute how much of a contribution's variance is due to the unclear words of each claim.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.

    Returns
    -------
    pandas.DataFrame
        One row per claim that is pooled into a parameter, largest `narrows` first; none if the
        parameter was fitted or drawn. The index, `claim`, holds ids such as "A1-13". Columns:

        - `narrows`: the share of the contribution's variance, from 0 to 1, that would go away if
          readers agreed on the probability that the claim's words mean. The column does not add up
          to 1, because the variance has other origins too (see `variance_decomposition`).
        - `reply`: the number of the reply, 0 for the question.
        - `words`: the words that give the claim its strength, such as "Sounds like".
        - `quote`: the words of the claim.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    The variance is over the priors, to first order (the delta method).

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.sensitivity_analysis import most_informative_claims
    >>> table = most_informative_claims(load().given(back_pain="yes"), "weak_core")
    >>> table[["narrows", "reply", "words"]].head(2).round(2)
           narrows  reply                         words
    claim
    A1-13     0.01      1  Contributing running factors
    A4-01     0.01      4                   Sounds like
    """
    check_arguments("most_informative_claims", locals())
    functions = SensitivityFunctions.of(case, cause)
    claims = [p for p in functions.parameters if isinstance(p, ClaimReading)]
    derivatives = functions.share_derivatives(cause)
    parts = {}
    for parameter in claims:
        slope = _slope(functions, parameter, derivatives)
        word = case.priors.words[parameter.claim.reading]
        parts[parameter.claim] = slope**2 * word.variance
    narrows = shares_of(parts, sum(variances(functions, cause).values()))
    rows = {c.id: (share, c.answer, c.words, c.quote) for c, share in narrows.items()}
    columns = ["narrows", "reply", "words", "quote"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("claim")
    return table.sort_values("narrows", ascending=False, kind="stable")


def variances(functions: SensitivityFunctions, cause: str) -> dict[Key, float]:
    """Return the variance of the contribution that each prior brings, by the delta method.

    gᵀΣg with g the derivatives by the prior's shares and Σ the covariance of its Dirichlet. A prior
    that shares draws of its base is the base's share and its own in proportion of their counts.
    """
    derivatives, priors = functions.share_derivatives(cause), functions.case.priors
    slopes = {key: derivatives[functions.layout.slices[key]].copy() for key in priors}
    counts = {key: np.array(prior.counts, float) for key, prior in priors.items()}
    for key, prior in priors.items():
        added = None if prior.base is None else added_counts(prior, priors[prior.base])
        if prior.base is not None and added is not None:
            of_base = sum(priors[prior.base].counts) / sum(prior.counts)
            slopes[prior.base] += of_base * slopes[key]
            slopes[key] *= 1 - of_base
            counts[key] = added
    return {key: _variance(counts[key], slopes[key]) for key in priors}


def _variance(counts: np.ndarray, slopes: np.ndarray) -> float:
    """Return the variance of a linear function of a Dirichlet; 0 where nothing was counted."""
    if not counts.sum():
        return 0.0
    shares = counts / counts.sum()
    centred = slopes - shares @ slopes
    return float(shares @ centred**2 / (counts.sum() + 1))


def parameter_shares(functions: SensitivityFunctions, cause: str) -> list[float]:
    """Return each parameter's share of the variance, its prior's counted once; NaN for a claim."""
    left = shares_of(variances(functions, cause))
    return [
        np.nan if isinstance(parameter, ClaimReading) else left.pop(parameter.key, 0.0)
        for parameter in functions.parameters
    ]


def _slope(functions: SensitivityFunctions, claim: ClaimReading, derivatives: np.ndarray) -> float:
    """Return the contribution's derivative by the reading of a claim, by the chain rule."""
    step = STEP * min(claim.value, 1 - claim.value)
    below_above = claim.changes(np.array([claim.value - step, claim.value + step]))
    return float(
        sum(
            derivatives[functions.layout.slices[key]] @ (shares[:, 1] - shares[:, 0]) / (2 * step)
            for key, shares in below_above.items()
        )
    )


def shares_of(parts: Mapping[Part, float], total: float | None = None) -> dict[Part, float]:
    """Return the parts of a variance as shares of the total; 0 if the total is 0."""
    total = sum(parts.values()) if total is None else total
    return {name: part / total if total > NO_VARIANCE else 0.0 for name, part in parts.items()}


def origins(prior: Prior) -> dict[str, float]:
    """Return the shares of one prior's variance by origin; of a blend, by its components."""
    disagreement = prior.between_variance / prior.variance
    if not prior.mixed:
        return {DISAGREE: disagreement, ORIGINS.get(prior.basis, VAGUE): 1 - disagreement}
    parts = {DISAGREE: disagreement}
    for weight, component in prior.mixed:
        part = weight * component.variance / prior.variance
        for origin, share in origins(component).items():
            if origin != DISAGREE:
                parts[origin] = parts.get(origin, 0.0) + part * share
    return parts


def _likelihood_variance(case: Case, cause: str, name: str) -> float:
    """Return the variance of the contribution over the states of a variable with a likelihood."""
    states = case.variables[name].states
    shares = posteriors(case.compiled, case.query(), [name])[name][:, 0]
    possible = [(state, share) for state, share in zip(states, shares, strict=True) if share > 0]
    known = [case.given(**{name: state}) for state, _ in possible]
    contribution = np.array([contribution_at_means(c, [cause])[0] for c in known])
    weights = np.array([share for _, share in possible])
    return float(weights @ (contribution - weights @ contribution) ** 2)
