"""Pooling: how what several replies say of one link becomes one distribution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..data.arguments import BELOW_1, OPINION, OPINIONS, PLACE, POSITIVE, check_arguments
from ..data.claims import CLAIMS, Claim, StrengthWord
from ..data.schema import Place
from .moments import Opinion, linear_pool

CLAIMS_FILE = Place(CLAIMS)


def pool_with_ignorance(
    ignorance: Opinion, weight: float, replies: Sequence[Opinion]
) -> tuple[float, float, float]:
    """Return the mean and the variance of a link, pooled from replies and a prior of ignorance.

    Parameters
    ----------
    ignorance : Opinion
        The distribution of the link's strength before any reply.
    weight : float
        The weight of ignorance, in replies; above 0.
    replies : sequence of Opinion
        One opinion per reply, at least one, each with its own weight.

    Returns
    -------
    mean : float
        The pooled mean.
    within_variance : float
        The part of the variance due to the spread within each reply and within ignorance.
    between_variance : float
        The part due to disagreement between replies. The prior has the variance of both parts
        together.

    Notes
    -----
    A linear pool of ignorance and replies, except that the distance between ignorance and the
    replies does not count as disagreement. The between-variance is that of the replies times their
    share of the total weight.

    Examples
    --------
    >>> from lumbayes.priors import Opinion, pool_with_ignorance
    >>> replies = [Opinion(0.25, 0.01), Opinion(0.75, 0.01)]
    >>> mean, within, between = pool_with_ignorance(Opinion(0.5, 0.05), 2, replies)
    >>> mean, round(within, 2), round(between, 2)
    (0.5, 0.03, 0.03)
    """
    check_arguments(
        "pool_with_ignorance", locals(), ignorance=OPINION, weight=POSITIVE, replies=OPINIONS
    )
    weights = [opinion.weight for opinion in replies]
    share = sum(weights) / (sum(weights) + weight)
    mean, within, between = linear_pool(replies, weights)
    within_variance = (1 - share) * ignorance.variance + share * within
    return (1 - share) * ignorance.mean + share * mean, within_variance, share * between


def net(opinion: Opinion, background: float, place: Place = CLAIMS_FILE) -> Opinion:
    """Return the net strength of a cause from its compound strength, which includes the leak.

    The net strength p satisfies 1 − p = (1 − compound) / (1 − leak).

    Parameters
    ----------
    opinion : Opinion
        The compound strength, P(effect | this cause and the leak).
    background : float
        The leak, P(effect | no listed cause), from 0 to below 1.
    place : Place, optional
        Where the claim stands, for the error message.

    Returns
    -------
    Opinion
        The net strength, P(effect | this cause alone), with weight 1.

    Raises
    ------
    ValueError
        If the compound strength is below the leak, or so vague that the net strength has no Beta.

    Notes
    -----
    Díez (1993); Henrion (1989).

    Examples
    --------
    >>> from lumbayes.priors import Opinion, net
    >>> round(net(Opinion(0.55, 0.01), 0.1).mean, 2)
    0.5
    """
    check_arguments("net", locals(), opinion=OPINION, background=BELOW_1, place=PLACE)
    if opinion.mean < background:
        found = f"a compound {opinion.mean:.3f} below the background {background:.3f}"
        raise place.problem(f"found {found}; code the claim as net, or as not used.", "scale")
    mean = (opinion.mean - background) / (1 - background)
    variance = opinion.variance / (1 - background) ** 2
    if variance >= mean * (1 - mean):
        vague = f"a compound {opinion.mean:.3f} too vague to be freed of the background"
        left = f"what is left, {mean:.3f}, would be no probability (sd {np.sqrt(variance):.3f})"
        todo = "give it a narrower reading, or code it as net or not used"
        raise place.problem(f"found {vague} {background:.3f}: {left}; {todo}.", "scale")
    return Opinion(mean, variance)


def opinion_of(claim: Claim, words: Mapping[str, StrengthWord], background: float) -> Opinion:
    """Return what one claim says of its link, as a net strength."""
    word = words[claim.reading]
    opinion = Opinion(word.mean, word.variance)
    if claim.scale == "compound":
        opinion = net(opinion, background, Place(CLAIMS, claim.id))
    return opinion._replace(weight=claim.weight)


def opinions(
    claims: Iterable[Claim], words: Mapping[str, StrengthWord], background: float
) -> dict[int, Opinion]:
    """Return one opinion a reply: the average of its claims, so that repeating adds no weight."""
    by_reply: dict[int, list[Opinion]] = {}
    for claim in claims:
        by_reply.setdefault(claim.answer, []).append(opinion_of(claim, words, background))
    return {reply: _average(stated) for reply, stated in by_reply.items()}


def _average(stated: Sequence[Opinion]) -> Opinion:
    mean, within, between = linear_pool(stated, [1] * len(stated))
    weight = sum(opinion.weight for opinion in stated) / len(stated)
    return Opinion(mean, within + between, weight)
