"""Why a cause is, or is not, at work: what each finding and each claim adds to its log-odds, in
decibans.

A deciban is a tenth of a factor of ten in the odds (Good 1950); about one is the smallest step
people notice. Told order adds each finding to those before it and depends on the order; the Shapley
value averages over all orders and does not (Shapley 1953; for weights of evidence Madigan, Mosurski
& Almond 1997). Both add up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ..attribution import CONTRIBUTION, active_probabilities, fired_paths
from ..case import Case
from ..data.claims import Claim
from ..data.variables import Trait
from ..engine.solve import Query, Told
from ..priors.prior import Prior
from .shapley import ORDERS, Value, sampled, shapley


def explain(case: Case, cause: str, against: str | None = None, seed: int = 0) -> pd.DataFrame:
    """Why the cause is, or is not, at work, one row a finding: `told_db`, `shapley_db`, `error_db`,
    `says`, `claims`.

    Rows prior and total hold the log-odds of the cause's contribution before and after all
    findings, in decibans; with `against`, the log-odds of it over the other cause's, in which what
    speaks for both alike cancels. A finding that, after those before it, makes it certain or
    impossible says so, is ±inf, and stands outside the sharing of the rest; where neither of two
    causes can be at work nothing is left to compare, and the total is 0. Exact to 12 findings,
    beyond that the mean over seeded orders with its standard error. Raises `ValueError` for
    anything but a cause, and `ImpossibleFindings`.
    """
    names = [name for name in (cause, against) if name is not None]
    case.network.check_causes(*names)
    case.check_consistent()
    labels, evidence = _players(case)
    value = _value(case, names, lambda on: _tell(case, evidence, on))
    told = value(np.tril(np.ones((len(labels) + 1, len(labels)), bool), -1))
    free, settled = _settled(value, len(labels))
    shares, error = shapley(lambda on: value(_spread(on, free, len(labels))), len(free), seed)
    shared = np.zeros(len(labels))
    shared[free], shared[[*settled]] = shares, [*settled.values()]
    shared[np.flatnonzero(np.isnan(shared))[:1]] = -told[0] - shares.sum()
    table = pd.DataFrame(index=pd.Index(["prior", *labels, "total"], name="finding"))
    start, total = np.nan_to_num(told[[0, -1]], nan=0.0, posinf=np.inf, neginf=-np.inf)
    table["sequential_db"] = [start, *_steps(told), total]
    table["shapley_db"] = [
        start,
        *np.nan_to_num(shared, nan=0.0, posinf=np.inf, neginf=-np.inf),
        total,
    ]
    table["error_db"] = 0.0
    table.iloc[1 + free, 2] = error
    table["says"] = [
        "",
        *(_says(settled[i]) if i in settled else "" for i in range(len(labels))),
        "",
    ]
    table["claims"] = [(), *(_about(case, name) for name, _ in evidence), ()]
    return table


def claim_attribution(case: Case, cause: str, orders: int = ORDERS, seed: int = 0) -> pd.DataFrame:
    """Which claims carry the cause in this case: `shapley_db` a claim, with answer, author and
    quote, largest first.

    A claim left out gives way to what the rest of its link's claims say, down to stated ignorance.
    The sum is the distance, in decibans, from the model in which nobody said anything; `error_db`
    is the standard error over orders. What a finding settles no claim carries: each brings 0.
    Raises `ValueError` for anything but a cause and for fewer than 4 orders, and
    `ImpossibleFindings`.
    """
    case.network.check_causes(cause)
    case.check_consistent()
    claims = [c for c in case.priors.claims if c.pooled]
    links = {
        (c.cause, c.effect): [d for d in claims if (d.cause, d.effect) == (c.cause, c.effect)]
        for c in claims
    }
    told = _told_by_links(case, links)
    value = _value(case, [cause], lambda on: told(dict(zip(claims, on.T, strict=True)), len(on)))
    shares, error = sampled(value, len(claims), orders, seed)
    table = pd.DataFrame(
        {"shapley_db": shares, "error_db": error},
        index=pd.Index([c.id for c in claims], name="claim"),
    )
    table["answer"] = [c.answer for c in claims]
    table["author"] = [c.author for c in claims]
    table["link"] = [f"{c.cause} → {c.effect}" for c in claims]
    table["quote"] = [c.quote for c in claims]
    return table.iloc[np.argsort(-table["shapley_db"].abs().to_numpy(), kind="stable")]


def decibans(probability: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
    """10·log10 of the odds of a probability, or of its ratio to another; ±inf at 0 and 1 (Good
    1950).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10 * np.log10(probability / (1 - probability if other is None else other))


