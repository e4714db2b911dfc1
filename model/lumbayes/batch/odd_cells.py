"""Cells of a frame that are not allowed, all of them in one report."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

MOST_KINDS = 20  # pairs of a column and a value that a message lists


class EncodedCells(NamedTuple):
    """The cells of one column as numbers, NaN where unknown, and which of them are not allowed."""

    values: np.ndarray
    is_invalid: np.ndarray
    allowed: str


def check_cells(frame: pd.DataFrame, cells: Mapping[str, EncodedCells]) -> None:
    """Raise `ValueError` if cells are not allowed: the first, then each odd value with its count.

    A value's nearest state stands beside it.
    """
    invalid = {name: encoded for name, encoded in cells.items() if encoded.is_invalid.any()}
    if not invalid:
        return
    first_rows = {name: int(np.argmax(encoded.is_invalid)) for name, encoded in invalid.items()}
    name = min(first_rows, key=first_rows.__getitem__)
    row = first_rows[name]
    label, found = to_python(frame.index[row]), to_python(frame[name].iloc[row])
    message = f"Row {label!r}, column {name!r}: found {found!r}; allowed: {invalid[name].allowed}."
    n_cells = sum(int(encoded.is_invalid.sum()) for encoded in invalid.values())
    if n_cells == 1:
        raise ValueError(message)
    lines = [
        line for name, encoded in invalid.items() for line in _odd_values(frame, name, encoded)
    ]
    if n_more := len(lines[MOST_KINDS:]):
        lines = [*lines[:MOST_KINDS], f"  and {n_more} more"]
    report = [message, f"{n_cells} cells are not allowed:", *lines]
    raise ValueError(
        "\n".join([*report, "With tidy=True, y, true, 1, n/a and their like are read."])
    )


def _odd_values(frame: pd.DataFrame, name: str, encoded: EncodedCells) -> Iterator[str]:
    """A line for each odd value of a column, the most frequent first."""
    values = frame[name].to_numpy(object)[encoded.is_invalid]
    allowed = encoded.allowed.split(", ")
    for value, count in Counter(repr(to_python(value)) for value in values).most_common():
        near = difflib.get_close_matches(value.strip("'\"").casefold(), allowed, 1)
        hint = f"; nearest: {near[0]}" if near else f"; allowed: {encoded.allowed}"
        yield f"  column {name!r}: {value} {count} times{hint}"


def to_python(value: Any) -> Any:
    """A cell or an index label as a plain Python value, for messages."""
    if isinstance(value, tuple):
        return tuple(map(to_python, value))
    return value.item() if isinstance(value, np.generic) else value
