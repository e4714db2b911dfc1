"""The shipped network with every switch and every way to the pain as a node, so that other engines answer the same.

A link p > v fires (p:v) when its parent is there and its switch is on; v is there when its leak or a link fires; "way
c:v" says that fired links lead from the cause c to v. P(way c:pain) is then what lumbayes calls the contribution of c.
ORs of many parents are built up in pairs, which other engines answer faster than one wide table.
"""

import warnings

import numpy as np
import pyagrum as gum
from engines import add_tables
from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork

from lumbayes.variables import Measurement, Trait
from lumbayes.ways import on_the_way

NO_YES = ["no", "yes"]
ANY, ALL = (np.array([[1, 0], [0, 0]]), np.array([[1, 1], [1, 0]]))


def with_switches(network):
    """A pyAgrum network, and the nodes that hold presence and contribution of each cause, in order."""
    bn = gum.BayesNet()
    effects = [v for v in network.nodes if isinstance(v, (Measurement, Trait))]
    for v in _parents_first(network, [v for v in network.nodes if v not in effects]):
        leak = _chance(bn, f"leak of {v.name}" if v.parents else v.name, network.priors[v.name].mean)
        fired = [_gate(bn, f"{p}:{v.name}", [p, _switch(bn, network, p, v.name)], ALL) for p in v.parents]
        if v.parents:
            _gate(bn, v.name, [leak, *fired], ANY)
    add_tables(bn, network, effects, {})
    causes = [c.name for c in network.variables.causes]
    return bn, causes, [_way(bn, network, c) for c in causes]


def _parents_first(network, left):
    done = []
    while left:
        done += [v for v in left if {*v.parents} <= {d.name for d in done}]
        left = [v for v in left if v not in done]
    return done


def _switch(bn, network, parent, name):
    return _chance(bn, f"{parent}>{name}", network.priors[parent, name].mean)


def _chance(bn, name, chance):
    bn.add(gum.LabelizedVariable(name, name, NO_YES))
    bn.cpt(name).fillWith([1 - chance, chance])
    return name


def _gate(bn, name, parents, absent):
    """A chain of pairs; `absent` is P(no) by the states of two parents."""
    first, *rest = parents
    for i, parent in enumerate(rest):
        own = name if parent == rest[-1] else f"{name} {i}"
        bn.add(gum.LabelizedVariable(own, own, NO_YES))
        bn.addArc(first, own)
        bn.addArc(parent, own)
        bn.cpt(own).fillWith(np.stack([absent, 1 - absent], axis=-1).ravel().astype(float).tolist())
        first = own
    return first


def _way(bn, network, cause):
    ways = {cause: None}
    line = on_the_way(network.variables, cause)
    for v in _parents_first(network, [v for v in network.nodes if not isinstance(v, (Measurement, Trait))]):
        if v.name in line:
            reached = [(f"{p}:{v.name}", ways[p], f"way {cause}:{p}:{v.name}") for p in v.parents if p in ways]
            joined = [_gate(bn, name, [fired, way], ALL) if way else fired for fired, way, name in reached]
            ways[v.name] = _gate(bn, f"way {cause}:{v.name}", joined, ANY)
    return ways[network.variables.outcome.name]


def pyagrum_query(bn, present, at_work):
    """A function of findings: one run of lazy propagation and the presence and contribution of every cause."""
    engine = gum.LazyPropagation(bn)
    nodes = [bn.idFromName(name) for name in [*present, *at_work]]
    engine.setTargets(set(nodes))

    def ask(findings):
        engine.setEvidence(findings)
        engine.makeInference()
        return np.array([engine.posterior(node)[1] for node in nodes])

    return ask


def pgmpy_query(bn, present, at_work, at_once):
    """The same by pgmpy's variable elimination, some nodes at once."""
    from pgmpy.inference import VariableElimination

    model, nodes = _to_pgmpy(bn), [*present, *at_work]
    groups = [nodes[i : i + at_once] for i in range(0, len(nodes), at_once)]

    def ask(findings):
        hard = {name: state for name, state in findings.items() if not isinstance(state, list)}
        soft = [TabularCPD(n, len(w), [[x] for x in w], state_names={n: model.get_cpds(n).state_names[n]})
                for n, w in findings.items() if isinstance(w, list)]  # fmt: skip
        found = {name: float(hard[name] == "yes") for name in nodes if name in hard}
        for group in groups:
            asked = [name for name in group if name not in found]
            if asked:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    engine = VariableElimination(model)
                    joint = engine.query(asked, hard, virtual_evidence=soft or None, show_progress=False)
                for name in asked:
                    found[name] = joint.marginalize([n for n in asked if n != name], inplace=False).get_value(**{name: "yes"}) if len(asked) > 1 else joint.get_value(**{name: "yes"})
        return np.array([found[name] for name in nodes])

    return ask


def _to_pgmpy(bn):
    model = DiscreteBayesianNetwork([(bn.variable(a).name(), bn.variable(b).name()) for a, b in bn.arcs()])
    model.add_nodes_from(bn.names())
    for name in bn.names():
        parents = [n for n in bn.cpt(name).names if n != name]
        labels = {n: list(bn.variable(n).labels()) for n in (name, *parents)}
        table = bn.cpt(name).toarray().reshape(-1, len(labels[name])).T
        order = list(bn.cpt(name).names)[:0:-1]
        model.add_cpds(TabularCPD(name, len(labels[name]), table, order, [len(labels[p]) for p in order], labels))
    return model
