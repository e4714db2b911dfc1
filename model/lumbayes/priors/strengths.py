"""The strength of each link and leak of a network: pooled, split along chains, divided by T.

A claim speaks of a cause and of the pain. If chains are pooled "whole", the strength of a link is
the pooled strength of the cause divided by how strongly the effect of the link leads on to the
pain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.schema import Place
from ..data.variables import Factor, Measurement, Outcome, Trait, Variable, Variables
from .level import Level, fires_in_a_run, scaled
from .link_priors import background, link_prior, profile_prior, stated, with_mean
from .prior import Key, Prior
from .shares import rate_of_share, share_of_pain

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .priors import Priors

VARIABLES = Path("variables.toml")


class PooledLinks(dict[tuple[str, str], Prior]):
    """Links, none to a trait, end to end and not divided by T; each is pooled when first asked for.

    So if one claim is read otherwise, only the links that are asked for are pooled.
    """

    def __init__(self, priors: Priors) -> None:
        self._priors = priors

    def __missing__(self, link: tuple[str, str]) -> Prior:
        cause, effect = link
        variables, claims = self._priors.variables, self._priors.about(cause, effect)
        prior = link_prior(variables[effect], cause, variables, claims, self._priors.words)
        return self.setdefault(link, prior)


def link_strength(pooled: Prior, priors: Priors) -> Prior:
    """Return a pooled link after division by T and, for a whole chain, by what follows the link."""
    levelled = at_level(pooled, priors)
    v = priors.variables[pooled.key[1]]
    if priors.variables.pooling["chains"] != "whole" or isinstance(v, Outcome):
        return levelled
    strength = levelled.mean / onward(v, priors.variables, priors.pooled)
    by_definition = priors.variables.pooling["by_definition"]
    if strength < by_definition:
        return with_mean(levelled, strength)
    why = f"{pooled.why}; as strong as what follows it, so it leads to it as by its meaning"
    return replace(with_mean(levelled, by_definition), why=why)


def at_level(prior: Prior, priors: Priors) -> Prior:
    """Return a leak or link with its hazard divided by T, if it fires per run; else unchanged."""
    level = priors.level
    if level is None or not level.divides or not fires_in_a_run(prior.key, priors.variables):
        return prior
    return scaled(prior, level.divisor)


def onward(v: Variable, variables: Variables, links: PooledLinks) -> float:
    """Return how strongly a variable leads to the pain, end to end, by its strongest link.

    It is 1 if the variable has no link towards the pain.
    """
    outcome = variables.outcome
    strengths = [
        links[v.name, effect.name].mean
        for effect in variables.values()
        if v.name in effect.parents and not isinstance(effect, Trait)
        if effect is outcome or isinstance(v, Factor)
    ]
    return max(strengths, default=0.0) or 1.0


def background_strength(v: Variable, priors: Priors) -> Prior:
    """Return the prior of the base rate or leak of a variable, by the claims and T of `priors`."""
    variables, level = priors.variables, priors.level
    if v.prevalence is not None:
        return leak_of_prevalence(v, priors)
    if level is None or not _has_share(v):
        return at_level(background(v, variables), priors)
    pooled = share_of_pain(v.name, variables, priors.claims, priors.words)
    link = strength((v.name, variables.outcome.name), priors)
    return rate_of_share(pooled, level, link.mean)


def leak_of_prevalence(v: Variable, priors: Priors) -> Prior:
    """Return the leak of a variable with a stated prevalence: what its parents leave over.

    Raises
    ------
    Problem
        If the parents alone make the variable more common than the prevalence.
    """
    assert v.prevalence is not None
    prevalence = stated(v.name, v.states, v.prevalence)
    through_parents = 1 - absent_without_leak(v, priors)
    leak = 1 - (1 - prevalence.mean) / (1 - through_parents)
    if not leak > 0:
        place = Place(VARIABLES, f"[{type(v).__name__.lower()}.{v.name}]", "prevalence")
        found = f"found {prevalence.mean:.3f}, but its parents alone bring {through_parents:.3f}"
        todo = "give a higher prevalence, or make its links weaker"
        raise place.problem(f"{found}; {todo}.", "prevalence", prevalence.mean)
    return with_mean(prevalence, leak)


def absent_without_leak(v: Variable, priors: Priors) -> float:
    """Return P(v is absent | the leak of v does not fire), from the base rates of its parents."""
    absent = 1.0
    for parent in v.parents:
        link = strength((parent, v.name), priors)
        absent *= 1 - base_rate_of(priors.variables[parent], priors) * link.mean
    return absent


def base_rate_of(v: Variable, priors: Priors) -> float:
    """Return P(v = yes), as if the causes of v were independent."""
    if v.prevalence is not None:
        return stated(v.name, v.states, v.prevalence).mean
    leak = background(v, priors.variables).mean
    return 1 - (1 - leak) * absent_without_leak(v, priors) if v.parents else leak


def strength(key: Key, priors: Priors) -> Prior:
    """Return one prior computed from the claims, words and T of `priors`, before any blend."""
    if isinstance(key, str):
        return background_strength(priors.variables[key], priors)
    v = priors.variables[key[1]]
    if isinstance(v, Measurement):
        return stated(key, v.states, v.rows[key[0].removeprefix(f"{v.reads}=")])
    if isinstance(v, Trait):
        return profile_prior(v, key[0], priors.variables, priors.about(*key), priors.words)
    return link_strength(priors.pooled[key], priors)


def keys_of(v: Variable) -> list[Key]:
    """Return the keys of the priors of a variable.

    They are its base rate or leak and the links into it; of a picture test, its rows.
    """
    if isinstance(v, Measurement):
        return [(f"{v.reads}={state}", v.name) for state in v.rows]
    return [v.name, *((parent, v.name) for parent in v.parents)]


def per_run(priors: Priors) -> dict[Key, Prior]:
    """Return the priors whose hazard depends on T, those that follow from a share of pain too."""
    return {key: p for key, p in priors.items() if fires_in_a_run(key, priors.variables)}


def keys_of_claims(priors: Priors) -> set[Key]:
    """Return the keys of per-run priors that are pooled from claims, and not replaced since.

    None of a blend: the part from claims alone would move, and the strengths change proportion.
    """
    if priors.level is None or not priors.level.divides or priors.mixes:
        return set()
    return {key for key, prior in per_run(priors).items() if prior == strength(key, priors)}


def divided_mixes(priors: Priors, ratio: float) -> tuple[tuple[Priors, float], ...]:
    """Return the sets that priors were blended with, their hazards per run divided by `ratio`."""
    return tuple((_with_hazards_divided(other, ratio), trust) for other, trust in priors.mixes)


def _with_hazards_divided(priors: Priors, ratio: float) -> Priors:
    changed = {key: scaled(prior, ratio) for key, prior in per_run(priors).items()}
    return priors.with_priors(changed, mixes=divided_mixes(priors, ratio))


def divided(priors: Priors, level: Level) -> Priors:
    """Return the priors at another T, that of `level`, if T divides their hazards.

    What their claims and words give is computed from these again. Any other, such as a fitted one,
    has its own hazard divided further, and so have the sets that were blended in.
    """
    before = priors.level
    if before is None or not before.divides:
        return priors.with_priors({}, level=level)
    ratio = level.divisor / before.divisor
    other = priors.with_priors({}, level=level, mixes=divided_mixes(priors, ratio))
    of_claims = keys_of_claims(priors)
    return other.with_priors(
        {
            key: strength(key, other) if key in of_claims else scaled(prior, ratio)
            for key, prior in per_run(priors).items()
            if isinstance(key, tuple) or not _has_share(priors.variables[key])
        }
    )


def reached(priors: Priors, claims: Iterable[Claim]) -> set[Key]:
    """Return the keys of the priors that may change if these claims are left out.

    They are the links that the claims are about, the links into the causes of these links (which
    share the strength of a chain), and the leaks and base rates that follow from a prevalence or a
    share of all pain.
    """
    claims = list(claims)
    links: set[Key] = {(claim.cause, claim.effect) for claim in claims if claim.pooled}
    causes = {claim.cause for claim in claims if claim.used == "link"}
    links |= {key for key in priors if isinstance(key, tuple) and key[1] in causes}
    effects = {key[1] for key in links}
    with_prevalence = [v.name for v in priors.variables.values() if v.prevalence]
    own: set[Key] = {name for name in with_prevalence if name in effects}
    if any(claim.used == "share" for claim in claims):
        own |= {v.name for v in priors.variables.mechanisms if _has_share(v)}
    return links | own


def claims_in_force(priors: Priors) -> list[Claim]:
    """Return the claims of which every prior is as the claims give it, blended or not.

    A prior that was fitted, drawn or replaced no longer follows from its claims.
    """
    replaced = {
        key for key, prior in priors.items() if prior != priors.mixed(strength(key, priors))
    }
    return [c for c in priors.claims if c.is_used and replaced.isdisjoint(reached(priors, [c]))]


def strength_under(key: Key, priors: Priors, claims: Iterable[Claim]) -> Prior:
    """Return one prior as it would be if only these claims had been made; T stays."""
    fewer = priors.with_priors({}, claims=tuple(claims))
    return fewer.mixed(strength(key, fewer))


def _has_share(v: Variable) -> bool:
    return getattr(v, "share", None) is not None and not v.parents
