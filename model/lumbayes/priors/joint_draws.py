"""Joint draws of parameters that were fitted to the same data."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..data.arguments import check_arguments
from .prior import added_counts, sampled
from .stick_breaking import later_sums

if TYPE_CHECKING:
    from .prior import Key, Prior
    from .priors import Priors


@dataclass(frozen=True, eq=False)
class JointDraws:
    """Posterior draws of parameters that were fitted together.

    Attributes
    ----------
    numbers : mapping of key to Prior
        The parameters, each as the Dirichlet with the posterior mean and variance.
    draws : mapping of key to ndarray
        From the same keys to draws of the probabilities of the states, shape (n_draws, n_states).
        Draw i of all parameters is one joint draw.

    Notes
    -----
    Two parameters that can explain the same rows of data are negatively correlated, and a posterior
    need not be a Dirichlet. Joint draws keep both facts.

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes import load
    >>> from lumbayes.priors.joint_draws import JointDraws
    >>> hills = load().priors["hills"]
    >>> draws = JointDraws({"hills": hills}, {"hills": np.array([[0.9, 0.1], [0.7, 0.3]])})
    >>> np.sort(draws.sample(4, seed=1)["hills"])
    array([0.1, 0.1, 0.3, 0.3])
    """

    numbers: Mapping[Key, Prior]
    draws: Mapping[Key, np.ndarray]

    @property
    def n_draws(self) -> int:
        """The number of joint draws."""
        return len(next(iter(self.draws.values())))

    @cached_property
    def factor(self) -> np.ndarray:
        """The matrix of the Gaussian copula that fits these draws, for uses that need a density.

        As `GaussianCopula.factor` it has the shape (n_sticks, n_sticks). The copula has the rank
        correlations of the sticks, shrunk towards 0 as if n_sticks independent draws were added.
        """
        from scipy.special import ndtri
        from scipy.stats import rankdata

        sticks = [d.T[:-1] / (d.T[:-1] + later_sums(d.T)) for d in self.draws.values()]
        ranks = rankdata(np.concatenate(sticks), axis=1)
        scores = ndtri(ranks / (self.n_draws + 1))
        n_sticks = len(scores)
        covariance = scores @ scores.T / (scores**2).mean()
        total = covariance + n_sticks * np.eye(n_sticks)
        sd = np.sqrt(np.diag(total))
        return np.linalg.cholesky(total / np.outer(sd, sd))

    @property
    def content(self) -> bytes:
        """The draws as bytes, to compare two sets."""
        return b"".join(draws.tobytes() for draws in self.draws.values())

    def sample(self, n: int, seed: int) -> dict[Key, np.ndarray]:
        """Return joint draws of all parameters: the stored draws in random order.

        Parameters
        ----------
        n : int
            The number of draws. If there are fewer stored draws, they are repeated, all equally
            often up to one.
        seed : int
            The seed of the random order.

        Returns
        -------
        dict
            From key to draws of P(yes), shape (n,), or of all states, shape (n, n_states).
        """
        check_arguments("JointDraws.sample", locals())
        rng = np.random.default_rng([seed, zlib.crc32(b"joint draws")])
        repeats = -(-n // self.n_draws)
        order = np.concatenate([rng.permutation(self.n_draws) for _ in range(repeats)])[:n]
        return {
            key: draws[order, 1] if draws.shape[1] == 2 else draws[order]
            for key, draws in self.draws.items()
        }


def joint_draws_of(priors: Priors, keys: Sequence[Key], n: int, seed: int) -> dict[Key, np.ndarray]:
    """Return n draws of some parameters: joint draws of those fitted together, others alone."""
    is_tied = {key: priors.tied(key) for key in keys}
    tied = priors.ties.sample(n, seed) if priors.ties and any(is_tied.values()) else {}
    draws = {}
    for key in keys:
        if is_tied[key]:
            draws[key] = tied[key]
        else:
            base = shared_base(priors, key)
            draws[key] = sampled(priors[key], priors[base] if base else None, n, seed)
    return draws


def shared_base(priors: Priors, key: Key) -> Key | None:
    """Return the row whose draws a row of a trait shares; None if the parameter shares none."""
    base = priors[key].base
    if base is None or priors.tied(key) or priors.tied(base):
        return None
    return base if added_counts(priors[key], priors[base]) is not None else None


def is_drawn_alike(key: Key, one: Priors, other: Priors) -> bool:
    """Return whether a parameter has the same draws in both sets: alone, tied or from its base."""

    def drawn_from(priors: Priors) -> tuple[object, object]:
        base = shared_base(priors, key)
        return priors[key], priors.ties if priors.tied(key) else base and priors[base]

    return all(a is b for a, b in zip(drawn_from(one), drawn_from(other), strict=True))


def shared_groups(priors: Priors, keys: Iterable[Key]) -> dict[Key, list[Key]]:
    """Return which of some parameters share draws: by shared row, the rows that share it."""
    keys = [*keys]
    groups: dict[Key, list[Key]] = {}
    for key in keys:
        base = shared_base(priors, key)
        if base is not None and base in keys:
            groups.setdefault(base, []).append(key)
    return groups
