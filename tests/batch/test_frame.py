"""Many runners at once: rows equal contributions(), the index kept, errors located."""

import sys

import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shared import loaded

from lumbayes import ImpossibleFindings, contributions, example, posteriors
from lumbayes.batch.columns import LIKELIHOOD
from lumbayes.data.variables import Measurement

EXACT, FEW = 1e-12, 8
POINT = ["present", "contribution"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
UNKNOWN = [None, float("nan"), "", pd.NA, pd.NaT]
base = loaded()
VARIABLES = base.variables
CAUSES = [c.name for c in VARIABLES.causes]


def one_by_one(case, figures=POINT, **options):
    """What contributions() says, laid out as a row of posteriors()."""
    table = contributions(case, **options)
    return np.concatenate([table.loc[CAUSES, figure] for figure in figures])


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=EXACT)


def refused(frame, message, case=base, kind=ValueError, **options):
    with pytest.raises(kind, match=message):
        posteriors(case, frame, **options)


@st.composite
def tables(draw, most=6):
    """Some runners, and the frame of their findings and likelihoods, with every kind of unknown."""
    runners = [
        draw(networks.runners(base.network, ["given", "given", "likelihood"]))
        for _ in range(draw(st.integers(1, most)))
    ]
    rows = []
    for runner in runners:
        row = dict(runner["given"])
        for name, ratio in runner["likelihood"].items():
            weights = ratio if isinstance(ratio, dict) else {"": ratio}
            row |= {
                f"{name}:{LIKELIHOOD}" + (f":{state}" if state else ""): w
                for state, w in weights.items()
            }
        rows.append(row)
    columns = draw(st.permutations(sorted({column for row in rows for column in row})))
    blank = st.sampled_from(UNKNOWN)
    cells = [[row[c] if c in row else draw(blank) for c in columns] for row in rows]
    return runners, pd.DataFrame(cells, columns=columns, dtype=object)


def case_of(case, runner):
    return case.given(**runner["given"]).likelihood(**runner["likelihood"])


@settings(max_examples=40, suppress_health_check=SLOW, phases=[Phase.generate])
@given(drawn=tables(), order=st.randoms(use_true_random=False))
def test_each_row_is_what_contributions_says_in_any_order(drawn, order):
    runners, frame = drawn
    cases = [case_of(base, runner) for runner in runners]
    if impossible := [i for i, case in enumerate(cases) if not case.probability]:
        refused(frame, f"^Row {impossible[0]}: ", kind=ImpossibleFindings)
        return
    found = posteriors(base, frame)
    close(found.to_numpy(), [one_by_one(case, draws=FEW) for case in cases])
    rows, columns = (order.sample([*axis], len(axis)) for axis in frame.axes)
    shuffled = posteriors(base, frame.loc[rows, columns])
    assert shuffled.index.tolist() == rows
    close(shuffled.loc[frame.index], found)


def test_the_columns_are_pairs_of_figure_and_cause():
    frame = pd.DataFrame({"hills": ["yes"]})
    found = posteriors(base, frame)
    assert found.columns.names == ["figure", "cause"]
    assert found.columns.tolist() == [(figure, cause) for figure in POINT for cause in CAUSES]
    wide = posteriors(base, frame, intervals=True)
    assert wide.columns.get_level_values("figure").unique().tolist() == [*POINT, "low", "high"]
    assert wide["low"].columns.tolist() == CAUSES


@pytest.mark.parametrize(
    "index",
    [
        [7, 7, 7],
        ["b", "a", "b"],
        [1.5, float("nan"), -2.0],
        pd.MultiIndex.from_tuples([("x", 1), ("x", 1), ("y", 2)], names=["club", "run"]),
        pd.date_range("2024-03-01", periods=3, tz="Europe/Vienna", name="day"),
        pd.Index(["p", "q", "r"], name="runner", dtype="category"),
    ],
)
def test_the_index_is_kept(index):
    frame = pd.DataFrame({"hills": ["no", "yes", None], "plank_seconds": [20, 30, 40]}, index=index)
    found = posteriors(base, frame)
    pd.testing.assert_index_equal(found.index, frame.index)
    close(found, posteriors(base, frame.reset_index(drop=True)))


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame(index=["a", "a"]),
        pd.DataFrame({"hills": []}),
        pd.DataFrame({"hills": [], "plank_seconds": []}, index=pd.Index([], name="runner")),
        pd.DataFrame({"hills": [None, ""], "sitting_hours": [float("nan")] * 2}),
    ],
)
def test_no_rows_no_columns_and_nothing_known(frame, intervals):
    case = base.given(back_pain="yes")
    found = posteriors(case, frame, intervals=intervals)
    pd.testing.assert_index_equal(found.index, frame.index)
    figures = [*POINT, *(["low", "high"] if intervals else [])]
    assert found.columns.get_level_values(0).unique().tolist() == figures
    close(found, np.tile(one_by_one(case, figures), (len(frame), 1)))


