"""The parameters of the network, claims included, and the priors that each of them changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from ..data.schema import Problem
from ..priors.prior import Key, Prior, label
from ..priors.readings import reached_by, with_readings
from ..priors.strengths import claims_in_force

if TYPE_CHECKING:
    from ..case import Case
    from ..data.claims import Claim
    from ..inference.compiled import Compiled
    from ..priors.priors import Priors

Changes = Mapping[Key, np.ndarray]  # by prior its shares at some values, (n_states, n_values)
CLAIM = "claim"  # the kind of a parameter that is the probability a claim's words are read as
N_READINGS = 17  # of a claim's words, from 0 to 1, between which a change of places is looked for


@dataclass(frozen=True)
class Parameter:
    """One parameter: an elicited probability, or a claim's words read as a probability.

    `key` is the prior that it belongs to, `value` its present value, `low` and `high` the ends of
    its 90% interval.
    """

    label: str
    kind: str
    key: Key
    value: float
    low: float
    high: float

    def changes(self, values: np.ndarray) -> Changes:
        """Return the priors that this changes, with their shares at some values."""
        raise NotImplementedError


@dataclass(frozen=True)
class Elicited(Parameter):
    """The probability of one state of one prior; its other states keep their proportions.

    Its shares at a value θ are `slope` · θ + `level`.
    """

    slope: np.ndarray
    level: np.ndarray

    def changes(self, values: np.ndarray) -> Changes:
        """Return the shares of the one prior."""
        return {self.key: np.outer(self.slope, values) + self.level[:, None]}


@dataclass(frozen=True)
class ClaimReading(Parameter):
    """The probability that a claim's words are read as.

    It may change several priors: the links of a chain share the strength of a claim.
    """

    priors: Priors
    claim: Claim

    def changes(self, values: np.ndarray) -> Changes:
        """Return the shares of all priors it changes; NaN where it cannot be read so."""
        return shares_at(self.priors, [{self.claim.id: value} for value in values])

    @cached_property
    def removed(self) -> Changes:
        """The shares of the same priors without the claim, at one value."""
        fewer = self.priors.with_claims(c for c in self.priors.claims if c is not self.claim)
        return {key: fewer[key].shares[:, None] for key in self.ends}

    @cached_property
    def ends(self) -> Changes:
        """The shares at `low` and `high`."""
        return self.changes(np.array([self.low, self.high]))

    @cached_property
    def readings(self) -> tuple[np.ndarray, Changes]:
        """Values from 0 to 1 that the words can be read as, with the shares there."""
        grid = np.union1d(np.linspace(0, 1, N_READINGS), [self.value])
        changes = self.changes(grid)
        is_possible = ~np.isnan(np.concatenate([*changes.values()])).any(axis=0)
        return grid[is_possible], {key: by[:, is_possible] for key, by in changes.items()}


_parameters: WeakKeyDictionary[Compiled, list[Parameter]] = WeakKeyDictionary()


def parameters(case: Case) -> list[Parameter]:
    """Return every elicited parameter and every claim that is pooled into one.

    Claims whose priors were fitted, drawn or replaced are left out. All depend on the priors alone,
    so all cases with the same compiled network share them.
    """
    if case.compiled not in _parameters:
        _parameters[case.compiled] = list(_all_parameters(case.priors))
    return _parameters[case.compiled]


def _all_parameters(priors: Priors) -> Iterator[Parameter]:
    in_force = {claim.id for claim in claims_in_force(priors)}
    for key, prior in priors.items():
        for state in prior.states[-1:] if len(prior.states) == 2 else prior.states:
            yield _elicited(key, prior, state)
        for claim in (c for c in prior.claims if c.id in in_force):
            word = priors.words[claim.reading]
            ends = word.interval()
            yield ClaimReading(claim.id, CLAIM, key, word.mean, *ends, priors, claim)


def _elicited(key: Key, prior: Prior, state: str) -> Parameter:
    """Return the probability of one state; the others share the rest in proportion."""
    index, shares = prior.states.index(state), prior.shares
    value = float(shares[index])
    slope = -shares / (1 - value)
    slope[index] = 1.0
    name = label(key) if len(prior.states) == 2 else f"{label(key)} = {state}"
    ends = prior.interval(state=state)
    return Elicited(name, prior.basis, key, value, *ends, slope, shares - slope * value)


def shares_at(priors: Priors, readings: list[dict[str, float]]) -> Changes:
    """Return the priors that other readings of some claims change, with their shares.

    Parameters
    ----------
    priors : Priors
    readings : list of dict
        For each column of the result the probabilities that claims are read as, by claim.

    Returns
    -------
    dict
        By prior an array of shape (n_states, n_readings), NaN where a claim cannot be read so.
    """
    reached = reached_by(priors, readings[0])
    columns = []
    for by_claim in readings:
        try:
            read = with_readings(priors, by_claim)
            columns.append({key: read[key].shares for key in reached})
        except Problem:  # a compound probability below its background, or nothing left to share
            columns.append({key: np.full(len(priors[key].shares), np.nan) for key in reached})
    return {key: np.stack([column[key] for column in columns], axis=1) for key in reached}
