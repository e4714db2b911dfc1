"""Columns as numbers and equal rows: as a loop over cells and a grouping of pandas give them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbayes.batch import encoding
from lumbayes.batch.encoding import encode_numbers, encode_states, group_equal_rows

STATES = ("no", "a little", "yes")
UNKNOWN = [None, float("nan"), pd.NA, pd.NaT, ""]
NO_STATES = ["Yes", "1", " no", 0, 1.5, True]
TEXTS = ["22", "90.5", "1e2", "-3", "+4", "inf", "nan", " 7 ", "twelve", "1,5", "0x10", "1_000"]
NUMBERS = [22, 90.5, -3, 0, 2**60, np.float32(1.5), np.int8(3)]
KINDS = ["str", "string", "string[pyarrow]", "category", object]


def is_unknown(cell):
    return cell == "" if isinstance(cell, str) else bool(pd.isna(cell))


def state_of(cell):
    """The position of a cell's state, and whether it is none."""
    if is_unknown(cell):
        return math.nan, False
    is_state = isinstance(cell, str) and cell in STATES
    return (STATES.index(cell), False) if is_state else (math.nan, True)


def number_of(cell):
    """A cell as a number, and whether it is known."""
    if is_unknown(cell):
        return math.nan, False
    if isinstance(cell, bool):
        return math.nan, True
    return float(pd.to_numeric(pd.Series([cell], dtype=object), errors="coerce").iloc[0]), True


def same(found, expected):
    for ours, theirs in zip(found, zip(*expected) if expected else ((), ())):
        np.testing.assert_array_equal(np.array(ours, float), np.array(theirs, float))


@given(cells=st.lists(st.sampled_from([*STATES, *UNKNOWN, *NO_STATES])))
def test_states_of_mixed_cells(cells):
    same(encode_states(pd.Series(cells, dtype=object), STATES), [state_of(c) for c in cells])


@pytest.mark.parametrize("kind", KINDS)
@given(cells=st.lists(st.sampled_from([*STATES, None, "", "Yes", "maybe"]), min_size=1))
def test_states_of_text(kind, cells):
    column = pd.Series(cells, dtype=object).astype(kind)
    expected = [state_of(None if is_unknown(c) else c) for c in column]
    same(encode_states(column, STATES), expected)


@given(cells=st.lists(st.sampled_from([*UNKNOWN, *TEXTS, *NUMBERS, True, False])))
def test_numbers_of_mixed_cells(cells):
    same(encode_numbers(pd.Series(cells, dtype=object)), [number_of(c) for c in cells])


@pytest.mark.parametrize("kind", KINDS)
@given(cells=st.lists(st.sampled_from([*TEXTS, "", None]), min_size=1))
def test_numbers_of_text(kind, cells):
    column = pd.Series(cells, dtype=object).astype(kind)
    same(encode_numbers(column), [number_of(c) for c in column])


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_texts_alone_goes_to_arrow_whatever_its_kind(kind):
    """Cell by cell it would take many times as long."""
    if kind != "category":  # whose few categories are read instead
        texts = encoding._as_text(pd.Series(["yes", None, np.nan], dtype=object).astype(kind))
        assert texts.to_pylist() == ["yes", None, None]


def test_a_column_of_other_cells_does_not_go_to_arrow_as_text():
    for cells in ([1.5, 2], ["yes", 1], [b"yes"], [True]):
        assert encoding._as_text(pd.Series(cells, dtype=object)) is None


@pytest.mark.parametrize("kind", ["int8", "uint64", "float64", "Int64", "int64[pyarrow]"])
def test_numbers_of_columns_of_numbers(kind):
    same(encode_numbers(pd.Series([3, 0, 9]).astype(kind)), [(3, True), (0, True), (9, True)])


@pytest.mark.parametrize("kind", ["float32", "Int64", "Float64", "double[pyarrow]"])
def test_missing_numbers_of_columns_of_numbers(kind):
    column = pd.Series([3, None]).astype(kind)
    same(encode_numbers(column), [(3, True), (math.nan, False)])


rows = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 2.0, math.nan]), st.sampled_from([-0.0, 0.0, 0.1, 22.5])),
    min_size=1,
)


def check_groups(rows):
    columns = [np.array(column) for column in zip(*rows)]
    groups, first_rows = group_equal_rows(columns)
    frame = pd.DataFrame(rows)
    assert groups.tolist() == frame.groupby([0, 1], dropna=False, sort=False).ngroup().tolist()
    assert first_rows.tolist() == [groups.tolist().index(g) for g in range(groups.max() + 1)]


@given(rows=rows)
def test_equal_rows_are_a_group_in_order_of_appearance(rows):
    check_groups(rows)


@given(rows=rows)
def test_rows_are_told_apart_where_all_hashes_are_equal(rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "MULTIPLIER", np.uint64(0))
        check_groups(rows)


def test_rows_that_differ_in_one_cell_have_different_hashes():
    """One column of many values, among others that are the same: nothing collides."""
    values = np.arange(50_000.0)
    for position in range(3):
        columns = [np.full(len(values), 2.0) for _ in range(3)]
        columns[position] = values
        groups, _ = group_equal_rows(columns)
        assert groups.tolist() == list(range(len(values)))
