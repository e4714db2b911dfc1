"""Files of runners scored: equal to one frame, whole after a kill, also on a cluster."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from pyarrow import feather
from shared import loaded

from lumbayes import posteriors, score, simulate
from lumbayes.__main__ import main
from lumbayes.batch import score_rows
from lumbayes.batch.table_files import check_types

base = loaded()
MECHANISMS = [m.name for m in base.variables.mechanisms]
KINDS = ["parquet", "csv"]
EXACT = 1e-12


def runners(rows, seed=0):
    """A club's table: a name that looks like a number, integers with holes, and answers."""
    frame = simulate(base, rows, seed, missing=0.5).drop(columns=MECHANISMS)
    frame.insert(0, "id", [f"{i:05d}" for i in range(rows)])
    frame.insert(
        5, "bib", pd.array([None if i % 3 == 0 else 20 + i % 50 for i in range(rows)], "Int64")
    )
    return frame


def write(frame, path):
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(
        path, index=False
    )
    return path


def read(path):
    """The answers as a frame; what a CSV handed on as text, `bib`, as the number it was."""
    frame = (
        pd.read_parquet(path)
        if path.suffix == ".parquet"
        else pd.read_csv(path, dtype={"id": "str"})
    )
    return (
        frame.assign(bib=pd.to_numeric(frame["bib"].replace("", None)).astype("Int64"))
        if "bib" in frame
        else frame
    )


def answers(frame, case=base, keep=("id", "bib"), **options):
    """What posteriors() says, laid out as the files are."""
    found = posteriors(case, frame.drop(columns=[k for k in keep if k in frame]), **options)
    found.columns = [f"{cause}:{figure}" for figure, cause in found.columns]
    return pd.concat([frame[list(keep)], found], axis=1)


def same(found, expected):
    assert_frame_equal(found, expected, check_dtype=False, rtol=0, atol=EXACT)


@pytest.fixture(scope="module")
def club():
    return runners(240)


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("chunk", [7, 0])
def test_a_file_is_answered_as_its_frame_is(club, tmp_path, source, target, chunk):
    frame = club.head(30)
    source, target = write(frame, tmp_path / f"runners.{source}"), tmp_path / f"answers.{target}"
    assert score(source, target, base, keep=["id", "bib"], chunk=chunk) == 30
    same(read(target), answers(frame))
    same(score_rows(base, frame, keep=["id", "bib"]), answers(frame))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, target.name])


def test_what_is_kept_is_kept_to_the_last_bit_and_may_be_a_finding(tmp_path):
    columns = {
        "when": pa.array([1, None, 3], pa.timestamp("ns", "Europe/Vienna")),
        "big": pa.array([2**60 + 1, None, -1]),
        "hills": pa.array(["yes", None, "no"]).dictionary_encode(),
        "plank_seconds": pa.array([20, None, 90]),
    }
    table = pa.table(columns)
    pa.parquet.write_table(table, tmp_path / "runners.parquet", row_group_size=1)
    score(
        tmp_path / "runners.parquet",
        tmp_path / "answers.parquet",
        base,
        keep=["big", "hills", "when"],
    )
    found = pa.parquet.read_table(tmp_path / "answers.parquet")
    assert found.select(["big", "when"]).equals(table.select(["big", "when"]))
    frame = table.to_pandas()
    same(
        found.to_pandas().drop(columns=["big", "hills", "when"]),
        answers(frame.drop(columns=["big", "when"]), keep=()),
    )


def test_a_cell_of_several_lines_is_one_cell_wherever_a_block_of_the_file_ends(tmp_path):
    """Blocks are of 1 MB."""
    note = "\n" * 60
    (tmp_path / "r.csv").write_text("hills,note\n" + f'yes,"{note}"\n' * 20_000)
    assert score(tmp_path / "r.csv", tmp_path / "a.parquet", base, keep=["note"]) == 20_000
    assert pd.read_parquet(tmp_path / "a.parquet")["note"].unique().tolist() == [note]


