"""Posteriors of fitted parameters, from the information in the rows.

A trial of a link whose outcome is latent is worth less than an observed one. So the new counts
are not the expected ones but those of a Dirichlet with the variance that the inverse information
leaves to the parameter: the information matrix is the prior's plus the sum over rows of the outer
product of their scores (Berndt, Hall, Hall & Hausman 1974). Its correlations between parameters,
which are strong where rows leave open which of two causes was active, become a copula.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..batch.frame import EvidenceRows
from ..case import Case
from ..engine.query import Query
from ..priors.copula import tied
from ..priors.prior import Key, Prior
from ..priors.priors import Priors
from .parameter_vector import ParameterVector


def fitted_priors(
    case: Case, rows: EvidenceRows, parameters: ParameterVector, shares: np.ndarray
) -> Priors:
    """The priors with each fitted parameter's posterior in place, and a copula between them."""
    covariance = _covariance(parameters, rows, shares)
    posteriors = dict[Key, Prior]()
    totals = _total_counts(parameters, covariance, shares)
    for (key, part), total in zip(parameters.slices.items(), totals, strict=True):
        prior = case.priors[key]
        counts = tuple((total * shares[part]).tolist())
        source = f"fitted to {len(rows)} rows, from: {prior.source}"
        posteriors[key] = replace(prior, counts=counts, basis="fitted", source=source)
    jacobian = parameters.stick_log_odds_jacobian(shares)
    return case.priors.with_priors(posteriors, tied(posteriors, jacobian @ covariance @ jacobian.T))


def _covariance(parameters: ParameterVector, rows: EvidenceRows, shares: np.ndarray) -> np.ndarray:
    """The posterior covariance of the log shares, shape (n_shares, n_shares).

    The information of a Dirichlet of n counts is n (diag(p) − p pᵀ), on all log shares but one.
    """
    counts = parameters.spread_sums(parameters.prior_counts)[:, None]
    information = counts * parameters.covariance_of_one_trial(shares)
    return np.linalg.pinv(information + _row_information(parameters, rows, shares))


def _total_counts(
    parameters: ParameterVector, covariance: np.ndarray, shares: np.ndarray
) -> np.ndarray:
    """The Dirichlet counts that have each parameter's marginal variance, shape (n_parameters,)."""
    one_trial = parameters.covariance_of_one_trial(shares)
    variance = parameters.sums(np.einsum("ij,ji->i", one_trial, covariance))
    return (parameters.n_states - 1) / variance


def _row_information(
    parameters: ParameterVector, rows: EvidenceRows, shares: np.ndarray
) -> np.ndarray:
    """The sum over rows of the outer product of their scores (Berndt et al. 1974)."""
    inputs = parameters.inputs(shares)
    information = np.zeros((len(shares), len(shares)))
    for part, evidence in rows.batches():
        _, gradient = parameters.log_likelihood(Query.from_overrides(inputs, evidence))
        counts = parameters.expected_counts(shares, gradient)
        scores = counts - shares[:, None] * parameters.spread_sums(counts)
        information += (scores * rows.multiplicities[part]) @ scores.T
    return information