def _players(case: Case) -> tuple[list[str], list[tuple[str, np.ndarray]]]:
    labels = [
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in case.findings.items()
    ]
    return labels + [f"{name} likelihood" for name in case.likelihoods], case.evidence()


def _value(case: Case, names: Sequence[str], tell: Callable[[np.ndarray], Told]) -> Value:
    """The log-odds of a contribution for each coalition, a row of booleans; `tell` gives the pool's
    rows for them.
    """

    def value(coalitions: np.ndarray) -> np.ndarray:
        if not len(coalitions):
            return np.zeros(0)
        question = Query.of(case.compiled.mean_inputs, tell(coalitions))
        (found,), _ = active_probabilities(fired_paths(case), question, names, CONTRIBUTION)
        return np.broadcast_to(decibans(*found), len(coalitions))

    return value


def _tell(case: Case, evidence: Sequence[tuple[str, np.ndarray]], on: np.ndarray) -> Told:
    """Surgery for everyone, and in each lane the findings that its coalition holds."""
    told = Case(case.compiled, interventions=case.interventions).evidence_inputs()
    for (name, weights), held in zip(evidence, on.T, strict=True):
        case.compiled.enter(told, name, np.where(held, weights[:, None], 1.0))
    return told


def _told_by_links(
    case: Case, links: dict[tuple[str, str], list[Claim]]
) -> Callable[[dict[Claim, np.ndarray], int], Told]:
    """The case's findings, and in each lane every link as the claims that its coalition holds would
    have it.
    """
    found = case.evidence_inputs()
    pooled = {link: _subsets(case, link, said) for link, said in links.items()}

    def told(held: dict[Claim, np.ndarray], batch_size: int) -> Told:
        rows: Told = {}
        for (cause, effect), said in links.items():
            which = np.sum([held[claim] << i for i, claim in enumerate(said)], axis=0)
            for k, row in enumerate(case.compiled.of_prior((cause, effect))):
                rows[row] = pooled[cause, effect][which, k]
        return {**rows, **found}

    return told


def _subsets(case: Case, link: tuple[str, str], said: list[Claim]) -> np.ndarray:
    """The link's cumulated mean for every subset of its claims, shape (subsets, states)."""
    chosen = [
        [c for i, c in enumerate(said) if subset >> i & 1] for subset in range(2 ** len(said))
    ]
    priors: list[Prior] = [case.priors.link(*link, claims) for claims in chosen]
    return np.cumsum([prior.shares for prior in priors], axis=1)


def _settled(value: Value, size: int) -> tuple[np.ndarray, dict[int, float]]:
    """The findings that leave odds, and those that after the ones before them do not, each with
    what it leaves: ±inf for one cause, NaN where both are ruled out. Where there never were odds,
    nothing has settled anything."""
    free, settled = np.arange(size), dict[int, float]()
    if not np.isfinite(value(np.zeros((1, size), bool)))[0]:
        return free[:0], settled
    while not np.isfinite(
        told := value(_spread(np.tril(np.ones((len(free), len(free)), bool)), free, size))
    ).all():
        first = int(np.flatnonzero(~np.isfinite(told))[0])
        settled[int(free[first])] = float(told[first])
        free = np.delete(free, first)
    return free, settled


def _steps(told: np.ndarray) -> list[float]:
    """What each finding adds to those before it; once nothing is left to compare, the odds count as
    even.
    """
    return [_jump(before, after) for before, after in pairwise(told)]


def _jump(before: float, after: float) -> float:
    if np.isnan(before) or before == after:
        return 0.0
    return -before if np.isnan(after) else after - before


def _spread(on: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    full = np.zeros((len(on), size), bool)
    full[:, places] = on
    return full


def _says(value: float) -> str:
    return "rules both out" if np.isnan(value) else "rules it out" if value < 0 else "settles it"


def _about(case: Case, name: str) -> tuple[str, ...]:
    """The claims behind what a node tells: those on its own links, or on its factor's for a
    reading.
    """
    node = case.variables[name]
    name = getattr(node, "reads", name)
    ends = ("effect",) if isinstance(node, Trait) else ("cause", "effect")
    said = [c for c in case.priors.claims if c.pooled]
    return tuple(c.id for c in said if name in (getattr(c, end) for end in ends))
