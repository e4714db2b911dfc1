"""The slow, obvious twin: it answers by laying out every world that the hidden switches allow.

A network is plain data, a dict:
    outcome     the variable whose causes are asked for
    variables   name -> its states, lowest first; the lowest of a cause, a gate and the outcome
                means absent
    families    name -> how the variable comes about, in one of two ways:
        leak, links, parents   leak and present parents draw a level each, the highest wins (by
                               `order`, if the states are not listed from the lowest up); with a
                               `gate` the leak's level counts only where no parent's is above the
                               lowest, and while the gate is absent it stays at the lowest
        table, parents         a reading of one parent: the parent's state -> probabilities
Findings are `hard` (name -> state), `likelihood` (name -> state -> weight, a state left out weighs
0) and `do` (name -> state held from outside, the arrows into it cut). Probabilities may be floats
or exact fractions.

Pearl 1988, Probabilistic Reasoning in Intelligent Systems. Diez 1993, Parameter adjustment in Bayes
networks. Diez & Druzdzel 2006, Canonical probabilistic models for knowledge engineering. Pearl
2009, Causality, 2nd edition.
"""

from functools import cache
from itertools import product
from math import prod


def worlds(spec, do=None):
    """Every world: (probability, state of each variable, level of each switch drawn).

    The switch (parent, child) is drawn where the parent is present; the leak is the switch (None,
    child).
    """
    check(spec, certain(do))
    everything = upstream(spec, spec["families"], do)
    yield from unfold(spec, everything, do or {}, [], apart=everything)


def probability(spec, hard=None, likelihood=None, do=None):
    """P(e): the sum over worlds that agree with the findings, weighted (Pearl 1988)."""
    return sum(chance for chance, _, _ in agreeing(spec, [], hard, likelihood, do))


def posterior(spec, name, hard=None, likelihood=None, do=None):
    """P(name = state | e) = P(name = state, e) / P(e), for each state (Pearl 1988)."""
    found = list(agreeing(spec, [name], hard, likelihood, do))
    return {
        state: share(found, lambda world, _, at=state: world[name] == at)
        for state in spec["variables"][name]
    }


def contribution(spec, cause, hard=None, likelihood=None, do=None):
    """P(some path cause -> ... -> outcome has every switch on | e) (Diez 1993)."""
    outcome = spec["outcome"]
    line = [cause, *between(spec, cause, [outcome], do)]
    found = agreeing(spec, [cause, outcome], hard, likelihood, do, apart=line)
    return share(found, lambda world, drawn: outcome in fired_from(spec, cause, world, drawn))


def but_for(spec, cause, hard=None, likelihood=None, do=None):
    """P(outcome, and none had the cause been absent | e): necessity (Pearl 2009, ch. 9)."""
    outcome, off = spec["outcome"], lowest(spec, spec["outcome"])
    line = between(spec, cause, [outcome], do)
    found = agreeing(spec, [cause, outcome], hard, likelihood, do, apart=[cause, *line])
    return share(
        found,
        lambda world, drawn: (
            world[outcome] != off == without(spec, cause, line, world, drawn)[outcome]
        ),
    )


def fired_from(spec, cause, world, drawn):
    """The variables that a present cause reached by switches that are on, parents first."""
    reached = {cause} if world[cause] != lowest(spec, cause) else set()
    for (parent, child), level in drawn.items():
        if parent in reached and level != lowest(spec, child):
            reached.add(child)
    return reached


def without(spec, cause, line, world, drawn):
    """The same world and draws with the cause absent, effects recomputed (Pearl 2009, ch. 7)."""
    # Taking a cause away only turns others off, so the draws made where a parent was present are
    # all it needs.
    twin = world | {cause: lowest(spec, cause)}
    for name in line:
        still = [
            drawn[source, name] for source in sources(spec, name, twin) if (source, name) in drawn
        ]
        twin[name] = highest(spec, name, still)
    return twin


def ways(spec, name, world, do):
    """How it can come about: (probability, state, level of each independent switch).

    Noisy-OR (Pearl 1988), noisy-MAX with leak in net form: the maximum of the levels (Diez 1993;
    Diez & Druzdzel 2006).
    """
    family = spec["families"][name]
    if name in do:
        return [(1, do[name], {})]
    if "table" in family:
        return [
            (chance, state, {})
            for state, chance in family["table"][world[family["parents"][0]]].items()
        ]
    drawing = sources(spec, name, world)
    rows = []
    for drawn in product(*(distribution.items() for distribution in drawing.values())):
        switches = {
            (source, name): level for source, (level, _) in zip(drawing, drawn, strict=True)
        }
        pushes = [
            level for (source, _), level in switches.items() if source or "gate" not in family
        ]
        state = highest(spec, name, pushes)
        if "gate" in family and drawing and state == lowest(spec, name):
            state = switches[None, name]
        rows.append((prod(chance for _, chance in drawn), state, switches))
    return rows


