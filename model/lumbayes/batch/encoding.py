"""Cells of a column as numbers, and equal rows of encoded columns, without a loop over cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

# Constants of a hash of 64 bits: an odd multiplier (2^64 over the golden ratio) and a shift.
MULTIPLIER, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


def encode_states(cells: pd.Series, states: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the position of each cell's state, NaN where unknown, and which are no state.

    Cells that are missing or "" are unknown.
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        positions, is_invalid = encode_states(cells.cat.categories.to_series(), states)
        codes = cells.cat.codes.to_numpy()  # -1 where missing
        return np.append(positions, np.nan)[codes], np.append(is_invalid, False)[codes]
    texts = _as_text(cells)
    if texts is None:
        return _encode_mixed_states(cells, states)
    import pyarrow as pa
    from pyarrow import compute

    found = compute.index_in(texts, value_set=pa.array([*states, ""], texts.type))
    positions = found.to_numpy(zero_copy_only=False).astype(float)
    positions[positions == len(states)] = np.nan
    if found.null_count == texts.null_count:
        return positions, np.zeros(len(cells), bool)
    is_invalid = compute.and_(compute.is_valid(texts), compute.is_null(found))
    return positions, is_invalid.to_numpy(zero_copy_only=False)


def _encode_mixed_states(
    cells: pd.Series, states: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    positions = pd.Index(states, dtype=object).get_indexer(pd.Index(cells.astype(object)))
    is_missing = positions < 0
    return np.where(is_missing, np.nan, positions), are_known(cells) & is_missing


def encode_numbers(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return each cell as a number, NaN where it is none, and which cells are known.

    Cells that are missing or "" are unknown. A Boolean is no number.
    """
    if cells.dtype.kind in "iuf":
        numbers = cells.to_numpy(float, na_value=np.nan)
        return numbers, ~np.isnan(numbers)
    texts = _as_text(cells)
    numbers_of_texts = None if texts is None else _parse_numbers(texts)
    return numbers_of_texts or _encode_mixed_numbers(cells)


def _parse_numbers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
    """Return texts as numbers, and which are known; None if one is not plainly a number."""
    import pyarrow as pa
    from pyarrow import compute

    known = compute.if_else(compute.equal(texts, ""), None, texts)
    try:
        numbers = known.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    is_known = known.is_valid().to_numpy(zero_copy_only=False)
    return numbers.to_numpy(zero_copy_only=False), is_known


def _encode_mixed_numbers(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    is_known = are_known(cells)
    objects = cells.where(is_known).astype(object)
    numbers = pd.to_numeric(objects, errors="coerce").to_numpy(float)
    is_boolean = np.array([isinstance(cell, bool | np.bool_) for cell in objects], bool)
    return np.where(is_boolean, np.nan, numbers), is_known


def are_known(cells: pd.Series) -> np.ndarray:
    """Return of each cell whether something is entered: it is neither missing nor an empty text."""
    return np.asarray(cells.notna() & (cells.astype(object) != ""))


def _as_text(cells: pd.Series) -> Any:
    """Return a column as Arrow text, or None if it holds anything but texts."""
    import pyarrow as pa

    try:
        array = pa.array(cells)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    if pa.types.is_null(array.type):
        return array.cast(pa.string())
    is_text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    return array if is_text else None


def group_equal_rows(columns: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the group of each row, groups in order of appearance, and each group's first row.

    `columns` are one or more arrays of numbers, of shape (n_rows,), in which NaN equals NaN.
    """
    columns = [np.where(np.isnan(values), -np.inf, values) + 0.0 for values in columns]
    hashes = np.zeros(len(columns[0]), np.uint64)
    for values in columns:
        hashes ^= values.view(np.uint64)
        hashes *= MULTIPLIER
        hashes ^= hashes >> SHIFT
    codes, distinct = pd.factorize(hashes)
    groups: np.ndarray = np.asarray(codes)
    rows = np.arange(len(groups))
    if len(distinct) == len(rows):
        return rows, rows
    if not _are_equal(columns, groups, first_rows := _first_rows(groups, len(distinct))):
        frame = pd.DataFrame(dict(enumerate(columns)))
        groups = frame.groupby([*frame], sort=False).ngroup().to_numpy()
        first_rows = _first_rows(groups, groups.max() + 1)
    return groups, first_rows


def _first_rows(groups: np.ndarray, n_groups: int) -> np.ndarray:
    first_rows = np.empty(n_groups, int)
    # where a position is repeated, the last value that is assigned stays
    first_rows[groups[::-1]] = np.arange(len(groups))[::-1]
    return first_rows


def _are_equal(columns: list[np.ndarray], groups: np.ndarray, first_rows: np.ndarray) -> bool:
    """Whether the rows of each group are equal, which different rows with equal hashes are not."""
    return all(np.array_equal(values[first_rows][groups], values) for values in columns)
