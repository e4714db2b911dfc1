"""Random networks and findings as specs of oracle.py, converted to ours and back.

A spec becomes our Variables, Priors and Network by stating every number as a `Figure`; our Network
becomes a spec again by the names of its states.
"""

from dataclasses import replace
from operator import attrgetter

from hypothesis import assume
from hypothesis import strategies as st

from lumbayes.case import Case
from lumbayes.data.variables import (
    Factor,
    Measurement,
    Mechanism,
    Outcome,
    StatedEstimate,
    Trait,
    Variable,
    Variables,
)
from lumbayes.inference.compiled import Compiled
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

YES_NO = ["no", "yes"]
KINDS = {
    "factor": Factor,
    "mechanism": Mechanism,
    "pain": Outcome,
}  # by the first part of a name; else plain
UNUSED = {
    "link": {"weight": 1},
    "profile": {"report": 1},
}  # what claims weigh against; nobody claims anything here
MOST_LINKS = 11  # the slow twin lays out every switch
chances = st.integers(1, 999).map(lambda thousandth: thousandth / 1000)


def yes(chance):
    return {"no": 1 - chance, "yes": chance}


def noisy(leak, **links):
    return {
        "parents": list(links),
        "leak": yes(leak),
        "links": {cause: yes(chance) for cause, chance in links.items()},
    }


# Factors a, b, c, a mechanism m, the pain, an effect t that no pain gates: the network whose
# figures are published.
_FAMILIES = {
    "factor_a": noisy(0.3),
    "factor_b": noisy(0.2),
    "factor_c": noisy(0.1),
    "mechanism_m": noisy(0.05, factor_a=0.6, factor_b=0.5),
    "pain": noisy(0.1, mechanism_m=0.7, factor_c=0.4),
    "trait_t": noisy(0.05, mechanism_m=0.2, factor_c=0.8),
}
WORKED_OUT = {
    "outcome": "pain",
    "variables": dict.fromkeys(_FAMILIES, YES_NO),
    "families": _FAMILIES,
}


@st.composite
def spreads(draw, states):
    weights = [draw(st.integers(1, 99)) for _ in states]
    return {state: weight / sum(weights) for state, weight in zip(states, weights, strict=True)}


@st.composite
def some(draw, names, least=0, most=2):
    return (
        draw(st.lists(st.sampled_from(names), min_size=least, max_size=most, unique=True))
        if names
        else []
    )


@st.composite
def binary(draw, parents):
    return noisy(draw(chances), **{parent: draw(chances) for parent in parents})


@st.composite
def graded(draw, states, parents, gate):
    """A noisy-MAX effect with its own order of levels; a gated one has a zero lowest leak."""
    order = draw(st.permutations(states))
    leak = {order[0]: 0.0} | draw(spreads(order[1:])) if gate else draw(spreads(order))
    family = {
        "parents": parents,
        "order": order,
        "leak": leak,
        "links": {p: draw(spreads(order)) for p in parents},
    }
    return family | ({"gate": gate} if gate else {})


@st.composite
def described(draw, states, causes):
    """How the pain of each cause is described; without pain the first state alone."""
    rows = {cause: {states[0]: 0.0} | draw(spreads(states[1:])) for cause in causes}
    background = {states[0]: 0.0} | draw(spreads(states[1:]))
    none = dict.fromkeys(states, 0.0) | {states[0]: 1.0}
    return rows | {"background": background, "none": none}


@st.composite
def specs(draw, most_links=MOST_LINKS):
    """2-6 factors that may hang on each other, 1-3 mechanisms, the pain, 0-2 graded effects, 0-2
    traits of the cause at work, 0-1 picture readings.

    A factor may reach the pain in two ways or in none; the variables are listed in any order.
    """
    factors = [f"factor_{i}" for i in range(draw(st.integers(2, 6)))]
    mechanisms = [f"mechanism_{i}" for i in range(draw(st.integers(1, 3)))]
    families = {
        f: draw(binary(draw(some(factors[:i], most=1 + (len(factors) < 4)))))
        for i, f in enumerate(factors)
    }
    for i, mechanism in enumerate(mechanisms):
        pushing = draw(some(factors, least=1)) + draw(some(mechanisms[:i], most=1))
        families[mechanism] = draw(binary(pushing))
    families["pain"] = draw(binary(draw(some(mechanisms, least=1)) + draw(some(factors))))
    assume(sum(len(family["links"]) for family in families.values()) <= most_links)
    states = {name: YES_NO for name in families}
    for trait in ["trait_0", "trait_1"][: draw(st.sampled_from([1, 2, 0]))]:
        gate = draw(st.sampled_from(["pain", "pain", mechanisms[0], None]))
        pushing = draw(some([m for m in [*mechanisms, factors[0]] if m != gate], least=1))
        states[trait] = ["none", "early", "late", "always"][: draw(st.integers(2, 4))]
        families[trait] = draw(graded(states[trait], pushing, gate))
    if draw(st.booleans()):
        states["picture"] = ["flat", "low", "high"][: draw(st.integers(2, 3))]
        table = {present: draw(spreads(states["picture"])) for present in YES_NO}
        families["picture"] = {"parents": draw(some(factors, least=1, most=1)), "table": table}
    traits = {}
    for trait in ["described_0", "described_1"][: draw(st.sampled_from([1, 2, 0]))]:
        states[trait] = ["painless", "here", "there", "everywhere"][: draw(st.integers(3, 4))]
        traits[trait] = draw(described(states[trait], families["pain"]["parents"]))
    listed = draw(st.permutations(list(states)))
    return {
        "outcome": "pain",
        "variables": {name: states[name] for name in listed},
        "families": families,
        "traits": traits,
    }


