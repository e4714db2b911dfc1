"""Tables of other libraries as pandas frames."""

from __future__ import annotations

from typing import Any

import pandas as pd


def as_frame(table: Any) -> pd.DataFrame:
    """Return a table of pandas, polars, Arrow or another library as a pandas frame.

    Parameters
    ----------
    table : object
        A pandas frame, or a table with the method `__arrow_c_stream__` (the Arrow PyCapsule
        interface) or `to_pandas`.

    Returns
    -------
    DataFrame
        The table as a pandas frame; a pandas frame is returned as it is.

    Raises
    ------
    TypeError
        If `table` is not a table, such as a list of rows.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from lumbayes.data.frames import as_frame
    >>> as_frame(pa.table({"hills": ["yes", "no"]}))
      hills
    0   yes
    1    no
    >>> as_frame([{"hills": "yes"}])
    Traceback (most recent call last):
    TypeError: Found a list; give a pandas, polars or Arrow table, such as pandas.DataFrame(rows).
    """
    if isinstance(table, pd.DataFrame):
        return table
    frame = _from_arrow(table) if hasattr(table, "__arrow_c_stream__") else None
    if frame is None and callable(convert := getattr(table, "to_pandas", None)):
        frame = convert()
    if isinstance(frame, pd.DataFrame):
        return frame
    kind = type(table).__name__
    hint = " Call its collect() first." if hasattr(table, "collect") else ""
    raise TypeError(
        f"Found a {kind}; give a pandas, polars or Arrow table, such as pandas.DataFrame(rows)."
        f"{hint}"
    )


def _from_arrow(stream: Any) -> pd.DataFrame | None:
    """Return an Arrow stream as a frame, or None if it is of one column without a name."""
    import pyarrow as pa

    try:
        return pd.DataFrame(pa.table(stream).to_pandas())
    except (pa.ArrowException, TypeError):
        return None
