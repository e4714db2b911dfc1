"""All priors of a network: base rates, leaks, links and rows of traits, each with a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.arguments import ALL_PRIORS, CHANGED_PRIORS, KEYS_OR_ALL, check_arguments
from ..data.variables import Trait, Variables
from ..errors import allow
from .joint_draws import joint_draws_of
from .link_priors import Words, link_prior, profile_prior
from .orders import compared
from .prior import Key, Prior
from .strengths import PooledLinks, divided, keys_of, link_strength, reached, strength

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .copula import GaussianCopula
    from .joint_draws import JointDraws
    from .level import Level


@dataclass(frozen=True)
class Priors(Mapping[Key, Prior]):
    """The priors of all parameters of a network, a read-only mapping from key to `Prior`.

    `priors["weak_core"]` is a base rate or leak, `priors["weak_core", "muscle_strain"]` a link.

    Attributes
    ----------
    variables : Variables
    claims : tuple of Claim
        The claims that were not left out, including those that reach no parameter.
    words : mapping of str to StrengthWord
        The strength words by name, such as "can".
    mixes : tuple of (Priors, float)
        The other sets that this one was blended with, in order, each with its weight.
    ties : GaussianCopula, JointDraws or None
        The dependence of parameters that were fitted together; all others are independent.
    name : str
        "thread", "literature" or a path.
    level : Level or None
        The base rate of pain and T (see `load`); None if the case was loaded without a base rate.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().priors["weak_core", "muscle_strain"].source
    'replies 1, 4, 5'
    """

    variables: Variables
    claims: tuple[Claim, ...]
    words: Words
    mixes: tuple[tuple[Priors, float], ...] = ()
    ties: GaussianCopula | JointDraws | None = field(default=None, repr=False, compare=False)
    name: str = field(default="", compare=False)
    level: Level | None = None
    _all: Mapping[Key, Prior] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        keys = [key for v in self.variables.values() for key in keys_of(v)]
        priors = {key: self.mixed(strength(key, self)) for key in keys}
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
            Each parameter has its own random stream. A row of a trait that differs from the
            background row only by claims shares the draws of that row.
        keys : iterable of key, optional
            The parameters to draw; by default all.

        Returns
        -------
        dict
            From key to draws of P(yes), shape (n,), or of all states, shape (n, n_states).

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.sample(3, keys=["hills"])["hills"].round(2)
        array([0.14, 0.14, 0.12])
        """
        check_arguments("Priors.sample", locals(), keys=KEYS_OR_ALL)
        return joint_draws_of(self, [*(self if keys is None else keys)], n, seed)

    def tied(self, key: Key) -> bool:
        """Return whether a parameter is drawn jointly with others, because they were fitted.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.tied("hills")
        False
        """
        check_arguments("Priors.tied", locals())
        return self.ties is not None and self.ties.numbers.get(key) is self[key]

    def about(self, cause: str, effect: str) -> tuple[Claim, ...]:
        """Return the claims that are pooled into the link from `cause` to `effect`.

        Examples
        --------
        >>> from lumbayes import load
        >>> [claim.id for claim in load().priors.about("hills", "muscle_strain")]
        ['A1-28', 'A2-01', 'A3-01']
        """
        check_arguments("Priors.about", locals())
        allow("Priors.about", "variable", [cause, effect], self.variables)
        return tuple(c for c in self.claims if (c.cause, c.effect) == (cause, effect) and c.pooled)

    def link(self, cause: str, effect: str, claims: Iterable[Claim]) -> Prior:
        """Return the prior that a link would have if it were pooled from the given claims.

        Parameters
        ----------
        cause, effect : str
        claims : iterable of Claim
            Without any, the prior is the stated estimate of the link or, without one, ignorance.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.link("hills", "muscle_strain", []).basis
        'ignorance'
        """
        check_arguments("Priors.link", locals())
        v = self.variables[effect]
        allow("Priors.link", f"cause of {effect}", [cause], v.parents)
        of = profile_prior if isinstance(v, Trait) else link_prior
        pooled = of(v, cause, self.variables, tuple(claims), self.words)
        return self.mixed(pooled if isinstance(v, Trait) else link_strength(pooled, self))

    @cached_property
    def pooled(self) -> PooledLinks:
        """By link, traits aside, its strength from cause to pain, not yet divided by T."""
        return PooledLinks(self)

    def at_divisor(self, divisor: float) -> Priors:
        """Return the same priors with all hazards per run divided by another number T (see `load`).

        What was fitted, drawn, blended or replaced is divided as it is; its draws are independent.

        Examples
        --------
        >>> from lumbayes import load
        >>> sets = load().priors, load().priors.at_divisor(1)
        >>> [round(priors["weak_core", "muscle_strain"].mean, 3) for priors in sets]
        [0.009, 0.222]
        """
        check_arguments("Priors.at_divisor", locals())
        if self.level is None:
            raise ValueError("These priors have no level; load them with a base_rate.")
        return divided(self, replace(self.level, divisor=divisor))

    def mixed(self, prior: Prior) -> Prior:
        """Return a prior blended with the priors of the same parameter in the sets of `mixes`."""
        check_arguments("Priors.mixed", locals())
        for other, trust in self.mixes:
            prior = prior.mix(other[prior.key], trust)
        return prior

    def with_claims(self, claims: Iterable[Claim]) -> Priors:
        """Return the priors that would result if only these claims had been made; T stays.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.with_claims([])["hills", "muscle_strain"].basis
        'ignorance'
        """
        check_arguments("Priors.with_claims", locals())
        ids = {claim.id for claim in claims}
        gone = [claim for claim in self.claims if claim.id not in ids]
        fewer = self.with_priors({}, claims=tuple(c for c in self.claims if c.id in ids))
        return fewer.pooled_again(reached(self, gone))

    def pooled_again(self, keys: Iterable[Key]) -> Priors:
        """Return these priors, those of some keys computed again from `claims` and `words`.

        Examples
        --------
        >>> from lumbayes import load
        >>> priors = load().priors
        >>> priors.pooled_again(["hills"])["hills"] == priors["hills"]
        True
        """
        check_arguments("Priors.pooled_again", locals())
        return self.with_priors({key: self.mixed(strength(key, self)) for key in keys})

    def blend(self, other: Priors, trust: float) -> Priors:
        """Return the linear opinion pool of two sets of priors, parameter by parameter.

        Parameters
        ----------
        other : Priors
            A set over the same variables.
        trust : float
            The weight of the other set, from 0 (this set alone) to 1 (the other alone).

        Returns
        -------
        Priors
            Means that differ add variance. A later `with_claims` leaves the part of `other` as is.

        Raises
        ------
        ValueError
            If `trust` is not from 0 to 1, or if `other` lacks a parameter or its states.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().priors.blend(load("literature").priors, 0.5).name
        'thread and 0.5 of literature'
        """
        check_arguments("Priors.blend", locals(), other=ALL_PRIORS)
        mixed = {key: prior.mix(other[key], trust) for key, prior in self.items()}
        blend = self.with_priors(mixed, mixes=(*self.mixes, (other, trust)))
        object.__setattr__(blend, "name", f"{self.name} and {trust:g} of {other.name}")
        return blend

    def with_priors(
        self,
        priors: Mapping[Key, Prior],
        ties: GaussianCopula | JointDraws | None = None,
        claims: tuple[Claim, ...] | None = None,
        words: Words | None = None,
        level: Level | None = None,
        mixes: tuple[tuple[Priors, float], ...] | None = None,
    ) -> Priors:
        """Return a copy with some priors replaced, by key, and what else is given.

        Examples
        --------
        >>> from dataclasses import replace
        >>> from lumbayes import load
        >>> priors = load().priors
        >>> priors.with_priors({"hills": replace(priors["hills"], counts=(1, 3))})["hills"].mean
        0.75
        """
        check_arguments("Priors.with_priors", locals(), **CHANGED_PRIORS)
        changed = copy(self)
        object.__setattr__(changed, "ties", ties or self.ties)
        object.__setattr__(changed, "level", level or self.level)
        object.__setattr__(changed, "mixes", self.mixes if mixes is None else mixes)
        if claims is not None:
            object.__setattr__(changed, "claims", claims)
            object.__setattr__(changed, "words", words or self.words)
            changed.__dict__.pop("pooled", None)
        object.__setattr__(changed, "_all", {**self._all, **priors})
        return changed

    def orders(self) -> list[dict[str, Any]]:
        """Return the claims that put one cause before another, beside the prior means.

        Returns
        -------
        list of dict
            `claim`; `cause`, which it puts first; `than`, the other cause; `quantity`, such as
            "how common"; `cause_mean`, `than_mean`; `verdict`: "holds", "tie" or "conflict".

        Examples
        --------
        >>> from lumbayes import load
        >>> rows = [row for row in load().priors.orders() if row["than"] == "tight_hamstrings"]
        >>> [row["verdict"] for row in rows if row["quantity"].startswith("how")]
        ['holds', 'holds']
        """
        pairs = [(c, other) for c in self.claims if c.used == "order" for other in c.than]
        return [row for claim, other in pairs for row in compared(self, claim, other)]
