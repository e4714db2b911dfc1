"""Small lists of bars below the first screen: figures side by side, each in tens."""

from collections.abc import Iterable
from html import escape

from text.figures import in_ten


def bar(name: str, p: float, low: float, high: float) -> str:
    """Return one bar as HTML, faded over its interval."""
    style = f"--low:{min(low, p):.1%};--at:{p:.1%};--high:{max(high, p):.1%}"
    return (
        f'<li><span>{escape(name)}</span><span class="figure">{in_ten(p)}</span>'
        f'<i style="{style}" aria-hidden="true"></i></li>'
    )


def bars(rows: Iterable[str]) -> str:
    """Return bars as a list."""
    return f'<ul class="bars">{"".join(rows)}</ul>'
