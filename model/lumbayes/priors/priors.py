"""All priors of a network: base rates, leaks, links and profiles, each with its source."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.claims import Claim
from ..data.variables import Measurement, Trait, Variable, Variables
from .copula import GaussianCopula
from .link_priors import Words, background, link_prior, profile_prior, stated
from .prior import Key, Prior


@dataclass(frozen=True)
class Priors(Mapping[Key, Prior]):
    """The priors of all parameters of a network, by key.

    `priors["weak_core"]` is a base rate or leak, `priors["weak_core", "muscle_strain"]` a link.

    Attributes
    ----------
    variables : Variables
    claims : tuple of Claim
        All claims, those that reach no parameter too.
    words : mapping of str to StrengthWord
    mixes : tuple of (Priors, float)
        Other sets that this was blended with, one after the other, each with its weight.
    ties : GaussianCopula or None
        The dependence of parameters that were fitted together; all others are independent.
    name : str
        Of the set: "thread", "literature" or a path.

    Examples
    --------
    >>> from lumbayes import load
    >>> priors = load().priors
    >>> priors["weak_core", "muscle_strain"].source
    'replies 1, 4, 5'
    """

    variables: Variables
    claims: tuple[Claim, ...]
    words: Words
    mixes: tuple[tuple[Priors, float], ...] = ()
    ties: GaussianCopula | None = field(default=None, repr=False, compare=False)
    name: str = field(default="", compare=False)
    _all: Mapping[Key, Prior] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        priors = {prior.key: prior for v in self.variables.values() for prior in _family(v, self)}
        object.__setattr__(self, "_all", priors)

    def __getitem__(self, key: Key) -> Prior:
        if key not in self._all:
            known = ", ".join(map(str, self._all))
            raise ValueError(f"No prior {key!r}. A link is a pair (cause, effect); known: {known}.")
        return self._all[key]

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def sample(
        self, n: int, seed: int = 0, keys: Iterable[Key] | None = None
    ) -> dict[Key, np.ndarray]:
        """Return joint draws of all parameters, or of some.

        Parameters
        ----------
        n : int
            The number of draws.
        seed : int, default 0
            Each parameter has its own stream of it, whatever other parameters there are.
        keys : iterable of key, optional
            By default all.

        Returns
        -------
        dict
            By key an array of shape (n,), or (n, n_states) for more than two states.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.sample(3, keys=["hills"])["hills"].round(2)
        array([0.05, 0.31, 0.23])
        """
        wanted = [*(self if keys is None else keys)]
        is_tied = {key: self.tied(key) for key in wanted}
        tied = self.ties.sample(n, seed) if self.ties and any(is_tied.values()) else {}
        draws = {}
        for key in wanted:
            if is_tied[key]:
                draws[key] = tied[key]
            else:
                rng = np.random.default_rng([seed, zlib.crc32(repr(key).encode())])
                draws[key] = self[key].sample(rng, n)
        return draws

    def tied(self, key: Key) -> bool:
        """Return whether draws of a parameter depend on others, and it has not been replaced.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.tied("hills")
        False
        """
        return self.ties is not None and self.ties.numbers.get(key) is self[key]

    def about(self, cause: str, effect: str) -> tuple[Claim, ...]:
        """Return the claims that are pooled into the link from `cause` to `effect`.

        Examples
        --------
        >>> from lumbayes import load
        >>> [claim.id for claim in load().priors.about("hills", "muscle_strain")]
        ['A1-28', 'A2-01', 'A3-01']
        """
        return tuple(c for c in self.claims if (c.cause, c.effect) == (cause, effect) and c.pooled)

    def link(
        self, cause: str, effect: str, claims: Iterable[Claim], words: Words | None = None
    ) -> Prior:
        """Return a link as it would be with these claims alone.

        Parameters
        ----------
        cause, effect : str
        claims : iterable of Claim
            The claims about it; an empty one gives its stated figure, or ignorance.
        words : mapping of str to StrengthWord, optional
            Other readings of the strength words.

        Returns
        -------
        Prior

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.link("hills", "muscle_strain", []).basis
        'ignorance'
        """
        v, words = self.variables[effect], words or self.words
        pooled = (cause, self.variables, tuple(claims), words)
        is_profile = isinstance(v, Trait)
        return self.mixed(profile_prior(v, *pooled) if is_profile else link_prior(v, *pooled))

    def mixed(self, prior: Prior) -> Prior:
        """Return a prior of this set alone, blended with those of the other sets."""
        for other, trust in self.mixes:
            prior = prior.mix(other[prior.key], trust)
        return prior

    def with_claims(self, claims: Iterable[Claim]) -> Priors:
        """Return the priors as they would be if only these claims had been made.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.with_claims([])["hills", "muscle_strain"].basis
        'ignorance'
        """
        ids = {claim.id for claim in claims}
        changed = {(c.cause, c.effect) for c in self.claims if c.pooled and c.id not in ids}
        left = {key: [c for c in self.about(*key) if c.id in ids] for key in changed}
        fewer = self.with_priors({key: self.link(*key, claims) for key, claims in left.items()})
        object.__setattr__(fewer, "claims", tuple(c for c in self.claims if c.id in ids))
        return fewer

    def blend(self, other: Priors, trust: float) -> Priors:
        """Return the linear pool of every parameter of two sets of priors.

        Parameters
        ----------
        other : Priors
            Over the same variables.
        trust : float
            Its weight, from 0 (this set alone) to 1 (the other alone).

        Returns
        -------
        Priors
            Where the two differ the variance is larger. Claims left out later are left out of this
            set's part.

        Raises
        ------
        ValueError
            For another trust.

        Examples
        --------
        >>> from lumbayes import load
        >>> half = load().priors.blend(load("literature").priors, 0.5)
        >>> half.name
        'thread and 0.5 of literature'
        """
        if not 0 <= trust <= 1:
            allowed = "it goes from 0 (these priors alone) to 1 (the others alone)"
            raise ValueError(f"Found a trust of {trust}; {allowed}.")
        blend = self.with_priors({key: prior.mix(other[key], trust) for key, prior in self.items()})
        object.__setattr__(blend, "mixes", (*self.mixes, (other, trust)))
        object.__setattr__(blend, "name", f"{self.name} and {trust:g} of {other.name}")
        return blend

    def with_priors(
        self, priors: Mapping[Key, Prior], ties: GaussianCopula | None = None
    ) -> Priors:
        """Return a copy in which these priors replace those that were pooled.

        Examples
        --------
        >>> from dataclasses import replace
        >>> from lumbayes import load
        >>> priors = load().priors
        >>> known = replace(priors["hills"], counts=(1, 3))
        >>> priors.with_priors({"hills": known})["hills"].mean
        0.75
        """
        changed = copy(self)
        object.__setattr__(changed, "ties", ties or self.ties)
        object.__setattr__(changed, "_all", {**self._all, **priors})
        return changed

    def orders(self) -> list[dict[str, Any]]:
        """Return each comparative claim with the two prior means that it orders.

        Returns
        -------
        list of dict
            With `claim`, `cause`, `than`, `quantity`, `cause_mean`, `than_mean` and `verdict`:
            "holds", "tie" or "conflict".

        Examples
        --------
        >>> from lumbayes import load
        >>> {row["verdict"] for row in load().priors.orders() if row["claim"].id == "A1-16"}
        {'conflict'}
        """
        pairs = [(c, other) for c in self.claims if c.used == "order" for other in c.than]
        return [row for claim, other in pairs for row in _compared(self, claim, other)]


def _compared(priors: Priors, claim: Claim, other: str) -> Iterator[dict[str, Any]]:
    """Return the base rates, and the links to each shared effect, that a comparison orders."""
    effects = [v for v in priors.variables.values() if not isinstance(v, Trait)]
    shared = [v.name for v in effects if {claim.cause, other} <= set(v.parents)]
    keys: list[tuple[str, Key, Key]] = [("how common", claim.cause, other)]
    keys += [(f"link to {name}", (claim.cause, name), (other, name)) for name in shared]
    for quantity, more, less in keys:
        more_mean, less_mean = priors[more].mean, priors[less].mean
        yield {
            "claim": claim,
            "cause": claim.cause,
            "than": other,
            "quantity": quantity,
            "cause_mean": more_mean,
            "than_mean": less_mean,
            "verdict": _verdict(more_mean, less_mean),
        }


def _verdict(more: float, less: float) -> str:
    if np.isclose(more, less):
        return "tie"
    return "holds" if more > less else "conflict"


def _family(v: Variable, priors: Priors) -> Iterator[Prior]:
    """Return the priors of one variable: its rows, or its base rate or leak and its links."""
    if isinstance(v, Measurement):
        for state, estimate in v.rows.items():
            yield priors.mixed(stated((f"{v.reads}={state}", v.name), v.states, estimate))
        return
    yield priors.mixed(background(v, priors.variables))
    for parent in v.parents:
        yield priors.link(parent, v.name, priors.about(parent, v.name))
