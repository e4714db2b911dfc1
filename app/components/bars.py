"""Small lists of bars below the first screen: figures side by side, each in tens."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

TENS = 10
HARDLY, NEARLY, IN_TEN = "under 1 in 10", "over 9 in 10", "{} in 10"


def in_ten(p: float) -> str:
    """Return a probability as a count in ten.

    Examples
    --------
    >>> in_ten(0.42), in_ten(0.01), in_ten(0.99)
    ('4 in 10', 'under 1 in 10', 'over 9 in 10')
    """
    times = round(p * TENS)
    return HARDLY if times < 1 else NEARLY if times >= TENS else IN_TEN.format(times)


def bar(name: str, p: float, reach: tuple[float, float] | None = None) -> str:
    """Return one bar as HTML, faded over its interval where there is one."""
    low, high = reach or (p, p)
    style = f"--low:{min(low, p):.1%};--at:{p:.1%};--high:{max(high, p):.1%}"
    return (
        f'<li><span>{escape(name)}</span><span class="figure">{in_ten(p)}</span>'
        f'<i style="{style}" aria-hidden="true"></i></li>'
    )


def bars(rows: Iterable[str]) -> str:
    """Return bars as a list."""
    return f'<ul class="bars">{"".join(rows)}</ul>'
