"""Shares of all pain: how much of it a mechanism causes, and the base rate that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .link_priors import Words, stated
from .moments import Opinion, beta_counts
from .pooling import opinions, pool_with_ignorance

if TYPE_CHECKING:
    from ..data.claims import Claim
    from ..data.variables import Variables
    from .level import Counts, Level
    from .prior import Prior


def share_of_pain(name: str, variables: Variables, claims: Sequence[Claim], words: Words) -> Prior:
    """Return the share of all pain that a mechanism causes, pooled from the claims on shares.

    Without such claims it is the stated share.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.priors.shares import share_of_pain
    >>> priors = load().priors
    >>> of_all = [share_of_pain("unexplained", priors.variables, claims, priors.words).mean
    ...           for claims in ((), priors.claims)]
    >>> [round(share, 2) for share in of_all]
    [0.68, 0.35]
    """
    shares = {m.name: stated(m.name, m.states, m.share) for m in variables.mechanisms if m.share}
    of_shares = [claim for claim in claims if claim.used == "share"]
    by_mechanism = {
        other: opinions([claim for claim in of_shares if claim.cause == other], words, 0.0)
        for other in shares
    }
    share = pooled_share(name, shares, by_mechanism)
    if not of_shares:
        return share
    replies = ", ".join(str(reply) for reply in sorted({claim.answer for claim in of_shares}))
    return replace(
        share,
        basis="claims",
        source=f"replies {replies}; {share.source}",
        claims=tuple(of_shares),
        why=f"the average of what replies leave and of a stated share: {share.why}",
    )


def pooled_share(
    name: str, shares: Mapping[str, Prior], by_mechanism: Mapping[str, Mapping[int, Opinion]]
) -> Prior:
    """Return the share of all pain of a mechanism, pooled from the stated share and from replies.

    A reply that gives one mechanism the share p leaves 1 − p for the others, in the proportion of
    their stated shares. The stated share weighs as much as one reply.
    """
    own = shares[name]
    replies = []
    for other, of_replies in by_mechanism.items():
        part = own.mean / (1 - shares[other].mean)  # of what that mechanism leaves
        for opinion in of_replies.values():
            if other == name:
                replies.append(opinion)
            else:
                mean = (1 - opinion.mean) * part
                replies.append(Opinion(mean, opinion.variance * part**2, opinion.weight))
    if not replies:
        return own
    mean, within, between = pool_with_ignorance(Opinion(own.mean, own.variance), 1, replies)
    return replace(
        own,
        counts=beta_counts(mean, within + between),
        within_variance=within,
        between_variance=between,
    )


def rate_of_share(share: Prior, level: Level, link: float) -> Prior:
    """Return P(event in one run) as a prior, if the event causes this share of all pain.

    P(event) · link = share · base rate of pain, because a run hurts whenever the link of the event
    fires. The relative variance is the sum of those of the share and of the base rate.

    Raises
    ------
    ValueError
        If P(event) would have to be 1 or more, or is 0 to all digits.
    """
    mean = share.mean * level.rate / link
    if mean >= 1:
        raise ValueError(
            f"Found base_rate={level.rate:g}: {share.key} stands behind {share.mean:.2f} of it and "
            f"hurts {link:.2f} of the time, so it cannot come that often; give a lower rate."
        )
    relative = _relative_variance(share.counts)
    if level.counts:
        relative += _relative_variance(level.counts)
    variance = min(relative, (1 - mean) / mean / 2) * mean**2
    if not variance > 0:  # it is 0 to all digits of a float
        raise ValueError(f"Found base_rate={level.rate:g}: no level of these strengths gives it.")
    counts = beta_counts(mean, variance)
    rate = replace(share, counts=counts, why=f"{share.mean:.2f} of all pain: {share.why}")
    ratio = rate.variance / share.variance
    return replace(
        rate,
        within_variance=share.within_variance * ratio,
        between_variance=share.between_variance * ratio,
    )


def _relative_variance(counts: Counts | Sequence[float]) -> float:
    mean = counts[-1] / sum(counts)
    return (1 - mean) / (mean * (sum(counts) + 1))
