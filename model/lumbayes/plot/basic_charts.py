"""Charts of plain series and tables: bars, bars to both sides of zero, dots and lines."""

from __future__ import annotations

from textwrap import wrap

import altair as alt
import numpy as np
import pandas as pd

from .tables import as_floats, check_numbers, check_series, check_text, melted, shown
from .theme import PERCENT, colour_scale, name_axis, probability_axis, styled
from .vega import (
    BLUE,
    COLOURS,
    CONTRIBUTION_TITLE,
    GREY,
    LETTER,
    ORANGE,
    ROW,
    WIDTH,
    percentages,
    rows_height,
)

DECIBANS = "decibans: ten of them make the odds tenfold"
LINE = 56  # letters of a name in one line
HEIGHT = 220  # pixels: a chart whose rows are no names


def bar_chart(probabilities: pd.Series, axis: str, title: str = "") -> alt.LayerChart:
    """Draw probabilities as horizontal bars, each with its value in per cent.

    Parameters
    ----------
    probabilities : pandas.Series
        Values from 0 to 1 (not checked), at least one. A NaN has no bar. The index names the rows.
    axis : str
        The title of the x axis.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One row per value, in the order of the series.

    Raises
    ------
    TypeError
        If `probabilities` is empty or holds anything but numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> shares = pd.Series({"the thread": 0.62, "a survey": 0.14})
    >>> plot.bar_chart(shares, axis="share of runners").description
    'share of runners: the thread 62%, a survey 14%.'
    """
    check_series("bar_chart", "probabilities", probabilities)
    data = pd.DataFrame({"name": probabilities.index, "p": probabilities.to_numpy()})
    base = alt.Chart(data).encode(
        y=name_axis("name:N", data["name"]), x=probability_axis("p:Q", axis)
    )
    words = base.mark_text(align="left", dx=5).encode(text=alt.Text("p:Q", format=".1%"))
    bars = base.mark_bar(size=ROW - 10, color=BLUE)
    chart = (bars + words).properties(width=WIDTH, height=rows_height(len(data)))
    return styled(chart, f"{axis}: {percentages(probabilities)}.", title)


def diverging_bars(values: pd.Series, title: str = "", axis: str = DECIBANS) -> alt.LayerChart:
    """Draw positive and negative values as bars to the right and left of zero.

    Parameters
    ----------
    values : pandas.Series
        The values, at least one, such as the column `shapley_db` (in decibans) of
        `lumbayes.explanation.claim_attribution(case, cause)`. A NaN has no bar. The index names the
        rows; a name may occur twice.
    title : str, optional
        The chart's title.
    axis : str, default "decibans: ten of them make the odds tenfold"
        The title of the x axis.

    Returns
    -------
    altair.LayerChart
        One row per value, in the order of the series: blue above 0, orange otherwise.

    Raises
    ------
    TypeError
        If `values` is empty or holds anything but numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> plot.diverging_bars(pd.Series({"A4-01": 1.2, "A2-03": -0.4})).description
    'decibans: ten of them make the odds tenfold: A4-01 +1.2, A2-03 -0.4.'
    """
    check_series("diverging_bars", "values", values)
    check_text("diverging_bars", "axis", axis)
    # a number before each name keeps two rows of one name apart; the axis does not show it
    names = [f"{number} {in_lines(str(name))}" for number, name in enumerate(values.index)]
    lengths = as_floats(values)
    directions = np.where(lengths > 0, "for", "against")
    data = pd.DataFrame({"name": names, "value": lengths, "direction": directions})
    without_number = "substring(datum.label, indexof(datum.label, ' ') + 1)"
    labels = alt.Axis(labelExpr=f"split({without_number}, '\\n')", labelLimit=0)
    row = ROW + LETTER * max(name.count("\n") for name in names)
    scale = alt.Scale(domain=["for", "against"], range=[BLUE, ORANGE])
    encoded = alt.Chart(data).encode(
        x=alt.X("value:Q", title=axis, axis=alt.Axis(tickCount=6)),
        y=alt.Y("name:N", sort=names, title=None, axis=labels),
        color=alt.Color("direction:N", scale=scale),
    )
    bars = encoded.mark_bar(size=ROW - 10)
    chart = (bars + zero_line()).properties(width=WIDTH, height=row * len(data))
    listed = ", ".join(f"{name} {shown(value, '{:+.1f}')}" for name, value in values.items())
    return styled(chart, f"{axis}: {listed}.", title)


def in_lines(name: str) -> str:
    """A long name broken into lines between its words; no letter of it is lost."""
    return "\n".join(wrap(name, LINE, break_long_words=False, break_on_hyphens=False))


