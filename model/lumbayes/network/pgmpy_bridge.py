"""The one module that imports pgmpy: networks as pgmpy models, in files, and eliminated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.arguments import check_arguments
from ..errors import unknown

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

Likelihood = tuple[str, np.ndarray]  # a node, and a weight for each of its states

TOLERANCE = 1e-9  # of the sum of a column; pgmpy itself accepts a hundredth
FORMATS = ("bif", "bifxml", "xmlbif", "net")
NOT_OFFERED = {
    "xdsl": "readers differ on which parent's states change fastest, so one file is two networks;"
    " GeNIe reads .net",
    "uai": "it holds no names",
}


def format_of(path: str | Path, names: Iterable[str]) -> str:
    """Return the file format that the suffix of a path names, such as "bif".

    Raises `ValueError` if the suffix is not allowed, or if one of `names` has other characters than
    letters, digits and underscores, which the formats cannot hold.
    """
    check_arguments("Network.save", {"path": path})
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        why = f" Not offered: {NOT_OFFERED[suffix]}." if suffix in NOT_OFFERED else ""
        raise ValueError(f"{path}: {unknown('format', suffix, FORMATS)}{why}")
    for name in names:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise ValueError(
                f"{path}: the name {name!r} is not made of letters, digits and _"
                " and cannot be written; rename it."
            )
    return suffix


def hugin(
    states: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, tuple[str, ...]],
    tables: Mapping[str, np.ndarray],
) -> str:
    """Return a network as text in the language of Hugin, numbers with all digits.

    A table has the shape (n_states, *n_states of the parents). In the text the numbers are nested
    by parent, in their order, with the states of the node innermost (the HUGIN file format, 2011).
    """
    lines = ["net {", "}"]
    for name, own in states.items():
        quoted = " ".join(f'"{state}"' for state in own)
        lines += [f"node {name} {{", f"  states = ({quoted});", "}"]
    for name, table in tables.items():
        nested = str(np.moveaxis(table, 0, -1).tolist()).translate(str.maketrans("[]", "()", ","))
        lines += [f"potential ({name} | {' '.join(parents[name])}) {{", f"  data = {nested};", "}"]
    return "\n".join([*lines, ""])


def check(model: DiscreteBayesianNetwork) -> None:
    """Raise a `ValueError` if a column of a table does not sum to 1 or a number is negative."""
    model.check_model()
    for cpd in model.get_cpds():
        off = np.abs(cpd.get_values().sum(axis=0) - 1).max()
        if off > TOLERANCE or cpd.get_values().min() < 0:
            raise ValueError(
                f"The table of {cpd.variable!r} is not a probability: a column is off by {off:.2e}."
            )


def to_pgmpy(
    states: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, tuple[str, ...]],
    tables: Mapping[str, np.ndarray],
) -> DiscreteBayesianNetwork:
    """Return a checked pgmpy model; a table has the shape (n_states, *n_states of the parents)."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

    model = DiscreteBayesianNetwork([(p, name) for name in states for p in parents[name]])
    model.add_nodes_from(states)
    for name, own in states.items():
        cards = [len(states[p]) for p in parents[name]]
        names = {n: list(states[n]) for n in (name, *parents[name])}
        columns = tables[name].reshape(len(own), -1)
        model.add_cpds(TabularCPD(name, len(own), columns, parents[name], cards, names))
    check(model)
    return model


def bif(model: DiscreteBayesianNetwork, suffix: str) -> str:
    """Return the text of a BIF file of the model; of an XMLBIF file if the suffix is not "bif"."""
    from pgmpy.readwrite import BIFWriter, XMLBIFWriter

    return str((BIFWriter if suffix == "bif" else XMLBIFWriter)(model))


def eliminate(
    model: DiscreteBayesianNetwork,
    evidence: Sequence[Likelihood],
    interventions: Mapping[str, str],
) -> dict[str, dict[str, float]]:
    """Return P(node = state) of every node, by variable elimination and `do` of pgmpy.

    `evidence` holds pairs of a node and a weight for each of its states. For each pair the node
    gets a child that is observed as "yes".
    """
    from pgmpy.inference import VariableElimination

    nodes = [str(node) for node in model.nodes]
    model = model.do(list(interventions)) if interventions else model
    observed = dict(interventions)
    for i, (name, weights) in enumerate(evidence):
        observed[_add_witness(model, f"evidence {i}", name, weights)] = "yes"
    engine = VariableElimination(model)
    posteriors = {name: {state: 1.0} for name, state in interventions.items()}
    for name in (node for node in nodes if node not in interventions):
        factor = engine.query([name], observed)
        pairs = zip(factor.state_names[name], factor.values.tolist(), strict=True)
        posteriors[name] = dict(pairs)
    return posteriors


def _add_witness(
    model: DiscreteBayesianNetwork, witness: str, name: str, weights: np.ndarray
) -> str:
    """Add a child whose "yes" has these probabilities, up to scale (Pearl 1988, 2.2.2)."""
    from pgmpy.factors.discrete import TabularCPD

    states = model.get_cpds(name).state_names[name]
    likelihood = np.array(weights) / np.max(weights)
    model.add_edge(name, witness)
    names = {name: states, witness: ["no", "yes"]}
    table = [1 - likelihood, likelihood]
    model.add_cpds(TabularCPD(witness, 2, table, [name], [len(likelihood)], names))
    return witness
