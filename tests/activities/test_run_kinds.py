"""Odd recordings that real watches and apps write: each kind is made here, and read or refused."""

import re
import warnings
from datetime import datetime, timedelta

import numpy as np
import pytest
from pytest import approx
from run_files import (
    METRES_A_DEGREE,
    START,
    ZERO,
    each,
    fit,
    fit_file,
    fit_messages,
    gpx,
    hill,
    tcx,
)

from lumbayes import RunFileError, read_runs

TIMES, HEIGHTS = hill(60, seconds=1200, every=5)  # 3.6 km in twenty minutes, 60 m up
GPX, TCX, FIT = (write(TIMES, HEIGHTS) for write in (gpx, tcx, fit))
LON = rb'lon="([^"]*)"'
TIME = rb"<[Tt]ime>([^<]*)</[Tt]ime>"
ELE = rb"<ele>([^<]*)</ele>"


def at(numbers, change):
    """A change for `each` that touches the matches with these numbers alone."""
    return lambda n, match: change(match) if n in numbers else match[0]


def every(change):
    return lambda _, match: change(match)


def read(written, name="run"):
    with warnings.catch_warnings(action="ignore"):
        return read_runs(written, name)


def the_run(written):
    """The one run of a file, with its climb in metres; nothing is left out."""
    runs = read(written)
    assert len(runs) == 1 and runs.attrs["left_out"] == ()
    run = runs.iloc[0]
    return run.km, run.climb_m_per_km * run.km, run


def seconds_back(numbers, seconds, written=GPX):
    def change(match):
        time = datetime.fromisoformat(match[1].decode())
        moved = time.timestamp() - seconds
        return b"<time>%s</time>" % datetime.fromtimestamp(moved, time.tzinfo).isoformat().encode()

    return each(TIME, at(numbers, change), written)


def moved(metres, numbers, written=GPX):
    """The places with these numbers so many metres further east."""

    def change(match):
        return b'lon="%.8f"' % (float(match[1]) + metres / METRES_A_DEGREE)

    return each(LON, at(numbers, change), written)


def rewritten_time(form):
    return every(lambda match: match[0].replace(match[1], form % match[1][:-1]))


TPX = b'<Extensions><TPX xmlns="http://x/v2"><Speed>3</Speed></TPX></Extensions></Trackpoint>'
NS3 = b'<extensions><n3:e xmlns:n3="http://x"><n3:hr>9</n3:hr></n3:e></extensions></trkpt>'
UNDECLARED = b"<extensions><gpxdata:cadence>80</gpxdata:cadence></extensions></trkpt>"
PLAN = b'<trk><name>plan</name><trkseg><trkpt lat="0" lon="0"/></trkseg></trk>'
LAP_DISTANCE = rb"(<Lap [^>]*>)<DistanceMeters>[^<]*</DistanceMeters>"
PLACED = each(
    rb"<Trackpoint>(<Time>[^<]*</Time>)",
    lambda n, match: (
        b"<Trackpoint>%s<Position><LatitudeDegrees>0</LatitudeDegrees><LongitudeDegrees>%.8f"
        b"</LongitudeDegrees></Position>" % (match[1], 15 * n / METRES_A_DEGREE)
    ),
    TCX,
)
COUNT = rb"<DistanceMeters>([^<]*)</DistanceMeters>"
NO_TOTAL, PLACED_ALONE = (re.sub(LAP_DISTANCE, rb"\1", written) for written in (TCX, PLACED))


def less(match, metres):
    return match[0].replace(match[1], b"%f" % (float(match[1]) - metres))


def back_and_forth(number, _):
    """Distances that nobody covers in the 5 s between two points."""
    return b"<DistanceMeters>%d</DistanceMeters>" % (5000 * (number % 2))


