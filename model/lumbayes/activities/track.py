"""One recording as a track: its points put in order, those that no runner can reach left out."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ..errors import RunFileError

TIME, LATITUDE, LONGITUDE, HEIGHT, SO_FAR, PIECE = range(6)  # the columns of points
UNKNOWN_POINT = (math.nan,) * 5 + (0.0,)
PAUSE = 60  # seconds between two pieces of a track after which no ground is counted
STALE_GAP = 600  # seconds that part the first or last few points from the recording
MOST_STALE = 5  # points before or after such a gap, and at most one in `ONE_IN` of all
ONE_IN = 20
NIGHT = 12 * 3600  # seconds without a point that end a recording
FEWEST = 5  # points that make a recording of their own beside a longer one
LONGEST = 4 * 24 * 3600  # seconds that one recording may last
TOO_LONG = f"it lasts longer than {LONGEST // 86400} days, so it is more than one"
FIRST_YEAR = 1995  # before it no clock of a watch was set
WALK, BURST = 2, 3  # metres a second; times the speed that all but 5 in 100 steps keep to
SLACK = 10  # metres by which a position may be wrong
FEWEST_ORDERED = 90  # per cent of the points in the order of time for which it counts
MOST_DROPPED = 10  # per cent of the positions that may be out of reach
RESET = 100  # metres below which a count of distance has begun again
EQUATOR, FLATTENING = 6_378_137, 1 / 298.257223563  # of the Earth (WGS 84); metres
HOUR, DAY_IN_DEGREES = 3600, 360


@dataclass(frozen=True, eq=False)
class Track:
    """One run as a file records it, without positions.

    `seconds`, `heights` and `distances` have the shape `(n_points,)`: seconds since `start`,
    metres above the sea (NaN where there is none), metres run so far (NaN where the file does not
    say). `start` is in UTC; `offset` is what the runner's own clock adds to it, in seconds, and
    `clock` says how far to trust it: 2 for the file's own clock, 1 for the hours of the longitude,
    0 for none. `lasts` is how long the activity took in seconds, NaN where unknown. `ascent` is
    the total in metres that `device` gives, NaN without one. `has_time` is false where only the
    date is known. `problem` says why the recording makes no run, though its sport is known.
    """

    sport: str
    start: datetime
    metres: float
    seconds: np.ndarray
    heights: np.ndarray
    distances: np.ndarray
    offset: float = 0
    ascent: float = math.nan
    device: str = "the watch's own total"
    indoors: bool = False
    lasts: float = math.nan
    clock: int = 0
    has_time: bool = True
    problem: str = ""


def make_track(
    sport: str, points: np.ndarray, fastest: float, metres: float = math.nan, **fields: Any
) -> Track | str:
    """Return the track of points, or a reason why they make none.

    Parameters
    ----------
    sport : str
        As the file calls it.
    points : numpy.ndarray
        Shape `(n_points, 6)`: seconds since 1970 (UTC), degrees of latitude and longitude, metres
        above the sea, metres run so far, and the number of the piece; NaN where unknown.
    fastest : float
        Metres a second that no runner exceeds from one point to the next.
    metres : float, optional
        The distance that the file gives as a total; taken where it is above zero.
    **fields
        Further fields of `Track`.
    """
    points = points[np.isfinite(points[:, TIME])]
    if not len(points):
        return "its points have no times, so it is a plan and no recording"
    counted, points[:, SO_FAR] = count_distance(points, fastest)
    points = _trim(_in_order(points))
    seconds = points[:, TIME] - points[0, TIME]
    start = to_datetime(points[0, TIME])
    by_places, is_trusted = _path(points, fastest)
    has_count = counted > 0
    problem = _problem(points, has_count or metres > 0 or is_trusted)
    distances = points[:, SO_FAR] if has_count else by_places
    if not metres > 0:
        metres = counted if has_count else float(np.nanmax(by_places, initial=0))
    fields = {"lasts": float(seconds[-1]), **_clock_of(points), **fields, "problem": problem}
    return Track(sport, start, metres, seconds, points[:, HEIGHT], distances, **fields)


def _problem(points: np.ndarray, has_distance: bool) -> str:
    """Why points make no run; empty where they do."""
    first_year = to_datetime(points[0, TIME]).year
    if first_year < FIRST_YEAR:
        return f"its clock was never set: it begins in {first_year}"
    if points[-1, TIME] - points[0, TIME] > LONGEST:
        return TOO_LONG
    if has_distance:
        return ""
    has_places = np.isfinite(points[:, [LATITUDE, LONGITUDE]]).all(axis=1).any()
    lack = "its positions or its times jump" if has_places else "its points have no places"
    return f"{lack}, so its distance is unknown"


def split_nights(points: np.ndarray) -> list[np.ndarray]:
    """The points in parts without a gap of twelve hours; single stray points are no part."""
    points = sort_by_time(points[np.isfinite(points[:, TIME])])
    if not len(points):
        return [points]
    parts = np.split(points, np.flatnonzero(np.diff(points[:, TIME]) > NIGHT) + 1)
    longest = max(parts, key=len)
    return [part for part in parts if len(part) >= FEWEST or part is longest]


def to_datetime(seconds: float) -> datetime:
    """Seconds since 1970 as a time in UTC, without a zone."""
    try:
        return datetime(1970, 1, 1) + timedelta(seconds=float(seconds))
    except OverflowError:
        raise RunFileError("its times are beyond any calendar.") from None


def to_seconds(time: datetime) -> float:
    """A time, in UTC if it has no zone, as seconds since 1970."""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def reachable(seconds: np.ndarray, places: np.ndarray, speed: float, slack: float) -> np.ndarray:
    """Return which places can be reached from the others, as a mask of shape `(n_points,)`.

    The series is cut wherever one step is longer than `speed` times its seconds, plus `slack`. The
    longest part is kept, and each other part that can be reached from what is kept. `places` has
    the shape `(n_points, n_dimensions)`.
    """
    keep = np.zeros(len(places), bool)
    firsts, lasts = _parts(seconds, places, speed, slack)
    longest = int(np.argmax(lasts - firsts))
    onwards = [(k, lasts, firsts) for k in range(longest, len(firsts))]
    backwards = [(k, firsts, lasts) for k in range(longest, -1, -1)]
    for order in (onwards, backwards):
        edge = -1
        for k, far_ends, near_ends in order:
            near = near_ends[k]
            if edge >= 0:
                step = np.linalg.norm(places[near] - places[edge])
                if step > speed * abs(seconds[near] - seconds[edge]) + slack:
                    continue
            keep[firsts[k] : lasts[k] + 1] = True
            edge = far_ends[k]
    return keep


def _parts(
    seconds: np.ndarray, places: np.ndarray, speed: float, slack: float
) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last point of each part without a step that is too long."""
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    cuts = np.flatnonzero(steps > speed * np.diff(seconds) + slack) + 1
    return np.append(0, cuts), np.append(cuts, len(places)) - 1


