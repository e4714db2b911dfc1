"""The prior of one parameter: a Beta or Dirichlet, and where it comes from."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..data.argument_kinds import optional
from ..data.arguments import FILLED_TEXT, GENERATOR, NAME, NUMBER, PRIOR, check_arguments
from ..defaults import WIDTH, tails
from ..errors import allow
from .moments import Opinion, beta_counts, linear_pool

if TYPE_CHECKING:
    from ..data.claims import Claim

Key = str | tuple[str, str]
"""A parameter: the variable for a base rate or leak, the pair (cause, effect) for a link."""
ROUNDING = 1e-9  # relative, of counts that two sets of priors were blended from
BESIDE = 1e-6  # of 1: where a search for a level may leave a count that is 1


def label(key: Key) -> str:
    """Return the name of a parameter in tables, from its key in `Priors`.

    The key is a variable for a base rate or leak, and a pair (cause, effect) for a link.

    Examples
    --------
    >>> from lumbayes.priors import label
    >>> label(("hills", "muscle_strain"))
    'hills → muscle_strain'
    >>> label("hills")
    'hills'
    """
    check_arguments("label", locals())
    return key if isinstance(key, str) else " → ".join(key)


def key_of(name: str) -> Key:
    """Return the key of a parameter in `Priors`, from its name in tables: the inverse of `label`.

    Examples
    --------
    >>> from lumbayes.priors import key_of
    >>> key_of("hills → muscle_strain")
    ('hills', 'muscle_strain')
    """
    check_arguments("key_of", locals(), name=FILLED_TEXT)
    cause, arrow, effect = name.partition(" → ")
    return (cause, effect) if arrow else name


@dataclass(frozen=True)
class Prior:
    """The prior of one parameter: a Beta over P(yes), or a Dirichlet over more than two states.

    Attributes
    ----------
    key : str or (str, str)
        The parameter: a variable for a base rate or leak, (cause, effect) for a link.
    states : tuple of str
        The states that the parameter gives probabilities of, lowest first.
    counts : tuple of float
        The parameters of the Dirichlet, one per state; of a Beta those of "no" and "yes".
    basis : str
        "claims", "published", "judgement", "ignorance", "fitted" or "draw" (one drawn value).
    source, why : str
        Where the prior comes from, such as "replies 1, 4, 5", and the reason in a sentence.
    claims : tuple of Claim
        The claims that the prior was pooled from; () if none.
    within_variance, between_variance : float
        The two parts of the variance of a pooled link: within replies and ignorance, and between
        the means of the replies. 0 if the prior is not pooled.
    base : key or None
        Of a row of a trait, the row that has the same counts except those that claims added. The
        two rows share draws.
    mixed : tuple of (float, Prior)
        The weights and priors that this one was blended from; () if it is not a blend.

    Examples
    --------
    >>> from lumbayes import load
    >>> prior = load(base_rate=None).priors["weak_core", "muscle_strain"]
    >>> round(prior.mean, 2), [claim.id for claim in prior.claims]
    (0.22, ['A1-13', 'A4-01', 'A5-09'])
    >>> round(prior.within_variance, 3), round(prior.between_variance, 3)
    (0.013, 0.014)
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
    base: Key | None = None

    @property
    def shares(self) -> np.ndarray:
        """The mean probability of each state, shape (n_states,), in the order of `states`.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors["hills"].shares.round(2)
        array([0.82, 0.18])
        """
        return np.array(self.counts) / sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean probability of the last state, which is "yes" for a variable with two states.

        Examples
        --------
        >>> from lumbayes import load
        >>> round(load().priors["hills"].mean, 2)
        0.18
        """
        return float(self.shares[-1])

    @property
    def variance(self) -> float:
        """The variance of the probability of the last state.

        Examples
        --------
        >>> from lumbayes import load
        >>> round(load().priors["hills"].variance, 3)
        0.007
        """
        return self.mean * (1 - self.mean) / (sum(self.counts) + 1)

    def mix(self, other: Prior, trust: float) -> Prior:
        """Return a blend (linear opinion pool) of this prior and another of the same parameter.

        Parameters
        ----------
        other : Prior
            A prior with the same key and states.
        trust : float
            The weight of the other prior, from 0 (this one alone) to 1 (the other alone).

        Returns
        -------
        Prior
            A Beta or Dirichlet with the mean and variance of the mixture. The distance of the two
            means adds to `between_variance`.

        Examples
        --------
        >>> from lumbayes import load
        >>> key = ("weak_core", "muscle_strain")
        >>> claimed, studied = load().priors[key], load("literature").priors[key]
        >>> [round(p.mean, 3) for p in (claimed, studied, claimed.mix(studied, 0.5))]
        [0.009, 0.019, 0.014]
        """
        check_arguments("Prior.mix", locals(), other=PRIOR)
        allow(label(self.key), "states", [", ".join(other.states)], [", ".join(self.states)])
        mixed = ((1 - trust, self), (trust, other))
        pairs = [Opinion(prior.mean, prior.variance) for _, prior in mixed]
        mean, within, apart = linear_pool(pairs, [1 - trust, trust])
        own_between = sum(weight * prior.between_variance for weight, prior in mixed)
        shares = sum(weight * prior.shares for weight, prior in mixed)
        counts = shares * sum(beta_counts(mean, within + apart))
        return replace(
            self,
            counts=tuple(np.asarray(counts).tolist()),
            source=f"{self.source}; mixed with {other.source}",
            within_variance=within - own_between,
            between_variance=own_between + apart,
            mixed=mixed,
            base=self.base if self.base == other.base else None,
        )

    def interval(self, width: float = WIDTH, state: str | None = None) -> tuple[float, float]:
        """Return the central credible interval of the probability of one state.

        Parameters
        ----------
        width : float, default 0.9
            The probability inside the interval, above 0 and below 1.
        state : str, optional
            One of `states`; by default the last one, such as "yes".

        Returns
        -------
        low, high : float

        Raises
        ------
        ValueError
            If `width` is out of range or the state is unknown.

        Examples
        --------
        >>> from lumbayes import load
        >>> low, high = load(base_rate=None).priors["weak_core", "muscle_strain"].interval()
        >>> round(low, 2), round(high, 2)
        (0.02, 0.55)
        """
        check_arguments("Prior.interval", locals(), width=NUMBER, state=optional(NAME))
        from scipy.special import betaincinv

        name = label(self.key)
        if state is None:
            state = self.states[-1]
        allow(name, "state", [state], self.states)
        count = self.counts[self.states.index(state)]
        low, high = betaincinv(count, sum(self.counts) - count, tails(name, width))
        return float(low), float(high)

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Return independent draws of the parameter.

        Parameters
        ----------
        rng : numpy.random.Generator
        n : int
            The number of draws.

        Returns
        -------
        ndarray
            With two states the probability of the last one, shape (n,); else shape (n, n_states).

        Examples
        --------
        >>> import numpy as np
        >>> from lumbayes import load
        >>> load().priors["hills"].sample(np.random.default_rng(0), 3).round(2)
        array([0.16, 0.1 , 0.14])
        """
        check_arguments("Prior.sample", locals(), rng=GENERATOR)
        if len(self.counts) == 2:
            no, yes = gamma_shapes(self.counts)
            return rng.beta(yes, no, n)
        gammas = rng.standard_gamma(gamma_shapes(self.counts), (n, len(self.counts)))
        return gammas / gammas.sum(axis=1, keepdims=True)