NAMESPACE = re.compile(rb' xmlns="[^"]*"')
PREFIXED = re.sub(rb"<(/?)(?=[a-z])", rb"<\1g:", NAMESPACE.sub(b' xmlns:g="http://x"', GPX))
XML_KINDS = {
    "namespace at every point": GPX.replace(b"</trkpt>", NS3),
    "namespace at every point, TCX": TCX.replace(b"</Trackpoint>", TPX),
    "undeclared prefix": GPX.replace(b"</trkpt>", UNDECLARED),
    "prefixed root": PREFIXED,
    "no namespace": NAMESPACE.sub(b"", GPX),
    "no namespace, TCX": NAMESPACE.sub(b"", TCX),
    "first point without a place": GPX.replace(b'<trkpt lat="0" lon="0.00000000">', b"<trkpt>"),
    "empty height": each(ELE, at({0, 50}, lambda _: b"<ele> </ele>"), GPX),
    "height of a line break": each(ELE, at({0}, lambda _: b"<ele>\n</ele>"), GPX),
    "decimal comma": each(ELE, every(lambda match: match[0].replace(b".", b",")), GPX),
    "empty calories": TCX.replace(b"<Track>", b"<Calories></Calories><Track>"),
    "empty extension of a lap": TCX.replace(
        b"</Track>", b"</Track><Extensions><n:LX xmlns:n='x'><n:AvgSpeed/></n:LX></Extensions>"
    ),
    "padded time": each(TIME, rewritten_time(b"\n  %s.734000+00:00\n "), TCX),
    "time without a zone": each(TIME, rewritten_time(b"%s"), TCX),
    "Z twice": each(TIME, rewritten_time(b"%sZZ"), TCX),
    "lap of no metres": re.sub(LAP_DISTANCE, rb"\1<DistanceMeters>0</DistanceMeters>", TCX),
    "lap without a distance": re.sub(LAP_DISTANCE, rb"\1", TCX),
    "last lap without a distance": each(
        rb"<Trackpoint>",
        at({230}, lambda match: b"</Track></Lap><Lap><Track>" + match[0]),
        re.sub(LAP_DISTANCE, rb"\1<DistanceMeters>3450</DistanceMeters>", TCX),
    ),
    "lap of too many metres": re.sub(
        LAP_DISTANCE, rb"\1<DistanceMeters>9600</DistanceMeters>", TCX
    ),
    "two laps, one without a distance, beside places": re.sub(COUNT, b"", PLACED_ALONE).replace(
        b"<Lap ", b"<Lap><DistanceMeters>1800</DistanceMeters></Lap><Lap "
    ),
    "places instead of distances": re.sub(rb"<DistanceMeters>[^<]*</DistanceMeters>", b"", PLACED),
    "distances of zero beside places": re.sub(COUNT, b"<DistanceMeters>0</DistanceMeters>", PLACED),
    "distances that jump beside places": each(COUNT, back_and_forth, PLACED_ALONE),
    "two distances far apart beside places": each(
        COUNT, lambda n, match: back_and_forth(n, match) if n < 2 else b"", PLACED_ALONE
    ),
    "distances at two points alone": each(
        COUNT, lambda n, match: match[0] if n in (0, 240) else b"", NO_TOTAL
    ),
    "distances that begin again at zero": each(
        COUNT, at(range(121, 241), lambda match: less(match, 1800)), NO_TOTAL
    ),
    "one distance of zero on the way": each(
        COUNT, at({120}, lambda match: less(match, 1800)), NO_TOTAL
    ),
    "total beside one place": each(
        COUNT,
        at(range(1, 242), lambda _: b""),
        re.sub(rb"(?<=<LongitudeDegrees>)[^<]*", b"7", PLACED),
    ),
    "place outside a point": TCX.replace(
        b"<Track>", b"<Position><LatitudeDegrees>1</LatitudeDegrees></Position><Track>"
    ),
    "track without points beside it": GPX.replace(b"<trk>", b"<trk><name>x</name></trk><trk>"),
    "multisport": re.sub(
        rb"(?s)(<Activity .*</Activity>)",
        rb"<MultiSportSession><FirstSport>\1</FirstSport></MultiSportSession>",
        TCX,
    ),
    "latin-1": GPX.replace(b"UTF-8", b"ISO-8859-1").replace(b"<trk>", b"<trk><name>\xfcber</name>"),
    "windows-1251, a run in Russian": GPX.replace(b"UTF-8", b"windows-1251").replace(
        b"running", "Бег".encode("cp1251")
    ),
    "latin-1 that says UTF-8": GPX.replace(b"<trk>", b"<trk><name>\xfcber</name>"),
    "UTF-16": GPX.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without a mark": GPX.decode().encode("utf-16-le"),
    "UTF-8 that says UTF-16": GPX.replace(b"UTF-8", b"utf-16"),
    "spaces at its start": b"          " + TCX,
    "zeros at its end": GPX + bytes(100),
    "ampersand": GPX.replace(b"<trk>", b"<trk><name>Tom & Jerry</name>"),
    "control character": GPX.replace(b"<trk>", b"<trk><name>\x07</name>"),
    "one second back at its start": seconds_back({1}, 6),
    "one second back": seconds_back({50, 51, 52}, 1),
    "neighbours in the wrong order": re.sub(
        rb"(<trkpt.*</trkpt>\n)(<trkpt.*</trkpt>\n)", rb"\2\1", GPX
    ),
    "segments that repeat": re.sub(
        rb"(?s)<trkseg>(.*)</trkseg>", rb"<trkseg>\1</trkseg><trkseg>\1</trkseg>", GPX
    ),
    "laps that overlap": re.sub(
        rb"(?s)(<Trackpoint>.*)", rb"\1", TCX.replace(b"T06:40:00Z</Time>", b"T06:39:55Z</Time>")
    ),
    "time of a point twenty minutes early": seconds_back({190}, 1200),
    "time of a point half a minute late": seconds_back({190}, -30),
    "clock set an hour back on the way": seconds_back(set(range(120, 241)), 3600),
    "spike of 3 km": moved(3000, {100}),
    "spike of 200 m": moved(200, {100}),
    "spike of four points": moved(-9000, {30, 31, 32, 33}),
    "one point at the origin": moved(-2_000_000, {0, 120}, moved(2_000_000, range(241))),
    "stale first place": moved(-50_000, {0}),
    "one place 80 m off": moved(80, {100}),
    "eight places 9 km off": moved(-9000, range(30, 38)),
    "first point of eight years ago": GPX.replace(b"2024-05-04T06:30:00Z", b"2016-01-01T00:00:01Z"),
    "first point of the hour before": GPX.replace(b"T06:30:00Z", b"T05:30:00Z"),
    "last point of the evening": GPX.replace(b"T06:50:00Z", b"T17:30:00Z"),
}


