"""Messy cells read by stated rules: other words for yes, no and unknown, and decimal commas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..data.arguments import ANYTHING, VARIABLES, check_arguments
from ..data.frames import as_frame
from ..data.tidy_cells import bare_name, tidy_cell
from .columns import EvidenceColumn, parse_columns
from .odd_cells import TIDIED

if TYPE_CHECKING:
    from ..data.variables import Variables


def tidy_findings(variables: Variables, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of findings with names and cells in the notation of `lumbayes.posteriors`.

    Parameters
    ----------
    variables : Variables
        The variables of the network, `case.variables`.
    frame : DataFrame, shape (n_rows, n_columns)
        Findings whose column names and cells may be in other notations (see Notes).

    Returns
    -------
    DataFrame, shape (n_rows, n_columns)
        The same rows, with the same index. An unknown cell is None. A cell that no rule covers
        stays as it is, and `lumbayes.posteriors` then reports it.

    Raises
    ------
    ValueError
        If a column is unknown or repeated after its name is tidied.

    Notes
    -----
    The rules:

    - Upper and lower case are the same, and spaces at either end are dropped. In the names of
      variables and states, spaces and hyphens count as underscores.
    - For a variable with the states no and yes, `y`, `true`, `t`, `1` mean yes, and `n`, `false`,
      `f`, `0` mean no.
    - An empty cell, `na`, `n/a`, `null`, `none`, `-`, `?` and similar cells mean unknown, unless a
      state has that name.
    - A decimal comma is read as a point: "22,5" is 22.5. A comma with exactly three digits after it
      ("1,200") may separate thousands, so such a cell stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import load
    >>> from lumbayes.batch import tidy_findings
    >>> messy = pd.DataFrame({" Hills": ["Y", 0, "n/a"], "plank seconds": ["22,5", 60, ""]})
    >>> tidy_findings(load().variables, messy)
      hills plank_seconds
    0   yes          22.5
    1    no            60
    2  None          None
    """
    check_arguments("tidy_findings", locals(), variables=VARIABLES, frame=ANYTHING)
    frame = as_frame(frame)
    renamed = frame.set_axis(tidy_names(variables, frame.columns), axis=1)
    columns = parse_columns(variables, renamed)
    cells = {name: _tidy(renamed[name], column) for name, column in columns.items()}
    tidied = pd.DataFrame(cells, index=frame.index)
    tidied.attrs[TIDIED] = True
    return tidied


def tidy_names(variables: Variables, names: Iterable[Any]) -> list[str]:
    """Return the names of columns, those of variables as the variables have them."""
    tidied = [":".join(map(bare_name, str(name).split(":"))) for name in names]
    return [
        bare if bare.partition(":")[0] in variables else str(name)
        for name, bare in zip(names, tidied, strict=True)
    ]


def _tidy(cells: pd.Series, column: EvidenceColumn) -> pd.Series:
    """Each distinct cell of a column read once; cells that have no hash are left as they are."""
    states = column.variable.states if column.has_states else ()
    if cells.dtype != object:
        positions, distinct = pd.factorize(cells)
        read = np.array([*(tidy_cell(cell, states) for cell in distinct), None], object)
        return pd.Series(read[positions], cells.index, dtype=object)  # -1, the last, where missing
    cells = cells.where(cells.notna(), None)
    keys = [(type(cell), cell) for cell in cells]  # True and 1 are equal, and not the same
    try:
        by_key = {key: tidy_cell(key[1], states) for key in set(keys) if key[1] is not None}
    except TypeError:
        return cells
    return pd.Series([by_key.get(key) for key in keys], cells.index, dtype=object)
