"""What the doubt about a figure is made of, and which claim would be worth looking into first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..attribution import contribution_at_means
from ..case import Case
from ..inference.compiled import posteriors
from ..priors.prior import Prior
from .functions import SensitivityFunctions
from .one_and_two_way import shares_of, variances

ORIGINS = {
    "ignorance": "nobody says",
    "published": "published figures",
    "judgement": "our own judgements",
}
DISAGREE, VAGUE, UNSURE = (
    "claims that disagree",
    "claims that are vague",
    "your own half-sure answers",
)


def variance_decomposition(case: Case, cause: str) -> pd.Series:
    """How much of the variance of a cause's contribution comes from where, as shares that add up to
    1, largest first.

    Claims about one link that disagree, claims whose words are vague (and the ignorance they start
    from), numbers nobody states, published figures, our own judgements, and the runner's own
    half-sure answers. To first order (delta method); an answer's part is P(yes) P(no) (figure if
    yes − figure if no)². All are 0 where a finding leaves no doubt. Raises `ValueError` for
    anything but a cause, and `ImpossibleFindings`.
    """
    found = dict.fromkeys([DISAGREE, VAGUE, *ORIGINS.values(), UNSURE], 0.0)
    for key, variance in variances(SensitivityFunctions.of(case, cause), cause).items():
        for origin, share in origins(case.priors[key]).items():
            found[origin] += share * variance
    found[UNSURE] = sum(_unsure(case, cause, name) for name in case.likelihoods)
    shares = pd.Series(shares_of(found), name=f"spread of {cause}")
    return shares.sort_values(ascending=False, kind="stable")


def origins(prior: Prior) -> dict[str, float]:
    """The shares of one number's variance by where they come from; of a mixed one, by what it was
    mixed from.
    """
    apart = prior.between_variance / prior.variance
    if not prior.mixed:
        return {DISAGREE: apart, ORIGINS.get(prior.basis, VAGUE): 1 - apart}
    found = {DISAGREE: apart}
    for weight, part in prior.mixed:
        for origin, share in origins(part).items():
            if origin != DISAGREE:
                found[origin] = (
                    found.get(origin, 0.0) + weight * part.variance / prior.variance * share
                )
    return found


def _unsure(case: Case, cause: str, name: str) -> float:
    """The variance that a likelihood leaves: what the figure would do if the answer were known."""
    states = case.variables[name].states
    shares = posteriors(case.compiled, case.query(), [name])[name][:, 0]
    surer = [
        case.retract(name).given(**{name: s}) for s, p in zip(states, shares, strict=True) if p > 0
    ]
    figures = np.array([contribution_at_means(c, [cause])[0] for c in surer])
    weights = shares[shares > 0]
    return float(weights @ (figures - weights @ figures) ** 2)


def most_informative_claims(case: Case, cause: str) -> pd.DataFrame:
    """Which claim to look into next: how much narrower the figure would get if its words were known
    to the point.

    `narrows` is the share of the figure's variance that the claim's words bring, with answer and
    quote; largest first. Raises `ValueError` for anything but a cause, and `ImpossibleFindings`.
    """
    lines, claims = (
        SensitivityFunctions.of(case, cause),
        {c.id: c for c in case.priors.claims if c.pooled},
    )
    whole = sum(variances(lines, cause).values())
    words = case.priors.words
    steep = {
        k.label: slope
        for k, slope in zip(lines.parameters, lines.steepness(cause), strict=True)
        if k.label in claims
    }
    parts = {i: slope**2 * words[claims[i].reading].variance for i, slope in steep.items()}
    narrows = shares_of(parts, whole)
    rows = {i: (narrows[i], claims[i].answer, claims[i].words, claims[i].quote) for i in narrows}
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["narrows", "answer", "words", "quote"]
    )
    return table.rename_axis("claim").sort_values("narrows", ascending=False, kind="stable")
