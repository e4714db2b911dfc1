"""The shipped network with link activations and paths as nodes, for other engines.

A link p > v fires (p:v) when its parent is there and its switch is on; v is there when its leak or
a link fires; "way c:v" says that fired links lead from the cause c to v. P(way c:pain) is then what
lumbayes calls the contribution of c. ORs of many parents are built up in pairs, which other engines
answer faster than one wide table.
"""

import numpy as np
import pyagrum as gum
from engines import add_tables
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

from lumbayes.data.variables import Measurement, Trait
from lumbayes.inference.causal_paths import variables_on_paths

NO_YES = ["no", "yes"]
ANY, ALL = (np.array([[1, 0], [0, 0]]), np.array([[1, 1], [1, 0]]))


def with_switches(network):
    """A pyAgrum network, and the nodes of each cause's presence and contribution, in order."""
    bn = gum.BayesNet()
    effects = [v for v in network.nodes if isinstance(v, (Measurement, Trait))]
    for v in _parents_first(network, [v for v in network.nodes if v not in effects]):
        leak = _chance(
            bn, f"leak of {v.name}" if v.parents else v.name, network.priors[v.name].mean
        )
        fired = [
            _gate(bn, f"{p}:{v.name}", [p, _switch(bn, network, p, v.name)], ALL) for p in v.parents
        ]
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
    line = variables_on_paths(network.variables, cause)
    for v in _parents_first(
        network, [v for v in network.nodes if not isinstance(v, (Measurement, Trait))]
    ):
        if v.name in line:
            reached = [
                (f"{p}:{v.name}", ways[p], f"way {cause}:{p}:{v.name}")
                for p in v.parents
                if p in ways
            ]
            joined = [
                _gate(bn, name, [fired, way], ALL) if way else fired for fired, way, name in reached
            ]
            ways[v.name] = _gate(bn, f"way {cause}:{v.name}", joined, ANY)
    return ways[network.variables.outcome.name]


def pyagrum_query(bn, present, active_probabilities):
    """A function of findings: presence and contribution of all causes by lazy propagation."""
    engine = gum.LazyPropagation(bn)
    nodes = [bn.idFromName(name) for name in [*present, *active_probabilities]]
    engine.setTargets(set(nodes))

    def ask(findings):
        engine.setEvidence(findings)
        engine.makeInference()
        return np.array([engine.posterior(node)[1] for node in nodes])

    return ask


def pgmpy_query(bn, present, active_probabilities, at_once):
    """The same by pgmpy's variable elimination, some nodes at once, a fresh engine each time."""
    model, nodes = _to_pgmpy(bn), [*present, *active_probabilities]

    def ask(findings):
        hard = {name: state for name, state in findings.items() if not isinstance(state, list)}
        soft = [_likelihood(model, name, w) for name, w in findings.items() if name not in hard]
        found = {name: float(state == "yes") for name, state in hard.items()}
        free = [name for name in nodes if name not in hard]
        for few in [free[i : i + at_once] for i in range(0, len(free), at_once)]:
            joint = VariableElimination(model).query(
                few, hard, virtual_evidence=soft or None, show_progress=False
            )
            found |= {
                n: _yes(joint.marginalize([m for m in few if m != n], inplace=False), n)
                for n in few
            }
        return np.array([found[name] for name in nodes])

    return ask


def _likelihood(model, name, weights):
    states = model.get_cpds(name).state_names[name]
    return TabularCPD(name, len(weights), [[w] for w in weights], state_names={name: states})


def _yes(factor, name):
    return float(factor.values[factor.state_names[name].index("yes")])


def _to_pgmpy(bn):
    model = DiscreteBayesianNetwork(
        [(bn.variable(a).name(), bn.variable(b).name()) for a, b in bn.arcs()]
    )
    model.add_nodes_from(bn.names())
    for name in bn.names():
        parents = [n for n in bn.cpt(name).names if n != name]
        labels = {n: list(bn.variable(n).labels()) for n in (name, *parents)}
        table = bn.cpt(name).toarray().reshape(-1, len(labels[name])).T
        order = list(bn.cpt(name).names)[:0:-1]
        model.add_cpds(
            TabularCPD(
                name, len(labels[name]), table, order, [len(labels[p]) for p in order], labels
            )
        )
    return model
