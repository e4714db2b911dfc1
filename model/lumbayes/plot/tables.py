"""Checks of what charts are drawn from: tables with certain columns, series, texts and a case.

The figures of a chart's description are written here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from numbers import Number, Real
from typing import Any

import numpy as np
import pandas as pd

MAX_SHOWN = 60  # characters of a value that a message repeats
MAX_NAMED = 4  # steps of a plane that a message names; the rest are counted
NUMBERS = "numbers, as pandas.to_numeric makes of texts"
DATES = "a date in every row: datetimes, or texts of one form such as '2026-03-01'"
YEAR = re.compile(r"(?<![.:+\d])[1-9]\d{3}")  # no part of a second, no zone such as +0100


def shown(figure: Any, form: str) -> str:
    """A figure in the form of a description, such as "{:.0%}"; a missing one is unknown."""
    return "unknown" if pd.isna(figure) else form.format(figure)


def as_floats(values: pd.Series) -> np.ndarray:
    """The numbers of a column; a missing one of any kind is NaN."""
    return values.to_numpy(float, na_value=np.nan)


def named(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Some columns of a table, each once, and its index as the column `name`."""
    return pd.DataFrame({"name": table.index, **{c: table[c].array for c in columns}})


def melted(table: pd.DataFrame, index: str, column: str) -> pd.DataFrame:
    """All cells of a table, one a row: the index, the column and the figure `p`."""
    parts = [
        pd.DataFrame({index: table.index, column: name, "p": values.array})
        for name, values in table.items()
    ]
    return pd.concat(parts, ignore_index=True)


def check_table(chart: str, table: object, *columns: object, name: str = "table") -> None:
    """Raise unless this is a DataFrame with rows and with these columns."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(_sentence(chart, name, table, "a pandas DataFrame"))
    missing = [column for column in columns if column not in table.columns]
    if missing:
        words = f"a table with the columns {', '.join(map(repr, columns))}"
        raise ValueError(_sentence(chart, name, table, words))
    if table.empty:
        raise ValueError(_sentence(chart, name, table, "a table with one row or more"))


def check_figures(chart: str, table: pd.DataFrame, *columns: object, name: str = "table") -> None:
    """Raise unless this is a DataFrame with rows and, in these columns, numbers or nothing."""
    check_table(chart, table, *columns, name=name)
    for column in columns:
        _check_held(chart, name, column, table[column])


def _check_held(chart: str, name: str, column: object, values: pd.Series) -> None:
    for value in _others(values):
        raise TypeError(_held(chart, name, column, value, NUMBERS))


def _others(values: pd.Series) -> list[Any]:
    """The values that are neither numbers nor missing."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return []
    is_real = [isinstance(v, Real) and not isinstance(v, bool) for v in values]
    return [*values[values.notna() & ~np.array(is_real)]]


def check_dates(chart: str, table: pd.DataFrame, column: str, name: str = "table") -> None:
    """Raise unless each row of this column is a date; a number would be in 1970, "10:30" today."""
    values = table[column]
    for value in values.dropna():
        if isinstance(value, Number):
            raise TypeError(_held(chart, name, column, value, DATES))
    try:
        is_date = pd.to_datetime(values, errors="coerce").notna()
    except (TypeError, ValueError):  # of several time zones, or of no kind that can be a date
        is_date = pd.Series(False, values.index)
    has_year = [not isinstance(value, str) or bool(YEAR.search(value)) for value in values]
    for value in values[~(is_date.to_numpy() & np.array(has_year))]:
        raise ValueError(_held(chart, name, column, value, DATES))


def check_numbers(chart: str, table: pd.DataFrame, name: str = "table") -> None:
    """Raise unless this is a DataFrame of numbers."""
    check_table(chart, table, name=name)
    if not all(map(pd.api.types.is_numeric_dtype, table.dtypes)):
        raise TypeError(_sentence(chart, name, table, "a table of numbers"))
    for column, values in table.items():
        _check_held(chart, name, column, values)


def check_tables(chart: str, tables: object, *columns: str) -> None:
    """Raise unless this is a mapping of names to tables with numbers in these columns."""
    if not isinstance(tables, Mapping) or not tables:
        raise TypeError(_sentence(chart, "tables", tables, "a mapping of names to tables"))
    for name, table in tables.items():
        check_figures(chart, table, *columns, name=f"tables[{name!r}]")


