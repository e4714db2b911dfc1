"""Run files as rows of a diary: invented runs, refused files and hostile ones."""

import gzip
import io
import re
import tracemalloc
import warnings
import zipfile
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from run_files import FOLDER, WRITTEN, fit, gpx, hill, jumbled, tcx
from scipy.signal import lfilter
from shared import loaded

from lumbayes import RunFileError, load, posteriors, read_runs
from lumbayes.activities import fit_files, run_findings, xml_files
from lumbayes.activities.elevation import measure_climb, sum_of_rises
from lumbayes.activities.track import Track

WRITERS = {"run.gpx": gpx, "run.tcx": tcx, "run.fit": fit}
each_kind = pytest.mark.parametrize("name", WRITERS)
KNEE = FOLDER.parents[1] / "another_thread"
HILL = hill(100)  # 5.4 km in half an hour, 100 m up


def only(source, name=None):
    """The one run of a file, nothing left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runs = read_runs(source, name)
    assert len(runs) == 1 and runs.attrs["left_out"] == ()
    return runs.iloc[0]


def left_out(source, name="a run"):
    with pytest.warns(UserWarning, match="Left out: "):
        runs = read_runs(source, name)
    return runs, runs.attrs["left_out"]


@each_kind
def test_a_hill_of_a_hundred_metres_is_one_in_every_kind_of_file(name):
    run = only(WRITERS[name](*HILL), name)
    assert (
        run.date == datetime(2024, 5, 4, 6, 30)
        and run.km == approx(5.4, rel=1e-5)
        and run.source == name
    )
    assert run.climb_m_per_km * run.km == approx(100, abs=1) and run.climb_error * run.km == approx(
        5, abs=1
    )
    assert "smoothed" in run.climb_method


@pytest.mark.parametrize("name", WRITTEN)
def test_the_samples_in_the_folder_are_what_is_written_here(name):
    assert (FOLDER / name).read_bytes().replace(b"\r\n", b"\n") == WRITTEN[name].replace(
        b"\r\n", b"\n"
    )


NOISE = {
    "barometer": (0.3, 10),
    "gps": (3, 100),
    "rough gps": (3, 30),
}  # sd in metres, seconds it lasts
ERRORS = {"barometer": 5, "gps": 25}  # metres, as in the docstring of `measure_climb`
ROADS = {"flat": (0, 1), "one hill": (100, 1), "five hills": (20, 5), "ten hills": (10, 10)}


def noise(sd, lasts, seed, n=1801):
    keep = np.exp(-1 / lasts)
    pushes = np.random.default_rng(seed).standard_normal(n + 2000) * sd * np.sqrt(1 - keep**2)
    return lfilter([1], [1, -keep], pushes)[2000:]


def road(top, hills, n=1801):
    return top / 2 * (1 - np.cos(2 * np.pi * hills * np.arange(n) / (n - 1)))


def track(heights, **more):
    seconds = np.arange(len(heights), dtype=float)
    return Track(
        "running",
        datetime(2024, 5, 4),
        5000,
        seconds,
        heights,
        5000 * seconds / seconds[-1],
        **more,
    )


@pytest.mark.parametrize("way", ROADS)
@pytest.mark.parametrize("kind", NOISE)
def test_a_noisy_run_climbs_what_the_road_does_within_the_error_reported(kind, way):
    """Over many noises: never off by more than two errors, and as a rule by no more than one.

    The noise is made by another filter than ours; a flat road stays under the 10 m a km from
    which ground is called rolling.
    """
    top, hills = ROADS[way]
    heights = [road(top, hills) + noise(*NOISE[kind], seed) for seed in range(20)]
    climbs = [measure_climb(track(series)) for series in heights]
    off = np.array([(climb.m_per_km * 5 - top * hills) / (climb.error * 5) for climb in climbs])
    assert np.abs(off).max() < 2 and np.sqrt((off**2).mean()) < 1.25
    if kind in ERRORS:
        assert np.mean([climb.error * 5 for climb in climbs]) == approx(ERRORS[kind], rel=0.1)
    if way == "flat":
        assert np.mean([climb.m_per_km for climb in climbs]) < 10


def test_a_sum_of_rises_would_have_called_the_flat_hilly():
    naive = np.mean(
        [np.maximum(np.diff(noise(*NOISE["gps"], seed)), 0).sum() / 5 for seed in range(40)]
    )
    assert naive > 50  # metres a km


@pytest.mark.parametrize(
    ("heights", "rises"),
    [([0, 5, 0, 5], 10), ([0, 4, 0, 4], 0), ([0, 10, 5, 10], 15), ([0, 10, 6, 10], 10)],
)
def test_a_rise_or_a_fall_counts_from_a_turn_of_five_metres(heights, rises):
    assert sum_of_rises(np.array([heights], float).T) == rises


def test_a_watchs_own_total_comes_first_and_without_an_error():
    run = only(fit(*HILL, ascent=130, local=7200), "run.fit")
    assert (
        run.climb_m_per_km == approx(130 / 5.4)
        and np.isnan(run.climb_error)
        and "watch" in run.climb_method
    )
    assert run.date == datetime(2024, 5, 4, 8, 30), "the watch's clock was two hours ahead"
    flat = hill(0)
    assert only(fit(*flat, ascent=0), "run.fit").climb_m_per_km == 0


@pytest.mark.parametrize(("hours", "is_taken"), [(-16, 0), (-12, 1), (14, 1), (16, 0)])
def test_a_watchs_clock_counts_where_there_is_such_a_clock_on_earth(hours, is_taken):
    """They go from 12 hours before UTC, on Baker Island, to 14 after it, on Kiritimati."""
    run = only(fit(*HILL, local=hours * 3600), "run.fit")
    assert run.date == datetime(2024, 5, 4, 6, 30) + timedelta(hours=hours * is_taken)


def test_a_total_of_zero_counts_only_where_the_heights_agree():
    run = only(fit(*HILL, ascent=0), "run.fit")
    assert run.climb_m_per_km * run.km == approx(100, abs=2) and "smoothed" in run.climb_method
    for top, is_a_rise in ((8, False), (13, True)):  # of an error of 5 m in 1.1 km
        run = only(fit(*hill(top, seconds=360), ascent=0), "run.fit")
        assert ("smoothed" in run.climb_method) == is_a_rise, run
    without_heights = only(fit(TIMES, [None] * len(TIMES), ascent=0), "run.fit")
    assert np.isnan(without_heights.climb_m_per_km)


TIMES, HEIGHTS = HILL
HOLE = [None if 600 < t < 900 else h for t, h in zip(TIMES, HEIGHTS)]
SHIFT = np.where(TIMES > 900, HEIGHTS + 90, HEIGHTS)  # a barometer set again on the way
UNKNOWN = {
    "neither a total nor heights": gpx(TIMES, [None] * len(TIMES)),
    "heights are missing for 17% of the distance": gpx(TIMES, HOLE),
    "too many heights are zero, or farther off": gpx(TIMES, SHIFT),
    "too few heights in a row": gpx(TIMES[:30], HEIGHTS[:30]),
    "indoors": fit(*HILL, sub_sport=1, ascent=50),
    "the ascent is more than the distance": fit(*HILL, ascent=5401),
}


@pytest.mark.parametrize("why", UNKNOWN)
def test_where_the_climb_cannot_be_reported_it_is_unknown_and_says_why(why):
    run = only(UNKNOWN[why])
    assert np.isnan(run.climb_m_per_km) and np.isnan(run.climb_error) and run.km > 0
    assert run.climb_method.startswith("unknown: ") and why in run.climb_method


def test_points_that_all_stand_a_second_out_of_place_are_put_in_the_order_of_time():
    recording = gpx(*HILL)
    points = re.findall(rb"<trkpt.*?</trkpt>\n", recording, re.DOTALL)
    pairs = [b"".join(points[i : i + 2][::-1]) for i in range(0, len(points), 2)]
    out_of_place = recording.replace(b"".join(points), b"".join(pairs))
    ordered, run = only(recording), only(out_of_place)
    assert out_of_place != recording and run.km == approx(ordered.km)
    assert run.climb_m_per_km == approx(ordered.climb_m_per_km)


def test_seven_heights_of_5_s_in_a_row_are_enough_for_a_climb():
    assert only(gpx(TIMES[:31], HEIGHTS[:31])).climb_m_per_km == approx(0, abs=1)


def test_the_ascent_may_be_as_much_as_the_distance():
    assert only(fit(*HILL, ascent=5400)).climb_m_per_km == 1000


@pytest.mark.parametrize("missing", [TIMES < 240, TIMES > 1560, (TIMES < 120) | (TIMES > 1680)])
def test_heights_that_are_missing_at_an_end_count_as_missing(missing):
    heights = [None if gone else h for gone, h in zip(missing, HEIGHTS)]
    assert "missing for 13% of the distance" in only(gpx(TIMES, heights)).climb_method
    few = [None if gone and i % 3 else h for i, (gone, h) in enumerate(zip(missing, HEIGHTS))]
    assert only(gpx(TIMES, few)).climb_m_per_km > 0, "short holes are no gap"


@pytest.mark.parametrize("without", [slice(None), slice(5, 6)])
def test_where_distances_are_missing_gaps_are_measured_in_time(without):
    heights = np.where((TIMES > 600) & (TIMES < 900), np.nan, HEIGHTS)
    distances = 3.0 * TIMES
    distances[without] = np.nan
    seconds = TIMES.astype(float)
    run = Track("running", datetime(2024, 5, 4), 5400, seconds, heights, distances)
    assert "missing for 17% of the distance" in measure_climb(run).method


def test_the_climb_is_known_while_heights_are_missing_for_a_tenth_of_the_distance():
    heights = np.where(TIMES > 179, HEIGHTS, np.nan)
    assert measure_climb(track(heights)).m_per_km > 0
    heights[180] = np.nan
    assert "missing for 10% of the distance" in measure_climb(track(heights)).method


def test_heights_a_minute_apart_have_no_gap():
    every_minute, longer = (np.where(TIMES % n == 0, HEIGHTS, np.nan) for n in (60, 61))
    assert measure_climb(track(every_minute)).m_per_km == approx(100 / 5, abs=0.5)
    assert "heights are missing for 100%" in measure_climb(track(longer)).method


def test_the_climb_is_known_while_a_tenth_of_the_heights_is_zero():
    """Of 1800 heights 180 may be."""
    heights = np.where(TIMES % 10 == 5, 0, HEIGHTS)[:-1]
    assert measure_climb(track(heights)).m_per_km > 0
    heights[1] = 0
    assert "too many heights are zero" in measure_climb(track(heights)).method


@pytest.mark.parametrize(("first", "last"), [(700, 700), (1100, 1100), (421, 479)])
def test_heights_that_are_far_off_are_left_out(first, last):
    is_off = (first <= TIMES) & (last >= TIMES)
    run = only(gpx(TIMES, np.where(is_off, HEIGHTS + 900, HEIGHTS)))
    assert run.climb_m_per_km * run.km == approx(100, abs=1)


@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -np.inf, -1e308, 1e6, -500, 9000])
def test_heights_that_are_none_are_taken_as_missing(rubbish):
    few = np.where((TIMES > 600) & (TIMES < 620), rubbish, HEIGHTS)
    assert only(gpx(TIMES, few)).climb_m_per_km == approx(only(gpx(*HILL)).climb_m_per_km, rel=0.01)
    assert "neither" in only(gpx(TIMES, np.full(len(TIMES), rubbish))).climb_method


def test_a_pause_is_no_gap():
    """Ten minutes at the top: no ground is covered and none is climbed."""
    waited = np.where(TIMES > 900, TIMES + 600, TIMES).astype(float)
    stood = Track("running", datetime(2024, 5, 4), 5400, waited, HEIGHTS, 3.0 * TIMES)
    assert measure_climb(stood).m_per_km == approx(100 / 5.4, rel=0.02)


def test_strava_in_rows():
    runs, said = left_out(FOLDER / "activities.csv", None)
    assert runs.km.tolist() == [10, 8, 10, 12, 10]
    assert runs.climb_m_per_km.tolist() == approx([12, 50, np.nan, 5, np.nan], nan_ok=True)
    assert runs.km_per_week.tolist() == approx(
        [np.nan] * 3 + [(8 + 10 + 12) / 4, (10 + 12 + 10) / 4], nan_ok=True
    )
    assert len(said) == 3 and [re.search(r"row (\d)", line)[1] for line in said] == ["4", "8", "9"]
    assert (
        "'Ride' is not a run" in said[0]
        and "'some day' cannot be read" in said[1]
        and "distance" in said[2]
    )


HEAD = "Activity Date,Activity Type,Elapsed Time,Distance"
KOPF = "Aktivitätsdatum,Aktivitätsart,Verstrichene Zeit,Distanz,Distanz"
SHAPES = {
    "one distance in km": f'{HEAD}\n"Mar 2, 2024, 7:00:00 AM",Run,3600,10.5\n',
    "metres before 2019": "date,type,elapsed_time,distance\n2024-03-02 07:00:00,Run,3600,10500\n",
    "miles shown": f"{HEAD},Distance\n2024-03-02 07:00:00,Run,3600,6.52,10500.0\n",
    "thousands": f'{HEAD},Distance\n2024-03-02 07:00:00,Run,"3,600",10.50,"10,500.0"\n',
    "narrow space": f'{HEAD}\n"Mar 2, 2024, 7:00:00\u202fAM",Run,3600,10.5\n',
    "day first": f'{HEAD}\n"2 Mar 2024, 07:00:00",Run,3600,10.5\n',
    "German": f'{KOPF}\n"02.03.2024, 07:00:00",Lauf,3600,"10,50","10,5"\n',
    "German, metres": f'{KOPF}\n"02.03.2024, 07:00:00",Lauf,3600,"10,50","10.500"\n',
    "Excel's mark": "\ufeffdate,type,elapsed_time,distance\n2024-03-02 07:00:00,Run,3600,10500\n",
}


def test_infinite_climbs_are_none():
    row = b"date,type,elapsed_time,distance,elevation_gain\n2024-03-02,Run,3600,10500,inf\n"
    assert "unknown: the ascent is more" in only(row).climb_method


@pytest.mark.parametrize("shape", SHAPES)
def test_strava_in_other_shapes(shape):
    run = only(SHAPES[shape].encode(), "activities.csv")
    assert run.km == 10.5 and run.date == datetime(2024, 3, 2, 7)


def test_a_distance_that_no_one_runs_in_that_time_is_no_distance():
    """No shorter or longer reading of 90 (km or m) in an hour is a run's."""
    row = b"date,type,elapsed_time,distance\n2024-03-02,Run,3600,90\n"
    runs, (said,) = left_out(row)
    assert runs.empty and "its distance is missing" in said
    two = b"date,type,elapsed_time,distance,distance\n2024-03-02,Run,3600,10500,90\n"
    assert only(two).km == 10.5, "the last that can be"


