"""Trust, but check: every posterior of a case beside the same one by pgmpy's variable elimination."""

from __future__ import annotations

import pandas as pd

from .case import Case
from .inference import posteriors


def verify(case: Case) -> pd.DataFrame:
    """Every node and state of a case by both engines, as columns `lumbayes`, `pgmpy` and `difference`, largest first.

    The second engine shares no arithmetic with the first: it is given the plain tables at the mean of every prior, the
    hard findings, one extra child for each likelihood, and pgmpy's own surgery. Takes seconds: it imports pgmpy.
    """
    case.check_possible()
    nodes = case.network.nodes
    ours = posteriors(case.compiled, case.question(), [v.name for v in nodes])
    theirs = case.network.eliminate(case.evidence(), case.surgery)
    pairs = [(v.name, state, i) for v in nodes for i, state in enumerate(v.states)]
    table = pd.DataFrame(
        {
            "lumbayes": [float(ours[name][i, 0]) for name, _, i in pairs],
            "pgmpy": [theirs[name].get(state, 0.0) for name, state, _ in pairs],
        },
        index=pd.MultiIndex.from_tuples([(name, state) for name, state, _ in pairs], names=["variable", "state"]),
    )
    table["difference"] = (table["lumbayes"] - table["pgmpy"]).abs()
    return table.sort_values("difference", ascending=False, kind="stable")