@pytest.mark.parametrize("kind", XML_KINDS)
def test_a_run_is_read_from_odd_xml(kind):
    km, climb, run = the_run(XML_KINDS[kind])
    assert km == approx(3.6, abs=0.016) and climb == approx(60, abs=1.5)
    assert run.date.date() == datetime(2024, 5, 4).date()


@pytest.mark.parametrize(("total", "km"), [(3959, 3.959), (3961, 3.6)])
def test_the_total_of_the_laps_counts_up_to_a_tenth_off_the_points(total, km):
    lap = b"<DistanceMeters>%d</DistanceMeters>" % total
    assert the_run(re.sub(LAP_DISTANCE, rb"\1" + lap, TCX))[0] == km


def test_a_distance_is_unknown_where_its_places_jump_by_more_than_a_tenth_of_it():
    """The step of 15 m with the jump in it is no ground; the other 239 steps are 3585 m."""
    assert the_run(moved(340, range(120, 241)))[0] == approx(3.585, abs=0.001)
    far = moved(350, range(120, 241))
    for written in (far, far.replace(b'<trkpt lat="0" lon="0.00000000">', b"<trkpt>")):
        with pytest.raises(RunFileError, match="its positions or its times jump"):
            read(written)


@pytest.mark.parametrize(("metres", "km"), [(170, 3.77), (180, 3.585)])
def test_a_last_count_that_is_too_far_ahead_is_left_out(metres, km):
    """In 5 s nobody runs more than 89.6 m (at 1.5 times 43 km/h); a count may be 100 m off."""
    assert the_run(each(COUNT, at({240}, lambda match: less(match, -metres)), NO_TOTAL))[0] == km


def test_a_count_that_goes_back_by_150_m_has_not_begun_again():
    back = each(COUNT, at(range(121, 241), lambda match: less(match, 150)), NO_TOTAL)
    assert the_run(back)[0] == 3.45


def test_places_that_are_30_m_off_for_half_a_minute_at_a_time_are_kept():
    """Five times: with each of the ten jumps a step of 3 m is no ground."""
    every_second = gpx(*hill(60, seconds=1200))
    off = [n for n in range(900) if n % 180 >= 150]
    assert the_run(moved(30, off, every_second))[0] == approx(3.57, abs=0.001)


def test_a_short_recording_is_as_long_as_it_counts():
    assert the_run(tcx(TIMES[:6], HEIGHTS[:6]))[0] == 0.075


