"""Figures of many: one runner's runs in a row, a diary that sharpens, and how often what was
foretold came true.
"""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from . import vega as drawings
from .theme import colours, finished, share
from .vega import GREY, listed

PANEL, SQUARE = 240, 320
PERCENT = alt.Axis(format=".0%", tickCount=5)


def sharpening(course: pd.DataFrame, causes: Mapping[str, str], title: str = "") -> alt.ConcatChart:
    """From `Diary.course()`: what the runs so far say would be at work if the next one hurt, a
    panel a cause.

    `causes` are those to show, by their ids, with what each is called. See `drawings.sharpening`.
    """
    drawn = [drawings.sharpening(course, cause, name) for cause, name in causes.items()]
    panels = [alt.LayerChart.from_dict(_bare(drawing)).properties(width=PANEL) for drawing in drawn]
    says = " ".join(drawing["description"] for drawing in drawn)
    return finished(alt.concat(*panels, columns=2), says, title)


def runs(
    frame: pd.DataFrame, pain: str, figures: Mapping[str, str], title: str = ""
) -> alt.VConcatChart:
    """One runner's runs over time, a panel a figure: see `drawings.runs`."""
    drawing = drawings.runs(frame, pain, figures)
    return finished(alt.VConcatChart.from_dict(_bare(drawing)), drawing["description"], title)


def _bare(drawing: drawings.Drawing) -> drawings.Drawing:
    """A drawing without what is said once for all of a chart."""
    return {key: value for key, value in drawing.items() if key not in ("config", "description")}


def reliability(sets: Mapping[str, pd.DataFrame], title: str = "") -> alt.LayerChart:
    """From `calibration`, a table a case: of those for whom so much was foretold, how many it came
    true for.

    On the dashed line it came true just as often as foretold. Lines are the intervals of the
    shares.
    """
    data = pd.concat(sets, names=["set"]).reset_index(level="set").round(4)
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(data).encode(
        x=share("foretold:Q", "predicted"), color=colours("set:N", [*sets])
    )
    reach = base.mark_rule().encode(y=alt.Y("low:Q", scale=scale, axis=PERCENT), y2="high:Q")
    dots = base.mark_point(filled=True, size=60).encode(
        y=alt.Y("happened:Q", title="came true", scale=scale)
    )
    ends = alt.Chart(pd.DataFrame({"predicted": [0, 1], "happened": [0, 1]}))
    right = ends.mark_line(color=GREY, strokeWidth=1, strokeDash=[4, 4]).encode(
        x="foretold:Q", y="happened:Q"
    )
    chart = (right + reach + dots).properties(width=SQUARE, height=SQUARE)
    off = {
        name: (table["happened"] - table["predicted"]).abs().max() for name, table in sets.items()
    }
    return finished(
        chart, f"Farthest from coming true just as foretold: {listed(pd.Series(off))}.", title
    )
