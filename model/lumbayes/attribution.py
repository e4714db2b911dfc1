"""Which causes contribute to this pain.

A cause that is present need not contribute. The contribution of a cause is P(a path of fired links
leads from the cause to the pain | evidence). The but-for of a cause is P(pain, and no pain had the
cause been absent and every link as it was | evidence). In the states of `inference.causal_paths`
these are P(pain in {ONLY_VIA_CAUSE, BOTH}) and P(pain = ONLY_VIA_CAUSE) with the cause marked (link
variables: Heckerman & Breese 1996; the counterfactual that they determine: Pearl 2009, ch. 9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .data.arguments import NAMES, check_arguments
from .data.variables import Mechanism
from .defaults import DRAWS, SEED, WIDTH
from .engine.intervals import (
    credible_intervals,
    interval_attrs,
    sample_until_effective,
)
from .engine.rank_probability import TIE_DECIMALS, first_probability
from .inference.causal_paths import (
    CONTRIBUTION,
    FiredPathCircuit,
    contribution_probabilities,
    presence_and_contribution,
    variables_on_paths,
)

if TYPE_CHECKING:
    from .case import Case
    from .inference.compiled import Compiled

__all__ = ["contribution_at_means", "contributions"]


def contributions(
    case: Case, *, width: float = WIDTH, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """Compute the probability that each cause contributes to this pain, one row per cause.

    A cause contributes if a path of fired links leads from the cause to the pain. A cause can be
    present without contributing.

    Parameters
    ----------
    case : Case
        The runner. If its evidence does not say that there is pain, a contribution is P(there is
        pain and the cause contributes to it | evidence).
    width : float, default 0.9
        The probability inside the credible interval, above 0 and below 1.
    draws : int, default 4096
        The number of joint draws of all parameters behind `low`, `high` and `first`. If few of them
        are effective, up to seven batches of the same size are added (see docs/model.md).
    seed : int, default 0
        The seed of these draws.

    Returns
    -------
    pandas.DataFrame
        One row per cause, largest `contribution` first. The index, `cause`, holds names such as
        "hills". All numbers are probabilities; `present`, `contribution` and `but_for` are exact at
        the means of the priors. Columns:

        - `layer`: "factor" or "mechanism".
        - `present`: P(cause present | evidence).
        - `contribution`: P(a path of fired links from the cause to the pain | evidence).
        - `low`, `high`: the ends of the central credible interval of `contribution`, over the
          draws, each weighted by P(evidence | draw).
        - `but_for`: P(pain, and no pain if the cause had been absent | evidence), a counterfactual.
        - `first`: P(the cause has the highest contribution of its layer), over the same weighted
          draws. Causes that tie share a draw equally.
        - `claims`: a tuple with the ids of the claims on the links from the cause to the pain, such
          as ("A1-06",); () if there is none.

        `table.attrs` has three entries: `draws`, how many draws were made; `effective_sample_size`,
        how many equally weighted draws these are worth (Kish 1965); and `note`, a sentence if few
        draws are effective and the intervals therefore rough, else "". The sentence is also given
        as a `UserWarning`.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.
    ValueError
        If `width` or `draws` is out of range.

    Examples
    --------
    >>> from lumbayes import contributions, load
    >>> table = contributions(load().given(back_pain="yes", hills="yes"))
    >>> table.loc["hills", ["present", "contribution", "low", "high"]].astype(float).round(2)
    present         1.00
    contribution    0.28
    low             0.09
    high            0.52
    Name: hills, dtype: float64
    >>> table.claims["leg_length_difference"]
    ('A1-06',)
    """
    check_arguments("contributions", locals())
    return contributions_with_draws(case, width=width, draws=draws, seed=seed)[0]


def contributions_with_draws(
    case: Case, *, width: float, draws: int, seed: int
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the table of `contributions`, the draws behind it and the weight of each draw.

    The draws are contributions, of shape (n_causes, n_draws), causes in the order of
    variables.toml. The weights, of shape (n_draws,), are P(evidence | draw).
    """
    case.check_consistent()
    paths = fired_path_circuit(case)
    causes = [cause.name for cause in case.variables.causes]
    present, (contribution, but_for), _ = presence_and_contribution(paths, case.query(), causes)
    figures = np.stack([present[:, 0], contribution[:, 0], but_for[:, 0]])
    sampled, weights = contribution_draws(case, draws, seed)
    return contribution_table(case, figures, sampled, weights, width), sampled, weights


