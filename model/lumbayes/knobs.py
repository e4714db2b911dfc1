"""Everything that can be turned: each elicited number, and each claim read as another probability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .case import Case
from .claims import Claim
from .priors import Key, Prior


@dataclass(frozen=True)
class Knob:
    """One number that can be turned: from `value` to θ the shares of `key` move by `direction` · (θ − value).

    `low` and `high` are the ends of what it may well be, and `gone` the shares' change if it were taken away.
    """

    label: str
    kind: str
    key: Key
    value: float
    direction: np.ndarray
    low: float
    high: float
    gone: np.ndarray | None = None


def knobs(case: Case) -> Iterator[Knob]:
    """Every elicited number, its siblings sharing what is left in proportion, and every claim that reaches one."""
    priors = case.network.priors
    for key, prior in priors.items():
        for state in prior.states[-1:] if len(prior.states) == 2 else prior.states:
            yield _number(key, prior, state)
        for claim in prior.claims:
            yield _claim(case, (claim.cause, claim.effect), prior, claim)


def _number(key: Key, prior: Prior, state: str) -> Knob:
    place = prior.states.index(state)
    shares = prior.shares
    direction = -shares / (1 - shares[place])
    direction[place] = 1.0
    name = key if isinstance(key, str) else " → ".join(key)
    label = name if len(prior.states) == 2 else f"{name} = {state}"
    return Knob(label, prior.basis, key, float(shares[place]), direction, *prior.interval(state=state))


def _claim(case: Case, link: tuple[str, str], prior: Prior, claim: Claim) -> Knob:
    """The claim's word read as another probability; the pooled shares move in proportion, so two points do."""
    priors, reading = case.network.priors, case.network.priors.words[claim.reading]
    others = [c for c in prior.claims if c is not claim]
    weaker = replace(reading, alpha=reading.alpha / 2)
    moved = priors.link(*link, [*others, replace(claim, reading="weaker")], {**priors.words, "weaker": weaker})
    direction = (moved.shares - prior.shares) / (weaker.mean - reading.mean)
    gone = priors.link(*link, others).shares - prior.shares
    return Knob(claim.id, "claim", link, reading.mean, direction, *reading.interval(), gone)
