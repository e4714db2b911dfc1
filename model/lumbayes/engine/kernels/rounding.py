"""The running bound of `engine.cancellation.rounding_error`, compiled, a column at a time."""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from .jit import compiled

# The values of circuit.py and exact.py, repeated here because numba compiles again only if this
# file changes.
SUM, SCALED = 1, 2
TINY, HUGE = 1e-24, 1e24
UNIT = 2.0**-53

ROWS, TABLE = "uintp[::1]", "float64[:, ::1]"
SIGNATURE = f"void({', '.join([ROWS] * 5)}, {TABLE}, float64[::1])"


@compiled(SIGNATURE)
def bound_errors(steps, kinds, starts, terms, output_rows, inputs, bounds):
    """Fill `bounds` with the bound of each column of `inputs`, shape (n_columns, n_inputs)."""
    n_inputs = inputs.shape[1]
    values, errors = np.empty(steps[-1]), np.zeros(steps[-1])
    for column in range(inputs.shape[0]):
        values[:n_inputs] = inputs[column]
        for step in range(len(kinds)):
            largest = 0.0
            for row in range(steps[step], steps[step + 1]):
                term, stop = starts[row - steps[0]], starts[row - steps[0] + 1]
                total = error = 0.0
                if kinds[step] & SUM:
                    for more in range(term, stop):
                        total += values[terms[more]]
                        error += errors[terms[more]] + UNIT * abs(values[terms[more]])
                else:
                    a, b = terms[term], terms[term + 1]
                    total = values[a] * values[b]
                    error = abs(values[a]) * errors[b] + abs(values[b]) * errors[a]
                    error += UNIT * abs(total)
                values[row], errors[row] = total, error
                largest = max(largest, abs(total))
            if kinds[step] & SCALED and largest > 0.0 and not TINY <= largest <= HUGE:
                for row in range(steps[step], steps[step + 1]):
                    values[row] /= largest
                    errors[row] /= largest
        total = bound = 0.0
        for row in output_rows:
            total += values[row]
            bound += errors[row] + UNIT * abs(values[row])
        bounds[column] = bound / abs(total) if bound > 0.0 else 0.0
