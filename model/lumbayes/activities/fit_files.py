"""Recordings of watches as FIT, read with fitdecode; what a session leaves out is made good."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from ..errors import RunFileError
from .safe_files import NoRecording, file_errors
from .track import (
    FIRST_YEAR,
    LONGEST,
    NIGHT,
    PAUSE,
    SO_FAR,
    TIME,
    UNKNOWN_POINT,
    Track,
    make_track,
    to_datetime,
    to_seconds,
)
from .xml_files import MOST_POINTS

MOST_BYTES = 25_000_000  # two days, every second, with sixty fields
MOST_PARTS = 12_000_000  # fields, and for each message as many as it costs; half a minute
MESSAGE_COST = 5  # fields: a message takes about as long to read as five of its fields
TOO_MUCH = f"it holds more than {MOST_POINTS:,} points, or more fields than any recording."
KINDS = ("file_id", "sport", "session", "record", "activity")
INDOORS = ("treadmill", "spin", "virtual_activity")
VAGUE = ("", "generic", "unknown", "fitness_equipment", "training")  # say little of the sport
MOST_OFFSET = 15 * 3600  # seconds between UTC and any clock on Earth
SEMICIRCLE = 180 / 2**31  # degrees
Message = dict[str, Any]  # the fields of a FIT message by their names


@dataclass
class Recording:
    """The messages of a FIT file that count. `shift` adds to times of a clock that was not set."""

    kind: str = ""
    sport: Message = field(default_factory=dict)
    sessions: list[Message] = field(default_factory=list)
    points: list[tuple[float, ...]] = field(default_factory=list)
    clock: Message = field(default_factory=dict)
    shift: float = 0


def is_fit(content: bytes) -> bool:
    """Whether the bytes begin as a FIT file does."""
    return content[8:12] == b".FIT"


def read_fit(name: str, content: bytes, fastest: float) -> list[Track | str]:
    """The sessions of a FIT file, each as a track or a reason why it is none.

    Raises `RunFileError` for what is broken or holds no activity; the file's checksum must hold.
    """
    with file_errors(name, "FIT file"):
        if len(content) > MOST_BYTES:
            limit = MOST_BYTES // 1_000_000
            raise RunFileError(f"it holds more than {limit} MB, and a FIT file holds one at most.")
        recording = _read_messages(content)
        points = np.array(recording.points or [UNKNOWN_POINT])
        if not recording.sessions and recording.kind == "activity" and recording.points:
            recording.sessions.append({})
        if not recording.sessions:
            raise NoRecording("it holds no activity; a course, a workout or settings, perhaps.")
        return _tracks(recording, points, fastest)


def _read_messages(content: bytes) -> Recording:
    recording = Recording()
    for kind, fields in _messages(content):
        if kind == "session":
            recording.sessions.append(fields)
        elif kind == "record":
            recording.points.append(_point(fields))
            if len(recording.points) > MOST_POINTS:
                raise RunFileError(TOO_MUCH)
        elif kind == "sport":
            recording.sport = fields
        elif kind == "file_id":
            recording.kind = str(fields.get("type", "activity"))
        elif {"timestamp", "local_timestamp"} <= fields.keys():
            _set_clock(recording, fields)
    return recording


def _messages(content: bytes) -> Iterator[tuple[str, Message]]:
    """The kind and the fields of each message that counts, while they are not too many."""
    import fitdecode

    options = {
        "check_crc": fitdecode.CrcCheck.DISABLED,  # it is checked for each part as a whole
        "error_handling": fitdecode.ErrorHandling.IGNORE,
    }
    n_parts = 0
    for part in _parts(content):
        with fitdecode.FitReader(io.BytesIO(part), **options) as reader:
            for frame in reader:
                n_parts += MESSAGE_COST + len(getattr(frame, "fields", ()))
                if n_parts > MOST_PARTS:
                    raise RunFileError(TOO_MUCH)
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in KINDS:
                    fields = {f.name: f.value for f in frame.fields if f.value is not None}
                    yield frame.name, fields


def _parts(content: bytes) -> Iterator[bytes]:
    """The FIT files that are chained in one, each with its checksum; what follows is dropped."""
    while is_fit(content):
        length = content[0] + int.from_bytes(content[4:8], "little")
        if length + 2 > len(content) or length == content[0]:
            yield _with_true_length(content)
            return
        if not _has_checksum(content, length):
            raise RunFileError("this FIT file is broken or cut short; its checksum is wrong.")
        yield content[: length + 2]
        content = content[length + 2 :]


def _with_true_length(content: bytes) -> bytes:
    """A file whose header gives a wrong length, if its checksum shows that it is whole."""
    length = len(content) - 2
    if not _has_checksum(content, length):
        is_open = not any(content[4:8])
        reason = "the watch did not finish it" if is_open else "export it again"
        raise RunFileError(f"this FIT file is broken or cut short; {reason}.")
    return content[:4] + (length - content[0]).to_bytes(4, "little") + content[8:]


def _has_checksum(content: bytes, length: int) -> bool:
    from fitdecode.utils import compute_crc

    return compute_crc(content[:length]) == int.from_bytes(content[length : length + 2], "little")


def _point(fields: Message) -> tuple[float, ...]:
    return (
        _number(fields, "timestamp"),
        _number(fields, "position_lat") * SEMICIRCLE,
        _number(fields, "position_long") * SEMICIRCLE,
        _number(fields, "enhanced_altitude", "altitude"),
        _number(fields, "distance"),
        0.0,
    )


def _number(fields: Message, *names: str) -> float:
    """The first of these fields that holds a number, or a list of them; NaN without one."""
    for name in names:
        value = fields.get(name)
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, datetime):
                return to_seconds(one)
            if isinstance(one, int | float) and math.isfinite(one):
                return float(one)
    return math.nan


def _set_clock(recording: Recording, fields: Message) -> None:
    """Take the runner's own clock from an activity message, where one of its times was set."""
    utc, local = _number(fields, "timestamp"), _number(fields, "local_timestamp")
    if not isinstance(fields["timestamp"], datetime):  # seconds since the watch was switched on
        if to_datetime(local).year >= FIRST_YEAR:
            recording.shift = local - utc
            recording.clock = {"offset": 0, "clock": 2}
    elif abs(local - utc) <= MOST_OFFSET:
        recording.clock = {"offset": local - utc, "clock": 2}


