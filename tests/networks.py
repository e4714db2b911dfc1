"""Networks for the tests: drawn at random as plain specs of oracle.py, and bridges between these, ours and other tools.

A spec becomes our Variables, Priors and Network by stating every number as a `Figure`; our Network becomes a spec
again, by the names of its states. `*_by_pgmpy` and `*_by_pyagrum` answer with other people's engines.
"""

from functools import cache, reduce
from math import prod

import numpy as np
import pyagrum as gum
from hypothesis import strategies as st
from lumbayes.case import Case
from lumbayes.inference import Compiled
from lumbayes.network import Network
from lumbayes.priors import Priors
from lumbayes.variables import Factor, Figure, Measurement, Mechanism, Outcome, Trait, Variable, Variables

chances = st.integers(1, 999).map(lambda thousandth: thousandth / 1000)
YES_NO = ["no", "yes"]


def yes(chance):
    return {"no": 1 - chance, "yes": chance}


@st.composite
def spreads(draw, states):
    weights = draw(st.lists(st.integers(1, 99), min_size=len(states), max_size=len(states)))
    return {state: weight / sum(weights) for state, weight in zip(states, weights, strict=True)}


@st.composite
def some(draw, names, least=0, most=3):
    return draw(st.lists(st.sampled_from(names), min_size=least, max_size=most, unique=True)) if names else []


@st.composite
def noisy(draw, parents):
    return {"parents": parents, "leak": yes(draw(chances)), "links": {p: yes(draw(chances)) for p in parents}}


@st.composite
def graded(draw, states, parents, gate):
    """A noisy-MAX effect whose levels win in an order of their own; a gated one has nothing at its lowest by itself."""
    order = draw(st.permutations(states))
    leak = {order[0]: 0.0} | draw(spreads(order[1:])) if gate else draw(spreads(order))
    family = {"parents": parents, "order": order, "leak": leak, "links": {p: draw(spreads(order)) for p in parents}}
    return family | ({"gate": gate} if gate else {})


@st.composite
def specs(draw):
    """2-6 factors that may hang on each other, 1-3 mechanisms, the pain, 0-2 graded effects, 0-1 picture readings."""
    factors = [f"factor_{i}" for i in range(draw(st.integers(2, 6)))]
    mechanisms = [f"mechanism_{i}" for i in range(draw(st.integers(1, 3)))]
    families = {f: draw(noisy(draw(some(factors[:i], most=2)))) for i, f in enumerate(factors)}
    families |= {m: draw(noisy(draw(some(factors + mechanisms[:i], least=1)))) for i, m in enumerate(mechanisms)}
    direct = draw(some(factors, most=2))
    families["pain"] = draw(noisy(draw(some(mechanisms, least=1)) + direct))
    variables = {name: YES_NO for name in families}
    for trait in ["trait_0", "trait_1"][: draw(st.integers(0, 2))]:
        gate = draw(st.sampled_from(["pain", "pain", mechanisms[0], None]))
        pushing = draw(some([m for m in [*mechanisms, factors[0]] if m != gate], least=len(mechanisms) > 1, most=2))
        variables[trait] = ["none", "early", "late", "always"][: draw(st.integers(2, 4))]
        families[trait] = draw(graded(variables[trait], pushing or factors[:1], gate))
    if draw(st.booleans()):
        variables["picture"], read = ["flat", "low", "high"][: draw(st.integers(2, 3))], draw(some(factors, 1, 1))
        families["picture"] = {"parents": read, "table": {s: draw(spreads(variables["picture"])) for s in YES_NO}}
    listed = draw(st.permutations(list(families)))
    return {"outcome": "pain", "variables": {n: variables[n] for n in listed}, "families": families}


@st.composite
def findings(draw, spec, quiet=()):
    """Hard, likelihood and do findings on some variables; the pain is mostly known, as it is when somebody asks."""
    found = {"hard": {}, "likelihood": {}, "do": {}}
    for name, states in spec["variables"].items():
        kind = draw(st.sampled_from([None] * 5 + ["hard", "hard", "likelihood", "do"]))
        if name == spec["outcome"] and draw(st.booleans()):
            found["hard"][name] = "yes"
        elif kind == "likelihood":
            found[kind][name] = {s: draw(st.integers(1, 40)) / 4 for s in states}
        elif kind and name not in quiet:
            found[kind][name] = draw(st.sampled_from(states))
    return found


def network_of(spec, mechanisms=(), size=1):
    """Our Network of a spec: every number a stated Figure of `size` counts, so that it has the spec's number as mean."""
    mechanisms = {n for n in spec["variables"] if n.startswith("mechanism")} | set(mechanisms)
    variables = [_variable(spec, name, states, mechanisms, size) for name, states in spec["variables"].items()]
    return Network(Priors(Variables(variables), (), {}))