def zero_line() -> alt.Chart:
    """A vertical rule at zero."""
    return alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=GREY, strokeWidth=1).encode(x="x:Q")


def dot_plot(
    table: pd.DataFrame, axis: str = CONTRIBUTION_TITLE, title: str = ""
) -> alt.LayerChart:
    """Draw a table of probabilities as dots: one row per name, one colour per column.

    Parameters
    ----------
    table : pandas.DataFrame
        Probabilities, in columns of numbers only. A NaN has no dot. The index names the rows. An
        example is the result of `lumbayes.explanation.contributions_by_reply(case)` without its
        last column, `apart`, which is no probability.
    axis : str, default "P(at work in this pain)"
        The title of the x axis. The default is what the charts call the contribution.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        One row per row of the table, in its order. The column `all`, if there is one, is drawn as
        grey ticks, every other column as dots of one colour.

    Raises
    ------
    TypeError
        If a column holds anything but numbers.
    ValueError
        If the table has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> table = pd.DataFrame({"all": [0.3], "Ada": [0.4]}, index=["Hills"])
    >>> plot.dot_plot(table).description
    'P(at work in this pain). all: Hills 30%; Ada: Hills 40%.'
    """
    check_numbers("dot_plot", table)
    data = melted(table, "name", "set")
    base = alt.Chart(data).encode(
        y=name_axis("name:N", table.index), x=probability_axis("p:Q", axis)
    )
    names = [str(name) for name in table if name != "all"]
    dots = base.transform_filter("datum.set != 'all'").mark_point(filled=True, size=60)
    coloured = dots.encode(
        color=colour_scale("set:N", names), yOffset=alt.YOffset("set:N", sort=names)
    )
    ticks = base.transform_filter("datum.set == 'all'").mark_tick(color=GREY, size=ROW, thickness=3)
    chart = (ticks + coloured).properties(width=WIDTH, height=rows_height(len(table)))
    listed = "; ".join(f"{name}: {percentages(table[name])}" for name in table)
    return styled(chart, f"{axis}. {listed}.", title)


def line_chart(table: pd.DataFrame, axis: str, title: str = "") -> alt.LayerChart:
    """Draw contributions as lines over an index from 0 to 1, one line per column.

    Parameters
    ----------
    table : pandas.DataFrame
        Contributions, in columns of numbers only. A NaN leaves a gap. The index is the x axis:
        numbers from 0 to 1 in rising order (not checked). An example has one row per value of
        `trust` and one column per cause, with the contributions of `case.blend(other, trust)`.
    axis : str
        The title of the x axis.
    title : str, optional
        The chart's title.

    Returns
    -------
    altair.LayerChart
        Each line has its name at its right end. The y axis is called "P(at work in this pain)",
        which is the contribution.

    Raises
    ------
    TypeError
        If a column holds anything but numbers.
    ValueError
        If the table has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import plot
    >>> table = pd.DataFrame({"Hills": [0.2, 0.1]}, index=[0.0, 1.0])
    >>> plot.line_chart(table, axis="trust in the literature").description
    'P(at work in this pain): from Hills 20% to Hills 10%.'
    """
    check_numbers("line_chart", table)
    data = melted(table, "x", "name").round(4)
    scale = alt.Scale(domain=[*table], range=[*COLOURS])
    colour = alt.Color("name:N", legend=None, scale=scale)
    y = alt.Y("p:Q", title=CONTRIBUTION_TITLE, axis=PERCENT)
    base = alt.Chart(data).encode(y=y, color=colour)
    # round ends make a point of a figure that has a gap on both sides
    curves = base.mark_line(strokeCap="round").encode(x=probability_axis("x:Q", axis))
    last = len(table) - 1 - table.notna().to_numpy()[::-1].argmax(axis=0)  # each line's last row
    distance = table.max().max() * LETTER / HEIGHT
    ends = [label_heights(table.iloc[row][last == row], distance) for row in {*last}]
    labels = alt.Chart(pd.concat(ends)).mark_text(align="left", dx=6)
    names = labels.encode(x="x:Q", y="p:Q", text="name:N", color=colour)
    chart = (curves + names).properties(width=WIDTH, height=HEIGHT)
    listed = f"from {percentages(table.iloc[0])} to {percentages(table.iloc[-1])}"
    return styled(chart, f"{CONTRIBUTION_TITLE}: {listed}.", title)


def label_heights(last: pd.Series, distance: float) -> pd.DataFrame:
    """Where to write each line's name: at its end, no two closer than `distance`."""
    ends = last.sort_values()
    taken = -np.inf
    heights = [taken := max(p, taken + distance) for p in ends]
    return pd.DataFrame({"name": ends.index, "p": heights, "x": [last.name] * len(ends)})