def test_of_two_times_taken_the_longer_one_counts():
    head = b"date,type,elapsed_time,elapsed_time,distance\n"
    for times in (b"360,3600", b"3600,360", b",3600"):
        assert only(head + b"2024-03-02,Run," + times + b",10500\n").km == 10.5


@pytest.mark.parametrize("seconds", [4 * 86400 + 1, 9e99, "9" * 400])
def test_a_row_that_lasts_longer_than_four_days_is_more_than_one_run(seconds):
    head = b"date,type,elapsed_time,distance,distance\n2024-03-02 07:00:00,Run,"
    runs, (said,) = left_out(head + f"{seconds},10.5,10500\n".encode())
    assert runs.empty and "lasts longer than 4 days" in said
    assert only(head + b"345600,10.5,10500\n").km == 10.5


def test_a_week_is_unknown_where_one_of_its_runs_has_no_distance():
    rows = [f"2024-0{m}-{d:02},Run,3600,{km}" for m, d, km in
            [(1, 1, 8), (2, 1, 10), (2, 10, 0), (2, 20, 12), (4, 1, 6)]]  # fmt: skip
    written = "\n".join(["date,type,elapsed_time,distance", *rows]).encode()
    weeks = left_out(written)[0].km_per_week
    assert weeks.tolist() == approx([np.nan, 10 / 4, np.nan, 6 / 4], nan_ok=True)


