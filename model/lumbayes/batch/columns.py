"""Columns of a frame of findings: the variable of each, and its cells as likelihoods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeGuard

import numpy as np
import pandas as pd

from ..data.variables import Measurement, Variable, Variables
from ..errors import unknown
from ..inference.dose_links import evidence_on_dose
from ..network.measurement import level_likelihoods, likelihoods
from .odd_cells import EncodedCells, check_cells

LIKELIHOOD, BELIEVE = "likelihood", "believe"  # suffixes of a column, after a colon


class EvidenceColumn(NamedTuple):
    """A column's variable; `state` is the one that its ratios or probabilities are of.

    `kind` is "" for findings, else "likelihood" or "believe".
    """

    variable: Variable
    kind: str = ""
    state: str = ""

    @property
    def node(self) -> str:
        """The node that the evidence enters: of a numeric reading, the factor or its dose."""
        if not self._has_readings(self.variable):
            return self.variable.name
        factor = self.variable.reads
        return evidence_on_dose(factor) if self.variable.dose else factor

    @property
    def has_states(self) -> bool:
        """Whether its cells are names of states rather than numbers."""
        return not self.kind and not is_numeric(self.variable)

    def _has_readings(self, variable: Variable) -> TypeGuard[Measurement]:
        return not self.kind and is_numeric(variable)

    def encode(self, cells: pd.Series) -> EncodedCells:
        """Encode states by their position, readings and ratios as numbers."""
        is_known = (cells.notna() & (cells.astype(object) != "")).to_numpy()
        known_cells = cells.where(is_known).astype(object)
        if self.has_states:
            return _encode_states(known_cells, is_known, self.variable.states)
        numbers = pd.to_numeric(known_cells, errors="coerce").to_numpy(float)
        in_range, allowed = self._range_check(numbers)
        is_valid = in_range & ~_is_boolean(known_cells)
        return EncodedCells(numbers, is_known & ~is_valid, allowed)

    def _range_check(self, numbers: np.ndarray) -> tuple[np.ndarray, str]:
        """Which numbers are allowed, and the sentence that says which are."""
        test = self.variable
        if self._has_readings(test):
            in_range = (numbers >= test.low) & (numbers <= test.high)
            return in_range, f"a number from {test.low:g} to {test.high:g} {test.unit}"
        if self.kind == BELIEVE:
            return (numbers > 0) & (numbers < 1), "a probability above 0 and below 1"
        return (numbers > 0) & (numbers < np.inf), "a ratio above 0"

    def likelihood(self, values: np.ndarray) -> np.ndarray:
        """The likelihood of each state of the node, shape (n_states, n_rows); 1 where unknown."""
        variable, is_unknown = self.variable, np.isnan(values)
        if self._has_readings(variable):
            readings = np.where(is_unknown, variable.start, values)
            of_readings = level_likelihoods if variable.dose else likelihoods
            return np.where(is_unknown, 1.0, of_readings(variable, readings))
        if self.kind:
            ratios = np.where(is_unknown, 1.0, values)
            is_favoured = [[state == self.state] for state in variable.states]
            weights = np.where(is_favoured, ratios, 1.0)
            return np.asarray(weights / weights.max(axis=0))
        positions = np.arange(len(variable.states))[:, None]
        return np.where(is_unknown, 1.0, values == positions)


def is_numeric(variable: Variable) -> TypeGuard[Measurement]:
    """Whether findings of a variable are numbers with a unit rather than states."""
    return isinstance(variable, Measurement) and variable.numeric


def parse_columns(variables: Variables, frame: pd.DataFrame) -> dict[str, EvidenceColumn]:
    """Parse the column names; raise `ValueError` for an unknown or repeated one."""
    names = [str(column) for column in frame.columns]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"Column {name!r}: found {names.count(name)} times; keep one column per variable."
            )
    return {name: _parse_column(variables, name) for name in names}


def _parse_column(variables: Variables, column: str) -> EvidenceColumn:
    name, *suffix = column.split(":", 2)
    if name not in variables:
        raise ValueError(f"Column {column!r}: {unknown('variable', name, variables)}")
    variable = variables[name]
    if not suffix:
        return EvidenceColumn(variable)
    state = _state_of_column(variable, *suffix[1:])
    is_known = suffix[0] in (LIKELIHOOD, BELIEVE)
    if not is_known or state not in variable.states or is_numeric(variable):
        kind = suffix[0] if is_known else LIKELIHOOD
        raise ValueError(
            f"Column {column!r}: {unknown('state', state, variable.states)} "
            f"Write {name}:{kind}:state."
        )
    return EvidenceColumn(variable, suffix[0], state)


def as_frame(table: Any) -> pd.DataFrame:
    """Return a table of pandas, polars or Arrow as a pandas frame.

    Examples
    --------
    >>> from lumbayes.batch.columns import as_frame
    >>> as_frame([{"hills": "yes"}])
    Traceback (most recent call last):
    TypeError: Found a list; give a pandas, polars or Arrow table, such as pandas.DataFrame(rows).
    """
    if isinstance(table, pd.DataFrame):
        return table
    if callable(convert := getattr(table, "to_pandas", None)):
        return pd.DataFrame(convert())
    kind = type(table).__name__
    raise TypeError(
        f"Found a {kind}; give a pandas, polars or Arrow table, such as pandas.DataFrame(rows)."
    )


def variable_of_column(column: str) -> str:
    """The name before the suffix of a column: ``hills`` of ``hills:likelihood``."""
    return column.partition(f":{LIKELIHOOD}")[0].partition(f":{BELIEVE}")[0]


def _state_of_column(variable: Variable, state: str | None = None) -> str:
    """The state named in a column; of two states the last one if none is named."""
    if state is not None:
        return state
    return variable.states[-1] if len(variable.states) == 2 else ""


def distinct_rows(
    frame: pd.DataFrame, columns: Mapping[str, EvidenceColumn]
) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct rows, encoded, and for each row of the frame the position of its equal there."""
    cells = {name: column.encode(frame[name]) for name, column in columns.items()}
    check_cells(frame, cells)
    values = {name: encoded.values for name, encoded in cells.items()}
    encoded_frame = pd.DataFrame(values, index=range(len(frame)))
    if encoded_frame.empty:
        return encoded_frame.iloc[:1], np.zeros(len(frame), int)
    groups = encoded_frame.groupby(list(encoded_frame.columns), dropna=False, sort=False)
    row_to_distinct = groups.ngroup().to_numpy()
    first_positions = np.unique(row_to_distinct, return_index=True)[1]
    return encoded_frame.iloc[first_positions], row_to_distinct


def _encode_states(cells: pd.Series, is_known: np.ndarray, states: tuple[str, ...]) -> EncodedCells:
    positions = pd.Index(states, dtype=object).get_indexer(pd.Index(cells)).astype(float)
    is_missing = positions < 0
    return EncodedCells(
        np.where(is_missing, np.nan, positions), is_known & is_missing, ", ".join(states)
    )


def _is_boolean(cells: Iterable[Any]) -> np.ndarray:
    """Which cells are True or False, which pandas would convert to 1 and 0."""
    return np.array([isinstance(cell, bool | np.bool_) for cell in cells], bool)
