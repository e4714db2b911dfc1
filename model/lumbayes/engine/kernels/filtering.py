"""What is said of some states one time after the other, multiplied together and half forgotten
between: compiled.

Some bits of a state's number may fade: over a gap each stays as it was, or is drawn afresh from
what it is given the other bits. States that differ in these bits alone are kept in one scale, so
that fading takes no logarithm.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from .jit import compiled, inlined

PLACES, NUMBERS, TABLE, TABLES = (
    "int64[::1]",
    "float64[::1]",
    "float64[:, ::1]",
    "float64[:, :, ::1]",
)
HUGE = 1e24
SMALL, LEAST = HUGE**-4, HUGE**-12
FILTER_BLOCK = 8  # columns of a block: some hundred states then stay in the second-level cache
SIGNATURE = f"""boolean({TABLES}, {TABLE}, {PLACES}, {PLACES}, {NUMBERS}, {PLACES}, {NUMBERS}, {PLACES}, {TABLE},
                        {TABLE}, {TABLE}, int64, int64)"""


@inlined
def mixed(tables, parts, shares, first, last, found):
    """Fill `found` with a mixture of some tables of what is said; all are flat, a number a state
    and lane.
    """
    one, share = tables[parts[first]], shares[first]
    for i in range(len(found)):
        found[i] = share * one[i]
    for more in range(first + 1, last):
        one, share = tables[parts[more]], shares[more]
        for i in range(len(found)):
            found[i] += share * one[i]


@inlined
def fade(now, size, chances, stays):
    """Let one bit of the states fade, which is worth `size` of the numbers, a number a state and
    lane; `chances` are those of a state's bit given the state's others."""
    for first in range(0, len(now), 2 * size):
        off, on = now[first : first + size], now[first + size : first + 2 * size]
        p, q = chances[first : first + size], chances[first + size : first + 2 * size]
        for i in range(size):
            anew = (1.0 - stays) * (p[i] * off[i] + q[i] * on[i])
            off[i] = stays * off[i] + anew
            on[i] = stays * on[i] + anew


@inlined
def even_out(now, logs, fading):
    """Give all states that differ in `fading` bits one scale, that of the largest; whether none of
    them gets lost.
    """
    fits = True
    for first in range(len(now)):
        if first & fading:
            continue
        for i in range(now.shape[1]):
            top, member = -math.inf, fading
            while member >= 0:
                state = first | member
                logs[state, i] = (
                    logs[state, i] + math.log(now[state, i]) if now[state, i] > 0.0 else -math.inf
                )
                top = max(top, logs[state, i])
                member = (member - 1) & fading if member else -1
            top, member = max(top, -HUGE), fading
            while member >= 0:
                state = first | member
                now[state, i] = math.exp(logs[state, i] - top)
                fits &= now[state, i] > LEAST or logs[state, i] == -math.inf
                logs[state, i] = top
                member = (member - 1) & fading if member else -1
    return fits


@inlined
def weigh(chances, logs, weights, sizes):
    """Fill `weights` with the chance of each state times its scale, in units of the exponential of
    `sizes`.
    """
    for i in range(len(sizes)):
        sizes[i] = -HUGE
        for state in range(len(logs)):
            if chances[state, i] > 0.0:
                sizes[i] = max(sizes[i], logs[state, i])
        for state in range(len(logs)):
            weights[state, i] = chances[state, i] * math.exp(min(logs[state, i] - sizes[i], 0.0))


@inlined
def given_others(chances, bit, found):
    """The chance of each state's bit, given its other bits."""
    for state in range(len(chances)):
        for i in range(FILTER_BLOCK):
            both = chances[state, i] + chances[state ^ bit, i]
            found[state * FILTER_BLOCK + i] = chances[state, i] / both if both > 0.0 else 0.0


@inlined
def multiplied(found, now):
    """Multiply what is said into each state; whether any has become so small or large that scales
    are in danger.
    """
    odd = 0
    for i in range(len(now)):
        now[i] *= found[i]
        odd |= ((now[i] < SMALL) & (now[i] > 0.0)) | (now[i] > 1.0 / SMALL)
    return odd > 0


@inlined
def repeated(found, count, now, logs):
    """The same for what is said many times, straight into the logarithms."""
    for state in range(len(now)):
        for i in range(now.shape[1]):
            if found[state, i] > 0.0:
                logs[state, i] += count * math.log(found[state, i])
            else:
                now[state, i] = 0.0


