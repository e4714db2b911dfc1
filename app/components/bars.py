"""Small lists of bars below the first screen: figures side by side, each in tens."""

from collections.abc import Iterable
from html import escape

from text.figures import in_ten

UNNAMED = "light-dark(#5E6B70, #9AA9AD)"  # the colour of what nobody named


def bars(rows: Iterable[tuple[str, float, float, float, bool]]) -> str:
    """Return bars as HTML: name, figure, the interval over which a bar fades, whether unnamed."""
    items = ""
    for name, p, low, high, unnamed in rows:
        style = f"--low:{min(low, p):.1%};--at:{p:.1%};--high:{max(high, p):.1%}"
        style += f";--teal:{UNNAMED}" * unnamed
        items += f'<li><span>{escape(name)}</span><span class="figure">{in_ten(p)}</span>'
        items += f'<i style="{style}" aria-hidden="true"></i></li>'
    return f'<ul class="bars">{items}</ul>'