def count_distance(points: np.ndarray, fastest: float) -> tuple[float, np.ndarray]:
    """The metres that the points count up to, in the order of the file; NaN where they do not.

    A count may begin again at zero; the array goes on from there, one value a point. The metres are
    unknown where the count jumps farther than anybody runs.
    """
    counts = points[:, SO_FAR].copy()
    has_count = np.isfinite(counts)
    so_far, times = counts[has_count], points[has_count, TIME]
    if len(so_far) < 2:
        return math.nan, counts
    stays_low = np.append(so_far[2:], 0) < so_far[:-1]
    begins_again = (np.diff(so_far) < -RESET) & (so_far[1:] < RESET) & stays_low
    counts[has_count] = so_far + np.append(0, np.cumsum(np.where(begins_again, so_far[:-1], 0)))
    order = np.argsort(times, kind="stable")
    total = counts[has_count][order]
    is_near = reachable(times[order], total[:, None], fastest, RESET)
    if 100 * (~is_near).mean() > MOST_DROPPED:
        return math.nan, counts
    return float(np.ptp(total[is_near])), counts


def sort_by_time(points: np.ndarray) -> np.ndarray:
    """Return the points by time, without the few whose time does not fit their place in the file.

    Where many do not, the file's order means nothing, and all are kept. Raises `RunFileError` if
    the times themselves go back and forth by minutes.
    """
    points = points.copy()
    ordered = _longest_ordered(points[:, TIME])
    if 100 * len(ordered) >= FEWEST_ORDERED * len(points):
        return points[ordered]
    steps = np.diff(points[:, TIME])
    if steps.min() < -PAUSE and 100 * (steps < 0).mean() > MOST_DROPPED:
        raise RunFileError("its times go back and forth, so its distance is unknown.")
    n_back = np.append(0, np.cumsum(steps < -PAUSE))  # what follows is a piece of its own
    points[:, PIECE] += (1 + points[:, PIECE].max()) * n_back
    return points[np.argsort(points[:, TIME], kind="stable")]


