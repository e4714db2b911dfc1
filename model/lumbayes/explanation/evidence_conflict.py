"""What to ask next, when to stop asking, and whether the answers so far fight: hypothetical
answers, as one batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ..case import Case, Evidence, hypothetical
from ..engine.solve import probability


@dataclass(frozen=True)
class Conflict:
    """Do the findings fight? `bits` above 0: less likely together than apart (Jensen et al. 1990;
    Hugin's sign).

    `pairs` every two findings' own conflict, worst first; `recheck` the finding whose absence
    lowers it most, "" if none does; `reconciles` the causes under which the findings no longer
    fight, with the conflict that is left; `labels` what each variable is called.
    """

    bits: float
    pairs: pd.Series
    recheck: str
    reconciles: pd.Series
    labels: Mapping[str, str]


def conflict(case: Case) -> Conflict:
    """log2 of Π P(finding) / P(findings): whole, by pairs, without each finding, and given each
    cause.
    """
    case.check_consistent()
    evidence = case.evidence()
    labels = [*case.findings, *(f"{name} likelihood" for name in case.likelihoods)]
    pairs = list(combinations(range(len(evidence)), 2))
    alone = _logs(case, [[e] for e in evidence])
    total = float(alone.sum() - _logs(case, [evidence])[0])
    two = _logs(case, [[evidence[i], evidence[j]] for i, j in pairs])
    fights = {
        f"{labels[i]} / {labels[j]}": alone[i] + alone[j] - t
        for (i, j), t in zip(pairs, two, strict=True)
    }
    rest = (
        alone.sum()
        - alone
        - _logs(case, [[e for e in evidence if e is not left] for left in evidence])
    )
    recheck = (
        labels[int(np.argmin(rest))] if total > 0 and len(labels) > 1 and rest.min() < total else ""
    )
    worst_first = pd.Series(fights, dtype=float).rename_axis("pair").sort_values(ascending=False)
    names = {v.name: v.label for v in case.variables.values()}
    return Conflict(total, worst_first, recheck, _reconciling(case, total), names)


def _reconciling(case: Case, total: float) -> pd.Series:
    """The causes h with conf − log2 P(h | findings) / P(h) ≤ 0, and what is left; none where
    nothing fights.
    """
    names = [c.name for c in case.variables.causes if c.name not in dict(case.evidence())]
    present = [(name, np.array([0.0, 1.0])) for name in names]
    prior = _logs(case, [[p] for p in present])
    after = _logs(case, [[p, *case.evidence()] for p in present]) - _logs(case, [case.evidence()])
    with np.errstate(invalid="ignore"):  # what cannot be there reconciles nothing
        left = pd.Series(total - (after - prior), index=pd.Index(names, name="cause"))
    return left[left <= 0].sort_values() if total > 0 else left[:0]


def _logs(case: Case, batch_size: Sequence[Sequence[Evidence]]) -> np.ndarray:
    """log2 P(evidence) of each lane, without what the case itself holds but for its surgery."""
    if not batch_size:
        return np.zeros(0)
    bare = Case(case.compiled, interventions=case.interventions)
    with np.errstate(divide="ignore"):
        return np.log2(probability(case.compiled.circuit, hypothetical(bare, batch_size)))