@pytest.mark.parametrize(("apart", "n_runs"), [(60, 1), (1800, 1), (1801, 2), (7200, 2)])
def test_two_runs_are_one_if_they_overlap_by_half_of_the_shorter(apart, n_runs):
    at = datetime(2024, 3, 2, 7)
    rows = [f"{at + timedelta(seconds=s)},Run,3600,10.5" for s in (0, apart)]
    written = "\n".join(["date,type,elapsed_time,distance", *rows]).encode()
    with warnings.catch_warnings(action="ignore"):
        assert len(read_runs(written)) == n_runs


def test_other_sports_are_said_and_not_read_as_runs():
    for written in (
        gpx(*HILL, kind="<type>cycling</type>"),
        tcx(*HILL, sport="Biking"),
        fit(*HILL, sport=2),
    ):
        runs, (said,) = left_out(written)
        assert runs.empty and "is not a run" in said and runs.dtypes.equals(read_runs(RUN).dtypes)
    assert "too far for one run, or for that time" in left_out(gpx(*HILL, speed=13))[1][0]


RIDES = {
    "ride.gpx": gpx(*HILL, speed=13, kind="<type>cycling</type>"),
    "strava.gpx": gpx(*HILL, speed=13, kind="<type>1</type>"),
    "given.gpx": gpx(*HILL, speed=13, kind=""),
    "ride.tcx": tcx(*HILL, speed=13, sport="Biking"),
    "ride.fit": fit(*HILL, speed=13, sport=2),
    "activities.csv": b"date,type,elapsed_time,distance\n"
    b"2024-05-04 06:30:00,Gravel Ride,1800,23400\n",
}


