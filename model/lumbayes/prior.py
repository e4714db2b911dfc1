"""One number of the network: what is known of it, as a distribution that says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .data.claims import Claim, tails
from .defaults import WIDTH
from .errors import allow
from .pooling import Voice, beta_counts, linear_pool

Key = str | tuple[str, str]


@dataclass(frozen=True)
class Prior:
    """What is known of one number, as Dirichlet counts over `states`; of two states it is the Beta of the second.

    `claims` are the claims behind it, `source` says where it comes from in words and `why` in a sentence; `thin` and
    `disagreement` are the two parts of its variance where claims were pooled: how vaguely each speaks, how far apart.
    `mixed` are the priors that it was mixed from, each with its weight.
    """

    key: Key
    states: tuple[str, ...]
    counts: tuple[float, ...]
    basis: str
    source: str
    claims: tuple[Claim, ...] = ()
    thin: float = 0
    disagreement: float = 0
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
        """A linear pool of this prior and another of the same number, with weight `trust` on the other.

        What each brings of its own stays what it is, thin or disagreeing; how far the two are apart is disagreement.
        """
        mixed = ((1 - trust, self), (trust, other))
        mean, within, apart = linear_pool([Voice(p.mean, p.variance) for _, p in mixed], [1 - trust, trust])
        inside = sum(weight * p.disagreement for weight, p in mixed)
        counts = sum(weight * p.shares for weight, p in mixed) * sum(beta_counts(mean, within + apart))
        source = f"{self.source}; mixed with {other.source}"
        parted = replace(self, thin=within - inside, disagreement=inside + apart)
        return replace(parted, counts=tuple(np.asarray(counts).tolist()), source=source, mixed=mixed)

    def interval(self, width: float = WIDTH, state: str | None = None) -> tuple[float, float]:
        """The central interval of that width for the probability of `state` (by default the last)."""
        from scipy.special import betaincinv

        name = " → ".join(self.key) if isinstance(self.key, tuple) else self.key
        allow(name, "state", [state] if state is not None else [], self.states)
        a = self.counts[self.states.index(state) if state is not None else -1]
        low, high = betaincinv(a, sum(self.counts) - a, tails(name, width))
        return float(low), float(high)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """`n` draws: shape (n,) of the last state's probability for two states, else (n, states)."""
        if len(self.counts) == 2:
            return rng.beta(self.counts[1], self.counts[0], n)
        gammas = rng.standard_gamma(self.counts, (n, len(self.counts)))
        return gammas / gammas.sum(axis=1, keepdims=True)
