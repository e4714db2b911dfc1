"""Why a cause is, or is not, at work: what each finding and each claim adds to its log-odds, in decibans.

A deciban is a tenth of a factor of ten in the odds (Good 1950); about one is the smallest step people notice. Told
order adds each finding to those before it and depends on the order; the Shapley value averages over all orders and
does not (Shapley 1953; for weights of evidence Madigan, Mosurski & Almond 1997). Both add up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np
import pandas as pd

from .case import Case
from .claims import Claim
from .contribution import CONTRIBUTION, at_work, ways_of
from .priors import Prior
from .solving import Question, Told
from .variables import Trait

EXACT = 12
ORDERS = 256
Value = Callable[[np.ndarray], np.ndarray]


def explain(case: Case, cause: str, against: str | None = None, seed: int = 0) -> pd.DataFrame:
    """Why the cause is, or is not, at work, one row a finding: `told_db`, `shapley_db`, `error_db`, `says`, `claims`.

    Rows prior and total hold the log-odds of the cause's contribution before and after all findings, in decibans; with
    `against`, the log-odds of it over the other cause's, in which what speaks for both alike cancels. A finding that
    alone makes it certain or impossible says so, is ±inf, and stands outside the sharing of the rest. Exact to 12
    findings, beyond that the mean over seeded orders with its standard error. Raises `ImpossibleFindings`.
    """
    case.check_possible()
    names = [name for name in (cause, against) if name]
    labels, evidence = _players(case)
    value = _value(case, names, lambda on: _tell(case, evidence, on))
    alone = value(np.vstack([np.zeros(len(labels), bool), np.eye(len(labels), dtype=bool)]))
    settled = np.isinf(alone[1:])
    told = value(np.tril(np.ones((len(labels), len(labels)), bool)))
    free = np.flatnonzero(~settled)
    shares, error = shapley(lambda on: value(_spread(on, free, len(labels))), len(free), seed)
    table = pd.DataFrame(index=pd.Index(["prior", *labels, "total"], name="finding"))
    table["told_db"] = [alone[0], *_steps(alone[0], told), told[-1] if len(labels) else alone[0]]
    table["shapley_db"] = [alone[0], *np.where(settled, alone[1:], 0.0), alone[0]]
    table.iloc[1 + free, 1] = shares
    table.iloc[-1, 1] = table.iloc[:-1, 1].sum()
    table["error_db"] = 0.0
    table.iloc[1 + free, 2] = error
    table["says"] = [_says(v) if s else "" for v, s in zip([0, *alone[1:], 0], [False, *settled, False], strict=True)]
    table["claims"] = [(), *(_about(case, name) for name, _ in evidence), ()]
    return table


def receipt(case: Case, cause: str, orders: int = ORDERS, seed: int = 0) -> pd.DataFrame:
    """Which claims carry the cause in this case: `shapley_db` a claim, with answer, author and quote, largest first.

    A claim left out gives way to what the rest of its link's claims say, down to stated ignorance. The sum is the
    distance, in decibans, from the model in which nobody said anything; `error_db` is the standard error over orders.
    """
    case.check_possible()
    claims = [c for c in case.network.priors.claims if c.pooled]
    links = {(c.cause, c.effect): [d for d in claims if (d.cause, d.effect) == (c.cause, c.effect)] for c in claims}
    told = _told_by_links(case, links)
    value = _value(case, [cause], lambda on: told(dict(zip(claims, on.T, strict=True)), len(on)))
    shares, error = sampled(value, len(claims), orders, seed)
    table = pd.DataFrame(
        {"shapley_db": shares, "error_db": error}, index=pd.Index([c.id for c in claims], name="claim")
    )
    table["answer"] = [c.answer for c in claims]
    table["author"] = [c.author for c in claims]
    table["link"] = [f"{c.cause} → {c.effect}" for c in claims]
    table["quote"] = [c.quote for c in claims]
    return table.iloc[np.argsort(-table["shapley_db"].abs().to_numpy(), kind="stable")]


def decibans(probability: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
    """10·log10 of the odds of a probability, or of its ratio to another; ±inf at 0 and 1 (Good 1950)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10 * np.log10(probability / (1 - probability if other is None else other))


def _players(case: Case) -> tuple[list[str], list[tuple[str, np.ndarray]]]:
    labels = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in case.findings.items()
    ]
    return labels + [f"{name} leaning" for name in case.leanings], case.evidence()


