"""Central intervals of weighted draws: each at the middle of its own weight, between two of them a
straight line.

Where the weights of draws, added up in order of the draws, reach some sums: compiled, and without
sorting them all.

Draws are laid into bins between the least and the largest; only those of the bin in which a sum is
reached are looked at again. Weights are whole numbers, so a sum is the same to the last bit in
whatever order it is taken. Draws that are equal stand in the order in which they were drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..defaults import WIDTH
from .kernels.jit import inlined, kept
from .solve import loop_for

BITS = 52  # of the largest sum of weights: a half of any is still exact


def interval(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> tuple[float, float]:
    """The central interval of weighted draws (the draws are from the prior; the findings weigh
    them).
    """
    low, high = bounds_of(values[None], weights, width)[0]
    return float(low), float(high)


def bounds_of(values: np.ndarray, weights: np.ndarray, width: float = WIDTH) -> np.ndarray:
    """The central interval of each row of draws, shape (rows, 2), at its ends the quantiles (1 ±
    width) / 2.

    `values` (rows, draws); `weights` (draws), whose shares count. Raises `ValueError` where no draw
    has any.
    """
    parts = parts_of(weights)
    aims = np.array([(1 - width) / 2, (1 + width) / 2]) * float(parts.sum())
    loop = loop_for(len(weights))
    draws, middles = _by_loop(loop, values, parts, aims) if loop else _by_numpy(values, parts, aims)
    (one, other), (here, there) = np.take_along_axis(values[:, None], draws, axis=2).T, middles.T
    share = np.divide(
        aims[:, None] - here, there - here, out=np.zeros_like(here), where=here != there
    )
    return (one + share * (other - one)).T


def bounds_of_mixed(drawn: np.ndarray, shares: np.ndarray, width: float = WIDTH) -> np.ndarray:
    """The same for a mixture of states, each with its share: `drawn` (states, rows + 1, draws), the
    weights last.

    What is drawn is joint with the weights, so it is divided by them once it is mixed.
    """
    if loop := loop_for(drawn.shape[2]):
        values, weights = np.empty_like(drawn[0, 1:]), np.empty_like(drawn[0, 0])
        loop.mix(drawn, shares, values, weights)
    else:
        *joint, weights = sum(share * state for share, state in zip(shares, drawn, strict=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.array(joint) / weights
    return bounds_of(values, weights, width)


def parts_of(weights: np.ndarray) -> np.ndarray:
    """The weights as whole numbers, of which no sum of halves is rounded. Raises `ValueError` where
    no draw has any.
    """
    largest = weights.max(initial=0)
    if not largest > 0:
        raise ValueError(
            f"Found no weight above 0 among {len(weights)} draws: an interval needs one draw that counts."
        )
    return (
        np.rint(weights / largest * 2.0 ** (BITS - len(weights).bit_length()))
        .astype(np.int64)
        .clip(0)
    )


def effective_sample_size(weights: np.ndarray) -> float:
    """How many equally weighted draws the weighted ones are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _by_loop(
    loop: Any, values: np.ndarray, weights: np.ndarray, aims: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    found = np.empty((len(values), len(aims), 2), np.int64), np.empty((len(values), len(aims), 2))
    loop.around(np.ascontiguousarray(values, float), weights, aims, *found)
    return found


def _by_numpy(
    values: np.ndarray, weights: np.ndarray, aims: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What quantiles.around finds, to the last bit."""
    weighty = np.flatnonzero(weights)
    order = weighty[np.argsort(values[:, weighty], axis=1, kind="stable")]
    reached = np.cumsum(weights[order], axis=1)
    middles = reached - weights[order] / 2
    first = np.stack([(reached < aim).sum(axis=1) for aim in aims], axis=1)
    after = np.take_along_axis(middles, first, axis=1) < aims
    places = np.stack([first, (first + np.where(after, 1, -1)).clip(0, len(weighty) - 1)], axis=2)
    rows = np.arange(len(values))[:, None, None]
    return order[rows, places], middles[rows, places]


BINS, FEW = 256, 24  # so few draws are put in order one by one
MIXTURE = "void(float64[:, :, ::1], float64[::1], float64[:, ::1], float64[::1])"
SIGNATURE = "void(float64[:, ::1], int64[::1], float64[::1], int64[:, :, ::1], float64[:, :, ::1])"


@inlined
def narrowed(draws, weights, aim, before, members, count, places, sums):
    """Keep of the first `count` members those of the bin in which the aim is reached: how many, and
    the sum before.
    """
    low, high, below = draws[members[0]], draws[members[0]], before
    for i in range(count):
        low, high = min(low, draws[members[i]]), max(high, draws[members[i]])
    scale, sums[:] = BINS / (high - low), 0
    for i in range(count):
        places[i] = min(max(int((draws[members[i]] - low) * scale), 0), BINS - 1)
        sums[places[i]] += weights[members[i]]
    chosen, left = 0, 0
    while chosen < BINS - 1 and below + sums[chosen] < aim:
        below += sums[chosen]
        chosen += 1
    for i in range(count):
        if places[i] == chosen:
            members[left] = members[i]
            left += 1
    return left, below


@inlined
def put_in_order(draws, members, count):
    """Sort the first `count` members by their draws, equal ones left as they stand."""
    for i in range(1, count):
        member, place = members[i], i
        while place > 0 and draws[members[place - 1]] > draws[member]:
            members[place] = members[place - 1]
            place -= 1
        members[place] = member


@inlined
def beside(draws, weights, one, after):
    """The draw that stands next before `one`, or next after it; `one` itself where none does."""
    found = one
    for i in range(len(draws)):
        if weights[i] == 0 or i == one or ((draws[i], i) > (draws[one], one)) != after:
            continue
        if found == one or ((draws[i], i) < (draws[found], found)) == after:
            found = i
    return found


@kept(MIXTURE, nogil=False)
def mix(drawn, shares, values, weights):
    """Mix `drawn` (states, rows + 1, draws) by the shares of the states: the last rows are
    `weights` (draws), and all the others, as parts of those, `values` (rows, draws)."""
    rows = len(values)
    for row in range(rows, -1, -1):
        found = weights if row == rows else values[row]
        for i in range(len(found)):
            found[i] = shares[0] * drawn[0, row, i]
        for state in range(1, len(shares)):
            for i in range(len(found)):
                found[i] += shares[state] * drawn[state, row, i]
        if row < rows:
            for i in range(len(found)):
                found[i] /= weights[i]


@kept(SIGNATURE, BINS, FEW, nogil=False)
def around(values, weights, aims, draws, middles):
    """For each row of values (rows, draws) and each aim the two draws between whose middles of
    weight it lies.

    Fills `draws` (rows, aims, 2) with their numbers and `middles` (rows, aims, 2) with the weight
    up to the middle of each: first the draw with which the sum of weights reaches the aim, then the
    one on the other side of the aim, or the first again where there is none. Draws of no weight do
    not count; one at least has some.
    """
    size = values.shape[1]
    weighty, members, places = (
        np.flatnonzero(weights),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
    )
    sums = np.empty(BINS, np.int64)
    for row in range(values.shape[0]):
        for which in range(len(aims)):
            count, before, aim, shrinks = len(weighty), 0, aims[which], True
            members[:count] = weighty
            while count > FEW and shrinks:
                many = count
                count, before = narrowed(
                    values[row], weights, aim, before, members, count, places, sums
                )
                shrinks = count < many
            put_in_order(values[row], members, count)
            place, reached = 0, before + weights[members[0]]
            while place < count - 1 and reached < aim:
                place += 1
                reached += weights[members[place]]
            one = members[place]
            middle = reached - weights[one] / 2
            after = middle < aim
            if after and place < count - 1:
                other = members[place + 1]
            elif not after and place > 0:
                other = members[place - 1]
            else:
                other = beside(values[row], weights, one, after)
            between = (weights[one] + weights[other]) / 2 if other != one else 0.0
            draws[row, which, 0], draws[row, which, 1] = one, other
            middles[row, which, 0] = middle
            middles[row, which, 1] = middle + between if after else middle - between