def _tracks(recording: Recording, points: np.ndarray, fastest: float) -> list[Track | str]:
    """A track for each session, of the points from its start to the start of the next."""
    points[:, TIME] += recording.shift
    starts = [_start(session) + recording.shift for session in recording.sessions]
    starts[0] = starts[0] if math.isfinite(starts[0]) else float(np.fmin.reduce(points[:, TIME]))
    ends = [*starts[1:], math.inf]
    return [
        _track(session, recording, points, (start, end), fastest)
        for session, start, end in zip(recording.sessions, starts, ends, strict=True)
    ]


def _start(session: Message) -> float:
    """When a session begins; from its end where its start is missing, or days before."""
    start, end = _number(session, "start_time"), _number(session, "timestamp")
    lasts = _number(session, "total_elapsed_time", "total_timer_time")
    is_wrong = math.isnan(start) or end - start > LONGEST
    return end - lasts if is_wrong and math.isfinite(end - lasts) else start


def _track(
    session: Message,
    recording: Recording,
    points: np.ndarray,
    span: tuple[float, float],
    fastest: float,
) -> Track | str:
    start, end = span
    n_sessions = len(recording.sessions)
    times = points[:, TIME]
    within = points if n_sessions == 1 else points[(times >= start) & (times < end)]
    counted = within[np.isfinite(within[:, SO_FAR]), SO_FAR]
    zero = 0.0 if n_sessions == 1 else min(counted, default=math.nan)
    first = [(start, math.nan, math.nan, math.nan, zero, 0.0)]
    sub_sport = str(session.get("sub_sport") or recording.sport.get("sub_sport", ""))
    fields = {
        "indoors": sub_sport.startswith("indoor") or sub_sport in INDOORS,
        "ascent": _number(session, "total_ascent"),
        **recording.clock,
    }
    if math.isfinite(lasts := _number(session, "total_timer_time", "total_elapsed_time")):
        fields["lasts"] = min(lasts, end - start)
    close = _close_gaps(np.vstack([first, within]), start)
    metres = _number(session, "total_distance")
    return make_track(_sport(session, recording.sport), close, fastest, metres, **fields)


def _close_gaps(points: np.ndarray, start: float) -> np.ndarray:
    """The points in the file's order, without jumps of the clock: a minute back, a night on."""
    points = points[np.isfinite(points[:, TIME])]
    steps = np.diff(points[:, TIME], prepend=start)
    jumps = np.where((steps < -PAUSE) | (steps > NIGHT), steps, 0)
    points[:, TIME] -= np.cumsum(jumps)
    return points


def _sport(session: Message, sport: Message) -> str:
    """The session's sport, or what says more: its sub-sport, or the message of the sport."""
    names = [str(message.get(key, "")) for message in (session, sport)
             for key in ("sport", "sub_sport")]  # fmt: skip
    telling = [name for name in names if name not in VAGUE]
    name = (telling or [name for name in names if name] or [""])[0]
    return re.sub(r"^(\d+)$", r"sport number \1", name)