def test_the_first_point_counts_where_another_is_out_of_order():
    assert the_run(seconds_back({50}, 100))[0] == approx(3.6, abs=0.001)


@pytest.mark.parametrize(
    "change", [lambda *_: b"<DistanceMeters>0</DistanceMeters>", back_and_forth]
)
def test_a_distance_that_counts_to_nothing_or_jumps_is_unknown_without_places(change):
    with pytest.raises(RunFileError, match="its points have no places, so its distance is"):
        read(each(COUNT, change, NO_TOTAL))


def test_a_run_along_the_date_line_has_places():
    """At 180 degrees the clock is twelve hours ahead; a degree of latitude is 110.6 km."""
    north = re.sub(rb'lat="0" lon="([^"]*)"', rb'lat="\1" lon="180"', GPX)
    km, _, run = the_run(north)
    assert km == approx(3.6 * 110.574 / 111.319, abs=0.001)
    assert run.date == datetime(2024, 5, 4, 18, 30)


def test_two_points_are_enough_for_a_distance():
    assert the_run(gpx(TIMES[[0, 240]], HEIGHTS[[0, 240]]))[0] == approx(3.6, abs=0.001)


def test_the_first_year_of_a_watchs_clock_is_1995():
    assert the_run(GPX.replace(b"2024-05-04", b"1995-01-02"))[2].date.year == 1995
    with pytest.raises(RunFileError, match="its clock was never set: it begins in 1994"):
        read(GPX.replace(b"2024-05-04", b"1994-12-30"))


def test_a_recording_lasts_four_days_at_most():
    times = np.arange(0, 345_601, 300)
    heights = np.full(len(times), 9.0)
    assert the_run(gpx(times, heights, speed=1))[0] == approx(345.6, rel=1e-4)
    times[-1] += 1
    with pytest.raises(RunFileError, match="it lasts longer than 4 days"):
        read(gpx(times, heights, speed=1))


@pytest.mark.parametrize(("gap", "n_runs"), [(43_200, 1), (43_201, 2)])
def test_twelve_hours_without_a_point_begin_another_run(gap, n_runs):
    assert len(read(seconds_back(range(121, 241), 5 - gap))) == n_runs


@pytest.mark.parametrize(("n_points", "n_runs"), [(4, 1), (5, 2)])
def test_five_points_of_the_day_before_are_a_run_of_their_own(n_points, n_runs):
    before = np.arange(n_points) * 5 - 86_400
    written = gpx(np.append(before, TIMES), np.append(np.full(n_points, 9.0), HEIGHTS))
    runs = read(written)
    assert len(runs) == n_runs and runs.km.max() == approx(3.6, abs=0.001)


@pytest.mark.parametrize("gap", [600, 601])
@pytest.mark.parametrize("n_points", [5, 6])
@pytest.mark.parametrize("end", [-1, 1])
def test_up_to_five_points_beyond_a_gap_of_ten_minutes_are_stale(end, n_points, gap):
    """With each point that is left out its step of 15 m is."""
    numbers = range(n_points) if end < 0 else range(241 - n_points, 241)
    km, _, _ = the_run(seconds_back(numbers, -end * (gap - 5)))
    is_left_out = gap == 601 and n_points == 5
    assert km == approx(3.6 - is_left_out * 5 * 0.015, abs=0.001)


@pytest.mark.parametrize(("n_points", "km"), [(3, 0.84), (4, 0.885)])
def test_of_few_points_one_in_twenty_may_be_stale(n_points, km):
    short = gpx(TIMES[:60], HEIGHTS[:60])
    assert the_run(seconds_back(range(n_points), 3600, short))[0] == approx(km, abs=0.001)


@pytest.mark.parametrize(("wait", "km"), [(60, 3.75), (61, 3.585)])
def test_ground_between_two_pieces_counts_up_to_a_minute_apart(wait, km):
    """They are 165 m apart."""
    apart = moved(150, range(121, 241), seconds_back(range(121, 241), 5 - wait))
    pieces = each(rb"<trkpt", at({121}, lambda match: b"</trkseg><trkseg>" + match[0]), apart)
    assert the_run(pieces)[0] == approx(km, abs=0.001)