@st.composite
def findings(draw, spec):
    """Hard, likelihood and do findings on some variables; the pain is mostly known."""
    found = {"hard": {}, "likelihood": {}, "do": {}}
    for name, states in spec["variables"].items():
        kind = draw(st.sampled_from([*[None] * 5, "hard", "hard", "likelihood", "do"]))
        if name == spec["outcome"] and draw(st.booleans()):
            found["hard"][name] = "yes"
        elif kind == "likelihood":
            found[kind][name] = {state: draw(st.integers(1, 40)) / 4 for state in states}
        elif kind:
            found[kind][name] = draw(st.sampled_from(states))
    return found


@st.composite
def runners(draw, network, kinds=("given", "given", "given", "likelihood", "do"), among=None):
    """What one runner may say to a Case: states, numbers read off tests, leanings and surgery."""
    evidence = {"given": {}, "likelihood": {}, "do": {}}
    for v in (
        network.variables.values() if among is None else map(network.variables.__getitem__, among)
    ):
        kind = draw(st.sampled_from([*[None] * len(kinds), *kinds]))
        number = isinstance(v, Measurement) and v.numeric
        if kind == "likelihood" and not number:
            weights = {s: draw(st.integers(1, 40)) / 4 for s in v.states}
            evidence[kind][v.name] = (
                weights if len(v.states) > 2 or draw(st.booleans()) else _ratio(weights["yes"])
            )
        elif kind and number:
            evidence["given"][v.name] = draw(st.floats(v.low, v.high))
        elif kind:
            evidence[kind][v.name] = draw(st.sampled_from(v.states))
    return evidence


def _ratio(ratio):
    """A ratio of yes to no as it is entered: a number from 1 up, below it by the state."""
    return ratio if ratio >= 1 else {"no": 1.0, "yes": ratio}


def network_of(spec, size=1):
    """Our Network of a spec: each number the mean of a stated Figure of `size` counts."""
    variables = [
        _trait(name, states, spec, size)
        if name in spec.get("traits", {})
        else _variable(name, states, spec["families"][name], size)
        for name, states in spec["variables"].items()
    ]
    return Network(Priors(Variables(variables, UNUSED), (), {}))


def stated(spread, size):
    return StatedEstimate(
        "judgement", "stated", {state: share * size for state, share in spread.items()}
    )


def _trait(name, states, spec, size):
    """A trait that follows the cause at work."""
    causes = tuple(spec["families"][spec["outcome"]]["parents"])
    rows = {
        cause: stated({state: row[state] for state in states[1:]}, size)
        for cause, row in spec["traits"][name].items()
    }
    return Trait(
        name=name,
        label=name,
        states=tuple(states),
        parents=causes,
        gate=spec["outcome"],
        background=rows["background"],
        link={cause: rows[cause] for cause in causes},
        follows="cause",
    )


def _variable(name, states, family, size):
    def figure(spread):
        return stated(spread, size)

    common = {"name": name, "label": name, "states": tuple(states)}
    if "table" in family:
        rows = {state: figure(spread) for state, spread in family["table"].items()}
        common |= {
            "reads": family["parents"][0],
            "rows": rows,
            "basis": "judgement",
            "why": "stated",
        }
        return Measurement(**common, how="", safe_in_pain=True)
    links = {parent: figure(spread) for parent, spread in family["links"].items()}
    common |= {
        "parents": tuple(family["parents"]),
        "background": figure(family["leak"]),
        "link": links,
    }
    if "gate" in family:
        return Trait(**common, gate=family["gate"], dominance=tuple(family["order"]))
    kind = KINDS.get(name.split("_")[0], Variable)
    extra = {"group": "body", "changeable": True} if kind is Factor else {}
    return kind(**common | extra | {"states": tuple(family.get("order", states))})


def case_of(network):
    return Case(Compiled(network))


def spec_of(network, shares=attrgetter("shares")):
    """The spec of one of our networks, at the means of its priors or at other `shares`."""

    def named(key):
        prior = network.priors[key]
        return dict(zip(prior.states, map(float, shares(prior)), strict=True))

    states = {v.name: list(v.states) for v in network.nodes}
    traits = network.variables.cause_traits
    families = {v.name: _family(v, named) for v in network.nodes if v not in traits}
    return {
        "outcome": network.variables.outcome.name,
        "variables": states,
        "families": families,
        "traits": {v.name: _rows(v, named) for v in traits},
    }


def _rows(v, named):
    rows = {cause: named((cause, v.name)) for cause in v.parents} | {"background": named(v.name)}
    return rows | {"none": {v.states[0]: 1.0}}


def _family(v, named):
    if isinstance(v, Measurement):
        return {
            "parents": [v.reads],
            "table": {state: named((f"{v.reads}={state}", v.name)) for state in v.rows},
        }
    links = {parent: named((parent, v.name)) for parent in v.parents}
    family = {
        "parents": list(v.parents),
        "leak": named(v.name),
        "links": links,
        "order": list(v.order),
    }
    return family | ({"gate": v.gate} if isinstance(v, Trait) else {})


def read_as(case, claim, chance):
    """The case with one claim's word read as another probability."""
    priors = case.priors
    word = priors.words[claim.reading]
    counts = word.alpha + word.beta
    read = replace(word, alpha=counts * chance, beta=counts * (1 - chance))
    claims = tuple(replace(c, reading="tried") if c is claim else c for c in priors.claims)
    words = {**priors.words, "tried": read}
    network = Network(Priors(priors.variables, claims, words, level=priors.level))
    return replace(case, compiled=case.compiled.with_network(network))