@pytest.mark.parametrize("blank", UNKNOWN)
@pytest.mark.parametrize(
    ("column", "value"),
    [("hills", "yes"), ("plank_seconds", 22), ("hills:likelihood", 4), ("heel_wear", "")],
)
def test_unknown_is_as_if_the_column_were_not_there(column, value, blank):
    frame = pd.DataFrame(
        {"worn_shoes": ["yes", "yes"], column: pd.Series([value, blank], dtype=object)}
    )
    found = posteriors(base, frame)
    close(found.iloc[1], one_by_one(base.given(worn_shoes="yes"), draws=FEW))
    assert (value == "") == found.iloc[0].equals(found.iloc[1])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["yes", None, "no"], dtype="category"),
        pd.Series(["yes", None, "no"], dtype="string"),
        pd.Series(["yes", pd.NA, "no"], dtype=object),
        pd.Series(["yes", "", "no"]),
    ],
)
def test_every_kind_of_column_of_states(column):
    found = posteriors(base, pd.DataFrame({"hills": column}))
    assert found["present", "hills"].tolist()[::2] == [1, 0]
    close(found.iloc[1], one_by_one(base, draws=FEW))


@pytest.mark.parametrize("kind", ["Int64", "Float32", "float64", object, "string"])
def test_every_kind_of_column_of_numbers(kind):
    column = pd.Series([22, None, 90]).astype("Int64").astype(kind)
    found = posteriors(base, pd.DataFrame({"plank_seconds": column}))
    for i, case in enumerate([base.given(plank_seconds=22), base, base.given(plank_seconds=90)]):
        close(found.iloc[i], one_by_one(case, draws=FEW))


def test_what_the_case_holds_is_known_of_every_row():
    case = base.given(back_pain="yes", plank_seconds=22).likelihood(hills=3).do(worn_shoes="no")
    frame = pd.DataFrame(
        {"hills": ["yes", None], "hills:likelihood": [2, 2], "climb_m_per_km": [None, 40]}
    )
    rows = [
        case.given(hills="yes").likelihood(hills=2),
        case.given(climb_m_per_km=40).likelihood(hills=2),
    ]
    close(posteriors(case, frame), [one_by_one(row, draws=FEW) for row in rows])
    assert (posteriors(case, frame)["present", "worn_shoes"] == 0).all()


def test_likelihoods_of_any_state():
    frame = pd.DataFrame(
        {
            "onset:likelihood:during": [4.0],
            "onset:likelihood:none": [0.5],
            "hills:likelihood:no": [5],
        }
    )
    case = base.likelihood(onset={"during": 4, "none": 0.5}, hills={"no": 5})
    close(posteriors(base, frame), [one_by_one(case, draws=FEW)])


def test_intervals_are_those_of_contributions():
    case = base.given(back_pain="yes")
    frame = pd.DataFrame(
        {"hills": ["yes", None, "yes"], "plank_seconds": [22, 80, 22]}, index=list("xyx")
    )
    found = posteriors(case, frame, intervals=True)
    rows = [case.given(hills="yes", plank_seconds=22), case.given(plank_seconds=80)]
    for i, j in [(0, 0), (1, 1), (2, 0)]:
        close(found.iloc[i], one_by_one(rows[j], [*POINT, "low", "high"]))


def test_equal_rows_are_computed_once(capsys):
    """The bar counts distinct rows: all unknowns are equal, a number in any notation too."""
    few = pd.DataFrame(
        {"hills": ["yes", None, "", "yes"], "plank_seconds": [22, "", float("nan"), 22.0]},
        dtype=object,
    )
    many = pd.concat([few] * 500, ignore_index=True)
    found = posteriors(base, many, progress=True)
    assert "| 2/2 " in capsys.readouterr().err
    assert found.drop_duplicates().shape == (2, 2 * len(CAUSES))
    close(found.iloc[-4:], posteriors(base, few))
    assert capsys.readouterr().err == ""