def sources(spec, name, world):
    """What draws a level here: the leak (None) and present parents; none without the gate."""
    family = spec["families"][name]
    if "gate" in family and world[family["gate"]] == lowest(spec, family["gate"]):
        return {}
    present = [parent for parent in family["parents"] if world[parent] != lowest(spec, parent)]
    return {None: family["leak"]} | {parent: family["links"][parent] for parent in present}


def lowest(spec, name):
    return spec["families"][name].get("order", spec["variables"][name])[0]


def highest(spec, name, levels):
    order = spec["families"][name].get("order", spec["variables"][name])
    return max(levels, key=order.index, default=order[0])


def before(spec, name, do):
    """The parents and gate of a variable; none when it is held (the cut of Pearl 2009, ch. 3)."""
    family = spec["families"][name]
    return (
        []
        if name in (do or {})
        else family["parents"] + [family[key] for key in ["gate"] if key in family]
    )


def agreeing(spec, asked, hard, likelihood, do, apart=()):
    """The worlds that agree with the findings, over the variables that bear on the question."""
    weights = [certain(hard), likelihood or {}]
    check(spec, *weights, certain(do))
    bearing = upstream(spec, [*weights[0], *weights[1], *asked], do)
    yield from unfold(spec, bearing, do or {}, weights, apart)


def upstream(spec, names, do):
    """The variables and all they come from, parents before children."""
    found = {}
    for name in names:
        found |= dict.fromkeys([*upstream(spec, before(spec, name, do), do), name])
    return list(found)


def between(spec, cause, effects, do=None):
    """The variables on the way from the cause to the effects, the cause left out."""
    return [
        name
        for name in upstream(spec, effects, do)
        if name != cause and cause in upstream(spec, [name], do)
    ]


def unfold(spec, names, do, weights, apart):
    """Branch on one variable at a time, parents first; skip what the findings exclude."""
    around = {name: before(spec, name, do) for name in names}

    @cache
    def branches(name, *states):
        return summed(
            spec, name, ways(spec, name, dict(zip(around[name], states, strict=True)), do), apart
        )

    def grow(depth, chance, world, drawn):
        if depth == len(names):
            yield chance, world, drawn
            return
        name = names[depth]
        for step, state, switches in branches(name, *(world[other] for other in around[name])):
            agreed = (
                chance
                * step
                * prod(weight[name].get(state, 0) for weight in weights if name in weight)
            )
            if agreed:
                yield from grow(depth + 1, agreed, world | {name: state}, drawn | switches)

    yield from grow(0, 1, {}, {})


def summed(spec, name, rows, apart):
    """Add up rows that differ only in switches not told apart; keep their highest level."""
    totals = {}
    for chance, state, switches in rows:
        kept = {
            link: level for link, level in switches.items() if link[0] in apart and name in apart
        }
        rest = [level for link, level in switches.items() if link not in kept]
        if rest:
            kept = {(None, name): highest(spec, name, rest)} | kept
        key = (state, *kept.items())
        totals[key] = totals.get(key, 0) + chance
    return [(chance, state, dict(drawn)) for (state, *drawn), chance in totals.items()]


def certain(states):
    return {name: {state: 1} for name, state in (states or {}).items()}


def share(found, holds):
    """P(holds | e), from worlds already weighed by e."""
    total = part = 0
    for chance, world, drawn in found:
        total, part = total + chance, part + chance * holds(world, drawn)
    if not total:
        raise ValueError(
            "P(findings) = 0: the findings cannot all be true of this network. Take one of them"
            " back."
        )
    return part / total


def check(spec, *findings):
    """Raise for a misspelt state, a sum other than 1 or a graded cause."""
    states = spec["variables"]
    for name, family in spec["families"].items():
        for spread in [
            *family.get("table", family.get("links", {})).values(),
            family.get("leak", {}),
        ]:
            if spread and (abs(sum(spread.values()) - 1) > 1e-9 or set(spread) - set(states[name])):
                raise ValueError(f"{name}: {spread} should spread 1 over {states[name]}.")
        if graded := [cause for cause in family.get("links", {}) if len(states[cause]) > 2]:
            raise ValueError(
                f"{name}: {graded} have more than two states, so they cannot be causes."
            )
    for name, weights in [pair for finding in findings for pair in finding.items()]:
        if unknown := set(weights) - set(states[name]):
            raise ValueError(f"{name}: found {sorted(unknown)}, allowed {states[name]}.")
