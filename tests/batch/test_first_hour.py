"""A stranger's first hour with a messy table, at the command line and in Python, step by step."""

import gzip

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shared import loaded

from lumbayes import posteriors
from lumbayes.__main__ import main
from lumbayes.batch import score_rows, tidy_findings

# As a club's secretary exports it from a spreadsheet: semicolons, decimal commas, UTF-16, words.
EXPORT = """Runner No;Name;Back pain; Hills;Plank seconds;Km per week;Wet footprint;Comment
1;Ada;Yes;Y;22,5;40;Solid;hurts
2;Ben;no;n;95;30;normal;
3;Cléo;YES;maybe;120;35;flat;ask again
4;Dan;yes;;n/a;25 km;Low;
5;Eve;1;0;> 60;30;?;
;;;;;;;
"""
MENDED = (
    EXPORT.replace("maybe", "")
    .replace(";flat;", ";low;")
    .replace("25 km", "25")
    .replace("> 60", "")
)
KEPT = ["Runner No", "Name", "Comment"]
KEEP = [word for name in KEPT for word in ("--keep", name)]


@pytest.fixture
def walk(tmp_path, monkeypatch, capsys):
    """Call it with words of a command: the exit code, and what was printed without the bar."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LUMBAYES_PRIORS", raising=False)

    def command(*words):
        code = main([*words])
        out, error = capsys.readouterr()
        lines = [line.rpartition("\r")[2] for line in (out + error).split("\n")]
        return code, "\n".join(line for line in lines if "rows/s" not in line)

    (tmp_path / "runners.csv").write_bytes(EXPORT.encode("utf-16"))
    return command


def said(message, *parts):
    return [part for part in parts if part not in message] == []


def test_the_command_line_leads_from_the_export_to_the_results(walk, tmp_path):
    # 1. The first try names the columns that it cannot read and both ways out.
    code, message = walk("score", "runners.csv", "-o", "scored.csv")
    assert code == 1 and said(
        message,
        "runners.csv: Columns ['Runner No', 'Name', 'Back pain', ' Hills',",
        "With tidy=True (--tidy) are read: 'Back pain' as back_pain, ' Hills' as hills,",
        "To carry another column through, it must be named in keep (--keep 'Runner No').",
    )
    # 2. With --tidy what is left is no finding.
    code, message = walk("score", "runners.csv", "-o", "scored.csv", "--tidy")
    assert code == 1 and said(message, "Columns ['Runner No', 'Name', 'Comment']", "--keep")
    assert "are read:" not in message
    # 3. All odd cells at once, each with what is allowed; --tidy is on and not proposed again.
    code, message = walk("score", "runners.csv", "-o", "scored.csv", "--tidy", *KEEP)
    assert code == 1 and said(
        message,
        "runners.csv: Row 4, column 'hills': found 'maybe'; allowed: no, yes.",
        "4 cells are not allowed:",
        "column 'plank_seconds': '> 60' 1 times; allowed: a number from 1 to 600 s",
        "column 'km_per_week': '25 km' 1 times; allowed: a number from 0 to 300 km",
        "column 'wet_footprint': 'flat' 1 times; allowed: normal, low, solid",
        "correct the row and start again",
    )
    assert "tidy=True" not in message and not (tmp_path / "scored.csv").exists()
    # 4. Once these four cells are mended every row is scored, the empty one as unknown.
    (tmp_path / "runners.csv").write_bytes(MENDED.encode("utf-16"))
    code, message = walk("score", "runners.csv", "-o", "scored.csv", "--tidy", *KEEP)
    assert code == 0 and said(
        message,
        "6 runners scored into scored.csv.",
        "1 of 6 rows do not say whether there is back_pain",
    )
    scored = pd.read_csv(tmp_path / "scored.csv", dtype={"Runner No": str}, keep_default_na=False)
    assert scored["Name"].tolist() == ["Ada", "Ben", "Cléo", "Dan", "Eve", ""]
    clean = pd.DataFrame(
        {
            "back_pain": ["yes", "no", "yes", "yes", "yes", None],
            "hills": ["yes", "no", None, None, "no", None],
            "plank_seconds": [22.5, 95, 120, None, None, None],
            "km_per_week": [40, 30, 35, 25, 30, None],
            "wet_footprint": ["solid", "normal", "low", "low", None, None],
        }
    )
    expected = posteriors(loaded(), clean)["contribution"]["hills"]
    assert scored["hills:contribution"].tolist() == pytest.approx(expected.tolist())
    assert list(tmp_path.glob("*.parts")) == []


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("Runners.CSV", MENDED.encode("utf-8-sig"), []),
        ("runners.csv.gz", gzip.compress(MENDED.encode()), []),
        ("runners.tsv", MENDED.replace(";", "\t").encode(), []),
        ("runners.csv", MENDED.replace(";", "|").encode(), ["--sep", "|"]),
    ],
)
def test_other_ways_to_save_it_give_the_same_results(walk, tmp_path, name, content, options):
    results = []
    for source, data, more in (
        ("runners.csv", MENDED.encode("utf-16"), []),
        (name, content, options),
    ):
        (tmp_path / source).write_bytes(data)
        code, _ = walk("score", source, "-o", "scored.parquet", "--tidy", *KEEP, *more)
        assert code == 0
        results.append(pd.read_parquet(tmp_path / "scored.parquet"))
    assert_frame_equal(*results)


@pytest.mark.parametrize(
    ("content", "options", "parts"),
    [
        (MENDED.encode("latin-1"), [], ["runners.csv", "neither UTF-8 nor UTF-16", "save it as"]),
        (MENDED.encode(), ["--sep", ","], ["row 2 has 2 cells and the first row 1", "--sep"]),
        (b"", [], ["runners.csv", "empty"]),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(
    walk, tmp_path, content, options, parts
):
    (tmp_path / "runners.csv").write_bytes(content)
    code, message = walk("score", "runners.csv", "-o", "scored.csv", "--tidy", *KEEP, *options)
    assert code == 1 and said(message.casefold(), *map(str.casefold, parts)), message


def test_python_reads_the_same_table_by_the_same_rules(tmp_path):
    (tmp_path / "runners.csv").write_bytes(EXPORT.encode("utf-16"))
    frame = pd.read_csv(tmp_path / "runners.csv", sep=";", encoding="utf-16", dtype=str)
    base = loaded()
    with pytest.raises(ValueError, match="Column 'Runner No': Unknown variable 'Runner No'"):
        posteriors(base, frame)
    findings = frame.drop(columns=KEPT)
    with pytest.raises(ValueError, match=r"Column 'Back pain'.*Did you mean 'back_pain'"):
        posteriors(base, findings)
    with pytest.raises(ValueError, match="4 cells are not allowed") as raised:
        posteriors(base, findings, tidy=True)
    assert "tidy=True" not in str(raised.value)
    findings = findings.replace({"maybe": None, "> 60": None, "25 km": "25", "flat": "low"})
    result = posteriors(base, findings, tidy=True)
    tidied = tidy_findings(base.variables, findings)
    assert tidied.columns.tolist() == [
        "back_pain", "hills", "plank_seconds", "km_per_week", "wet_footprint",
    ]  # fmt: skip
    assert_frame_equal(result, posteriors(base, tidied))
    assert result.notna().all(axis=None) and len(result) == 6


def test_a_hint_at_tidy_stands_where_it_helps():
    """Before tidying, and only if a cell would then be read."""
    base = loaded()
    with pytest.raises(ValueError, match="With tidy=True"):
        posteriors(base, pd.DataFrame({"hills": ["Y", "maybe"]}))
    with pytest.raises(ValueError) as raised:
        posteriors(base, pd.DataFrame({"hills": ["Y", "maybe", "perhaps"]}), tidy=True)
    assert "tidy=True" not in str(raised.value)


def test_where_tidy_reads_all_columns_none_need_be_carried_through():
    base, columns = loaded(), {"Hills": ["yes"], "Weak core": ["no"]}
    tidy = "With tidy=True (--tidy) are read: 'Hills' as hills, 'Weak core' as weak_core."
    with pytest.raises(ValueError) as raised:
        score_rows(base, pd.DataFrame(columns))
    assert str(raised.value).endswith(tidy)
    with pytest.raises(ValueError) as raised:
        score_rows(base, pd.DataFrame(columns | {"club": ["north"]}))
    assert said(str(raised.value), "Unknown variable 'club'", tidy, "(--keep 'club')")
    with pytest.raises(ValueError) as raised:
        score_rows(base, pd.DataFrame({"club": ["north"]}))
    assert "tidy=True" not in str(raised.value)
