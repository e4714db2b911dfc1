"""The circuit's two passes as one compiled loop over blocks of lanes; says the same as circuit.forward and backward."""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from pathlib import Path

import numba
import numpy as np

from .circuit import HUGE, SCALED, SUM, TINY
from .stamps import distrust, stamp

LANES = 64  # rows of 64 numbers keep the buffer in the second-level cache and fill the vector registers


ROWS, NUMBERS, TABLE = "uintp[::1]", "float64[::1]", "float64[:, ::1]"
SIGNATURE = f"""void({ROWS}, {ROWS}, {ROWS}, {ROWS}, {ROWS}, {TABLE}, {ROWS}, {TABLE}, {TABLE}, {ROWS},
                     {TABLE}, {NUMBERS}, float64[:, :, ::1], int64, int64)"""
BUILT_IN = repr((LANES, HUGE, SCALED, SUM, TINY))
inlined = numba.njit(nogil=True, error_model="numpy")


def kept(function):
    """Compile a function, or read what was compiled before if not a byte of it has changed; kept where that can be."""
    try:
        loop = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
        kept_in, name = Path(loop.stats.cache_path or ""), f"{Path(__file__).stem}.{function.__name__}-*.nb?"
        distrust(kept_in.glob(name), BUILT_IN)
        loop.compile(SIGNATURE)
        stamp(kept_in.glob(name), BUILT_IN)
    except (OSError, RuntimeError):
        return numba.njit(SIGNATURE, nogil=True, error_model="numpy")(function)
    return loop


@inlined
def load(buffer, pool, rows, values, lane, count):
    """Copy a block of lanes of the question into the first rows; lanes past the end repeat the block's first."""
    for row in range(pool.shape[0]):
        if pool.shape[1] == 1:
            buffer[row] = pool[row, 0]
        else:
            buffer[row, :count] = pool[row, lane : lane + count]
            buffer[row, count:] = pool[row, lane]
    for i in range(len(rows)):
        if values.shape[1] == 1:
            buffer[rows[i]] = values[i, 0]
        else:
            buffer[rows[i], :count] = values[i, lane : lane + count]
            buffer[rows[i], count:] = values[i, lane]


@inlined
def upward(steps, kinds, starts, terms, buffer, scales):
    """circuit.forward for one block of lanes."""
    for step in range(len(kinds)):
        for row in range(steps[step], steps[step + 1]):
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            total, a, b = buffer[row], buffer[terms[term]], buffer[terms[term + 1]]
            if not kinds[step] & SUM:
                for i in range(LANES):
                    total[i] = a[i] * b[i]
                continue
            for i in range(LANES):
                total[i] = a[i] + b[i]
            for more in range(term + 2, stop):
                a = buffer[terms[more]]
                for i in range(LANES):
                    total[i] += a[i]
        if kinds[step] & SCALED:
            rescale(buffer[steps[step] : steps[step + 1]], scales[step])


@inlined
def rescale(message, scale):
    """Divide the rows of a step by their largest entry in the lanes where that has become tiny or huge."""
    scale[:] = 0.0
    for row in range(message.shape[0]):
        entry = message[row]
        for i in range(LANES):
            scale[i] = max(scale[i], abs(entry[i]))
    for i in range(LANES):
        if scale[i] == 0.0 or TINY <= scale[i] <= HUGE:
            scale[i] = 1.0
        else:
            message[:, i] /= scale[i]


@inlined
def downward(steps, kinds, starts, terms, buffer, scales, slope, useful):
    """circuit.backward for one block of lanes; rows of the pool that nobody wants are passed over."""
    for back in range(len(kinds)):
        step = len(kinds) - 1 - back
        for row in range(steps[step], steps[step + 1]):
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            given = slope[row]
            if kinds[step] & SCALED:
                scale = scales[step]
                for i in range(LANES):
                    given[i] /= scale[i]
            if not kinds[step] & SUM:
                left, right = terms[term], terms[term + 1]
                if useful[left]:
                    total, other = slope[left], buffer[right]
                    for i in range(LANES):
                        total[i] += given[i] * other[i]
                if useful[right]:
                    total, other = slope[right], buffer[left]
                    for i in range(LANES):
                        total[i] += given[i] * other[i]
                continue
            for more in range(term, stop):
                total = slope[terms[more]]
                for i in range(LANES):
                    total[i] += given[i]


@kept
def sweep(steps, kinds, starts, terms, root_rows, pool, rows, values, seeds, wanted, roots, logs, slopes, first, last):
    """Fill `roots` (states, lanes), `logs` (lanes) and `slopes` (seeds, wanted rows, lanes) for lanes first to last.

    `pool` (inputs, lanes or 1) is the circuit's pool, and `values` (rows, lanes or 1) stand in its place at `rows`.
    Row numbers are unsigned, or every access would first ask whether they are negative.
    """
    buffer, slope = np.empty((steps[-1], LANES)), np.empty((steps[-1], LANES))
    scales = np.ones((len(kinds), LANES))
    useful = np.zeros(steps[-1], np.bool_)
    useful[pool.shape[0] :] = True
    for row in wanted:
        useful[row] = True
    for lane in range(first, min(last, logs.shape[0]), LANES):
        count = min(LANES, logs.shape[0] - lane)
        load(buffer, pool, rows, values, lane, count)
        upward(steps, kinds, starts, terms, buffer, scales)
        logs[lane : lane + count] = 0.0
        for step in np.flatnonzero(kinds >= SCALED):
            for i in range(count):
                if scales[step, i] != 1.0:
                    logs[lane + i] += math.log(scales[step, i])
        for state in range(len(root_rows)):
            roots[state, lane : lane + count] = buffer[root_rows[state], :count]
        for seed in range(len(seeds)):
            slope[:] = 0.0
            for state in range(len(root_rows)):
                slope[root_rows[state]] += seeds[seed, state]
            downward(steps, kinds, starts, terms, buffer, scales, slope, useful)
            for i in range(len(wanted)):
                slopes[seed, i, lane : lane + count] = slope[wanted[i], :count]
