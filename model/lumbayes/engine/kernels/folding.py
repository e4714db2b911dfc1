"""A circuit made smaller for one question: whatever is the same in all lanes is worked out before,
once.

Rows that depend only on steady inputs become constants, products with 1 and sums of one addend the
row itself, products with 0 nothing, and what then leads to no root is left out. An input whose
slope is wanted is never taken for steady. Every sum that is left keeps its order, so the roots stay
the same to the last bit. A slope is gathered from fewer rows, and a step that is rescaled may take
its scale from fewer: both stay the same but for rounding.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from ..circuit import HUGE, SCALED, SUM, TINY
from .jit import inlined, kept

ROWS, PLACES, NUMBERS, TABLE = "uintp[::1]", "int64[::1]", "float64[::1]", "float64[:, ::1]"
FOLDED = f"Tuple(({ROWS}, {ROWS}, {ROWS}, {ROWS}, {ROWS}, {PLACES}, {NUMBERS}, {PLACES}, float64))"
SIGNATURE = f"{FOLDED}({', '.join([PLACES] * 7)}, {TABLE}, {TABLE})"


@inlined
def steady_inputs(sources, wanted, inputs, values, value, steady):
    """Which inputs have one value in all lanes and no slope that is wanted; their values."""
    for i in range(len(sources)):
        given = inputs[sources[i]] if sources[i] >= 0 else values[~sources[i]]
        value[i] = given[0]
        steady[i] = True
        for lane in range(len(given)):
            if given[lane] != given[0]:
                steady[i] = False
                break
    for row in wanted:
        steady[row] = False


@inlined
def settle(row, kind, terms, value, steady, same):
    """Work out one row from the rows it is made of: steady with a value, or the same as another, or
    its own.
    """
    if kind & SUM:
        total, moving, addends, last = 0.0, 0, 0, 0
        for term in terms:
            origin = same[term]
            if not steady[origin]:
                moving, addends, last = moving + 1, addends + 1, origin
            elif value[origin] != 0.0:
                total, addends = total + value[origin], addends + 1
        value[row], steady[row] = total, moving == 0
        if addends == 1 and moving == 1 and not kind & SCALED:
            same[row] = last
        return
    for term, other in ((same[terms[0]], same[terms[1]]), (same[terms[1]], same[terms[0]])):
        if steady[term]:
            if steady[other] or value[term] == 0.0:
                value[row], steady[row] = value[term] * value[other], True
                if value[term] == 0.0:
                    value[row] = 0.0
            elif value[term] == 1.0 and not kind & SCALED:
                same[row] = other


@inlined
def settle_step(rows, kind, starts, terms, inputs, value, steady, same):
    """All rows of a step; those of a scaled one share a scale, so they are steady together. Returns
    that scale.
    """
    largest, together = 0.0, True
    for row in rows:
        settle(
            row, kind, terms[starts[row - inputs] : starts[row - inputs + 1]], value, steady, same
        )
        together &= steady[row]
        largest = max(largest, abs(value[row]))
    if not kind & SCALED:
        return 1.0
    if not together:
        for row in rows:
            steady[row] &= value[row] == 0.0
        return 1.0
    if largest == 0.0 or TINY <= largest <= HUGE:
        return 1.0
    for row in rows:
        value[row] /= largest
    return largest


@inlined
def needed_rows(steps, starts, terms, roots, steady, same):
    """Which rows the roots are made of, steady ones as they are."""
    inputs, needed = steps[0], np.zeros(steps[-1], np.bool_)
    for root in roots:
        needed[same[root]] = True
    for back in range(steps[-1] - inputs):
        row = steps[-1] - 1 - back
        if needed[row] and not steady[row]:
            for term in range(starts[row - inputs], starts[row - inputs + 1]):
                needed[same[terms[term]]] = True
    return needed


@inlined
def numbered(steps, needed, steady, same):
    """The new number of every row, -1 for none: first constants, then inputs that move, then rows
    that are made.
    """
    inputs, place = steps[0], np.full(steps[-1], -1)
    constant, moving = (
        np.flatnonzero(needed & steady),
        np.flatnonzero(needed[:inputs] & ~steady[:inputs]),
    )
    place[constant] = np.arange(len(constant))
    place[moving] = len(constant) + np.arange(len(moving))
    count = len(constant) + len(moving)
    for row in range(inputs, steps[-1]):
        if needed[row] and not steady[row] and same[row] == row:
            place[row] = count
            count += 1
    return place, constant, moving


@inlined
def written(steps, kinds, starts, terms, first, place, steady, value, same):
    """The steps that are left, with the new numbers; what is 0 in all lanes is no addend."""
    new_steps, new_kinds, new_starts, new_terms, last = [first], [0], [0], [0], -1
    for step in range(len(kinds)):
        for row in range(steps[step], steps[step + 1]):
            if place[row] >= first:
                if step != last:
                    new_steps.append(place[row])
                    new_kinds.append(kinds[step])
                    last = step
                for term in terms[starts[row - steps[0]] : starts[row - steps[0] + 1]]:
                    if not (steady[same[term]] and value[same[term]] == 0.0):
                        new_terms.append(place[same[term]])
                new_starts.append(len(new_terms) - 1)
    new_steps.append(first + len(new_starts) - 1)
    return new_steps[1:], new_kinds[1:], new_starts, new_terms[1:]


@kept(SIGNATURE, HUGE, SCALED, SUM, TINY)
def fold(steps, kinds, starts, terms, roots, wanted, sources, inputs, values):
    """The smaller circuit's arrays, as kernel.sweep takes them, and the log of the scales that were
    worked out.
    """
    value, steady = np.empty(steps[-1]), np.zeros(steps[-1], np.bool_)
    same, log = np.arange(steps[-1]), 0.0
    steady_inputs(sources, wanted, inputs, values, value, steady)
    for step in range(len(kinds)):
        rows = range(steps[step], steps[step + 1])
        log += np.log(settle_step(rows, kinds[step], starts, terms, steps[0], value, steady, same))
    needed = needed_rows(steps, starts, terms, roots, steady, same)
    place, constant, moving = numbered(steps, needed, steady, same)
    left = written(
        steps, kinds, starts, terms, len(constant) + len(moving), place, steady, value, same
    )
    arrays = [np.array(part).astype(np.uintp) for part in left]
    return (arrays[0], arrays[1], arrays[2], arrays[3], place[same[roots]].astype(np.uintp), place[wanted],
            value[constant], sources[moving], log)  # fmt: skip
