"""The level of the model: the base rate of pain, and the number T that all hazards are divided by.

Words give relative strengths. How often a run hurts at all is a rate of `[base_rate]` in
variables.toml, published or a judgement. A link that fires with probability λ has the hazard
−ln(1 − λ), and the hazards of independent links add up. Dividing each hazard by the same T keeps
their proportions and changes P(pain): λ becomes 1 − (1 − λ)^(1/T).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..data.schema import is_number
from ..data.variables import Mechanism, Outcome, StatedEstimate, Variable, Variables
from .moments import beta_counts

if TYPE_CHECKING:
    from .prior import Key, Prior

Counts = tuple[float, float]
FIRM = 1000  # counts, above which Stirling's series keeps digits that log Γ loses
FAR = 1000  # a divisor, above which a difference of moments would lose the variance
SMOOTH = 16  # an argument of log Γ, from which few terms of its Taylor series are exact
TINY = 1e-9  # a count, below which next to nothing of the variance is left of it


@dataclass(frozen=True)
class Level:
    """The base rate of pain, and the number T that all hazards per run are divided by to reach it.

    Attributes
    ----------
    rate : float
        The base rate of pain: P(pain in one run) without evidence.
    counts : tuple of float
        The counts (no, yes) of the Beta whose mean is `rate`. () if the rate was given as a number,
        which counts as known exactly.
    divisor : float
        T, above 0. With 1 every strength is as the words of the claims say.
    name : str
        The entry of `[base_rate]` that the rate comes from, such as "any_run"; "" if the rate was
        given as a number.
    divides : bool
        Whether strengths are divided by T. False for "literature", where the strengths are computed
        from odds ratios for this rate.

    Examples
    --------
    >>> from lumbayes import load
    >>> level = load().priors.level
    >>> level.name, round(level.rate, 3), level.divisor > 1
    ('any_run', 0.03, True)
    """

    rate: float
    counts: Counts | tuple[()] = ()
    divisor: float = 1.0
    name: str = ""
    divides: bool = True

    def __str__(self) -> str:
        name = f" ({self.name})" if self.name else ""
        divisor = f", T {self.divisor:.3g}" if self.divides else ""
        return f"base rate {self.rate:.3g}{name}{divisor}"


def level_of(rate: StatedEstimate | float, name: str = "") -> Level:
    """Return the level of a stated base rate of pain or of a number; T is still 1.

    Raises
    ------
    ValueError
        If the number is not a probability above 0 and below 1.
    """
    if isinstance(rate, StatedEstimate):
        no, yes = rate.counts["no"], rate.counts["yes"]
        return Level(yes / (no + yes), (no, yes), name=name)
    if not is_number(rate) or not 0 < rate < 1:
        raise ValueError(f"Found base_rate={rate!r}: it is a probability, above 0 and below 1.")
    return Level(float(rate))


def fires_in_a_run(key: Key, variables: Variables) -> bool:
    """Return whether T divides the hazard of a leak or link: it fires in one run, or not.

    True for the leak of an event and the links into it, and for the leak of the pain and the links
    into it. An event hurts by definition, so T does not divide the link from an event to the pain.
    """
    cause, effect = (None, key) if isinstance(key, str) else key
    v = variables[effect]
    if isinstance(v, Outcome):
        return cause is None or not is_event(variables[cause])
    return is_event(v)


def is_event(v: Variable) -> bool:
    """Return whether this is a mechanism that happens in one run, as a strain does."""
    return isinstance(v, Mechanism) and v.is_event


def scaled_counts(counts: Sequence[float], divisor: float) -> Counts:
    """Return the counts (no, yes) of the Beta with the mean and variance of 1 − (1 − λ)^(1/T).

    λ is a Beta with the counts given, and T is `divisor`. Both moments are exact, because
    E[(1 − λ)^s] = B(yes, no + s) / B(yes, no). The distribution itself is nearly a Beta: for small
    λ both are nearly Gamma distributions. Next to 0 or 1, where the variance would be lost in
    rounding, the counts keep their sum.

    Examples
    --------
    >>> from lumbayes.priors.level import scaled_counts
    >>> no, yes = scaled_counts((6, 4), 10)
    >>> round(yes / (no + yes), 3)
    0.053
    """
    no, yes = map(float, counts)
    size = no + yes
    if divisor == 1 or not 0 < yes / size < 1:  # a hazard of 0 or without end stays one
        return no, yes
    if min(no, yes) < TINY:
        mean = -math.expm1(math.log1p(-yes / size) / divisor)
        return (1 - mean) * size, mean * size
    if divisor > FAR:
        (first, bend), (of_all, bend_of_all) = (_short_rise(z, 1 / divisor) for z in (no, size))
        first -= of_all
        return beta_counts(-math.expm1(first), math.exp(2 * first) * math.expm1(bend - bend_of_all))
    if size > FIRM:
        first, second = (_rise(no, n / divisor) - _rise(size, n / divisor) for n in (1, 2))
        return beta_counts(-math.expm1(first), math.exp(2 * first) * math.expm1(second - 2 * first))
    none, square = (_moment((no, yes), n / divisor) for n in (1, 2))
    return beta_counts(1 - none, square - none**2)


def _moment(counts: Sequence[float], power: float) -> float:
    """Return E[(1 − λ)^power]."""
    no, yes = counts
    lgamma = math.lgamma
    return math.exp(lgamma(no + power) - lgamma(no) + lgamma(no + yes) - lgamma(no + yes + power))


def _rise(z: float, by: float) -> float:
    """Return log Γ(z + by) − log Γ(z), for large z by Stirling's series."""
    if z < FIRM:
        return math.lgamma(z + by) - math.lgamma(z)
    rest = (1 / (z + by) - 1 / z) / 12 - (1 / (z + by) ** 3 - 1 / z**3) / 360
    return (2 * (z + by) - 1) * math.log1p(by / z) / 2 + by * (math.log(z) - 1) + rest


def _short_rise(z: float, by: float) -> tuple[float, float]:
    """Return r(by) = log Γ(z + by) − log Γ(z), and r(2 by) − 2 r(by), for a small `by`."""
    from scipy.special import digamma, polygamma

    rise = bend = 0.0
    while z < SMOOTH:  # log Γ(z) = log Γ(z + 1) − log z
        part = by / z
        rise -= math.log1p(part)
        bend -= math.log1p(-((part / (1 + part)) ** 2))
        z += 1
    rise += by * float(digamma(z) + by * (polygamma(1, z) + by * polygamma(2, z) / 3) / 2)
    middle = z + by
    bend += by**2 * float(polygamma(1, middle) + by**2 * polygamma(3, middle) / 12)
    return rise, bend


def scaled(prior: Prior, divisor: float) -> Prior:
    """Return a prior of two states with the hazard divided by `divisor`.

    The two parts of the variance, within and between replies, keep their proportion.
    """
    if divisor == 1:
        return prior
    changed = replace(prior, counts=scaled_counts(prior.counts, divisor))
    ratio = changed.variance / prior.variance if prior.variance else 1.0
    return replace(
        changed,
        within_variance=prior.within_variance * ratio,
        between_variance=prior.between_variance * ratio,
    )