def test_no_stale_point_is_in_the_run_where_several_are_hours_apart():
    """Two of the evening before and two of the noon after: four steps of 15 m are missing."""
    two = {
        b"2024-05-04T06:30:00Z": b"2024-05-03T20:00:00Z",
        b"2024-05-04T06:30:05Z": b"2024-05-03T23:00:00Z",
        b"2024-05-04T06:49:55Z": b"2024-05-04T09:00:00Z",
        b"2024-05-04T06:50:00Z": b"2024-05-04T12:00:00Z",
    }
    stale = each(TIME, every(lambda match: b"<time>%s</time>" % two.get(match[1], match[1])), GPX)
    km, _, run = the_run(stale)
    assert km == approx(3.54, abs=0.001)
    assert run.date.date() == datetime(2024, 5, 4).date()


def test_the_cost_of_namespaces_is_bounded_by_size_depth_and_elements():
    """Declarations cost nothing, as no parser here keeps them."""
    many = b"".join(b' xmlns:n%d="x"' % number for number in range(1000))
    km, _, _ = the_run(GPX.replace(b"<trk>", b"<trk%s>" % many))
    assert km == approx(3.6, abs=0.001)


def test_a_plan_beside_a_recording_is_left_out_and_said():
    runs = read(GPX.replace(b"<trk>", PLAN + b"<trk>"), "both.gpx")
    assert runs.km.tolist() == approx([3.6], abs=0.001)
    plan = "both.gpx: its points have no times, so it is a plan and no recording."
    assert runs.attrs["left_out"] == (plan,)


def test_two_activities_are_two_runs():
    two = re.sub(rb"(?s)(<Activity .*</Activity>)", rb"\1\1", TCX)
    second = two.rindex(b"<Activity ")
    later = two[:second] + two[second:].replace(b"2024-05-04", b"2024-05-06")
    runs = read(later)
    assert [date.day for date in runs.date] == [4, 6] and runs.km.tolist() == [3.6, 3.6]


def test_an_activity_whose_clock_was_never_set_is_left_out_beside_another():
    two = re.sub(rb"(?s)(<Activity .*</Activity>)", rb"\1\1", TCX)
    second = two.rindex(b"<Activity ")
    runs = read(two[:second] + two[second:].replace(b"2024-05-04", b"1990-05-04"))
    assert runs.km.tolist() == [3.6]
    assert runs.attrs["left_out"] == ("run: its clock was never set: it begins in 1990.",)


def test_a_false_start_does_not_hide_the_run_after_it():
    at_40_s = b"</trkseg></trk><trk><type>running</type><trkseg>"
    blip = re.sub(rb"(?s)(06:30:15Z</time></trkpt>\n).*?(<trkpt[^\n]*06:30:45Z)", rb"\1\2", GPX)
    cut = blip.index(b"\n", blip.index(b"06:30:15Z")) + 1
    runs = read(blip[:cut] + at_40_s + blip[cut:])
    assert runs.km.tolist() == approx([0.045, 3.465], abs=0.001)


def test_days_in_one_track_are_runs_of_their_own():
    later = GPX.replace(b"2024-05-04", b"2024-05-06")
    written = GPX[: GPX.index(b"</trkseg>")] + later[later.index(b"<trkpt") :]
    runs = read(written)
    assert [date.day for date in runs.date] == [4, 6]
    assert runs.km.tolist() == approx([3.6, 3.6], abs=0.001)


@pytest.mark.parametrize(("longitude", "date"), [(-74, "2024-05-04"), (140, "2024-05-05")])
def test_a_date_without_a_clock_is_that_of_the_place(longitude, date):
    """Half past midnight in London is the evening before in New York, and morning in Tokyo."""
    night = moved(longitude * METRES_A_DEGREE, range(241)).replace(
        b"2024-05-04T06", b"2024-05-05T00"
    )
    assert str(the_run(night)[2].date.date()) == date


def test_a_first_place_far_away_does_not_tell_the_date():
    night = moved(-74 * METRES_A_DEGREE, range(1, 241)).replace(b"2024-05-04T06", b"2024-05-05T00")
    assert the_run(night)[2].date.day == 4


@pytest.mark.parametrize(("longitude", "hours"), [(-74, -5), (7.4, 0), (7.6, 1), (140, 9)])
def test_the_date_of_a_place_turns_on_the_second_at_its_midnight(longitude, hours):
    """Its clock is whole hours from that of London, one for each 15 degrees."""
    for before, day in ((1, 4), (0, 5)):
        midnight = datetime.fromisoformat("2024-05-05T00:00:00") - timedelta(hours=hours)
        later = (midnight - START).total_seconds() - before
        written = moved(longitude * METRES_A_DEGREE, range(241), seconds_back(range(241), -later))
        assert the_run(written)[2].date.date() == datetime(2024, 5, day).date()


