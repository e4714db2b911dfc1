"""How every chart looks: quiet, safe for colour-blind eyes, at home on light and dark, and told in
words as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt

from .vega import COLOURS, CONFIG, LETTER

# What a picture does not need, and what its root says for all.
SILENT = "aria-[a-z]+|role|class|pointer-events|font-family|stroke-miterlimit"
USUAL = f'opacity="1"|font-size="{LETTER}px"|text-anchor="start"|transform="translate\\(0,0\\)"'


def in_notebook() -> None:
    """Let notebooks show every chart as a picture (SVG), which any code host and any printer shows
    as well.
    """
    alt.renderers.enable("svg")
    drawn: Any = alt.renderers.get()
    alt.renderers.register(
        "picture", lambda chart, **options: _bare(drawn(chart, **options), chart["description"])
    )
    alt.renderers.enable("picture")


def _bare(drawn: dict[str, str], says: str) -> dict[str, str]:
    """The picture in short numbers, told in words as a whole and not part by part; what is said
    twice is said once.
    """
    svg = re.sub(rf' (?:{SILENT})="[^"]*"| (?:{USUAL})', "", drawn["image/svg+xml"])
    svg = re.sub(
        r'<path d="[^"]*"(?: display="none")?/>', "", svg
    )  # no line and no fill: nothing to see
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d)\d+", r"\1", tag[0]), svg)
    told = f"<svg role='img' aria-label={quoteattr(says)} font-family='sans-serif' font-size='{LETTER}px' "
    return {"image/svg+xml": svg.replace("<svg ", told, 1)}


def finished(chart: Any, says: str, title: str = "") -> Any:
    """The chart in the house's look, with what it shows in words (`description`) for those who
    cannot see it.
    """
    named = chart.properties(title=title) if title else chart
    return named.properties(description=says, config=alt.Config(**CONFIG))


def share(column: str, title: str, top: float = 1) -> alt.X:
    """A probability from left to right."""
    axis = alt.Axis(format=".0%", tickCount=5)
    return alt.X(column, title=title, scale=alt.Scale(domain=[0, top]), axis=axis)


def rows(column: str, names: Iterable[str]) -> alt.Y:
    """Names from top to bottom, in this order and in full."""
    return alt.Y(column, sort=list(names), title=None, axis=alt.Axis(labelLimit=380))


def colours(column: str, names: Sequence[str]) -> alt.Color:
    """One colour a name, the same whatever else is drawn."""
    scale = alt.Scale(domain=list(names), range=list(COLOURS[: len(names)]))
    return alt.Color(column, scale=scale, legend=alt.Legend())
