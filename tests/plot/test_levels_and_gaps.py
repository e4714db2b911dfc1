"""Lines where a rival is level, planes of other steps, and what is missing or no number or date."""

import numpy as np
import pandas as pd
import pytest
from shared import loaded

from lumbayes import explain, plot, sensitivity
from lumbayes.sensitivity_analysis import one_way, two_way

ASKER = loaded().given(back_pain="yes")
PAIR = ("weak_core", "weak_core → muscle_strain")
STEPS = np.array([0, 0.5, 1])
PARAMETERS = pd.DataFrame({"value": 0.5, "low": 0.2, "high": 0.8}, index=["x", "y"])
TABLE = sensitivity(ASKER, "weak_core")


def plane(values):
    """A plane over y (down) and x (across)."""
    return pd.DataFrame(values, pd.Index(STEPS, name="y"), pd.Index(STEPS, name="x"))


def level(difference):
    """The pieces of the line that is drawn, and the description, if a rival is so far below."""
    chart = plot.two_way(plane(0.5 + 0 * STEPS + 0 * STEPS[:, None]), 0.5 - difference, PARAMETERS)
    (level,) = (
        part
        for part in chart.layer
        if {*part.encoding.to_dict()} == {"x", "y", "x2", "y2"} and part.mark.type == "rule"
    )
    return level.data, chart.description


ACROSS = 0 * STEPS[:, None] + (STEPS - 0.25) / 4  # 0 on the vertical x = 0.25


@pytest.mark.parametrize(
    ("difference", "names", "at"),
    [
        (ACROSS, ["x", "x2"], 0.25),
        (ACROSS.T, ["y", "y2"], 0.25),
        (ACROSS - 1 / 16, ["x", "x2"], 0.5),
        ((ACROSS - 1 / 16).T, ["y", "y2"], 0.5),
        (ACROSS - 3 / 16, ["x", "x2"], 1),
        (ACROSS.T + 1 / 16, ["y", "y2"], 0),
    ],
    ids=["vertical", "horizontal", "on a column", "on a row", "on the right", "below"],
)
def test_a_level_line_is_found_whichever_way_it_runs_and_on_a_step(difference, names, at):
    pieces, description = level(plane(difference))
    assert (pieces[names] == at).all(axis=None) and len(pieces), "all of it is drawn there"
    along = pieces.drop(columns=names).to_numpy()
    assert (along.min(), along.max()) == (0, 1), "from end to end"
    assert description.endswith(", and the line where a rival is level.")


def test_a_level_line_that_turns_back_is_drawn_on_both_sides():
    pieces, _ = level(plane(0 * STEPS + np.array([[0.1], [-0.1], [0.1]])))
    assert {*pieces.y, *pieces.y2} == {0.25, 0.75}


def test_a_rival_that_is_level_at_one_point_is_a_dot_and_missing_figures_have_no_line():
    touching = plane(STEPS + STEPS[:, None]) / 4
    pieces, _ = level(touching)
    assert pieces.to_numpy().tolist() == [[0, 0, 0, 0]]
    for missing in (touching.replace(0, np.nan), touching.astype("Float64").replace(0, pd.NA)):
        pieces, description = level(missing)
        assert pieces.empty and description.endswith(", with no line where a rival is level.")


def test_a_rival_with_further_steps_is_drawn_whatever_the_steps():
    core, hills = (two_way(ASKER, c, *PAIR, steps=n) for c, n in [("weak_core", 11), ("hills", 31)])
    assert plot.two_way(core, hills, TABLE).description
    assert one_way(ASKER, "hills", "hills", steps=11).index.isin(core.index).all()
    assert 0.3 in core.index, "a step is found by its short number"


def test_where_a_missing_value_would_put_another_cause_first_is_unknown():
    for missing in (np.nan, pd.NA):
        chart = plot.sensitivity_functions(TABLE.assign(flips_at=missing), n_rows=1)
        assert chart.description.endswith("at unknown."), "it was nan%"
        assert "nan%" not in chart.to_json()


def test_a_waterfall_reads_a_missing_object():
    table = explain(ASKER, "weak_core").astype({"shapley_db": object})
    table.loc["back_pain=yes", "shapley_db"] = pd.NA
    assert "back_pain=yes unknown" in plot.waterfall(table).description


YES = pd.DataFrame({"Ada": [True, False]}, index=[0.0, 1.0])
NUMBERS = "it must hold numbers, as pandas.to_numeric makes of texts."


@pytest.mark.parametrize("table", [YES, YES.astype("boolean")], ids=["bool", "boolean"])
def test_yes_and_no_are_no_numbers(table):
    for chart, draw in [("dot_plot", plot.dot_plot), ("line_chart", plot.line_chart)]:
        with pytest.raises(TypeError) as raised:
            draw(table, "share")
        assert str(raised.value) == f"{chart}: table['Ada'] holds True; {NUMBERS}"
    for draw in (plot.bar_chart, plot.diverging_bars):
        with pytest.raises(TypeError, match="it must be a pandas Series of numbers"):
            draw(table["Ada"], axis="share")


@pytest.mark.parametrize("text", ["10:30", "now", "10:30:00.1234", "10:30+0100", "10:30-0100"])
def test_a_text_without_a_year_is_no_date(text):
    frame = pd.DataFrame({"date": [text], "km": [5.0], "back_pain": ["no"]})
    with pytest.raises(ValueError, match="it must hold a date in every row") as raised:
        plot.runs(frame, "back_pain", {"km": "distance"})
    assert str(raised.value).startswith(f"runs: frame['date'] holds {text!r};")


@pytest.mark.parametrize("text", ["2026-03-01", "20260301", "2026-03-01T10:30", "1 March 2026"])
def test_a_text_with_a_year_is_a_date(text):
    frame = pd.DataFrame({"date": [text], "km": [5.0], "back_pain": ["no"]})
    assert plot.runs(frame, "back_pain", {"km": "distance"})