def test_a_time_with_a_zone_gives_the_runners_own_date():
    own = each(TIME, rewritten_time(b"%s+09:00"), GPX.replace(b"T06:", b"T00:"))
    assert the_run(own)[2].date == datetime(2024, 5, 4, 0, 30)


@pytest.mark.parametrize(
    ("zone", "hours"), [(b"-05:00", -5), (b"+05:30", 5.5), (b"-0330", -3.5), (b"+09", 9)]
)
def test_a_zone_is_taken_off_a_time(zone, hours):
    _, _, run = the_run(each(TIME, rewritten_time(b"%s" + zone), GPX))
    assert run.date == START and run.start == START - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day"), [(b"Z", 4), (b"+00:00", 4), (b"-00", 4), (b"", 5), (b"-05:00", 5)]
)
def test_a_time_without_a_zone_is_the_runners_own_and_one_in_utc_is_not(zone, day):
    night = moved(-74 * METRES_A_DEGREE, range(241)).replace(b"2024-05-04T06", b"2024-05-05T00")
    assert the_run(each(TIME, rewritten_time(b"%s" + zone), night))[2].date.day == day


# Heights

FLAT = gpx(TIMES, np.full(len(TIMES), 15.0))
ZEROS = {"few": {50, 51, 52, 120, 121}, "many": {i for i in range(241) if i % 24 > 17}}


def test_a_few_zero_heights_are_left_out_and_with_many_the_climb_is_unknown():
    few, many = (each(ELE, at(ZEROS[n], lambda _: b"<ele>0.0</ele>"), FLAT) for n in ZEROS)
    assert the_run(few)[1] == 0
    assert "too many heights are zero" in the_run(many)[2].climb_method


@pytest.mark.parametrize(
    "kind",
    [
        "distances of zero beside places",
        "distances that begin again at zero",
        "total beside one place",
    ],
)
def test_a_gap_in_heights_is_as_long_as_the_way_whatever_the_distances_count(kind):
    """Eighty heights of 241 and a step more: 1215 m of 3600."""
    height = rb"<AltitudeMeters>[^<]*</AltitudeMeters>"
    hole = each(height, at(range(81, 161), lambda _: b""), XML_KINDS[kind])
    assert "missing for 34% of the distance" in the_run(hole)[2].climb_method


def test_zero_heights_beside_the_sea_are_heights():
    beach = np.round(np.interp(TIMES, [0, 600, 1200], [0, 3, 0]))
    assert the_run(gpx(TIMES, beach))[1] == 0
    assert "neither" in the_run(gpx(TIMES, np.zeros(len(TIMES))))[2].climb_method


# FIT

WHOLE = {
    "timestamp": ZERO + 1200,
    "start_time": ZERO,
    "sport": 1,
    "sub_sport": 0,
    "total_elapsed_time": 1_200_000,
    "total_distance": 360_000,
    "total_ascent": 60,
}
RUNNING = (12, [(0, "B"), (1, "B")], [(1, 0)])  # a message that names the sport alone
HALF_HOUR_STOP = np.where(TIMES > 600, TIMES + 900, TIMES)
JUMP = np.where(TIMES < 600, TIMES - 20 * 86400, TIMES)  # until the clock is set by satellites


def clock(utc, local):
    return 34, [(253, "I"), (5, "I")], [(utc, local)]


def session(**fields):
    return {name: value for name, value in (WHOLE | fields).items() if value != "absent"}


def fit_kind(times=TIMES, more=(), shift=0, doubled=False, **fields):
    more = session(**fields), *more
    return fit_messages(times, HEIGHTS, *more, shift=shift, doubled=doubled, run=TIMES)


