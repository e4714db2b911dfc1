"""Recordings as XML, GPX or TCX, read in one pass that asks for no more than their names."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.sax import ContentHandler

import numpy as np

from ..errors import RunFileError
from .names import is_indoors
from .safe_files import NoRecording, decode_text, file_errors
from .track import (
    HEIGHT,
    LATITUDE,
    LONGITUDE,
    PIECE,
    SO_FAR,
    TIME,
    UNKNOWN_POINT,
    Track,
    count_distance,
    make_track,
    split_nights,
    to_seconds,
)

MOST_POINTS = 200_000  # more than two days, every second
MOST_ELEMENTS, DEEPEST = 3_000_000, 30  # no recording has as many
KINDS = {"gpx": "GPX file", "TrainingCenterDatabase": "TCX file"}
ACTIVITIES, POINTS = ("trk", "Activity"), ("trkpt", "Trackpoint")
PIECES = ("trkseg", "Lap")
COLUMNS = {
    ("trkpt", "time"): TIME,
    ("trkpt", "ele"): HEIGHT,
    ("Trackpoint", "Time"): TIME,
    ("Trackpoint", "AltitudeMeters"): HEIGHT,
    ("Trackpoint", "DistanceMeters"): SO_FAR,
    ("Position", "LatitudeDegrees"): LATITUDE,
    ("Position", "LongitudeDegrees"): LONGITUDE,
}
DECLARATION = re.compile(r"\A\s*<\?xml\b([^>]*)\?>")
ENCODING = re.compile(rb"\A\s*<\?xml\b[^>]*encoding=[\"']([A-Za-z0-9_.-]{1,40})[\"']")
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML may hold them
BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,20};)")  # as in a track called "Tom & Jerry"
TIME_FORM = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?"
    r"\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?Z*"
)


@dataclass
class Activity:
    """What one `trk` or `Activity` holds."""

    sport: str = ""
    laps: list[float] = field(default_factory=list)
    points: list[list[float]] = field(default_factory=list)
    offset: float = math.nan  # seconds that its own times add to UTC; NaN where they say UTC


def is_xml(content: bytes) -> bool:
    """Whether the bytes begin as XML does, in UTF-8 or UTF-16, with or without a mark."""
    return content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \r\n\t")[:1] == b"<"


def read_xml(name: str, content: bytes, fastest: float) -> list[Track | str]:
    """The activities of a GPX or TCX file, each as a track or a reason why it is none.

    Raises `RunFileError` for what is broken, hostile, or holds no activity.
    """
    declared = ENCODING.match(content)
    text = decode_text(name, content, declared[1].decode() if declared else "")
    with file_errors(name, "XML file"):
        reader = _parse(text)
    if reader.root not in KINDS:
        raise NoRecording(f"{name}: XML, but neither GPX nor TCX.")
    with file_errors(name, KINDS[reader.root]):
        activities = [activity for activity in reader.activities if activity.points]
        if not activities:
            raise NoRecording("it holds no track, only a plan or single places.")
        return [track for activity in activities for track in _tracks(activity, fastest)]


def _tracks(activity: Activity, fastest: float) -> list[Track | str]:
    points = np.array(activity.points)
    parts = split_nights(points)
    total = _lap_total(activity.laps, points, fastest) if len(parts) == 1 else math.nan
    fields: dict[str, Any] = {"indoors": is_indoors(activity.sport)}
    if math.isfinite(activity.offset):
        fields |= {"offset": activity.offset, "clock": 2}
    return [make_track(activity.sport, part, fastest, total, **fields) for part in parts]


def _lap_total(laps: list[float], points: np.ndarray, fastest: float) -> float:
    """The distance of all laps; NaN if one gives none, or it is a tenth off the points' count."""
    total = sum(laps)
    counted, _ = count_distance(points, fastest)
    return math.nan if abs(total - counted) > counted / 10 else total


