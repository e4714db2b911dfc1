"""Several files at once: one run in two formats, folders, zips and Strava's whole export."""

import gzip
import io
import os
import warnings
import zipfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest import approx
from run_files import ACTIVITIES, FOLDER, ZERO, fit, fit_messages, gpx, hill, tcx

from lumbayes import RunFileError, read_runs
from lumbayes.activities import fit_files, safe_files, xml_files
from lumbayes.activities.safe_files import file_name, list_files

DOCS = Path(__file__).parents[2] / "docs"
HILL = hill(60, seconds=1200, every=5)
GPX, TCX = gpx(*HILL), tcx(*HILL)
FIT = fit(*HILL, ascent=60, local=-4 * 3600)
LATER = GPX.replace(b"T06:", b"T16:")


def read(*sources):
    with warnings.catch_warnings(action="ignore"):
        runs = read_runs(sources)
    return runs, runs.attrs["left_out"]


def zipped(**entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("order", [1, -1])
def test_two_formats_of_one_run_are_one_row_that_takes_the_best_of_each(order):
    """The climb is the watch's total and the date its own clock's, whatever comes first."""
    late = [("a.gpx", GPX.replace(b"T06:30", b"T06:31")), ("b.fit", FIT)]
    runs, (said,) = read(*late[::order])
    (run,) = runs.to_dict("records")
    assert run["climb_m_per_km"] * run["km"] == approx(60) and "watch" in run["climb_method"]
    assert run["date"] == datetime(2024, 5, 4, 2, 30)
    assert said == "a.gpx: the run of 2024-05-04 02:30 is in b.fit already."


def test_two_runs_of_one_day_as_long_as_each_other_are_two():
    runs, said = read(("there.gpx", GPX), ("back.gpx", LATER))
    assert runs.km.tolist() == approx([3.6, 3.6], rel=1e-5) and said == ()


def test_a_recording_that_broke_off_does_not_stand_for_the_run():
    half = gpx(*(values[:130] for values in HILL))
    runs, said = read(("half.gpx", half), ("whole.tcx", TCX))
    assert runs.km.tolist() == [3.6] and "half.gpx: the run of" in said[0]


def test_a_broken_file_among_others_is_left_out_with_its_sentence():
    runs, said = read(("good.gpx", GPX), ("bad.gpx", GPX[:500]), ("none.gpx", b""))
    assert len(runs) == 1
    assert said == (
        "bad.gpx: this XML file is broken or cut short; export it again.",
        "none.gpx: the file is empty.",
    )


def test_a_path_of_nothing_among_others_is_left_out_with_its_sentence(tmp_path):
    runs, (said,) = read(("good.gpx", GPX), tmp_path / "none.gpx")
    assert len(runs) == 1
    assert said == "none.gpx: there is no such file; give the path of one, or its bytes."


def test_a_file_that_cannot_be_rewound_is_read():
    reader, writer = os.pipe()
    small = FOLDER / "hill.gpx"
    os.write(writer, small.read_bytes())
    os.close(writer)
    with open(reader, "rb") as stream:
        assert read_runs(stream, "pipe.gpx").km.tolist() == read_runs(small).km.tolist()


def test_a_file_that_cannot_be_rewound_is_bounded_too(monkeypatch):
    reader, writer = os.pipe()
    small = (FOLDER / "hill.gpx").read_bytes()
    os.write(writer, small)
    os.close(writer)
    monkeypatch.setattr(safe_files, "MOST_BYTES", len(small) - 1)
    with open(reader, "rb") as stream, pytest.raises(RunFileError, match="holds more than"):
        read_runs(stream, "pipe.gpx")


def test_one_file_alone_raises_whatever_it_comes_as(tmp_path):
    (tmp_path / "bad.gpx").write_bytes(GPX[:500])
    for source in (GPX[:500], ("bad.gpx", GPX[:500]), tmp_path / "bad.gpx", zipped(bad=GPX[:500])):
        with pytest.raises(RunFileError, match="broken or cut short"):
            read_runs(source)


def test_what_macos_adds_to_a_folder_is_passed_over(tmp_path):
    for name, content in {"run.fit": FIT, "._run.fit": b"\0\5\x16\7", ".DS_Store": b"x"}.items():
        (tmp_path / name).write_bytes(content)
    runs, said = read(tmp_path)
    assert runs.source.tolist() == ["run.fit"] and said == ()


def test_a_file_without_an_ending_is_a_recording_in_a_folder_and_in_a_zip(tmp_path):
    (tmp_path / "v1.2").mkdir()
    (tmp_path / "v1.2" / "today").write_bytes(GPX)
    (tmp_path / "v1.2" / "photo.jpg").write_bytes(b"x")
    packed = zipped(**{"v1.2/today": GPX, "v1.2/photo.jpg": b"x"})
    for source in (tmp_path, ("all.zip", packed)):
        runs, (said,) = read(source)
        assert runs.source.tolist() == ["today"] and "1 other files in it" in said


def test_a_folder_packed_in_a_zip_is_no_file():
    runs = read_runs(zipped(**{"runs/": b"", "runs/today.gpx": GPX}), "all.zip")
    assert runs.source.tolist() == ["all.zip"] and runs.attrs["left_out"] == ()


def test_what_is_no_plain_file_in_a_folder_is_passed_over(tmp_path):
    """A named pipe would be waited for."""
    os.mkfifo(tmp_path / "pipe.gpx")
    with ExitStack() as stack:
        assert list_files(tmp_path, "folder", stack) == ([], 0)


def test_what_macos_adds_to_a_zip_is_passed_over():
    packed = zipped(**{"run.fit": FIT, "__MACOSX/._run.fit": b"\0\5\x16\7", ".DS_Store": b"x"})
    runs = read_runs(packed, "run.zip")
    assert runs.source.tolist() == ["run.zip"] and runs.attrs["left_out"] == ()


EXPORT = {
    "activities.csv": ACTIVITIES.encode(),
    "activities/1.fit.gz": gzip.compress(fit(*hill(40, 3600, 5), speed=2.8, ascent=40)),
    "activities/2.gpx": LATER,
    "activities/3.gpx": b"<gpx",
    "profile.csv": b"Athlete ID,Email\n1,x\n",
    "media/1.jpg": b"\xff\xd8",
    "routes/1.gpx": b'<gpx><rte><rtept lat="1" lon="1"/></rte></gpx>',
    "messaging.json": b"{}",
}


def test_stravas_whole_export_is_read_at_once_as_a_zip_and_as_a_folder(tmp_path):
    seen = []
    (tmp_path / "export.zip").write_bytes(zipped(**EXPORT))
    folder = tmp_path / "export"
    for name, content in EXPORT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    with warnings.catch_warnings(action="ignore"):
        from_zip = read_runs(tmp_path / "export.zip", progress=lambda *step: seen.append(step))
        from_bytes = read_runs([("export.zip", zipped(**EXPORT))])
        from_folder = read_runs(folder)
    for runs in (from_zip, from_bytes, from_folder):
        assert len(runs) == 7 and runs.km_per_week.notna().sum() == 2
        said = " ".join(runs.attrs["left_out"])
        assert "3.gpx: this XML file is broken" in said and "'Ride' is not a run" in said
        assert "4 other files in it are no recordings." in said
    assert [step[:2] for step in seen] == [(n, 6) for n in range(1, 7)]
    assert seen[1][2].endswith("1.fit.gz")


def test_a_row_of_the_list_and_its_file_are_one_run():
    start = datetime(2024, 5, 4, 6, 30)
    for climb in ("", "60"):
        row = listed(f"{start + timedelta(seconds=3)},Run,1200,3600.0,{climb}")
        runs, (said,) = read(("activities.csv", row), ("1.fit", FIT))
        assert runs.source.tolist() == ["1.fit"] and "activities.csv: the run of" in said


def test_of_two_clocks_alike_that_of_the_better_recording_counts():
    times, heights = HILL
    without = gpx(times, [None] * len(times))
    runs, _ = read(("a.gpx", without), ("b.gpx", gpx(times[12:], heights[12:])))
    assert runs.date.tolist() == [datetime(2024, 5, 4, 6, 31)]


def test_names_inside_a_zip_stay_on_one_line():
    packed = zipped(**{"a/bad\nname\x1b.gpx": GPX[:500], "good.gpx": GPX})
    _, (said,) = read(("all.zip", packed))
    assert said == "badname.gpx: this XML file is broken or cut short; export it again."


def test_an_empty_folder_and_a_folder_of_pictures_say_so(tmp_path):
    runs, said = read(tmp_path)
    assert runs.empty and said[0].endswith("there is no recording in it.")
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert read(tmp_path)[1][0].endswith("1 other files in it are no recordings.")


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "run.gpx").write_bytes(GPX)
    (tmp_path / "runs" / "link.gpx").symlink_to(tmp_path / "run.gpx")
    assert read(tmp_path / "runs")[0].empty