def _longest_ordered(times: np.ndarray) -> np.ndarray:
    """The places of the longest series of times that never goes back (patience sorting)."""
    if (np.diff(times) >= 0).all():
        return np.arange(len(times))
    smallest_ends, ends = list[float](), list[int]()  # for each length the series that ends first
    before = np.full(len(times), -1)
    for place, time in enumerate(times.tolist()):
        length = bisect_right(smallest_ends, time)
        smallest_ends[length : length + 1] = [time]
        ends[length : length + 1] = [place]
        before[place] = ends[length - 1] if length else -1
    chain = [ends[-1]]
    while before[chain[-1]] >= 0:
        chain.append(before[chain[-1]])
    return np.array(chain[::-1])


def _in_order(points: np.ndarray) -> np.ndarray:
    """The points by time, of those at one time the fullest."""
    points = sort_by_time(points)
    n_missing = np.isnan(points).sum(axis=1)
    points = points[np.lexsort((n_missing, points[:, TIME]))]
    return points[np.append(True, np.diff(points[:, TIME]) > 0)]


def _trim(points: np.ndarray) -> np.ndarray:
    """The points without the first few if a long gap follows: they are from an earlier place.

    The last few are left out in the same way: somebody stopped the watch hours later.
    """
    most = min(MOST_STALE, len(points) // ONE_IN)
    gaps = np.flatnonzero(np.diff(points[:, TIME]) > STALE_GAP) + 1
    first = max(gaps[gaps <= most], default=0)
    last = min(gaps[gaps >= len(points) - most], default=len(points))
    return points[first:last]


def _path(points: np.ndarray, fastest: float) -> tuple[np.ndarray, bool]:
    """Metres so far by positions, and whether enough of the positions can be reached.

    What is out of reach for a minute and more, or by some metres alone, is a part of its own: all
    positions are shifted from there on, and the step to it is not counted.
    """
    has_place = (np.abs(points[:, LATITUDE]) <= 90) & (np.abs(points[:, LONGITUDE]) <= 180)
    placed = points[has_place]
    if len(placed) < 2:
        return np.full(len(points), math.nan), False
    flat, seconds = _on_a_plane(placed), placed[:, TIME]
    steps = np.linalg.norm(np.diff(flat, axis=0), axis=1)
    usual = BURST * float(np.percentile(steps / np.diff(seconds), 95))
    limit = min(fastest, max(usual, WALK))
    is_near = reachable(seconds, flat, limit, SLACK)
    for first, last in zip(*_parts(seconds, flat, limit, SLACK), strict=True):
        is_long = seconds[last] - seconds[first] >= PAUSE
        shift = min([*steps[first - 1 : first], *steps[last : last + 1]], default=0)
        is_near[first : last + 1] |= is_long or (last - first >= FEWEST and shift < RESET)
    near = placed[is_near]
    steps = np.linalg.norm(np.diff(flat[is_near], axis=0), axis=1)
    waits = np.diff(near[:, TIME])
    is_pause = (np.diff(near[:, PIECE]) != 0) & (waits > PAUSE)
    is_jump = steps > limit * waits + SLACK
    so_far = np.append(0, np.cumsum(np.where(is_pause | is_jump, 0, steps)))
    distances = np.full(len(points), math.nan)
    distances[np.flatnonzero(has_place)[is_near]] = so_far
    jumped = steps[is_jump & ~is_pause].sum()
    most = MOST_DROPPED / 100
    return distances, (~is_near).mean() <= most and jumped <= most * so_far[-1]


def _on_a_plane(placed: np.ndarray) -> np.ndarray:
    """Positions as metres east and north of the first, step by step on the Earth's ellipsoid."""
    latitude = np.radians(placed[:, LATITUDE])
    east = np.diff(placed[:, LONGITUDE])
    east = np.radians((east + DAY_IN_DEGREES / 2) % DAY_IN_DEGREES - DAY_IN_DEGREES / 2)
    middle = (latitude[1:] + latitude[:-1]) / 2
    eccentricity = FLATTENING * (2 - FLATTENING)  # squared
    shrink = 1 - eccentricity * np.sin(middle) ** 2
    across = EQUATOR / np.sqrt(shrink) * np.cos(middle) * east
    along = EQUATOR * (1 - eccentricity) / shrink ** (3 / 2) * np.diff(latitude)
    steps = np.column_stack([across, along])
    return np.vstack([np.zeros((len(placed[:1]), 2)), np.cumsum(steps, axis=0)])


def _clock_of(points: np.ndarray) -> dict[str, float]:
    """The hours of the longitude where the runner was, for a file without a clock of its own."""
    longitudes = points[np.abs(points[:, LONGITUDE]) <= 180, LONGITUDE]
    if not len(longitudes):
        return {}
    hours = round(float(np.median(longitudes)) * 24 / DAY_IN_DEGREES)
    return {"offset": hours * HOUR, "clock": 1}
