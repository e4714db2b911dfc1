"""Links that contrasts are evidence on, as tables: a hidden switch says whether a link fired.

In the multiplicative form of a noisy-OR a link is a table over its hub: P(not fired) at the place
"absent", 1 at the top. A switch splits this table. Its state idle has P(not fired) at both places.
Its state fired has 1 − P(not fired) at the top, which takes two states, one of each sign. The
likelihood of a contrast multiplies the states. If it is 1 everywhere, the sum over the switch is
the link as it was.
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
    """Return the name of evidence on the link of a factor, such as "hills:contrast"."""
    return f"{name}{SUFFIX}"


def switch_of(name: str) -> str:
    """Return the name of the hidden switch of the link of a factor."""
    return f"switch of {name}"


def switched(link: Table, parent: str) -> Table:
    """Return the table of a link over hub and parent, with the switch as a third variable.

    The table of the link has the shape (2, n_levels), the level "absent" first. Its place 0 holds
    P(not fired).
    """
    rows = np.stack([np.broadcast_to(link.rows[0], link.rows.shape), link.rows, link.rows], axis=-1)
    rows = rows.copy()
    rows[0, :, FIRED:] = ZERO
    rows[1, :, FIRED_MINUS] = link.rows[0]
    rows[:, 0, FIRED:] = ZERO
    return Table((*link.scope, switch_of(parent)), rows)


def contrasted_links(variables: Variables) -> list[tuple[str, str]]:
    """Return the links (factor, effect) that contrasts are evidence on; one per factor."""
    if variables.contrasts is None:
        return []
    return [(name, variables.effects(name)[0]) for name in variables.contrasts.factors]


def switch_tables(
    parent: str, n_levels: int, input_row: Callable[..., int], node: str = ""
) -> list[Table]:
    """Return two tables of a switch: the signs of its states, and the likelihoods by level.

    `node` is the variable that holds the level; by default it is the parent itself.
    """
    absent, idle, fired = (
        input_row("evidence", evidence_on_link(parent), state) for state in STATES
    )
    rows = np.array([[absent, ZERO, ZERO], *[[idle, fired, fired]] * (n_levels - 1)])
    switch = switch_of(parent)
    signs = Table((switch,), np.array([ONE, ONE, MINUS]))
    return [signs, Table((node or parent, switch), rows)]
