"""Conflict in the evidence: whether findings are less likely together than apart, and which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ..case import Case
from ..data.arguments import check_arguments
from ..engine.solve import probability
from ..inference.contrast_links import SUFFIX, evidence_on_link
from ..inference.evidence import Evidence, node_of

ROUNDING = 1e-9  # bits that only rounding tells from 0


@dataclass(frozen=True)
class Conflict:
    """The conflict in the evidence of a case, as `conflict` returns it.

    Attributes
    ----------
    bits : float
        log2(Π P(piece of evidence) / P(all evidence)). Above 0 the evidence conflicts: it is less
        likely together than if its pieces were independent. 0 without evidence.
    pairs : pandas.Series
        The same measure in bits for every two pieces of evidence, largest first. The index, `pair`,
        holds texts such as "flat_feet / wet_footprint". A finding is named by its variable, a
        likelihood is "hills likelihood", a contrast "hills:contrast".
    recheck : str
        The piece of evidence without which `bits` is lowest, such as "flat_feet". "" if the
        evidence does not conflict, or if leaving out one piece does not lower `bits`.
    reconciles : pandas.Series
        The causes that would resolve the conflict if they were present, that of the first of
        `pairs` among it. The value is `bits` with
        the presence of the cause as a further finding, 0 or less, lowest first. The index, `cause`,
        holds names such as "hills". Causes with evidence of their own are left out. Empty if there
        is no conflict.
    labels : mapping of str to str
        From variable to its readable label, such as "Flat feet".
    """

    bits: float
    pairs: pd.Series
    recheck: str
    reconciles: pd.Series
    labels: Mapping[str, str]


def conflict(case: Case) -> Conflict:
    """Measure whether the evidence conflicts: in all, in pairs, and which cause would resolve it.

    Parameters
    ----------
    case : Case
        The runner. The pieces of evidence are its findings, likelihoods and contrasts (see
        `Case.contrast`).

    Returns
    -------
    Conflict
        An object with these attributes:

        - `bits`: log2(Π P(piece of evidence) / P(all evidence)); above 0 if the evidence conflicts.
        - `pairs`: a Series with the same measure for every two pieces of evidence, largest first.
        - `recheck`: the piece of evidence to look at again: the one without which `bits` is lowest.
          "" if there is no conflict, or if leaving out one piece does not lower `bits`.
        - `reconciles`: a Series with the causes that would resolve the conflict if they were
          present. Its values are the `bits` that would be left, all 0 or less, lowest first.
        - `labels`: a mapping from each variable to its readable label.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Jensen, Chamberlain, Nordahl & Jensen (1990), "Analysis in HUGIN of data conflict".

    Examples
    --------
    >>> from lumbayes import conflict, load
    >>> odd = conflict(load().given(flat_feet="no", wet_footprint="solid", over_pronation="yes"))
    >>> round(odd.bits, 2), odd.recheck
    (1.74, 'flat_feet')
    >>> odd.pairs.round(2).head(2)
    pair
    flat_feet / wet_footprint     1.32
    flat_feet / over_pronation    0.41
    dtype: float64
    """
    check_arguments("conflict", locals())
    case.check_consistent()
    evidence = case.evidence()
    labels = [*case.findings, *(f"{name} likelihood" for name in case.likelihoods)]
    labels += [evidence_on_link(name) for name in case.contrasts]
    alone = _log2_probability(case, [[one] for one in evidence])
    bits = _without_rounding(float(alone.sum() - _log2_probability(case, [evidence])[0]))
    others = [[e for e in evidence if e is not left_out] for left_out in evidence]
    without_each = alone.sum() - alone - _log2_probability(case, others)
    pairs = _pairs(case, labels, alone)
    return Conflict(
        bits,
        pairs,
        _recheck(labels, bits, without_each),
        _reconciling(case, bits, labels, pairs),
        {v.name: v.label for v in case.variables.values()},
    )


def _pairs(case: Case, labels: Sequence[str], alone: np.ndarray) -> pd.Series:
    """Return the conflict of every two findings, largest first."""
    evidence = case.evidence()
    pairs = list(combinations(range(len(labels)), 2))
    together = _log2_probability(case, [[evidence[i], evidence[j]] for i, j in pairs])
    bits = {
        f"{labels[i]} / {labels[j]}": alone[i] + alone[j] - both
        for (i, j), both in zip(pairs, together, strict=True)
    }
    return pd.Series(bits, dtype=float).rename_axis("pair").sort_values(ascending=False)


def _recheck(labels: Sequence[str], bits: float, without_each: np.ndarray) -> str:
    """Return the finding whose retraction lowers the conflict most, or "" if none does."""
    if bits <= 0 or len(labels) < 2 or without_each.min() >= bits:
        return ""
    return labels[int(np.argmin(without_each))]


def _without_rounding(bits: float) -> float:
    return bits if abs(bits) > ROUNDING else 0.0


def _reconciling(case: Case, bits: float, labels: Sequence[str], pairs: pd.Series) -> pd.Series:
    """Return the causes h with bits − log2 P(h | findings) / P(h) ≤ 0, and what is left.

    A cause that leaves the two findings of the strongest conflict as much at odds resolves nothing,
    though the others may make it likely.
    """
    known = {node_of(name) for name, _ in case.evidence() if not name.endswith(SUFFIX)}
    names = [c.name for c in case.variables.causes if c.name not in known]
    present = [(name, np.array([0.0, 1.0])) for name in names]
    prior = _log2_probability(case, [[cause] for cause in present])
    joint = _log2_probability(case, [[cause, *case.evidence()] for cause in present])
    posterior = joint - _log2_probability(case, [case.evidence()])
    with np.errstate(invalid="ignore"):  # a cause that is ruled out resolves nothing
        left = pd.Series(bits - (posterior - prior), index=pd.Index(names, name="cause"))
    if bits <= 0:
        return left[:0]
    if len(pairs):
        ends = [labels.index(label) for label in str(pairs.index[0]).split(" / ")]
        one, other = (case.evidence()[end] for end in ends)
        sets: tuple[list[Evidence], ...] = ([], [one], [other], [one, other])
        given = [_log2_probability(case, [[cause, *found] for cause in present]) for found in sets]
        with np.errstate(invalid="ignore"):
            still = given[1] + given[2] - given[0] - given[3]
        left = left[still < pairs.iloc[0] - ROUNDING]
    return left[left <= 0].sort_values()


def _log2_probability(case: Case, columns: Sequence[Sequence[Evidence]]) -> np.ndarray:
    """Return log2 P(evidence) of each column, under the case's interventions only."""
    if not columns:
        return np.zeros(0)
    bare = Case(case.compiled, interventions=case.interventions)
    with np.errstate(divide="ignore"):
        return np.log2(probability(case.compiled.circuit, bare.query_each(columns)))
