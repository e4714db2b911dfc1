"""What the doubt about a figure is made of, and which claim would be worth looking into first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .case import Case
from .contribution import now
from .inference import posteriors
from .sensitivity import Lines, knobs, variances

ORIGINS = {"ignorance": "nobody says", "published": "published figures", "judgement": "our own judgements"}
DISAGREE, VAGUE, UNSURE = "claims that disagree", "claims that are vague", "your own half-sure answers"


def spread(case: Case, cause: str) -> pd.Series:
    """How much of the variance of a cause's contribution comes from where, as shares that add up to 1, largest first.

    Claims about one link that disagree, claims whose words are vague (and the ignorance they start from), numbers
    nobody states, published figures, our own judgements, and the runner's own half-sure answers. To first order (delta
    method); an answer's part is P(yes) P(no) (figure if yes − figure if no)².
    """
    case.check_possible()
    found = dict.fromkeys([DISAGREE, VAGUE, *ORIGINS.values(), UNSURE], 0.0)
    for key, variance in variances(Lines(case), cause).items():
        prior = case.network.priors[key]
        apart = prior.disagreement / (prior.thin + prior.disagreement) if prior.disagreement else 0.0
        found[DISAGREE] += apart * variance
        found[ORIGINS.get(prior.basis, VAGUE)] += (1 - apart) * variance
    found[UNSURE] = sum(_unsure(case, cause, name) for name in case.leanings)
    shares = pd.Series(found, name=f"spread of {cause}") / sum(found.values())
    return shares.sort_values(ascending=False, kind="stable")


def _unsure(case: Case, cause: str, name: str) -> float:
    """The variance that a leaning leaves: what the figure would do if the answer were known."""
    states = case.network.variables[name].states
    shares = posteriors(case.compiled, case.question(), [name])[name][:, 0]
    surer = [case.forget(name).given(**{name: s}) for s, p in zip(states, shares, strict=True) if p > 0]
    figures = np.array([now(c, [cause])[0] for c in surer])
    weights = shares[shares > 0]
    return float(weights @ (figures - weights @ figures) ** 2)


def next_claim(case: Case, cause: str) -> pd.DataFrame:
    """Which claim to look into next: how much narrower the figure would get if its words were known to the point.

    `narrows` is the share of the figure's variance that the claim's words bring, with answer and quote; largest first.
    """
    case.check_possible()
    lines, claims = Lines(case), {c.id: c for c in case.network.priors.claims}
    joint, total = lines.value(cause)
    whole = sum(variances(lines, cause).values())
    rows = {}
    for knob in (k for k in knobs(case) if k.kind == "claim"):
        (alpha, gamma), claim = lines.slope(cause, knob.key, knob.direction), claims[knob.label]
        slope = (alpha * total - joint * gamma) / total**2
        variance = case.network.priors.words[claim.reading].variance
        rows[knob.label] = (slope**2 * variance / whole, claim.answer, claim.words, claim.quote)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["narrows", "answer", "words", "quote"])
    return table.rename_axis("claim").sort_values("narrows", ascending=False, kind="stable")
