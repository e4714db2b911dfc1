"""Tables of other libraries: whatever has an Arrow stream is a frame; all else is one sentence."""

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from shared import loaded

from lumbayes import Diary, fit, posteriors
from lumbayes.activities import run_findings
from lumbayes.batch import calibration, log_score, predict, score_rows, tidy_findings
from lumbayes.data.frames import as_frame

BASE = loaded()
FRAME = pd.DataFrame(
    {
        "hills": ["yes", None, "no", "yes"],
        "plank_seconds": [22.0, 90.0, None, 40.0],
        "back_pain": ["yes", "no", "yes", "no"],
    }
)


class Table:
    """A table as polars, DuckDB and others hand it on: as an Arrow stream and nothing else."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


def views(frame):
    """Text as polars sends it."""
    return arrow(frame).cast(
        pa.schema(
            [
                (name, pa.string_view() if pa.types.is_large_string(kind) else kind)
                for name, kind in zip(arrow(frame).schema.names, arrow(frame).schema.types)
            ]
        )
    )


def categories(frame):
    return arrow(frame.astype({"hills": "category", "back_pain": "category"}))


KINDS = {
    "arrow": arrow,
    "stream": lambda frame: Table(arrow(frame)),
    "chunks": lambda frame: Table(pa.concat_tables([arrow(frame[:2]), arrow(frame[2:])])),
    "views": lambda frame: Table(views(frame)),
    "categories": lambda frame: Table(categories(frame)),
}
FUNCTIONS = {
    "posteriors": lambda table: posteriors(BASE, table),
    "score_rows": lambda table: score_rows(BASE, table),
    "tidy_findings": lambda table: tidy_findings(BASE.variables, table),
    "tidy": lambda table: posteriors(BASE, table, tidy=True),
    "predict": lambda table: predict(BASE, table, "back_pain"),
    "calibration": lambda table: calibration(BASE, table, "back_pain", bins=2),
    "log_score": lambda table: log_score(BASE, table, "back_pain"),
    "fit": lambda table: fit(BASE, table, draws=4).frame,
    "diary": lambda table: repr(Diary(BASE, table)),
}
ONLY_STATES = ["fit", "diary"]  # quick


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name not in ONLY_STATES])
def test_a_table_of_another_library_is_as_the_pandas_frame(function, kind):
    ours, theirs = FUNCTIONS[function](FRAME), FUNCTIONS[function](KINDS[kind](FRAME))
    if isinstance(ours, float):
        assert ours == theirs
    else:
        assert_frame_equal(ours.astype(object), theirs.astype(object))


@pytest.mark.parametrize("function", ONLY_STATES)
def test_fits_and_diaries_take_other_tables(function):
    frame = FRAME[["hills"]]
    ours, theirs = FUNCTIONS[function](frame), FUNCTIONS[function](Table(arrow(frame)))
    assert str(ours) == str(theirs)


def test_columns_of_runs_are_taken_from_other_tables():
    runs = pd.DataFrame({"climb_m_per_km": [12.0], "km_per_week": [30.0], "km": [8.0]})
    assert run_findings(Table(arrow(runs))).columns.tolist() == ["climb_m_per_km", "km_per_week"]


class Older:
    """A table of a library that knows only its own way to pandas."""

    def __init__(self, frame):
        self._frame = frame

    def to_pandas(self):
        return self._frame


class Lazy:
    """A table that is yet to be computed, as a polars LazyFrame is."""

    def collect(self):
        return Older(FRAME)


def test_a_table_that_has_no_arrow_stream_is_taken_by_its_own_way_to_pandas():
    assert as_frame(Older(FRAME)) is FRAME and as_frame(FRAME) is FRAME


@pytest.mark.parametrize("odd", [Older([1]), Older(None)])
def test_what_becomes_no_frame_is_no_table(odd):
    with pytest.raises(TypeError, match=r"Found a Older; .*rows\)\.$"):
        as_frame(odd)


def test_of_a_table_to_be_computed_it_is_said_how():
    with pytest.raises(TypeError, match=r"Found a Lazy; .* Call its collect\(\) first\.$"):
        as_frame(Lazy())


@pytest.mark.parametrize(
    "odd", [[{"hills": "yes"}], {"hills": ["yes"]}, None, "hills", 3, FRAME["hills"]]
)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_no_table_gives_a_sentence(function, odd):
    kind = type(odd).__name__
    with pytest.raises(TypeError, match=f"Found a {kind}; give a pandas, polars or Arrow table"):
        FUNCTIONS[function](odd)
