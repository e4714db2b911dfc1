"""The columns of a frame of findings: whose they are, what may stand in them, and what each cell
says of its node.

The rows of a frame as the engine is asked them: equal ones once, some thousand at a time, none that
cannot be.

Many runners at once: a table of findings in, a table of what is at work in each runner's pain out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..attribution import CONTRIBUTION, active_probabilities, fired_paths, presence_and_activity
from ..case import Case
from ..data.variables import Measurement, Variable, Variables
from ..defaults import DRAWS, SEED
from ..engine.intervals import bounds_of
from ..engine.solve import Query, Told, probability
from ..errors import ImpossibleFindings, unknown
from ..network.measurement import likelihoods

LEANING = ":likelihood"
Columns = dict[str, tuple[Variable, str]]


def read_columns(case: Case, frame: pd.DataFrame) -> Columns:
    """Each column's variable and the state its weights are for ("" for findings); a `ValueError`
    for any other.
    """
    names = [str(column) for column in frame.columns]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"Column {name!r}: found {names.count(name)} times; keep one, a runner has one answer."
            )
    return {name: _column(case.variables, name) for name in names}


def _column(variables: Variables, column: str) -> tuple[Variable, str]:
    name, *likelihood = column.split(":", 2)
    if name not in variables:
        raise ValueError(f"Column {column!r}: {unknown('question', name, variables)}")
    v = variables[name]
    if not likelihood:
        return v, ""
    state = likelihood[1] if len(likelihood) > 1 else v.states[-1] if len(v.states) == 2 else ""
    if (
        likelihood[0] != "likelihood"
        or state not in v.states
        or (isinstance(v, Measurement) and v.numeric)
    ):
        raise ValueError(
            f"Column {column!r}: {unknown('state', state, v.states)} Write {name}{LEANING}:state."
        )
    return v, state


def distinct_rows(frame: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct rows, checked and coded as numbers, and for each row of the frame the distinct
    one it equals.
    """
    cells = {name: _coded(frame[name], v, state) for name, (v, state) in columns.items()}
    wrong = [(int(np.argmax(bad)), name) for name, (_, bad, _) in cells.items() if bad.any()]
    if wrong:
        row, name = min(wrong, key=lambda place: place[0])
        found, allowed = plain(frame[name].iloc[row]), cells[name][2]
        raise ValueError(
            f"Row {plain(frame.index[row])!r}, column {name!r}: found {found!r}; allowed: {allowed}."
        )
    keys = pd.DataFrame(
        {name: coded for name, (coded, _, _) in cells.items()}, index=range(len(frame))
    )
    if keys.empty:
        return keys.iloc[:1], np.zeros(len(frame), int)
    where = keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
    return keys.iloc[np.unique(where, return_index=True)[1]], where


def _coded(column: pd.Series, v: Variable, state: str) -> tuple[np.ndarray, np.ndarray, str]:
    """State numbers, test readings or weights as floats, NaN for unknown; which cells are bad; what
    is allowed.
    """
    known = (column.notna() & (column.astype(object) != "")).to_numpy()
    said = column.where(known).astype(object)
    if not state and not (isinstance(v, Measurement) and v.numeric):
        coded = pd.Index(v.states, dtype=object).get_indexer(pd.Index(said)).astype(float)
        return np.where(coded < 0, np.nan, coded), known & (coded < 0), ", ".join(v.states)
    coded = pd.to_numeric(said, errors="coerce").to_numpy(float)
    if state:
        good, allowed = (coded > 0) & (coded < np.inf), "a ratio above 0"
    else:
        low, high = v.low, v.high  # type: ignore[attr-defined]
        good, allowed = (
            (coded >= low) & (coded <= high),
            f"a number from {low:g} to {high:g} {v.unit}",
        )  # type: ignore[attr-defined]
    return coded, known & ~(good & ~_yes_or_no(said)), allowed


def _yes_or_no(cells: Iterable[Any]) -> np.ndarray:
    """Which cells are True or False, which pandas would take for 1 and 0."""
    return np.array([isinstance(cell, bool | np.bool_) for cell in cells], bool)


def plain(found: Any) -> Any:
    """A cell or a row's label as a person would write it."""
    if isinstance(found, tuple):
        return tuple(map(plain, found))
    return found.item() if isinstance(found, np.generic) else found


def findings_of(case: Case, columns: Columns, keys: pd.DataFrame) -> Told:
    """The rows of the pool that the findings of each lane set, on top of what the case itself
    holds.
    """
    told = case.evidence_inputs()
    for column, (v, state) in columns.items():
        case.compiled.enter(told, *_weights(v, state, keys[column].to_numpy()))
    return told