def check_rows(chart: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Raise unless each table has the rows of the first."""
    first = next(iter(tables.values())).index
    for name, table in tables.items():
        missing = [row for row in first if row not in table.index]
        if missing:
            rows = f"a table with the rows of the first; it lacks {', '.join(map(str, missing))}"
            raise ValueError(_sentence(chart, f"tables[{name!r}]", table, rows))


def check_plane(chart: str, table: pd.DataFrame, rival: pd.DataFrame) -> None:
    """Raise unless both are tables of numbers over the same two names and the same steps."""
    for name, plane in (("table", table), ("rival", rival)):
        check_numbers(chart, plane, name)
        if None in (plane.index.name, plane.columns.name):
            words = "a result of two_way, whose rows and columns have the names of parameters"
            raise ValueError(_sentence(chart, name, plane, words))
    over, wanted = (f"{t.index.name} and {t.columns.name}" for t in (rival, table))
    if over != wanted:
        raise ValueError(f"{chart}: rival is over {over}; it must be over {wanted}, as table is.")
    if min(table.shape) < 2:
        words = "it must have two rows and two columns or more"
        raise ValueError(f"{chart}: table has the shape {table.shape}; {words}.")
    for axis, of_rival, steps in zip(("rows", "columns"), rival.axes, table.axes, strict=True):
        if len(missing := steps.difference(of_rival)):
            found = f"rival has the {axis} {_listed(of_rival)}"
            words = "it must have those of table, as two_way with the same steps gives"
            raise ValueError(f"{chart}: {found}; {words}; it lacks {_listed(missing)}.")


def check_series(chart: str, name: str, values: object) -> None:
    """Raise unless this is a Series of numbers with one row or more."""
    is_numeric = isinstance(values, pd.Series) and pd.api.types.is_numeric_dtype(values)
    if not is_numeric or values.dtype.kind == "b" or values.empty:  # type: ignore[attr-defined]
        raise TypeError(_sentence(chart, name, values, "a pandas Series of numbers, one or more"))


def check_titles(chart: str, name: str, titles: object, known: Iterable[object]) -> None:
    """Raise unless this is a mapping of known names to titles."""
    if not isinstance(titles, Mapping):
        raise TypeError(_sentence(chart, name, titles, "a mapping of names to titles"))
    allowed = [*known]
    for key, title in titles.items():
        check_text(f"{chart}: {name}", repr(key), title)
        if key not in allowed:
            raise ValueError(_sentence(chart, name, titles, f"of {', '.join(map(str, allowed))}"))


def check_text(chart: str, name: str, text: object) -> None:
    """Raise unless this is a text."""
    if not isinstance(text, str):
        raise TypeError(_sentence(chart, name, text, "a text"))


def check_case(chart: str, case: Any) -> None:
    """Raise unless this is a case: it has priors and variables."""
    if not hasattr(case, "priors") or not hasattr(case, "variables"):
        raise TypeError(_sentence(chart, "case", case, "a Case, as load() gives"))


def check_count(chart: str, name: str, value: object) -> None:
    """Raise unless this is a whole number, 1 or more."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(_sentence(chart, name, value, "a whole number, 1 or more"))
    if value < 1:
        raise ValueError(_sentence(chart, name, value, "a whole number, 1 or more"))


def _sentence(chart: str, name: str, value: object, words: str) -> str:
    return f"{chart}: {name} is {_described(value)}; it must be {words}."


def _held(chart: str, name: str, column: object, value: object, words: str) -> str:
    return f"{chart}: {name}[{column!r}] holds {_described(value)}; it must hold {words}."


def _listed(steps: Iterable[Any]) -> str:
    names = [f"{step:g}" if isinstance(step, Real) else str(step) for step in steps]
    more = [f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return ", ".join([*names[:MAX_NAMED], *more])


def _described(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return f"a DataFrame with the columns {', '.join(map(str, value.columns)) or 'none'}"
    text = repr(value.item() if isinstance(value, np.generic) else value)
    is_long = len(text) > MAX_SHOWN or "\n" in text
    return f"a {type(value).__name__}" if is_long else text
