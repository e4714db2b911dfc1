"""Tables as analysts have them: other words, decimal commas, separators; one report for all."""

import gzip
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from shared import loaded

from lumbayes import posteriors, score
from lumbayes.__main__ import main
from lumbayes.batch import score_rows, tidy_findings

BASE = loaded().given(back_pain="yes")
CLEAN = pd.DataFrame({"hills": ["yes", "no", None, "yes"], "plank_seconds": [22.5, 90, None, 120]})
MESSY = pd.DataFrame(
    {" Hills": ["Y", 0, "n/a", True], "plank seconds": ["22,5", " 90 ", "", "120"]}
)


def test_tidy_reads_what_people_write():
    assert_frame_equal(posteriors(BASE, MESSY, tidy=True), posteriors(BASE, CLEAN))
    scored = score_rows(BASE, MESSY.assign(id=range(4)), keep=["id"], tidy=True)
    assert_frame_equal(scored, score_rows(BASE, CLEAN.assign(id=range(4)), keep=["id"]))


def test_arrow_tables_are_frames_and_a_list_gives_a_sentence():
    table = pa.table({"hills": ["yes", "no"]})
    expected = posteriors(BASE, table.to_pandas())
    assert_frame_equal(posteriors(BASE, table), expected)
    assert len(score_rows(BASE, table)) == 2
    for odd in ([{"hills": "yes"}], {"hills": ["yes"]}, None, "hills"):
        with pytest.raises(TypeError, match="give a pandas, polars or Arrow table"):
            posteriors(BASE, odd)


WORDS = {
    "yes": ["yes", "YES", " Yes ", "y", "true", "T", True, 1, 1.0, "1", np.int64(1)],
    "no": ["no", "No", "n", "FALSE", False, 0, 0.0, "0", np.bool_(False)],
    None: ["", " ", "NA", "n/a", "null", "None", "-", "?", "unknown", None, np.nan, pd.NA],
}


@pytest.mark.parametrize("meaning", WORDS)
def test_words_for_yes_no_and_unknown(meaning):
    tidied = tidy_findings(BASE.variables, pd.DataFrame({"hills": WORDS[meaning]}))
    assert set(tidied.hills) == {meaning}


def test_a_state_comes_before_a_word_for_unknown():
    frame = pd.DataFrame({"severity": ["None", "Mild", "na"], "onset": ["Next day", "during", "?"]})
    tidied = tidy_findings(BASE.variables, frame)
    assert tidied.severity.tolist() == ["none", "mild", None]
    assert tidied.onset.tolist() == ["next_day", "during", None]


def test_tidy_guesses_nothing():
    """Thousands or decimals, a true for a number, a word that is none: these stay odd."""
    for column, value in (("plank_seconds", "1,200"), ("plank_seconds", True), ("hills", "maybe")):
        with pytest.raises(ValueError, match=f"column '{column}': found {value!r}"):
            posteriors(BASE, pd.DataFrame({column: [value]}), tidy=True)


def test_all_odd_cells_are_reported_at_once():
    frame = pd.DataFrame(
        {"hills": ["yes", "yess", "yess", "no"], "plank_seconds": [5, "long", 6000, 6000]}
    )
    with pytest.raises(ValueError) as raised:
        posteriors(BASE, frame)
    message = str(raised.value)
    assert message.startswith("Row 1, column 'hills': found 'yess'; allowed: no, yes.\n")
    assert "5 cells are not allowed:" in message
    assert "column 'hills': 'yess' 2 times; nearest: yes" in message
    assert "column 'plank_seconds': 6000 2 times; allowed: a number from 1 to 600 s" in message
    assert "column 'plank_seconds': 'long' 1 times" in message and "tidy=True" in message
    assert "lumbayes.batch.tidy_findings(case.variables, frame)" in message


def test_a_report_of_many_odd_values_is_cut():
    frame = pd.DataFrame({"hills": [f"odd {number}" for number in range(99)]})
    with pytest.raises(ValueError, match="and 79 more"):
        posteriors(BASE, frame)


def test_the_report_of_a_file_counts_all_its_rows_and_keeps_what_came_before(tmp_path):
    cells = ["yes"] * 4 + ["maybe", "no", "maybe", "Maybe"]
    (tmp_path / "in.csv").write_text("\n".join(["hills", *cells, ""]), encoding="utf-8")
    with pytest.raises(ValueError) as raised:
        score(tmp_path / "in.csv", tmp_path / "out.csv", BASE, chunk=2)
    message = str(raised.value)
    assert "in.csv: Row 6, column 'hills': found 'maybe'; allowed: no, yes." in message
    assert "3 cells are not allowed:" in message and "'maybe' 2 times" in message
    assert len(list((tmp_path / "out.csv.parts").glob("*.arrow"))) == 2


