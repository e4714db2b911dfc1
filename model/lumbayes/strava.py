"""Strava's activities.csv, in the language and with the number signs of whoever exported it, as tracks."""

from __future__ import annotations

import csv
import io
import math
import re
import warnings
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from .climb import Track
from .errors import UnreadableRun
from .opening import as_text, clear

ROWS, COMMAS = 50_000, 3_000_000  # some 30,000 activities in Strava's hundred columns
WIDEST, HEADER = 500, 100_000  # columns, and characters of the header
# What Strava calls its columns: in English, before 2019, in German.
COLUMNS = {
    "date": ("Activity Date", "date", "Aktivitätsdatum"),
    "sport": ("Activity Type", "type", "Aktivitätsart"),
    "distance": ("Distance", "distance", "Distanz"),
    "seconds": ("Elapsed Time", "elapsed_time", "Verstrichene Zeit"),
    "ascent": ("Elevation Gain", "elevation_gain", "Höhenzunahme"),
}
DATES = ("%b %d, %Y, %I:%M:%S %p", "%b %d %Y %I:%M:%S %p", "%d %b %Y, %H:%M:%S", "%d.%m.%Y, %H:%M:%S",
         "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d")  # fmt: skip
SLOWEST = 10  # nobody covers fewer than one metre in so many seconds
NOTHING = np.zeros(0)


def read_strava(name: str, found: bytes, fastest: float) -> list[tuple[str, Track | str]]:
    """Each activity of an export as (where it stands, its track, or why it has none), in the order of the file.

    Strava writes the distance twice, in kilometres as it is shown and in metres; which is which is told by the time
    taken, for nobody covers more than `fastest` metres a second. Dates are in UTC.
    """
    text = as_text(name, found)
    with clear(name, "CSV file"):
        table = _table(text)
        columns = {what: [c for c in map(str, table) if _bare(c) in names] for what, names in COLUMNS.items()}
        if missing := [COLUMNS[what][0] for what in ("date", "sport", "distance", "seconds") if not columns[what]]:
            raise UnreadableRun(f"not Strava's activities.csv: the column {missing[0]!r} is missing (in English).")
        comma = _comma_is_decimal(table[[c for cs in list(columns.values())[2:] for c in cs]])
        rows: list[Any] = table.to_dict("records")
        return [(f"{name}, row {i}", _activity(row, columns, comma, fastest)) for i, row in enumerate(rows, 2)]


def _table(text: str) -> pd.DataFrame:
    if text.count(",") > COMMAS:
        raise UnreadableRun(f"it holds more than {COMMAS:,} cells.")
    first = csv.reader(io.StringIO(text[:HEADER]), strict=True)
    if len(next(first)) > WIDEST or (len(text) > HEADER and next(first, None) is None):
        raise UnreadableRun("it has more columns than Strava's list.")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # cells without a column would be dropped
        form: Any = {"dtype": str, "keep_default_na": False, "index_col": False, "nrows": ROWS + 1}
        table = pd.read_csv(io.StringIO(text), **form).rename(columns=str)
    if len(table) > ROWS:
        raise UnreadableRun(f"it holds more than {ROWS:,} rows.")
    return table


def _bare(column: str) -> str:
    """The name without the number that tells a doubled column from its twin."""
    return re.sub(r"\.\d+$", "", column.strip())


def _activity(row: dict[str, str], columns: dict[str, list[str]], comma: bool, fastest: float) -> Track | str:
    """One row as a track without points, or a sentence that says what of it cannot be read."""
    sport = row[columns["sport"][0]].strip() or "no sport"
    start = _date(row[columns["date"][0]])
    if start is None:
        return f"{sport}: its date {row[columns['date'][0]]!r} cannot be read"
    told = {what: [_number(row[c], comma) for c in columns[what]] for what in ("distance", "seconds", "ascent")}
    metres = _metres(told["distance"], max(told["seconds"], key=lambda s: (s > 0, s)), fastest)
    ascent = next((a for a in told["ascent"] if a >= 0), math.nan)
    indoors = sport.lower().startswith("virtu")
    whose = "Strava's own total"
    return Track(sport, start, metres, NOTHING, NOTHING, NOTHING, ascent=ascent, device=whose, indoors=indoors)


def _date(cell: str) -> datetime | None:
    plain = " ".join(cell.split())  # Strava puts a narrow no-break space before AM
    for form in DATES:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


def _metres(distances: list[float], seconds: float, fastest: float) -> float:
    """The distance in metres of the last cell that one could have covered in the time, as metres or as km."""
    for distance in reversed(distances):
        for metres in (distance, 1000 * distance):
            if seconds / SLOWEST < metres < seconds * fastest:
                return metres
    return math.nan


def _comma_is_decimal(cells: pd.DataFrame) -> bool:
    """Whether some number of these columns has its decimals after a comma, as no thousands could be."""
    return any(cells[c].str.fullmatch(r"[\d.\s]*,(\d{1,2}|\d{4,})").any() for c in cells)


def _number(cell: str, comma: bool) -> float:
    plain = re.sub(r"[\s'’]", "", cell)
    plain = plain.replace(".", "").replace(",", ".") if comma and "," in plain else plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return math.nan
