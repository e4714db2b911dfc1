"""The sums of a junction tree written out as one arithmetic circuit: a value upward, every
derivative downward.

The first rows of a buffer are the pool (parameters and findings); each step fills the next rows
with products of two rows or with sums of several. P(findings) is the sum of the root's rows and
linear in each row of the pool: its derivative by the row of the finding x = s is P(x = s, all other
findings), by the row of a parameter what that parameter is worth (Darwiche 2003, A differential
approach to inference in Bayesian networks). A lane is one case or one draw. Rows may be negative
(multiplicative noisy-MAX), so nothing is divided by them; where many numbers have been multiplied,
a step is scaled back to size and the scale kept, so that any number of findings can meet in one
place. Everything is added in one order, here and in kernel.py, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np

from .junction_tree import Clique, Table, compile_tree, index_of

ZERO, ONE, MINUS = 0, 1, 2
CONSTANTS = np.array([[0.0], [1.0], [-1.0]])
PRODUCT, SUM, SCALED = 0, 1, 2
TINY, HUGE, FACTORS = 1e-24, 1e24, 6  # 2 · FACTORS numbers of such a size still have a product


@dataclass(frozen=True)
class Circuit:
    """Step i fills the rows from `steps[i]` to `steps[i + 1]`; `kinds[i]` is PRODUCT or SUM, or one
    of them | SCALED.

    Row r is made of the rows `terms[starts[r - inputs] : starts[r - inputs + 1]]`: two factors or
    any number of addends. `roots` are the rows that add up to P(findings), one a state of the root
    variable.
    """

    n_inputs: int
    steps: np.ndarray
    kinds: np.ndarray
    starts: np.ndarray
    terms: np.ndarray
    roots: np.ndarray

    @cached_property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The five arrays, as folding takes them."""
        return self.steps, self.kinds, self.starts, self.terms, self.roots

    @cached_property
    def unsigned(self) -> tuple[np.ndarray, ...]:
        """The five arrays as the compiled loop takes them."""
        return tuple(a.astype(np.uintp) for a in self.arrays)

    def of(self, step: int) -> tuple[slice, np.ndarray, np.ndarray]:
        """A step's rows, the rows it takes, and for each of these the row it goes into."""
        rows = slice(int(self.steps[step]), int(self.steps[step + 1]))
        starts = self.starts[rows.start - self.n_inputs : rows.stop - self.n_inputs + 1]
        owner = np.repeat(np.arange(rows.start, rows.stop), np.diff(starts))
        return rows, self.terms[starts[0] : starts[-1]], owner


def compile_circuit(tables: Sequence[Table], n_inputs: int, root: str | None = None) -> Circuit:
    """Write out the sums of some tables over a pool of `inputs` rows, ending in a message over the
    states of `root`.
    """
    tree = compile_tree(tables, root)
    writer = _Writer(n_inputs, tree.cards)
    messages: list[Table] = []
    for clique in tree.cliques:
        messages.append(
            writer.message(
                clique, [*clique.tables, *(messages[child] for child in clique.children)]
            )
        )
    return writer.circuit(messages[-1])