PLACES = [(ZERO + int(t), 0, round(3 * t / METRES_A_DEGREE * 2**31 / 180)) for t in TIMES]
UNSET = -ZERO + 17_000_000  # a clock that counts from when the watch was switched on
FIT_KINDS = {
    "whole": fit_kind(),
    "heights as arrays": fit_kind(doubled=True, total_ascent=None),
    "one second back": fit_kind(times=np.where(TIMES == 500, 494, TIMES)),
    "no distance": fit_kind(total_distance=None, total_ascent=None),
    "elapsed time too short": fit_kind(
        HALF_HOUR_STOP, timestamp=ZERO + 2100, total_ascent=None, total_elapsed_time=600_000
    ),
    "clock set on the way": fit_kind(JUMP, start_time=ZERO - 20 * 86400),
    "clock set on the way, no totals": fit_kind(
        JUMP, start_time=ZERO - 20 * 86400, total_ascent=None, total_distance=None
    ),
    "first record late, no totals": fit_messages(
        TIMES[2:], HEIGHTS[2:], session(total_ascent=None, total_distance=None)
    ),
    "total of no metres": fit_kind(total_distance=0),
    "bytes after its end": fit_kind() + bytes(64),
    "wrong checksum of the header": fit_file(fit_kind()[14:-2]),
    "local clock of 1989": fit_kind(more=[clock(ZERO + 1200, 600)]),
    "activity message without a local clock": fit_kind(more=[clock(ZERO + 1200, 0xFFFFFFFF)]),
    "activity message without a time": fit_kind(more=[clock(0xFFFFFFFF, ZERO + 8400)]),
    "activity message of a clock that was not set": fit_kind(more=[clock(1200, 8400)]),
    "another message with a clock": fit_kind(
        more=[(103, [(253, "I"), (0, "I")], [(ZERO + 1200, ZERO + 8400)])]
    ),
    "lap": fit_kind(
        more=[(19, [(253, "I"), (2, "I"), (9, "I"), (22, "H")], [(ZERO + 600, ZERO, 180_000, 9)])]
    ),
    "no records": fit_messages([], [], WHOLE),
    "no records and no start": fit_messages([], [], session(start_time="absent")),
    "places instead of distances": fit_messages(
        [], [], session(total_distance="absent"), (20, [(253, "I"), (0, "i"), (1, "i")], PLACES)
    ),
    "infinite total": fit_messages(
        TIMES, HEIGHTS, None, (18, [(2, "I"), (5, "B"), (22, "f")], [(ZERO, 1, np.inf)])
    ),
    "no sport": fit_kind(sport=None, sub_sport=None),
    "sport elsewhere": fit_kind(sport=None, sub_sport=None, more=[RUNNING]),
    "no session": fit_messages(TIMES, HEIGHTS, None),
    "no start": fit_kind(start_time="absent"),
    "total of zero on a hill": fit_kind(total_ascent=0),
    "clock never set": fit_kind(
        shift=UNSET,
        timestamp=ZERO + UNSET + 1200,
        start_time=ZERO + UNSET,
        more=[clock(ZERO + UNSET + 1200, ZERO + 1200)],
    ),
    "length in the header too long": b"\x0e" + fit_kind()[1:4] + b"\xff\xff\0\0" + fit_kind()[8:],
}


def _with_checksum(written):
    from run_files import checksum

    return written[:-2] + checksum(written[:-2]).to_bytes(2, "little")


@pytest.mark.parametrize("kind", FIT_KINDS)
def test_a_run_is_read_from_an_odd_fit_file(kind):
    written = FIT_KINDS[kind]
    if kind == "wrong checksum of the header":
        written = _with_checksum(written[:12] + b"\1\1" + written[14:])
    if kind == "length in the header too long":
        written = _with_checksum(written)
    km, climb, run = the_run(written)
    assert km == approx(3.6, abs=0.001) and climb == approx(60, abs=1.5)
    assert run.date == datetime(2024, 5, 4, 6, 30)


@pytest.mark.parametrize(
    ("sport", "sub_sport"),
    [(4, 1), (1, 45), (1, 58)],
    ids=["fitness equipment, treadmill", "running, indoor", "running, virtual"],
)
def test_a_treadmill_under_any_name_is_a_run_of_unknown_climb(sport, sub_sport):
    _, climb, run = the_run(fit_kind(sport=sport, sub_sport=sub_sport))
    assert np.isnan(climb) and "indoors" in run.climb_method


@pytest.mark.parametrize(
    ("sport", "name"),
    [(4, "fitness_equipment"), (0, "generic"), (None, "generic"), (99, "sport number 99")],
)
def test_a_sport_that_says_little_is_no_run_and_named_as_the_file_does(sport, name):
    said = read(fit_kind(sport=sport)).attrs["left_out"]
    assert said == (f"run: {name!r} is not a run.",)


