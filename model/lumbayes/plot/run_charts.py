"""Charts of many runs and many runners: runs over time, a diary's trajectory, calibration."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from . import vega
from .tables import (
    check_dates,
    check_figures,
    check_table,
    check_tables,
    check_text,
    check_titles,
)
from .theme import PERCENT, axis_end, colour_scale, styled

TRAJECTORY = ("contribution", "low", "high")  # the figures of a diary
PANEL, SQUARE = 240, 320  # pixels: the width of a panel, the side of the calibration chart


def trajectory(table: pd.DataFrame, causes: Mapping[str, str], title: str = "") -> alt.ConcatChart:
    """Draw how each cause's contribution changes as runs are added to a diary, one panel per cause.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `Diary.trajectory()`.
    causes : mapping of str to str
        The ids of the causes to draw, each with the label that its panel shows.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.ConcatChart
        Each panel has one line and a band from `low` to `high`, the credible interval. The line is
        the cause's contribution to the pain of a next run, if that run hurts, by what was known
        after each run. The x axis counts the runs so far, from 1. The y axis is in per cent: a
        contribution of 0.09 stands at 9 ("9 in 100").

    Raises
    ------
    TypeError
        If `table` is not a DataFrame, if `causes` is not a mapping, or if a figure to draw is not a
        number.
    ValueError
        If the table has no run, or lacks `contribution`, `low`, `high` or one of the causes.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import Diary, load, plot
    >>> frame = pd.DataFrame({"climb_m_per_km": [40, 2], "back_pain": ["yes", "no"]})
    >>> chart = plot.trajectory(Diary(load(), frame).trajectory(), {"hills": "Hills"})
    >>> chart.description
    'Hills: 9 in 100 after the first of 2 runs, 9 in 100 after all.'
    """
    check_table("trajectory", table, *TRAJECTORY)
    check_titles("trajectory", "causes", causes, table["contribution"])
    check_figures("trajectory", table, *((kind, cause) for cause in causes for kind in TRAJECTORY))
    specs = [vega.trajectory(table, cause, label) for cause, label in causes.items()]
    panels = [alt.LayerChart.from_dict(_unstyled(spec)).properties(width=PANEL) for spec in specs]
    description = " ".join(spec["description"] for spec in specs)
    return styled(alt.concat(*panels, columns=2), description, title)


def runs(
    frame: pd.DataFrame, pain: str, readings: Mapping[str, str], title: str = ""
) -> alt.VConcatChart:
    """Draw measured quantities of one runner's runs over time, coloured by whether the run hurt.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per run, with a column `date`, the column that `pain` names, and the columns of
        numbers to draw. `date` holds, in each row, a text such as "2026-03-01" or a datetime, whose
        time of day is not drawn.
    pain : str
        The name of the column with the outcome, "yes" or "no". Any other value, such as a missing
        one, is drawn as "Not said".
    readings : mapping of str to str
        The columns to draw, each with the title of its panel. A missing value has no mark; a column
        without any value has no panel.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.VConcatChart
        One panel per column, and in each panel one mark per run: "It hurt", "No pain" or "Not
        said".

    Raises
    ------
    TypeError
        If `frame` is not a DataFrame, if `readings` is not a mapping, if a column to draw holds
        anything but numbers and missing values, or if `date` holds a number.
    ValueError
        If a column is missing, if the frame has no row, or if `date` is missing in a row, holds a
        text that is no date, or writes dates in several forms.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> frame = pd.DataFrame({"date": ["2026-03-01"], "km": [5.0], "back_pain": ["no"]})
    >>> plot.runs(frame, "back_pain", {"km": "distance (km)"}).description
    '1 runs from 2026-03-01 to 2026-03-01. No pain: 1.'
    """
    check_text("runs", "pain", pain)
    check_table("runs", frame, "date", pain, name="frame")
    check_titles("runs", "readings", readings, frame)
    check_figures("runs", frame, *readings, name="frame")
    check_dates("runs", frame, "date", name="frame")
    spec = vega.runs(frame, pain, readings)
    return styled(alt.VConcatChart.from_dict(_unstyled(spec)), spec["description"], title)


def _unstyled(spec: vega.Spec) -> vega.Spec:
    """A specification without the parts that a concatenated chart states once."""
    return {key: value for key, value in spec.items() if key not in ("config", "description")}


def reliability(tables: Mapping[str, pd.DataFrame], title: str = "") -> alt.LayerChart:
    """Draw observed frequencies against predicted probabilities (a reliability diagram).

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        The keys are the names in the legend, the values results of `lumbayes.batch.calibration`.
        The columns `predicted` (x), `happened` (y), `low` and `high` (the ends of the vertical line
        through the dot, the interval of `happened`) are drawn.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One dot per bin, with the interval of its frequency. Dots of calibrated predictions lie on
        the dashed diagonal. Both axes end at 100%, or at the largest value drawn if that is 10% or
        less. The chart's description gives, for each table, the largest distance of a dot from the
        diagonal.

    Raises
    ------
    TypeError
        If `tables` is not a mapping of names to DataFrames, if it is empty, or if a column holds
        anything but numbers.
    ValueError
        If a column is missing, or if a table has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> table = pd.DataFrame({"predicted": [0.1, 0.6], "happened": [0.2, 0.55]})
    >>> plot.reliability({"the thread": table.assign(low=0.05, high=0.7)}).description
    'Farthest from coming true just as predicted: the thread 10%.'
    """
    check_tables("reliability", tables, "predicted", "happened", "low", "high")
    data = pd.concat(tables, names=["set"]).reset_index(level="set").round(4)
    end = axis_end(data[["predicted", "high"]].max().max())
    scale = alt.Scale(domain=[0, end])
    base = alt.Chart(data).encode(
        x=alt.X("predicted:Q", title="predicted", scale=scale, axis=PERCENT),
        color=colour_scale("set:N", [*tables]),
    )
    intervals = base.mark_rule().encode(y=alt.Y("low:Q", scale=scale, axis=PERCENT), y2="high:Q")
    dots = base.mark_point(filled=True, size=60).encode(
        y=alt.Y("happened:Q", title="came true", scale=scale)
    )
    ends = alt.Chart(pd.DataFrame({"predicted": [0, end], "happened": [0, end]}))
    dashed = ends.mark_line(color=vega.GREY, strokeWidth=1, strokeDash=[4, 4])
    diagonal = dashed.encode(x="predicted:Q", y="happened:Q")
    chart = (diagonal + intervals + dots).properties(width=SQUARE, height=SQUARE)
    farthest = {
        name: (table["happened"] - table["predicted"]).abs().max() for name, table in tables.items()
    }
    listed = vega.percentages(pd.Series(farthest))
    return styled(chart, f"Farthest from coming true just as predicted: {listed}.", title)
