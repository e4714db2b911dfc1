"""Several files at once: one run in two formats, folders, zips and Strava's whole export."""

import gzip
import io
import warnings
import zipfile
from datetime import datetime, timedelta

import pytest
from pytest import approx
from run_files import ACTIVITIES, fit, gpx, hill, tcx

from lumbayes import RunFileError, read_runs

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


def test_one_file_alone_raises_whatever_it_comes_as(tmp_path):
    (tmp_path / "bad.gpx").write_bytes(GPX[:500])
    for source in (GPX[:500], ("bad.gpx", GPX[:500]), tmp_path / "bad.gpx", zipped(bad=GPX[:500])):
        with pytest.raises(RunFileError, match="broken or cut short"):
            read_runs(source)


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
    row = f"{start + timedelta(seconds=3)},Run,1200,3600.0"
    listed = f"date,type,elapsed_time,distance\n{row}\n".encode()
    runs, (said,) = read(("activities.csv", listed), ("1.fit", FIT))
    assert runs.source.tolist() == ["1.fit"] and "activities.csv: the run of" in said


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


def test_a_zip_of_too_many_or_too_much_is_refused(monkeypatch):
    from lumbayes.activities import safe_files

    packed = zipped(**{f"{n}.gpx": GPX for n in range(4)})
    monkeypatch.setattr(safe_files, "MOST_FILES", 3)
    with pytest.raises(RunFileError, match="packs more than 3 files"):
        read_runs(packed)
    monkeypatch.setattr(safe_files, "MOST_FILES", 4)
    monkeypatch.setattr(safe_files, "MOST_ARCHIVE_BYTES", 3 * len(GPX))
    with pytest.raises(RunFileError, match="unpacks to more than"):
        read_runs(packed)
