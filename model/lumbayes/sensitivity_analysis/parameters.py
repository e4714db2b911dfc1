"""The parameters of the network, claims included, and the priors' shares along each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from ..case import Case
from ..data.claims import Claim, StrengthWord
from ..data.variables import Trait
from ..inference.compiled import Compiled
from ..priors.link_priors import background
from ..priors.prior import Key, Prior, label
from ..priors.priors import Priors

Link = tuple[str, str]
CLAIM = "claim"  # the kind of a parameter that is the probability a claim's words are read as


@dataclass(frozen=True)
class Piece:
    """The shares of a prior along a parameter θ from `start` to `end`.

    They are (`slope` · θ + `level`) / (`scale` · θ + `rest`).
    """

    start: float
    end: float
    slope: np.ndarray
    level: np.ndarray
    scale: float = 0.0
    rest: float = 1.0

    def shares(self, values: np.ndarray) -> np.ndarray:
        """Return the shares at some values of the parameter, shape (n_states, n_values)."""
        joint = np.outer(self.slope, values) + self.level[:, None]
        return joint / (self.scale * values + self.rest)


@dataclass(frozen=True)
class Parameter:
    """One parameter: an elicited probability, or a claim's words read as a probability.

    `key` is the prior that it changes, `value` its present value, `low` and `high` the ends of its
    90% interval, `pieces` the prior's shares along it, the piece around `value` first, and
    `removed` the shares without the claim. Outside all pieces the parameter has no meaning.
    """

    label: str
    kind: str
    key: Key
    value: float
    low: float
    high: float
    pieces: tuple[Piece, ...]
    removed: np.ndarray | None = None

    def shares(self, values: np.ndarray) -> np.ndarray:
        """Return the shares at some values, (n_states, n_values); NaN outside all pieces."""
        shares = np.full((len(self.pieces[0].slope), len(values)), np.nan)
        for piece in reversed(self.pieces):
            is_inside = (piece.start <= values) & (values <= piece.end)
            shares[:, is_inside] = piece.shares(values[is_inside])
        return shares

    @property
    def bend(self) -> float:
        """The value at which the last piece begins; NaN if there is one piece."""
        return max(p.start for p in self.pieces) if len(self.pieces) > 1 else np.nan


_parameters: WeakKeyDictionary[Compiled, list[Parameter]] = WeakKeyDictionary()


def parameters(case: Case) -> list[Parameter]:
    """Return every elicited parameter and every claim that is pooled into one.

    They depend on the priors alone, so all cases with the same compiled network share them.
    """
    if case.compiled not in _parameters:
        _parameters[case.compiled] = list(_all_parameters(case.priors))
    return _parameters[case.compiled]


def _all_parameters(priors: Priors) -> Iterator[Parameter]:
    for key, prior in priors.items():
        for state in prior.states[-1:] if len(prior.states) == 2 else prior.states:
            yield _elicited(key, prior, state)
        for claim in prior.claims:
            yield _claimed(priors, (claim.cause, claim.effect), prior, claim)


def _elicited(key: Key, prior: Prior, state: str) -> Parameter:
    """Return the probability of one state; the others share the rest in proportion."""
    index, shares = prior.states.index(state), prior.shares
    value = float(shares[index])
    slope = -shares / (1 - value)
    slope[index] = 1.0
    name = label(key) if len(prior.states) == 2 else f"{label(key)} = {state}"
    piece = Piece(0.0, 1.0, slope, shares - slope * value)
    return Parameter(name, prior.basis, key, value, *prior.interval(state=state), (piece,))


def _claimed(priors: Priors, link: Link, prior: Prior, claim: Claim) -> Parameter:
    """Return the probability that a claim's words are read as."""
    word = priors.words[claim.reading]
    is_trait = isinstance(priors.variables[claim.effect], Trait)
    pieces = (_trait_pieces if is_trait else _link_pieces)(priors, link, prior, claim)
    present_first = sorted(pieces, key=lambda piece: not piece.start <= word.mean <= piece.end)
    removed = priors.link(*link, [c for c in prior.claims if c is not claim]).shares
    interval = word.interval()
    return Parameter(claim.id, CLAIM, link, word.mean, *interval, tuple(present_first), removed)


