"""The same network and findings in other engines: pgmpy's elimination and pyAgrum.

What is found of a runner is `given`, `likelihood`, `do` in the words of a Case, and `hard`,
`likelihood`, `do` for everybody else, oracle.py included.
"""

from math import log, log1p, prod

import numpy as np
import pyagrum as gum
from networks import YES_NO
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from scipy.integrate import simpson

from lumbayes.data.variables import Measurement, Trait

LATENT = "dominant_cause"

AT_ONCE = 6
SCALES = {"linear": float, "log": log, "log1p": log1p}


def enter(case, hard, likelihood, do):
    """Our case with these findings."""
    return case.given(**hard).likelihood(**likelihood).do(**do)


def scale(likelihood):
    """What the probability of our case is to be multiplied by: it reads a likelihood as a ratio,
    the highest as 1.
    """
    weights = [list(w.values()) if isinstance(w, dict) else [w] for w in likelihood.values()]
    return prod(max(w if len(w) > 1 else [1, *w]) for w in weights)


def split_evidence(network, given, likelihood, do):
    """Evidence as hard, likelihood and do; a test's reading becomes a likelihood of its factor."""
    found = {"hard": {}, "likelihood": {}, "do": do}
    for name, weights in likelihood.items():
        stated = weights if isinstance(weights, dict) else {"yes": weights}
        found["likelihood"][name] = dict.fromkeys(network.variables[name].states, 1) | stated
    for name, state in given.items():
        test = network.variables[name]
        if isinstance(test, Measurement) and test.numeric:
            before = found["likelihood"].get(test.reads, {"no": 1, "yes": 1})
            found["likelihood"][test.reads] = {
                s: w * before[s] for s, w in speaks(test, state).items()
            }
        else:
            found["hard"][name] = state
    return found


def speaks(test, reading):
    """p(reading | factor) / p(reading), by sums over the true quantity beside the cut."""
    scale = SCALES[test.scale]
    cut, seen, middle = scale(test.cut), scale(reading), scale(test.centre)
    reach = 12 * test.spread
    sides = [np.linspace(min(seen, middle, cut) - reach, cut, 40001)]
    sides.append(np.linspace(cut, max(seen, middle, cut) + reach, 40001))
    height = [-(((t - middle) / test.spread) ** 2) / 2 for t in sides]
    fit = [h - ((t - seen) / test.error) ** 2 / 2 for h, t in zip(height, sides, strict=True)]
    peak = max(f.max() for f in fit)
    prior = [simpson(np.exp(h), x=t) for h, t in zip(height, sides, strict=True)]
    after = [simpson(np.exp(f - peak), x=t) for f, t in zip(fit, sides, strict=True)]
    ratio = [(a / sum(after)) / (p / sum(prior)) for a, p in zip(after, prior, strict=True)]
    ratio = ratio if test.side == "above" else ratio[::-1]
    return {
        state: (1 - test.blunder) * r + test.blunder for state, r in zip(YES_NO, ratio, strict=True)
    }


def ask_pgmpy(model, hard, likelihood, do):
    """Every posterior by pgmpy's elimination on the cut model, with a fresh engine each."""
    fixed = {**hard, **do}
    states = {n: model.get_cpds(n).state_names[n] for n in model.nodes()}
    weights = {
        n: np.array([[w[s]] for s in states[n]], float)
        for n, w in likelihood.items()
        if n not in fixed
    }
    virtual = [
        TabularCPD(n, len(w), w / w.max(), state_names={n: states[n]}) for n, w in weights.items()
    ]
    cut = model.do(list(do)) if do else model
    found = {n: dict.fromkeys(states[n], 0.0) | {s: 1.0} for n, s in fixed.items()}
    free = [n for n in states if n not in fixed]
    for few in [free[i : i + AT_ONCE] for i in range(0, len(free), AT_ONCE)]:
        engine = VariableElimination(cut)
        joint = engine.query(
            few, evidence=fixed, virtual_evidence=virtual or None, show_progress=False
        )
        found |= {n: joint.marginalize([m for m in few if m != n], inplace=False) for n in few}
    return {
        n: t if isinstance(t, dict) else dict(zip(t.state_names[n], t.values.tolist()))
        for n, t in found.items()
    }


def to_pyagrum(network, do):
    """Our tables as a pyAgrum network, the arrows into the variables of `do` cut and these held."""
    bn = gum.BayesNet()
    add_tables(bn, network, network.nodes, do)
    return bn


def add_tables(bn, network, nodes, do):
    """Some of our nodes with their tables, put into a pyAgrum network that has their other
    parents.
    """
    if any(isinstance(v, Trait) and v.follows_cause for v in nodes):
        add_dominant_cause(bn, network, nodes, do)
    for v in nodes:
        if v.name not in bn.names():
            bn.add(gum.LabelizedVariable(v.name, v.name, list(v.states)))
    for v in nodes:
        for parent in () if v.name in do else network.parents(v.name):
            bn.addArc(parent, v.name)
    for v in nodes:
        held = np.array([float(s == do.get(v.name)) for s in v.states])
        bn.cpt(v.name)[:] = np.ascontiguousarray(held if v.name in do else network.table(v.name).T)


def add_dominant_cause(bn, network, nodes, do):
    """The node on which traits depend: by the nodes of fired links where there are such."""
    outcome = network.variables.outcome
    fired = [f"{parent}:{outcome.name}" for parent in outcome.parents]
    has_links = set(fired) <= set(bn.names())
    table = alike(len(fired)) if has_links else network.table(LATENT)
    if outcome.name in do:
        table = np.zeros_like(table)
        table[0, ..., 0] = table[-1, ..., 1] = 1
    parents = [*(fired if has_links else outcome.parents), outcome.name]
    for v in nodes:
        if v.name in parents:
            bn.add(gum.LabelizedVariable(v.name, v.name, list(v.states)))
    causes = ["none", *outcome.parents, "background"]
    bn.add(gum.LabelizedVariable(LATENT, LATENT, causes))
    for parent in parents:
        bn.addArc(parent, LATENT)
    bn.cpt(LATENT)[:] = np.ascontiguousarray(table.T)


def alike(n_links):
    """P(dominant cause | which links fired, the pain): each that fired is as likely."""
    table = np.zeros([n_links + 2, *[2] * (n_links + 1)])
    table[0, ..., 0] = 1
    for fired in np.ndindex(*[2] * n_links):
        table[(slice(1, -1), *fired, 1)] = np.array(fired) / max(sum(fired), 1)
        table[(-1, *fired, 1)] = not any(fired)
    return table


def ask_pyagrum(bn, hard, likelihood, do, names=None):
    """P(findings) and posteriors by lazy propagation; `do` is already in the network."""
    engine = gum.LazyPropagation(bn)
    states = {name: bn.variable(name).labels() for name in bn.names()}
    soft = {
        n: [weights[s] for s in states[n]] for n, weights in likelihood.items() if n not in hard
    }
    engine.setEvidence({**hard, **soft})
    engine.setTargets(set(names or states))
    weight = prod(likelihood[n][hard[n]] for n in hard if n in likelihood)
    try:
        found = {n: dict(zip(states[n], engine.posterior(n).tolist())) for n in names or states}
        return engine.evidenceProbability() * weight, found
    except gum.IncompatibleEvidence:
        return 0, {}
