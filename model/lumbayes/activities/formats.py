"""What a watch or a phone wrote down of a run, GPX, TCX or FIT, as tracks; positions stay behind in
here.

Strava's activities.csv, in the language and with the number signs of whoever exported it, as
tracks.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ..errors import RunFileError
from .elevation import Track
from .safe_files import POINTS, as_text, checked_xml, clear

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
    """Each activity of an export as (where it stands, its track, or why it has none), in the order
    of the file.

    Strava writes the distance twice, in kilometres as it is shown and in metres; which is which is
    told by the time taken, for nobody covers more than `fastest` metres a second. Dates are in UTC.
    """
    text = as_text(name, found)
    with clear(name, "CSV file"):
        table = _table(text)
        columns = {
            what: [c for c in map(str, table) if _bare(c) in names]
            for what, names in COLUMNS.items()
        }
        if missing := [
            COLUMNS[what][0]
            for what in ("date", "sport", "distance", "seconds")
            if not columns[what]
        ]:
            raise RunFileError(
                f"not Strava's activities.csv: the column {missing[0]!r} is missing (in English)."
            )
        comma = _comma_is_decimal(table[[c for cs in list(columns.values())[2:] for c in cs]])
        rows: list[Any] = table.to_dict("records")
        return [
            (f"{name}, row {i}", _activity(row, columns, comma, fastest))
            for i, row in enumerate(rows, 2)
        ]


def _table(text: str) -> pd.DataFrame:
    if text.count(",") > COMMAS:
        raise RunFileError(f"it holds more than {COMMAS:,} cells.")
    first = csv.reader(io.StringIO(text[:HEADER]), strict=True)
    if len(next(first)) > WIDEST or (len(text) > HEADER and next(first, None) is None):
        raise RunFileError("it has more columns than Strava's list.")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "error", pd.errors.ParserWarning
        )  # cells without a column would be dropped
        form: Any = {"dtype": str, "keep_default_na": False, "index_col": False, "nrows": ROWS + 1}
        table = pd.read_csv(io.StringIO(text), **form).rename(columns=str)
    if len(table) > ROWS:
        raise RunFileError(f"it holds more than {ROWS:,} rows.")
    return table


def _bare(column: str) -> str:
    """The name without the number that tells a doubled column from its twin."""
    return re.sub(r"\.\d+$", "", column.strip())


def _activity(
    row: dict[str, str], columns: dict[str, list[str]], comma: bool, fastest: float
) -> Track | str:
    """One row as a track without points, or a sentence that says what of it cannot be read."""
    sport = row[columns["sport"][0]].strip() or "no sport"
    start = _date(row[columns["date"][0]])
    if start is None:
        return f"{sport}: its date {row[columns['date'][0]]!r} cannot be read"
    told = {
        what: [_number(row[c], comma) for c in columns[what]]
        for what in ("distance", "seconds", "ascent")
    }
    metres = _metres(told["distance"], max(told["seconds"], key=lambda s: (s > 0, s)), fastest)
    ascent = next((a for a in told["ascent"] if a >= 0), math.nan)
    indoors = sport.lower().startswith("virtu")
    whose = "Strava's own total"
    return Track(
        sport,
        start,
        metres,
        NOTHING,
        NOTHING,
        NOTHING,
        ascent=ascent,
        device=whose,
        indoors=indoors,
    )


def _date(cell: str) -> datetime | None:
    plain = " ".join(cell.split())  # Strava puts a narrow no-break space before AM
    for form in DATES:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


def _metres(distances: list[float], seconds: float, fastest: float) -> float:
    """The distance in metres of the last cell that one could have covered in the time, as metres or
    as km.
    """
    for distance in reversed(distances):
        for metres in (distance, 1000 * distance):
            if seconds / SLOWEST < metres < seconds * fastest:
                return metres
    return math.nan


def _comma_is_decimal(cells: pd.DataFrame) -> bool:
    """Whether some number of these columns has its decimals after a comma, as no thousands could
    be.
    """
    return any(cells[c].str.fullmatch(r"[\d.\s]*,(\d{1,2}|\d{4,})").any() for c in cells)


def _number(cell: str, comma: bool) -> float:
    plain = re.sub(r"[\s'’]", "", cell)
    plain = (
        plain.replace(".", "").replace(",", ".")
        if comma and "," in plain
        else plain.replace(",", "")
    )
    try:
        return float(plain)
    except ValueError:
        return math.nan


FIT_BYTES, FIT_PARTS = 10_000_000, 3_000_000  # a day and more, every second
LONGEST = 4 * 24 * 3600  # seconds that one recording may last
INDOORS = ("treadmill", "spin", "virtual_activity")
Point = tuple[datetime | None, float | None, float | None]  # time, height, metres so far


def is_fit(found: bytes) -> bool:
    """Whether the bytes begin as a FIT file does, whatever its name ends in."""
    return found[8:12] == b".FIT"


def is_xml(found: bytes) -> bool:
    """Whether the bytes begin as XML does, with or without a mark before it."""
    return found.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read_xml(name: str, found: bytes) -> list[Track]:
    """The tracks of a GPX or TCX file."""
    root, text = checked_xml(name, as_text(name, found))
    if root not in ("gpx", "TrainingCenterDatabase"):
        raise RunFileError(f"{name}: XML, but neither GPX nor TCX.")
    kind, read = ("GPX file", _gpx) if root == "gpx" else ("TCX file", _tcx)
    with clear(name, kind):
        return list(read(text))


def _gpx(text: str) -> Iterator[Track]:
    from gpxpy.parser import GPXParser

    tracks = [t for t in GPXParser(text).parse().tracks if any(s.points for s in t.segments)]
    if not tracks:
        raise RunFileError("it holds no track, only a plan or single places.")
    for track in tracks:
        along, points = 0.0, list[Point]()
        for segment in track.segments:
            steps = [0.0, *(a.distance_2d(b) or 0.0 for a, b in pairwise(segment.points))]
            for point, step in zip(segment.points, steps, strict=False):
                along += step
                points.append((point.time, point.elevation, along))
        yield _track(track.type or "", along, points)


def _tcx(text: str) -> Iterator[Track]:
    from tcxreader.tcxreader import TCXReader

    if text.count("<Activity ") > 1:
        raise RunFileError("it holds more than one activity; export each by itself.")
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it cannot follow
        read = TCXReader().read(io.StringIO(text), only_gps=False)
    if not read.trackpoints:
        raise RunFileError("it holds no track.")
    points = [(p.time, p.elevation, p.distance) for p in read.trackpoints]
    yield _track(read.activity_type, read.distance, points)


def _track(sport: str, metres: float, points: Iterable[Point], **more: Any) -> Track:
    """A track from points in the order of their times; those without a time are known by no second,
    and left out.
    """
    timed = [(_utc(time), height, so_far) for time, height, so_far in points if time is not None]
    if not timed:
        raise RunFileError("its points have no times, so it is a plan and no recording.")
    start = timed[0][0]
    seconds = np.array([(time - start).total_seconds() for time, *_ in timed])
    if (np.diff(seconds) < 0).any():
        raise RunFileError("its times go backwards.")
    if seconds[-1] > LONGEST:
        raise RunFileError(f"it lasts longer than {LONGEST // 86400} days, so it is more than one.")
    heights, along = (
        np.array([math.nan if p[i] is None else p[i] for p in timed], float) for i in (1, 2)
    )
    return Track(sport, start, metres, seconds, heights, along, **more)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def read_fit(name: str, found: bytes) -> list[Track]:
    """The tracks of a FIT file, one a session; its checksum must hold."""
    with clear(name, "FIT file"):
        if len(found) > FIT_BYTES:
            raise RunFileError(
                f"it holds more than {FIT_BYTES // 1_000_000} MB, and a FIT file holds one at most."
            )
        sessions, points, offset = _messages(found)
        if not sessions:
            raise RunFileError("it holds no activity; a course, a workout or settings, perhaps.")
        return [_session(session, points, offset) for session in sessions]


def _messages(found: bytes) -> tuple[list[dict[str, Any]], list[Point], float]:
    """The sessions of a FIT file, its points, and what its own clock adds to UTC, in seconds."""
    import fitdecode

    sessions, points, offset = list[dict[str, Any]](), list[Point](), 0.0
    crc, errors = fitdecode.CrcCheck.RAISE, fitdecode.ErrorHandling.IGNORE
    with fitdecode.FitReader(io.BytesIO(found), check_crc=crc, error_handling=errors) as reader:
        parts = 0
        for message in reader:
            parts += 5 + len(
                getattr(message, "fields", ())
            )  # a message takes about as long as five of its fields
            if parts > FIT_PARTS or len(points) > POINTS:
                raise RunFileError(
                    f"it holds more than {POINTS:,} points, or more fields than any recording."
                )
            if message.frame_type != fitdecode.FIT_FRAME_DATA or message.name not in (
                "session",
                "record",
                "activity",
            ):
                continue
            told = {f.name: f.value for f in message.fields if f.value is not None}
            if message.name == "session":
                sessions.append(told)
            elif message.name == "record":
                height = told.get("enhanced_altitude", told.get("altitude"))
                points.append((told.get("timestamp"), height, told.get("distance")))
            elif {"timestamp", "local_timestamp"} <= told.keys():
                offset = (_utc(told["local_timestamp"]) - _utc(told["timestamp"])).total_seconds()
    return sessions, points, offset


def _session(told: dict[str, Any], points: list[Point], offset: float) -> Track:
    start, lasts = _utc(told["start_time"]), float(told.get("total_elapsed_time", math.inf))
    mine = [
        p
        for p in points
        if p[0] is not None and 0 <= (_utc(p[0]) - start).total_seconds() <= lasts + 1
    ]
    sport, metres = str(told.get("sport", "unknown")), float(told.get("total_distance", math.nan))
    kind = str(told.get("sub_sport"))
    indoors = kind.startswith("indoor") or kind in INDOORS
    more = {"offset": offset, "indoors": indoors, "ascent": told.get("total_ascent", math.nan)}
    return _track(sport, metres, [(start, None, 0.0), *mine], **more)
