"""The Betas of the parameter that a claim is about: by this claim, by all claims, by none."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..data.variables import Trait
from .link_priors import background, link_states
from .moments import beta_counts
from .pooling import opinion_of
from .strengths import link_strength

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .priors import Priors


class ClaimBetas(NamedTuple):
    """Distributions (scipy.stats) of the parameter that a claim is about.

    `claim` is the one that this claim alone gives, `pooled` the prior pooled from all claims, and
    `ignorance` the prior without claims.
    """

    claim: Any
    pooled: Any
    ignorance: Any


def claim_betas(priors: Priors, claim: Claim) -> ClaimBetas:
    """Return the Betas of the parameter that a pooled claim is about."""
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
    """Return the position of the state of a claim among those of the link; -1 if it names none."""
    states = link_states(priors.variables[claim.effect])
    return states.index(claim.state) if claim.state else -1


def share_positions(priors: Priors, claim: Claim) -> list[int]:
    """Return the positions of the states that the probability of the claim's state is a share of.

    For a claim that names a state of a trait the lowest state, no pain, is left out.
    """
    effect = priors.variables[claim.effect]
    states = link_states(effect)
    first = 1 if claim.state and states == effect.order else 0
    return list(range(first, len(states)))


def _state_beta(priors: Priors, claim: Claim, counts: tuple[float, ...]) -> Any:
    """The Beta of the claim's state; of a trait's level, given that the link is active."""
    yes = counts[state_position(priors, claim)]
    total = sum(counts[i] for i in share_positions(priors, claim))
    return _beta(yes, total - yes)


@lru_cache(maxsize=512)  # scipy takes milliseconds to make one
def _beta(yes: float, no: float) -> Any:
    from scipy.stats import beta

    return beta(yes, no)
