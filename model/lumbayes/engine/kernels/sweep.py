"""The circuit's upward and downward pass, compiled: the same as `circuit.forward` and `backward`.

Importing this module compiles every kernel.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from .filtering import FILTER_BLOCK as FILTER_BLOCK
from .filtering import forward_filter as forward_filter
from .jit import compiled, inlined
from .rounding import bound_errors as bound_errors

# The values of circuit.py, repeated here because numba compiles again only if this file changes.
SUM, SCALED = 1, 2
TINY, HUGE = 1e-24, 1e24

# Row numbers are unsigned, or every access would first ask whether they are negative.
ROWS, VALUES, TABLE = "uintp[::1]", "float64[::1]", "float64[:, ::1]"
CIRCUIT = ", ".join([ROWS] * 6)
RESULT = f"{TABLE}, {VALUES}, float64[:, :, ::1]"
SIGNATURE = f"void({CIRCUIT}, int64[::1], {TABLE}, {TABLE}, {TABLE}, {RESULT}, int64, int64, int64)"


@inlined
def load(buffer, sources, inputs, override_values, column, n_columns, first):
    """Copy a block of columns into the input rows; columns past the end repeat the block's first.

    A row with one value for all columns is copied only once, for the column `first`.
    """
    for i in range(len(sources)):
        row, source = buffer[i], sources[i]
        values = inputs[source] if source >= 0 else override_values[~source]
        if len(values) > 1:
            row[:n_columns] = values[column : column + n_columns]
            row[n_columns:] = values[column]
        elif column == first:
            row[:] = values[0]


@inlined
def upward(steps, kinds, starts, terms, buffer, scales):
    """Do what circuit.forward does for one block of columns."""
    width = buffer.shape[1]
    for step in range(len(kinds)):
        for row in range(steps[step], steps[step + 1]):
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            a, b = terms[term], terms[min(term + 1, stop - 1)]
            if not kinds[step] & SUM:
                for i in range(width):
                    buffer[row, i] = buffer[a, i] * buffer[b, i]
                continue
            if stop - term == 1:
                for i in range(width):
                    buffer[row, i] = buffer[a, i]
                continue
            for i in range(width):
                buffer[row, i] = buffer[a, i] + buffer[b, i]
            for more in range(term + 2, stop):
                a = terms[more]
                for i in range(width):
                    buffer[row, i] += buffer[a, i]
        if kinds[step] & SCALED:
            rescale(buffer[steps[step] : steps[step + 1]], scales[step])


@inlined
def rescale(message, scale):
    """Divide a step's rows by their largest entry in the columns where it is tiny or huge."""
    width, fits = len(scale), True
    scale[:] = 0.0
    for row in range(message.shape[0]):
        entry = message[row]
        for i in range(width):
            scale[i] = max(scale[i], abs(entry[i]))
    for i in range(width):
        fits &= TINY <= scale[i] <= HUGE
    if fits:
        scale[:] = 1.0
        return
    for i in range(width):
        if scale[i] == 0.0 or TINY <= scale[i] <= HUGE:
            scale[i] = 1.0
        else:
            message[:, i] /= scale[i]


@inlined
def downward(steps, kinds, starts, terms, buffer, scales, gradient, is_needed):
    """Do what circuit.backward does for one block, in the rows above a row of `wrt`."""
    width = buffer.shape[1]
    for back in range(len(kinds)):
        step = len(kinds) - 1 - back
        scale = scales[step]
        is_scaled = kinds[step] & SCALED and (scale != 1.0).any()
        for row in range(steps[step], steps[step + 1]):
            if not is_needed[row]:
                continue
            term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
            if is_scaled:
                for i in range(width):
                    gradient[row, i] /= scale[i]
            if kinds[step] & SUM:
                for more in range(term, stop):
                    a = terms[more]
                    if is_needed[a]:
                        for i in range(width):
                            gradient[a, i] += gradient[row, i]
                continue
            a, b = terms[term], terms[term + 1]
            if is_needed[a]:
                for i in range(width):
                    gradient[a, i] += gradient[row, i] * buffer[b, i]
            if is_needed[b]:
                for i in range(width):
                    gradient[b, i] += gradient[row, i] * buffer[a, i]


@inlined
def rows_above(steps, starts, terms, wrt):
    """Return which rows depend on a row of `wrt`, these rows included."""
    is_needed = np.zeros(steps[-1], np.bool_)
    for row in wrt:
        is_needed[row] = True
    for row in range(steps[0], steps[-1]):
        for term in range(starts[row - steps[0]], starts[row - steps[0] + 1]):
            is_needed[row] |= is_needed[terms[term]]
    return is_needed


@compiled(SIGNATURE)
def sweep(
    steps,
    kinds,
    starts,
    terms,
    output_rows,
    wrt,
    sources,
    inputs,
    override_values,
    output_weights,
    outputs,
    log_scales,
    derivatives,
    width,
    first,
    last,
):
    """Evaluate a circuit for columns `first` to `last`, in blocks of `width`; see `solve`.

    Fills `outputs` (n_states, batch_size) and `derivatives` (n_output_weights, n_wrt, batch_size)
    and adds to `log_scales` (batch_size). Input i of the circuit is row `sources[i]` of `inputs`,
    or where that is negative row `~sources[i]` of `override_values`.
    """
    buffer, gradient = np.empty((steps[-1], width)), np.empty((steps[-1], width))
    scales, is_needed = np.ones((len(kinds), width)), rows_above(steps, starts, terms, wrt)
    for column in range(first, min(last, len(log_scales)), width):
        n_columns = min(width, len(log_scales) - column)
        load(buffer, sources, inputs, override_values, column, n_columns, first)
        upward(steps, kinds, starts, terms, buffer, scales)
        for step in np.flatnonzero(kinds >= SCALED):
            for i in range(n_columns):
                if scales[step, i] != 1.0:
                    log_scales[column + i] += math.log(scales[step, i])
        for state in range(len(output_rows)):
            outputs[state, column : column + n_columns] = buffer[output_rows[state], :n_columns]
        for which in range(len(output_weights)):
            for row in range(len(is_needed)):
                if is_needed[row]:
                    gradient[row] = 0.0
            for state in range(len(output_rows)):
                if is_needed[output_rows[state]]:
                    gradient[output_rows[state]] += output_weights[which, state]
            downward(steps, kinds, starts, terms, buffer, scales, gradient, is_needed)
            for i in range(len(wrt)):
                derivatives[which, i, column : column + n_columns] = gradient[wrt[i], :n_columns]
