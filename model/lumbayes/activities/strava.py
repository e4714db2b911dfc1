"""Strava's activities.csv as tracks, in the language and with the number signs of its export."""

from __future__ import annotations

import csv
import io
import math
import re
import warnings
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ..errors import RunFileError
from .dates import DateReader, date_reader
from .names import activity_named, is_indoors, strava_quantity
from .safe_files import NoRecording, decode_text, file_errors
from .track import Track

MOST_ROWS = 50_000
MOST_CELLS = 3_000_000  # some 30,000 activities in Strava's hundred columns
MOST_COLUMNS, LONGEST_HEADER = 500, 100_000  # columns; characters
MAX_SHOWN = 80  # characters of a table's header that a message repeats
REQUIRED = {
    "date": "Activity Date",
    "sport": "Activity Type",
    "distance": "Distance",
    "seconds": "Elapsed Time",
}
NUMERIC = ("distance", "seconds", "moving", "ascent")
# Where Strava writes what, in every language: the first columns, and those after the file's name.
FIRST_COLUMNS = {1: "date", 3: "sport", 5: "seconds", 6: "distance"}
AFTER_FILE_NAME = {3: "seconds", 4: "moving", 5: "distance", 8: "ascent"}
FILE_NAME = re.compile(r"activities/\S+")
SEP_LINE = re.compile(r"\A\ufeff?sep=.[\r\n]+", re.IGNORECASE)  # a line of Excel's own
SLOWEST = 10  # seconds for one metre: an activity is not slower
METRES_IN = (1000, 1609.344)  # a kilometre, a mile
NO_POINTS = np.zeros(0)


def read_strava(name: str, content: bytes, fastest: float) -> list[tuple[str, Track | str]]:
    """Each activity as its place in the file, and its track or why it has none.

    Columns are found by their names in Strava's languages, else by Strava's order. Strava writes
    the distance twice, in kilometres (or miles) as shown and in metres; a list with one of them is
    read by the time taken, because no runner covers more than `fastest` metres a second. Dates
    are in UTC.
    """
    text = SEP_LINE.sub("", decode_text(name, content))
    with file_errors(name, "CSV file"):
        table = _read_table(text)
        columns = _find_columns(table)
        numeric = [column for quantity in NUMERIC for column in columns[quantity]]
        has_decimal_comma = _has_decimal_comma(table[numeric])
        dates = date_reader(table[columns["date"][0]])
        rows: list[Any] = table.to_dict("records")
        return [
            (f"{name}, row {number}", _track(row, columns, has_decimal_comma, dates, fastest))
            for number, row in enumerate(rows, 2)
        ]