def test_with_intervals_and_with_a_case_of_its_own(club, tmp_path):
    traits = [v.name for v in base.variables.traits]
    frame = club.head(2).drop(columns=["bib", "back_pain", *traits])
    case = base.given(back_pain="yes")
    score(
        write(frame, tmp_path / "r.csv"),
        tmp_path / "a.csv",
        case,
        keep=["id"],
        intervals=True,
        chunk=1,
    )
    same(read(tmp_path / "a.csv"), answers(frame, case, ["id"], intervals=True))


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_give_no_answers(club, tmp_path, kind):
    source = write(club.head(0), tmp_path / f"runners.{kind}")
    assert score(source, tmp_path / f"answers.{kind}", base, keep=["id", "bib"]) == 0
    assert list(read(tmp_path / f"answers.{kind}")) == list(answers(club.head(0)))


@pytest.mark.parametrize("text", ["hills,weak_core\nyes,no\n\n,yes\n", "hills\nyes\n\nno"])
def test_an_empty_line_is_a_runner_of_whom_nothing_is_known(tmp_path, text):
    (tmp_path / "runners.csv").write_text(text)
    assert score(tmp_path / "runners.csv", tmp_path / "answers.csv", base) == 3
    same(
        read(tmp_path / "answers.csv")[1:2].reset_index(drop=True),
        answers(pd.DataFrame({"hills": [None]}), keep=()),
    )


class Killed(BaseException):
    """Not an error, as a kill is not: nothing may catch it."""


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_ends_at_any_step_is_finished_by_the_next(club, tmp_path, monkeypatch, after):
    """Each step that changes the disk is once the last, just before or after it is done."""
    frame = club.head(16)
    source, target, steps = write(frame, tmp_path / "runners.csv"), tmp_path / "answers.parquet", 0
    expected, real, countdown = answers(frame), {}, []

    def counted(name):
        def step(*args, **kwargs):
            countdown[0] -= 1
            if countdown[0] == 0 and not after:
                raise Killed
            done = real[name](*args, **kwargs)
            if countdown[0] == 0 and after:
                raise Killed
            return done

        return step

    for name in ["fsync", "replace", "unlink", "rmdir", "mkdir"]:
        real[name] = getattr(os, name)
        monkeypatch.setattr(os, name, counted(name))
    killed = True
    while killed:
        steps += 1
        countdown[:] = [0]
        target.unlink(missing_ok=True)
        countdown[:], killed = [steps], False
        try:
            score(source, target, base, keep=["id", "bib"], chunk=8)
        except Killed:
            killed = True
        countdown[:] = [0]
        if target.exists():
            same(read(target), expected)
        score(source, target, base, keep=["id", "bib"], chunk=8)
        same(read(target), expected)
    assert (
        steps > 3 * 2 + 4
    )  # three files synced and put in place; a folder made, two files and it removed


def kept(folder, chunks, run):
    """Wait until that many chunks of a run are kept there."""
    while len(list(folder.glob("*.arrow"))) < chunks:
        assert run.poll() is None, run.communicate()[1]
        time.sleep(0.001)


