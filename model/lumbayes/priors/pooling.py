"""Pooling: how the claims of several replies on one parameter become one distribution."""

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
    """Return the mean and variance of a parameter, pooled from replies and the prior before them.

    Parameters
    ----------
    ignorance : Opinion
        The prior before any reply: ignorance or a stated estimate.
    weight : float
        The weight of `ignorance`, above 0; an opinion of weight 1 counts as one reply.
    replies : sequence of Opinion
        One opinion per reply, at least one, each with a weight.

    Returns
    -------
    mean : float
        The pooled mean.
    within_variance : float
        The part of the variance that comes from the spread within each reply and `ignorance`.
    between_variance : float
        The part that comes from disagreement between replies. The variance of the pooled prior is
        the sum of the two parts.

    Notes
    -----
    A linear pool, except that the distance between `ignorance` and the replies does not count as
    disagreement. `between_variance` is the variance between the replies times their share of the
    total weight.

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
        Where the claim stands, for the message of an error.

    Returns
    -------
    Opinion
        The net strength, P(effect | this cause alone), with weight 1.

    Raises
    ------
    ValueError
        If the mean of the compound strength is below the leak, or if it is so vague that no Beta
        has the mean and variance of the net strength.

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
    """Return what one claim says about its parameter; a compound strength is made net."""
    word = words[claim.reading]
    opinion = Opinion(word.mean, word.variance)
    if claim.scale == "compound":
        opinion = net(opinion, background, Place(CLAIMS, claim.id))
    return opinion._replace(weight=claim.weight)


def opinions(
    claims: Iterable[Claim], words: Mapping[str, StrengthWord], background: float
) -> dict[int, Opinion]:
    """Return one opinion per reply, by its number: the average of the claims of the reply.

    So a reply that repeats itself gets no more weight.
    """
    by_reply: dict[int, list[Opinion]] = {}
    for claim in claims:
        by_reply.setdefault(claim.answer, []).append(opinion_of(claim, words, background))
    return {reply: _average(stated) for reply, stated in by_reply.items()}


def _average(stated: Sequence[Opinion]) -> Opinion:
    mean, within, between = linear_pool(stated, [1] * len(stated))
    weight = sum(opinion.weight for opinion in stated) / len(stated)
    return Opinion(mean, within + between, weight)