def contribution_table(
    case: Case,
    figures: np.ndarray,
    sampled: np.ndarray,
    weights: np.ndarray,
    width: float,
    independent: float = 1.0,
) -> pd.DataFrame:
    """Return the table of `contributions`; tied causes are in the order of variables.toml.

    `figures`, of shape (3, n_causes), holds presence, contribution and but-for. `sampled`, of shape
    (n_causes, n_draws), holds draws of the contribution. `weights`, of shape (n_draws,), holds
    their weights. `independent` is the share of the draws that count as independent.
    """
    check_arguments("contributions", {"width": width})
    present, contribution, but_for = figures
    intervals = credible_intervals(sampled, weights, width)
    first = _first_places(case, sampled, weights)
    order = np.argsort(-contribution.round(TIE_DECIMALS), kind="stable")
    causes = [case.variables.causes[i] for i in order]
    claims = _claims_of_causes(case)
    table = pd.DataFrame(
        {
            "layer": ["mechanism" if isinstance(c, Mechanism) else "factor" for c in causes],
            "present": present[order],
            "contribution": contribution[order],
            "low": intervals[order, 0],
            "high": intervals[order, 1],
            "but_for": but_for[order],
            "first": first[order],
            "claims": [claims[c.name] for c in causes],
        },
        index=pd.Index([c.name for c in causes], name="cause"),
    )
    table.attrs.update(interval_attrs(weights, independent))
    return table


def _claims_of_causes(case: Case) -> dict[str, tuple[str, ...]]:
    """Return for every cause the ids of the used claims about its links to the pain."""
    links = case.compiled.cached("links of every cause", _links_of_causes)
    used = [claim for claim in case.priors.claims if claim.is_used]
    claims = defaultdict[tuple[str, str], set[str]](set)
    for claim in used:
        claims[claim.cause, claim.effect].add(claim.id)
    ids = {cause: set[str]().union(*(claims[link] for link in links[cause])) for cause in links}
    return {cause: tuple(c.id for c in used if c.id in ids[cause]) for cause in links}


def _links_of_causes(compiled: Compiled) -> dict[str, list[tuple[str, str]]]:
    """Return for every cause the links on its paths to the pain, whatever claims are excluded."""
    variables = compiled.network.variables
    paths = {c.name: variables_on_paths(variables, c.name) for c in variables.causes}
    return {
        cause: [(p, v) for v in path for p in variables[v].parents if p in {cause, *path}]
        for cause, path in paths.items()
    }


def fired_path_circuit(case: Case) -> FiredPathCircuit:
    """Return the circuit of paths of fired links for the network of a case, cached."""
    return case.compiled.cached("fired paths", FiredPathCircuit)


def contribution_at_means(case: Case, causes: Sequence[str]) -> np.ndarray:
    """Compute the contributions of some causes at the means of the priors, without intervals.

    Parameters
    ----------
    case : Case
        The runner.
    causes : sequence of str
        Factors or mechanisms.

    Returns
    -------
    ndarray, shape (n_causes,)
        P(a path of fired links from the cause to the pain | evidence), in the order of `causes`.

    Examples
    --------
    >>> from lumbayes import load
    >>> contribution_at_means(load().given(hills="no"), ["hills"])
    array([0.])
    """
    check_arguments("contribution_at_means", locals(), causes=NAMES)
    circuit = fired_path_circuit(case)
    return contribution_probabilities(circuit, case.query(), causes, CONTRIBUTION)[0][0, :, 0]


def contribution_draws(case: Case, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return draws of all contributions, of shape (n_causes, n_draws), and P(evidence | draw)."""
    paths, causes = fired_path_circuit(case), [cause.name for cause in case.variables.causes]

    def evaluate(batch: int) -> tuple[np.ndarray, np.ndarray]:
        query = case.query(draws, seed + batch)
        with np.errstate(invalid="ignore"):  # a draw of weight 0 has no contributions
            (sampled,), weights = contribution_probabilities(paths, query, causes, CONTRIBUTION)
        return sampled, weights

    return sample_until_effective(evaluate, draws)


def _first_places(case: Case, sampled: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each cause the probability that it contributes most of its layer."""
    is_mechanism = np.array([isinstance(c, Mechanism) for c in case.variables.causes])
    first = np.zeros(len(sampled))
    for layer in (is_mechanism, ~is_mechanism):
        if layer.any():
            first[layer] = first_probability(sampled[layer], weights)
    return first
