"""Parameters of a network as one vector of shares, and the expected counts of their states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..engine.query import Overrides, Query
from ..engine.solve import solve

if TYPE_CHECKING:
    from ..case import Case
    from ..priors.prior import Key

N_PLAIN = 2  # shares of a graded factor's link, and its rows before those of its levels


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
        self._graded = {
            key[0]: (start, self.slices[key].start)
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

    def inputs(self, shares: np.ndarray) -> np.ndarray:
        """The compiled network's inputs at these shares, shape (n_inputs, 1)."""
        inputs = self.compiled.mean_inputs.copy()
        values = self._inputs_by_shares @ shares
        for name, (row, share) in self._graded.items():
            idle, _, _ = self.compiled.doses.slopes(name, shares[share])
            values[row + N_PLAIN : row + N_PLAIN + len(idle)] = idle
        inputs[self.input_rows, 0] = values
        return inputs

    def _slopes(self, shares: np.ndarray) -> np.ndarray:
        """The derivatives of `input_rows` by shares, shape (n_rows, n_shares).

        A link at dose d counts as d trials of its plain link: P(idle) is a power d, and so is the
        1 of P(idle or not), which leaves the likelihood as it is.
        """
        if not self._graded:
            return self._inputs_by_shares
        slopes = self._inputs_by_shares.copy()
        for name, (row, share) in self._graded.items():
            _, by_idle, dose = self.compiled.doses.slopes(name, shares[share])
            first, second = row + N_PLAIN, row + N_PLAIN + len(dose)
            slopes[first:second, share : share + N_PLAIN] = np.stack([by_idle, 0 * by_idle], axis=1)
            slopes[second : second + len(dose), share : share + N_PLAIN] = dose[:, None]
        return slopes

    def expected_counts(
        self, shares: np.ndarray, evidence: Overrides
    ) -> tuple[np.ndarray, np.ndarray]:
        """log P(evidence), shape (batch_size,), and expected counts, shape (n_shares, batch_size).

        P(evidence) is linear in each share, so the posterior probability that a trial was made and
        ended in a state is share · ∂ log P(evidence) / ∂ share (Darwiche 2003).
        """
        total, log_scales, derivatives = self._solve(shares, evidence)
        counts = self._slopes(shares).T @ (derivatives / total)
        counts *= shares[:, None]
        return np.log(total) + log_scales, counts

    def summed_counts(
        self, shares: np.ndarray, evidence: Overrides, multiplicities: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """log P(all rows) and the expected counts of all rows, shape (n_shares,)."""
        total, log_scales, derivatives = self._solve(shares, evidence)
        weights = np.broadcast_to(multiplicities, total.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            log_lik = float((np.log(total) + log_scales) @ weights)
            gradient = derivatives @ (weights / total)
        return log_lik, shares * (self._slopes(shares).T @ gradient)

    def relative_slopes(self, shares: np.ndarray, evidence: Overrides, part: slice) -> np.ndarray:
        """The derivatives of P(evidence) by some of the shares, over P(evidence).

        Their shape is (n_states, batch_size) for a part of n_states shares.
        """
        by_shares = self._slopes(shares)[:, part]
        moving = np.flatnonzero(by_shares.any(axis=1))
        total, _, derivatives = self._solve(shares, evidence, self.input_rows[moving])
        return np.asarray(by_shares[moving].T @ (derivatives / total))

    def _solve(
        self, shares: np.ndarray, evidence: Overrides, wrt: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """P(evidence) but for its scale, log scales, and derivatives by `input_rows` or some."""
        query = Query.from_overrides(self.inputs(shares), evidence)
        circuit = self.compiled.circuit
        output_weights = np.ones((1, len(circuit.output_rows)))
        result = solve(circuit, query, output_weights, self.input_rows if wrt is None else wrt)
        return result.outputs.sum(axis=0), result.log_scales, result.derivatives[0]


def _effect(key: Key) -> str:
    return key if isinstance(key, str) else key[1]


def _block_diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*blocks))
