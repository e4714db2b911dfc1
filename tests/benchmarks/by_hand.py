"""A kernel hand-written for the shipped network alone: the floor beside the engine.

Factors push one mechanism (muscle strain), one factor hangs on another (over-pronation on flat
feet), the mechanisms and two factors push the pain, and the mechanisms that are there spread the
traits. So the factors are summed out one by one, the mechanisms by laying out their sixteen
combinations.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, product
from os import cpu_count

import numba
import numpy as np

from lumbayes.data.variables import Measurement

STRAIN, FLAT, OVER = "muscle_strain", "flat_feet", "over_pronation"


@dataclass(frozen=True)
class Numbers:
    """Parameters in the kernel's order; `rows` is the first row of each node's states."""

    rows: dict
    args: tuple
    causes: list


def read(network):
    """The shipped network's parameters; AssertionError for a network of another structure."""
    variables, priors = network.variables, network.priors
    pain, pushed = variables.outcome, variables[STRAIN].parents
    others = [m.name for m in variables.mechanisms if m.name != STRAIN]
    direct = [p for p in pain.parents if p not in (STRAIN, *others)]
    roots = [f.name for f in variables.factors if f.name != OVER]
    assert variables[OVER].parents == (FLAT,) and OVER in pushed and FLAT not in pushed
    assert {*pushed, *direct, FLAT} == {f.name for f in variables.factors} and not {*pushed} & {
        *direct
    }
    assert all(
        set(t.parents) == {STRAIN, *others} and t.gate == pain.name for t in variables.traits
    )
    assert all(not variables[name].parents for name in [*roots, *others])
    first = np.cumsum([0, *(len(v.states) for v in network.nodes)]).tolist()
    rows = dict(zip([v.name for v in network.nodes], first))
    causes = [c.name for c in variables.causes]
    place = {name: i for i, name in enumerate(causes)}

    def mean(*keys):
        return np.array([priors[key].mean for key in keys])

    pushing = [p for p in pushed if p != OVER]
    readings = [v for v in network.nodes if isinstance(v, Measurement)]
    reading = np.array([(rows[v.reads], rows[v.name], len(v.states)) for v in readings])
    tables = np.zeros((len(readings), max(len(v.states) for v in readings), 2))
    for i, v in enumerate(readings):
        tables[i, : len(v.states)] = network.table(v.name)
    args = (
        np.array([(rows[p], place[p]) for p in pushing]),
        mean(*pushing),
        mean(*((p, STRAIN) for p in pushing)),
        np.array([(rows[p], place[p]) for p in direct]),
        mean(*direct),
        mean(*((p, pain.name) for p in direct)),
        np.array([(rows[m], place[m]) for m in (STRAIN, *others)]),
        np.array([0.0, *mean(*others)]),
        mean(*((m, pain.name) for m in (STRAIN, *others))),
        np.array([rows[FLAT], place[FLAT], rows[OVER], place[OVER], rows[pain.name]]),
        mean(FLAT, OVER, (FLAT, OVER), (OVER, STRAIN), STRAIN, pain.name),
        reading,
        tables,
        *_traits(network, rows, [STRAIN, *others]),
    )
    return Numbers(rows, args, causes)


def _traits(network, rows, mechanisms):
    """Rows of the traits' states, first of each trait, P(state | pain, mechanisms): (n, 2, 16)."""
    traits = network.variables.traits
    states = [(t, i) for t in traits for i in range(len(t.states))]
    shares = np.empty((len(states), 2, 2 ** len(mechanisms)))
    for row, (t, i) in enumerate(states):
        table = network.table(t.name)[i]
        for pain in range(2):
            for at, there in enumerate(product(range(2), repeat=len(mechanisms))):
                known = dict(zip(mechanisms, there))
                shares[row, pain, at] = table[(*(known[p] for p in t.parents), pain)]
    lines = np.array([rows[t.name] + i for t, i in states])
    return lines, np.cumsum([0, *(len(t.states) for t in traits)]), shares


