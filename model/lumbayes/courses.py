"""Figures of many: one runner's runs in a row, a diary that sharpens, and how often what was foretold came true."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from .looks import BLUE, GREY, ORANGE, WASH, WIDTH, colours, finished, listed, share

PANEL, LOW, SQUARE = 200, 100, 320
PERCENT = alt.Axis(format=".0%", tickCount=5)
HURT = {"hurt": ORANGE, "did not hurt": BLUE, "not told": GREY}


def sharpening(course: pd.DataFrame, causes: Mapping[str, str], title: str = "") -> alt.FacetChart:
    """From `Diary.course()`: what the runs so far say would be at work if the next one hurt, a panel a cause.

    `causes` are those to show, by their ids, with what each is called. The band holds nine tenths of what is left open.
    """
    told = {name: course.xs(cause, axis=1, level="cause") for cause, name in causes.items()}
    data = pd.concat(told, names=["name"]).round(4).reset_index()
    data["run"] = data.groupby("name").cumcount() + 1
    x = alt.X("run:Q", title="runs so far", axis=alt.Axis(grid=False, tickMinStep=1), scale=alt.Scale(nice=False))
    base = alt.Chart(data).encode(x=x)
    high = alt.Y("high:Q", title="P(at work)", axis=PERCENT, scale=alt.Scale(domain=[0, 1]))
    band = base.mark_area(color=WASH).encode(y=high, y2="low:Q")
    line = base.mark_line(color=BLUE).encode(y="contribution:Q")
    panels = (band + line).properties(width=PANEL, height=PANEL * 3 // 5)
    facet = alt.Facet("name:N", sort=[*causes.values()])
    first, last = (pd.Series({name: t["contribution"].iloc[end] for name, t in told.items()}) for end in (0, -1))
    says = f"After the first run: {listed(first)}. After all: {listed(last)}."
    return finished(panels.facet(facet=facet, columns=3), says, title)


def runs(frame: pd.DataFrame, pain: str, figures: Mapping[str, str], title: str = "") -> alt.VConcatChart:
    """One runner's runs over time, a panel a figure, coloured by whether it hurt.

    `frame` is one row a run with a `date`; `pain` is the column that says whether it hurt; `figures` are the columns to
    draw, with what each is called.
    """
    data = frame[["date", *figures]].assign(
        hurt=frame[pain].map({"yes": "hurt", "no": "did not hurt"}).fillna("not told")
    )
    tint = alt.Color("hurt:N", scale=alt.Scale(domain=[*HURT], range=[*HURT.values()]))
    x = alt.X("date:T", title=None, axis=alt.Axis(grid=False), scale=alt.Scale(padding=8))
    base = alt.Chart(data).mark_bar(size=6).encode(x=x, color=tint)
    panels = [base.encode(y=alt.Y(f"{name}:Q", title=called)) for name, called in figures.items()]
    stacked = alt.vconcat(*(panel.properties(width=WIDTH, height=LOW) for panel in panels))
    counts = ", ".join(f"{count} {what}" for what, count in data["hurt"].value_counts().items())
    return finished(stacked, f"{len(data)} runs: {counts}.", title)


def reliability(sets: Mapping[str, pd.DataFrame], title: str = "") -> alt.LayerChart:
    """From `calibration`, a table a case: of those for whom so much was foretold, how many it came true for.

    On the dashed line it came true just as often as foretold. Lines are the intervals of the shares.
    """
    data = pd.concat(sets, names=["set"]).reset_index(level="set").round(4)
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(data).encode(x=share("foretold:Q", "foretold"), color=colours("set:N", [*sets]))
    reach = base.mark_rule().encode(y=alt.Y("low:Q", scale=scale, axis=PERCENT), y2="high:Q")
    dots = base.mark_point(filled=True, size=60).encode(y=alt.Y("happened:Q", title="came true", scale=scale))
    ends = alt.Chart(pd.DataFrame({"foretold": [0, 1], "happened": [0, 1]}))
    right = ends.mark_line(color=GREY, strokeWidth=1, strokeDash=[4, 4]).encode(x="foretold:Q", y="happened:Q")
    chart = (right + reach + dots).properties(width=SQUARE, height=SQUARE)
    off = {name: (table["happened"] - table["foretold"]).abs().max() for name, table in sets.items()}
    return finished(chart, f"Farthest from coming true just as foretold: {listed(pd.Series(off))}.", title)
