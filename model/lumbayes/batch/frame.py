"""Posteriors of a frame of findings: equal rows are merged and evaluated in batches."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import fired_path_circuit
from ..data.arguments import ANYTHING, check_arguments
from ..data.frames import as_frame
from ..defaults import DRAWS, SEED
from ..engine.intervals import credible_intervals, sample_until_effective
from ..engine.query import ACCURACY_OF_DRAWS, Overrides, Query
from ..engine.solve import kernel_for, map_parts, probability
from ..errors import ImpossibleFindings
from ..inference.beliefs import belief_likelihoods
from ..inference.causal_paths import (
    CONTRIBUTION,
    contribution_probabilities,
    presence_and_contribution,
)
from ..inference.observed import hold_observed
from .columns import BELIEVE, EvidenceColumn, check_entered_once, distinct_rows, parse_columns
from .odd_cells import to_python
from .stated_outcome import StatedOutcome, states_outcome
from .tidy import tidy_findings

if TYPE_CHECKING:
    from ..case import Case

# Distinct rows per pass; it bounds the memory of a batch.
CHUNK = 16_384


class EvidenceRows:
    """A table of evidence with equal rows merged.

    Raises `ValueError` if a column is unknown or repeated, or if a cell is not allowed.

    Attributes
    ----------
    labels : pandas.Index
        The index of the table.
    n_distinct : int
        The number of distinct rows.
    row_to_distinct : array of int, shape (n_rows,)
        For each row of the table, the number of the distinct row that it equals.
    """

    def __init__(self, case: Case, frame: pd.DataFrame):
        self._case = case
        self._columns = parse_columns(case.variables, frame)
        self.labels = frame.index
        self._distinct, self.row_to_distinct = distinct_rows(frame, self._columns)
        check_entered_once(case, self._columns, self._distinct)
        self.n_distinct = len(self._distinct)

    def __len__(self) -> int:
        return len(self.row_to_distinct)

    @cached_property
    def multiplicities(self) -> np.ndarray:
        """The number of rows that equal each distinct one, shape (n_distinct,)."""
        return np.bincount(self.row_to_distinct, minlength=self.n_distinct)

    @cached_property
    def stated_outcome(self) -> StatedOutcome:
        """How many rows there are, and how many of them state the outcome."""
        is_stated = states_outcome(self._case, self._columns, self._distinct)
        n_stated = int(self.multiplicities @ is_stated) if self.n_distinct else 0
        return StatedOutcome(len(self), n_stated)

    def batches(self, size: int = CHUNK) -> Iterator[tuple[slice, Overrides]]:
        """The evidence of up to `size` distinct rows at a time, and which rows these are."""
        for part in self.parts(size):
            yield part, self.evidence(part)

    def parts(self, size: int = CHUNK) -> list[slice]:
        """Slices of up to `size` distinct rows that follow each other."""
        starts = range(0, self.n_distinct, size)
        return [slice(start, min(start + size, self.n_distinct)) for start in starts]

    def evidence(self, part: slice) -> Overrides:
        """The evidence of some distinct rows."""
        return batch_evidence(self._case, self._columns, self._distinct.iloc[part])

    def queries(self, size: int = CHUNK) -> Iterator[tuple[slice, Overrides, Query]]:
        """Yield each batch with its evidence and its query at the means of the priors.

        Raises `ImpossibleFindings` for the first row of probability 0.
        """
        for part, evidence in self.batches(size):
            query = self.query(evidence)
            self.check_possible(part, probability(self._case.compiled.circuit, query))
            yield part, evidence, query

    def query(self, evidence: Overrides) -> Query:
        """The query of some evidence at the means of the priors."""
        return Query.from_overrides(self._case.compiled.mean_inputs, evidence)

    def check_possible(self, part: slice, chances: np.ndarray) -> None:
        """Raise `ImpossibleFindings` for the first of these distinct rows whose chance is 0."""
        is_possible = chances > 0
        if is_possible.all():
            return
        distinct = part.start + int(np.argmin(is_possible))
        label = to_python(self.labels[int(np.argmax(self.row_to_distinct == distinct))])
        raise ImpossibleFindings(f"Row {label!r}: its findings exclude each other in this model.")

    def check_consistent(self) -> None:
        """Raise `ImpossibleFindings` for the first row whose findings exclude each other."""
        for _ in self.queries():
            pass


def batch_evidence(
    case: Case,
    columns: Mapping[str, EvidenceColumn],
    encoded: pd.DataFrame,
    doses: Overrides | None = None,
) -> Overrides:
    """Return the evidence of encoded rows, one batch column each, added to the case's evidence.

    `doses` is the evidence on doses by numbers from tests that the case does not hold.
    """
    evidence = {**case.evidence_inputs(), **(doses or {})}
    for name, column in columns.items():
        if column.kind != BELIEVE:
            likelihood = column.likelihood(encoded[name].to_numpy())
            case.compiled.add_likelihood(evidence, column.node, likelihood)
    for node, likelihood in _beliefs(case, columns, encoded).items():
        case.compiled.add_likelihood(evidence, node, likelihood)
    return evidence


def _beliefs(
    case: Case, columns: Mapping[str, EvidenceColumn], encoded: pd.DataFrame
) -> dict[str, np.ndarray]:
    """The likelihoods of the probabilities that rows state, as `Case.believe` finds them."""
    stated: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        if column.kind == BELIEVE:
            states = column.variable.states
            shares = stated.setdefault(column.node, np.full((len(states), len(encoded)), np.nan))
            shares[states.index(column.state)] = encoded[name].to_numpy()
    stated = {node: shares for node, shares in stated.items() if not np.isnan(shares).all()}
    if stated and case.beliefs:
        raise ValueError(
            f"The case holds stated probabilities ({', '.join(case.beliefs)}), and so does the "
            f"frame ({', '.join(stated)}): state all of them in the frame, in columns such as "
            f"{next(iter(case.beliefs))}:{BELIEVE}."
        )
    return belief_likelihoods(case.compiled, stated)


def posteriors(
    case: Case,
    frame: pd.DataFrame,
    *,
    intervals: bool = False,
    tidy: bool = False,
    progress: bool = False,
) -> pd.DataFrame:
    """Compute presence and contribution of every cause for each row of a table of runners.

    Parameters
    ----------
    case : Case
        The network. Its evidence applies to every row.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, one row per runner: a pandas, polars or Arrow table. NaN, None and "" mean
        unknown. The columns, each for a variable x:

        - `x`: a state of x. If x is a numeric measurement: the reading, in its unit.
        - `x:likelihood`: the likelihood ratio of yes to no, above 0 (if x has two states).
        - `x:believe`: the stated probability of yes, as for `Case.believe` (if x has two states).
        - `x:likelihood:state`, `x:believe:state`: the likelihood or stated probability of one
          state. A state without a likelihood column has likelihood 1.
    intervals : bool, default False
        Whether to add 90% credible intervals of the contribution. A row then takes thousands of
        times as long.
    tidy : bool, default False
        Whether to accept other notations, such as Y, n/a or 22,5 (see `batch.tidy_findings`).
    progress : bool, default False
        Whether to show a progress bar on standard error.

    Returns
    -------
    DataFrame, shape (n_rows, 2 * n_causes or 4 * n_causes)
        One row per row of `frame`, with the same index. The columns have two levels, `figure` and
        `cause`, such as ("contribution", "hills"). The values of `figure`:

        - "present": P(cause present | evidence).
        - "contribution": P(a path of fired links from the cause to the pain | evidence).
        - "low", "high": the ends of the 90% interval of the contribution, only with
          `intervals=True`.

    Raises
    ------
    ValueError
        If a column or cell is not allowed, or if both the case and the frame hold stated
        probabilities (`Case.believe`).
    ImpossibleFindings
        If the findings of a row exclude each other or those of the case.

    Warns
    -----
    UserWarning
        If only some rows have evidence on the pain or a trait of it: contributions of the two kinds
        of rows must not be compared.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import load, posteriors
    >>> runners = pd.DataFrame({"hills": ["yes", "no", None], "plank_seconds": [22, 90, None]})
    >>> found = posteriors(load().given(back_pain="yes"), runners)
    >>> found["contribution"][["hills", "weak_core"]].round(2)
    cause  hills  weak_core
    0       0.22       0.29
    1       0.00       0.10
    2       0.07       0.09

    Notes
    -----
    Presence and contribution are exact at the means of the priors.
    """
    check_arguments("posteriors", locals(), frame=ANYTHING)
    frame = as_frame(frame)
    rows = EvidenceRows(case, tidy_findings(case.variables, frame) if tidy else frame)
    if note := rows.stated_outcome.note(case):
        warnings.warn(note, stacklevel=2)
    return posteriors_of_rows(case, rows, intervals=intervals, progress=progress)


def posteriors_of_rows(
    case: Case, rows: EvidenceRows, *, intervals: bool = False, progress: bool = False
) -> pd.DataFrame:
    """Compute the frame that `posteriors` returns."""
    from tqdm import tqdm

    names = [cause.name for cause in case.variables.causes]
    figures = ["present", "contribution", *(["low", "high"] if intervals else [])]
    columns = pd.MultiIndex.from_product([figures, names], names=["figure", "cause"])
    values = np.empty((len(columns), rows.n_distinct))
    labels = {"desc": "distinct rows", "unit": " rows"}
    with tqdm(total=rows.n_distinct, disable=not progress, **labels) as bar:

        def fill(part: slice) -> int:
            values[:, part] = _figures(case, rows, part, names, intervals)
            return part.stop - part.start

        kernel_for(rows.n_distinct)  # a large frame waits until it is in memory
        fired_path_circuit(case)  # compiled before several threads ask for it
        # the draws behind an interval are shared among threads already
        n_filled = map(fill, rows.parts(1)) if intervals else map_parts(fill, rows.parts(CHUNK))
        for n in n_filled:
            bar.update(n)
    if rows.n_distinct != len(rows):
        values = values.take(rows.row_to_distinct, axis=1)
    return pd.DataFrame(values.T, index=rows.labels, columns=columns, copy=False)


def _figures(
    case: Case, rows: EvidenceRows, part: slice, names: list[str], intervals: bool
) -> np.ndarray:
    """The figures of some distinct rows, shape (n_figures * n_causes, n_rows)."""
    evidence = rows.evidence(part)
    query, paths = rows.query(evidence), fired_path_circuit(case)
    with np.errstate(divide="ignore", invalid="ignore"):  # of a row whose chance is 0
        present, (contribution,), chances = presence_and_contribution(
            paths, query, names, CONTRIBUTION
        )
    rows.check_possible(part, chances)
    ends = [_interval_ends(case, evidence, names)] if intervals else []
    return np.concatenate([present, contribution, *ends])


def _interval_ends(case: Case, evidence: Overrides, names: list[str]) -> np.ndarray:
    """The ends of the contributions' intervals for one row, shape (2 * n_causes, 1)."""
    paths, held = fired_path_circuit(case), hold_observed(case.compiled, evidence)

    def over_draws(batch: int) -> tuple[np.ndarray, np.ndarray]:
        inputs = case.compiled.sampled_inputs(DRAWS, SEED + batch)
        sampled = Query.from_overrides(inputs, held, ACCURACY_OF_DRAWS)
        (of_batch,), weights = contribution_probabilities(paths, sampled, names, CONTRIBUTION)
        return of_batch, weights

    contributions, weights = sample_until_effective(over_draws, DRAWS)
    return credible_intervals(contributions, weights).T.reshape(-1, 1)