def _read_table(text: str) -> pd.DataFrame:
    """The table as text cells, once its size is known to be that of an export."""
    head = text[:LONGEST_HEADER]
    first_line = head.splitlines()[0]
    separator = max(",;\t", key=first_line.count)
    if text.count(separator) > MOST_CELLS:
        raise RunFileError(f"it holds more than {MOST_CELLS:,} cells.")
    lines = csv.reader(io.StringIO(head), strict=True, delimiter=separator)
    n_columns = len(next(lines))
    is_cut = len(text) > LONGEST_HEADER and next(lines, None) is None
    if n_columns > MOST_COLUMNS or is_cut:
        raise RunFileError("it has more columns than Strava's list.")
    with warnings.catch_warnings():
        # pandas would drop cells without a column
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table = pd.read_csv(
            io.StringIO(text),
            sep=separator,
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
    headers = [str(column) for column in table]
    named = [strava_quantity(header) for header in headers]
    by_name = _columns(headers, dict(enumerate(named)))
    missing = [REQUIRED[quantity] for quantity in REQUIRED if not by_name[quantity]]
    if not missing:
        return by_name
    by_order = _columns(headers, _order_of_strava(table))
    columns = {quantity: by_name[quantity] or by_order[quantity] for quantity in by_name}
    if all(columns[quantity] for quantity in REQUIRED):
        return columns
    raise NoRecording(
        f"not Strava's activities.csv: the column {missing[0]!r} is missing, in Strava's languages."
        f" Found: {', '.join(headers)[:MAX_SHOWN]}; give the list as Strava exported it."
    )


def _columns(headers: list[str], quantities: dict[int, str]) -> dict[str, list[str]]:
    return {
        quantity: [headers[i] for i, found in quantities.items() if found == quantity]
        for quantity in (*REQUIRED, "moving", "ascent")
    }


def _order_of_strava(table: pd.DataFrame) -> dict[int, str]:
    """What the columns hold by Strava's order, if dates and sports stand where it writes them."""
    if table.shape[1] <= max(FIRST_COLUMNS):
        return {}
    reader = date_reader(table.iloc[:, 1])
    n_dates = sum(_reads_date(reader, cell) for cell in table.iloc[:, 1])
    n_sports = sum(bool(activity_named(cell)) for cell in table.iloc[:, 3])
    if 2 * n_dates < len(table) or not n_sports:
        return {}
    found = dict(FIRST_COLUMNS)
    for place in range(max(FIRST_COLUMNS), table.shape[1]):
        if table.iloc[:, place].str.fullmatch(FILE_NAME).any():
            later = {place + step: quantity for step, quantity in AFTER_FILE_NAME.items()}
            return found | {i: q for i, q in later.items() if i < table.shape[1]}
    return found


def _reads_date(reader: DateReader, cell: str) -> bool:
    try:
        reader.read(cell)
    except ValueError:
        return False
    return True


def _track(
    row: dict[str, str],
    columns: dict[str, list[str]],
    has_decimal_comma: bool,
    dates: DateReader,
    fastest: float,
) -> Track | str:
    """A row as a track without points, or a sentence that says what of it cannot be read."""
    sport = row[columns["sport"][0]].strip() or "no sport"
    try:
        start, has_time = dates.read(row[columns["date"][0]])
    except ValueError as error:
        return f"{sport}: {error}"
    cells = {quantity: [row[column] for column in columns[quantity]] for quantity in NUMERIC}
    numbers = {
        quantity: [_parse_number(cell, has_decimal_comma) for cell in cells[quantity]]
        for quantity in NUMERIC
    }
    elapsed, moving = (_longest(numbers[quantity]) for quantity in ("seconds", "moving"))
    metres = _metres(numbers["distance"], elapsed, moving, fastest)
    odd = [cell for cell in cells["distance"] if re.search(r"[^\W\d_]|:", cell)]
    track = _make(sport, start, metres, numbers, moving if moving > 0 else elapsed, has_time)
    if odd and not metres > 0:
        words = f"its distance is {odd[0]!r}, perhaps since a spreadsheet program saved it"
        return replace(track, problem=words)
    return track


def _make(
    sport: str,
    start: datetime,
    metres: float,
    numbers: dict[str, list[float]],
    lasts: float,
    has_time: bool,
) -> Track:
    return Track(
        sport,
        start,
        metres,
        NO_POINTS,
        NO_POINTS,
        NO_POINTS,
        ascent=next((number for number in numbers["ascent"] if number >= 0), math.nan),
        device="Strava's own total",
        indoors=is_indoors(sport),
        lasts=lasts,
        has_time=has_time,
    )


def _longest(seconds: list[float]) -> float:
    return max(seconds, key=lambda number: (number > 0, number), default=math.nan)


def _metres(distances: list[float], elapsed: float, moving: float, fastest: float) -> float:
    """The distance in metres: the last of two that agree, else the last that the time allows.

    The moving time counts where it is known, because a watch may be left on.
    """
    known = [distance for distance in distances if distance > 0]
    most = fastest * (elapsed if elapsed > 0 else moving)
    for shown, metres in pairwise(known):
        is_pair = any(abs(metres - unit * shown) <= unit / 100 for unit in METRES_IN)
        if is_pair and metres < most:
            return metres
    least = (moving if moving > 0 else elapsed) / SLOWEST
    for distance in reversed(known):
        for metres in (distance, 1000 * distance):
            if least < metres < most:
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
