"""Links whose firing bears evidence, as tables: a hidden switch takes what a runner says of it.

In the multiplicative form of a noisy-OR a link is a factor over its hub: P(not fired) at the place
"absent", 1 at the top. A switch splits it: idle, P(not fired) at both places; fired, the difference
of 1 and P(not fired) at the top, which takes two states of one sign each. Likelihoods then multiply
the states, and where they are all 1 the sum over the switch is the link as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..engine.circuit import MINUS, ONE, ZERO
from ..engine.junction_tree import Table

if TYPE_CHECKING:
    from ..data.variables import Variables

STATES = ("absent", "idle", "fired")  # of a factor and its link
IDLE, FIRED, FIRED_MINUS = range(3)  # of a switch
SUFFIX = ":contrast"  # of the name of the evidence on a factor's link


def evidence_on_link(name: str) -> str:
    """Return the name under which evidence on a factor's link is entered."""
    return f"{name}{SUFFIX}"


def switch_of(name: str) -> str:
    """Name the hidden switch of a factor's link."""
    return f"switch of {name}"


def switched(link: Table, parent: str) -> Table:
    """Return a link's table over hub and parent with its switch as a third variable.

    The link has shape (2, n_levels) with the level "absent" first: place 0 is P(not fired).
    """
    rows = np.stack([np.broadcast_to(link.rows[0], link.rows.shape), link.rows, link.rows], axis=-1)
    rows = rows.copy()
    rows[0, :, FIRED:] = ZERO
    rows[1, :, FIRED_MINUS] = link.rows[0]
    rows[:, 0, FIRED:] = ZERO
    return Table((*link.scope, switch_of(parent)), rows)


def contrasted_links(variables: Variables) -> list[tuple[str, str]]:
    """Return the links that contrasts are evidence on: each such factor has one."""
    if variables.contrasts is None:
        return []
    return [(name, variables.effects(name)[0]) for name in variables.contrasts.factors]


def switch_tables(
    parent: str, n_levels: int, input_row: Callable[..., int], node: str = ""
) -> list[Table]:
    """Return the signs of a switch's states, and the likelihood of each by the parent's level.

    `node` holds the level, by default the parent itself.
    """
    absent, idle, fired = (
        input_row("evidence", evidence_on_link(parent), state) for state in STATES
    )
    rows = np.array([[absent, ZERO, ZERO], *[[idle, fired, fired]] * (n_levels - 1)])
    switch = switch_of(parent)
    signs = Table((switch,), np.array([ONE, ONE, MINUS]))
    return [signs, Table((node or parent, switch), rows)]