def test_rows_that_were_read_tidied_are_read_anew_where_that_is_not_asked_for(tmp_path):
    """What a first attempt keeps of them is no answer to the second."""
    (tmp_path / "in.csv").write_text("hills\nY\nmaybe\n", encoding="utf-8")
    for tidy, row in ((True, 3), (False, 2)):
        with pytest.raises(ValueError, match=f"Row {row}, column 'hills'"):
            score(tmp_path / "in.csv", tmp_path / "out.csv", BASE, chunk=1, tidy=tidy)


TEXT = "id;hills;plank_seconds\n1;yes;22,5\n2;no;90\n"
FILES = {
    "semicolons.csv": TEXT.encode(),
    "tabs.tsv": TEXT.replace(";", "\t").encode(),
    "packed.csv.gz": gzip.compress(TEXT.encode()),
    "utf16.csv": TEXT.encode("utf-16"),
    "marked.CSV": b"\xef\xbb\xbf" + TEXT.encode(),
    "bars.csv": TEXT.replace(";", "|").encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_files_with_other_separators_encodings_and_endings_are_scored(name, tmp_path):
    (tmp_path / name).write_bytes(FILES[name])
    options = {"sep": "|"} if name == "bars.csv" else {}
    target = tmp_path / "scored.PARQUET"
    assert score(tmp_path / name, target, BASE, keep=["id"], tidy=True, **options) == 2
    found = pd.read_parquet(target).set_index("id")
    clean = pd.DataFrame({"hills": ["yes", "no"], "plank_seconds": [22.5, 90]})
    expected = posteriors(BASE, clean)["contribution"]["hills"]
    assert found["hills:contribution"].tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["club.csv", "club.xlsx"])
def test_a_kept_text_that_looks_missing_is_kept_and_a_finding_of_it_is_odd(tmp_path, name):
    club = pd.DataFrame({"id": ["NA", "null"], "hills": ["yes", "no"]})
    (club.to_csv if name == "club.csv" else club.to_excel)(tmp_path / name, index=False)
    score(tmp_path / name, tmp_path / "out.parquet", BASE, keep=["id"])
    assert pd.read_parquet(tmp_path / "out.parquet")["id"].tolist() == ["NA", "null"]
    with pytest.raises(ValueError, match="Row 2, column 'hills': found 'NA'"):
        club = club.assign(hills=["NA", "no"])
        (club.to_csv if name == "club.csv" else club.to_excel)(tmp_path / name, index=False)
        score(tmp_path / name, tmp_path / "out.parquet", BASE, keep=["id"])


def test_without_openpyxl_a_workbook_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)  # as if it were not installed
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    needs = r"a\.xlsx: a workbook needs the package openpyxl: pip install 'lumbayes\[excel\]'"
    with pytest.raises(ValueError, match=needs):
        score(tmp_path / "a.xlsx", tmp_path / "b.csv", BASE)


def test_a_workbook_is_read_and_one_is_exported(tmp_path):

    club = CLEAN.assign(id=range(4))
    expected = score_rows(BASE, club, keep=["id"])
    club.to_excel(tmp_path / "in.xlsx", index=False)
    assert score(tmp_path / "in.xlsx", tmp_path / "out.parquet", BASE, keep=["id"]) == 4
    found = pd.read_parquet(tmp_path / "out.parquet")
    np.testing.assert_array_equal(found.drop(columns="id"), expected.drop(columns="id"))
    expected.to_excel(tmp_path / "scored.xlsx", index=False)
    assert_frame_equal(pd.read_excel(tmp_path / "scored.xlsx"), expected, check_exact=False)


def test_what_is_no_workbook_is_refused(tmp_path):

    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"broken\.xlsx: it is no workbook"):
        score(tmp_path / "broken.xlsx", tmp_path / "b.csv", BASE)


def test_the_command_takes_a_separator_and_tidy(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("hills\nY\nn/a\n", encoding="utf-8")
    command = ["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")]
    assert main(command) == 1 and "found 'Y'" in capsys.readouterr().err
    assert main([*command, "--tidy", "--sep", ","]) == 0
    assert len(pd.read_csv(tmp_path / "out.csv")) == 2
