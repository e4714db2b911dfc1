"""Checks of what charts are drawn from: tables with certain columns, series, texts and a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

MAX_SHOWN = 60  # characters of a value that a message repeats


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


def check_numbers(chart: str, table: pd.DataFrame, name: str = "table") -> None:
    """Raise unless this is a DataFrame of numbers."""
    check_table(chart, table, name=name)
    if not all(map(pd.api.types.is_numeric_dtype, table.dtypes)):
        raise TypeError(_sentence(chart, name, table, "a table of numbers"))


def check_tables(chart: str, tables: object, *columns: str) -> None:
    """Raise unless this is a mapping of names to tables with these columns."""
    if not isinstance(tables, Mapping) or not tables:
        raise TypeError(_sentence(chart, "tables", tables, "a mapping of names to tables"))
    for name, table in tables.items():
        check_table(chart, table, *columns, name=f"tables[{name!r}]")


def check_rows(chart: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Raise unless each table has the rows of the first."""
    first = next(iter(tables.values())).index
    for name, table in tables.items():
        missing = [row for row in first if row not in table.index]
        if missing:
            rows = f"a table with the rows of the first; it lacks {', '.join(map(str, missing))}"
            raise ValueError(_sentence(chart, f"tables[{name!r}]", table, rows))


def check_series(chart: str, name: str, values: object) -> None:
    """Raise unless this is a Series of numbers with one row or more."""
    is_series = isinstance(values, pd.Series) and pd.api.types.is_numeric_dtype(values)
    if not is_series or values.empty:  # type: ignore[attr-defined]
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
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(_sentence(chart, name, value, "a whole number, 1 or more"))
    if value < 1:
        raise ValueError(_sentence(chart, name, value, "a whole number, 1 or more"))


def _sentence(chart: str, name: str, value: object, words: str) -> str:
    return f"{chart}: {name} is {_described(value)}; it must be {words}."


def _described(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        return f"a DataFrame with the columns {', '.join(map(str, value.columns)) or 'none'}"
    shown = repr(value)
    is_long = len(shown) > MAX_SHOWN or "\n" in shown
    return f"a {type(value).__name__}" if is_long else shown
