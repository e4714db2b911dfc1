"""What is at work in this pain: for each cause, whether some path of links from it to the pain fired, and but-for.

A present cause need not be at work. For one cause c, each variable v on its ways to the pain is split by how it came
about: ABSENT; OTHER, present without c; NEEDS, present and only through c; BOTH, reached by c and there without it too.
A fired link hands its parent's state on and v is the join of what it is handed, so P(v below h) is again a product over
the parents, and one junction tree a cause answers both: contribution = P(pain in {NEEDS, BOTH} | findings), but-for =
P(pain = NEEDS | findings). Switches: Heckerman & Breese 1996; the counterfactual they settle: Pearl 2009, ch. 9.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case
from .inference import MINUS, ONE, ZERO, Compiled, posteriors
from .junction import JunctionTree, Table, compile_tree, root_marginal, upward
from .variables import Mechanism, Trait, Variables

ABSENT, OTHER, NEEDS, BOTH = range(4)
BELOW = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]], bool)
MOEBIUS = np.array(
    [[ONE, ZERO, ZERO, ZERO], [MINUS, ONE, ZERO, ZERO], [MINUS, ZERO, ONE, ZERO], [ONE, MINUS, MINUS, ONE]]
)
CHUNK = 512


def contributions(case: Case, *, width: float = 0.9, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every cause by how likely it is at work in this pain, one row a cause, most likely first.

    `layer` factor or mechanism; `present` P(it is there | findings); `contribution` P(some path of links from it to the
    pain fired | findings); `low`, `high` the central interval of that width over `draws` joint draws of all priors,
    each weighed by how well it foretells the findings; `but_for` P(pain, and none had the cause been absent |
    findings); `claims` the ids of the claims its links to the pain rest on. Raises `ImpossibleFindings`.
    """
    case.check_possible()
    causes = case.network.variables.causes
    present = posteriors(case.compiled.tree, case.pool(), [c.name for c in causes])
    table = pd.DataFrame(
        {
            "layer": ["mechanism" if isinstance(c, Mechanism) else "factor" for c in causes],
            "present": [float(present[c.name][1, 0]) for c in causes],
            **_figures(case, [c.name for c in causes], width, draws, seed),
            "claims": [_claims(case, c.name) for c in causes],
        },
        index=pd.Index([c.name for c in causes], name="cause"),
    )
    columns = ["layer", "present", "contribution", "low", "high", "but_for", "claims"]
    return table[columns].sort_values("contribution", ascending=False, kind="stable")


def _figures(case: Case, names: list[str], width: float, draws: int, seed: int) -> dict[str, list[float]]:
    point = [at_work(case.compiled, name, case.pool())[:2, 0] for name in names]
    pool = case.pool(draws, seed)
    over_draws = [at_work(case.compiled, name, pool) for name in names]
    bounds = [interval(contribution, weight, width) for contribution, _, weight in over_draws]
    return {
        "contribution": [float(p[0]) for p in point],
        "but_for": [float(p[1]) for p in point],
        "low": [low for low, _ in bounds],
        "high": [high for _, high in bounds],
    }


def at_work(compiled: Compiled, cause: str, pool: np.ndarray) -> np.ndarray:
    """Contribution, but-for and P(findings) up to one common factor a cause, shape (3, lanes)."""
    if cause not in compiled.trees:
        compiled.trees[cause] = compile_tree(
            _tables(compiled, cause), root=_way(compiled.network.variables.outcome.name)
        )
    tree = compiled.trees[cause]
    return np.concatenate([_at_work(tree, compiled, pool[:, i : i + CHUNK]) for i in range(0, pool.shape[1], CHUNK)], 1)


def _at_work(tree: JunctionTree, compiled: Compiled, pool: np.ndarray) -> np.ndarray:
    up = upward(tree, pool)
    split = root_marginal(tree, up, _way(compiled.network.variables.outcome.name))
    weight = up.total * np.exp(up.log_scale)
    return np.stack([split[NEEDS] + split[BOTH], split[NEEDS], weight]).clip(0, None)


def interval(values: np.ndarray, weights: np.ndarray, width: float) -> tuple[float, float]:
    """The central interval of weighted draws (the draws are from the prior; the findings weigh them)."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    middle = (reached - weights[order] / 2) / reached[-1]
    low, high = np.interp([(1 - width) / 2, (1 + width) / 2], middle, values[order])
    return float(low), float(high)


def effective_draws(weights: np.ndarray) -> float:
    """How many equally weighted draws the weighted ones are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def on_the_way(variables: Variables, cause: str) -> set[str]:
    """The variables that some directed path from the cause to the pain goes through, the pain included."""
    causal = [v for v in variables.values() if v.parents and not isinstance(v, Trait)]
    after, before = {cause}, {variables.outcome.name}
    for _ in causal:
        after |= {v.name for v in causal if after & set(v.parents)}
        before |= {p for v in causal if v.name in before for p in v.parents}
    return (after & before) - {cause}


def _tables(compiled: Compiled, cause: str) -> list[Table]:
    marked = on_the_way(compiled.network.variables, cause)
    plain = [table for name, family in compiled.families.items() if name not in marked for table in family]
    split = [table for name in marked for table in _marked(compiled, name, cause, marked)]
    return [*plain, *compiled.found, *split]


def _marked(compiled: Compiled, name: str, cause: str, marked: set[str]) -> Iterator[Table]:
    """The family of one variable on the way: how it came about, and that it is there however it came about."""
    hub, way = f"{name} or below", _way(name)
    yield Table((way, name), np.array([[ONE, ZERO], [ZERO, ONE], [ZERO, ONE], [ZERO, ONE]]))
    yield Table((way, hub), MOEBIUS)
    yield Table((hub,), np.where(BELOW[OTHER], ONE, compiled.row("leak", name, 0)))
    for parent in compiled.network.variables[name].parents:
        states = list(range(4)) if parent in marked else [ABSENT, NEEDS if parent == cause else OTHER]
        rows = np.where(BELOW[states].T, ONE, compiled.row("link", parent, name, 0))
        yield Table((hub, _way(parent) if parent in marked else parent), rows)


def _way(name: str) -> str:
    return f"way of {name}"


def _claims(case: Case, cause: str) -> tuple[str, ...]:
    way = on_the_way(case.network.variables, cause)
    ends = {cause, *way}
    links = [(p, v) for v in way for p in case.network.variables[v].parents if p in ends]
    said = {c.id for link in links for c in case.network.priors.about(*link)}
    return tuple(c.id for c in case.network.priors.claims if c.id in said)
