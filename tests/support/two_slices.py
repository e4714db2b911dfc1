"""The next run by enumeration: two slices of a network that share its factors."""

from itertools import product

import networks
from hypothesis import assume

import oracle

NEXT = " next run"
SWITCHES = 6  # leaks and links enumerated; networks with more are not tried


def two_slices(spec, changes):
    """The spec with the mechanisms and the pain of the next run, after the changes.

    Factors that depend on a changed one are there a second time too, by the same link activations:
    for each combination of these its probability and the spec in which they are fixed so.
    """
    afresh = [name for name in spec["variables"] if name.split("_")[0] in ("mechanism", "pain")]
    follow = following(spec, changes)
    again = {name: name + NEXT for name in {*afresh, *changes, *follow}}
    states = spec["variables"] | {again[name]: spec["variables"][name] for name in again}
    for chance, stood in switched(spec, follow):
        families = spec["families"] | stood
        for name in again:
            links = {
                again.get(parent, parent): link for parent, link in families[name]["links"].items()
            }
            families[again[name]] = families[name] | {"parents": list(links), "links": links}
        rest = {"traits": spec.get("traits", {}), "described": "pain"}
        yield (
            chance,
            {"outcome": "pain" + NEXT, "variables": states, "families": families} | rest,
        )


def following(spec, changes):
    """The factors that depend on a changed one, parents before children."""
    found = []
    for name in sorted(name for name in spec["variables"] if name.startswith("factor")):
        if name not in changes and {*changes, *found} & {*spec["families"][name]["parents"]}:
            found.append(name)
    return found


def switched(spec, names):
    """Each combination of active leaks and links of some families: its probability, and them."""
    switches = [
        (name, cause) for name in names for cause in (None, *spec["families"][name]["parents"])
    ]
    assume(len(switches) <= SWITCHES)
    for stand in product((0, 1), repeat=len(switches)):
        chance, families = 1.0, {name: spec["families"][name] | {"links": {}} for name in names}
        for (name, cause), on in zip(switches, stand, strict=True):
            family = spec["families"][name]
            chance *= (family["links"][cause] if cause else family["leak"])["yes" if on else "no"]
            if cause:
                families[name]["links"][cause] = networks.yes(on)
            else:
                families[name]["leak"] = networks.yes(on)
        yield chance, families


def by_enumeration(spec, found, changes):
    """P(pain in the next run = state | findings), by enumeration of both slices."""
    joint, held = dict.fromkeys(networks.YES_NO, 0.0), {**found["do"], **changes}
    for chance, both in two_slices(spec, changes):
        do = found["do"] | {
            name + NEXT: state for name, state in held.items() if name + NEXT in both["variables"]
        }
        if whole := chance * oracle.probability(both, found["hard"], found["likelihood"], do):
            pain = oracle.posterior(both, "pain" + NEXT, found["hard"], found["likelihood"], do)
            joint = {state: joint[state] + whole * p for state, p in pain.items()}
    return {state: p / sum(joint.values()) for state, p in joint.items()}
