"""Rows that state the pain and rows that do not, in one table: one sentence says so."""

import warnings

import pandas as pd
import pytest
from shared import loaded

from lumbayes import posteriors, score
from lumbayes.__main__ import main
from lumbayes.batch import score_rows

BASE = loaded()
MIXED = pd.DataFrame({"hills": ["yes", "no", "yes"], "back_pain": ["yes", None, ""]})
SENTENCE = (
    r"^2 of 3 rows do not say whether there is back_pain.*not to be compared.*"
    r"given\(back_pain='yes'\)"
)
COMPARABLE = {
    "all state it": (BASE, MIXED.assign(back_pain=["yes", "no", "yes"])),
    "none states it": (BASE, MIXED.assign(back_pain=None)),
    "no column": (BASE, MIXED[["hills"]]),
    "the case states it": (BASE.given(back_pain="yes"), MIXED),
    "it is held": (BASE.do(back_pain="yes"), MIXED),
    "a trait states it": (BASE, MIXED.assign(onset=[None, "during", "next_day"])),
    "the case states a trait": (BASE.given(severity="mild"), MIXED),
    "no row": (BASE, MIXED[:0]),
}


@pytest.mark.parametrize("function", [posteriors, score_rows])
def test_rows_with_and_without_a_stated_pain_are_said_not_to_compare(function):
    with pytest.warns(UserWarning, match=SENTENCE):
        function(BASE, MIXED)


def test_of_equal_rows_each_is_counted():
    with pytest.warns(UserWarning, match=r"^200 of 300 rows do not say"):
        posteriors(BASE, pd.concat([MIXED] * 100))


def test_a_word_for_unknown_states_nothing():
    with pytest.warns(UserWarning, match=SENTENCE):
        posteriors(BASE, MIXED.assign(back_pain=["Y", "n/a", "?"]), tidy=True)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", COMPARABLE)
def test_rows_that_compare_give_no_warning(kind):
    posteriors(*COMPARABLE[kind])


def test_figures_do_not_depend_on_the_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mixed = posteriors(BASE, MIXED)
    alone = posteriors(BASE, MIXED[1:])
    pd.testing.assert_frame_equal(mixed[1:], alone)


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_file_is_counted_as_a_whole_once(tmp_path, chunk):
    MIXED.to_csv(tmp_path / "in.csv", index=False)
    with pytest.warns(UserWarning) as noted:
        score(tmp_path / "in.csv", tmp_path / "out.csv", BASE, chunk=chunk)
    assert [str(warning.message)[:16] for warning in noted] == ["2 of 3 rows do n"]
    assert noted[0].filename == __file__


def test_chunks_that_were_computed_before_count_too(tmp_path):
    MIXED.assign(hills=["yes", "no", "maybe"]).to_csv(tmp_path / "in.csv", index=False)
    with pytest.raises(ValueError, match="maybe"):
        score(tmp_path / "in.csv", tmp_path / "out.csv", BASE, chunk=1)
    MIXED.to_csv(tmp_path / "in.csv", index=False)
    with pytest.warns(UserWarning, match=SENTENCE):
        score(tmp_path / "in.csv", tmp_path / "out.csv", BASE, chunk=1)


def test_the_command_prints_the_sentence_alone(tmp_path, capsys):
    MIXED.to_csv(tmp_path / "in.csv", index=False)
    assert main(["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("2 of 3 rows do not say") for line in lines)
    assert not any("UserWarning" in line for line in lines)
