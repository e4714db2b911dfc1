"""Figures to look at rather than to read: the tables of the front door in, altair charts out, for
notebook and page.

Every row is called what the table's index calls it: `table.rename(index=label)` shows people's
names in place of ids. All are values: `chart.to_dict()` is the same chart as a Vega-Lite
specification.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from .theme import colours, finished, rows, share
from .vega import BLUE, FAINT, GREY, ORANGE, ROW, WASH, WIDTH, listed, tall

AT_WORK, DECIBANS = "P(at work in this pain)", "decibans: ten of them make the odds tenfold"
FROM_PRIORS = "line: nine tenths of what the priors allow"


def at_work(table: pd.DataFrame, title: str = "") -> alt.LayerChart:
    """Bars with ranges, from `contributions(case)`: how likely each cause is at work, and how far
    off that may be.
    """
    data = table.rename_axis("name").reset_index()[["name", "contribution", "low", "high"]]
    base = alt.Chart(data).encode(y=rows("name:N", data["name"]))
    bars = base.mark_bar(size=ROW - 8, color=WASH).encode(
        x=share("contribution:Q", f"{AT_WORK}; {FROM_PRIORS}")
    )
    reach = base.mark_rule(color=BLUE).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(color=BLUE, filled=True, size=60).encode(x="contribution:Q")
    chart = (bars + reach + dots).properties(width=WIDTH, height=tall(len(data)))
    return finished(chart, f"{AT_WORK}: {listed(table['contribution'])}.", title)


def beside(
    sets: Mapping[str, pd.DataFrame],
    figure: str = "contribution",
    title: str = "",
    axis: str = AT_WORK,
) -> alt.LayerChart:
    """Tables side by side, a row a name: the thread against the literature, or before and after an
    answer.

    Each table has the columns `figure`, `low` and `high`; where one has `basis`, what is a
    judgement is hollow. Rows stand in the order of the first table; a grey band joins what the sets
    say of one name.
    """
    names = [*next(iter(sets.values())).index]
    told = [
        table.loc[names].rename_axis("name").reset_index().assign(set=name)
        for name, table in sets.items()
    ]
    data = pd.concat(told).reindex(columns=["name", "set", figure, "low", "high", "basis"])
    base = alt.Chart(data).encode(
        y=rows("name:N", names), yOffset=alt.YOffset("set:N", sort=[*sets])
    )
    tint, x = colours("set:N", [*sets]), share(f"{figure}:Q", axis)
    if data["low"].min() < 0:
        x = alt.X(f"{figure}:Q", title=axis, axis=alt.Axis(format="+.0%", tickCount=5))
    joined = base.mark_line(color=FAINT, strokeWidth=6).encode(x=x, detail="name:N")
    reach = base.mark_rule().encode(x="low:Q", x2="high:Q", color=tint)
    hollow = alt.condition("datum.basis == 'judgement'", alt.value("white"), tint)
    dots = base.mark_point(size=50, strokeWidth=2).encode(x=f"{figure}:Q", stroke=tint, fill=hollow)
    chart = (joined + reach + dots).properties(width=WIDTH, height=tall(len(names)) * 3 // 2)
    says = "; ".join(f"{name}: {listed(table.loc[names, figure])}" for name, table in sets.items())
    return finished(chart, f"{axis}. {says}.", title)


def waterfall(table: pd.DataFrame, column: str = "shapley_db", title: str = "") -> alt.LayerChart:
    """From `explain(case, cause)`: each finding's step in decibans from where the last one ended,
    prior to total.

    What settles a cause or rules it out is no step of any size: it stands as words in its row.
    """
    data = (
        table[[column, "says"]].set_axis(["step", "says"], axis=1).rename_axis("name").reset_index()
    )
    steps = data["step"].where(np.isfinite(data["step"]), 0)
    data["to"] = [*steps[:-1].cumsum(), steps.iloc[-1]]
    data["from"] = [0, *data["to"][:-2], 0]
    data["way"] = ["start and end", *np.where(steps[1:-1] > 0, "for", "against"), "start and end"]
    data["shown"] = [
        says or _decibans(step) for says, step in zip(data["says"], data["step"], strict=True)
    ]
    data["beside"] = data[["from", "to"]].max(axis=1)
    data = data.drop(columns="step")
    base = alt.Chart(data).encode(y=rows("name:N", data["name"]))
    tint = alt.Color(
        "way:N",
        scale=alt.Scale(domain=["for", "against", "start and end"], range=[BLUE, ORANGE, GREY]),
    )
    bars = base.mark_bar(size=ROW - 10).encode(
        x=alt.X("from:Q", title=DECIBANS), x2="to:Q", color=tint
    )
    words = base.mark_text(align="left", dx=5).encode(x="beside:Q", text="shown:N")
    chart = (bars + words + _even()).properties(width=WIDTH, height=tall(len(data)))
    told = ", ".join(
        f"{name} {shown}" for name, shown in zip(data["name"], data["shown"], strict=True)
    )
    return finished(chart, f"Steps in decibans: {told}.", title)


def _decibans(step: float) -> str:
    """A step in figures, or, where it is beyond all figures, in words."""
    return f"{step:+.1f}" if np.isfinite(step) else "certain" if step > 0 else "ruled out"


def bars(figures: pd.Series, axis: str, title: str = "") -> alt.LayerChart:
    """Shares as bars, from nothing to all, each with its figure: named by the series' index, in its
    order.
    """
    data = pd.DataFrame({"name": figures.index, "p": figures.to_numpy()})
    base = alt.Chart(data).encode(y=rows("name:N", data["name"]), x=share("p:Q", axis))
    words = base.mark_text(align="left", dx=5).encode(text=alt.Text("p:Q", format=".1%"))
    chart = (base.mark_bar(size=ROW - 10, color=BLUE) + words).properties(
        width=WIDTH, height=tall(len(data))
    )
    return finished(chart, f"{axis}: {listed(figures)}.", title)


def pulls(figures: pd.Series, title: str = "", axis: str = DECIBANS) -> alt.LayerChart:
    """Bars to both sides of nought, as on a `receipt`: what speaks for, to the right, and against,
    to the left.
    """
    names = [
        f"{place} {name}" for place, name in enumerate(figures.index)
    ]  # so that two of one name keep two rows
    data = pd.DataFrame(
        {"name": names, "pull": figures.to_numpy(), "way": np.where(figures > 0, "for", "against")}
    )
    called = alt.Axis(
        labelExpr="substring(datum.label, indexof(datum.label, ' ') + 1)", labelLimit=380
    )
    y = alt.Y("name:N", sort=names, title=None, axis=called)
    tint = alt.Color("way:N", scale=alt.Scale(domain=["for", "against"], range=[BLUE, ORANGE]))
    x = alt.X("pull:Q", title=axis, axis=alt.Axis(tickCount=6))
    bars = alt.Chart(data).mark_bar(size=ROW - 10).encode(x=x, y=y, color=tint)
    told = ", ".join(f"{name} {value:+.1f}" for name, value in figures.items())
    return finished(
        (bars + _even()).properties(width=WIDTH, height=tall(len(data))), f"{axis}: {told}.", title
    )


def dots(table: pd.DataFrame, axis: str = AT_WORK, title: str = "") -> alt.LayerChart:
    """One dot a column in each row, as from `by_answer(case)`; the column `all`, where there is
    one, is a line.
    """
    data = table.rename_axis("name").reset_index().melt("name", var_name="set", value_name="p")
    base = alt.Chart(data).encode(y=rows("name:N", table.index), x=share("p:Q", axis))
    names = [str(name) for name in table if name != "all"]
    tints = {"color": colours("set:N", names), "yOffset": alt.YOffset("set:N", sort=names)}
    each = (
        base.transform_filter("datum.set != 'all'").mark_point(filled=True, size=60).encode(**tints)
    )
    everyone = base.transform_filter("datum.set == 'all'").mark_tick(
        color=GREY, size=ROW, thickness=3
    )
    says = "; ".join(f"{name}: {listed(table[name])}" for name in table)
    return finished(
        (everyone + each).properties(width=WIDTH, height=tall(len(table))),
        f"{axis}. {says}.",
        title,
    )


def _even() -> alt.Chart:
    """The line where nothing speaks either way."""
    return alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=GREY, strokeWidth=1).encode(x="x:Q")
