"""What a figure hangs on, as pictures: one number moved, two at once, trust in the literature, the
next question.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from .theme import finished, share
from .vega import BLUE, COLOURS, GREY, LETTER, ORANGE, WIDTH, listed

PANEL, HEIGHT, POINTS = 160, 220, 41
AT_WORK, PERCENT = "P(at work in this pain)", alt.Axis(format=".0%", tickCount=5)


def curves(table: pd.DataFrame, first: int = 4, title: str = "") -> alt.FacetChart:
    """From `sensitivity(case, cause)`: the cause's contribution as one number goes from 0 to 1, for
    the `first` rows.

    Thick is the number's own interval, the dot is today, the ring is where another cause takes the
    first place.
    """
    shown = table.head(first)
    data = pd.concat([_curve(str(name), row) for name, row in shown.iterrows()], ignore_index=True)
    base = alt.Chart(data).encode(x=share("x:Q", ""), y=alt.Y("y:Q", title=AT_WORK, axis=PERCENT))
    whole = base.transform_filter("datum.part == 'all'").mark_line(color=GREY, strokeWidth=1)
    own = base.transform_filter("datum.part == 'own'").mark_line(color=BLUE, strokeWidth=4)
    today = base.transform_filter("datum.part == 'today'").mark_point(
        color=BLUE, filled=True, size=90
    )
    flips = base.transform_filter("datum.part == 'flip'")
    ring = flips.mark_point(color=ORANGE, fill="white", size=90, strokeWidth=2)
    words = flips.mark_text(color=ORANGE, align="left").encode(
        x=alt.value(4), y=alt.value(6), text="flip:N"
    )
    panels = alt.layer(whole, own, today, ring, words).properties(width=PANEL, height=PANEL)
    names = alt.Facet(
        "number:N", sort=[*map(str, shown.index)], header=alt.Header(labelLimit=PANEL + 20)
    )
    flipping = shown[shown["to"] != ""]
    told = (
        "; ".join(
            f"{name}: {row['to']} at {row['flips_at']:.0%}" for name, row in flipping.iterrows()
        )
        or "nowhere"
    )
    return finished(
        panels.facet(facet=names, columns=4),
        f"Where another cause would come first. {told}.",
        title,
    )


def _curve(name: str, row: pd.Series) -> pd.DataFrame:
    """(alpha x + beta) / (gamma x + delta) at the points that the curve is drawn through."""
    parts = {
        "all": np.linspace(0, 1, POINTS),
        "own": np.linspace(row["low"], row["high"], POINTS // 2),
    }
    parts |= {"today": np.array([row["value"]]), "flip": np.array([row["flips_at"]])}
    data = pd.DataFrame(
        [(part, x) for part, xs in parts.items() for x in xs], columns=["part", "x"]
    ).dropna()
    if not np.isnan(row["bend"]):  # beyond it the table's curve does not hold
        data = data[(data["x"] <= row["bend"]) == (row["value"] <= row["bend"])].copy()
    data["y"] = (row["alpha"] * data["x"] + row["beta"]) / (row["gamma"] * data["x"] + row["delta"])
    side = "below" if row["flips_at"] < row["value"] else "above"
    return data.round(4).assign(number=name, flip=f"{side} {row['flips_at']:.0%}: {row['to']}")


def plane(
    table: pd.DataFrame, rival: pd.DataFrame, turned: pd.DataFrame, title: str = ""
) -> alt.LayerChart:
    """Two numbers at once, from `two_way(case, cause, first, second)` and the same of a rival:
    darker is likelier.

    On the orange line both are level. `turned`, from `sensitivity`, gives the dot (today) and the
    box (both intervals).
    """
    down, across = table.index.to_numpy(), table.columns.to_numpy()
    half = (down[1] - down[0]) / 2
    cells = pd.DataFrame(
        [(x, y, table.loc[y, x]) for y in down for x in across], columns=["x", "y", "p"]
    ).round(3)
    edges = {
        "left": cells.x - half,
        "right": cells.x + half,
        "under": cells.y - half,
        "over": cells.y + half,
    }
    cells = cells.assign(**edges).clip(0, 1)
    now = turned.loc[
        [str(table.columns.name), str(table.index.name)], ["value", "low", "high"]
    ].to_numpy()
    spot = pd.DataFrame([now.T.ravel()], columns=["x", "y", "left", "under", "right", "over"])
    x, y = (
        share("left:Q", str(table.columns.name)),
        alt.Y("under:Q", title=str(table.index.name), axis=PERCENT),
    )
    tint = alt.Color(
        "p:Q",
        scale=alt.Scale(range=["white", BLUE], interpolate="rgb"),
        legend=alt.Legend(format=".0%", title=AT_WORK),
    )
    heat = alt.Chart(cells).mark_rect().encode(x=x, x2="right:Q", y=y, y2="over:Q", color=tint)
    level = alt.Chart(_level(table - rival)).mark_line(color=ORANGE).encode(x="x:Q", y="y:Q")
    sides = {"x": "left:Q", "x2": "right:Q", "y": "under:Q", "y2": "over:Q"}
    box = alt.Chart(spot).mark_rect(fill=None, stroke="black").encode(**sides)
    dot = alt.Chart(spot).mark_point(color="black", filled=True, size=70).encode(x="x:Q", y="y:Q")
    chart = (heat + level + box + dot).properties(
        width=WIDTH - PANEL // 2, height=WIDTH - PANEL // 2
    )
    ends = f"from {table.min().min():.0%} to {table.max().max():.0%}"
    return finished(chart, f"{AT_WORK}, {ends}, and the line where a rival is level.", title)


def _level(gap: pd.DataFrame) -> pd.DataFrame:
    """Where the gap between two causes is nought, column by column, between the two rows of
    opposite sign.
    """
    found, rows = [], gap.index.to_numpy()
    for x, column in gap.items():
        y = column.to_numpy()
        for k in np.flatnonzero(y[:-1] * y[1:] < 0)[:1]:
            found.append((x, rows[k] + (rows[k + 1] - rows[k]) * y[k] / (y[k] - y[k + 1])))
    return pd.DataFrame(found, columns=["x", "y"]).round(4)


def lines(table: pd.DataFrame, axis: str, title: str = "") -> alt.LayerChart:
    """One line a column over the index from 0 to 1, named at its right end: a blend of two sets of
    priors.
    """
    data = table.rename_axis("x").reset_index().melt("x", var_name="name", value_name="p").round(4)
    tint = alt.Color("name:N", legend=None, scale=alt.Scale(domain=[*table], range=[*COLOURS]))
    base = alt.Chart(data).encode(y=alt.Y("p:Q", title=AT_WORK, axis=PERCENT), color=tint)
    drawn = base.mark_line().encode(x=share("x:Q", axis))
    ends = _apart(table.iloc[-1], table.to_numpy().max() * LETTER / HEIGHT)
    names = (
        alt.Chart(ends)
        .mark_text(align="left", dx=6)
        .encode(x="x:Q", y="p:Q", text="name:N", color=tint)
    )
    chart = (drawn + names).properties(width=WIDTH, height=HEIGHT)
    return finished(
        chart, f"{AT_WORK}: from {listed(table.iloc[0])} to {listed(table.iloc[-1])}.", title
    )


def _apart(last: pd.Series, least: float) -> pd.DataFrame:
    """Where to write each line's name: at its end, but no two closer than `least`."""
    ends, taken = last.sort_values(), -np.inf
    places = [taken := max(p, taken + least) for p in ends]
    return pd.DataFrame({"name": ends.index, "p": places, "x": [last.name] * len(ends)})


