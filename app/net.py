"""The network as a drawing: what may lie behind the pain, what goes on, the pain and its traits,
left to right.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import streamlit as st

import phrases
import wording
from parts import part
from uncut import uncut

WIDE, ROW, GAP, BAR, PAD = (
    360,
    54,
    7,
    5,
    5,
)  # in the drawing's own units, which on a phone are pixels
COLUMNS = ((2, 124), (146, 106), (272, 86))  # where each column starts and how wide its nodes are
LETTERS = (19, 16, 13)  # how many fit on a line
OPENED = "opened"
MOUNT = part("net", '<div class="network">\n</div>')


@dataclass(frozen=True)
class Node:
    """One box: its variable, its place, how full its bar is and the same in words."""

    v: Any
    column: int
    y: float
    p: float
    words: str
    written: str

    @property
    def x(self) -> int:
        """Where it starts."""
        return COLUMNS[self.column][0]

    @property
    def width(self) -> int:
        """How wide it is."""
        return COLUMNS[self.column][1]

    @property
    def middle(self) -> float:
        """Where links meet it."""
        return self.y + ROW / 2


@st.fragment
def show(now: Any) -> None:
    """The drawing, worked out once it is opened; a node of a cause leads to the cause's own
    view.
    """
    with st.expander(phrases.NETWORK, key="network", on_change="rerun") as opened:
        if not opened.open:
            return
        st.caption(phrases.ABOUT_NETWORK)
        drawing = draw(now)
        if MOUNT is None:
            st.html(spoken(now))
        else:
            MOUNT(
                key="network drawing",
                data={"drawing": drawing},
                on_opened_change=partial(_open, now),
            )


@uncut()
def _open(now: Any) -> None:
    """Open the view that a node leads to, and the part of the list it may be folded away in."""
    name = st.session_state["network drawing"][OPENED]
    if name in now.table.index:
        st.session_state.update({f"more {name}": True, f"rest {now.table.layer[name]}": True})
        st.rerun(wording.LISTS_KEY)


def draw(now: Any) -> str:
    """The network as SVG, with a text for those who do not see it."""
    nodes = {node.v.name: node for node in _nodes(now)}
    high = max(node.y for node in nodes.values()) + ROW + PAD
    links = [
        _link(nodes[p], nodes[v.name], now) for v in _drawn(now) for p in v.parents if p in nodes
    ]
    boxes = [_box(node, node.v.name in now.table.index) for node in nodes.values()]
    head = (
        f'<svg viewBox="0 0 {WIDE} {high:g}" role="group" aria-label="{escape(phrases.NETWORK)}">'
    )
    return f"{head}{''.join(links)}{''.join(boxes)}</svg>"


def spoken(now: Any) -> str:
    """The same as a list of links in words, where there can be no drawing."""
    told = [f"{escape(node.v.label)}: {escape(node.words)}" for node in _nodes(now)]
    return f'<div class="more"><ul>{"".join(f"<li>{line}</li>" for line in told)}</ul></div>'


def _drawn(now: Any) -> list[Any]:
    variables = now.case.variables
    return [*variables.causes, variables.outcome, *variables.traits]


def _nodes(now: Any) -> list[Node]:
    """Factors on the left, what goes on beside them, on the right how the pain shows and, last, the
    pain itself.
    """
    variables = now.case.variables
    columns = [_sorted(variables), variables.mechanisms, [*variables.traits, variables.outcome]]
    tall = len(columns[0]) - 1
    below = sum(
        v.name in variables.outcome.parents for v in variables.factors
    )  # their links pass below what goes on
    rows = [tall, tall - below, tall - below / 2]
    return [
        _node(v, place, PAD + (ROW + GAP) * rows[place] * i / max(1, len(column) - 1), now)
        for place, column in enumerate(columns)
        for i, v in enumerate(column)
    ]


def _sorted(variables: Any) -> list[Any]:
    """Those that act on the pain itself last, so that their links pass below what goes on in the
    back.
    """
    direct = variables.outcome.parents
    return sorted(variables.factors, key=lambda v: v.name in direct)


def _node(v: Any, column: int, y: float, now: Any) -> Node:
    found = now.case.posterior(v.name)
    if v in now.case.variables.traits:
        likeliest = str(found.idxmax())
        answer, p = wording.capital(v.answers.get(likeliest, likeliest)), float(found.max())
        return Node(v, column, y, p, f"{answer}, {wording.count(p)}", answer)
    p = float(found[v.states[-1]])
    settled = phrases.SETTLED[bool(round(p))] if wording.sure(p) else wording.count(p)
    return Node(v, column, y, p, settled, v.label)


def _link(cause: Node, effect: Node, now: Any) -> str:
    """A line as thick as its cause is likely to be at work."""
    at_work = float(now.table.contribution.get(cause.v.name, 0.0))
    strong = at_work if effect.v not in now.case.variables.traits else 0.0
    x, y, to_x, to_y = cause.x + cause.width, cause.middle, effect.x, effect.middle
    if cause.column == effect.column:
        path = f"M{cause.x} {y:g}C{cause.x - 14} {y:g} {cause.x - 14} {to_y:g} {cause.x} {to_y:g}"
    else:
        path = f"M{x} {y:g}C{x + 18} {y:g} {to_x - 18} {to_y:g} {to_x} {to_y:g}"
    ink = f"stroke-width:{1 + 6 * strong:.2f};stroke-opacity:{(1 + 3 * strong) / 4:.2f}"
    return f'<path class="link" style="{ink}" d="{path}"/>'


def _box(node: Node, leads: bool) -> str:
    """One node: its name, its bar, and its figure; a button where it leads to a view."""
    lines = textwrap.wrap(node.written, LETTERS[node.column])[:3]
    label = f"{node.v.label}: {node.words}"
    button = (
        f' class="node leads" role="button" tabindex="0" data-name="{escape(node.v.name)}"'
        if leads
        else ' class="node" role="img"'
    )
    full = (node.width - 2 * PAD) * node.p
    texts = "".join(
        f'<text x="{PAD}" y="{15 + 12.5 * i}">{escape(line)}</text>' for i, line in enumerate(lines)
    )
    return (
        f'<g transform="translate({node.x} {node.y:g})" aria-label="{escape(label)}"{button}>'
        f"<title>{escape(label)}</title>"
        f'<rect class="box" width="{node.width}" height="{ROW}" rx="4"/>{texts}'
        f'<rect class="cell" x="{PAD}" y="{ROW - PAD - BAR}"'
        f' width="{node.width - 2 * PAD}" height="{BAR}"/>'
        f'<rect class="bar" x="{PAD}" y="{ROW - PAD - BAR}"'
        f' width="{full:.1f}" height="{BAR}"/></g>'
    )
