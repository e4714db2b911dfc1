"""The files that other tools open: which formats keep a network whole, which names they hold, and
Hugin's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import unknown

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork


FORMATS = ("bif", "bifxml", "xmlbif", "net")
NOT_OFFERED = {
    "xdsl": "readers differ on which parent's states change fastest, so one file is two networks; GeNIe reads .net",
    "uai": "it holds no names",
}


def format_of(path: str | Path, names: Iterable[str]) -> str:
    """The format that a path's suffix names, or a `ValueError` that says what is offered, and why
    another is not.

    Raises it as well for a name that is not of letters, digits and underscores: the formats would
    spoil it.
    """
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        why = f" Not offered: {NOT_OFFERED[suffix]}." if suffix in NOT_OFFERED else ""
        raise ValueError(f"{path}: {unknown('format', suffix, FORMATS)}{why}")
    for name in names:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise ValueError(
                f"{path}: the name {name!r} is not made of letters, digits and _ and cannot be written."
            )
    return suffix


def hugin(states: Mapping[str, tuple[str, ...]], parents: Mapping[str, tuple[str, ...]],
          tables: Mapping[str, np.ndarray]) -> str:  # fmt: skip
    """A network in Hugin's language, every digit written; a table has the shape (states, *parents'
    states).

    Its data are nested by parent, in their order, with the node's own states innermost (the HUGIN
    file format, 2011).
    """
    lines = ["net {", "}"]
    for name, own in states.items():
        quoted = " ".join(f'"{state}"' for state in own)
        lines += [f"node {name} {{", f"  states = ({quoted});", "}"]
    for name, table in tables.items():
        nested = str(np.moveaxis(table, 0, -1).tolist()).translate(str.maketrans("[]", "()", ","))
        lines += [f"potential ({name} | {' '.join(parents[name])}) {{", f"  data = {nested};", "}"]
    return "\n".join([*lines, ""])


def _witness(model: DiscreteBayesianNetwork, witness: str, name: str, weights: np.ndarray) -> str:
    """Add a child whose "yes" has these probabilities, up to scale, under the states of `name`
    (Pearl 1988, 2.2.2).
    """
    from pgmpy.factors.discrete import TabularCPD

    states = model.get_cpds(name).state_names[name]
    seen = np.array(weights) / np.max(weights)
    model.add_edge(name, witness)
    names = {name: states, witness: ["no", "yes"]}
    model.add_cpds(TabularCPD(witness, 2, [1 - seen, seen], [name], [len(seen)], names))
    return witness


def check(model: DiscreteBayesianNetwork) -> None:
    """pgmpy's own check and a tighter one: every column sums to 1 at 1e-9 and holds no negative;
    else `ValueError`.
    """
    model.check_model()
    for cpd in model.get_cpds():
        off = np.abs(cpd.get_values().sum(axis=0) - 1).max()
        if off > 1e-9 or cpd.get_values().min() < 0:
            raise ValueError(
                f"The table of {cpd.variable!r} is not a probability: a column is off by {off:.2e}."
            )
