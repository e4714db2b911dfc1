"""Pictures of a runner's runs, as Vega-Lite, each with what it shows in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

import run_rows
import run_words as words

# colours that stand out on light and dark and to colour-blind eyes; shape says the same as colour
BLUE, ORANGE, GREY = "#3b82c4", "#d55e00", "#767676"
HURT = {words.HURT: (ORANGE, "square"), words.NO_PAIN: (BLUE, "circle"), words.OPEN: (GREY, "triangle-up")}
COLOURS, DASHES = (BLUE, ORANGE, "#9a6fb0"), ([1, 0], [6, 3], [2, 2])
HEIGHT, DOT, FAINT = 110, 70, 12
HIGH = {"field": "high"}
LEGEND = {"orient": "top", "columns": 1, "symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 3}
AXIS = {"domain": False, "ticks": False, "gridColor": "rgba(128, 128, 128, 0.25)"}


def over_time(runs: pd.DataFrame, variables: Any) -> tuple[dict[str, Any], str]:
    """Distance, and each reading below it, by date, one mark a run that says if it hurt; and the same in words."""
    outcome = variables.outcome
    named = {outcome.states[0]: words.NO_PAIN, outcome.states[-1]: words.HURT}
    said = [named.get(state, words.OPEN) for state in runs[outcome.name]]
    read = {name: f"{variables[name].label} ({variables[name].unit})" for name in run_rows.FROM_FILES if name in runs}
    rows = {run_rows.DISTANCE: words.DISTANCE, **read}
    shown = {name: title for name, title in rows.items() if runs[name].notna().any()}
    data = runs[[run_rows.DATE, *shown]].assign(hurt=said, date=runs[run_rows.DATE].dt.strftime("%Y-%m-%d"))
    values = data.astype(object).where(data.notna(), None).to_dict("records")
    spec = {"data": {"values": values}, "vconcat": [_panel(name, title) for name, title in shown.items()]}
    counts = ", ".join(f"{kind.lower()}: {said.count(kind)}" for kind in HURT if kind in said)
    return spec, words.ALT_RUNS.format(len(runs), data["date"].min(), data["date"].max(), f"{counts}.")


def sharper(course: pd.DataFrame, labels: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """How likely each of a few causes is at work if the next run hurts, after each run so far; and in words."""
    values = [_after(place, row, cause, label) for cause, label in labels.items() for place, row in _numbered(course)]
    names = [*labels.values()]
    tint = {"field": "cause", "type": "nominal", "title": None, "legend": LEGEND}
    colour = {**tint, "scale": {"domain": names, "range": COLOURS[: len(names)]}}
    dash = {**tint, "scale": {"domain": names, "range": DASHES[: len(names)]}}
    x = {"field": "run", "type": "quantitative", "title": words.RUNS_AXIS, "axis": {**AXIS, "tickMinStep": 1}}
    y = {"type": "quantitative", "title": words.SHARE_AXIS, "scale": {"domainMin": 0}, "axis": AXIS}
    band = {"mark": {"type": "area", "opacity": FAINT / 100}, "encoding": {"y": {**y, "field": "low"}, "y2": HIGH}}
    line = {"mark": {"type": "line", "strokeWidth": 3}, "encoding": {"y": {**y, "field": "mid"}, "strokeDash": dash}}
    spec = {"data": {"values": values}, "layer": [band, line]}
    first, last = ({v["cause"]: v["mid"] for v in values if v["run"] == run} for run in (1, len(course)))
    says = " ".join(words.ALT_LINE.format(name, first[name], last[name]) for name in names)
    return {**spec, "encoding": {"x": x, "color": colour}}, words.ALT_SHARPER.format(says)


def _numbered(course: pd.DataFrame) -> list[tuple[int, Any]]:
    return [(place, row) for place, (_, row) in enumerate(course.iterrows(), start=1)]


def _after(place: int, row: Any, cause: str, label: str) -> dict[str, Any]:
    """One cause after so many runs, in a hundred."""
    figures = {"mid": "contribution", "low": "low", "high": "high"}
    return {"run": place, "cause": label, **{name: round(100 * row[figure, cause]) for name, figure in figures.items()}}


def _panel(name: str, title: str) -> dict[str, Any]:
    kinds = {"domain": [*HURT], "range": [colour for colour, _ in HURT.values()]}
    shapes = {"domain": [*HURT], "range": [shape for _, shape in HURT.values()]}
    legend = {"field": "hurt", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    return {
        "title": {"text": title, "anchor": "start", "fontWeight": "normal"},
        "height": HEIGHT,
        "width": "container",
        "mark": {"type": "point", "filled": True, "size": DOT, "opacity": 1},
        "encoding": {
            "x": {"field": "date", "type": "temporal", "title": None, "axis": {**AXIS, "grid": False}},
            "y": {"field": name, "type": "quantitative", "title": None, "axis": {**AXIS, "tickCount": 4}},
            "color": {**legend, "scale": kinds},
            "shape": {**legend, "scale": shapes},
        },
    }
