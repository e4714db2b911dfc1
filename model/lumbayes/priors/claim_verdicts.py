"""Claims compared with data: prior, posterior, conflict and verdict of each, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..data.variables import Trait
from .link_priors import background, link_states
from .moments import beta_counts
from .pooling import opinion_of
from .strengths import link_strength

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .priors import Priors

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


class ClaimBetas(NamedTuple):
    """Distributions (scipy.stats) of the parameter that a claim is about.

    `claim` is the claim's own, `pooled` that of all claims pooled, `ignorance` that without claims.
    """

    claim: Any
    pooled: Any
    ignorance: Any


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


def claim_betas(priors: Priors, claim: Claim) -> ClaimBetas:
    """The Betas of the parameter that a pooled claim is about."""
    link = (claim.cause, claim.effect)
    counts = [prior.counts for prior in (priors[link], priors.link(*link, []))]
    pooled, ignorance = (_state_beta(priors, claim, c) for c in counts)
    no, yes = _claim_counts(priors, claim)
    return ClaimBetas(_beta(yes, no), pooled, ignorance)


def _claim_counts(priors: Priors, claim: Claim) -> tuple[float, float]:
    """The counts (no, yes) that the claim alone gives its link, at the level of the priors."""
    link, effect = (claim.cause, claim.effect), priors.variables[claim.effect]
    opinion = opinion_of(claim, priors.words, background(effect, priors.variables).mean)
    counts = beta_counts(opinion.mean, opinion.variance)
    if isinstance(effect, Trait):
        return counts
    no, yes = link_strength(replace(priors.pooled[link], counts=counts), priors).counts
    return no, yes


def state_position(priors: Priors, claim: Claim) -> int:
    """Where the state that a claim is about stands among the link's; the last if it names none."""
    states = link_states(priors.variables[claim.effect])
    return states.index(claim.state) if claim.state else -1


def share_positions(priors: Priors, claim: Claim) -> list[int]:
    """Where the shares stand of which the claim's parameter is one: of a trait's levels, active."""
    effect = priors.variables[claim.effect]
    states = link_states(effect)
    first = 1 if claim.state and states == effect.order else 0
    return list(range(first, len(states)))


def _state_beta(priors: Priors, claim: Claim, counts: tuple[float, ...]) -> Any:
    """The Beta of the claim's state; of a trait's level, given that the link is active."""
    yes = counts[state_position(priors, claim)]
    total = sum(counts[i] for i in share_positions(priors, claim))
    return _beta(yes, total - yes)


def _beta(yes: float, no: float) -> Any:
    from scipy.stats import beta

    return beta(yes, no)