def _value(case: Case, names: Sequence[str], tell: Callable[[np.ndarray], Told]) -> Value:
    """The log-odds of a contribution for each coalition, a row of booleans; `tell` gives the pool's rows for them."""

    def value(coalitions: np.ndarray) -> np.ndarray:
        if not len(coalitions):
            return np.zeros(0)
        question = Question.of(case.compiled.mean_pool, tell(coalitions))
        (found,), _ = at_work(ways_of(case), question, names, CONTRIBUTION)
        return np.broadcast_to(decibans(*found), len(coalitions))

    return value


def _tell(case: Case, evidence: Sequence[tuple[str, np.ndarray]], on: np.ndarray) -> Told:
    """Surgery for everyone, and in each lane the findings that its coalition holds."""
    told = Case(case.compiled, surgery=case.surgery).told()
    for (name, weights), held in zip(evidence, on.T, strict=True):
        case.compiled.enter(told, name, np.where(held, weights[:, None], 1.0))
    return told


def _told_by_links(
    case: Case, links: dict[tuple[str, str], list[Claim]]
) -> Callable[[dict[Claim, np.ndarray], int], Told]:
    """The case's findings, and in each lane every link as the claims that its coalition holds would have it."""
    found = case.told()
    pooled = {link: _subsets(case, link, said) for link, said in links.items()}

    def told(held: dict[Claim, np.ndarray], lanes: int) -> Told:
        rows: Told = {}
        for (cause, effect), said in links.items():
            which = np.sum([held[claim] << i for i, claim in enumerate(said)], axis=0)
            for k, row in enumerate(case.compiled.of_prior((cause, effect))):
                rows[row] = pooled[cause, effect][which, k]
        return {**rows, **found}

    return told


def _subsets(case: Case, link: tuple[str, str], said: list[Claim]) -> np.ndarray:
    """The link's cumulated mean for every subset of its claims, shape (subsets, states)."""
    chosen = [[c for i, c in enumerate(said) if subset >> i & 1] for subset in range(2 ** len(said))]
    priors: list[Prior] = [case.network.priors.link(*link, claims) for claims in chosen]
    return np.cumsum([prior.shares for prior in priors], axis=1)


def _steps(start: float, told: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.diff([start, *told]), nan=0.0, posinf=np.inf, neginf=-np.inf)


def _spread(on: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    full = np.zeros((len(on), size), bool)
    full[:, places] = on
    return full


def shapley(value: Value, players: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each player's Shapley value and its standard error, of a game given as value(rows of booleans).

    φᵢ = Σ_S |S|! (n − |S| − 1)! / n! · [v(S ∪ i) − v(S)] over the sets S without i (Shapley 1953); exact to EXACT.
    """
    if players > EXACT:
        return sampled(value, players, ORDERS, seed)
    on = np.array([[subset >> i & 1 for i in range(players)] for subset in range(2**players)], bool)
    values, sizes = value(on), on.sum(axis=1)
    shares = np.array([factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)])
    index = np.arange(len(on))
    found = [shares[sizes[w := index[~on[:, i]]]] @ (values[w + (1 << i)] - values[w]) for i in range(players)]
    return np.array(found, float), np.zeros(players)


def sampled(value: Value, players: int, orders: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean marginal value over seeded orders and their reverses; every order adds up, so the means do."""
    rng = np.random.default_rng(seed)
    half = [rng.permutation(players) for _ in range(orders // 2)]
    ranks = np.argsort([*half, *(order[::-1] for order in half)], axis=1)
    on = ranks[:, None, :] < np.arange(players + 1)[None, :, None]
    values = value(on.reshape(-1, players)).reshape(len(ranks), players + 1)
    gains = np.take_along_axis(np.diff(values, axis=1), ranks, axis=1)
    pairs = (gains[: len(half)] + gains[len(half) :]) / 2
    return gains.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(half))


def _says(value: float) -> str:
    return "rules it out" if value < 0 else "settles it"


def _about(case: Case, name: str) -> tuple[str, ...]:
    """The claims behind what a node tells: those on its own links, or on its factor's for a reading."""
    node = case.network.variables[name]
    name = getattr(node, "reads", name)
    ends = ("effect",) if isinstance(node, Trait) else ("cause", "effect")
    said = [c for c in case.network.priors.claims if c.pooled]
    return tuple(c.id for c in said if name in (getattr(c, end) for end in ends))


__all__ = ["decibans", "explain", "receipt"]
