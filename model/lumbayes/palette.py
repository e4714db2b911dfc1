"""What all pictures share, as plain Vega-Lite: colours, sizes, the look of axes and letters; figures in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

# Okabe & Ito 2008, those that stand out at 3 to 1 against white and near-black alike.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#767676"
COLOURS = (BLUE, ORANGE, GREEN, "#9A6FB0", "#A8741A", GREY)
FAINT, WASH = "rgba(128, 128, 128, 0.25)", "rgba(0, 114, 178, 0.25)"
WIDTH, ROW, LETTER = 420, 24, 12

# No ink and no background are named: vega draws black on white, and a page with a theme of its own draws in that.
AXIS = {"labelFontSize": LETTER, "titleFontSize": LETTER, "titleFontWeight": "normal", "titlePadding": 8,
        "labelLimit": 380, "domain": False, "ticks": False, "gridColor": FAINT}  # fmt: skip
LEGEND = {"labelFontSize": LETTER, "titleFontSize": LETTER, "orient": "top", "title": None, "labelLimit": 300}
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
