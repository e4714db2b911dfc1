"""The columns of a frame of findings: whose they are, what may stand in them, and what each cell says of its node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .case import Case
from .data.variables import Measurement, Variable, Variables
from .engine.solve import Told
from .errors import unknown
from .network.measurement import likelihoods

LEANING = ":leaning"
Columns = dict[str, tuple[Variable, str]]


def read_columns(case: Case, frame: pd.DataFrame) -> Columns:
    """Each column's variable and the state its weights are for ("" for findings); a `ValueError` for any other."""
    names = [str(column) for column in frame.columns]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"Column {name!r}: found {names.count(name)} times; keep one, a runner has one answer.")
    return {name: _column(case.network.variables, name) for name in names}


def _column(variables: Variables, column: str) -> tuple[Variable, str]:
    name, *leaning = column.split(":", 2)
    if name not in variables:
        raise ValueError(f"Column {column!r}: {unknown('question', name, variables)}")
    v = variables[name]
    if not leaning:
        return v, ""
    state = leaning[1] if len(leaning) > 1 else v.states[-1] if len(v.states) == 2 else ""
    if leaning[0] != "leaning" or state not in v.states or (isinstance(v, Measurement) and v.numeric):
        raise ValueError(f"Column {column!r}: {unknown('state', state, v.states)} Write {name}{LEANING}:state.")
    return v, state


def distinct_rows(frame: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct rows, checked and coded as numbers, and for each row of the frame the distinct one it equals."""
    cells = {name: _coded(frame[name], v, state) for name, (v, state) in columns.items()}
    wrong = [(int(np.argmax(bad)), name) for name, (_, bad, _) in cells.items() if bad.any()]
    if wrong:
        row, name = min(wrong, key=lambda place: place[0])
        found, allowed = plain(frame[name].iloc[row]), cells[name][2]
        raise ValueError(f"Row {plain(frame.index[row])!r}, column {name!r}: found {found!r}; allowed: {allowed}.")
    keys = pd.DataFrame({name: coded for name, (coded, _, _) in cells.items()}, index=range(len(frame)))
    if keys.empty:
        return keys.iloc[:1], np.zeros(len(frame), int)
    where = keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
    return keys.iloc[np.unique(where, return_index=True)[1]], where


def _coded(column: pd.Series, v: Variable, state: str) -> tuple[np.ndarray, np.ndarray, str]:
    """State numbers, test readings or weights as floats, NaN for unknown; which cells are bad; what is allowed."""
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
        good, allowed = (coded >= low) & (coded <= high), f"a number from {low:g} to {high:g} {v.unit}"  # type: ignore[attr-defined]
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
    """The rows of the pool that the findings of each lane set, on top of what the case itself holds."""
    told = case.told()
    for column, (v, state) in columns.items():
        case.compiled.enter(told, *_weights(v, state, keys[column].to_numpy()))
    return told


def _weights(v: Variable, state: str, values: np.ndarray) -> tuple[str, np.ndarray]:
    """The node a column speaks about and its likelihood, shape (states, lanes); unknown is 1 everywhere."""
    if state:
        towards = np.where([[s == state] for s in v.states], np.nan_to_num(values, nan=1.0), 1.0)
        return v.name, towards / towards.max(axis=0)
    if isinstance(v, Measurement) and v.numeric:
        return v.reads, np.where(np.isnan(values), 1.0, likelihoods(v, np.nan_to_num(values, nan=v.start)))
    return v.name, np.where(np.isnan(values), 1.0, values == np.arange(len(v.states))[:, None])