def _variable(spec, name, states, mechanisms, size):
    family = spec["families"][name]
    common = {"name": name, "label": name, "states": tuple(states)}
    if "table" in family:
        rows = {s: _figure(spread, size) for s, spread in family["table"].items()}
        read = family["parents"][0]
        return Measurement(**common, reads=read, how="", safe_in_pain=True, basis="judgement", why="stated", rows=rows)
    links = {parent: _figure(spread, size) for parent, spread in family["links"].items()}
    common |= {"parents": tuple(family["parents"]), "background": _figure(family["leak"], size), "link": links}
    if "gate" in family:
        return Trait(**common, gate=family["gate"], dominance=tuple(family["order"]))
    if "order" in family or not leads_to(spec, name):
        return Variable(**common | {"states": tuple(family.get("order", states))})
    if name == spec["outcome"]:
        return Outcome(**common)
    return Mechanism(**common) if name in mechanisms else Factor(**common, group="body", changeable=True)


def _figure(spread, size):
    return Figure("judgement", "stated", {state: share * size for state, share in spread.items()})


def leads_to(spec, name):
    """Whether some path of links goes from the variable to the outcome."""
    effects = [e for e, family in spec["families"].items() if name in family.get("links", ())]
    return name == spec["outcome"] or any(leads_to(spec, e) for e in effects)


def case_of(network):
    return Case(Compiled(network))


def enter(case, hard, likelihood, do):
    """Our case with the same findings, and what its probability is to be multiplied by: leanings are read as ratios."""
    scale = prod(max(weights.values()) for weights in likelihood.values())
    return case.given(**hard).leaning(**likelihood).do(**do), scale


def spec_of(network):
    """The spec of one of our networks, read off its priors by the names of states."""
    families = {v.name: _family(network, v) for v in network.nodes}
    states = {v.name: list(v.states) for v in network.nodes}
    return {"outcome": network.variables.outcome.name, "variables": states, "families": families}


def _family(network, v):
    def named(key):
        prior = network.priors[key]
        return dict(zip(prior.states, prior.shares.tolist(), strict=True))

    if isinstance(v, Measurement):
        return {"parents": [v.reads], "table": {s: named((f"{v.reads}={s}", v.name)) for s in YES_NO}}
    links = {parent: named((parent, v.name)) for parent in v.parents}
    family = {"parents": list(v.parents), "leak": named(v.name), "links": links, "order": list(v.order)}
    return family | ({"gate": v.gate} if isinstance(v, Trait) else {})


def posteriors_by_pgmpy(model, hard, likelihood, do):
    """Every node's posterior by pgmpy's elimination on the cut model: a fresh engine, one joint, summed out."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination

    cut = model.do(list(do)) if do else model
    names = {n: model.get_cpds(n).state_names[n] for n in model.nodes()}
    weights = {n: np.array([[w[s]] for s in names[n]], float) for n, w in likelihood.items()}
    virtual = [TabularCPD(n, len(w), w / w.max(), state_names={n: names[n]}) for n, w in weights.items()]
    told = {**hard, **do}
    free = [n for n in model.nodes() if n not in told]
    joint = VariableElimination(cut).query(free, evidence=told, virtual_evidence=virtual or None, show_progress=False)
    found = {n: dict.fromkeys(names[n], 0.0) | {s: 1.0} for n, s in told.items()}
    for at, n in enumerate(joint.variables):
        sums = joint.values.sum(axis=tuple(i for i in range(len(joint.variables)) if i != at))
        found[n] = dict(zip(joint.state_names[n], sums.tolist(), strict=True))
    return found


def to_pyagrum(network, do):
    """Our tables as a pyAgrum network, its arrows into the variables of `do` cut."""
    bn = gum.BayesNet()
    for v in network.nodes:
        bn.add(gum.LabelizedVariable(v.name, v.name, list(v.states)))
    for v in network.nodes:
        for parent in () if v.name in do else network.parents(v.name):
            bn.addArc(parent, v.name)
    for v in network.nodes:
        held = [float(s == do.get(v.name)) for s in v.states]
        bn.cpt(v.name)[:] = held if v.name in do else np.ascontiguousarray(network.table(v.name).T)
    return bn


def posteriors_by_pyagrum(bn, hard, likelihood, do):
    """P(findings) and every node's posterior by pyAgrum's lazy propagation."""
    engine = gum.LazyPropagation(bn)
    told = {n: [w[s] for s in bn.variable(n).labels()] for n, w in likelihood.items()}
    engine.setEvidence({**hard, **told})
    engine.makeInference()
    names = bn.names()
    found = {n: dict(zip(bn.variable(n).labels(), engine.posterior(n).tolist(), strict=True)) for n in names}
    return engine.evidenceProbability(), found