def test_a_name_in_messages_has_at_most_100_characters():
    assert file_name("x" * 100, None) == "x" * 100
    assert file_name("x" * 97 + ".gpx", None) == "x" * 97 + ".gp"


def test_the_limits_that_the_page_gives_are_those_that_hold():
    page = " ".join((DOCS / "run_files.md").read_text("utf-8").split())
    file, fit_file, archive = (
        n_bytes // 10**6
        for n_bytes in (safe_files.MOST_BYTES, fit_files.MOST_BYTES, safe_files.MOST_ARCHIVE_BYTES)
    )
    assert f"at most {file} MB before and after unpacking ({fit_file} MB as FIT)" in page
    assert (
        f"{xml_files.MOST_POINTS:,} points and {xml_files.MOST_ELEMENTS // 10**6} million" in page
    )
    assert f"at most {safe_files.MOST_FILES:,} files and {archive // 1000} GB" in page


def test_a_zip_of_too_many_or_too_much_is_refused(monkeypatch):
    packed = zipped(**{f"{n}.gpx": GPX for n in range(4)})
    monkeypatch.setattr(safe_files, "MOST_FILES", 3)
    with pytest.raises(RunFileError, match="packs more than 3 files"):
        read_runs(packed)
    monkeypatch.setattr(safe_files, "MOST_FILES", 4)
    monkeypatch.setattr(safe_files, "MOST_ARCHIVE_BYTES", 4 * len(GPX) - 1)
    with pytest.raises(RunFileError, match="unpacks to more than"):
        read_runs(packed)
    monkeypatch.setattr(safe_files, "MOST_ARCHIVE_BYTES", 4 * len(GPX))
    assert len(read(("all.zip", packed))[0]) == 1, "one run four times"


