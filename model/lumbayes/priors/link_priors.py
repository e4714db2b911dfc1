"""Priors of base rates, leaks, links and rows of traits: a stated estimate, pooled with claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..data.claims import Claim, StrengthWord
from ..data.variables import StatedEstimate, Trait, Variable, Variables
from .moments import Opinion, beta_counts
from .pooling import opinions, pool_with_ignorance
from .prior import Key, Prior

Words = Mapping[str, StrengthWord]
IGNORANCE = "ignorance"
BEFORE = {IGNORANCE: "ignorance", "judgement": "a stated figure", "published": "a stated figure"}


def stated(key: Key, states: tuple[str, ...], estimate: StatedEstimate) -> Prior:
    """Return a stated estimate as a prior."""
    counts = tuple(estimate.counts[state] for state in states)
    source = estimate.source or estimate.why
    return Prior(key, states, counts, estimate.basis, source, why=estimate.why)


def background(v: Variable, variables: Variables) -> Prior:
    """Return the stated base rate or leak of a variable; ignorance if none is stated."""
    estimate = v.background or StatedEstimate(IGNORANCE, "nothing is said of it")
    if estimate.basis == IGNORANCE and not estimate.counts:
        yes, no = variables.ignorance["base_rate"]["beta"]
        estimate = replace(estimate, counts=dict(zip(v.states, (no, yes), strict=True)))
    return stated(v.name, v.order[1:] if isinstance(v, Trait) else v.states, estimate)


def with_mean(prior: Prior, mean: float) -> Prior:
    """Return a prior of two states with another mean and the same sum of counts."""
    size = sum(prior.counts)
    ratio = mean * (1 - mean) / (prior.mean * (1 - prior.mean))
    return replace(
        prior,
        counts=((1 - mean) * size, mean * size),
        within_variance=prior.within_variance * ratio,
        between_variance=prior.between_variance * ratio,
    )


def link_states(v: Variable) -> tuple[str, ...]:
    """Return the states that a link to this variable is a distribution over, lowest first.

    Of a trait that follows the dominant cause the lowest state, no pain, is left out.
    """
    return v.order[1:] if v.follows_cause else v.order


def link_before_claims(v: Variable, parent: str, variables: Variables) -> Prior:
    """Return a link before any claim: the stated estimate or, without one, ignorance.

    Of a trait that follows the dominant cause, a link without an estimate is as the background.
    """
    estimate = v.link.get(parent)
    if v.follows_cause:
        background_row = v.background
        assert background_row is not None, "of a trait it is always stated"
        row = stated((parent, v.name), link_states(v), estimate or background_row)
        return row if estimate else replace(row, base=v.name)
    if estimate is None:
        ignorance = variables.ignorance["link"]
        yes, no = ignorance["beta"]
        levels = dict.fromkeys(v.order[1:], yes / (len(v.order) - 1))
        estimate = StatedEstimate(IGNORANCE, ignorance["why"], {v.order[0]: no, **levels})
    return stated((parent, v.name), v.order, estimate)


def link_prior(
    v: Variable, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words
) -> Prior:
    """Return a link pooled from the prior before claims and one opinion per reply."""
    before = link_before_claims(v, parent, variables)
    if not claims:
        return before
    by_reply = opinions(claims, words, background(v, variables).mean)
    weight = variables.ignorance["link"]["weight"]
    first = Opinion(before.mean, before.variance)
    mean, within, between = pool_with_ignorance(first, weight, list(by_reply.values()))
    replies = "replies" if len(by_reply) > 1 else "reply"
    numbers = ", ".join(map(str, sorted(by_reply)))
    unit = "reply" if weight == 1 else "replies"
    average = f"the average of {len(by_reply)} {replies} and of {BEFORE[before.basis]}"
    return replace(
        before,
        counts=beta_counts(mean, within + between),
        basis="claims",
        source=f"{replies} {numbers}",
        claims=claims,
        within_variance=within,
        between_variance=between,
        why=f"{average}, which weighs as much as {weight:g} {unit}",
    )


def profile_prior(
    v: Variable, parent: str, variables: Variables, claims: tuple[Claim, ...], words: Words
) -> Prior:
    """Return a link to a trait: the prior before claims, with counts added for each reply."""
    before = link_before_claims(v, parent, variables)
    if not claims:
        return before
    report = variables.ignorance["profile"]["report"]
    counts = np.array(before.counts, float)
    replies = {claim.answer for claim in claims}
    levels = v.order[1:]
    for reply in replies:
        described = [claim for claim in claims if claim.answer == reply]
        counts[-len(levels) :] += report * _levels(described, levels, words)
    accounts = f"{len(replies)} accounts" if len(replies) > 1 else "1 account"
    each = ", each counted" if len(replies) > 1 else ", counted"
    return replace(
        before,
        counts=tuple(counts.tolist()),
        basis="claims",
        source="the asker's own pain",
        claims=claims,
        why=f"{accounts} of a pain{each} as {report:g} runner, over {BEFORE[before.basis]}",
    )


def _levels(claims: Sequence[Claim], levels: Sequence[str], words: Words) -> np.ndarray:
    """Return one reply's shares of a trait's levels; levels it does not name share the rest."""
    means = [[words[c.reading].mean for c in claims if c.state == level] for level in levels]
    shares = np.array([np.mean(of_level) if of_level else np.nan for of_level in means])
    is_unnamed = np.isnan(shares)
    rest = max(1 - np.nansum(shares), 0.0)
    shares = np.where(is_unnamed, rest / max(is_unnamed.sum(), 1), shares)
    return shares / shares.sum()