@inlined
def total(weights, now, sizes, sums, found, lane):
    """Fill `found` from a lane on with the logarithm of the sum of all states by weight."""
    for i in range(len(sums)):
        sums[i] = 0.0
    for state in range(len(now)):
        for i in range(len(sums)):
            sums[i] += weights[state, i] * now[state, i]
    for i in range(min(len(sums), len(found) - lane)):
        found[lane + i] = math.log(sums[i]) + sizes[i] if sums[i] > 0.0 else -math.inf


@inlined
def take(table, lane, found):
    """Copy a block of lanes; those past the end repeat the block's first."""
    for state in range(len(found)):
        for i in range(found.shape[1]):
            found[state, i] = table[state, lane + i if lane + i < table.shape[1] else lane]


@inlined
def take_up(table, logs, lane, sizes, found):
    """The same of what is said, times the exponential of its own logarithm; less than nought is a
    rounding of it.
    """
    last = table.shape[1] - lane
    for i in range(FILTER_BLOCK):
        sizes[i] = math.exp(logs[lane + i if i < last else lane])
    for state in range(len(table)):
        for i in range(FILTER_BLOCK):
            found[state * FILTER_BLOCK + i] = (
                max(table[state, lane + i if i < last else lane], 0.0) * sizes[i]
            )


@compiled(SIGNATURE)
def forward_filter(
    said, scales, starts, parts, shares, counts, stays, bits, chances, message, totals, first, last
):
    """Carry a message over times in their order, for lanes first to last; whether no state was lost
    on the way.

    `message`, logarithms of shape (states, lanes), is changed in place. At each time the bits of a
    state, given as powers of 2, stay as they are with probability `stays`; then `counts` times
    something is said, a mixture by `shares` of some `parts` of the tables `said`, shape (tables,
    states, lanes), in units of exp(`scales`), shape (tables, lanes); from its own of `starts` to
    the next are a time's. Nothing fades where something is said more than once. `totals`, shape (as
    many of the last times as are asked, lanes), are filled with the logarithm of the sum over the
    states by their `chances`, shape (states, lanes).
    """
    states, lanes, fading, fits = len(message), message.shape[1], 0, True
    for bit in bits:
        fading |= bit
    now, logs, weights = (
        np.empty((states, FILTER_BLOCK)),
        np.empty((states, FILTER_BLOCK)),
        np.empty((states, FILTER_BLOCK)),
    )
    found, common, given = (
        np.empty((states, FILTER_BLOCK)),
        np.empty((states, FILTER_BLOCK)),
        np.empty((len(bits), states * FILTER_BLOCK)),
    )
    tables, sizes, sums = np.empty((len(said), states * FILTER_BLOCK)), np.empty(FILTER_BLOCK), np.empty(FILTER_BLOCK)
    flat, heard, silent = (
        now.reshape(states * FILTER_BLOCK),
        found.reshape(states * FILTER_BLOCK),
        len(counts) - len(totals),
    )
    for lane in range(first, min(last, lanes), FILTER_BLOCK):
        take(message, lane, logs)
        take(chances, lane, common)
        for table in range(len(said)):
            take_up(said[table], scales[table], lane, sizes, tables[table])
        for place in range(len(bits)):
            given_others(common, bits[place], given[place])
        for i in range(len(flat)):
            flat[i] = 1.0
        even_out(now, logs, fading)
        weigh(common, logs, weights, sizes)
        for time in range(len(counts)):
            if stays[time] < 1.0:
                for place in range(len(bits)):
                    fade(flat, bits[place] * FILTER_BLOCK, given[place], stays[time])
            mixed(tables, parts, shares, starts[time], starts[time + 1], heard)
            odd = counts[time] > 1
            if odd:
                repeated(found, counts[time], now, logs)
            else:
                odd = multiplied(heard, flat)
            if odd:
                fits &= even_out(now, logs, fading)
                weigh(common, logs, weights, sizes)
            if time >= silent:
                total(weights, now, sizes, sums, totals[time - silent], lane)
        for state in range(states):
            for i in range(min(FILTER_BLOCK, lanes - lane)):
                log = math.log(now[state, i]) if now[state, i] > 0.0 else -math.inf
                message[state, lane + i] = logs[state, i] + log
    return fits