def _parse(text: str) -> _Reader:
    """Everything that counts in an XML text, which must be well-formed and declare no entities.

    Prefixes need no declaration. The `<?xml …?>` line is removed so that no parser can take the
    text for another encoding than the one it was decoded from.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    text = DECLARATION.sub("", text.strip("\0\ufeff \r\n\t"))
    text = BARE_AMPERSAND.sub("&amp;", FORBIDDEN.sub("", text)).strip()
    reader = _Reader()
    try:
        parseString(text.encode("utf-8", "replace"), reader, forbid_dtd=True)
    except DefusedXmlException:
        message = "it declares a document type or entities, which no recording needs."
        raise RunFileError(message) from None
    return reader


class _Reader(ContentHandler):
    """A SAX handler that keeps activities and their points, and stops at the first too many."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ""
        self.activities = list[Activity]()
        self.path = list[str]()
        self.text = list[str]()
        self.activity: Activity | None = None
        self.point: list[float] | None = None
        self.n_elements = self.n_points = self.n_pieces = 0

    def startElement(self, name: str, attrs: Any) -> None:
        bare = name.rpartition(":")[2]
        self.root = self.root or bare
        self.path.append(bare)
        self.text = []
        self.n_elements += 1
        if self.n_elements > MOST_ELEMENTS or len(self.path) > DEEPEST:
            raise RunFileError("it holds more elements, or deeper ones, than any recording.")
        if bare in ACTIVITIES:
            self.activity = Activity(attrs.get("Sport", ""))
            self.activities.append(self.activity)
        elif bare in PIECES and self.activity:
            self.n_pieces += 1
            self.activity.laps.append(math.nan)
        elif bare in POINTS:
            self._begin_point(attrs)

    def _begin_point(self, attrs: Any) -> None:
        self.n_points += 1
        if self.n_points > MOST_POINTS:
            raise RunFileError(f"it holds more than {MOST_POINTS:,} points.")
        self.point = list(UNKNOWN_POINT)
        self.point[LATITUDE] = parse_number(attrs.get("lat", ""))
        self.point[LONGITUDE] = parse_number(attrs.get("lon", ""))
        self.point[PIECE] = self.n_pieces

    def characters(self, content: str) -> None:
        self.text.append(content)

    def endElement(self, name: str) -> None:
        bare = self.path.pop()
        parent = self.path[-1] if self.path else ""
        text = "".join(self.text).strip()
        self.text = []
        column = COLUMNS.get((parent, bare))
        if self.activity is None:
            return
        if column is not None and self.point is not None:
            self.point[column] = self._time(text) if column == TIME else parse_number(text)
        elif bare in POINTS and self.point is not None:
            self.activity.points.append(self.point)
            self.point = None
        elif (parent, bare) == ("trk", "type"):
            self.activity.sport = text
        elif (parent, bare) == ("Lap", "DistanceMeters"):
            self.activity.laps[-1] = parse_number(text)
        elif bare in ACTIVITIES:
            self.activity = None

    def _time(self, text: str) -> float:
        time, offset = parse_time(text)
        if math.isfinite(offset) and self.activity:
            self.activity.offset = offset
        return time


def parse_time(text: str) -> tuple[float, float]:
    """Return seconds since 1970 and what the runner's clock adds, each NaN where unknown.

    A time without a zone counts as UTC and as the runner's own. One in UTC does not say the
    runner's.

    Examples
    --------
    >>> from lumbayes.activities.xml_files import parse_time
    >>> parse_time(" 1970-01-02T02:00:00+02:00 "), parse_time("1970-01-02T00:00:00ZZ")
    ((86400.0, 7200), (86400.0, nan))
    """
    match = TIME_FORM.fullmatch(text.strip())
    if not match:
        return math.nan, math.nan
    *numbers, fraction, is_utc, sign, hours, minutes = match.groups()
    try:
        time = datetime(*(int(number or 0) for number in numbers))  # type: ignore[arg-type]
    except ValueError:
        return math.nan, math.nan
    time += timedelta(microseconds=int((fraction or "0").ljust(6, "0")))
    size = 3600 * int(hours or 0) + 60 * int(minutes or 0)
    offset = -size if sign == "-" else size
    is_own = not is_utc and (not sign or offset != 0)
    return to_seconds(time) - offset, offset if is_own else math.nan


def parse_number(text: str) -> float:
    """A number of an XML file, with a decimal point or comma; NaN for what is none."""
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return math.nan
