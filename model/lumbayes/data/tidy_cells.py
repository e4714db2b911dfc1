"""A cell read by stated rules: other words for yes, no and unknown, and decimal commas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

UNKNOWN = "unknown"
DECIMAL_COMMA = re.compile(r"[-+]?\d*,(\d{1,2}|\d{4,})")  # three digits may be thousands


def tidy_cell(cell: Any, states: Iterable[str] = ()) -> Any:
    """Return a cell as the name of a state or as a number; None if it means unknown.

    `states` are the states that the cell may name, such as ("no", "yes"); without any, the cell is
    to be a number. A cell that no rule covers is returned as it is (to be a number: without the
    spaces around it).

    Examples
    --------
    >>> from lumbayes.data.tidy_cells import tidy_cell
    >>> tidy_cell("Y", ("no", "yes")), tidy_cell("n/a"), tidy_cell("22,5"), tidy_cell("1,200")
    ('yes', None, 22.5, '1,200')
    """
    by_bare_name = {bare_name(state): state for state in states}
    text = str(cell).strip()
    if bare_name(text) in by_bare_name:
        return by_bare_name[bare_name(text)]
    meaning = _words().get(text.casefold(), "")
    if not text or meaning == UNKNOWN:
        return None
    if meaning in by_bare_name:
        return meaning
    if not by_bare_name and DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    return text if isinstance(cell, str) and not by_bare_name else cell


def bare_name(text: str) -> str:
    """Return a name in lower case, with underscores for spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", text.strip().casefold())


@cache
def _words() -> dict[str, str]:
    """The meaning of each word of the table."""
    text = files(__package__).joinpath("tidy_words.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {word.strip(): meaning for meaning, words in rows for word in words.split(";")}