@pytest.mark.parametrize("name", RIDES)
def test_a_cyclists_thread_reads_rides_by_its_folder_alone(name):
    (ride,) = read_runs(RIDES[name], name, priors=KNEE).to_dict("records")
    assert ride["km"] == approx(23.4, rel=1e-3)
    (said,) = left_out(RIDES[name], name)[1]
    assert "is not a run" in said or ("too far for one run" in said and name == "given.gpx")


def test_a_cyclists_thread_leaves_runs_out_and_asks_its_own_questions_of_rides():
    case = load(KNEE)
    with pytest.warns(UserWarning, match="hill.gpx: 'running' is not a ride"):
        rides = read_runs([FOLDER / "hill.gpx", io.BytesIO(RIDES["ride.fit"])], priors=KNEE)
    assert rides.source.tolist() == ["file"] and rides.climb_m_per_km[0] == approx(
        100 / 23.4, rel=0.05
    )
    asked = run_findings(rides, case.variables)
    assert [*asked] == ["km_per_week"] and len(posteriors(case, asked)) == 1
    assert {*run_findings(rides)} > {*asked}


def test_the_same_run_from_two_files_counts_once():
    runs, (said,) = left_out([FOLDER / "hill.gpx", FOLDER / "hill.tcx"], None)
    assert (
        len(runs) == 1 and said == "hill.tcx: the run of 2024-05-04 06:30 is in hill.gpx already."
    )


