"""All priors of a network: base rates, leaks, links and profiles, each with its source."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data.claims import Claim
from ..data.variables import Factor, Measurement, Mechanism, Outcome, Trait, Variable, Variables
from .copula import GaussianCopula
from .level import Level, background_of_share, pooled_share, scaled
from .link_priors import (
    Words,
    background,
    leak_of_prevalence,
    link_prior,
    profile_prior,
    stated,
    with_mean,
)
from .pooling import opinions
from .prior import Key, Prior


BY_DEFINITION = 0.95  # a link as strong as this leads to its effect by its meaning


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
    level : Level or None
        How often one run hurts, and what per-run hazards are divided by; None leaves every strength
        as the words give it.

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
    level: Level | None = None
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
        if isinstance(v, Trait):
            return self.mixed(profile_prior(v, *pooled))
        return self.mixed(self._along_chain(self._at_level(link_prior(v, *pooled)), v, words))

    def _at_level(self, prior: Prior) -> Prior:
        """Return a leak or link with its hazard divided, if it is one that fires in a run."""
        if self.level is None or not self._fires_in_a_run(prior.key):
            return prior
        return scaled(prior, self.level.divisor)

    def _fires_in_a_run(self, key: Key) -> bool:
        """Whether this is a leak or link of an event, or one into the pain.

        An event hurts by its meaning, so its own link to the pain does not depend on the level.
        """
        cause, effect = (None, key) if isinstance(key, str) else key
        v = self.variables[effect]
        if isinstance(v, Outcome):
            return cause is None or not _is_event(self.variables[cause])
        return _is_event(v)

    def _along_chain(self, prior: Prior, v: Variable, words: Words) -> Prior:
        """Return a link whose claims speak of cause and pain, with what follows it divided out."""
        if self.variables.pooling["chains"] != "whole" or isinstance(v, Outcome):
            return prior
        strength = prior.mean / self._onward(v, words)
        if strength < BY_DEFINITION:
            return with_mean(prior, strength)
        why = f"{prior.why}; as strong as what follows it, so it leads to it as by its meaning"
        return replace(with_mean(prior, BY_DEFINITION), why=why)

    def _onward(self, v: Variable, words: Words) -> float:
        """How strongly a variable leads to the pain, end to end: its strongest path."""
        outcome, strengths = self.variables.outcome, [0.0]
        for effect in self.variables.values():
            if v.name in effect.parents and not isinstance(effect, Trait):
                claims = self.about(v.name, effect.name)
                link = link_prior(effect, v.name, self.variables, claims, words)
                through = effect is outcome or isinstance(v, Factor)
                strengths.append(link.mean if through else 0.0)
        return max(strengths) or 1.0

    def _background(self, v: Variable) -> Prior:
        """Return the base rate or leak of a variable under these claims and at this level."""
        if v.prevalence is not None:
            return leak_of_prevalence(v, self._through_parents(v))
        prior = background(v, self.variables)
        share = getattr(v, "share", None)
        if self.level is None or share is None or v.parents:
            return self._at_level(prior)
        pooled = self._share(v.name)
        link = self.link(v.name, self.variables.outcome.name, ()).mean
        counts = background_of_share(pooled.counts, self.level, link)
        why = f"{pooled.mean:.2f} of all pain after a run: {pooled.why}"
        return replace(pooled, key=v.name, counts=counts, why=why)

    def _through_parents(self, v: Variable) -> float:
        """P(v | its leak never fires), the parents at their base rates."""
        left = 1.0
        for parent in v.parents:
            link = self.link(parent, v.name, self.about(parent, v.name))
            left *= 1 - background(self.variables[parent], self.variables).mean * link.mean
        return 1 - left

    def _share(self, name: str) -> Prior:
        """Return the pooled share of pain that a mechanism stands behind."""
        mechanisms = [m for m in self.variables.mechanisms if m.share]
        shares = {m.name: stated(m.name, m.states, m.share) for m in mechanisms}
        claims = [c for c in self.claims if c.used == "share"]
        by_mechanism = {
            other: opinions([c for c in claims if c.cause == other], self.words, 0.0)
            for other in shares
        }
        return pooled_share(name, shares, by_mechanism)

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
        fewer = replace(self, claims=tuple(c for c in self.claims if c.id in ids))
        spoken = {(c.cause, c.effect) for c in self.claims if c.pooled and c.id not in ids}
        gone = [c for c in self.claims if c.used == "share" and c.id not in ids]
        through = {cause for cause, _ in spoken}
        changed: set[Key] = {
            *spoken,
            *(key for key in self if key[-1] in through and key[0] in self.variables),
        }
        changed |= {v.name for v in self.variables.values() if v.name in through and v.prevalence}
        changed |= {m.name for m in self.variables.mechanisms if gone and m.share}
        return self.with_priors({key: fewer[key] for key in changed}, claims=fewer.claims)

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
        self,
        priors: Mapping[Key, Prior],
        ties: GaussianCopula | None = None,
        claims: tuple[Claim, ...] | None = None,
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
        object.__setattr__(changed, "claims", self.claims if claims is None else claims)
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
    yield priors.mixed(priors._background(v))
    for parent in v.parents:
        yield priors.link(parent, v.name, priors.about(parent, v.name))


def _is_event(v: Variable) -> bool:
    return isinstance(v, Mechanism) and v.is_event
