"""The priors that result if the words of some claims are read as other probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .strengths import reached

if TYPE_CHECKING:
    from .prior import Key
    from .priors import Priors


def reached_by(priors: Priors, claims: Iterable[str]) -> set[Key]:
    """Return the keys of the priors that some claims, given by id, have an influence on.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.priors.readings import reached_by
    >>> reached_by(load().priors, ["A1-28"])
    {('hills', 'muscle_strain')}
    """
    ids = set(claims)
    return reached(priors, [claim for claim in priors.claims if claim.id in ids])


def with_readings(priors: Priors, readings: Mapping[str, float]) -> Priors:
    """Return the priors with the words of some claims read as other probabilities.

    Parameters
    ----------
    priors : Priors
    readings : mapping of str to float
        From the id of a claim to the mean probability that its words are read as. The sum of the
        counts of the Beta, which says how sure the reading is, stays.

    Returns
    -------
    Priors

    Raises
    ------
    Problem
        If a claim cannot be read so: a compound strength below the leak.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.priors.readings import with_readings
    >>> priors = load(base_rate=None).priors
    >>> always = with_readings(priors, {"A1-28": 0.99})
    >>> [round(p["hills", "muscle_strain"].mean, 2) for p in (priors, always)]
    [0.28, 0.34]
    """
    claims = {claim.id: claim for claim in priors.claims}
    words = {i: priors.words[claims[i].reading].at_mean(mean) for i, mean in readings.items()}
    changed = tuple(replace(c, reading=c.id) if c.id in readings else c for c in priors.claims)
    read = priors.with_priors({}, claims=changed, words={**priors.words, **words})
    return read.pooled_again(reached_by(priors, readings))
