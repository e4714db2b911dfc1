"""Charts of what a pain is attributed to: contributions, sets of them compared, a waterfall.

Each row is named by the table's index: `table.rename(index=label)` shows labels instead of ids.
`chart.to_dict()` is the chart's Vega-Lite specification.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from .basic_charts import DECIBANS, zero_line
from .tables import (
    as_floats,
    check_figures,
    check_rows,
    check_table,
    check_tables,
    check_text,
    named,
    shown,
)
from .theme import axis_end, colour_scale, name_axis, probability_axis, styled
from .vega import (
    BLUE,
    CONTRIBUTION_TITLE,
    FAINT,
    GREY,
    ORANGE,
    ROW,
    WASH,
    WIDTH,
    percentages,
    rows_height,
)

INTERVAL_NOTE = "line: nine tenths of what the priors allow"


def contributions(table: pd.DataFrame, title: str = "") -> alt.LayerChart:
    """Draw the contribution of each cause as a bar with a dot and its credible interval.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `lumbayes.contributions(case)`, or some of its rows. Three columns are drawn:
        `contribution` (bar and dot), `low` and `high` (the ends of the line). A NaN is not drawn.
        The index names the rows: `table.rename(index=labels)` shows labels instead of ids.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One row per cause, in the order of the table. The x axis is called "P(at work in this
        pain)", which is the contribution.

    Raises
    ------
    TypeError
        If a column to draw holds anything but numbers.
    ValueError
        If a column to draw is missing, or if the table has no row.

    Examples
    --------
    >>> from lumbayes import contributions, load, plot
    >>> table = contributions(load().given(back_pain="yes"))
    >>> plot.contributions(table.head(2)).description
    'P(at work in this pain): muscle_strain 54%, unexplained 35%.'
    """
    check_figures("contributions", table, "contribution", "low", "high")
    data = named(table, "contribution", "low", "high")
    base = alt.Chart(data).encode(y=name_axis("name:N", data["name"]))
    bars = base.mark_bar(size=ROW - 8, color=WASH).encode(
        x=probability_axis("contribution:Q", f"{CONTRIBUTION_TITLE}; {INTERVAL_NOTE}")
    )
    intervals = base.mark_rule(color=BLUE).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(color=BLUE, filled=True, size=60).encode(x="contribution:Q")
    chart = (bars + intervals + dots).properties(width=WIDTH, height=rows_height(len(data)))
    return styled(chart, f"{CONTRIBUTION_TITLE}: {percentages(table['contribution'])}.", title)


def comparison(
    tables: Mapping[str, pd.DataFrame],
    column: str = "contribution",
    title: str = "",
    axis: str = CONTRIBUTION_TITLE,
) -> alt.LayerChart:
    """Compare one column of several tables, with intervals: one row per name, one dot per table.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        From the name in the legend to a table, such as a result of `lumbayes.contributions`. Each
        table has `low`, `high` and the column to compare; its index names the rows. The chart has
        the rows of the first table, which every other table must have too.
    column : str, default "contribution"
        The column to compare: a probability, or a difference of probabilities.
    title : str, optional
        The chart's title.
    axis : str, default "P(at work in this pain)"
        The title of the x axis. The default is what the charts call the contribution.

    Returns
    -------
    altair.LayerChart
        One row per row of the first table, in its order. Each table has one colour. A dot is hollow
        if the column `basis` of its table (as in `explanation.compare_links`) holds "judgement".
        The x axis fits probabilities or, if a `low` is below 0, differences.

    Raises
    ------
    TypeError
        If `tables` is empty, or if a column to draw holds anything but numbers.
    ValueError
        If a table has no row, or lacks a column or a row of the first table.

    Examples
    --------
    >>> from lumbayes import contributions, load, plot
    >>> pain = load().given(back_pain="yes")
    >>> hilly = contributions(pain.given(hills="yes")).loc[["hills"]]
    >>> plot.comparison({"hilly": hilly, "before": contributions(pain)}).description
    'P(at work in this pain). hilly: hills 28%; before: hills 7%.'
    """
    check_text("comparison", "column", column)
    check_tables("comparison", tables, column, "low", "high")
    check_rows("comparison", tables)
    names = [*next(iter(tables.values())).index]
    columns = [*dict.fromkeys([column, "low", "high", "basis"])]
    parts = [
        named(table.loc[names].reindex(columns=columns), *columns).assign(set=name)
        for name, table in tables.items()
    ]
    data = pd.concat(parts)[["name", "set", *columns]]
    base = alt.Chart(data).encode(
        y=name_axis("name:N", names), yOffset=alt.YOffset("set:N", sort=[*tables])
    )
    colour = colour_scale("set:N", [*tables])
    x = probability_axis(f"{column}:Q", axis)
    if (end := axis_end(data["high"].max())) < 1:
        scale = alt.Scale(domain=[0, end])
        x = alt.X(f"{column}:Q", title=axis, scale=scale, axis=alt.Axis(format=".1%", tickCount=5))
    if data["low"].min() < 0:
        x = alt.X(f"{column}:Q", title=axis, axis=alt.Axis(format="+.0%", tickCount=5))
    bands = base.mark_line(color=FAINT, strokeWidth=6).encode(x=x, detail="name:N")
    intervals = base.mark_rule().encode(x="low:Q", x2="high:Q", color=colour)
    fill = alt.condition("datum.basis == 'judgement'", alt.value("white"), colour)
    dots = base.mark_point(size=50, strokeWidth=2).encode(x=f"{column}:Q", stroke=colour, fill=fill)
    height = rows_height(len(names)) * 3 // 2
    chart = (bands + intervals + dots).properties(width=WIDTH, height=height)
    listed = "; ".join(
        f"{name}: {percentages(table.loc[names, column])}" for name, table in tables.items()
    )
    return styled(chart, f"{axis}. {listed}.", title)


def waterfall(table: pd.DataFrame, column: str = "shapley_db", title: str = "") -> alt.LayerChart:
    """Draw how each piece of evidence moves the log-odds of a contribution from prior to total.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `lumbayes.explain`, with or without `against`: the row `prior`, one row per
        piece of evidence, and the row `total`, in decibans.
    column : str, default "shapley_db"
        The column to draw, "shapley_db" or "sequential_db".
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One row per row of the table, in its order. The bars of `prior` and `total` start at 0, each
        other bar where the bar above it ends. Beside the bar stands the text in `says`, such as
        "rules it out", or else the number. An infinite number has no bar; if `says` is empty, it
        is shown as "certain" or "ruled out".

    Raises
    ------
    TypeError
        If `column` holds anything but numbers.
    ValueError
        If `column` or the column `says` is missing, or if the table has no row.

    Examples
    --------
    >>> from lumbayes import explain, load, plot
    >>> table = explain(load().given(back_pain="yes"), "weak_core")
    >>> plot.waterfall(table).description
    'Steps in decibans: prior -25.6, back_pain=yes +15.6, total -9.9.'
    """
    check_text("waterfall", "column", column)
    check_table("waterfall", table, column, "says")
    check_figures("waterfall", table, column)
    data = table[[column, "says"]].set_axis(["step", "says"], axis=1)
    data = data.rename_axis("name").reset_index().assign(step=as_floats(table[column]))
    steps = data["step"].where(np.isfinite(data["step"]), 0)
    data["to"] = [*steps[:-1].cumsum(), steps.iloc[-1]]
    data["from"] = [0, *data["to"][:-2], 0]
    signs = np.where(steps[1:-1] > 0, "for", "against")
    data["direction"] = ["start and end", *signs, "start and end"]
    rows = zip(data["says"], data["step"], strict=True)
    data["shown"] = [says or _decibans(step) for says, step in rows]
    data["right"] = data[["from", "to"]].max(axis=1)
    data["from"] = data["from"].where(data["step"].notna())
    data = data.drop(columns="step")
    base = alt.Chart(data).encode(y=name_axis("name:N", data["name"]))
    scale = alt.Scale(domain=["for", "against", "start and end"], range=[BLUE, ORANGE, GREY])
    bars = base.mark_bar(size=ROW - 10).encode(
        x=alt.X("from:Q", title=DECIBANS), x2="to:Q", color=alt.Color("direction:N", scale=scale)
    )
    words = base.mark_text(align="left", dx=5).encode(x="right:Q", text="shown:N")
    chart = (bars + words + zero_line()).properties(width=WIDTH, height=rows_height(len(data)))
    listed = ", ".join(
        f"{name} {text}" for name, text in zip(data["name"], data["shown"], strict=True)
    )
    return styled(chart, f"Steps in decibans: {listed}.", title)


def _decibans(step: float) -> str:
    """A step in figures or, where it is infinite or missing, in words."""
    if not np.isinf(step):
        return shown(step, "{:+.1f}")
    return "certain" if step > 0 else "ruled out"
