"""A runner's own runs as plain Vega-Lite, told in words as well: what the page and a notebook draw alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .palette import BLUE, CONFIG, FAINT, GREY, ORANGE, WASH, WIDTH

TALL, LOW, DOT = 110, 80, 70
# shape says the same as colour
HURT = {"It hurt": (ORANGE, "square"), "No pain": (BLUE, "circle"), "Not said": (GREY, "triangle-up")}
SHARE = {"grid": True, "gridColor": FAINT, "tickCount": 4}
IN_A_HUNDRED = {**SHARE, "tickCount": 2, "labelExpr": "round(100 * datum.value)"}
MARKS = 5
DAYS = {"grid": False, "format": "%-d %b", "labelOverlap": True, "labelPadding": 8}
Drawing = dict[str, Any]


def runs(
    frame: pd.DataFrame, pain: str, figures: Mapping[str, str], states: tuple[str, str] = ("no", "yes"),
    called: str = "runs",
) -> Drawing:  # fmt: skip
    """Runs over time, a panel a figure, one mark a run that says by colour and shape whether it hurt.

    `frame` is one row a run with a `date`; `pain` is the column that says whether it hurt, in its `states` for no and
    yes; `figures` are the columns to draw, with what each is called. One that is never told has no panel.
    """
    said = [dict(zip(states, ("No pain", "It hurt"))).get(state, "Not said") for state in frame[pain]]
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
    return {"title": _titled(title), "width": WIDTH, "height": TALL, "mark": mark, "encoding": encoding}


def sharpening(course: pd.DataFrame, cause: str, name: str, called: str = "runs") -> Drawing:
    """From `Diary.course()`: what the runs so far say of one cause, by its id, were the next one to hurt.

    The band holds nine tenths of what is left open.
    """
    told = course.xs(cause, axis=1, level="cause")[["contribution", "low", "high"]].round(4)
    x = {"field": "run", "type": "quantitative", "title": f"{called} so far", "scale": {"nice": False}}
    y = {"type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": IN_A_HUNDRED}
    band = {"mark": {"type": "area", "color": WASH}, "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}}}
    line = {"mark": {"type": "line", "color": BLUE}, "encoding": {"y": {**y, "field": "contribution"}}}
    encoding = {"x": {**x, "axis": {"grid": False, "tickMinStep": 1}}}
    first, last = (round(100 * told["contribution"].iloc[end]) for end in (0, -1))
    says = f"{name}: {first} in 100 after the first of {len(told)} {called}, {last} in 100 after all."
    panel = {"title": _titled(f"{name} (at work, in 100)"), "width": WIDTH, "height": LOW, "encoding": encoding}
    return _drawing(told.assign(run=range(1, len(told) + 1)), says) | panel | {"layer": [band, line]}


def _titled(text: str) -> Drawing:
    return {"text": text, "anchor": "start", "fontWeight": "normal"}


def _drawing(data: pd.DataFrame, says: str) -> Drawing:
    values = data.astype(object).where(data.notna(), None).to_dict("records")
    return {"description": says, "data": {"values": values}, "config": CONFIG}