def pooled(priors: Priors, link: Link, readings: Mapping[Claim, float]) -> np.ndarray:
    """Return the link's shares with the words of some claims read as other probabilities."""
    words = {c.id: _read_as(priors.words[c.reading], value) for c, value in readings.items()}
    claims = [replace(c, reading=c.id) if c.id in words else c for c in priors.about(*link)]
    return priors.link(*link, claims, {**priors.words, **words}).shares


def _read_as(word: StrengthWord, mean: float) -> StrengthWord:
    """Return the word with another mean and the same number of counts."""
    counts = word.alpha + word.beta
    return replace(word, alpha=mean * counts, beta=(1 - mean) * counts)


def _link_pieces(priors: Priors, link: Link, prior: Prior, claim: Claim) -> list[Piece]:
    """Return the one piece of a link, on which its shares are linear.

    A compound probability begins at the background, below which none is left for the link.
    """
    effect = priors.variables[claim.effect]
    is_compound = claim.scale == "compound"
    start = background(effect, priors.variables).mean if is_compound else 0.0
    value = priors.words[claim.reading].mean
    higher = (1 + value) / 2  # above the background, so a compound probability can be read so, too
    slope = (pooled(priors, link, {claim: higher}) - prior.shares) / (higher - value)
    return [Piece(start, 1.0, slope, prior.shares - slope * value)]


def _trait_pieces(priors: Priors, link: Link, prior: Prior, claim: Claim) -> list[Piece]:
    """Return the pieces of a trait's link: linear until no probability is left, then a fraction.

    One reply's claims give probabilities to some levels and leave the rest to the others. Let n of
    them speak of this claim's level, the others among these add up to b, and its other levels take
    s together. Once θ + b = n (1 − s) nothing is left for the rest, and this level's share becomes
    (θ + b) / (θ + b + n s).
    """
    reply = [c for c in prior.claims if c.answer == claim.answer]
    means = {c: priors.words[c.reading].mean for c in reply}
    by_level: dict[str, list[float]] = {}
    for c in reply:
        by_level.setdefault(c.state, []).append(means[c])
    n_same = len(by_level[claim.state])
    beside = sum(by_level[claim.state]) - means[claim]
    others = sum(float(np.mean(m)) for level, m in by_level.items() if level != claim.state)
    n_levels = len(priors.variables[claim.effect].states) - 1
    leaves_rest = len(by_level) < n_levels
    corner = n_same * (1 - others) - beside if leaves_rest else 0.0
    pieces = []
    if corner > 0 or not others:
        pieces.append(_linear_piece(priors, link, claim, min(corner, 1.0)))
    if corner < 1 and others:
        pieces.append(_shared_piece(priors, link, claim, max(corner, 0.0), beside, n_same * others))
    return pieces


def _linear_piece(priors: Priors, link: Link, claim: Claim, end: float) -> Piece:
    """Return the piece from 0 to `end`, from the shares at a third and two thirds of it."""
    first, second = (pooled(priors, link, {claim: end * part / 3}) for part in (1, 2))
    return Piece(0.0, end, (second - first) * 3 / end, 2 * first - second)


def _shared_piece(
    priors: Priors, link: Link, claim: Claim, start: float, beside: float, others: float
) -> Piece:
    """Return the piece from `start` to 1, linear in (θ + beside) / (θ + beside + others)."""
    values = [start + (1 - start) * part / 3 for part in (1, 2)]
    first, second = (pooled(priors, link, {claim: value}) for value in values)
    fractions = [(value + beside) / (value + beside + others) for value in values]
    slope = (second - first) / (fractions[1] - fractions[0])
    at_zero = first - slope * fractions[0]
    level = at_zero * (beside + others) + slope * beside
    return Piece(start, 1.0, at_zero + slope, level, 1.0, beside + others)