def test_more_rows_than_one_chunk(monkeypatch):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"plank_seconds": rng.uniform(10, 200, 300), "hills": rng.choice(["no", "yes"], 300)}
    )
    with monkeypatch.context() as small:
        small.setattr(sys.modules["lumbayes.batch.frame"], "CHUNK", 7)
        parts = posteriors(base, frame)
    close(parts, posteriors(base, frame))


BAD = [
    (
        {"hill": ["yes"]},
        r"^Column 'hill': Unknown variable 'hill'. Did you mean 'hills'\? Allowed: .*worn_shoes",
    ),
    ({3: ["yes"]}, "^Column '3': Unknown variable '3'"),
    ({"hills": ["yes", "maybe"]}, r"^Row 1, column 'hills': found 'maybe'; allowed: no, yes\."),
    ({"hills": ["Yes"]}, "^Row 0, column 'hills': found 'Yes'"),
    ({"hills": [True]}, "^Row 0, column 'hills': found .*True"),
    (
        {"heel_wear": ["inner", 3]},
        "^Row 1, column 'heel_wear': found 3; allowed: inner, even, outer",
    ),
    (
        {"plank_seconds": [22, "long"]},
        "^Row 1, column 'plank_seconds': found 'long'; allowed: a number from 1 to 600 s",
    ),
    ({"plank_seconds": [22, 6000]}, "^Row 1, column 'plank_seconds': found .*6000"),
    ({"plank_seconds": [float("inf")]}, "^Row 0, column 'plank_seconds': found .*inf"),
    (
        {"hills:likelihood": [3, 0]},
        "^Row 1, column 'hills:likelihood': found .*0.*; allowed: a ratio above 0",
    ),
    ({"hills:likelihood": [-3]}, "^Row 0, column 'hills:likelihood'"),
    ({"hills:likelihood": [float("inf")]}, "^Row 0, column 'hills:likelihood'"),
    (
        {"hills:believe": [0.2, 0]},
        "^Row 1, column 'hills:believe': found .*0.*; allowed: a probability above 0 and below 1",
    ),
    ({"hills:believe": [1.0]}, "^Row 0, column 'hills:believe': found .*1"),
    (
        {"onset:likelihood": [3]},
        r"^Column 'onset:likelihood': .*Allowed: cool_down, during.*onset:likelihood:state",
    ),
    (
        {"onset:likelihood:durin": [3]},
        r"^Column 'onset:likelihood:durin': Unknown state 'durin'. Did you mean 'during'\?",
    ),
    ({"onset:believe": [0.3]}, r"^Column 'onset:believe': .* Write onset:believe:state\.$"),
    (
        {"hills:likelyhood": [3]},
        r"^Column 'hills:likelyhood': Unknown kind of evidence 'likelyhood'. Did you mean "
        r"'likelihood'\? Allowed: believe, likelihood\.$",
    ),
    (
        {"plank_seconds:believe": [0.3]},
        "^Column 'plank_seconds:believe': .* is a number .*; write weak_core:believe[.]$",
    ),
    (
        {"hills:believe": [0.5, 0.9], "hills:believe:no": [0.5, 0.9]},
        "^Row 1, hills: found probabilities that add up to 1.8; those of all states add up to 1",
    ),
    (
        {"onset:believe:during": [0.4, 0.7], "onset:believe:next_day": [0.3, 0.6]},
        "^Row 1, onset: found probabilities that add up to 1.3",
    ),
    ({"plank:likelihood": [3]}, r"^Column 'plank:likelihood': Unknown variable 'plank'"),
]


@pytest.mark.parametrize(("data", "message"), BAD)
def test_errors_name_row_and_column(data, message):
    refused(pd.DataFrame(data), message)


@pytest.mark.parametrize(
    ("case", "data", "what"),
    [
        (base.given(plank_seconds=22), {"plank_seconds": [None, 100]}, "reading"),
        (base.likelihood(flat_feet=4), {"flat_feet:believe": [0.5]}, "likelihood"),
        (base.believe(flat_feet=0.8), {"flat_feet:believe": [0.5]}, "likelihood"),
    ],
)
def test_what_counts_once_is_held_by_the_case_or_by_the_rows(case, data, what):
    """A reading in both counted twice; a probability in the rows left the case's likelihood."""
    with pytest.raises(ValueError, match=f"the case holds a {what} of .* as well"):
        posteriors(case, pd.DataFrame(data))
    blank = {column: [None] for column in data}
    found = posteriors(case, pd.DataFrame(blank))["present"].iloc[0]
    assert found["weak_core"] == pytest.approx(case.posterior("weak_core")["yes"])


