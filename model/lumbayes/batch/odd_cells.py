"""Cells of a frame that are not allowed, all of them in one report."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..data.tidy_cells import tidy_cell

MOST_KINDS = 20  # pairs of a column and a value that a message lists
TIDIED = "tidied"  # the attribute of a frame that was tidied: no hint proposes it again
HINT = (
    "With tidy=True, y, true, 1, n/a and their like are read; for a function without it, by "
    "lumbayes.batch.tidy_findings(case.variables, frame)."
)


class EncodedCells(NamedTuple):
    """The cells of one column as numbers, NaN where unknown, and which of them are not allowed."""

    values: np.ndarray
    is_invalid: np.ndarray
    allowed: str


class OddCells(ValueError):
    """The error for cells that are not allowed: the first, then each value with its count.

    Attributes
    ----------
    first : str
        The sentence on the first such cell.
    kinds : Counter
        How often each triple of a column, a value as Python writes it, and what is allowed occurs.
    hint : str
        What else may help; "" if nothing.
    """

    def __init__(self, first: str, kinds: Counter[tuple[str, str, str]], hint: str = HINT):
        self.first, self.kinds, self.hint = first, kinds, hint
        n_cells = kinds.total()
        lines = [_line(*kind, count) for kind, count in kinds.most_common(MOST_KINDS)]
        if n_more := len(kinds) - len(lines):
            lines.append(f"  and {n_more} more")
        report = [first, f"{n_cells} cells are not allowed:", *lines, *filter(None, [hint])]
        super().__init__("\n".join(report) if n_cells > 1 else first)

    def joined(self, later: OddCells) -> OddCells:
        """Return the report of these rows and of later ones."""
        return OddCells(self.first, self.kinds + later.kinds, self.hint)


def check_cells(frame: pd.DataFrame, cells: Mapping[str, EncodedCells]) -> None:
    """Raise `OddCells` if cells are not allowed."""
    invalid = {name: encoded for name, encoded in cells.items() if encoded.is_invalid.any()}
    if not invalid:
        return
    first_rows = {name: int(np.argmax(encoded.is_invalid)) for name, encoded in invalid.items()}
    name = min(first_rows, key=first_rows.__getitem__)
    row = first_rows[name]
    label, found = to_python(frame.index[row]), to_python(frame[name].iloc[row])
    first = f"Row {label!r}, column {name!r}: found {found!r}; allowed: {invalid[name].allowed}."
    kinds = Counter[tuple[str, str, str]]()
    for name, encoded in invalid.items():
        values = frame[name].to_numpy(object)[encoded.is_invalid]
        kinds.update((name, repr(to_python(value)), encoded.allowed) for value in values)
    raise OddCells(first, kinds, "" if frame.attrs.get(TIDIED) else HINT)


def _line(column: str, value: str, allowed: str, count: int) -> str:
    """How often a value stands in a column, and the nearest state or what is allowed."""
    states, text = allowed.split(", "), value.strip("'\"")
    meaning = tidy_cell(text, states)
    near = difflib.get_close_matches(text.casefold(), states, 1)
    nearest = meaning if meaning in states else next(iter(near), "")
    hint = f"nearest: {nearest}" if nearest else f"allowed: {allowed}"
    return f"  column {column!r}: {value} {count} times; {hint}"


def to_python(value: Any) -> Any:
    """A cell or an index label as a plain Python value, for messages."""
    if isinstance(value, tuple):
        return tuple(map(to_python, value))
    return value.item() if isinstance(value, np.generic) else value
