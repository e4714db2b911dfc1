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
        The ids of the causes to draw, each with the title of its panel.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.ConcatChart
        In each panel, the line is the contribution of the cause to the pain of a next run, if that
        run hurts, given the runs so far. The band is its credible interval, from `low` to `high`.
        The x axis counts the runs so far, from 1. The y axis is in per cent.

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers.
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
        One row per run. It has a column `date`, with texts such as "2026-03-01" or datetimes, the
        column that `pain` names, and columns of numbers to draw.
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
        One panel per column of `readings`. Each has one mark per run, on its date: "It hurt", "No
        pain" or "Not said".

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers, or if `date` holds a number.
    ValueError
        If a column is missing, if the frame has no row, or if a row has no valid date.

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
        From the name in the legend to a result of `lumbayes.batch.calibration`. The columns drawn
        are `predicted` (x), `happened` (y), `low` and `high` (the interval of `happened`).
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One dot per bin, with a vertical line for the interval. Dots of calibrated predictions lie
        on the dashed diagonal. The chart's description gives the largest distance of a dot from the
        diagonal, for each table.

    Raises
    ------
    TypeError
        If `tables` is empty, or if a column to draw holds anything but numbers.
    ValueError
        If a column to draw is missing, or if a table has no row.

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
