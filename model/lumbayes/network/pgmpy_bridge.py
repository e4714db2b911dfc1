"""The one module that imports pgmpy: its model of a network, its files, its elimination."""

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
    """Return the format of a path's suffix, or raise a `ValueError` that says what is allowed.

    It also raises one for a name that is not of letters, digits and underscores, which the formats
    cannot hold.
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
    """Return a network in Hugin's language, every digit written.

    A table has the shape (n_states, *n_states of the parents). Its data are nested by parent, in
    their order, with the node's own states innermost (the HUGIN file format, 2011).
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
    """Raise a `ValueError` unless each column sums to 1 within `TOLERANCE` and none is negative."""
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
    """Return a checked pgmpy model; a table has the shape (states, *parents' states)."""
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
    """Return the model as a BIF file's text, in XML unless the suffix is `bif`."""
    from pgmpy.readwrite import BIFWriter, XMLBIFWriter

    return str((BIFWriter if suffix == "bif" else XMLBIFWriter)(model))


def eliminate(
    model: DiscreteBayesianNetwork,
    evidence: Sequence[Likelihood],
    interventions: Mapping[str, str],
) -> dict[str, dict[str, float]]:
    """Return P(node = state) of every node by pgmpy's variable elimination and its own `do`.

    `evidence` holds pairs of a node and a weight for each of its states; each becomes a child
    observed as "yes".
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
        factor = engine.query([name], observed, show_progress=False)
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
