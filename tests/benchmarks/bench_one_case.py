"""One runner: presence and contribution, and contributions(), beside two engines."""

from functools import partial

import numpy as np
from runners_at_random import evidence_of, frame, query_of, weights
from switches import pgmpy_query, pyagrum_query, with_switches
from timing import Line, beside, said

from lumbayes import contributions, load
from lumbayes.attribution import fired_path_circuit
from lumbayes.engine.query import NO_ROWS, Query
from lumbayes.engine.solve import solve
from lumbayes.inference.causal_paths import (
    CONTRIBUTION,
    contribution_probabilities,
    presence_and_contribution,
)

EXACT, DRAWS, AT_ONCE, LARGE = 1e-9, 4000, (1, 16), 20_000


def engine(case):
    """A function from a query to presence and contribution, each (n_causes, batch_size)."""
    names, ways = [c.name for c in case.variables.causes], fired_path_circuit(case)

    def ask(asked):
        present, (contribution,), _ = presence_and_contribution(ways, asked, names, CONTRIBUTION)
        return present, contribution

    return ask


def warm(case):
    """Load the compiled loop by a batch large enough to wait for it."""
    solve(
        case.compiled.circuit,
        Query(np.tile(case.compiled.mean_inputs, LARGE), NO_ROWS, np.empty((0, 1))),
    )


def evidence(network, row):
    """What a Case is told of one row of a frame."""
    return {name: value for name, value in row.items() if value is not None and value == value}


def measure(quick):
    """Lines of the table; raises an AssertionError when the engines do not agree.

    The other engines answer for the network without levels of doses and traits, which they can
    hold; `contributions` and the draws are those of the whole one.
    """
    case, whole = load(traits=False, doses=False), load()
    warm(whole)
    ask, network = engine(case), case.network
    rows = frame(network, 2)
    likelihood = weights(network, rows)
    asked = [query_of(case, np.ascontiguousarray(likelihood[:, [i]])) for i in range(2)]
    given = [evidence_of(network, likelihood, i) for i in range(2)]
    runner = whole.given(**evidence(network, rows.iloc[0]))
    bn, present, way = with_switches(network)
    gum = pyagrum_query(bn, present, way)
    pgmpy = {n: pgmpy_query(bn, present, way, n) for n in AT_ONCE}
    for i in range(2):  # the same question gets the same answer from all
        ours = np.concatenate(ask(asked[i]))[:, 0]
        for other in (gum, *pgmpy.values()):
            assert np.abs(other(given[i]) - ours).max() < EXACT
    drawn = runner.query(DRAWS)
    ways, turns = fired_path_circuit(whole), iter(range(10**9))
    one, by_gum, call, spread = beside(
        lambda: ask(asked[next(turns) % 2]),
        lambda: gum(given[next(turns) % 2]),
        lambda: contributions(runner),
        lambda: contribution_probabilities(ways, drawn, present, CONTRIBUTION),
        repeats=5 if quick else 25,
    )
    slow = beside(
        *(partial(query, given[0]) for query in pgmpy.values()), repeats=1 if quick else 3
    )
    note = (
        "the shipped network with its link activations as nodes; a query is one makeInference and"
        " all posteriors"
    )
    return [
        Line(
            "one case, presence and contribution of 16 causes, arrays in and out; pyAgrum"
            " LazyPropagation",
            said(one),
            said(by_gum),
            by_gum / one,
            20,
            note,
        ),
        *(
            Line(
                f"the same; pgmpy VariableElimination, {nodes} asked at once",
                said(one),
                said(time),
                time / one,
                100,
            )
            for nodes, time in zip(["one node", "16 nodes"], slow)
        ),
        Line(
            "contributions(case) with intervals and DataFrame, in pyAgrum queries it may take (5)",
            said(call),
            said(5 * by_gum),
            5 * by_gum / call,
            1,
            f"it takes {call / by_gum:.1f} queries",
        ),
        Line(
            "4,000 draws of all priors, 16 causes; 10 pyAgrum queries",
            said(spread),
            said(10 * by_gum),
            10 * by_gum / spread,
            1,
            f"it takes {spread / by_gum:.1f} queries",
        ),
    ]
