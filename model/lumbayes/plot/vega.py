"""A runner's own runs as plain Vega-Lite, told in words as well: what the page and a notebook draw
alike.

What all pictures share, as plain Vega-Lite: colours, sizes, the look of axes and letters; figures
in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

# Okabe & Ito 2008, those that stand out at 3 to 1 against white and near-black alike.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#767676"
COLOURS = (BLUE, ORANGE, GREEN, "#9A6FB0", "#A8741A", GREY)
FAINT, WASH = "rgba(128, 128, 128, 0.25)", "rgba(0, 114, 178, 0.25)"
WIDTH, ROW, LETTER = 420, 24, 12

# No ink and no background are named: vega draws black on white, and a page with a theme of its own
# draws in that.
AXIS = {"labelFontSize": LETTER, "titleFontSize": LETTER, "titleFontWeight": "normal", "titlePadding": 8,
        "labelLimit": 380, "domain": False, "ticks": False, "gridColor": FAINT}  # fmt: skip
LEGEND = {
    "labelFontSize": LETTER,
    "titleFontSize": LETTER,
    "orient": "top",
    "title": None,
    "labelLimit": 300,
}
HEADER = {"labelFontSize": LETTER, "labelFontWeight": "bold", "title": None, "labelLimit": 300}
TITLE = {"fontSize": LETTER + 2, "anchor": "start", "fontWeight": "bold", "offset": 10}
CONFIG: dict[str, Any] = {"view": {"stroke": None}, "axis": AXIS, "axisY": {"grid": False}, "legend": LEGEND,
                          "header": HEADER, "title": TITLE, "text": {"fontSize": LETTER - 1, "color": GREY},
                          "line": {"strokeWidth": 2}, "rule": {"strokeWidth": 2}, "point": {"opacity": 1}}  # fmt: skip


def listed(figures: pd.Series) -> str:
    """A few figures in words, for a description: 'Hills 15%, Weak core 16%'."""
    return ", ".join(f"{name} {value:.0%}" for name, value in figures.items())


def tall(count: int) -> int:
    """The height in pixels of so many rows."""
    return max(count, 1) * ROW


TALL, LOW, DOT = 110, 80, 70
# shape says the same as colour
HURT = {
    "It hurt": (ORANGE, "square"),
    "No pain": (BLUE, "circle"),
    "Not said": (GREY, "triangle-up"),
}
SHARE = {"grid": True, "gridColor": FAINT, "tickCount": 4}
IN_A_HUNDRED = {**SHARE, "tickCount": 2, "labelExpr": "round(100 * datum.value)"}
MARKS = 5
DAYS = {"grid": False, "format": "%-d %b", "labelOverlap": True, "labelPadding": 8}
Drawing = dict[str, Any]


def runs(
    frame: pd.DataFrame, pain: str, figures: Mapping[str, str], states: tuple[str, str] = ("no", "yes"),
    called: str = "runs",
) -> Drawing:  # fmt: skip
    """Runs over time, a panel a figure, one mark a run that says by colour and shape whether it
    hurt.

    `frame` is one row a run with a `date`; `pain` is the column that says whether it hurt, in its
    `states` for no and yes; `figures` are the columns to draw, with what each is called. One that
    is never told has no panel.
    """
    said = [
        dict(zip(states, ("No pain", "It hurt"))).get(state, "Not said") for state in frame[pain]
    ]
    shown = {name: title for name, title in figures.items() if frame[name].notna().any()}
    dates = pd.to_datetime(frame["date"]).dt.normalize()
    data = frame[[*shown]].assign(date=dates.dt.strftime("%Y-%m-%d"), hurt=said)
    kinds = [kind for kind in HURT if kind in said]
    span = (dates.max() - dates.min()).days if len(dates) else 0
    marks = min(max(span, 1), MARKS)  # more than days, and one day would be named twice
    panels = [_panel(name, title, kinds, marks) for name, title in shown.items()]
    counts = ", ".join(f"{kind}: {said.count(kind)}" for kind in kinds)
    says = f"{len(data)} {called} from {data['date'].min()} to {data['date'].max()}. {counts}."
    return _drawing(data, says) | {"vconcat": panels}


def _panel(name: str, title: str, kinds: list[str], marks: int) -> Drawing:
    tints, shapes = ([HURT[kind][i] for kind in kinds] for i in (0, 1))
    told = {"field": "hurt", "type": "nominal"}
    day = {"field": "date", "type": "temporal", "title": None, "axis": {**DAYS, "tickCount": marks}}
    encoding = {
        # without `utc` a day would be the day before for whoever lives west of Greenwich
        "x": {**day, "scale": {"type": "utc", "padding": 8}},
        "y": {"field": name, "type": "quantitative", "title": None, "axis": SHARE},
        "color": {**told, "scale": {"domain": kinds, "range": tints}},
        "shape": {**told, "scale": {"domain": kinds, "range": shapes}},
    }
    mark = {"type": "point", "filled": True, "size": DOT}
    return {
        "title": _titled(title),
        "width": WIDTH,
        "height": TALL,
        "mark": mark,
        "encoding": encoding,
    }


def sharpening(course: pd.DataFrame, cause: str, name: str, called: str = "runs") -> Drawing:
    """From `Diary.course()`: what the runs so far say of one cause, by its id, were the next one to
    hurt.

    The band holds nine tenths of what is left open.
    """
    told = course.xs(cause, axis=1, level="cause")[["contribution", "low", "high"]].round(4)
    x = {
        "field": "run",
        "type": "quantitative",
        "title": f"{called} so far",
        "scale": {"nice": False},
    }
    y = {"type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": IN_A_HUNDRED}
    band = {
        "mark": {"type": "area", "color": WASH},
        "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    line = {
        "mark": {"type": "line", "color": BLUE},
        "encoding": {"y": {**y, "field": "contribution"}},
    }
    encoding = {"x": {**x, "axis": {"grid": False, "tickMinStep": 1}}}
    first, last = (round(100 * told["contribution"].iloc[end]) for end in (0, -1))
    says = (
        f"{name}: {first} in 100 after the first of {len(told)} {called}, {last} in 100 after all."
    )
    panel = {
        "title": _titled(f"{name} (at work, in 100)"),
        "width": WIDTH,
        "height": LOW,
        "encoding": encoding,
    }
    return (
        _drawing(told.assign(run=range(1, len(told) + 1)), says) | panel | {"layer": [band, line]}
    )


def _titled(text: str) -> Drawing:
    return {"text": text, "anchor": "start", "fontWeight": "normal"}


def _drawing(data: pd.DataFrame, says: str) -> Drawing:
    values = data.astype(object).where(data.notna(), None).to_dict("records")
    return {"description": says, "data": {"values": values}, "config": CONFIG}
