"""The networks that ship with pgmpy, random findings for them, and pyAgrum's results."""

import gzip
import re
import warnings
from functools import cache
from importlib.resources import files

import numpy as np
import pyagrum as gum
from pgmpy.utils import get_example_model

QUICK = (
    "asia cancer earthquake sachs survey alarm insurance child hailfinder hepar2 win95pts".split()
)
SLOW = "water pathfinder andes pigs mildew diabetes".split()
LARGEST = "mildew diabetes barley munin1 link".split()
REFUSED = "barley munin1 link".split()
LIKELY, WEAKEST = 0.7, 0.05


@cache
def model(name):
    """One of pgmpy's networks as pgmpy reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_example_model(name)


def shape(name):
    """States and parents of each node, from the file that ships with pgmpy, without numbers."""
    packed = files("pgmpy") / "utils" / "example_models" / f"{name}.bif.gz"
    text = gzip.decompress(packed.read_bytes()).decode()
    nodes = re.findall(r"variable\s+(\S+)\s*{\s*type\s+discrete\s*\[\s*\d+\s*\]\s*{([^}]*)}", text)
    tables = re.findall(r"probability\s*\(\s*([^|)\s]+)\s*(?:\|([^)]*))?\)", text)
    states = {node: [state.strip() for state in listed.split(",")] for node, listed in nodes}
    return states, {
        node: [p.strip() for p in parents.split(",") if p.strip()] for node, parents in tables
    }


def states_of(model):
    """The state names of every node, in order."""
    return {
        cpd.variable: [str(s) for s in cpd.state_names[cpd.variable]] for cpd in model.get_cpds()
    }


def as_pyagrum(model):
    """The same tables as a pyAgrum network, every digit kept."""
    bn = gum.BayesNet()
    for name, states in states_of(model).items():
        bn.add(gum.LabelizedVariable(name, name, states))
    for cpd in model.get_cpds():
        for parent in cpd.variables[1:]:
            bn.addArc(parent, cpd.variable)
    for cpd in model.get_cpds():
        bn.cpt(cpd.variable).fillWith(cpd.values.ravel(order="F").tolist())
    return bn


def world(model, rng):
    """One state a node, drawn from the network itself, as state numbers."""
    drawn = {}
    while len(drawn) < len(model.nodes()):
        for cpd in model.get_cpds():
            parents = cpd.variables[1:]
            if cpd.variable not in drawn and all(p in drawn for p in parents):
                column = cpd.values[(slice(None), *(drawn[p] for p in parents))]
                drawn[cpd.variable] = int(rng.choice(len(column), p=column / column.sum()))
    return drawn


def findings(model, rng, most=8):
    """Some hard findings and likelihoods; most sets are possible, some drawn blindly."""
    states, true = states_of(model), world(model, rng)
    names = rng.permutation([*states])[: rng.integers(1, min(most, len(states)) + 1)].tolist()
    possible = rng.random() < LIKELY
    found = {"hard": {}, "likelihood": {}, "do": {}}
    for name in names:
        if rng.random() < LIKELY:
            state = true[name] if possible else rng.integers(len(states[name]))
            found["hard"][name] = states[name][state]
        else:
            weights = rng.uniform(WEAKEST, 1, len(states[name]))
            found["likelihood"][name] = dict(zip(states[name], weights.tolist()))
    return found


def ask(network, found):
    """Our result of the same findings: P(findings), and posteriors by names of states."""
    weights = {name: [*given.values()] for name, given in found["likelihood"].items()}
    question = network.query(found["hard"], weights)
    posteriors = network.posteriors(question)
    named = {
        n: dict(zip(states, posteriors[n][:, 0].tolist())) for n, states in network.states.items()
    }
    return network.probability(question)[0], named


def together(network, sets):
    """Many sets of findings as the columns of one query."""
    batch_size = {
        name: np.ones((len(states), len(sets))) for name, states in network.states.items()
    }
    for column, found in enumerate(sets):
        for name, state in found["hard"].items():
            batch_size[name][:, column] = [float(s == state) for s in network.states[name]]
        for name, weights in found["likelihood"].items():
            batch_size[name][:, column] *= [*weights.values()]
    return network.query(likelihood=batch_size)