def ask(numbers, weights):
    """Presence and contribution, each (n_causes, batch_size), of findings (rows, batch_size)."""
    batch_size, workers = weights.shape[1], cpu_count() or 1
    present, active_probabilities = np.empty((2, len(numbers.causes), batch_size))
    edges = np.linspace(0, batch_size, workers + 1).astype(int).tolist()
    with ThreadPoolExecutor(workers) as inputs:
        runs = pairwise(edges)
        list(
            inputs.map(
                lambda run: by_hand(*numbers.args, weights, present, active_probabilities, *run),
                runs,
            )
        )
    return present, active_probabilities


@numba.njit(cache=True, nogil=True, error_model="numpy")
def by_hand(
    push,
    push_base,
    push_link,
    direct,
    direct_base,
    direct_link,
    mech,
    mech_base,
    mech_link,
    named,
    chances,
    reading,
    tables,
    trait_rows,
    trait_starts,
    shares,
    weights,
    present,
    active_probabilities,
    first,
    last,
):
    """One column after the other; a 0 or 1 at the end of a name means absent or there."""
    flat_base, over_leak, flat_over, over_link, strain_leak, pain_leak = chances
    flat_row, flat_place, over_row, over_place, pain_row = named
    pushes, mechs = len(push), len(mech)
    likelihood = np.empty(weights.shape[0])
    # the factor is there and fires, or is there at all
    there, fired = np.empty(pushes + 1), np.empty(pushes + 1)
    every, none = np.empty(pushes + 1), np.empty(pushes + 1)  # anything, or anything but firing
    combos = 1 << mechs
    trait, product_of = np.empty(combos), np.empty((2, combos))
    for column in range(first, last):
        likelihood[:] = weights[:, column]
        for i in range(len(reading)):  # what a picture says is a weight of the factor behind it
            low = high = 0.0
            for state in range(reading[i, 2]):
                low += tables[i, state, 0] * likelihood[reading[i, 1] + state]
                high += tables[i, state, 1] * likelihood[reading[i, 1] + state]
            likelihood[reading[i, 0]] *= low
            likelihood[reading[i, 0] + 1] *= high
        for i in range(pushes):
            w0 = (1 - push_base[i]) * likelihood[push[i, 0]]
            w1 = push_base[i] * likelihood[push[i, 0] + 1]
            there[i], fired[i], every[i], none[i] = (
                w1,
                w1 * push_link[i],
                w0 + w1,
                w0 + w1 * (1 - push_link[i]),
            )
        flat0, flat1 = (1 - flat_base) * likelihood[flat_row], flat_base * likelihood[flat_row + 1]
        over0, over1 = likelihood[over_row], likelihood[over_row + 1]
        stay0, stay1 = (
            1 - over_leak,
            (1 - over_leak) * (1 - flat_over),
        )  # P(no over-pronation | flat feet no, yes)
        w0, w1 = (
            over0 * (flat0 * stay0 + flat1 * stay1),
            over1 * (flat0 * (1 - stay0) + flat1 * (1 - stay1)),
        )
        there[pushes], fired[pushes], every[pushes], none[pushes] = (
            w1,
            w1 * over_link,
            w0 + w1,
            w0 + w1 * (1 - over_link),
        )
        all_every, all_none = 1.0, 1 - strain_leak
        for i in range(pushes + 1):
            all_every *= every[i]
            all_none *= none[i]
        rest_every, rest_pain = 1.0, 1 - pain_leak  # the two factors that push the pain themselves
        for i in range(len(direct)):
            w0 = (1 - direct_base[i]) * likelihood[direct[i, 0]]
            w1 = direct_base[i] * likelihood[direct[i, 0] + 1]
            rest_every *= w0 + w1
            rest_pain *= w0 + w1 * (1 - direct_link[i])
        for pain in range(2):
            product_of[pain, :] = likelihood[pain_row + pain]
            for t in range(len(trait_starts) - 1):
                trait[:] = 0.0
                for row in range(trait_starts[t], trait_starts[t + 1]):
                    weight = likelihood[trait_rows[row]]
                    if weight != 0.0:
                        for c in range(combos):
                            trait[c] += weight * shares[row, pain, c]
                for c in range(combos):
                    product_of[pain, c] *= trait[c]
        total = under0 = under1 = hurt1 = (
            0.0  # all; below strain absent or there; below strain there and the pain
        )
        hurt = (
            0.0  # the pain, whatever pushes it, per weight of the factors that push it themselves
        )
        open0 = open1 = (
            0.0  # with one of these factors laid aside: no pain from elsewhere, or anything
        )
        for m in range(mechs):
            present[mech[m, 1], column] = 0.0
            active_probabilities[mech[m, 1], column] = 0.0
        for c in range(combos):
            prior, calm = 1.0, rest_pain
            for m in range(mechs):
                bit = (c >> (mechs - 1 - m)) & 1
                if m:
                    base = mech_base[m] if bit else 1 - mech_base[m]
                    prior *= base * likelihood[mech[m, 0] + bit]
                if bit:
                    calm *= 1 - mech_link[m]
            strain = c >> (mechs - 1)
            below = prior * (product_of[0, c] * calm + product_of[1, c] * (rest_every - calm))
            sore = prior * product_of[1, c]
            factors = (all_every - all_none) if strain else all_none
            factors *= likelihood[mech[0, 0] + strain]
            total += factors * below
            hurt += factors * sore
            elsewhere = prior * calm / rest_pain
            open0 += factors * elsewhere * (product_of[0, c] - product_of[1, c])
            open1 += factors * sore
            if strain:
                under1 += likelihood[mech[0, 0] + 1] * below
                hurt1 += likelihood[mech[0, 0] + 1] * sore * rest_every * mech_link[0]
            else:
                under0 += likelihood[mech[0, 0]] * below
            for m in range(mechs):
                if (c >> (mechs - 1 - m)) & 1:
                    present[mech[m, 1], column] += factors * below
                    active_probabilities[mech[m, 1], column] += (
                        factors * sore * rest_every * mech_link[m]
                    )
        for m in range(mechs):
            present[mech[m, 1], column] /= total
            active_probabilities[mech[m, 1], column] /= total
        for i in range(len(direct)):
            w1, others_every, others_calm = (
                direct_base[i] * likelihood[direct[i, 0] + 1],
                1.0,
                1 - pain_leak,
            )
            for j in range(len(direct)):
                if j != i:
                    w0, w = (
                        (1 - direct_base[j]) * likelihood[direct[j, 0]],
                        direct_base[j] * likelihood[direct[j, 0] + 1],
                    )
                    others_every *= w0 + w
                    others_calm *= w0 + w * (1 - direct_link[j])
            at = w1 * ((1 - direct_link[i]) * others_calm * open0 + others_every * open1)
            present[direct[i, 1], column] = at / total
            active_probabilities[direct[i, 1], column] = (
                w1 * direct_link[i] * others_every * open1 / total
            )
        for i in range(pushes + 1):
            others_every, others_none = 1.0, 1 - strain_leak
            for j in range(pushes + 1):
                if j != i:
                    others_every *= every[j]
                    others_none *= none[j]
            calm = (there[i] - fired[i]) * others_none
            place = push[i, 1] if i < pushes else over_place
            present[place, column] = (
                calm * under0 + (there[i] * others_every - calm) * under1
            ) / total
            active_probabilities[place, column] = fired[i] * others_every * hurt1 / total
            if i == pushes:  # flat feet reach the strain through over-pronation alone
                no = flat1 * over0 * stay1
                yes = flat1 * over1 * (1 - stay1)
                calm = (no + yes * (1 - over_link)) * others_none
                present[flat_place, column] = (
                    calm * under0 + ((no + yes) * others_every - calm) * under1
                ) / total
                passed = flat1 * flat_over * over1 * over_link
                active_probabilities[flat_place, column] = passed * others_every * hurt1 / total
