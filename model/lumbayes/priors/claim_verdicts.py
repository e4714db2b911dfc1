"""The verdict on a claim after data, in a word, and the table of all claims.

* Direction: P(the link exists at all | data), at even odds before them between the claim and a link
  of 0. Its odds are a Bayes factor (Kass & Raftery 1995), so of claims about links that are 0 at
  most 1 in `SUPPORT_ODDS` gets odds of `SUPPORT_ODDS` by chance.
* Strength: whether the claim's own interval excludes what the data say without any claim
  (prior-data conflict, Evans & Moshonov 2006), and on which side.
* Fit: a posterior predictive probability, low where no strengths of the model allow the data.
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


class ClaimEvidence(NamedTuple):
    """What data say about one claim.

    `posterior` is the mean and the interval's ends of the claim's parameter given the data,
    `conflict` the central share of the claim's Beta that excludes the data (prior-data conflict,
    Evans & Moshonov 2006), `n_tests` the expected number of times that the link was tested,
    `verdict` a word, and `extra` further columns.
    """

    posterior: tuple[float, float, float]
    conflict: float
    n_tests: float
    verdict: str
    extra: Mapping[str, Any]


def claim_table(
    priors: Priors, evidence: Callable[[Claim, ClaimBetas], ClaimEvidence], width: float
) -> pd.DataFrame:
    """Return one row per pooled claim, by its id, from what `evidence` returns for it."""
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
    return pd.DataFrame(rows, index=index, columns=None if rows else COLUMNS)


def claim_verdict(is_tested: bool, odds: float, strength: str, fit: float = np.nan) -> str:
    """What data say of a claim, in a word.

    "contradicted" where no strengths of the model fit the data, the odds against the claim's link
    are `SUPPORT_ODDS` to 1, or the link is weaker than the claim's interval; "untested" where the
    data say too little of it; "supported" where the odds for it are `SUPPORT_ODDS` to 1; else
    "not contradicted".
    """
    if fit < MISFIT:
        return "contradicted"
    if not is_tested:
        return "untested"
    if odds * SUPPORT_ODDS <= 1 or strength == "weaker":
        return "contradicted"
    return "supported" if odds >= SUPPORT_ODDS else "not contradicted"