def _weights(v: Variable, state: str, values: np.ndarray) -> tuple[str, np.ndarray]:
    """The node a column speaks about and its likelihood, shape (states, lanes); unknown is 1
    everywhere.
    """
    if state:
        towards = np.where([[s == state] for s in v.states], np.nan_to_num(values, nan=1.0), 1.0)
        return v.name, towards / towards.max(axis=0)
    if isinstance(v, Measurement) and v.numeric:
        return v.reads, np.where(
            np.isnan(values), 1.0, likelihoods(v, np.nan_to_num(values, nan=v.start))
        )
    return v.name, np.where(np.isnan(values), 1.0, values == np.arange(len(v.states))[:, None])


CHUNK = 16_384


class Rows:
    """A frame of findings, read: `where` says which of its `distinct` rows each row equals.

    Raises a `ValueError` for unknown columns, one told twice, and the first row with what is not
    allowed in its column.
    """

    def __init__(self, case: Case, frame: pd.DataFrame):
        self._case, self._columns, self._labels = case, read_columns(case, frame), frame.index
        self._keys, self.where = distinct_rows(frame, self._columns)
        self.distinct = len(self._keys)

    def __len__(self) -> int:
        return len(self.where)

    @cached_property
    def often(self) -> np.ndarray:
        """How many rows equal each distinct one."""
        return np.bincount(self.where, minlength=self.distinct)

    def told(self, size: int = CHUNK) -> Iterator[tuple[slice, Told]]:
        """What some distinct rows tell, on top of what the case holds, a lane a row; and which they
        are.
        """
        for start in range(0, self.distinct, size):
            part = slice(start, min(start + size, self.distinct))
            yield part, findings_of(self._case, self._columns, self._keys.iloc[part])

    def asked(self, size: int = CHUNK) -> Iterator[tuple[slice, Told, Query]]:
        """The same, and as a question at the case's own numbers; raises `ImpossibleFindings` for
        what cannot be.
        """
        for part, told in self.told(size):
            question = Query.of(self._case.compiled.mean_inputs, told)
            possible = probability(self._case.compiled.circuit, question) > 0
            if not possible.all():
                first = int(np.argmax(self.where == part.start + int(np.argmin(possible))))
                row = plain(self._labels[first])
                raise ImpossibleFindings(
                    f"Row {row!r}: its findings exclude each other in this model."
                )
            yield part, told, question

    def check_consistent(self) -> None:
        """Raise `ImpossibleFindings` for the first row whose findings exclude each other."""
        for _ in self.asked():
            pass


def posteriors(
    case: Case, frame: pd.DataFrame, *, intervals: bool = False, progress: bool = False
) -> pd.DataFrame:
    """For each row of findings, every cause: `present`, `contribution`, and `low`, `high` when
    intervals are asked.

    A column is a question's name and holds states or numbers; NaN, None and "" mean unknown. A
    column named `x:likelihood` holds ratios for yes ("speaks 3 to 1"), `x:likelihood:state` weights
    of one state. What the case itself holds is known of every runner. The index is kept, the
    columns are pairs (figure, cause), and equal rows are computed once. Unknown columns, one told
    twice, and the first row with a state or number that is not allowed raise a `ValueError`; rows
    whose findings exclude each other raise `ImpossibleFindings`. A row with intervals takes as long
    as thousands without; `progress` shows a bar.
    """
    rows = Rows(case, frame)
    figures = ["present", "contribution", *(["low", "high"] if intervals else [])]
    names = [c.name for c in case.variables.causes]
    header = pd.MultiIndex.from_product([figures, names], names=["figure", "cause"])
    answers = np.empty((rows.distinct, len(header)))
    with _bar(rows.distinct, progress) as done:
        for part, told, point in rows.asked(1 if intervals else CHUNK):
            answers[part] = _answers(case, point, told, names, intervals)
            done(part.stop - part.start)
    return pd.DataFrame(answers[rows.where], index=frame.index, columns=header)


@contextmanager
def _bar(rows: int, shown: bool) -> Iterator[Callable[[int], object]]:
    """What is to be called with how many rows more are done; it moves a bar if one is shown."""
    if not shown:
        yield lambda more: None
        return
    from tqdm import tqdm

    with tqdm(total=rows, desc="distinct rows", unit=" rows") as bar:
        yield bar.update


def _answers(case: Case, point: Query, told: Told, names: list[str], intervals: bool) -> np.ndarray:
    """The figures of some rows, shape (rows, columns)."""
    ways = fired_paths(case)
    present, (contribution,), _ = presence_and_activity(ways, point, names, CONTRIBUTION)
    figures = [present, contribution]
    if intervals:
        drawn = Query.of(case.compiled.sampled_inputs(DRAWS, SEED), told)
        (over_draws,), chances = active_probabilities(ways, drawn, names, CONTRIBUTION)
        figures += [ends[:, None] for ends in bounds_of(over_draws, chances).T]
    return np.concatenate(figures).T