def worth(table: pd.DataFrame, title: str = "") -> alt.LayerChart:
    """From `next_question(case)`: what each question tells, in bits, over the time it takes; the
    best are named.
    """
    data = table.rename_axis("name").reset_index()[["name", "seconds", "bits"]]
    data["best"] = data["bits"] == data.groupby("seconds")["bits"].transform("max")
    ticks = alt.Axis(values=sorted({*data["seconds"].tolist()}), grid=False)
    seconds = alt.X(
        "seconds:Q",
        title="seconds to answer",
        scale=alt.Scale(type="log", nice=False, padding=20),
        axis=ticks,
    )
    base = alt.Chart(data).encode(
        x=seconds, y=alt.Y("bits:Q", title="bits: a toss of a coin tells one")
    )
    tint = alt.Color(
        "best:N", legend=None, scale=alt.Scale(domain=[True, False], range=[BLUE, GREY])
    )
    spots = base.mark_point(filled=True, size=60).encode(color=tint)
    names = (
        base.transform_filter("datum.best")
        .mark_text(align="left", dx=6, dy=-8)
        .encode(text="name:N")
    )
    told = ", ".join(f"{name} {bits:.2f}" for name, bits in table["bits"].items())
    return finished(
        (spots + names).properties(width=WIDTH, height=HEIGHT), f"Bits a question: {told}.", title
    )
