"""Interventions as overrides of the inputs: the links into a variable are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import Trait

if TYPE_CHECKING:
    from .compiled import Compiled, InputKey


def intervention(compiled: Compiled, name: str, state: str) -> dict[int, float]:
    """Return do(name = state) as overrides; the variable then does not depend on its parents.

    See Pearl 2009, ch. 3.
    """
    v, rows = compiled.network.variables[name], compiled.input_rows
    values: dict[InputKey, float] = {
        key: float(v.states[int(key[3])] == state) for key in rows if key[::2] == ("point", name)
    }
    is_level = np.array([s == state for s in v.order], float)
    leak = is_level if isinstance(v, Trait) else np.cumsum(is_level)
    for k, value in enumerate(leak):
        values["leak", name, k] = values["shut", name, k] = float(value)
    values |= {key: 1.0 for key in rows if key[::2] == ("dosed", name)}
    described = [key for key in rows if key[::2] == ("row", name)]
    values |= {key: float(is_level[int(key[3])]) for key in described}
    values |= {("link", p, name, k): 1.0 for p in v.parents for k in range(len(v.states))}
    return {rows[key]: value for key, value in values.items() if key in rows}