def gamma_shapes(counts: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return counts as shapes of Gamma draws; a count within 1e-6 of 1 is put just below 1.

    numpy draws a Gamma with a shape below 1 in another way than one above. Otherwise the last
    digits of a count, which differ by processor, would change the whole draw.
    """
    shapes = np.array(counts, float)
    is_beside = (np.abs(shapes - 1) < BESIDE) & (shapes != 1)
    return np.where(is_beside, np.nextafter(1, 0), shapes)


def sampled(prior: Prior, base: Prior | None, n: int, seed: int) -> np.ndarray:
    """Return n draws of a parameter from its own random stream, sharing those of `base`.

    A Dirichlet draw is a draw of Gammas, one per count, over their sum, and Gammas of one scale add
    up. So the Gammas of `base` plus those of the added counts give draws of this parameter. The
    fewer counts were added, the nearer they are to the draws of `base`.
    """
    if base is None:
        return prior.sample(_stream(prior.key, seed), n)
    added = np.subtract(prior.counts, base.counts).clip(0)
    sums = gammas(base.key, base.counts, n, seed) + gammas(prior.key, added, n, seed)
    draws = sums / sums.sum(axis=1, keepdims=True)
    return draws if len(prior.counts) > 2 else draws[:, 1]


def gammas(key: Key, counts: Sequence[float] | np.ndarray, n: int, seed: int) -> np.ndarray:
    """Return draws of Gammas, shape (n, n_states); over their sum they are Dirichlet draws.

    `counts` are all counts of a parameter, or those that it adds to the counts of its base.
    """
    # The last state first where there are two, as numpy draws a Beta with a count above 1.
    order = -1 if len(counts) == 2 else 1
    shapes = gamma_shapes(counts)[::order]
    return _stream(key, seed).standard_gamma(shapes, (n, len(counts)))[:, ::order]


def added_counts(prior: Prior, base: Prior) -> np.ndarray | None:
    """Return the counts of a parameter minus those of its base; None if draws cannot be shared.

    That is so if a difference is below 0, or if numpy draws the base without Gammas.
    """
    if len(base.counts) == 2 and max(base.counts) <= 1:
        return None
    added = np.subtract(prior.counts, base.counts)
    return added.clip(0) if added.min() > -ROUNDING * sum(base.counts) else None


def _stream(key: Key, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(repr(key).encode())])