@pytest.fixture
def _ctrl_c():
    """What is started here can be interrupted, even where a shell has started all in background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c")
def test_a_run_that_is_killed_goes_on_and_no_row_is_lost_or_doubled(tmp_path):
    frame = runners(6_000)  # 60 chunks: not done when the signal arrives, however busy the machine
    source, target = write(frame, tmp_path / "runners.parquet"), tmp_path / "answers.csv"
    command = [
        sys.executable,
        "-m",
        "lumbayes",
        "score",
        source,
        "-o",
        target,
        "--keep",
        "id",
        "--keep",
        "bib",
    ]
    for chunks, sent, ended in [(2, signal.SIGKILL, -signal.SIGKILL), (5, signal.SIGINT, 130)]:
        run = subprocess.Popen([*command, "--chunk", "100"], stderr=subprocess.PIPE, text=True)
        kept(tmp_path / "answers.csv.parts", chunks, run)
        run.send_signal(sent)
        stderr = run.communicate(timeout=60)[1]
        assert run.returncode == ended and not target.exists()
        stopped = "Stopped. Run the same command again to continue.\n"
        assert (ended == 130) == stderr.endswith(stopped)
    score(source, target, base, keep=["id", "bib"], chunk=100)
    same(read(target), answers(frame))


@pytest.fixture
def stopped(club, tmp_path):
    """A run stopped at its last row, with two of five chunks done and marked as such."""
    frame = club.head(11).astype({"hills": object})
    frame.loc[10, "hills"] = "steep"
    source, target = write(frame, tmp_path / "runners.csv"), tmp_path / "answers.parquet"
    with pytest.raises(
        ValueError, match=r"runners\.csv: Row 12, column 'hills': found 'steep'; allowed: no, yes"
    ):
        score(source, target, base, keep=["id", "bib"], chunk=5)
    assert not target.exists()
    parts = sorted((tmp_path / "answers.parquet.parts").glob("*.arrow"))
    assert len(parts) == 2
    for part in parts:
        table = feather.read_table(part, memory_map=False)
        place = table.column_names.index("weak_core:present")
        marked = pa.array(np.full(len(table), -1.0))
        feather.write_feather(table.set_column(place, "weak_core:present", marked), part)
    return frame, source, target


def marks(target):
    return (read(target)["weak_core:present"] == -1).tolist()


def test_a_corrected_row_costs_no_other_chunk(stopped):
    frame, source, target = stopped
    frame.loc[10, "hills"] = "yes"
    score(write(frame, source), target, base, keep=["id", "bib"], chunk=5)
    assert marks(target) == [True] * 10 + [False]
    same(
        read(target).drop(columns="weak_core:present"),
        answers(frame).drop(columns="weak_core:present"),
    )


def test_rows_that_changed_are_scored_again(stopped):
    frame, source, target = stopped
    frame.loc[[3, 10], "hills"] = ["yes" if frame.hills[3] == "no" else "no", "yes"]
    score(write(frame, source), target, base, keep=["id", "bib"], chunk=5)
    assert marks(target) == [False] * 5 + [True] * 5 + [False]
    same(read(target)[:5], answers(frame)[:5])


@pytest.mark.parametrize(
    ("case", "options"),
    [
        (base.exclude_claims("A1-13"), {"keep": ["id", "bib"]}),
        (base.given(disc_degeneration="no"), {"keep": ["id", "bib"]}),
        (base.contrast(hills="worse"), {"keep": ["id", "bib"]}),
        (base.likelihood(weak_core=3), {"keep": ["id", "bib"]}),
        (base.do(weak_core="no"), {"keep": ["id", "bib"]}),
        (base, {"keep": ["bib", "id"]}),
        (base, {"keep": ["id", "bib"], "intervals": True}),
    ],
)
def test_another_case_or_option_starts_from_the_first_row(stopped, case, options):
    frame, source, target = stopped
    frame = frame.head(10)
    score(write(frame, source), target, case, chunk=5, **options)
    same(read(target), answers(frame, case, **options))


@pytest.mark.parametrize(("n_before", "n_kept"), [(255, 0), (256, 1)])
def test_with_intervals_256_rows_are_held_at_a_time(tmp_path, n_before, n_kept):
    source, target = tmp_path / "runners.csv", tmp_path / "answers.csv"
    source.write_text("hills\n" + "yes\n" * n_before + "steep\n")
    with pytest.raises(ValueError, match=f"Row {n_before + 2}, column 'hills': found 'steep'"):
        score(source, target, base, intervals=True)
    assert len([*(tmp_path / "answers.csv.parts").glob("*.arrow")]) == n_kept


REFUSED = {
    "id,hills,shoe\n1,yes,2\n": r"Columns \['id', 'shoe'\]: Unknown variable 'id'.*named in keep",
    "hills,weak_core\nyes,no\nyes\n": r"row 3 has 1 cells and the first row 2",
    "hills,weak_core\nyes,no,no\n": r"row 2 has 3 cells and the first row 2",
    "hills,hills\nyes,no\n": "the columns hills stand there twice",
    "": "Empty CSV file",
    "hills,plank_seconds\nyes,20\n,abc\n": r"Row 3, column 'plank_seconds': found 'abc'",
    "back_pain,severity\nyes,mild\nno,severe\n": "Row 3: its findings exclude each other",
    "hills:likelihood\n0\n": "Row 2, column 'hills:likelihood'",
}


@pytest.mark.parametrize("text", REFUSED)
def test_errors_name_file_and_row(tmp_path, capsys, text):
    source, target = tmp_path / "runners.csv", tmp_path / "answers.csv"
    source.write_text(text)
    with pytest.raises(ValueError, match=f"(?s)^{source}: .*{REFUSED[text]}"):
        score(source, target, base)
    assert not target.exists()
    assert main(["score", str(source), "-o", str(target)]) == 1
    assert str(source) in capsys.readouterr().err


def test_files_that_cannot_be(tmp_path):
    source = write(runners(2), tmp_path / "runners.csv")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not")
    (tmp_path / "latin.csv").write_bytes(b"hills\nye\xdf\n")
    for wrong, target, message in [
        ("nowhere.csv", "a.csv", r"nowhere\.csv: there is no such file"),
        ("runners.ods", "a.csv", "Unknown kind of file '.ods'"),
        ("runners.csv", "a.xlsx", "Unknown kind of file '.xlsx'"),
        ("runners.csv", "a.txt", "Unknown kind of file '.txt'"),
        ("runners.csv", "no/a.csv", "there is no folder"),
        ("runners.csv", "runners.csv", "would overwrite the rows"),
        ("broken.parquet", "a.csv", r"broken\.parquet: "),
        ("latin.csv", "a.csv", r"latin\.csv: .*UTF8"),
    ]:
        with pytest.raises(ValueError, match=message):
            score(tmp_path / wrong, tmp_path / target, base)
    with pytest.raises(ValueError, match="chunk is -1"):
        score(source, tmp_path / "a.csv", base, keep=["id", "bib"], chunk=-1)
    for keep, message in [
        (["name"], "Unknown column 'name'"),
        (["hills:present"], "names of result columns"),
    ]:
        with pytest.raises(ValueError, match=message):
            score_rows(base, pd.DataFrame({"id": [1], "hills:present": [1]}), keep=keep)
    assert source.exists()


def test_the_command_shows_how_far_it_is(tmp_path, capsys):
    source, target = write(runners(30), tmp_path / "runners.csv"), tmp_path / "answers.parquet"
    assert (
        main(
            [
                "score",
                str(source),
                "-o",
                str(target),
                "--keep",
                "id",
                "--keep",
                "bib",
                "--chunk",
                "10",
            ]
        )
        == 0
    )
    output = capsys.readouterr()
    assert output.out == f"30 runners scored into {target}.\n" and "30.0/30.0" in output.err
    same(read(target), answers(runners(30)))


@pytest.mark.parametrize(
    ("target", "kept"), [("a.csv", [[1, 2]]), ("a.csv", [{"a": 1}]), ("a.parquet", None)]
)
def test_a_kept_column_that_the_file_cannot_hold_is_named_before_a_row_is_scored(
    target, kept, tmp_path
):
    column = pa.array(kept) if kept else pa.nulls(1, pa.month_day_nano_interval())
    schema = pa.schema([("tags", column.type)])
    with pytest.raises(ValueError, match=r"^column 'tags' holds .*, which a\.\w+ cannot: "):
        check_types(tmp_path / target, schema)
    if kept:
        runners = pd.DataFrame({"hills": ["maybe"], "tags": kept})
        runners.to_parquet(tmp_path / "r.parquet")
        with pytest.raises(ValueError, match=r"r\.parquet: column 'tags' holds"):
            score(tmp_path / "r.parquet", tmp_path / target, base, keep=["tags"])
        assert [path.name for path in tmp_path.iterdir()] == ["r.parquet"]
