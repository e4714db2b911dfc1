"""The verdict on a claim after data, in a word, and the table of all claims.

* Direction: P(the link exists at all | data), from even odds between the strength that the claim
  gives and a strength of 0. The posterior odds are a Bayes factor (Kass & Raftery 1995). So of
  claims about links that are 0, at most 1 in `SUPPORT_ODDS` gets odds of `SUPPORT_ODDS` by chance.
* Strength: whether the interval that the claim gives excludes what the data say without any claim
  (prior-data conflict, Evans & Moshonov 2006), and on which side.
* Fit: a posterior predictive probability. It is low if no strengths of the model fit the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from .claim_betas import claim_betas

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .claim_betas import ClaimBetas
    from .priors import Priors

SUPPORT_ODDS = 20.0  # "strong" on the scale of Kass & Raftery, and an error of 1 in 20 at most
MISFIT = 0.01  # posterior predictive probability below which data and model do not fit
COLUMNS = [
    "cause",
    "effect",
    "prior",
    "prior_low",
    "prior_high",
    "posterior",
    "low",
    "high",
    "verdict",
    "conflict",
    "tested",
    "quote",
    "answer",
    "author",
]
EXTRA = ["direction", "strength", "fit"]  # in the order of `ClaimEvidence.extra`


class ClaimEvidence(NamedTuple):
    """What data say about one claim.

    `posterior` holds mean, low and high of the parameter given the claim and the data. `conflict`
    is the width of the central interval of the claim's Beta at whose end the data lie: 0 at the
    median, near 1 if the claim excludes the data. `n_tests` is the expected number of trials of the
    link, `verdict` a word, and `extra` holds further columns of the table.
    """

    posterior: tuple[float, float, float]
    conflict: float
    n_tests: float
    verdict: str
    extra: Mapping[str, Any]


def claim_table(
    priors: Priors, evidence: Callable[[Claim, ClaimBetas], ClaimEvidence], width: float
) -> pd.DataFrame:
    """Return one row per pooled claim, from what `evidence` returns for it; the index is the id."""
    claims = [claim for claim in priors.claims if claim.pooled]
    rows = []
    for claim in claims:
        betas = claim_betas(priors, claim)
        found = evidence(claim, betas)
        prior = [betas.claim.mean(), *betas.claim.interval(width)]
        outcome = [found.verdict, found.conflict, found.n_tests]
        source = [claim.quote, claim.answer, claim.author]
        row = [claim.cause, claim.effect, *prior, *found.posterior, *outcome, *source]
        rows.append({**dict(zip(COLUMNS, row, strict=True)), **found.extra})
    index = pd.Index([claim.id for claim in claims], name="claim")
    return pd.DataFrame(rows, index=index, columns=None if rows else [*COLUMNS, *EXTRA])


def is_misfit(fit: float) -> bool:
    """Return whether no strengths of the model fit the data; False if it was not computed (NaN)."""
    return fit < MISFIT


def claim_verdict(is_tested: bool, odds: float, strength: str, fit: float = np.nan) -> str:
    """Return what data say of a claim, in a word. The first that applies of:

    "contradicted" if no strengths of the model fit the data; "untested" if the data say too little;
    "contradicted" if the odds against the link are `SUPPORT_ODDS` to 1 or more, or if the link is
    weaker than the interval of the claim; "supported" if the odds for the link are `SUPPORT_ODDS`
    to 1 or more; "not contradicted".
    """
    if is_misfit(fit):
        return "contradicted"
    if not is_tested:
        return "untested"
    if odds * SUPPORT_ODDS <= 1 or strength == "weaker":
        return "contradicted"
    return "supported" if odds >= SUPPORT_ODDS else "not contradicted"
