"""Forward filtering of a message over the joint states of some variables, compiled.

Between two times some bits of a state's number may be forgotten: each stays as it was, or is
redrawn from its conditional probability given the other bits (West & Harrison 1997). States that
differ in these bits alone share one scale, so that forgetting takes no logarithm.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from .jit import compiled, inlined

HUGE = 1e24  # the value of circuit.py: numba compiles again only if this file changes
SMALL = HUGE**-4  # below it, or above its inverse, scales are made equal again
LEAST = HUGE**-12  # a state that is smaller beside those of its scale has underflowed
FILTER_BLOCK = 8  # columns of a block: some hundred states then stay in the second-level cache
ROWS, VALUES, TABLE, TABLES = "int64[::1]", "float64[::1]", "float64[:, ::1]", "float64[:, :, ::1]"
SIGNATURE = (
    f"boolean({TABLES}, {TABLE}, {ROWS}, {ROWS}, {VALUES}, {ROWS}, {VALUES}, {ROWS},"
    f" {TABLE}, {TABLE}, {TABLE}, int64, int64)"
)


@inlined
def mix(tables, parts, shares, first, last, mixture):
    """Fill `mixture` with a mixture of likelihood tables, all flat over states and columns."""
    table, share = tables[parts[first]], shares[first]
    for i in range(len(mixture)):
        mixture[i] = share * table[i]
    for more in range(first + 1, last):
        table, share = tables[parts[more]], shares[more]
        for i in range(len(mixture)):
            mixture[i] += share * table[i]


@inlined
def forget(message, size, conditionals, stays):
    """Forget one bit, of value `size` in a state's number, but for the share that `stays`.

    `conditionals` are the probabilities of a state's bit given its other bits.
    """
    for first in range(0, len(message), 2 * size):
        off, on = message[first : first + size], message[first + size : first + 2 * size]
        p, q = conditionals[first : first + size], conditionals[first + size : first + 2 * size]
        for i in range(size):
            redrawn = (1.0 - stays) * (p[i] * off[i] + q[i] * on[i])
            off[i] = stays * off[i] + redrawn
            on[i] = stays * on[i] + redrawn


@inlined
def equalize_scales(message, logs, bits):
    """Give states that differ in `bits` alone one scale; return whether none underflows."""
    fits = True
    for first in range(len(message)):
        if first & bits:
            continue
        for i in range(message.shape[1]):
            top, member = -math.inf, bits
            while member >= 0:
                state = first | member
                logs[state, i] = (
                    logs[state, i] + math.log(message[state, i])
                    if message[state, i] > 0.0
                    else -math.inf
                )
                top = max(top, logs[state, i])
                member = (member - 1) & bits if member else -1
            top, member = max(top, -HUGE), bits
            while member >= 0:
                state = first | member
                message[state, i] = math.exp(logs[state, i] - top)
                fits &= message[state, i] > LEAST or logs[state, i] == -math.inf
                logs[state, i] = top
                member = (member - 1) & bits if member else -1
    return fits


@inlined
def weigh(probabilities, logs, weights, offsets):
    """Fill `weights` with each state's probability times its scale, over exp(`offsets`)."""
    for i in range(len(offsets)):
        offsets[i] = -HUGE
        for state in range(len(logs)):
            if probabilities[state, i] > 0.0:
                offsets[i] = max(offsets[i], logs[state, i])
        for state in range(len(logs)):
            weights[state, i] = probabilities[state, i] * math.exp(
                min(logs[state, i] - offsets[i], 0.0)
            )


@inlined
def condition_on_others(probabilities, bit, conditionals):
    """Fill `conditionals` with the probability of each state's bit, given its other bits."""
    for state in range(len(probabilities)):
        for i in range(FILTER_BLOCK):
            both = probabilities[state, i] + probabilities[state ^ bit, i]
            conditionals[state * FILTER_BLOCK + i] = (
                probabilities[state, i] / both if both > 0.0 else 0.0
            )


@inlined
def multiply(likelihood, message):
    """Multiply a time's likelihood into each state.

    Returns whether a state has become so small or large that scales must be evened out.
    """
    is_extreme = 0
    for i in range(len(message)):
        message[i] *= likelihood[i]
        is_extreme |= ((message[i] < SMALL) & (message[i] > 0.0)) | (message[i] > 1.0 / SMALL)
    return is_extreme > 0


@inlined
def multiply_power(likelihood, count, message, logs):
    """Multiply in a likelihood `count` times, straight into the logarithms."""
    for state in range(len(message)):
        for i in range(message.shape[1]):
            if likelihood[state, i] > 0.0:
                logs[state, i] += count * math.log(likelihood[state, i])
            else:
                message[state, i] = 0.0


