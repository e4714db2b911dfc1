"""Conflict in the evidence: whether findings are less likely together than apart, and which.

The pain and its traits are nearly one fact: a described pain is a pain. Counted as independent,
they would support one another by bits that hide any conflict. So if it is known whether there is
pain, this counts once, and evidence on the pain or its traits counts by P(evidence | pain).
"""

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
from ..inference.evidence import Evidence, indicator, node_of
from ..inference.known_outcome import case_with_known_outcome, says_outcome

ROUNDING = 1e-9  # bits that only rounding tells from 0

ROUNDING = 1e-9  # bits that only rounding tells from 0


@dataclass(frozen=True)
class Conflict:
    """The conflict in the evidence of a case, as `conflict` returns it.

    Attributes
    ----------
    bits : float
        log2(Π P(piece of evidence) / P(all evidence)). Above 0 the evidence conflicts: it is less
        likely together than if its pieces were independent. 0 without evidence. If it is known
        whether there is pain, P(pain) counts once, and each trait by P(trait | pain).
    pairs : pandas.Series
        The same measure in bits for every two pieces of evidence, largest first. The index, `pair`,
        holds texts such as "flat_feet / wet_footprint". A finding is named by its variable, a
        likelihood is "hills likelihood", a contrast "hills:contrast".
    recheck : str
        The piece of evidence without which `bits` is lowest, such as "flat_feet". "" if the
        evidence does not conflict, or if leaving out one piece does not lower `bits`.
    reconciles : pandas.Series
        The causes that would resolve the conflict if they were present. The value is `bits` with
        the presence of the cause as a further finding, 0 or less, lowest first. The first of
        `pairs` is then 0 or less too. The index, `cause`, holds names such as "hills". Causes with
        evidence of their own are left out. Empty if there is no conflict.
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
        - `reconciles`: a Series with the causes that would resolve the conflict, in all and of the
          first of `pairs`, if they were present. Its values are the `bits` that would be left, all
          0 or less, lowest first.
        - `labels`: a mapping from each variable to its readable label.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    Jensen, Chamberlain, Nordahl & Jensen (1990), "Analysis in HUGIN of data conflict". The measure
    is a sum over the evidence, so findings that support one another offset others that conflict:
    see `pairs`. If it is known whether there is pain, as a trait also says, this counts once, and
    evidence on the pain or its traits counts by P(evidence | pain).

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
    names = [*case.findings, *case.likelihoods, *case.contrasts]
    labels = [*case.findings, *(f"{name} likelihood" for name in case.likelihoods)]
    labels += [evidence_on_link(name) for name in case.contrasts]
    measure = _Measure(case, names)
    everything = range(len(names))
    pairs = [*combinations(everything, 2)]
    others = [[i for i in everything if i != left_out] for left_out in everything]
    bits, *rest = measure.bits([everything, *others, *pairs])
    without_each, of_pairs = np.array(rest[: len(names)]), rest[len(names) :]
    by_pair = pd.Series(
        of_pairs, [f"{labels[i]} / {labels[j]}" for i, j in pairs], dtype=float
    ).rename_axis("pair")
    worst = pairs[int(np.argmax(of_pairs))] if pairs else ()
    return Conflict(
        bits,
        by_pair.sort_values(ascending=False),
        _recheck(labels, bits, without_each),
        _reconciling(measure, bits, worst),
        {v.name: v.label for v in case.variables.values()},
    )


class _Measure:
    """The conflict measure of subsets of a case's evidence, each a sequence of its places."""

    def __init__(self, case: Case, names: Sequence[str]):
        self.case = case
        self.evidence = case.evidence()
        outcome = case.variables.outcome
        state = case_with_known_outcome(case).findings.get(outcome.name)
        known = [] if state is None else [(outcome.name, indicator(outcome, str(state)))]
        self.is_about = np.array([state is not None and says_outcome(case, n) for n in names], bool)
        # a finding says for certain whether there is pain; a likelihood does not
        self.is_certain = self.is_about & (np.arange(len(names)) < len(case.findings))
        self.log_known = float(self.log2_probability([known])[0])
        beside = [known if about else [] for about in self.is_about]
        joint = self.log2_probability(
            [[one, *k] for one, k in zip(self.evidence, beside, strict=True)]
        )
        self.alone = self.log2_probability([[one] for one in self.evidence])
        self.given_known = joint - np.where(self.is_about, self.log_known, 0.0)

    def bits(self, subsets: Sequence[Sequence[int]]) -> list[float]:
        """Return the conflict of each subset: 0 for fewer than two pieces of evidence."""
        together = self.log2_probability([[self.evidence[i] for i in s] for s in subsets])
        return [
            self._apart([*subset]) - float(joint) if len(subset) > 1 else 0.0
            for subset, joint in zip(subsets, together, strict=True)
        ]

    def _apart(self, subset: list[int]) -> float:
        """Return log2 of the probability of a subset if its pieces were independent."""
        if self.is_certain[subset].any():
            return float(self.given_known[subset].sum()) + self.log_known
        return float(self.alone[subset].sum())

    def log2_probability(self, columns: Sequence[Sequence[Evidence]]) -> np.ndarray:
        """Return log2 P(evidence) of each column, under the case's interventions only."""
        if not columns:
            return np.zeros(0)
        bare = Case(self.case.compiled, interventions=self.case.interventions)
        with np.errstate(divide="ignore"):
            return np.log2(probability(self.case.compiled.circuit, bare.query_each(columns)))


def _recheck(labels: Sequence[str], bits: float, without_each: np.ndarray) -> str:
    """Return the finding whose retraction lowers the conflict most, or "" if none does."""
    if bits <= 0 or len(labels) < 2 or without_each.min() >= bits:
        return ""
    return labels[int(np.argmin(without_each))]


def _reconciling(measure: _Measure, bits: float, worst: Sequence[int]) -> pd.Series:
    """Return the causes h with bits − log2 P(h | findings) / P(h) ≤ 0, and what is left.

    The same must hold for the two findings that conflict most, with these findings alone.
    """
    case = measure.case
    known = {node_of(name) for name, _ in case.evidence() if not name.endswith(SUFFIX)}
    names = [c.name for c in case.variables.causes if c.name not in known]
    present = [(name, np.array([0.0, 1.0])) for name in names]
    (of_pair,) = measure.bits([worst])
    at_none: list[list[Evidence]] = [[]]
    gains = []
    for evidence in (measure.evidence, [measure.evidence[i] for i in worst]):
        joint, total = (
            measure.log2_probability([[*cause, *evidence] for cause in causes])
            for causes in ([[cause] for cause in present], at_none)
        )
        prior = measure.log2_probability([[cause] for cause in present])
        with np.errstate(invalid="ignore"):  # a cause that is ruled out resolves nothing
            gains.append(joint - total - prior)
    left = pd.Series(bits - gains[0], index=pd.Index(names, name="cause"))
    resolves = (left <= 0) & (of_pair - gains[1] <= 0) & (bits > ROUNDING)
    return left[resolves].sort_values()