def test_a_session_without_any_time_gives_a_sentence_and_no_other_warning():
    timeless = fit_messages([], [], session(start_time="absent", timestamp="absent"))
    with warnings.catch_warnings(action="error"), pytest.raises(RunFileError, match="no times"):
        read_runs(timeless)


def test_a_clock_that_nothing_sets_gives_a_sentence():
    unset = fit_kind(shift=UNSET, timestamp=ZERO + UNSET + 1200, start_time=ZERO + UNSET)
    with pytest.raises(RunFileError, match="its clock was never set"):
        read(unset)


@pytest.mark.parametrize(("hours", "km"), [(1, 43), (20, 500)])
def test_a_run_is_no_faster_and_no_farther_than_the_thread_says(hours, km):
    for cm, n_runs in ((100_000 * km, 1), (100_000 * km + 100, 0)):
        long = session(total_elapsed_time=3_600_000 * hours, total_distance=cm, timestamp="absent")
        assert len(read(fit_messages([], [], long))) == n_runs


def test_an_activity_of_nothing_is_none():
    with pytest.raises(RunFileError, match="no activity"):
        read(fit_messages([], [], None))


def test_a_course_is_no_activity():
    course = fit_messages(TIMES, HEIGHTS, None).replace(b"\4", b"\6", 1)
    body = course[14:-2].replace(bytes([0, 4]), bytes([0, 6]), 1)
    with pytest.raises(RunFileError, match="no activity"):
        read(fit_file(body))


def test_files_that_are_chained_in_one_are_all_read():
    runs = read(FIT + fit(TIMES, HEIGHTS, day=2))
    assert [date.day for date in runs.date] == [4, 6] and runs.km.tolist() == [3.6, 3.6]


@pytest.mark.parametrize(
    ("start", "total", "km", "climb"),
    [
        (600, 180_000, [1.8, 1.8], [59, 0]),
        (600, 0xFFFFFFFF, [1.785, 1.8], [59, 0]),
        (30, 0xFFFFFFFF, [0.075, 3.51], [np.nan, 60]),
    ],
)
def test_two_sessions_share_the_points_by_their_starts(start, total, km, climb):
    """Without a total the step of 15 m from one to the other is in neither."""
    second = session(start_time=ZERO + start, total_distance=total, total_ascent=0xFFFF)
    fields = [(253, "I"), (2, "I"), (5, "B"), (6, "B"), (7, "I"), (9, "I"), (22, "H")]
    more = [(18, fields, [[*second.values()]])]
    runs = read(fit_kind(total_distance=total, total_ascent=None, more=more))
    assert runs.km.tolist() == approx(km)
    assert (runs.climb_m_per_km * runs.km).tolist() == approx(climb, abs=2, nan_ok=True)


def test_thirteen_hours_with_sixty_fields_are_below_the_bound():
    from lumbayes.activities import fit_files

    assert 13 * 3600 * (fit_files.MESSAGE_COST + 60) < fit_files.MOST_PARTS
    assert 48 * 3600 * (fit_files.MESSAGE_COST + 60) < fit_files.MOST_PARTS


# Sports

RUNS = """Laufen, Course à pied, Correr, Hardlopen, Outdoor run, obstacle_run, Indoor Run, jogging,
treadmill, TrailRun, trail_running, ultra_run, Corsa, Corrida, Löpning, Bieganie, Бег, ランニング,
跑步, 달리기, Koşu, track_running, VirtualRun, Morning run, street_running, 9, Carrera, Laufband"""
OTHERS = "Ski run, cycling, Radfahren, baseball home run, Walk, Langlauf, dancing, Fietsrit, 骑行"


@pytest.mark.parametrize("name", re.split(r",\s+", RUNS))
def test_a_run_has_many_names(name):
    km, _, _ = the_run(gpx(TIMES, HEIGHTS, kind=f"<type>{name}</type>"))
    assert km == approx(3.6, abs=0.001)


@pytest.mark.parametrize("name", re.split(r",\s+", OTHERS))
def test_other_sports_have_too(name):
    runs = read(gpx(TIMES, HEIGHTS, kind=f"<type>{name}</type>"))
    assert runs.empty and runs.attrs["left_out"] == (f"run: {name!r} is not a run.",)
