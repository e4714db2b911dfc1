"""The level of all strengths: per-run hazards divided by one number, so that a run hurts as often as surveys say.

Words give relative strengths; how often a run hurts at all is counted by surveys. A cause that fires
with probability λ has the hazard h = −ln(1 − λ), and independent causes add hazards, so dividing
each by the same T keeps their proportions and moves the level: λ becomes 1 − (1 − λ)^(1/T).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .pooling import Opinion, beta_counts, pool_with_ignorance
from .prior import Prior

Counts = tuple[float, float]


@dataclass(frozen=True)
class Level:
    """How often one run hurts, and what hazards are divided by to get there.

    Attributes
    ----------
    rate : float
        P(pain after a run) before any finding.
    counts : tuple of float
        The counts (no, yes) of the Beta that the rate is known by; without any, (inf, inf) would be
        certainty and is written as an empty tuple.
    divisor : float
        T, above 0; 1 leaves every strength as the words give it.
    """

    rate: float
    counts: Counts | tuple[()] = ()
    divisor: float = 1.0


def scaled_counts(counts: Sequence[float], divisor: float) -> Counts:
    """Counts (no, yes) of the Beta with the mean and variance of 1 − (1 − λ)^(1/T).

    λ has the counts given. E[(1 − λ)^s] = B(yes, no + s) / B(yes, no), so both moments are exact; the
    shape is that of a Beta, which it nearly has: for small λ both are Gamma distributions.
    """
    if divisor == 1:
        no, yes = counts
        return float(no), float(yes)
    none, square = (_moment(counts, power / divisor) for power in (1, 2))
    return beta_counts(1 - none, square - none**2)


def _moment(counts: Sequence[float], power: float) -> float:
    """E[(1 − λ)^power]."""
    no, yes = counts
    lgamma = math.lgamma
    return math.exp(lgamma(no + power) - lgamma(no) + lgamma(no + yes) - lgamma(no + yes + power))


def background_of_share(share: Counts, level: Level, link: float) -> Counts:
    """Counts (no, yes) of how often an event comes, if it stands behind this share of all pain.

    P(event) · link = share · rate: whenever its link fires the run hurts. Its relative variance is the
    sum of those of the share and of the rate.
    """
    mean = _mean(share) * level.rate / link
    relative = sum(_relative_variance(counts) for counts in (share, level.counts) if counts)
    return beta_counts(mean, min(relative, (1 - mean) / mean / 2) * mean**2)


def scaled(prior: Prior, divisor: float) -> Prior:
    """Return a prior of two states with its hazard divided; the parts of its variance keep their
    proportion.
    """
    if divisor == 1:
        return prior
    changed = replace(prior, counts=scaled_counts(prior.counts, divisor))
    ratio = changed.variance / prior.variance
    return replace(
        changed,
        within_variance=prior.within_variance * ratio,
        between_variance=prior.between_variance * ratio,
    )


def pooled_share(
    name: str, shares: Mapping[str, Prior], opinions: Mapping[str, Mapping[int, Opinion]]
) -> Prior:
    """Return the share of all pain that a mechanism stands behind, pooled from figures and replies.

    A reply that gives one mechanism the share p leaves 1 − p, which the others take in the proportion
    of their stated shares. The stated share weighs as much as one reply.
    """
    own = shares[name]
    stated = Opinion(own.mean, own.variance)
    replies = []
    for other, by_reply in opinions.items():
        part = 1.0 if other == name else own.mean / (1 - shares[other].mean)
        for reply in by_reply.values():
            mean = reply.mean if other == name else (1 - reply.mean) * part
            replies.append(Opinion(mean, reply.variance * part**2, reply.voice))
    if not replies:
        return own
    mean, within, between = pool_with_ignorance(stated, 1, replies)
    return replace(
        own,
        counts=beta_counts(mean, within + between),
        within_variance=within,
        between_variance=between,
    )


def _mean(counts: Sequence[float]) -> float:
    return counts[-1] / sum(counts)


def _relative_variance(counts: Sequence[float]) -> float:
    return (1 - _mean(counts)) / (_mean(counts) * (sum(counts) + 1))
