"""Small lists of bars: what speaks for and against a cause, and figures side by side. Words say
what each bar shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import phrases
from lumbayes.explanation import summaries


def pull(name: str, db: float, widest: float, more: str = "") -> str:
    """One bar from a middle line: to the right it speaks for the cause, to the left against it.
    `more` is HTML.
    """
    way, size = "for" if db > 0 else "against", abs(db) / (2 * widest)
    return (
        f'<div class="pull">{_head(name, phrases.figure(db))}'
        '<div class="sides" aria-hidden="true">'
        f'<i class="{way}" style="width:{size:.1%}"></i></div>'
        f'<p class="words">{phrases.pull(db)}</p>{more}</div>'
    )


def off(name: str) -> str:
    """In the place of a bar: what does not count now."""
    return f'<div class="pull off">{_head(name, "")}<p class="words">{phrases.LEFT_OUT}</p></div>'


def level(name: str, p: float, words: str = "", reach: tuple[float, float] | None = None) -> str:
    """One bar from nothing to all, its figure in a hundred beside it, and its interval, where there
    is one, below.
    """
    line = ""
    if reach:
        ends = f"left:{reach[0]:.1%};right:calc(100% - {reach[1]:.1%})"
        line = f'<div class="reach" aria-hidden="true"><i style="{ends}"></i></div>'
    words = f'<p class="words">{escape(words)}</p>' if words else ""
    return (
        f'<div class="level">{_head(name, summaries.per_hundred(p))}'
        '<div class="scale" aria-hidden="true">'
        f'<i style="width:{p:.1%}"></i></div>{line}{words}</div>'
    )


def listed(heading: str, bars: Iterable[str]) -> str:
    """Bars as a list under a heading."""
    title = f"<h4>{escape(heading)}</h4>" if heading else ""
    items = "".join(f"<li>{bar}</li>" for bar in bars)
    return f'<div class="more">{title}<ul class="bars">{items}</ul></div>'


def _head(name: str, figure: str) -> str:
    return f'<p class="head"><span>{escape(name)}</span><span class="figure">{figure}</span></p>'