def test_runs_become_findings_as_they_stand():
    runs, _ = left_out([FOLDER / "activities.csv", FOLDER / "hill.gpx"], None)
    assert runs.date.is_monotonic_increasing and list(runs.index) == list(range(6))
    answers = posteriors(loaded().given(back_pain="yes"), run_findings(runs))
    hilly = answers["present", "hills"]
    assert hilly.idxmax() == 5 and hilly[1] > hilly[0] > hilly[3] and len(answers) == 6


@each_kind
def test_paths_bytes_and_open_files_are_one_and_packed_ones_too(name, tmp_path):
    written, packed = WRITERS[name](*HILL), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("123_ACTIVITY.fit", written)
    (tmp_path / name).write_bytes(written)
    plain = read_runs(written, name)
    path = tmp_path / name
    for other in (path, str(path), gzip.compress(written), packed.getvalue(), io.BytesIO(written)):
        pd.testing.assert_frame_equal(read_runs(other, name), plain)
    assert only(written, "wrong.fit" if name != "run.fit" else "wrong.gpx").km == plain.km[0], (
        "contents, not endings"
    )
    with open(tmp_path / name, "rb") as file:
        assert only(file).source == name


def test_no_position_comes_out():
    there = gpx(TIMES, HEIGHTS).replace(b'lat="0"', b'lat="47.123456"')
    assert "47.12" not in str(only(there).to_dict()) and "lat" not in str(only(there).to_dict())
    for broken in (
        there.replace(b"47.123456", b"47.123456x"),
        there.replace(b"<ele>", b"<elf>"),
        there[:5000],
    ):
        with pytest.raises(RunFileError) as raised:
            read_runs(broken, "/home/somebody/secret/run.gpx")
        assert not re.search(r"47\.12|secret|lat", str(raised.value)) and (
            raised.value.__suppress_context__ or raised.value.__context__ is None
        )


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in files.items():
            archive.writestr(name, written)
    return packed.getvalue()


