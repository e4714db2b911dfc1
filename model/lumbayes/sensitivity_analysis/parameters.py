"""Everything that can be turned: each elicited number, and each claim read as another
probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from ..case import Case
from ..data.claims import Claim, StrengthWord
from ..data.variables import Trait
from ..inference.compiled import Compiled
from ..priors.prior import Key, Prior
from ..priors.priors import Priors, background

Link = tuple[str, str]
KNOWN: WeakKeyDictionary[Compiled, list[Parameter]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Piece:
    """From `start` to `end` of a number θ the shares are (`slope` · θ + `level`) / (`scale` · θ +
    `rest`).
    """

    start: float
    end: float
    slope: np.ndarray
    level: np.ndarray
    scale: float = 0.0
    rest: float = 1.0

    def shares(self, values: np.ndarray) -> np.ndarray:
        """The shares at some values, shape (states, values)."""
        return (np.outer(self.slope, values) + self.level[:, None]) / (
            self.scale * values + self.rest
        )


@dataclass(frozen=True)
class Parameter:
    """One number that can be turned, by what it does to the shares of `key`, which it gives as they
    are at `value`.

    `low` and `high` are the ends of what it may well be, `pieces` the shares along it, the one that
    holds `value` first, and `gone` the shares if it were taken away. Where no piece reaches, it
    cannot be so.
    """

    label: str
    kind: str
    key: Key
    value: float
    low: float
    high: float
    pieces: tuple[Piece, ...]
    gone: np.ndarray | None = None

    def shares(self, values: np.ndarray) -> np.ndarray:
        """The shares at some values, shape (states, values); NaN where no piece reaches."""
        found = np.full((len(self.pieces[0].slope), len(values)), np.nan)
        for piece in reversed(self.pieces):
            on = (piece.start <= values) & (values <= piece.end)
            found[:, on] = piece.shares(values[on])
        return found


def parameters(case: Case) -> list[Parameter]:
    """Every elicited number, its siblings sharing what is left in proportion, and every claim that
    reaches one.

    They hang on the priors alone, so all cases under the same ones share them.
    """
    if case.compiled not in KNOWN:
        KNOWN[case.compiled] = list(_knobs(case.priors))
    return KNOWN[case.compiled]


def _knobs(priors: Priors) -> Iterator[Parameter]:
    for key, prior in priors.items():
        for state in prior.states[-1:] if len(prior.states) == 2 else prior.states:
            yield _number(key, prior, state)
        for claim in prior.claims:
            yield _claim(priors, (claim.cause, claim.effect), prior, claim)


def _number(key: Key, prior: Prior, state: str) -> Parameter:
    place, shares = prior.states.index(state), prior.shares
    value = float(shares[place])
    slope = -shares / (1 - value)
    slope[place] = 1.0
    name = key if isinstance(key, str) else " → ".join(key)
    label = name if len(prior.states) == 2 else f"{name} = {state}"
    piece = Piece(0.0, 1.0, slope, shares - slope * value)
    return Parameter(label, prior.basis, key, value, *prior.interval(state=state), (piece,))


def _claim(priors: Priors, link: Link, prior: Prior, claim: Claim) -> Parameter:
    reading = priors.words[claim.reading]
    trait = isinstance(priors.variables[claim.effect], Trait)
    pieces = (
        _of_a_profile(priors, link, prior, claim)
        if trait
        else [_of_a_link(priors, link, prior, claim)]
    )
    first = sorted(pieces, key=lambda piece: not piece.start <= reading.mean <= piece.end)
    gone = priors.link(*link, [c for c in prior.claims if c is not claim]).shares
    return Parameter(claim.id, "claim", link, reading.mean, *reading.interval(), tuple(first), gone)


def pooled(priors: Priors, link: Link, chances: Mapping[Claim, float]) -> np.ndarray:
    """The link's shares with the words of some claims read as other probabilities."""
    read = {c.id: _read_as(priors.words[c.reading], chance) for c, chance in chances.items()}
    said = [replace(c, reading=c.id) if c.id in read else c for c in priors.about(*link)]
    return priors.link(*link, said, {**priors.words, **read}).shares


def _read_as(reading: StrengthWord, chance: float) -> StrengthWord:
    size = reading.alpha + reading.beta
    return replace(reading, alpha=chance * size, beta=(1 - chance) * size)


def _of_a_link(priors: Priors, link: Link, prior: Prior, claim: Claim) -> Piece:
    """Averages are straight lines; a compound number begins where nothing but the background is
    left of it.
    """
    start = (
        background(priors.variables[claim.effect], priors.variables).mean
        if claim.scale == "compound"
        else 0.0
    )
    value = priors.words[claim.reading].mean
    higher = (1 + value) / 2  # a compound number can be read so, too
    slope = (pooled(priors, link, {claim: higher}) - prior.shares) / (higher - value)
    return Piece(start, 1.0, slope, prior.shares - slope * value)


def _of_a_profile(priors: Priors, link: Link, prior: Prior, claim: Claim) -> list[Piece]:
    """An answer tells of some levels and leaves the rest to the others: straight lines, until
    nothing is left.

    From there on its levels share the whole. Let n of its claims tell of this level, the others
    with probabilities that add up to b, and its other levels take s together: this one's share is
    then (θ + b) / (θ + b + n s).
    """
    same = [c for c in prior.claims if c.answer == claim.answer]
    read = {c: priors.words[c.reading].mean for c in same}
    told = {level: [read[c] for c in same if c.state == level] for level in {c.state for c in same}}
    size, beside = len(told[claim.state]), sum(told[claim.state]) - read[claim]
    others = sum(float(np.mean(said)) for level, said in told.items() if level != claim.state)
    silent = len(told) < len(prior.states) - 1
    corner = size * (1 - others) - beside if silent else 0.0
    pieces = [_straight(priors, link, claim, min(corner, 1.0))] if corner > 0 or not others else []
    return pieces + (
        [_shared(priors, link, claim, max(corner, 0.0), beside, size * others)]
        if corner < 1 and others
        else []
    )


def _straight(priors: Priors, link: Link, claim: Claim, end: float) -> Piece:
    one, two = (pooled(priors, link, {claim: end * part / 3}) for part in (1, 2))
    return Piece(0.0, end, (two - one) * 3 / end, 2 * one - two)


def _shared(
    priors: Priors, link: Link, claim: Claim, start: float, beside: float, others: float
) -> Piece:
    places = [start + (1 - start) * part / 3 for part in (1, 2)]
    one, two = (pooled(priors, link, {claim: place}) for place in places)
    parts = [(place + beside) / (place + beside + others) for place in places]
    by_part = (two - one) / (parts[1] - parts[0])
    at_none = one - by_part * parts[0]
    level = at_none * (beside + others) + by_part * beside
    return Piece(start, 1.0, at_none + by_part, level, 1.0, beside + others)
