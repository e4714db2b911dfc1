"""Parameters of a network as one vector of shares, and the expected counts of their states."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..engine.query import Overrides, Query
from ..engine.solve import solve

if TYPE_CHECKING:
    from ..case import Case
    from ..priors.prior import Key

N_PLAIN = 2  # shares of a graded factor's link, and its rows before those of its levels


# Products of a matrix and a vector; `@` would start threads, which take longer than these products.
matvec = partial(np.einsum, "ij,j->i")


class ParameterVector:
    """Some parameters of a case's network in one vector of shares, shape (n_shares,).

    Each parameter is a distribution over states: its shares sum to 1.

    Parameters
    ----------
    case : Case
    keys : iterable of key, optional
        By default all parameters but those of links that the case's interventions cut. All others
        stay at their prior means.

    Attributes
    ----------
    slices : dict
        For each prior's key the part of the vector that holds the parameter.
    n_states : array of int, shape (n_parameters,)
        The number of states of each parameter.
    prior_counts : array, shape (n_shares,)
        The Dirichlet counts of the priors.
    input_rows : array of int, shape (n_rows,)
        The rows of the compiled network's inputs that depend on the parameters.
    """

    def __init__(self, case: Case, keys: Iterable[Key] | None = None):
        self.compiled = compiled = case.compiled
        wanted = [key for key in case.priors if _effect(key) not in case.interventions]
        priors = {key: case.priors[key] for key in (wanted if keys is None else keys)}
        counts = [np.array(prior.counts, float) for prior in priors.values()]
        self.prior_counts = np.concatenate(counts)
        self.n_states = np.array([len(c) for c in counts])
        ends = np.cumsum(self.n_states)
        self._starts = ends - self.n_states
        self.slices = {
            key: slice(start, end)
            for key, start, end in zip(priors, self._starts, ends, strict=True)
        }
        rows = [compiled.parameter_rows(key) for key in priors]
        self.input_rows = np.concatenate(rows)
        ends_of_rows = np.cumsum([0, *map(len, rows)])
        self._keys = [*priors]
        self._rows_of = [slice(*ends) for ends in pairwise(ends_of_rows.tolist())]
        self._graded = {
            key: (start, self.slices[key].start)
            for key, start in zip(priors, ends_of_rows.tolist(), strict=False)
            if key in compiled.doses
        }
        # Inputs are sums of shares: cumulated ones where a variable has links.
        self._inputs_by_shares = _block_diagonal(
            [compiled.parameter_values(key, np.eye(len(p.counts))) for key, p in priors.items()]
        )

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sum values, shape (n_shares, …), over each parameter's states: (n_parameters, …)."""
        return np.add.reduceat(values, self._starts, axis=0)

    def spread_sums(self, values: np.ndarray) -> np.ndarray:
        """The same sums, repeated for each state of their parameter: (n_shares, …)."""
        return np.repeat(self.sums(values), self.n_states, axis=0)

    def normalized(self, counts: np.ndarray) -> np.ndarray:
        """Shares in proportion to counts."""
        return counts / self.spread_sums(counts)

    @cached_property
    def is_sum_of_shares(self) -> np.ndarray:
        """Which of `input_rows` are the sum of all shares of a parameter, and so always 1."""
        n_ones = np.add.reduceat((self._inputs_by_shares == 1).astype(int), self._starts, axis=1)
        return np.asarray((n_ones == self.n_states).any(axis=1))

    def inputs(self, shares: np.ndarray) -> np.ndarray:
        """The compiled network's inputs at these shares, shape (n_inputs, 1)."""
        return self.linearized(shares)[0]

    def rows_of(self, number: int) -> slice:
        """The part of `input_rows` that depends on the parameter of this number."""
        return self._rows_of[number]

    def row_values(self, number: int, own: np.ndarray) -> np.ndarray:
        """The values of these rows at the parameter's shares, shape (n_own_rows,)."""
        key, rows = self._keys[number], self._rows_of[number]
        values = np.asarray(self._inputs_by_shares[rows, self.slices[key]] @ own)
        if key in self._graded:
            idle, _, _ = self.compiled.doses.slopes(key[0], own[0])
            values[N_PLAIN : N_PLAIN + len(idle)] = idle
        return values

    def linearized(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The inputs at these shares, and the derivatives of `input_rows` by shares.

        Their shapes are (n_inputs, 1) and (n_rows, n_shares). A link at dose d counts as d trials
        of its plain link: P(idle) is a power d, and so is the 1 of P(idle or not), which leaves the
        likelihood as it is.
        """
        inputs, slopes = self.compiled.mean_inputs.copy(), self._inputs_by_shares
        values = matvec(slopes, shares)
        if self._graded:
            slopes = slopes.copy()
        for link, (row, share) in self._graded.items():
            idle, by_idle, dose = self.compiled.doses.slopes(link[0], shares[share])
            first, second = row + N_PLAIN, row + N_PLAIN + len(dose)
            values[first:second] = idle
            slopes[first:second, share : share + N_PLAIN] = np.stack([by_idle, 0 * by_idle], axis=1)
            slopes[second : second + len(dose), share : share + N_PLAIN] = dose[:, None]
        inputs[self.input_rows, 0] = values
        return inputs, slopes

    def expected_counts(
        self, shares: np.ndarray, evidence: Overrides
    ) -> tuple[np.ndarray, np.ndarray]:
        """log P(evidence), shape (batch_size,), and expected counts, shape (n_shares, batch_size).

        P(evidence) is linear in each share, so the posterior probability that a trial was made and
        ended in a state is share · ∂ log P(evidence) / ∂ share (Darwiche 2003).
        """
        total, log_scales, derivatives, slopes = self._solve(shares, evidence)
        counts = slopes.T @ (derivatives / total)
        counts *= shares[:, None]
        return np.log(total) + log_scales, counts

    def summed_counts(
        self, shares: np.ndarray, evidence: Overrides, multiplicities: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """log P(all rows) and the expected counts of all rows, shape (n_shares,)."""
        total, log_scales, derivatives, slopes = self._solve(shares, evidence)
        weights = np.broadcast_to(multiplicities, total.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            log_lik = float((np.log(total) + log_scales) @ weights)
            gradient = derivatives @ (weights / total)
        return log_lik, shares * (slopes.T @ gradient)

    def _solve(
        self, shares: np.ndarray, evidence: Overrides
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """P(evidence) but for its scale, log scales, derivatives by `input_rows`, and slopes."""
        inputs, slopes = self.linearized(shares)
        query = Query.from_overrides(inputs, evidence)
        circuit = self.compiled.circuit
        output_weights = np.ones((1, len(circuit.output_rows)))
        result = solve(circuit, query, output_weights, self.input_rows)
        return result.outputs.sum(axis=0), result.log_scales, result.derivatives[0], slopes


def _effect(key: Key) -> str:
    return key if isinstance(key, str) else key[1]


def _block_diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*blocks))
