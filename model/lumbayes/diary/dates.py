"""When the runs of a diary were: days since the first, from a column or the index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.schema import is_number

DATE = "date"  # a column, or the name of the index


def days_since_first(runs: pd.DataFrame, half_life: float | None) -> np.ndarray:
    """Days since the first run, shape (n_runs,); all 0 without dates."""
    given = _dates(runs)
    _check_half_life(given is not None, half_life)
    if given is None:
        return np.zeros(len(runs))
    place, cells = given
    dates = pd.to_datetime(cells, errors="coerce", format="ISO8601", utc=True)
    if dates.isna().any():
        position = int(np.flatnonzero(dates.isna())[0])
        cell = cells.iloc[position]
        found = "nothing" if pd.isna(cell) else repr(cell)
        raise ValueError(
            f"Row {runs.index[position]!r}, {place}: found {found}; every run has a date, "
            "as 2026-03-01."
        )
    return ((dates - dates.min()) / pd.Timedelta(days=1)).to_numpy(float)


def _dates(runs: pd.DataFrame) -> tuple[str, pd.Series] | None:
    """The dates of the runs and where they stand: in their column, else in the index."""
    if DATE in runs:
        if (n := list(runs.columns).count(DATE)) > 1:
            raise ValueError(f"Column {DATE!r}: found {n} times; keep one.")
        return f"column {DATE!r}", runs[DATE]
    if isinstance(runs.index, pd.DatetimeIndex) or runs.index.name == DATE:
        return "index", runs.index.to_series()
    return None


def _check_half_life(has_dates: bool, half_life: float | None) -> None:
    if half_life is None:
        return
    if not is_number(half_life) or not half_life > 0:
        raise ValueError(
            f"Found half_life={half_life!r}: it is a number of days above 0, or None if nothing is "
            "forgotten."
        )
    if not has_dates:
        raise ValueError(
            f"A half-life needs to know when each run was: give the runs a column {DATE!r}, or "
            "dates as their index."
        )
