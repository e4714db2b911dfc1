"""Evaluation of a circuit in as many decimal digits as cancellation needs.

A noisy-OR family in its multiplicative form is a difference, P(v ≤ s) − P(v ≤ s − 1). Where rare
states of many variables are observed together, such differences of numbers near 1 are multiplied
and added, and little or nothing of P(evidence) may be left in double precision. How much is lost a
running error bound tells. The columns in which it is too much are evaluated again, with decimal
numbers of fixed precision, which inputs enter as they are.
"""

from __future__ import annotations

import decimal
from typing import Any

import numpy as np

from .circuit import SUM, Circuit, forward
from .query import QueryResult

DIGITS = (60, 400)  # tried one after the other; what cancels in all of them is 0
SPARE_DIGITS = 20  # that are left of a number that counts as more than rounding
UNIT = np.finfo(float).eps / 2  # the largest relative error of one rounding
CHUNK = 256  # columns of which the error is bounded at once: values and errors stay in the cache
COLUMNS = 64  # evaluated at once, which bounds the memory
_to_decimal = np.frompyfunc(decimal.Decimal, 1, 1)


def evaluate_exactly(
    circuit: Circuit, inputs: np.ndarray, output_weights: np.ndarray, wrt: np.ndarray
) -> QueryResult:
    """Evaluate a circuit and its derivatives, as `solve` does, without loss by cancellation.

    Parameters
    ----------
    circuit : Circuit
        The circuit to evaluate.
    inputs : array, shape (n_inputs, batch_size)
        One column per case or draw. Each number is taken as exact.
    output_weights : array, shape (n_output_weights, n_states)
        The weighted sums of outputs whose derivatives are wanted.
    wrt : array of int, shape (n_wrt,)
        The rows by which derivatives are taken.

    Returns
    -------
    QueryResult
        As `solve` returns it. A P(evidence) that cancels in 400 digits is 0.
    """
    log_magnitudes = _log_magnitudes(circuit, inputs)
    parts = [
        _evaluate(circuit, inputs[:, part], log_magnitudes[part], output_weights, wrt)
        for part in _columns(inputs, COLUMNS)
    ]
    return QueryResult(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def rounding_error(circuit: Circuit, inputs: np.ndarray, kernel: Any = None) -> np.ndarray:
    """Compute a bound of the relative rounding error of P(evidence), shape (batch_size,).

    Parameters
    ----------
    circuit : Circuit
        The circuit that gives P(evidence).
    inputs : array, shape (n_inputs, batch_size)
        One column per case or draw. Each number is taken as exact.
    kernel : module, optional
        The compiled kernels, if they are in memory; by default numpy is used.

    Returns
    -------
    array, shape (batch_size,)
        The bound; infinite if P(evidence) is 0 by rounding, 0 if it is 0 without any rounding.

    Notes
    -----
    A running error bound (Higham 2002, Accuracy and stability of numerical algorithms, 3.3).
    """
    if kernel is not None:
        bounds = np.empty(inputs.shape[1])
        kernel.bound_errors(*circuit.unsigned_arrays, np.ascontiguousarray(inputs.T), bounds)
        return bounds
    parts = [_rounding_error(circuit, inputs[:, part]) for part in _columns(inputs, CHUNK)]
    return np.concatenate(parts)


def _rounding_error(circuit: Circuit, inputs: np.ndarray) -> np.ndarray:
    buffer, scales = forward(circuit, inputs)
    size, error = np.abs(buffer), np.zeros_like(buffer)
    for step, kind in enumerate(circuit.kinds):
        rows, terms, owner = circuit.step_terms[step]
        if kind & SUM:
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            error[rows] = np.add.reduceat(error[terms] + UNIT * size[terms], starts, axis=0)
        else:
            left, right = terms[::2], terms[1::2]
            error[rows] = size[left] * error[right] + size[right] * error[left]
            error[rows] += UNIT * size[left] * size[right]
        error[rows] /= scales[step]
    total = np.abs(buffer[circuit.output_rows].sum(axis=0))
    bound = (error + UNIT * size)[circuit.output_rows].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bound > 0, bound / total, 0.0)


def _log_magnitudes(circuit: Circuit, inputs: np.ndarray) -> np.ndarray:
    """Return the logarithm of the sum of the outputs over the magnitudes of the inputs."""
    buffer, scales = forward(circuit, np.abs(inputs))
    with np.errstate(divide="ignore"):
        return np.log(buffer[circuit.output_rows].sum(axis=0)) + np.log(scales).sum(axis=0)


def _columns(inputs: np.ndarray, n: int) -> list[slice]:
    return [slice(start, start + n) for start in range(0, inputs.shape[1], n)]


def _evaluate(
    circuit: Circuit,
    inputs: np.ndarray,
    log_magnitudes: np.ndarray,
    output_weights: np.ndarray,
    wrt: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return outputs, log scales and derivatives of some columns."""
    for digits in DIGITS:
        with decimal.localcontext(prec=digits, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX):
            buffer = _forward(circuit, inputs)
            outputs = buffer[circuit.output_rows]
            total = np.abs(outputs.sum(axis=0))
            smallest = _to_decimal(log_magnitudes / np.log(10) - digits + SPARE_DIGITS)
            lost = total <= np.array([decimal.Decimal(10) ** exponent for exponent in smallest])
            if digits == DIGITS[-1] or not lost.any():
                gradients = [_backward(circuit, buffer, w)[wrt] for w in output_weights]
                break
    with decimal.localcontext(prec=digits, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX):
        scale = total.copy()
        scale[lost] = decimal.Decimal(1)
        log_scales = np.array([float(value.ln()) for value in scale])
        shape = len(output_weights), len(wrt), inputs.shape[1]
        derivatives = np.array([(g / scale).astype(float) for g in gradients]).reshape(shape)
        return (outputs / scale).astype(float), log_scales, derivatives


def _forward(circuit: Circuit, inputs: np.ndarray) -> Any:
    """Return the value of every row, as decimal numbers, shape (n_rows, batch_size)."""
    buffer = np.empty((int(circuit.steps[-1]), inputs.shape[1]), object)
    buffer[: circuit.n_inputs] = _to_decimal(inputs)
    for step, kind in enumerate(circuit.kinds):
        rows, terms, owner = circuit.step_terms[step]
        if kind & SUM:
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            buffer[rows] = np.add.reduceat(buffer[terms], starts, axis=0)
        else:
            buffer[rows] = buffer[terms[::2]] * buffer[terms[1::2]]
    return buffer


def _backward(circuit: Circuit, buffer: Any, output_weights: np.ndarray) -> Any:
    """Return the derivative of a weighted sum of outputs by every row, as decimal numbers."""
    gradient = np.full(buffer.shape, decimal.Decimal(0), object)
    for row, weight in zip(circuit.output_rows, _to_decimal(output_weights), strict=True):
        gradient[row] = gradient[row] + weight
    for step in range(len(circuit.kinds) - 1, -1, -1):
        _, terms, owner = circuit.step_terms[step]
        added = gradient[owner]
        if not circuit.kinds[step] & SUM:
            added = added * buffer[terms.reshape(-1, 2)[:, ::-1].ravel()]
        np.add.at(gradient, terms, added)
    return gradient
