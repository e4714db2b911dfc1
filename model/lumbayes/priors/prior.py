"""One number of the network: what is known of it, as a distribution that says where it comes from.

Words to voices: what several answers say of one link, pooled so that their disagreement stays in
the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..data.claims import Claim, StrengthWord, tails
from ..defaults import WIDTH
from ..errors import allow


class Opinion(NamedTuple):
    """A distribution known by its mean and variance: one answer's reading of one link."""

    mean: float
    variance: float


def linear_pool(
    opinions: Sequence[Opinion], weights: Sequence[float]
) -> tuple[float, float, float]:
    """Mean, variance within and variance between of a weighted mixture (Stone 1961, the linear
    opinion pool).
    """
    w = np.array(weights) / np.sum(weights)
    means, variances = (
        np.array([v.mean for v in opinions]),
        np.array([v.variance for v in opinions]),
    )
    mean = float(w @ means)
    return mean, float(w @ variances), float(w @ (means - mean) ** 2)


def pool_with_ignorance(
    ignorance: Opinion, weight: float, said: Sequence[Opinion]
) -> tuple[float, float, float]:
    """Mean, thinness and disagreement of a link once answers are heard over an ignorance of some
    weight.

    All are averaged, ignorance as `weight` answers more, but only answers can disagree: nobody
    contradicts silence. So disagreement is the answers' own variance between them, in the share
    that answers have of the whole.
    """
    share = len(said) / (len(said) + weight)
    mean, within, between = linear_pool(said, [1] * len(said))
    within_variance = (1 - share) * ignorance.variance + share * within
    return (1 - share) * ignorance.mean + share * mean, within_variance, share * between


def beta_counts(mean: float, variance: float) -> tuple[float, float]:
    """The Beta with this mean and variance, as counts (no, yes), by moments."""
    size = mean * (1 - mean) / variance - 1
    return (1 - mean) * size, mean * size


def net(opinion: Opinion, background: float, where: str = "") -> Opinion:
    """A compound number as a net one: 1 − p = (1 − p_c) / (1 − leak) (Díez 1993; Henrion 1989). The
    one conversion.
    """
    if opinion.mean < background:
        found = f"a compound {opinion.mean:.3f} below the background {background:.3f}"
        raise ValueError(f"{where}: found {found}; code the claim as net, or as not used.")
    freed = Opinion(
        (opinion.mean - background) / (1 - background), opinion.variance / (1 - background) ** 2
    )
    if freed.variance >= freed.mean * (1 - freed.mean):
        found = f"a compound {opinion.mean:.3f} too vague to be freed of the background {background:.3f}"
        told = f"what is left, {freed.mean:.3f}, would be no probability (sd {np.sqrt(freed.variance):.3f})"
        raise ValueError(
            f"{where}: found {found}: {told}; give it a narrower reading, or code it as net or not used."
        )
    return freed


def opinions(
    claims: Iterable[Claim], words: Mapping[str, StrengthWord], background: float
) -> dict[int, Opinion]:
    """One voice an answer: the claims of one answer about one link averaged, so that repeating is
    not shouting.
    """
    contributions_by_reply: dict[int, list[Opinion]] = {}
    for claim in claims:
        opinion = Opinion(words[claim.reading].mean, words[claim.reading].variance)
        if claim.scale == "compound":
            opinion = net(opinion, background, f"claims.csv: {claim.id}")
        contributions_by_reply.setdefault(claim.answer, []).append(opinion)
    return {answer: _average(said) for answer, said in contributions_by_reply.items()}


def _average(said: Sequence[Opinion]) -> Opinion:
    mean, within, between = linear_pool(said, [1] * len(said))
    return Opinion(mean, within + between)


Key = str | tuple[str, str]


@dataclass(frozen=True)
class Prior:
    """What is known of one number, as Dirichlet counts over `states`; of two states it is the Beta
    of the second.

    `claims` are the claims behind it, `source` says where it comes from in words and `why` in a
    sentence; `thin` and `disagreement` are the two parts of its variance where claims were pooled:
    how vaguely each speaks, how far apart. `mixed` are the priors that it was mixed from, each with
    its weight.
    """

    key: Key
    states: tuple[str, ...]
    counts: tuple[float, ...]
    basis: str
    source: str
    claims: tuple[Claim, ...] = ()
    within_variance: float = 0
    between_variance: float = 0
    why: str = ""
    mixed: tuple[tuple[float, Prior], ...] = ()

    @property
    def shares(self) -> np.ndarray:
        """The mean share of each state; sums to 1."""
        return np.array(self.counts) / sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean probability of the last state (of `yes`, for a link, a leak or a base rate)."""
        return float(self.shares[-1])

    @property
    def variance(self) -> float:
        """How wide the probability of the last state is known."""
        return self.mean * (1 - self.mean) / (sum(self.counts) + 1)

    def mix(self, other: Prior, trust: float) -> Prior:
        """A linear pool of this prior and another of the same number, with weight `trust` on the
        other.

        What each brings of its own stays what it is, thin or disagreeing; how far the two are apart
        is disagreement.
        """
        mixed = ((1 - trust, self), (trust, other))
        mean, within, apart = linear_pool(
            [Opinion(p.mean, p.variance) for _, p in mixed], [1 - trust, trust]
        )
        inside = sum(weight * p.between_variance for weight, p in mixed)
        counts = sum(weight * p.shares for weight, p in mixed) * sum(
            beta_counts(mean, within + apart)
        )
        source = f"{self.source}; mixed with {other.source}"
        parted = replace(self, within_variance=within - inside, between_variance=inside + apart)
        return replace(
            parted, counts=tuple(np.asarray(counts).tolist()), source=source, mixed=mixed
        )

    def interval(self, width: float = WIDTH, state: str | None = None) -> tuple[float, float]:
        """The central interval of that width for the probability of `state` (by default the
        last).
        """
        from scipy.special import betaincinv

        name = " → ".join(self.key) if isinstance(self.key, tuple) else self.key
        allow(name, "state", [state] if state is not None else [], self.states)
        a = self.counts[self.states.index(state) if state is not None else -1]
        low, high = betaincinv(a, sum(self.counts) - a, tails(name, width))
        return float(low), float(high)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """`n` draws: shape (n,) of the last state's probability for two states, else (n,
        states).
        """
        if len(self.counts) == 2:
            return rng.beta(self.counts[1], self.counts[0], n)
        gammas = rng.standard_gamma(self.counts, (n, len(self.counts)))
        return gammas / gammas.sum(axis=1, keepdims=True)
