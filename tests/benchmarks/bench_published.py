"""Time by size of the tree on the networks that ship with pgmpy, beside pyAgrum."""

import time

import numpy as np
import published
import pyagrum as gum
from discrete import Discrete
from engines import ask_pyagrum
from timing import beside, seconds

EXACT, SETS, LARGEST_BATCH, BUDGET = 1e-9, 5, 1024, 300_000_000
LARGE = 300_000  # a circuit of more rows takes seconds a case: one set of findings, timed once
BYTES = 8 * 2 * 2  # a number, its slope, in both workers


def pyagrum_query(bn):
    """All posteriors under some findings that can be true together."""
    engine = gum.LazyPropagation(bn)
    nodes = [bn.idFromName(name) for name in bn.names()]

    def ask(found):
        soft = {name: [*given.values()] for name, given in found["likelihood"].items()}
        engine.setEvidence({**found["hard"], **soft})
        engine.makeInference()
        return [engine.posterior(node).toarray() for node in nodes]

    return ask


def possible(model, bn, rng, count):
    """Sets of findings that can be true together; pyAgrum has posteriors for some others too."""
    sets = []
    while len(sets) < count:
        found = published.findings(model, rng)
        sets += [found] * (ask_pyagrum(bn, **found)[0] > 0)
    return sets


def measure(name, quick):
    """One network: size, seconds a case alone, batched and by pyAgrum; or why it is refused."""
    model = published.model(name)
    start = time.perf_counter()
    try:
        network = Discrete(model)
    except MemoryError as refused:
        return {"name": name, "refused": str(refused)}
    built, rows = time.perf_counter() - start, int(network.circuit.steps[-1])
    bn, once = published.as_pyagrum(model), rows > LARGE
    ask = pyagrum_query(bn)
    sets = possible(model, bn, np.random.default_rng(0), 1 if once else SETS)
    batch_size = max(64, min(LARGEST_BATCH, BUDGET // (rows * BYTES)))
    alone = [published.together(network, [found]) for found in sets]
    batch = published.together(network, [sets[i % len(sets)] for i in range(batch_size)])
    turns = iter(range(10**9))
    ways = [
        lambda: network.posteriors(alone[next(turns) % len(sets)]),
        lambda: network.posteriors(batch),
        lambda: ask(sets[next(turns) % len(sets)]),
    ]
    one, many, theirs = (
        [seconds(way) for way in ways] if once else beside(*ways, repeats=1 if quick else 5)
    )
    worst = _difference(network.posteriors(batch), bn.names(), [ask(found) for found in sets])
    assert worst < EXACT, f"{name}: {worst}"
    return {
        "name": name,
        "nodes": len(network.states),
        "rows": rows,
        "difference": worst,
        "built": built,
        "alone": one,
        "batch": many / batch_size,
        "pyagrum": theirs,
    }


def _difference(ours, names, theirs):
    """The largest over the first lanes of the batch, which are the sets of findings in order."""
    pairs = [
        (ours[name][:, lane], other)
        for lane, answer in enumerate(theirs)
        for name, other in zip(names, answer)
    ]
    return max(float(np.abs(a - b).max()) for a, b in pairs)
