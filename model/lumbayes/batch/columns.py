"""Columns of a frame of findings: the variable of each, and its cells as likelihoods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

import numpy as np
import pandas as pd

from ..data.variables import Measurement, Variable, Variables
from ..engine.solve import map_parts
from ..errors import unknown
from ..inference.dose_links import evidence_on_dose
from ..inference.evidence_checks import CLOSE_TO_1, SUM_OF_SHARES
from ..network.measurement import level_likelihoods, likelihoods
from .encoding import encode_numbers, encode_states, group_equal_rows
from .odd_cells import EncodedCells, check_cells, to_python

if TYPE_CHECKING:
    from ..case import Case

LIKELIHOOD, BELIEVE = "likelihood", "believe"  # suffixes of a column, after a colon
MANY_ROWS = 16_384  # from which columns are encoded side by side; fewer take less than a thread


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
        if self.has_states:
            positions, is_invalid = encode_states(cells, self.variable.states)
            return EncodedCells(positions, is_invalid, ", ".join(self.variable.states))
        numbers, is_known = encode_numbers(cells)
        in_range, allowed = self._range_check(numbers)
        return EncodedCells(numbers, is_known & ~in_range, allowed)

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
        if self.has_states:
            positions = np.where(np.isnan(values), -1, values).astype(int)
            of_distinct = np.eye(len(self.variable.states))
        else:
            positions, distinct = pd.factorize(values)
            of_distinct = self._likelihood_of_numbers(distinct)
        unknown = np.ones((len(of_distinct), 1))  # the last column, at position -1
        return np.concatenate([of_distinct, unknown], axis=1).take(positions, axis=1)

    def _likelihood_of_numbers(self, numbers: np.ndarray) -> np.ndarray:
        """The likelihood of each state of the node at readings or ratios."""
        variable = self.variable
        if self._has_readings(variable):
            of_readings = level_likelihoods if variable.dose else likelihoods
            return of_readings(variable, numbers)
        is_favoured = [[state == self.state] for state in variable.states]
        weights = np.where(is_favoured, numbers, 1.0)
        return np.asarray(weights / weights.max(axis=0))


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
    kind, *named = suffix
    if kind not in (LIKELIHOOD, BELIEVE):
        words = unknown("kind of evidence", kind, (LIKELIHOOD, BELIEVE))
        raise ValueError(f"Column {column!r}: {words}")
    if is_numeric(variable):
        words = f"{name} is a number read off a test, not a state"
        raise ValueError(f"Column {column!r}: {words}; write {variable.reads}:{kind}.")
    state = _state_of_column(variable, *named)
    if state not in variable.states:
        raise ValueError(
            f"Column {column!r}: {unknown('state', state, variable.states)} "
            f"Write {name}:{kind}:state."
        )
    return EvidenceColumn(variable, kind, state)


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
    names = [*columns]

    def encode(name: str) -> EncodedCells:
        return columns[name].encode(frame[name])

    encoded_cells = map_parts(encode, names) if len(frame) >= MANY_ROWS else map(encode, names)
    cells = dict(zip(names, encoded_cells, strict=True))
    check_cells(frame, cells)
    _check_shares(frame, columns, cells)
    encoded = pd.DataFrame({name: cell.values for name, cell in cells.items()}, range(len(frame)))
    if encoded.empty:
        return encoded.iloc[:1], np.zeros(len(frame), int)
    row_to_distinct, first_rows = group_equal_rows([cell.values for cell in cells.values()])
    return encoded.iloc[first_rows], row_to_distinct


def _check_shares(
    frame: pd.DataFrame, columns: Mapping[str, EvidenceColumn], cells: Mapping[str, EncodedCells]
) -> None:
    """Raise for the first row whose stated probabilities of a variable cannot add up to 1."""
    stated: dict[str, list[np.ndarray]] = {}
    for name, column in columns.items():
        if column.kind == BELIEVE:
            stated.setdefault(column.node, []).append(cells[name].values)
    for node, shares in stated.items():
        n_states = next(len(c.variable.states) for c in columns.values() if c.node == node)
        n_known, total = (~np.isnan(shares)).sum(axis=0), np.nansum(shares, axis=0)
        is_whole = np.abs(total - 1) < CLOSE_TO_1
        is_wrong = (total > 1 + CLOSE_TO_1) | (is_whole != (n_known == n_states)) & (n_known > 0)
        if is_wrong.any():
            row = int(np.argmax(is_wrong))
            label = to_python(frame.index[row])
            words = SUM_OF_SHARES.format(total[row])
            raise ValueError(f"Row {label!r}, {node}: {words}")


def check_entered_once(
    case: Case, columns: Mapping[str, EvidenceColumn], encoded: pd.DataFrame
) -> None:
    """Raise where case and rows both hold what counts once: a reading, a stated probability."""
    for name, column in columns.items():
        is_stated, of = column.kind == BELIEVE, column.variable
        held = case.likelihoods if is_stated else case.findings
        if (is_stated or is_numeric(of)) and of.name in held and encoded[name].notna().any():
            what = "likelihood" if is_stated else "reading"
            raise ValueError(
                f"Column {name!r}: the case holds a {what} of {of.name} as well, and only one can "
                f"count: retract({of.name!r}) from the case."
            )
