"""The slow, obvious twin: it answers by laying out every world that the hidden switches allow.

A network is plain data, a dict:
    outcome     the variable whose causes are asked for
    variables   name -> its states, lowest first; the lowest of a cause, a gate and the outcome
                means absent
    families    name -> how the variable comes about, in one of two ways:
        leak, links, parents   leak and present parents draw a level each, the highest wins (by
                               `order`, if the states are not listed from the lowest up); a cause
                               of several doses has a distribution a dose, dose -> level -> share;
                               with a `gate` the leak's level counts only where no parent's is
                               above the lowest, and while the gate is absent it stays at the
                               lowest
        table, parents         a reading of one parent: the parent's state -> probabilities
    traits      name -> cause -> state -> share: how the pain of one cause is described; the causes
                are the outcome's parents, "background" (its leak alone) and "none" (no pain)
    described   the pain that the traits describe, if it is not the outcome
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
    """The same world with the cause taken away: all draws kept, what follows worked out anew (Pearl
    2009, ch. 7).
    """
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
    links = {parent: family["links"][parent] for parent in present}
    graded = {
        parent: links[parent][world[parent]] for parent in present if is_graded(links[parent])
    }
    return {None: family["leak"]} | links | graded


def with_dose(spec, cause, effect, shares, fires):
    """The network with a hidden dose between a cause and an effect: the dose's name, the spec.

    Where the cause is present its dose is drawn from `shares` (level -> share), and at each level
    the effect's link fires with `fires` (level -> probability). The cause acts where its dose does.
    """
    dose = f"dose of {cause}"
    absent, present = spec["variables"][cause]
    levels = {"none": {"none": 1}, "any": {"none": 0} | shares}
    families = dict(spec["families"])
    families[dose] = {"parents": [cause], "table": {absent: levels["none"], present: levels["any"]}}
    off, on = spec["variables"][effect]
    links = {p: link for p, link in families[effect]["links"].items() if p != cause}
    links[dose] = {level: {off: 1 - chance, on: chance} for level, chance in fires.items()}
    parents = [dose if parent == cause else parent for parent in families[effect]["parents"]]
    families[effect] = families[effect] | {"links": links, "parents": parents}
    variables = spec["variables"] | {dose: ["none", *shares]}
    traits = {
        trait: {dose if row_of == cause else row_of: row for row_of, row in rows.items()}
        for trait, rows in spec.get("traits", {}).items()
    }
    return dose, spec | {"variables": variables, "families": families, "traits": traits}


def is_graded(link):
    """A link with a distribution for each dose of its cause, not one for its presence."""
    return all(isinstance(spread, dict) for spread in link.values())


def lowest(spec, name):
    return spec["families"].get(name, {}).get("order", spec["variables"][name])[0]


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
    named = dict.fromkeys([*weights[0], *weights[1], *asked])
    described = [name for name in named if name in spec.get("traits", {})]
    if not described:
        yield from unfold(spec, upstream(spec, named, do), do or {}, weights, apart)
        return
    outcome = spec.get("described", spec["outcome"])
    rest = [name for name in named if name not in described]
    apart = {*apart, outcome, *spec["families"][outcome]["parents"]}
    evidence = weighed(spec, described, weights, do or {})
    for chance, world, drawn in unfold(
        spec, upstream(spec, [*rest, outcome], do), do or {}, weights, apart
    ):
        for step, states, cause in descriptions(spec, evidence, asked, world, drawn):
            rows = {(cause, trait): state for trait, state in states.items()}
            yield chance * step, world | states, drawn | rows


def weighed(spec, traits, weights, do):
    """Each trait's rows times the weights of what was found: cause -> state -> share, no zeros."""
    rows = {}
    for trait in traits:
        found = [weight[trait] for weight in weights if trait in weight]
        rows[trait] = {
            cause: {
                state: share * prod(weight.get(state, 0) for weight in found)
                for state, share in ({do[trait]: 1} if trait in do else row).items()
                if share and all(weight.get(state, 0) for weight in found)
            }
            for cause, row in spec["traits"][trait].items()
        }
    return rows


def descriptions(spec, rows, asked, world, drawn):
    """How the pain may be described: (probability times weights, the state of each trait asked
    for, the cause described). Given the cause the others are added up, each by itself.

    All traits describe the pain of one cause, drawn evenly among those whose links to the outcome
    fired; where only the leak did, it is the background.
    """
    outcome = spec.get("described", spec["outcome"])
    if world[outcome] == lowest(spec, outcome):
        causes = ["none"]
    else:
        fired = [
            parent
            for parent in spec["families"][outcome]["parents"]
            if drawn.get((parent, outcome), lowest(spec, outcome)) != lowest(spec, outcome)
        ]
        causes = fired or ["background"]
    wanted = [trait for trait in rows if trait in asked]
    for cause in causes:
        rest = prod(sum(rows[trait][cause].values()) for trait in rows if trait not in asked)
        for described in product(*(rows[trait][cause].items() for trait in wanted)):
            states = {trait: state for trait, (state, _) in zip(wanted, described, strict=True)}
            chance = rest * prod(share for _, share in described)
            if chance:
                yield chance / len(causes), states, cause


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
        links = family.get("links", {}).values()
        spreads = [
            spread for link in links for spread in (link.values() if is_graded(link) else [link])
        ]
        for spread in [*family.get("table", {}).values(), *spreads, family.get("leak", {})]:
            if spread and (abs(sum(spread.values()) - 1) > 1e-9 or set(spread) - set(states[name])):
                raise ValueError(f"{name}: {spread} should spread 1 over {states[name]}.")
        for cause, link in family.get("links", {}).items():
            doses = [state for state in states[cause] if state != lowest(spec, cause)]
            if list(link) != doses and (is_graded(link) or len(doses) > 1):
                raise ValueError(
                    f"{name}: {cause} has the doses {doses}; its link gives {list(link)}."
                )
    for name, weights in [pair for finding in findings for pair in finding.items()]:
        if unknown := set(weights) - set(states[name]):
            raise ValueError(f"{name}: found {sorted(unknown)}, allowed {states[name]}.")
