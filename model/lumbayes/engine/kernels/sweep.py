"""The circuit's two passes as one compiled loop over blocks of lanes; says the same as
circuit.forward and backward.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from ..circuit import HUGE, SCALED, SUM, TINY
from ..intervals import around as around
from ..intervals import mix as mix
from .filtering import WIDTH as WIDTH
from .filtering import relay as relay
from .folding import fold as fold
from .jit import inlined, kept

ROWS, PLACES, NUMBERS, TABLE = "uintp[::1]", "int64[::1]", "float64[::1]", "float64[:, ::1]"
CIRCUIT = ", ".join([ROWS] * 5)
SIGNATURE = f"""void({CIRCUIT}, {PLACES}, {NUMBERS}, {PLACES}, {TABLE}, {TABLE}, {TABLE},
                     {TABLE}, {NUMBERS}, float64[:, :, ::1], int64, int64, int64)"""


@inlined
def load(buffer, constants, sources, inputs, values, lane, count, first):
    """Copy a block of lanes of the question into the first rows; lanes past the end repeat the
    block's first.
    """
    for i in range(len(sources)):
        row, source = buffer[len(constants) + i], sources[i]
        given = inputs[source] if source >= 0 else values[~source]
        if len(given) > 1:
            row[:count] = given[lane : lane + count]
            row[count:] = given[lane]
        elif lane == first:
            row[:] = given[0]


@inlined
def upward(steps, kinds, starts, terms, buffer, scales):
    """circuit.forward for one block of lanes."""
    lanes = buffer.shape[1]
    for step in range(len(kinds)):
        for row in range(steps[step], steps[step + 1]):
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            total, a, b = buffer[row], buffer[terms[term]], buffer[terms[min(term + 1, stop - 1)]]
            if not kinds[step] & SUM:
                for i in range(lanes):
                    total[i] = a[i] * b[i]
                continue
            if stop - term == 1:
                total[:] = a
                continue
            for i in range(lanes):
                total[i] = a[i] + b[i]
            for more in range(term + 2, stop):
                a = buffer[terms[more]]
                for i in range(lanes):
                    total[i] += a[i]
        if kinds[step] & SCALED:
            rescale(buffer[steps[step] : steps[step + 1]], scales[step])


@inlined
def rescale(message, scale):
    """Divide the rows of a step by their largest entry in the lanes where that has become tiny or
    huge.
    """
    lanes, fits = len(scale), True
    scale[:] = 0.0
    for row in range(message.shape[0]):
        entry = message[row]
        for i in range(lanes):
            scale[i] = max(scale[i], abs(entry[i]))
    for i in range(lanes):
        fits &= TINY <= scale[i] <= HUGE
    if fits:
        scale[:] = 1.0
        return
    for i in range(lanes):
        if scale[i] == 0.0 or TINY <= scale[i] <= HUGE:
            scale[i] = 1.0
        else:
            message[:, i] /= scale[i]


@inlined
def downward(steps, kinds, starts, terms, buffer, scales, slope, useful):
    """circuit.backward for one block of lanes; only rows that lead to a wanted one are `useful`."""
    lanes = buffer.shape[1]
    for back in range(len(kinds)):
        step = len(kinds) - 1 - back
        scale = scales[step]
        scaled = kinds[step] & SCALED and (scale != 1.0).any()
        for row in range(steps[step], steps[step + 1]):
            if not useful[row]:
                continue
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            given = slope[row]
            if scaled:
                for i in range(lanes):
                    given[i] /= scale[i]
            if kinds[step] & SUM:
                for more in range(term, stop):
                    if useful[terms[more]]:
                        total = slope[terms[more]]
                        for i in range(lanes):
                            total[i] += given[i]
                continue
            left, right = terms[term], terms[term + 1]
            if useful[left]:
                total, other = slope[left], buffer[right]
                for i in range(lanes):
                    total[i] += given[i] * other[i]
            if useful[right]:
                total, other = slope[right], buffer[left]
                for i in range(lanes):
                    total[i] += given[i] * other[i]


@inlined
def leading(steps, kinds, starts, terms, wanted):
    """Which rows lead down to a wanted one."""
    useful = np.zeros(steps[-1], np.bool_)
    for row in wanted:
        if row >= 0:
            useful[row] = True
    for row in range(steps[0], steps[-1]):
        for term in range(starts[row - steps[0]], starts[row - steps[0] + 1]):
            useful[row] |= useful[terms[term]]
    return useful


@kept(SIGNATURE, HUGE, SCALED, SUM, TINY)
def sweep(steps, kinds, starts, terms, root_rows, wanted, constants, sources, inputs, values, seeds, roots, logs, slopes,
          width, first, last):  # fmt: skip
    """Fill `roots` (states, lanes), `logs` (lanes) and `slopes` (seeds, wanted rows, lanes) for
    lanes first to last.

    The circuit's inputs are `constants`, the same in all lanes, and then rows of `pool` (rows,
    lanes or 1), or of `values` (rows, lanes or 1) where `sources` is negative, -1 for the first. A
    `wanted` row of -1 has no slope. Row numbers are unsigned, or every access would first ask
    whether they are negative.
    """
    buffer, slope = np.empty((steps[-1], width)), np.empty((steps[-1], width))
    scales, useful = np.ones((len(kinds), width)), leading(steps, kinds, starts, terms, wanted)
    for i in range(len(constants)):
        buffer[i] = constants[i]
    for lane in range(first, min(last, logs.shape[0]), width):
        count = min(width, logs.shape[0] - lane)
        load(buffer, constants, sources, inputs, values, lane, count, first)
        upward(steps, kinds, starts, terms, buffer, scales)
        for step in np.flatnonzero(kinds >= SCALED):
            for i in range(count):
                if scales[step, i] != 1.0:
                    logs[lane + i] += math.log(scales[step, i])
        for state in range(len(root_rows)):
            roots[state, lane : lane + count] = buffer[root_rows[state], :count]
        for seed in range(len(seeds)):
            for row in range(len(useful)):
                if useful[row]:
                    slope[row] = 0.0
            for state in range(len(root_rows)):
                if useful[root_rows[state]]:
                    slope[root_rows[state]] += seeds[seed, state]
            downward(steps, kinds, starts, terms, buffer, scales, slope, useful)
            for i in range(len(wanted)):
                if wanted[i] >= 0:
                    slopes[seed, i, lane : lane + count] = slope[wanted[i], :count]
