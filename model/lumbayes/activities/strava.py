"""Strava's activities.csv as tracks, in the language and with the number signs of its export."""

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

from ..errors import RunFileError
from .elevation import Track
from .safe_files import decode_text, file_errors

MOST_ROWS = 50_000
MOST_COMMAS = 3_000_000  # some 30,000 activities in Strava's hundred columns
MOST_COLUMNS, LONGEST_HEADER = 500, 100_000  # columns; characters
# What Strava calls its columns: in English, before 2019, in German.
COLUMNS = {
    "date": ("Activity Date", "date", "Aktivitätsdatum"),
    "sport": ("Activity Type", "type", "Aktivitätsart"),
    "distance": ("Distance", "distance", "Distanz"),
    "seconds": ("Elapsed Time", "elapsed_time", "Verstrichene Zeit"),
    "ascent": ("Elevation Gain", "elevation_gain", "Höhenzunahme"),
}
REQUIRED = ("date", "sport", "distance", "seconds")
NUMERIC = ("distance", "seconds", "ascent")
DATES = (
    "%b %d, %Y, %I:%M:%S %p",
    "%b %d %Y %I:%M:%S %p",
    "%d %b %Y, %H:%M:%S",
    "%d.%m.%Y, %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d",
)
SLOWEST = 10  # seconds for one metre: an activity is not slower
NO_POINTS = np.zeros(0)


def read_strava(name: str, content: bytes, fastest: float) -> list[tuple[str, Track | str]]:
    """Each activity as its place in the file, and its track or why it has none.

    Strava writes the distance twice, in kilometres (or miles) as shown and in metres. Which is
    which follows from the time taken, because no runner covers more than `fastest` metres a
    second. Dates are in UTC.
    """
    text = decode_text(name, content)
    with file_errors(name, "CSV file"):
        table = _read_table(text)
        columns = _find_columns(table)
        numeric = [column for quantity in NUMERIC for column in columns[quantity]]
        has_decimal_comma = _has_decimal_comma(table[numeric])
        rows: list[Any] = table.to_dict("records")
        return [
            (f"{name}, row {number}", _track(row, columns, has_decimal_comma, fastest))
            for number, row in enumerate(rows, 2)
        ]


def _read_table(text: str) -> pd.DataFrame:
    """The table as text cells, once its size is known to be that of an export."""
    if text.count(",") > MOST_COMMAS:
        raise RunFileError(f"it holds more than {MOST_COMMAS:,} cells.")
    lines = csv.reader(io.StringIO(text[:LONGEST_HEADER]), strict=True)
    n_columns = len(next(lines))
    is_cut = len(text) > LONGEST_HEADER and next(lines, None) is None
    if n_columns > MOST_COLUMNS or is_cut:
        raise RunFileError("it has more columns than Strava's list.")
    with warnings.catch_warnings():
        # pandas would drop cells without a column
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table = pd.read_csv(
            io.StringIO(text),
            dtype=str,
            keep_default_na=False,
            index_col=False,
            nrows=MOST_ROWS + 1,
        ).rename(columns=str)
    if len(table) > MOST_ROWS:
        raise RunFileError(f"it holds more than {MOST_ROWS:,} rows.")
    return table


def _find_columns(table: pd.DataFrame) -> dict[str, list[str]]:
    """The table's columns for each quantity; a doubled column counts twice."""
    found = {
        quantity: [column for column in map(str, table) if _bare(column) in names]
        for quantity, names in COLUMNS.items()
    }
    missing = [COLUMNS[quantity][0] for quantity in REQUIRED if not found[quantity]]
    if missing:
        raise RunFileError(
            f"not Strava's activities.csv: the column {missing[0]!r} is missing (in English)."
        )
    return found


def _bare(column: str) -> str:
    """The name without the number that pandas gives to the second of two equal columns."""
    return re.sub(r"\.\d+$", "", column.strip())


def _track(
    row: dict[str, str], columns: dict[str, list[str]], has_decimal_comma: bool, fastest: float
) -> Track | str:
    """A row as a track without points, or a sentence that says what of it cannot be read."""
    sport = row[columns["sport"][0]].strip() or "no sport"
    start = _parse_date(row[columns["date"][0]])
    if start is None:
        return f"{sport}: its date {row[columns['date'][0]]!r} cannot be read"
    numbers = {
        quantity: [_parse_number(row[column], has_decimal_comma) for column in columns[quantity]]
        for quantity in NUMERIC
    }
    seconds = max(numbers["seconds"], key=lambda number: (number > 0, number))
    return Track(
        sport,
        start,
        _metres(numbers["distance"], seconds, fastest),
        NO_POINTS,
        NO_POINTS,
        NO_POINTS,
        ascent=next((number for number in numbers["ascent"] if number >= 0), math.nan),
        device="Strava's own total",
        indoors=sport.lower().startswith("virtu"),
    )


def _parse_date(cell: str) -> datetime | None:
    text = " ".join(cell.split())  # Strava puts a narrow no-break space before AM
    for form in DATES:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _metres(distances: list[float], seconds: float, fastest: float) -> float:
    """The last distance that can be covered in that time, read as metres or as km."""
    for distance in reversed(distances):
        for metres in (distance, 1000 * distance):
            if seconds / SLOWEST < metres < seconds * fastest:
                return metres
    return math.nan


def _has_decimal_comma(cells: pd.DataFrame) -> bool:
    """Whether some number has a comma where no thousands separator can stand."""
    return any(cells[column].str.fullmatch(r"[\d.\s]*,(\d{1,2}|\d{4,})").any() for column in cells)


def _parse_number(cell: str, has_decimal_comma: bool) -> float:
    """A number without its thousands separators; NaN for what is none."""
    text = re.sub(r"[\s'’]", "", cell)
    if has_decimal_comma and "," in text:
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return math.nan