def test_the_only_file_of_a_zip_is_read_whatever_its_ending():
    assert only(zipped(**{"run.txt": RUN}), "all.zip").source == "all.zip"


@pytest.mark.parametrize(
    ("names", "more"), [("a", ""), ("abc", " So are 2 more; .attrs['left_out'] names each.")]
)
def test_a_warning_gives_the_first_that_is_left_out_and_counts_the_others(names, more):
    with pytest.warns(UserWarning) as warned:
        read_runs([(f"{name}.gpx", b"") for name in names])
    assert [str(w.message) for w in warned] == [f"Left out: a.gpx: the file is empty.{more}"]


LOL = (
    b'<!DOCTYPE gpx [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<gpx><trk><name>&b;</name></trk></gpx>"
)
OUTSIDE = b'<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx><trk><name>&a;</name></trk></gpx>'
HIDDEN = b'<?xml version="1.0" encoding="cp037"?>' + LOL
RUN, FITTED = gpx(*HILL), fit(*HILL)
POINT = b"<trkpt/>"
HOSTILE = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "nothing packed": (gzip.compress(b""), "the file is empty"),
    "entities": (LOL, "declares a document type or entities"),
    "entities in a TCX": (
        LOL.replace(b"gpx", b"TrainingCenterDatabase"),
        "declares a document type or entities",
    ),
    "entity outside": (OUTSIDE, "declares a document type or entities"),
    "entities under another encoding": (HIDDEN, "declares a document type or entities"),
    "entities in UTF-16": (LOL.decode().encode("utf-16"), "declares a document type"),
    "deep": (
        b"<gpx>" + b"<a>" * 1000 + b"</a>" * 1000 + b"</gpx>",
        "deeper ones, than any recording",
    ),
    "points": (
        b"<gpx><trk><trkseg>" + POINT * 200_001 + b"</trkseg></trk></gpx>",
        "more than 200,000 points",
    ),
    "large": (b"x" * 50_000_001, "more than 50 MB"),
    "gzip bomb": (gzip.compress(bytes(50_000_001)), "more than 50 MB"),
    "zip bomb": (zipped(a=bytes(50_000_001)), "more than 50 MB"),
    "zip in zip": (zipped(a=zipped(b=RUN)), "a zip inside another file"),
    "workbook": (zipped(**{"xl/workbook.xml": b"<a/>", "x": b""}), "a spreadsheet program"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + bytes(99), "an Excel workbook"),
    "gzip in gzip": (gzip.compress(gzip.compress(RUN)), "not a file this can read"),
    "gzip of two": (gzip.compress(RUN) + gzip.compress(RUN), "more than one file is packed"),
    "gzip cut short": (gzip.compress(RUN)[:-9], "this gzip file is broken or cut short"),
    "zip cut short": (zipped(a=RUN)[:-9], "this zip file is broken or cut short"),
    "GPX cut short": (RUN[:-30], "this XML file is broken or cut short"),
    "FIT cut short": (FITTED[:-30], "this FIT file is broken or cut short"),
    "FIT with a wrong checksum": (
        FITTED[:-1] + bytes([FITTED[-1] ^ 1]),
        "this FIT file is broken or cut short",
    ),
    "FIT of nothing": (fit([0], [0])[:14], "this FIT file is broken or cut short"),
    "FIT that the watch did not finish": (
        FITTED[:4] + bytes(4) + FITTED[8:],
        "the watch did not finish it",
    ),
    "large FIT": (FITTED + bytes(25_000_001 - len(FITTED)), "more than 25 MB"),
    "route": (re.sub(rb"<time>[^<]*</time>", b"", RUN), "no times, so it is a plan"),
    "places": (
        b'<gpx version="1.1"><wpt lat="1" lon="1"/></gpx>',
        "no track, only a plan or single places",
    ),
    "jumping": (jumbled(RUN, rb'lon="[^"]*"'), "its times jump"),
    "back and forth": (jumbled(RUN, rb"<time>[^<]*"), "its times go back and forth"),
    "never set": (gpx(TIMES - 2e9, HEIGHTS), "its clock was never set"),
    "years": (gpx(np.arange(0, 1e6, 30_000), [1] * 34), "longer than 4 days"),
    "course": (
        b"<TrainingCenterDatabase><Courses><Course><Lap/><Track><Trackpoint/></Track></Course>"
        b"</Courses></TrainingCenterDatabase>",
        "no track, only a plan or single places",
    ),
    "another XML": (b"<html><body/></html>", "XML, but neither GPX nor TCX"),
    "another CSV": (
        b"a,b\n1,2\n",
        "not Strava's activities.csv: the column 'Activity Date' is missing",
    ),
    "many cells": (
        b"date,type,distance,elapsed_time\n" + b",,,\n" * 999_999 + b",",
        "more than 3,000,000 cells",
    ),
    "as many cells as there may be, and many rows": (
        b"date,type,distance,elapsed_time\n" + b",,,\n" * 999_999,
        "more than 50,000 rows",
    ),
    "many rows": (b"date,type,distance,elapsed_time\n" + b"x\n" * 50_001, "more than 50,000 rows"),
    "endless columns": (
        b"date,type,distance,elapsed_time" + b"," * 1_000_000,
        "more columns than Strava's list",
    ),
    "columns behind a long name": (
        b"date,type,distance,elapsed_time," + b"x" * 100_000 + b"," * 1_000_000,
        "more columns than Strava's list",
    ),
    "columns behind a quote": (
        b'date,"' + b"x" * 100_000 + b'"' + b"," * 1_000_000,
        "this CSV file is broken",
    ),
    "cells without a column": (
        b"date,type,elapsed_time,distance\n2024-03-02,Run,3600,10500,9\n",
        "CSV file is broken",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n\xff\xfe", "not a file this can read"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_file_gets_one_sentence(kind):
    written, evidence = HOSTILE[kind]
    with pytest.raises(RunFileError) as raised:
        read_runs(written, "bad.gpx")
    said = str(raised.value)
    assert (
        said.startswith("bad.gpx: ")
        and evidence in said
        and said.endswith(".")
        and "\n" not in said
        and len(said) < 200
    )


def test_a_fit_file_of_endless_small_messages_is_stopped(monkeypatch):
    monkeypatch.setattr(fit_files, "MOST_PARTS", 1801 * 10)
    with pytest.raises(RunFileError, match="more fields than any recording"):
        read_runs(FITTED)


def test_an_xml_of_endless_elements_is_stopped(monkeypatch):
    monkeypatch.setattr(xml_files, "MOST_ELEMENTS", RUN.count(b"<") // 2 - 100)
    with pytest.raises(RunFileError, match="more elements, or deeper ones, than any recording"):
        read_runs(RUN)


@each_kind
def test_points_are_counted_in_every_kind_of_file(name, monkeypatch):
    reader = fit_files if name == "run.fit" else xml_files
    monkeypatch.setattr(reader, "MOST_POINTS", len(TIMES))
    assert only(WRITERS[name](*HILL), name).km == approx(5.4, rel=1e-5)
    monkeypatch.setattr(reader, "MOST_POINTS", len(TIMES) - 1)
    with pytest.raises(RunFileError, match=r"more than (1,800|200,000) points"):
        read_runs(WRITERS[name](*HILL))


@pytest.mark.parametrize(("written", "most"), [(RUN, 50_000_000), (FITTED, 25_000_000)])
def test_a_file_may_be_as_large_as_the_limit(written, most):
    assert only(written + bytes(most - len(written))).km == approx(5.4, rel=1e-5)


def test_a_gzip_may_be_padded_with_zero_bytes():
    assert only(gzip.compress(RUN) + bytes(512)).km == only(RUN).km


def test_a_long_name_of_a_sport_is_cut():
    (said,) = left_out(gpx(*HILL, kind=f"<type>{'x' * 1000}</type>"))[1]
    assert f"'{'x' * 40}' is not a run" in said


def test_what_is_no_file_is_reported(tmp_path):
    for source in (tmp_path / "none.gpx", "/dev/zero", "a\0b"):
        with pytest.raises(RunFileError, match=r"there is no such file|broken"):
            read_runs(source)
    with pytest.raises(RunFileError, match="opened as text"):
        read_runs(io.StringIO("<gpx/>"))


def test_a_bomb_is_not_unpacked():
    """A gigabyte of zeros in a megabyte: never more than the bound is unpacked."""
    packed = gzip.compress(bytes(1_000_000_000), 1)
    tracemalloc.start()
    with pytest.raises(RunFileError, match="more than 50 MB"):
        read_runs(packed, "bomb.gpx.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120_000_000


SEEDS = [*WRITTEN.values(), gzip.compress(WRITTEN["hill.fit"]), zipped(a=WRITTEN["hill.gpx"])]
pieces = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([b"nan", b"-1e999", b"9" * 400, b"<a>", b"\n", b",", b'"']),
)


@settings(max_examples=300)
@given(data=st.data())
def test_whatever_is_changed_in_a_file_it_is_read_or_refused_and_nothing_else(data):
    written = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        at, cut = (
            data.draw(st.integers(0, len(written))),
            data.draw(st.sampled_from([0, 1, 2, 4, 50, 10**6])),
        )
        written[at : at + cut] = data.draw(pieces)
    _read_or_refuse(bytes(written))


HEADS = [b"", b"<gpx>", b"\x1f\x8b", b"PK\x03\x04", WRITTEN["hill.fit"][:14]]


@settings(max_examples=200)
@given(written=st.binary(max_size=300), head=st.sampled_from(HEADS))
def test_any_bytes_are_refused_and_nothing_else(written, head):
    _read_or_refuse(head + written)


def _read_or_refuse(written):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            runs = read_runs(written, "fuzz")
        except RunFileError as evidence:
            assert str(evidence).startswith("fuzz: ") and "\n" not in str(evidence)
        else:
            assert (
                (runs.km > 0).all()
                and (runs.km <= 500).all()
                and not (runs.climb_m_per_km < 0).any()
            )
            assert not (runs.climb_m_per_km > 1000).any() and not np.isinf(runs.climb_error).any()
