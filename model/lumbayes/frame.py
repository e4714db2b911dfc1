"""Many runners at once: a table of findings in, a table of what is at work in each runner's pain out."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case, ImpossibleFindings
from .contribution import CONTRIBUTION, at_work, interval, ways_of
from .inference import posteriors as node_posteriors
from .measuring import likelihoods
from .solving import Question, Told, probability
from .sources import unknown
from .variables import Measurement, Variable

LEANING = ":leaning"
CHUNK = 16_384
Columns = dict[str, tuple[Variable, str]]


def posteriors(case: Case, frame: pd.DataFrame, *, intervals: bool = False, progress: bool = False) -> pd.DataFrame:
    """For each row of findings, every cause: `present`, `contribution`, and `low`, `high` when intervals are asked.

    A column is a question's name and holds states or numbers; NaN, None and "" mean unknown. A column named
    `x:leaning` holds ratios for yes ("speaks 3 to 1"), `x:leaning:state` weights of one state. What the case itself
    holds is known of every runner. The index is kept, the columns are pairs (figure, cause), and equal rows are
    computed once. Unknown columns, and the first row with a state or number that is not allowed, raise a `ValueError`;
    rows whose findings exclude each other raise `ImpossibleFindings`. A row with intervals takes as long as thousands
    without; `progress` shows a bar.
    """
    asked = read_columns(case, frame)
    keys, where = distinct_rows(frame, asked)
    figures = ["present", "contribution", *(["low", "high"] if intervals else [])]
    names = [c.name for c in case.network.variables.causes]
    columns = pd.MultiIndex.from_product([figures, names], names=["figure", "cause"])
    answers = np.empty((len(keys), len(columns)))
    for start in _starts(len(keys), 1 if intervals else CHUNK, progress):
        part = slice(start, start + (1 if intervals else CHUNK))
        told = findings_of(case, asked, keys.iloc[part])
        answers[part], possible = _answers(case, told, names, intervals)
        if not possible.all():
            first = int(np.flatnonzero(where == start + int(np.flatnonzero(~possible)[0]))[0])
            raise ImpossibleFindings(f"Row {frame.index[first]!r}: its findings exclude each other in this model.")
    return pd.DataFrame(answers[where], index=frame.index, columns=columns)


def read_columns(case: Case, frame: pd.DataFrame) -> Columns:
    """Each column's variable and the state its weights are for ("" for findings); unknown columns are errors."""
    variables, columns = case.network.variables, {}
    for column in map(str, frame.columns):
        name, _, leaning = column.partition(LEANING)
        if name not in variables:
            raise ValueError(f"Column {column!r}: {unknown('question', name, variables)}")
        v = variables[name]
        state = leaning.removeprefix(":") or (v.states[-1] if column != name and len(v.states) == 2 else "")
        if column != name and (state not in v.states or (isinstance(v, Measurement) and v.numeric)):
            raise ValueError(f"Column {column!r}: {unknown('state', state, v.states)} Write {name}{LEANING}:state.")
        columns[column] = (v, state)
    return columns


def distinct_rows(frame: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct rows, checked and coded as numbers, and for each row of the frame the distinct one it equals."""
    coded = {name: _coded(frame[name], v, state) for name, (v, state) in columns.items()}
    keys = pd.DataFrame(coded, index=range(len(frame)))
    if keys.empty:
        return keys.iloc[:1], np.zeros(len(frame), int)
    where = keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
    return keys.iloc[np.unique(where, return_index=True)[1]], where


def _coded(column: pd.Series, v: Variable, state: str) -> np.ndarray:
    """State numbers, test readings or weights as floats, NaN for unknown; the first bad row is a `ValueError`."""
    known = (column.notna() & (column.astype(object) != "")).to_numpy()
    numeric = bool(state) or (isinstance(v, Measurement) and v.numeric)
    if numeric:
        coded = pd.to_numeric(column.where(known), errors="coerce").to_numpy(float)
        low, high = (0.0, np.inf) if state else (v.low, v.high)  # type: ignore[attr-defined]
        good = (coded > low) & (coded < high) if state else (coded >= low) & (coded <= high)
        allowed = "a ratio above 0" if state else f"a number from {low:g} to {high:g} {v.unit}"  # type: ignore[attr-defined]
    else:
        coded = pd.Categorical(column.where(known).astype(object), categories=v.states).codes.astype(float)
        coded, good, allowed = np.where(coded < 0, np.nan, coded), coded >= 0, ", ".join(v.states)
    if (known & ~good).any():
        row = int(np.flatnonzero(known & ~good)[0])
        raise ValueError(
            f"Row {column.index[row]!r}, column {column.name!r}: found {column.iloc[row]!r}; allowed: {allowed}."
        )
    return coded


def _starts(rows: int, size: int, progress: bool) -> Iterator[int]:
    for start in range(0, rows, size):
        if progress:
            print(f"\r{start / rows:4.0%} of {rows:,} distinct rows", end="", file=sys.stderr, flush=True)
        yield start
    if progress:
        print("\r100%", file=sys.stderr)


def _answers(case: Case, told: Told, names: list[str], intervals: bool) -> tuple[np.ndarray, np.ndarray]:
    """The figures of some rows, shape (rows, columns), and whether their findings are possible at all."""
    ways, point = ways_of(case), Question.of(case.compiled.mean_pool, told)
    possible = probability(case.compiled.circuit, point) > 0
    with np.errstate(invalid="ignore"):
        present = node_posteriors(case.compiled, point, names)
        (contribution,), _ = at_work(ways, point, names, CONTRIBUTION)
    figures = [np.stack([present[name][1] for name in names]), contribution]
    if intervals and possible.all():
        drawn = Question.of(case.compiled.drawn_pool(DRAWS, SEED), told)
        (over_draws,), weights = at_work(ways, drawn, names, CONTRIBUTION)
        figures += list(np.array([interval(drawn, weights) for drawn in over_draws]).T[:, :, None])
    return np.concatenate(figures).T, possible


def findings_of(case: Case, columns: Columns, keys: pd.DataFrame) -> Told:
    """The rows of the pool that the findings of each lane set, on top of what the case itself holds."""
    told: Told = {row: np.full(len(keys), value) for row, value in case.told().items()}
    for column, (v, state) in columns.items():
        case.compiled.enter(told, *_weights(v, state, keys[column].to_numpy()))
    return told


def _weights(v: Variable, state: str, values: np.ndarray) -> tuple[str, np.ndarray]:
    """The node a column speaks about and its likelihood, shape (states, lanes); unknown is 1 everywhere."""
    if state:
        weights = np.where([[s == state] for s in v.states], np.nan_to_num(values, nan=1.0), 1.0)
        return v.name, weights / weights.max(axis=0)
    if isinstance(v, Measurement) and v.numeric:
        return v.reads, np.where(np.isnan(values), 1.0, likelihoods(v, np.nan_to_num(values, nan=v.start)))
    return v.name, np.where(np.isnan(values), 1.0, values == np.arange(len(v.states))[:, None])
