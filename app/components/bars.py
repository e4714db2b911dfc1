"""Small lists of bars below the first screen: figures side by side, each in tens."""

from collections.abc import Iterable
from html import escape

from text.figures import in_ten


def bars(rows: Iterable[tuple[str, float, float, float]]) -> str:
    """Return bars as HTML: each a name, a figure, and the interval over which the bar fades."""
    items = ""
    for name, p, low, high in rows:
        style = f"--low:{min(low, p):.1%};--at:{p:.1%};--high:{max(high, p):.1%}"
        items += f'<li><span>{escape(name)}</span><span class="figure">{in_ten(p)}</span>'
        items += f'<i style="{style}" aria-hidden="true"></i></li>'
    return f'<ul class="bars">{items}</ul>'