@dataclass
class _Writer:
    n_inputs: int
    cards: dict[str, int]
    steps: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    sizes: list[np.ndarray] = field(default_factory=list)
    terms: list[np.ndarray] = field(default_factory=list)
    size: int = 0

    def message(self, clique: Clique, tables: list[Table]) -> Table:
        """The clique's tables multiplied, those of one scope first, then the smallest pairs, and
        summed down.
        """
        alike: dict[frozenset[str], list[Table]] = {}
        for table in tables:
            alike.setdefault(frozenset(table.scope), []).append(table)
        return self._sum(
            clique.separator, self._pairwise([self._halves(group) for group in alike.values()])
        )

    def _halves(self, tables: list[Table]) -> Table:
        half = len(tables) // 2
        return (
            self._multiply(self._halves(tables[:half]), self._halves(tables[half:]))
            if half
            else tables[0]
        )

    def _pairwise(self, tables: list[Table]) -> Table:
        """The product of all, each time of the two whose product has the fewest entries."""
        left, count = dict(enumerate(tables)), len(tables)
        pairs = [self._pair(left, i, j) for i in left for j in range(i)]
        heapify(pairs)
        while len(left) > 1:
            _, i, j = heappop(pairs)
            if i in left and j in left:
                product = self._multiply(left.pop(i), left.pop(j))
                left[count] = product
                for k in left.keys() - {count}:
                    heappush(pairs, self._pair(left, count, k))
                count += 1
        return left.popitem()[1]

    def _pair(self, tables: dict[int, Table], i: int, j: int) -> tuple[int, int, int]:
        return self._entries(self._union(tables[i], tables[j])), i, j

    def _union(self, a: Table, b: Table) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*a.scope, *b.scope)))

    def _entries(self, scope: Sequence[str]) -> int:
        return int(np.prod([self.cards[v] for v in scope]))

    def _multiply(self, a: Table, b: Table) -> Table:
        scope, factors = self._union(a, b), a.factors + b.factors
        left, right = (t.rows.ravel()[index_of(scope, t.scope, self.cards)] for t in (a, b))
        scaled = factors > FACTORS
        rows = (
            np.full(len(left), -1)
            if scaled
            else np.where(left == ONE, right, np.where(right == ONE, left, -1))
        )
        rows[(left == ZERO) | (right == ZERO)] = ZERO
        low, high = np.sort(np.stack([left, right])[:, rows < 0], axis=0)
        base = self.n_inputs + self.size
        pairs, which = np.unique(low * base + high, return_inverse=True)
        terms = np.stack([pairs // base, pairs % base], axis=1)
        kind = PRODUCT | SCALED * scaled
        rows[rows < 0] = self._step(kind, np.full(len(pairs), 2), terms.ravel())[which]
        return Table(scope, rows.reshape([self.cards[v] for v in scope]), 1 if scaled else factors)

    def _sum(self, separator: tuple[str, ...], table: Table) -> Table:
        rest = tuple(v for v in table.scope if v not in separator)
        index = index_of((*separator, *rest), table.scope, self.cards)
        addends = table.rows.ravel()[index].reshape(self._entries(separator), -1)
        kept, scaled = addends != ZERO, table.factors > 2
        rows = np.where(
            kept.any(axis=1), addends[np.arange(len(addends)), kept.argmax(axis=1)], ZERO
        )
        made = kept.sum(axis=1) > (
            0 if scaled else 1
        )  # all entries of a scaled step go through it, to have one scale
        rows[made] = self._step(
            SUM | SCALED * scaled, kept[made].sum(axis=1), addends[made][kept[made]]
        )
        return Table(
            separator,
            rows.reshape([self.cards[v] for v in separator]),
            1 if scaled else table.factors,
        )

    def _step(self, kind: int, sizes: np.ndarray, terms: np.ndarray) -> np.ndarray:
        rows = self.n_inputs + self.size + np.arange(len(sizes))
        if len(sizes):
            self.steps.append(self.n_inputs + self.size)
            self.kinds.append(kind)
            self.sizes.append(sizes)
            self.terms.append(terms)
            self.size += len(sizes)
        return rows

    def circuit(self, root: Table) -> Circuit:
        sizes = np.concatenate([np.zeros(0, int), *self.sizes])
        terms = np.concatenate([np.zeros(0, int), *self.terms])
        steps = np.array([*self.steps, self.n_inputs + self.size])
        return Circuit(
            self.n_inputs,
            steps,
            np.array(self.kinds, int),
            np.cumsum([0, *sizes]),
            terms,
            root.rows.ravel(),
        )


def forward(circuit: Circuit, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The buffer filled upward, shape (rows, lanes), and the scale of each step, shape (steps,
    lanes).
    """
    buffer = np.zeros((int(circuit.steps[-1]), inputs.shape[1]))
    buffer[: circuit.n_inputs] = inputs
    scales = np.ones((len(circuit.kinds), inputs.shape[1]))
    for step, kind in enumerate(circuit.kinds):
        rows, terms, owner = circuit.of(step)
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
    circuit: Circuit, buffer: np.ndarray, scales: np.ndarray, seed: np.ndarray
) -> np.ndarray:
    """The derivative of seed · roots by every row, shape (rows, lanes): the same steps in
    reverse.
    """
    slope = np.zeros_like(buffer)
    np.add.at(slope, circuit.roots, seed[:, None])
    for step in range(len(circuit.kinds) - 1, -1, -1):
        rows, terms, owner = circuit.of(step)
        slope[rows] /= scales[step]
        if circuit.kinds[step] & SUM:
            np.add.at(slope, terms, slope[owner])
        else:
            others = terms.reshape(-1, 2)[:, ::-1].ravel()
            np.add.at(slope, terms, slope[owner] * buffer[others])
    return slope