@inlined
def log_total(weights, message, offsets, sums, totals, column):
    """Fill `totals` from `column` on with the logarithm of the weighted sum over states."""
    for i in range(len(sums)):
        sums[i] = 0.0
    for state in range(len(message)):
        for i in range(len(sums)):
            sums[i] += weights[state, i] * message[state, i]
    for i in range(min(len(sums), len(totals) - column)):
        totals[column + i] = math.log(sums[i]) + offsets[i] if sums[i] > 0.0 else -math.inf


@inlined
def load(table, column, block):
    """Copy a block of columns; columns past the end repeat the first of the block."""
    for state in range(len(block)):
        for i in range(block.shape[1]):
            block[state, i] = table[state, column + i if column + i < table.shape[1] else column]


@inlined
def load_scaled(table, logs, column, scales, block):
    """Copy a block of a likelihood table in its scale; negatives, from rounding, become 0."""
    last = table.shape[1] - column
    for i in range(FILTER_BLOCK):
        scales[i] = math.exp(logs[column + i if i < last else column])
    for state in range(len(table)):
        for i in range(FILTER_BLOCK):
            block[state * FILTER_BLOCK + i] = (
                max(table[state, column + i if i < last else column], 0.0) * scales[i]
            )


@compiled(SIGNATURE)
def forward_filter(
    likelihoods,
    scales,
    starts,
    parts,
    shares,
    counts,
    stays,
    bits,
    probabilities,
    message,
    totals,
    first,
    last,
):
    """Filter a message forwards over the times, for columns `first` to `last`.

    `message`, logarithms of shape (n_states, batch_size), is changed in place. Before each time the
    `bits` of a state, as powers of 2, stay as they are with probability `stays`. Then the time's
    likelihood is multiplied in `counts` times: a mixture, by `shares`, of the `parts` from its own
    of `starts` to the next, which are tables of `likelihoods`, shape (n_tables, n_states,
    batch_size), times exp(`scales`), shape (n_tables, batch_size). No bit is redrawn where a count
    is above 1. `totals`, shape (n_last_times, batch_size), are filled with the logarithm of the sum
    over states weighted by their `probabilities`, shape (n_states, batch_size).

    Returns whether no state underflowed.
    """
    states, batch_size, forgotten, fits = len(message), message.shape[1], 0, True
    for bit in bits:
        forgotten |= bit
    size, first_total = states * FILTER_BLOCK, len(counts) - len(totals)
    linear = np.empty((states, FILTER_BLOCK))  # the message, over exp(logs)
    logs = np.empty((states, FILTER_BLOCK))
    weights = np.empty((states, FILTER_BLOCK))
    likelihood = np.empty((states, FILTER_BLOCK))
    prior = np.empty((states, FILTER_BLOCK))
    conditionals = np.empty((len(bits), size))
    tables = np.empty((len(likelihoods), size))
    offsets, sums = np.empty(FILTER_BLOCK), np.empty(FILTER_BLOCK)
    flat, flat_likelihood = linear.reshape(size), likelihood.reshape(size)
    for column in range(first, min(last, batch_size), FILTER_BLOCK):
        load(message, column, logs)
        load(probabilities, column, prior)
        for table in range(len(likelihoods)):
            load_scaled(likelihoods[table], scales[table], column, offsets, tables[table])
        for i_bit in range(len(bits)):
            condition_on_others(prior, bits[i_bit], conditionals[i_bit])
        for i in range(len(flat)):
            flat[i] = 1.0
        equalize_scales(linear, logs, forgotten)
        weigh(prior, logs, weights, offsets)
        for time in range(len(counts)):
            if stays[time] < 1.0:
                for i_bit in range(len(bits)):
                    forget(flat, bits[i_bit] * FILTER_BLOCK, conditionals[i_bit], stays[time])
            mix(tables, parts, shares, starts[time], starts[time + 1], flat_likelihood)
            is_extreme = counts[time] > 1
            if is_extreme:
                multiply_power(likelihood, counts[time], linear, logs)
            else:
                is_extreme = multiply(flat_likelihood, flat)
            if is_extreme:
                fits &= equalize_scales(linear, logs, forgotten)
                weigh(prior, logs, weights, offsets)
            if time >= first_total:
                log_total(weights, linear, offsets, sums, totals[time - first_total], column)
        for state in range(states):
            for i in range(min(FILTER_BLOCK, batch_size - column)):
                log = math.log(linear[state, i]) if linear[state, i] > 0.0 else -math.inf
                message[state, column + i] = logs[state, i] + log
    return fits