def test_a_zip_is_not_larger_than_what_it_may_unpack_to(monkeypatch):
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("run.gpx", GPX)
    packed = stored.getvalue()
    monkeypatch.setattr(safe_files, "MOST_ARCHIVE_BYTES", len(packed))
    assert len(read_runs(packed)) == 1
    monkeypatch.setattr(safe_files, "MOST_ARCHIVE_BYTES", len(packed) - 1)
    with pytest.raises(RunFileError, match="holds more than"):
        read_runs(packed)


@pytest.mark.parametrize("place", range(-6, 2))
def test_an_entry_of_a_zip_is_counted_once_wherever_a_block_ends(monkeypatch, place):
    """A zip is read in blocks of 1 MiB; its list of entries begins near the end of the first."""
    stored, header = io.BytesIO(), 30 + len("run.gpx")
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("run.gpx", bytes(2**20 + place - header))
    with ExitStack() as stack:
        monkeypatch.setattr(safe_files, "MOST_FILES", 1)
        assert len(list_files(stored.getvalue(), "run.zip", stack)[0]) == 1
        monkeypatch.setattr(safe_files, "MOST_FILES", 0)
        with pytest.raises(RunFileError, match="packs more than 0 files"):
            list_files(stored.getvalue(), "run.zip", stack)


def test_a_folder_of_too_many_files_is_refused(monkeypatch, tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.gpx").write_bytes(GPX)
    monkeypatch.setattr(safe_files, "MOST_FILES", 3)
    assert len(read(tmp_path)[0]) == 1, "one run three times"
    monkeypatch.setattr(safe_files, "MOST_FILES", 2)
    with pytest.raises(RunFileError, match="holds more than 2 files"):
        read_runs(tmp_path)


def listed(*rows, head="date,type,elapsed_time,distance,elevation_gain"):
    return "\n".join([head, *rows]).encode()


@pytest.mark.parametrize(
    ("day", "timed", "n_runs"),
    [("02", 50_000, 1), ("02", 48_500, 1), ("02", 48_499, 2), ("03", 50_000, 2)],
)
@pytest.mark.parametrize("is_shorter", [True, False])
def test_a_date_alone_is_the_run_of_that_day_that_differs_by_3_in_100(
    day, timed, n_runs, is_shorter
):
    """Of the longer of the two, 50 km."""
    metres = (50_000, timed) if is_shorter else (timed, 50_000)
    alone = listed(f"2024-03-{day},Run,18000,{metres[0]},60")
    other = listed(f"2024-03-02 07:00:00,Run,18000,{metres[1]},60")
    assert len(read(("alone.csv", alone), ("other.csv", other))[0]) == n_runs


@pytest.mark.parametrize(("metres", "km"), [(9000, 9), (8999, 10)])
def test_a_recording_stands_for_a_run_if_it_holds_nine_tenths_of_it(metres, km):
    with_climb = listed(f"2024-03-02 07:00:00,Run,3600,{metres},60")
    without = listed("2024-03-02 07:00:00,Run,3600,10000,")
    assert read(("a.csv", with_climb), ("b.csv", without))[0].km.tolist() == [km]


@pytest.mark.parametrize(("apart", "n_runs"), [(60, 1), (61, 2)])
def test_runs_of_unknown_length_are_one_if_they_start_within_a_minute(apart, n_runs):
    summary = {"start_time": ZERO, "sport": 1, "total_distance": 360_000}
    later = summary | {"start_time": ZERO + apart}
    files = [(f"{n}.fit", fit_messages([], [], run)) for n, run in enumerate((later, summary))]
    assert len(read(*files)[0]) == n_runs
