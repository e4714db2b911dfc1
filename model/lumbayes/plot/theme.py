"""The style of every chart: quiet axes, colours safe for colour-blind eyes, a text description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt

from .tables import check_text
from .vega import COLOURS, CONFIG, LETTER

# Attributes that an SVG does not need, and attributes that its root element states for all.
UNUSED = "aria-[a-z]+|role|class|pointer-events|font-family|stroke-miterlimit"
DEFAULTS = f'opacity="1"|font-size="{LETTER}px"|text-anchor="start"|transform="translate\\(0,0\\)"'
SMALL = 10  # times: figures that would fill less than a tenth of an axis fill their own
PERCENT = alt.Axis(format=".0%", tickCount=5)


def enable_svg() -> None:
    """Show every chart of a notebook as a static picture (SVG) from now on.

    Code hosts and printed pages show a static picture, but do not run the script of an interactive
    chart. This function needs the package `vl-convert-python`.

    Examples
    --------
    >>> from lumbayes import plot
    >>> plot.enable_svg()
    """
    alt.renderers.enable("svg")
    render: Any = alt.renderers.get()
    alt.renderers.register(
        "picture",
        lambda chart, **options: _compact(render(chart, **options), chart["description"]),
    )
    alt.renderers.enable("picture")


def _compact(rendered: dict[str, str], description: str) -> dict[str, str]:
    """The SVG with short numbers, one description as a whole and no repeated attributes."""
    svg = re.sub(rf' (?:{UNUSED})="[^"]*"| (?:{DEFAULTS})', "", rendered["image/svg+xml"])
    # a path without stroke and fill is invisible
    svg = re.sub(r'<path d="[^"]*"(?: display="none")?/>', "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d)\d+", r"\1", tag[0]), svg)
    label = f"role='img' aria-label={quoteattr(description)}"
    root = f"<svg {label} font-family='sans-serif' font-size='{LETTER}px' "
    return {"image/svg+xml": svg.replace("<svg ", root, 1)}


def styled(chart: Any, description: str, title: str = "") -> Any:
    """The chart with the common style and a description for those who cannot see it."""
    check_text("plot", "title", title)
    titled = chart.properties(title=title) if title else chart
    return titled.properties(description=description, config=alt.Config(**CONFIG))


def probability_axis(column: str, title: str) -> alt.X:
    """An x axis from 0% to 100%."""
    check_text("plot", "axis", title)
    axis = alt.Axis(format=".0%", tickCount=5)
    return alt.X(column, title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)


def axis_end(highest: float) -> float:
    """Where an axis of probabilities ends: at 100%, or at the highest up to a tenth of it."""
    return round(highest, 4) if SMALL * highest <= 1 else 1.0


def name_axis(column: str, names: Iterable[str]) -> alt.Y:
    """A y axis of names from top to bottom, in this order and not shortened."""
    return alt.Y(column, sort=list(names), title=None, axis=alt.Axis(labelLimit=380))


def colour_scale(column: str, names: Sequence[str]) -> alt.Color:
    """One colour a name, the first name always in the first colour."""
    scale = alt.Scale(domain=list(names), range=list(COLOURS[: len(names)]))
    return alt.Color(column, scale=scale, legend=alt.Legend())
