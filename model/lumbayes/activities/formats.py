"""Recordings of watches and phones, GPX, TCX or FIT, as tracks; positions go no further."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import RunFileError
from .elevation import Track
from .safe_files import MOST_POINTS, check_xml, decode_text, file_errors

MOST_FIT_BYTES = 10_000_000  # a day and more, every second
MOST_FIT_PARTS = 3_000_000  # fields, and for each message as many as it costs
MESSAGE_COST = 5  # fields: a message takes about as long to read as five of its fields
TOO_MUCH = f"it holds more than {MOST_POINTS:,} points, or more fields than any recording."
LONGEST = 4 * 24 * 3600  # seconds that one recording may last
INDOORS = ("treadmill", "spin", "virtual_activity")
Point = tuple[datetime | None, float | None, float | None]  # time, height, metres so far
Message = dict[str, Any]  # the fields of a FIT message by their names


def is_fit(content: bytes) -> bool:
    """Whether the bytes begin as a FIT file does."""
    return content[8:12] == b".FIT"


def is_xml(content: bytes) -> bool:
    """Whether the bytes begin as XML does, with or without a byte order mark."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read_xml(name: str, content: bytes) -> list[Track]:
    """The tracks of a GPX or TCX file."""
    root, text = check_xml(name, decode_text(name, content))
    if root not in ("gpx", "TrainingCenterDatabase"):
        raise RunFileError(f"{name}: XML, but neither GPX nor TCX.")
    kind, read = ("GPX file", _read_gpx) if root == "gpx" else ("TCX file", _read_tcx)
    with file_errors(name, kind):
        return list(read(text))


def _read_gpx(text: str) -> Iterator[Track]:
    from gpxpy.parser import GPXParser

    tracks = [t for t in GPXParser(text).parse().tracks if any(s.points for s in t.segments)]
    if not tracks:
        raise RunFileError("it holds no track, only a plan or single places.")
    for track in tracks:
        distance = 0.0
        points = list[Point]()
        for segment in track.segments:
            steps = [0.0, *(a.distance_2d(b) or 0.0 for a, b in pairwise(segment.points))]
            for point, step in zip(segment.points, steps, strict=False):
                distance += step
                points.append((point.time, point.elevation, distance))
        yield _track(track.type or "", distance, points)


def _read_tcx(text: str) -> Iterator[Track]:
    from tcxreader.tcxreader import TCXReader

    if text.count("<Activity ") > 1:
        raise RunFileError("it holds more than one activity; export each by itself.")
    with contextlib.redirect_stdout(io.StringIO()):  # the reader prints what it does not know
        activity = TCXReader().read(io.StringIO(text), only_gps=False)
    if not activity.trackpoints:
        raise RunFileError("it holds no track.")
    points = [(p.time, p.elevation, p.distance) for p in activity.trackpoints]
    yield _track(activity.activity_type, activity.distance, points)


def _track(sport: str, metres: float, points: Iterable[Point], **fields: Any) -> Track:
    """A track of the points that have a time, which must not go backwards."""
    timed = [(_utc(time), height, so_far) for time, height, so_far in points if time is not None]
    if not timed:
        raise RunFileError("its points have no times, so it is a plan and no recording.")
    start = timed[0][0]
    seconds = np.array([(time - start).total_seconds() for time, *_ in timed])
    if (np.diff(seconds) < 0).any():
        raise RunFileError("its times go backwards.")
    if seconds[-1] > LONGEST:
        raise RunFileError(f"it lasts longer than {LONGEST // 86400} days, so it is more than one.")
    heights = _with_nan(height for _, height, _ in timed)
    distances = _with_nan(so_far for *_, so_far in timed)
    return Track(sport, start, metres, seconds, heights, distances, **fields)


def _with_nan(values: Iterable[float | None]) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in values], float)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def read_fit(name: str, content: bytes) -> list[Track]:
    """The tracks of a FIT file, one a session; its checksum must hold."""
    with file_errors(name, "FIT file"):
        if len(content) > MOST_FIT_BYTES:
            limit = MOST_FIT_BYTES // 1_000_000
            raise RunFileError(f"it holds more than {limit} MB, and a FIT file holds one at most.")
        sessions, points, offset = _read_messages(content)
        if not sessions:
            raise RunFileError("it holds no activity; a course, a workout or settings, perhaps.")
        return [_session_track(session, points, offset) for session in sessions]


def _read_messages(content: bytes) -> tuple[list[Message], list[Point], float]:
    """The sessions of a FIT file, its points, and what its own clock adds to UTC, in seconds."""
    sessions = list[Message]()
    points = list[Point]()
    offset = 0.0
    for kind, fields in _messages(content):
        if kind == "session":
            sessions.append(fields)
        elif kind == "record":
            height = fields.get("enhanced_altitude", fields.get("altitude"))
            points.append((fields.get("timestamp"), height, fields.get("distance")))
            if len(points) > MOST_POINTS:
                raise RunFileError(TOO_MUCH)
        elif {"timestamp", "local_timestamp"} <= fields.keys():
            difference = _utc(fields["local_timestamp"]) - _utc(fields["timestamp"])
            offset = difference.total_seconds()
    return sessions, points, offset


def _messages(content: bytes) -> Iterator[tuple[str, Message]]:
    """The kind and the fields of each message that counts, while they are not too many."""
    import fitdecode

    crc = fitdecode.CrcCheck.RAISE
    errors = fitdecode.ErrorHandling.IGNORE
    n_parts = 0
    with fitdecode.FitReader(io.BytesIO(content), check_crc=crc, error_handling=errors) as reader:
        for frame in reader:
            n_parts += MESSAGE_COST + len(getattr(frame, "fields", ()))
            if n_parts > MOST_FIT_PARTS:
                raise RunFileError(TOO_MUCH)
            is_data = frame.frame_type == fitdecode.FIT_FRAME_DATA
            if is_data and frame.name in ("session", "record", "activity"):
                fields = {f.name: f.value for f in frame.fields if f.value is not None}
                yield frame.name, fields


def _session_track(session: Message, points: list[Point], offset: float) -> Track:
    """The track of the points that lie within a session."""
    start = _utc(session["start_time"])
    lasts = float(session.get("total_elapsed_time", math.inf))
    within = [
        point
        for point in points
        if point[0] is not None and 0 <= (_utc(point[0]) - start).total_seconds() <= lasts + 1
    ]
    sub_sport = str(session.get("sub_sport"))
    return _track(
        str(session.get("sport", "unknown")),
        float(session.get("total_distance", math.nan)),
        [(start, None, 0.0), *within],
        offset=offset,
        indoors=sub_sport.startswith("indoor") or sub_sport in INDOORS,
        ascent=session.get("total_ascent", math.nan),
    )
