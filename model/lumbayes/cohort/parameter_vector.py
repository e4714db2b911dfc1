"""All parameters of a network as one vector of shares, with the likelihood's gradient by them."""

from __future__ import annotations

import numpy as np

from ..case import Case
from ..engine.query import Query
from ..engine.solve import solve
from ..priors.prior import Key
from ..priors.stick_breaking import log_odds_jacobian

N_PLAIN = 2  # shares of a graded factor's link, and its rows before those of its levels


class ParameterVector:
    """The parameters of a case's network in one vector of shares, shape (n_shares,).

    Each parameter is a distribution over states: its shares sum to 1. Parameters of links that
    the case's interventions cut are left out.

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

    def __init__(self, case: Case):
        self.compiled = compiled = case.compiled
        priors = {k: p for k, p in case.priors.items() if _effect(k) not in case.interventions}
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

    def spread_maxima(self, values: np.ndarray) -> np.ndarray:
        """The maximum over each parameter's states, repeated for each of them: (n_shares,)."""
        return np.repeat(np.maximum.reduceat(values, self._starts), self.n_states)

    def normalized(self, counts: np.ndarray) -> np.ndarray:
        """Shares in proportion to counts."""
        return counts / self.spread_sums(counts)

    def covariance_of_one_trial(self, shares: np.ndarray) -> np.ndarray:
        """diag(p) − p pᵀ of each parameter, block diagonal: (n_shares, n_shares)."""
        blocks = [shares[part] for part in self.slices.values()]
        return _block_diagonal([np.diag(p) - np.outer(p, p) for p in blocks])

    def stick_log_odds_jacobian(self, shares: np.ndarray) -> np.ndarray:
        """Derivatives of the stick-breaking log odds by log shares: (n_sticks, n_shares).

        A stick is the share of one state among it and all later ones.
        """
        return _block_diagonal([log_odds_jacobian(shares[part]) for part in self.slices.values()])

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

    def log_likelihood(self, query: Query) -> tuple[np.ndarray, np.ndarray]:
        """log P(evidence), shape (batch_size,), and its gradient by `input_rows`, (n_rows, …)."""
        circuit = self.compiled.circuit
        output_weights = np.ones((1, len(circuit.output_rows)))
        result = solve(circuit, query, output_weights, self.input_rows)
        total = result.outputs.sum(axis=0)
        return np.log(total) + result.log_scales, result.derivatives[0] / total

    def expected_counts(self, shares: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Expected number of trials that ended in each state, shape (n_shares, …).

        P(evidence) is linear in each share, so the posterior probability that a trial was made and
        ended in a state is share · ∂ log P(evidence) / ∂ share (Darwiche 2003). `gradient` is that
        by `input_rows` of one row of evidence, or summed over rows.
        """
        share_gradient = self._slopes(shares).T @ gradient
        return (shares * share_gradient.T).T


def _effect(key: Key) -> str:
    return key if isinstance(key, str) else key[1]


def _block_diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*blocks))