def test_a_row_is_named_by_its_label():
    refused(
        pd.DataFrame({"hills": ["no", "?"]}, index=["ann", "bob"]),
        "^Row 'bob', column 'hills': found '?'",
    )
    refused(pd.DataFrame({"hills": ["no", "?"]}, index=[7, 8]), "^Row 8, column 'hills'")
    pairs = pd.MultiIndex.from_tuples([("ann", "monday")])
    refused(
        pd.DataFrame({"hills": ["?"]}, index=pairs), r"^Row \('ann', 'monday'\), column 'hills'"
    )


def test_a_bad_row_among_many_is_found():
    frame = pd.DataFrame({"hills": ["yes"] * 99_999 + ["hm"]})
    refused(frame, "^Row 99999, column 'hills': found 'hm'")


IMPOSSIBLE = {
    "back_pain": ["yes", None, "no", "no"],
    "onset": ["during", "during", "during", "during"],
}


def test_findings_that_exclude_each_other_name_the_first_row():
    frame = pd.DataFrame(IMPOSSIBLE, index=list("abcd"))
    refused(frame, "^Row 'c': its findings exclude each other", kind=ImpossibleFindings)
    refused(frame.iloc[::-1], "^Row 'd': ", kind=ImpossibleFindings)
    refused(
        pd.concat([frame.iloc[:2]] * 40_000 + [frame.iloc[2:]]),
        "^Row 'c': ",
        kind=ImpossibleFindings,
    )


def test_findings_that_the_case_excludes_name_the_row():
    frame = pd.DataFrame({"hills": ["no", "yes", ""]})
    refused(frame, "^Row 1: ", case=base.given(hills="no"), kind=ImpossibleFindings)
    refused(frame, "^Row 1: ", case=base.do(hills="no"), kind=ImpossibleFindings)


def test_an_answer_a_runner_gave_stays_a_float_frame():
    story = example()
    frame = pd.DataFrame([story.findings] * 3)
    found = posteriors(base, frame)
    assert {kind.name for kind in found.dtypes} == {"float64"}
    assert not any(
        isinstance(v, Measurement) and v.name in found.columns for v in VARIABLES.values()
    )
    close(found.iloc[0], one_by_one(base.given(**story.findings), draws=FEW))


def test_the_first_bad_row_is_named_whatever_its_column():
    frame = pd.DataFrame({"hills": ["yes", "no", "maybe"], "weak_core": ["yes", "?", "no"]})
    refused(frame, r"^Row 1, column 'weak_core': found '\?'")


def test_findings_that_exclude_each_other_name_the_row_with_intervals_too():
    frame = pd.DataFrame(IMPOSSIBLE, index=list("abcd"))
    refused(frame, "^Row 'c': ", kind=ImpossibleFindings, intervals=True)


def test_a_repeated_column_is_an_error():
    refused(
        pd.DataFrame([["yes", "no"]], columns=["hills", "hills"]), "^Column 'hills': found 2 times"
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plank_seconds", True),
        ("hills:likelihood", True),
        ("hills:likelihoodyes", 3),
        ("hills:", "yes"),
        ("hills:likelihood:", 3),
    ],
)
def test_booleans_and_half_suffixes_are_errors(column, value):
    refused(pd.DataFrame({column: [value]}), f"column '{column}'|^Column '{column}'")


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [("plank_seconds", 6000.0, r"6000(\.0)?"), ("hills", True, "True"), ("hills", 3, "3")],
)
def test_a_message_on_one_cell_is_one_line_and_shows_a_plain_value(column, value, written):
    refused(
        pd.DataFrame({column: [value]}),
        rf"^Row 0, column '{column}': found {written}; allowed: [^\n]*$",
    )


@pytest.mark.filterwarnings("error")
def test_a_bad_state_is_found_without_what_pandas_will_take_away():
    refused(pd.DataFrame({"hills": ["maybe"]}), "found 'maybe'")
