"""Values at the ends of their range, and one beyond."""

import pandas as pd
import pyarrow as pa
import pytest
from shared import loaded

from lumbayes import posteriors, score, simulate
from lumbayes.batch import calibration, log_score, score_files, score_rows
from lumbayes.batch.table_files import TableFile
from lumbayes.data.variables import Measurement

base = loaded()
TESTS = [t.name for t in base.variables.measurements if t.numeric]


@pytest.mark.parametrize("name", TESTS)
def test_both_ends_of_a_range_are_allowed_and_nothing_beyond(name):
    test = base.variables[name]
    assert isinstance(test, Measurement)
    found = posteriors(base, pd.DataFrame({name: [test.low, test.high]}))
    assert found.notna().all(axis=None)
    for value in (test.low - 0.001, test.high + 0.001):
        with pytest.raises(ValueError, match=f"^Row 1, column '{name}': found .*{value:g}"):
            posteriors(base, pd.DataFrame({name: [test.start, value]}))


@pytest.mark.parametrize("name", TESTS)
def test_simulated_readings_are_within_the_range_and_reach_its_ends_or_beyond_none(name):
    test = base.variables[name]
    readings = simulate(base, 20_000, 1)[name]
    assert test.low <= readings.min() and readings.max() <= test.high
    assert readings.nunique() > 1000


def test_a_ratio_near_zero_or_very_large_or_of_one_is_allowed():
    frame = pd.DataFrame({"hills:likelihood": [1e-200, 1.0, 1.5, 1e200]})
    hills = posteriors(base, frame)["present", "hills"]
    assert hills.is_monotonic_increasing
    assert hills[[0, 3]].tolist() == pytest.approx([0, 1])
    odds = hills / (1 - hills)
    assert odds[2] / odds[1] == pytest.approx(1.5)
    assert hills[1] == pytest.approx(base.posterior("hills")["yes"])


def test_all_cells_or_none_may_be_missing_and_no_other_share():
    assert simulate(base, 3, missing=0.0).notna().all(axis=None)
    assert simulate(base, 3, missing=1.0).isna().all(axis=None)
    for missing in (-0.001, 1.001):
        with pytest.raises(ValueError, match="share of cells left unknown"):
            simulate(base, 3, missing=missing)


def test_more_bins_than_rows_leave_no_bin_empty():
    frame = pd.DataFrame({"hills": ["yes", "no", "yes"], "back_pain": ["yes", "no", None]})
    assert calibration(base, frame, "back_pain", bins=10)["rows"].tolist() == [1, 1]
    assert log_score(base, frame, "back_pain") < 0


def test_a_table_is_cut_into_chunks_of_the_size_whatever_its_batches():
    batches = [pa.record_batch({"x": list(range(n))}) for n in (2, 4, 1, 5)]
    table = TableFile(batches[0].schema, 12, 1, batches)
    assert [len(chunk) for chunk in table.chunks(3)] == [3, 3, 3, 3]
    assert [len(chunk) for chunk in table.chunks(5)] == [5, 5, 2]


@pytest.mark.parametrize("n_more", [-1, 1])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, n_more):
    source = tmp_path / "runners.csv"
    source.write_text("hills\nyes\nno\n")
    real = score_files.open_table

    def another_length(path, sep):
        table = real(path, sep)
        return table._replace(n_rows=table.n_rows + n_more)

    monkeypatch.setattr(score_files, "open_table", another_length)
    with pytest.raises(ValueError, match=f"had {2 + n_more} rows and now has 2: it was changed"):
        score(source, tmp_path / "scored.csv", base)


def test_only_columns_that_are_kept_or_findings_are_allowed():
    frame = pd.DataFrame({"hills": ["yes"], "club": ["north"]})
    assert [*score_rows(base, frame, keep=["hills", "club"])][:2] == ["hills", "club"]
    assert "hills" not in score_rows(base, frame, keep=["club"])
    with pytest.raises(ValueError, match=r"Columns \['club'\]"):
        score_rows(base, frame, keep=["hills"])
