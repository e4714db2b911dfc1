"""Joint draws of parameters that were fitted to the same rows."""

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
        The parameters, each with the Dirichlet that has its posterior mean and variance.
    draws : mapping of key to ndarray
        By the same keys, draws of shape (n_draws, n_states). Draw i of all parameters is one joint
        draw.

    Notes
    -----
    Two parameters that can explain the same rows are negatively correlated, and a posterior need
    not be a Dirichlet. Joint draws represent both.

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

        Its shape is that of `GaussianCopula.factor`: (n_sticks, n_sticks). It reproduces the rank
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
        """Return joint draws of all parameters, by resampling without replacement.

        Parameters
        ----------
        n : int
            The number of draws. Every kept draw occurs equally often, or once more than others.
        seed : int
            The seed of the random order.

        Returns
        -------
        dict
            By key, an array of shape (n,), or (n, n_states) for more than two states.
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
    """Return joint draws of some parameters: those that are tied together, all others alone."""
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
    """Return the row that a row of a trait shares its draws with; None where they are its own."""
    base = priors[key].base
    if base is None or priors.tied(key) or priors.tied(base):
        return None
    return base if added_counts(priors[key], priors[base]) is not None else None


def shared_groups(priors: Priors, keys: Iterable[Key]) -> dict[Key, list[Key]]:
    """Return those of some rows that share draws: by the row that they share, all others."""
    keys = [*keys]
    groups: dict[Key, list[Key]] = {}
    for key in keys:
        base = shared_base(priors, key)
        if base is not None and base in keys:
            groups.setdefault(base, []).append(key)
    return groups
