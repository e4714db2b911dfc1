"""A Gaussian copula over parameters whose dependence is known by its covariance."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..data.arguments import check_arguments
from .stick_breaking import later_sums, shares_of_sticks

if TYPE_CHECKING:
    from .prior import Key, Prior


@dataclass(frozen=True, eq=False)
class GaussianCopula:
    """A Gaussian copula over parameters, each of which keeps its own Dirichlet.

    Attributes
    ----------
    numbers : mapping of key to Prior
        The parameters. Each is split into sticks (stick-breaking), one per state except the last.
    factor : ndarray, shape (n_sticks, n_sticks)
        The matrix that turns independent normal scores, one per stick in the order of `numbers`,
        into correlated ones.

    Notes
    -----
    Two parameters that can explain the same rows of data are negatively correlated after a fit.
    Each stick keeps the Beta that its counts give; the normal scores behind the sticks are
    correlated (NORTA, Cario & Nelson 1997).

    Examples
    --------
    >>> import numpy as np
    >>> from lumbayes import load
    >>> from lumbayes.priors.copula import tied
    >>> priors = load().priors
    >>> pair = {name: priors[name] for name in ("hills", "weak_core")}
    >>> draws = tied(pair, np.array([[1.0, -0.9], [-0.9, 1.0]])).sample(1000, seed=1)
    >>> round(float(np.corrcoef(draws["hills"], draws["weak_core"])[0, 1]), 1)
    -0.9
    """

    numbers: Mapping[Key, Prior]
    factor: np.ndarray

    @property
    def content(self) -> bytes:
        """The matrix `factor` as bytes, to compare two copulas."""
        return self.factor.tobytes()

    def sample(self, n: int, seed: int) -> dict[Key, np.ndarray]:
        """Return joint draws of all parameters.

        Parameters
        ----------
        n : int
            The number of draws.
        seed : int
            The seed. The independent scores of each parameter have their own random stream.

        Returns
        -------
        dict
            From key to draws of P(yes), shape (n,), or of all states, shape (n, n_states).
        """
        check_arguments("GaussianCopula.sample", locals())
        scores = [_scores(key, len(p.counts) - 1, n, seed) for key, p in self.numbers.items()]
        ends = np.cumsum([len(rows) for rows in scores])[:-1]
        correlated = np.split(self.factor @ np.concatenate(scores), ends)
        items = zip(self.numbers.items(), correlated, strict=True)
        return {key: _draws(prior.counts, rows) for (key, prior), rows in items}


def _scores(key: Key, n_sticks: int, n: int, seed: int) -> np.ndarray:
    stream = zlib.crc32(f"tied {key!r}".encode())
    return np.random.default_rng([seed, stream]).standard_normal((n_sticks, n))


def _draws(counts: tuple[float, ...], scores: np.ndarray) -> np.ndarray:
    """Return draws of one parameter at normal scores of shape (n_sticks, n)."""
    from scipy.special import betaincinv, ndtr

    stop, later = np.array(counts[:-1])[:, None], later_sums(np.array(counts))[:, None]
    stopped = betaincinv(stop, later, ndtr(scores))
    going_on = betaincinv(later, stop, ndtr(-scores))  # 1 − stopped would often round to 0
    shares = shares_of_sticks(stopped, going_on)
    return shares[1] if len(counts) == 2 else shares.T


def tied(numbers: Mapping[Key, Prior], covariance: np.ndarray) -> GaussianCopula:
    """Return the copula with the correlations in the covariance of the log odds of all sticks."""
    sd = np.sqrt(np.diag(covariance))
    return GaussianCopula(numbers, np.linalg.cholesky(covariance / np.outer(sd, sd)))
