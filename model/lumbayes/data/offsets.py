"""Where quotes stand in the thread: the columns start and end of claims.csv, found if empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from .files import read_text
from .schema import Place

THREAD_TEXT = "thread.txt"  # the thread itself, in a folder that may show it
MAX_NAMED = 5  # places that a message names

Row = Mapping[str, str]


def read_thread(folder: Path) -> str | None:
    """Return the text of thread.txt in a folder, or None if there is no such file."""
    path = folder / THREAD_TEXT
    return read_text(path) if path.is_file() else None


def with_offsets(place: Place, row: Row, thread: str | None) -> Row:
    """Return a row of claims.csv with start and end, found in the thread if both are empty.

    Raises
    ------
    Problem
        If only one of the two is empty. If both are: if there is no thread, or if the quote does
        not occur in it exactly once.
    """
    start, end, quote = row["start"], row["end"], row["quote"]
    if start and end:
        return row
    if start or end:
        found = f"start {start!r} and end {end!r}"
        raise place.problem(f"{found}: fill in both, or leave both empty.", "start")
    if not quote:
        raise place.problem(
            "its quote is empty; copy the statement's own words from the thread.", "quote"
        )
    if thread is None:
        raise place.problem(
            f"start and end are empty, and the folder has no {THREAD_TEXT} to find the quote in: "
            "fill in start and end, or save the thread there.",
            "start",
        )
    at = [found.start() for found in re.finditer(f"(?={re.escape(quote)})", thread)]
    if len(at) != 1:
        raise _not_once(place, quote, at)
    return {**row, "start": str(at[0]), "end": str(at[0] + len(quote))}


def _not_once(place: Place, quote: str, at: list[int]) -> Exception:
    if not at:
        found = f"its quote {quote!r} does not stand in {THREAD_TEXT}"
        return place.problem(f"{found}; copy the exact words, line ends too.", "quote")
    places = ", ".join(map(str, at[:MAX_NAMED])) + (", …" if len(at) > MAX_NAMED else "")
    found = f"its quote {quote!r} stands {len(at)} times in {THREAD_TEXT} (at {places})"
    return place.problem(f"{found}; fill in start and end, or quote more words.", "start")
