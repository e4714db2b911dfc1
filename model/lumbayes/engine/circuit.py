"""An arithmetic circuit that computes the sums of a junction tree, and its derivatives.

The first rows of a buffer are the inputs (parameters and likelihoods); each step fills the next
rows with products of two rows or with sums of several. P(evidence) is the sum of the output rows
and linear in each input row: its derivative by the likelihood of x = s is P(x = s, all other
evidence), by a parameter the sensitivity to it (Darwiche 2003, A differential approach to inference
in Bayesian networks). A column of the batch is one case or one draw. Rows may be negative
(multiplicative noisy-MAX), so nothing is divided by them; where many numbers have been multiplied,
a step is rescaled and the scale kept, so any number of findings can meet in one clique.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import pairwise

import numpy as np

from .junction_tree import Clique, Table, compile_tree, index_of

ZERO, ONE, MINUS = 0, 1, 2  # rows of the constants, which come before all other inputs
CONSTANTS = np.array([[0.0], [1.0], [-1.0]])
PRODUCT, SUM, SCALED = 0, 1, 2  # kinds of steps; SCALED is a flag
TINY, HUGE = 1e-24, 1e24  # a step whose largest entry lies outside is rescaled
FACTORS = 6  # entries of at most so many factors stay unscaled: 12 such numbers have a product


@dataclass(frozen=True)
class Circuit:
    """Sums and products over input rows, in steps.

    A buffer has one row per number and one column per case or draw. Its first rows are the inputs;
    each step fills the next rows.

    Attributes
    ----------
    n_inputs : int
        The number of input rows.
    steps : array of int, shape (n_steps + 1,)
        Step i fills the rows from `steps[i]` to `steps[i + 1]` (exclusive).
    kinds : array of int, shape (n_steps,)
        PRODUCT or SUM, or one of them | SCALED (the step may be rescaled).
    starts, terms : arrays of int
        Row r is computed from the rows `terms[starts[r - n_inputs] : starts[r - n_inputs + 1]]`:
        the two factors of a product, or the addends of a sum.
    output_rows : array of int, shape (n_states,)
        The rows that add up to P(evidence), one per state of the root variable.
    """

    n_inputs: int
    steps: np.ndarray
    kinds: np.ndarray
    starts: np.ndarray
    terms: np.ndarray
    output_rows: np.ndarray

    @cached_property
    def unsigned_arrays(self) -> tuple[np.ndarray, ...]:
        """Steps, kinds, starts, terms and output rows as unsigned integers, for the kernel."""
        arrays = (self.steps, self.kinds, self.starts, self.terms, self.output_rows)
        return tuple(array.astype(np.uintp) for array in arrays)

    @cached_property
    def step_terms(self) -> list[tuple[slice, np.ndarray, np.ndarray]]:
        """What each step computes: (rows, terms, owner).

        `rows` is a slice of the rows that the step fills; `terms`, shape (n_terms,), the rows that
        are read, those of one filled row side by side; `owner`, shape (n_terms,), for each of these
        the row that it goes into.
        """
        owner = np.repeat(np.arange(self.n_inputs, self.steps[-1]), np.diff(self.starts))
        bounds = zip(self.steps.tolist(), self.starts[self.steps - self.n_inputs], strict=True)
        return [
            (slice(first, last), self.terms[start:stop], owner[start:stop])
            for (first, start), (last, stop) in pairwise(bounds)
        ]


def compile_circuit(tables: Sequence[Table], n_inputs: int, root: str | None = None) -> Circuit:
    """Compile tables over `n_inputs` rows into a circuit.

    Parameters
    ----------
    tables : sequence of Table
        The factors of the joint distribution; their entries are numbers of input rows.
    n_inputs : int
        The number of input rows, the constants 0, 1 and −1 included, which come first.
    root : str, optional
        The variable whose states the outputs stand for. By default any variable.

    Returns
    -------
    Circuit
        The sum of its outputs is P(evidence).

    Raises
    ------
    MemoryError
        If the junction tree would be too large; the message gives its size.
    """
    tree = compile_tree(tables, root)
    builder = _Builder(n_inputs, tree.cards)
    messages: list[Table] = []
    for clique in tree.cliques:
        received = [messages[child] for child in clique.children]
        messages.append(builder.message(clique, [*clique.tables, *received]))
    return builder.circuit(messages[-1])


@dataclass
class _Builder:
    n_inputs: int
    cards: dict[str, int]
    steps: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    n_terms: list[np.ndarray] = field(default_factory=list)
    terms: list[np.ndarray] = field(default_factory=list)
    n_rows: int = 0

    def message(self, clique: Clique, tables: list[Table]) -> Table:
        """Multiply the clique's tables, those of one scope first, and sum down to its separator."""
        by_scope: dict[frozenset[str], list[Table]] = {}
        for table in tables:
            by_scope.setdefault(frozenset(table.scope), []).append(table)
        products = [self._product_of_halves(group) for group in by_scope.values()]
        return self._sum(clique.separator, self._cheapest_product(products))

    def _product_of_halves(self, tables: list[Table]) -> Table:
        half = len(tables) // 2
        if not half:
            return tables[0]
        left, right = self._product_of_halves(tables[:half]), self._product_of_halves(tables[half:])
        return self._multiply(left, right)

    def _cheapest_product(self, tables: list[Table]) -> Table:
        """Multiply all, each time the two whose product has the fewest entries."""
        remaining, n_tables = dict(enumerate(tables)), len(tables)
        pairs = [self._priority(remaining, i, j) for i in remaining for j in range(i)]
        heapify(pairs)
        while len(remaining) > 1:
            _, i, j = heappop(pairs)
            if i in remaining and j in remaining:
                product = self._multiply(remaining.pop(i), remaining.pop(j))
                others = [*remaining]
                remaining[n_tables] = product
                for k in others:
                    heappush(pairs, self._priority(remaining, n_tables, k))
                n_tables += 1
        return remaining.popitem()[1]

    def _priority(self, tables: dict[int, Table], i: int, j: int) -> tuple[int, int, int]:
        return self._n_entries(_union(tables[i], tables[j])), i, j

    def _shape(self, scope: Sequence[str]) -> list[int]:
        return [self.cards[v] for v in scope]

    def _n_entries(self, scope: Sequence[str]) -> int:
        return int(np.prod(self._shape(scope)))

    def _multiply(self, a: Table, b: Table) -> Table:
        """Multiply two tables; entries of 0 and 1 cost nothing, equal products are made once."""
        scope, factors = _union(a, b), a.factors + b.factors
        left, right = (t.rows.ravel()[index_of(scope, t.scope, self.cards)] for t in (a, b))
        is_scaled = factors > FACTORS
        if is_scaled:  # all entries go through the step, to have one scale
            rows = np.full(len(left), -1)
        else:
            rows = np.where(left == ONE, right, np.where(right == ONE, left, -1))
        rows[(left == ZERO) | (right == ZERO)] = ZERO
        is_made = rows < 0
        low, high = np.sort(np.stack([left, right])[:, is_made], axis=0)
        base = self.n_inputs + self.n_rows
        pairs, which = np.unique(low * base + high, return_inverse=True)
        terms = np.stack([pairs // base, pairs % base], axis=1).ravel()
        made = self._step(PRODUCT | SCALED * is_scaled, np.full(len(pairs), 2), terms)
        rows[is_made] = made[which]
        return Table(scope, rows.reshape(self._shape(scope)), 1 if is_scaled else factors)

    def _sum(self, separator: tuple[str, ...], table: Table) -> Table:
        """Sum a table down to a scope; entries of 0 cost nothing."""
        summed_out = tuple(v for v in table.scope if v not in separator)
        index = index_of((*separator, *summed_out), table.scope, self.cards)
        addends = table.rows.ravel()[index].reshape(self._n_entries(separator), -1)
        is_addend = addends != ZERO
        is_scaled = table.factors > 2
        first = addends[np.arange(len(addends)), is_addend.argmax(axis=1)]
        rows = np.where(is_addend.any(axis=1), first, ZERO)
        fewest = 1 if is_scaled else 2  # all entries of a scaled step go through it
        is_made = is_addend.sum(axis=1) >= fewest
        terms = addends[is_made][is_addend[is_made]]
        rows[is_made] = self._step(SUM | SCALED * is_scaled, is_addend[is_made].sum(axis=1), terms)
        factors = 1 if is_scaled else table.factors
        return Table(separator, rows.reshape(self._shape(separator)), factors)

    def _step(self, kind: int, n_terms: np.ndarray, terms: np.ndarray) -> np.ndarray:
        """Append a step unless it is empty; return the rows that it fills."""
        first = self.n_inputs + self.n_rows
        if len(n_terms):
            self.steps.append(first)
            self.kinds.append(kind)
            self.n_terms.append(n_terms)
            self.terms.append(terms)
            self.n_rows += len(n_terms)
        return first + np.arange(len(n_terms))

    def circuit(self, root: Table) -> Circuit:
        """Return the circuit whose outputs are the entries of the root's message."""
        none = np.zeros(0, int)
        return Circuit(
            self.n_inputs,
            np.array([*self.steps, self.n_inputs + self.n_rows]),
            np.array(self.kinds, int),
            np.cumsum([0, *np.concatenate([none, *self.n_terms])]),
            np.concatenate([none, *self.terms]),
            root.rows.ravel(),
        )


def _union(a: Table, b: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*a.scope, *b.scope)))


