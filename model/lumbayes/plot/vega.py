"""Vega-Lite specifications of a runner's own runs, and the style that all charts share.

The page draws these without Altair; `run_charts` turns them into Altair charts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from .tables import shown

# Okabe & Ito 2008, those with a contrast of 3 to 1 against white and near-black alike.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#767676"
COLOURS = (BLUE, ORANGE, GREEN, "#9A6FB0", "#A8741A", GREY)
"""The colours of the charts, as hex codes, in the order in which series take them."""
FAINT, WASH = "rgba(128, 128, 128, 0.25)", "rgba(0, 114, 178, 0.25)"
WIDTH, ROW, LETTER = 420, 24, 12  # pixels: a chart, one row of names, a letter

# Neither ink nor background is set: Vega draws black on white, and a page with a theme of its own
# uses that.
AXIS = {
    "labelFontSize": LETTER,
    "titleFontSize": LETTER,
    "titleFontWeight": "normal",
    "titlePadding": 8,
    "labelLimit": 380,
    "domain": False,
    "ticks": False,
    "gridColor": FAINT,
}
LEGEND = {
    "labelFontSize": LETTER,
    "titleFontSize": LETTER,
    "orient": "top",
    "title": None,
    "labelLimit": 300,
}
HEADER = {"labelFontSize": LETTER, "labelFontWeight": "bold", "title": None, "labelLimit": 300}
TITLE = {"fontSize": LETTER + 2, "anchor": "start", "fontWeight": "bold", "offset": 10}
CONFIG: dict[str, Any] = {
    "view": {"stroke": None},
    "axis": AXIS,
    "axisY": {"grid": False},
    "legend": LEGEND,
    "header": HEADER,
    "title": TITLE,
    "text": {"fontSize": LETTER - 1, "color": GREY},
    "line": {"strokeWidth": 2},
    "rule": {"strokeWidth": 2},
    "point": {"opacity": 1},
}
CONTRIBUTION_TITLE = "P(at work in this pain)"  # of the axis that shows a contribution

PANEL_HEIGHT, CURVE_HEIGHT, DOT = 110, 80, 70  # pixels; of a dot, its area
# The shape repeats what the colour says.
SHAPES = {"It hurt": "square", "No pain": "circle", "Not said": "triangle-up"}
READING_AXIS = {"grid": True, "gridColor": FAINT, "tickCount": 4}
MOST_DATES = 5
DATE_AXIS = {"grid": False, "format": "%-d %b", "labelOverlap": True, "labelPadding": 8}
Spec = dict[str, Any]


def percentages(values: pd.Series) -> str:
    """Return probabilities with their names as text, for a chart's description.

    Parameters
    ----------
    values : pandas.Series
        Probabilities from 0 to 1, NaN where one is missing; the index names them.

    Returns
    -------
    str
        Each name with its value in whole per cent, or "unknown", in the order of the series.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes.plot.vega import percentages
    >>> percentages(pd.Series({"Hills": 0.151, "Weak core": 0.16}))
    'Hills 15%, Weak core 16%'
    """
    return ", ".join(f"{name} {shown(value, '{:.0%}')}" for name, value in values.items())


def rows_height(n_rows: int) -> int:
    """Return the height in pixels of a chart with a number of rows.

    Parameters
    ----------
    n_rows : int
        The number of rows. A chart without rows is as high as one with a single row.

    Returns
    -------
    int
        Pixels, 24 for each row.

    Examples
    --------
    >>> from lumbayes.plot.vega import rows_height
    >>> rows_height(3)
    72
    """
    return max(n_rows, 1) * ROW


def runs(
    frame: pd.DataFrame,
    pain: str,
    readings: Mapping[str, str],
    states: tuple[str, str] = ("no", "yes"),
    activities: str = "runs",
    colours: Sequence[str] = (ORANGE, BLUE, GREY),
) -> Spec:
    """Specify a chart of one runner's runs over time, one panel per measured quantity.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per run, with a column `date`, the column that `pain` names, and the columns of
        numbers to draw.
    pain : str
        The name of the column with the outcome. A value that is not in `states`, such as a missing
        one, is drawn as "Not said".
    readings : mapping of str to str
        The columns to draw, each with the title of its panel. A column without any value has no
        panel.
    states : tuple of str, default ("no", "yes")
        The states of `pain` that mean no pain and pain.
    activities : str, default "runs"
        What the description calls the rows, in the plural.
    colours : sequence of str, optional
        Any CSS colours of runs that hurt, of runs without pain, and of those not said: orange, blue
        and grey if not given.

    Returns
    -------
    dict
        A Vega-Lite specification, with one mark per run in each panel, coloured by its outcome.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes.plot.vega import runs
    >>> frame = pd.DataFrame({"date": ["2026-03-01", "2026-03-04"], "km": [5.0, 8.0]})
    >>> spec = runs(frame.assign(back_pain=["no", "yes"]), "back_pain", {"km": "distance (km)"})
    >>> spec["description"]
    '2 runs from 2026-03-01 to 2026-03-04. It hurt: 1, No pain: 1.'
    """
    names = dict(zip(states, ("No pain", "It hurt"), strict=True))
    outcomes = [names.get(state, "Not said") for state in frame[pain]]
    known = {name: title for name, title in readings.items() if frame[name].notna().any()}
    dates = pd.to_datetime(frame["date"]).dt.normalize()
    data = frame[[*known]].assign(date=dates.dt.strftime("%Y-%m-%d"), hurt=outcomes)
    kinds = {kind: c for kind, c in zip(SHAPES, colours, strict=True) if kind in outcomes}
    n_days = (dates.max() - dates.min()).days
    n_ticks = min(max(n_days, 1), MOST_DATES)  # more ticks than days would name one day twice
    panels = [_panel(name, title, kinds, n_ticks) for name, title in known.items()]
    counts = ", ".join(f"{kind}: {outcomes.count(kind)}" for kind in kinds)
    first, last = data["date"].min(), data["date"].max()
    description = f"{len(data)} {activities} from {first} to {last}. {counts}."
    return _spec(data, description) | {"vconcat": panels}


def _panel(name: str, title: str, kinds: dict[str, str], n_ticks: int) -> Spec:
    outcome = {"field": "hurt", "type": "nominal"}
    axis = {**DATE_AXIS, "tickCount": n_ticks}
    # without `utc` a day would be the day before anywhere west of Greenwich
    scale = {"type": "utc", "padding": 8}
    shapes = [SHAPES[kind] for kind in kinds]
    date = {"field": "date", "type": "temporal", "title": None, "axis": axis, "scale": scale}
    encoding = {
        "x": date,
        "y": {"field": name, "type": "quantitative", "title": None, "axis": READING_AXIS},
        "color": {**outcome, "scale": {"domain": [*kinds], "range": [*kinds.values()]}},
        "shape": {**outcome, "scale": {"domain": [*kinds], "range": shapes}},
    }
    return {
        "title": _panel_title(title),
        "width": WIDTH,
        "height": PANEL_HEIGHT,
        "mark": {"type": "point", "filled": True, "size": DOT},
        "encoding": encoding,
    }


def _in_a_hundred(p: float) -> str:
    return shown(100 * p, "{:.0f} in 100")


def trajectory(
    table: pd.DataFrame,
    cause: str,
    label: str,
    activities: str = "runs",
    *,
    per: int = 100,
    in_words: Callable[[float], str] = _in_a_hundred,
    colours: Sequence[str] = (BLUE, WASH),
) -> Spec:
    """Specify a chart of one cause's contribution to the pain of a next run, after each run.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `Diary.trajectory()`: one row per run, columns by figure and cause.
    cause : str
        The id of the cause.
    label : str
        What the chart calls the cause.
    activities : str, default "runs"
        What the axis and the description call the rows, in the plural.
    per : int, default 100
        The axis and the title count in so many: 5 in 10, or 50 in 100.
    in_words : callable, optional
        How the description writes a probability; "9 in 100" if not given.
    colours : sequence of str, optional
        Any CSS colours of the line and of the band; blue and faint blue if not given.

    Returns
    -------
    dict
        A Vega-Lite specification: a line for the contribution, and a band from `low` to `high`, its
        credible interval.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import Diary, load
    >>> from lumbayes.plot.vega import trajectory
    >>> frame = pd.DataFrame({"climb_m_per_km": [40, 2], "back_pain": ["yes", "no"]})
    >>> spec = trajectory(Diary(load(), frame).trajectory(), "hills", "Hills")
    >>> spec["description"]
    'Hills: 9 in 100 after the first of 2 runs, 9 in 100 after all.'
    """
    data = table.xs(cause, axis=1, level="cause")[["contribution", "low", "high"]].round(4)
    axis = {**READING_AXIS, "tickCount": 2, "labelExpr": f"round({per} * datum.value)"}
    y = {"type": "quantitative", "title": None, "scale": {"domain": [0, 1]}, "axis": axis}
    band = {
        "mark": {"type": "area", "color": colours[1]},
        "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }
    line = {
        "mark": {"type": "line", "color": colours[0]},
        "encoding": {"y": {**y, "field": "contribution"}},
    }
    x = {
        "field": "run",
        "type": "quantitative",
        "title": f"{activities} so far",
        "scale": {"nice": False},
        "axis": {"grid": False, "tickMinStep": 1},
    }
    panel = {
        "title": _panel_title(f"{label} (at work, in {per})"),
        "width": WIDTH,
        "height": CURVE_HEIGHT,
        "encoding": {"x": x},
    }
    first, last = map(in_words, data["contribution"].iloc[[0, -1]])
    description = f"{label}: {first} after the first of {len(data)} {activities}, {last} after all."
    numbered = data.assign(run=range(1, len(data) + 1))
    return _spec(numbered, description) | panel | {"layer": [band, line]}


def _panel_title(text: str) -> Spec:
    return {"text": text, "anchor": "start", "fontWeight": "normal"}


def _spec(data: pd.DataFrame, description: str) -> Spec:
    values = data.astype(object).where(data.notna(), None).to_dict("records")
    return {"description": description, "data": {"values": values}, "config": CONFIG}