def forward(circuit: Circuit, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate a circuit from its inputs to its outputs.

    Parameters
    ----------
    circuit : Circuit
        The circuit to evaluate.
    inputs : array, shape (n_inputs, batch_size)
        One column per case or draw.

    Returns
    -------
    buffer : array, shape (n_rows, batch_size)
        The value of every row.
    scales : array, shape (n_steps, batch_size)
        What the rows of each step have been divided by. The true outputs are those of the buffer
        times the product of all scales.
    """
    buffer = np.zeros((int(circuit.steps[-1]), inputs.shape[1]))
    buffer[: circuit.n_inputs] = inputs
    scales = np.ones((len(circuit.kinds), inputs.shape[1]))
    for step, kind in enumerate(circuit.kinds):
        rows, terms, owner = circuit.step_terms[step]
        if kind & SUM:
            np.add.at(buffer, owner, buffer[terms])
        else:
            buffer[rows] = buffer[terms[::2]] * buffer[terms[1::2]]
        if kind & SCALED:
            largest = np.abs(buffer[rows]).max(axis=0)
            fits = (largest == 0) | ((largest >= TINY) & (largest <= HUGE))
            scales[step] = np.where(fits, 1.0, largest)
            buffer[rows] /= scales[step]
    return buffer, scales


def backward(
    circuit: Circuit, buffer: np.ndarray, scales: np.ndarray, output_weights: np.ndarray
) -> np.ndarray:
    """Compute the derivative of a weighted sum of outputs by every row.

    Parameters
    ----------
    circuit : Circuit
        The circuit that `forward` evaluated.
    buffer, scales : array
        The results of `forward`.
    output_weights : array, shape (n_states,)
        The weight of each output.

    Returns
    -------
    array, shape (n_rows, batch_size)
        The derivatives, to be multiplied by the product of all scales.
    """
    gradient = np.zeros_like(buffer)
    np.add.at(gradient, circuit.output_rows, output_weights[:, None])
    for step in range(len(circuit.kinds) - 1, -1, -1):
        rows, terms, owner = circuit.step_terms[step]
        gradient[rows] /= scales[step]
        if circuit.kinds[step] & SUM:
            np.add.at(gradient, terms, gradient[owner])
        else:
            others = terms.reshape(-1, 2)[:, ::-1].ravel()
            np.add.at(gradient, terms, gradient[owner] * buffer[others])
    return gradient
