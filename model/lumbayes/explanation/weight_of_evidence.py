"""Weight of evidence: what each finding and each claim adds to the log-odds of a contribution.

In decibans: 10 multiply the odds by ten (Good 1950, *Probability and the Weighing of Evidence*). A
sequential value depends on the order of the findings; a Shapley value averages over all orders
(Madigan, Mosurski & Almond 1997, "Graphical explanation in belief networks"). Both add up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import fired_path_circuit
from ..case import Case
from ..data.arguments import check_arguments
from ..data.variables import Trait
from ..engine.query import Overrides, Query
from ..inference.causal_paths import CONTRIBUTION, contribution_probabilities
from ..inference.evidence import Evidence, contrast_label, finding_label, node_of
from ..priors.prior import Key, label
from ..priors.strengths import claims_in_force, reached, strength_under
from .shapley import ORDERS, Value, sampled, shapley

if TYPE_CHECKING:
    from ..data.claims import Claim


def explain(case: Case, cause: str, against: str | None = None, seed: int = 0) -> pd.DataFrame:
    """Compute what each piece of evidence adds to the log-odds of a contribution, in decibans.

    Parameters
    ----------
    case : Case
        The runner. Interventions hold in every row.
    cause : str
        A factor or mechanism. The log-odds are 10 log10(c / (1 − c)), c being its contribution.
    against : str, optional
        Another cause. The log-odds are then 10 log10(contribution of `cause` / contribution of
        `against`): above 0 for `cause`, below 0 for `against`.
    seed : int, default 0
        The seed of the orders that are drawn if there are more than 12 pieces of evidence.

    Returns
    -------
    pandas.DataFrame
        The row "prior" (the log-odds without evidence), one row per piece of evidence, and the row
        "total" (the log-odds with all evidence). The index, `finding`, holds findings such as
        "hills=yes", then likelihoods ("flat_feet likelihood"), then contrasts
        ("hills:contrast=worse"), each in the order entered. Columns:

        - `sequential_db`: what the row adds to the rows above it, in decibans.
        - `shapley_db`: the Shapley value, in decibans: what the row adds on average over all orders
          of the evidence.
        - `error_db`: the standard error of `shapley_db`; 0 if no orders were drawn, because the
          value is then exact.
        - `says`: "" in most rows. "rules it out" if the row makes the contribution of `cause` 0;
          "settles it" if the row makes it 1 (with `against`: makes that of `against` 0); "rules
          both out" if the row makes both contributions 0.
        - `claims`: a tuple with the ids of the claims on the links of the variable. For a
          measurement or contrast, these are the links of the factor that it is about.

    Raises
    ------
    ValueError
        If a name is neither a factor nor a mechanism.
    ImpossibleFindings
        If the evidence has probability 0.

    Notes
    -----
    A row with a text in `says` is decisive. Its numbers and those of "total" can be infinite, and
    the other rows are computed without it (docs/explaining.md has the rules).
    Source: Madigan, Mosurski & Almond (1997), "Graphical explanation in belief networks".

    Examples
    --------
    >>> from lumbayes import explain, load
    >>> runner = load().given(back_pain="yes", hills="no", plank_seconds=22)
    >>> explain(runner, "weak_core")[["sequential_db", "shapley_db"]].round(1)
                      sequential_db  shapley_db
    finding
    prior                     -25.6       -25.6
    back_pain=yes              15.6        15.8
    hills=no                    0.3         0.2
    plank_seconds=22            7.3         7.3
    total                      -2.3        -2.3
    """
    check_arguments("explain", locals())
    names = [name for name in (cause, against) if name is not None]
    case.network.check_causes(*names)
    case.check_consistent()
    labels, evidence = _finding_labels(case), case.evidence()
    value = _value(case, names, lambda on: _coalition_overrides(case, evidence, on))
    sequential = value(np.tril(np.ones((len(labels) + 1, len(labels)), bool), -1))
    free, settled = _settled(value, len(labels))
    shares, error = shapley(lambda on: value(_scatter(on, free, len(labels))), len(free), seed)
    shapley_db = np.zeros(len(labels))
    shapley_db[free] = shares
    shapley_db[[*settled]] = [*settled.values()]
    shapley_db[np.flatnonzero(np.isnan(shapley_db))[:1]] = -sequential[0] - shares.sum()
    start, total = _finite_or_zero(sequential[[0, -1]])
    table = pd.DataFrame(index=pd.Index(["prior", *labels, "total"], name="finding"))
    table["sequential_db"] = [start, *_steps(sequential), total]
    table["shapley_db"] = [start, *_finite_or_zero(shapley_db), total]
    table["error_db"] = 0.0
    table.iloc[1 + free, 2] = error
    says = [_says(settled[i]) if i in settled else "" for i in range(len(labels))]
    table["says"] = ["", *says, ""]
    table["claims"] = [(), *(_claims_behind(case, name) for name, _ in evidence), ()]
    return table


def claim_attribution(case: Case, cause: str, orders: int = ORDERS, seed: int = 0) -> pd.DataFrame:
    """Compute what each claim adds to the log-odds that a cause contributes: its Shapley value.

    The worth of a set of claims is the log-odds of the contribution with priors pooled from this
    set. The values add up to the log-odds with all claims minus those without any of the table.

    Parameters
    ----------
    case : Case
        The runner.
    cause : str
        A factor or mechanism.
    orders : int, default 256
        How many orders of the claims are drawn, at least 4.
    seed : int, default 0
        The seed of the orders.

    Returns
    -------
    pandas.DataFrame
        One row per claim, largest absolute value first; none if a parameter that it reaches was
        fitted or drawn. The index, `claim`, holds ids such as "A5-09". Columns:

        - `shapley_db`: the Shapley value in decibans; above 0 if the claim speaks for the cause.
          All are 0 if the contribution is 0 or 1.
        - `error_db`: the standard error of `shapley_db` over the drawn orders.
        - `reply`: the number of the reply, 0 for the question.
        - `author`: who wrote the claim, such as "reply 5 (semi-professional runner)".
        - `link`: the link that the claim is about, such as "weak_core → muscle_strain".
        - `quote`: the words of the claim.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism, or if `orders` is below 4.
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import claim_attribution
    >>> table = claim_attribution(load().given(back_pain="yes"), "weak_core")
    >>> table[["shapley_db", "reply", "link"]].head(2).round(1)
           shapley_db  reply                       link
    claim
    A5-09         3.8      5  weak_core → muscle_strain
    A1-13         3.2      1  weak_core → muscle_strain
    """
    check_arguments("claim_attribution", locals())
    case.network.check_causes(cause)
    case.check_consistent()
    claims = claims_in_force(case.priors)
    value = _value(case, [cause], _overrides_by_claims(case, claims))
    shares, error = sampled(value, len(claims), orders, seed)
    index = pd.Index([c.id for c in claims], name="claim")
    table = pd.DataFrame({"shapley_db": shares, "error_db": error}, index=index)
    table["reply"] = [c.answer for c in claims]
    table["author"] = [c.author for c in claims]
    table["link"] = [label((c.cause, c.effect)) for c in claims]
    table["quote"] = [c.quote for c in claims]
    return table.iloc[np.argsort(-table["shapley_db"].abs().to_numpy(), kind="stable")]


def decibans(probability: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
    """Return 10·log10 of the odds of a probability, or of its ratio to `other`; ±inf at 0 and 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10 * np.log10(probability / (1 - probability if other is None else other))


def _finding_labels(case: Case) -> list[str]:
    findings = [finding_label(name, value) for name, value in case.findings.items()]
    contrasts = [contrast_label(name, text) for name, text in case.contrasts.items()]
    return [*findings, *(f"{name} likelihood" for name in case.likelihoods), *contrasts]


def _value(case: Case, names: Sequence[str], overrides: Callable[[np.ndarray], Overrides]) -> Value:
    """Return the function from coalitions, rows of booleans, to the log-odds of a contribution."""

    def value(coalitions: np.ndarray) -> np.ndarray:
        if not len(coalitions):
            return np.zeros(0)
        query = Query.from_overrides(case.compiled.mean_inputs, overrides(coalitions))
        circuit = fired_path_circuit(case)
        (probabilities,), _ = contribution_probabilities(circuit, query, names, CONTRIBUTION)
        return np.broadcast_to(decibans(*probabilities), len(coalitions))

    return value


def _coalition_overrides(case: Case, evidence: Sequence[Evidence], on: np.ndarray) -> Overrides:
    """Return overrides with the findings of one coalition in each column, interventions in all."""
    overrides = Case(case.compiled, interventions=case.interventions).evidence_inputs()
    for (name, weights), is_in in zip(evidence, on.T, strict=True):
        case.compiled.add_likelihood(overrides, name, np.where(is_in, weights[:, None], 1.0))
    return overrides


def _overrides_by_claims(case: Case, claims: Sequence[Claim]) -> Callable[[np.ndarray], Overrides]:
    """Return the function from coalitions of claims to overrides; each subset counts once."""
    evidence = case.evidence_inputs()
    columns: dict[Key, list[int]] = {}
    for i, claim in enumerate(claims):
        for key in reached(case.priors, [claim]):
            columns.setdefault(key, []).append(i)
    by_subset = {
        key: _by_subset(case, key, [claims[i] for i in places]) for key, places in columns.items()
    }

    def overrides(coalitions: np.ndarray) -> Overrides:
        rows: Overrides = {}
        for key, places in columns.items():
            subsets = coalitions[:, places] @ (1 << np.arange(len(places)))
            for k, row in enumerate(case.compiled.parameter_rows(key)):
                rows[row] = by_subset[key][k, subsets]
        return {**rows, **evidence}

    return overrides


def _by_subset(case: Case, key: Key, claims: Sequence[Claim]) -> np.ndarray:
    """Return a parameter's input rows for every subset of some claims, (n_states, n_subsets)."""
    others = [c for c in case.priors.claims if c not in claims]
    subsets = [
        [*others, *(c for i, c in enumerate(claims) if n >> i & 1)] for n in range(2 ** len(claims))
    ]
    priors = [strength_under(key, case.priors, subset) for subset in subsets]
    return np.stack([case.compiled.prior_values(prior) for prior in priors], axis=1)


def _settled(value: Value, size: int) -> tuple[np.ndarray, dict[int, float]]:
    """Return which findings leave the odds finite, and of each other one its odds: ±inf or NaN."""
    free, settled = np.arange(size), dict[int, float]()
    start = value(np.zeros((1, size), bool))[0]
    while True:
        prefixes = np.tril(np.ones((len(free), len(free)), bool))
        log_odds = value(_scatter(prefixes, free, size))
        if not np.isfinite(start):  # interventions rule a cause out; a finding may the other, too
            ruled_out = np.flatnonzero(np.isnan(log_odds) & np.isinf(start))[:1].tolist()
            return free[:0], dict.fromkeys(ruled_out, np.nan)
        infinite = np.flatnonzero(~np.isfinite(log_odds))
        if not len(infinite):
            return free, settled
        settled[int(free[infinite[0]])] = float(log_odds[infinite[0]])
        free = np.delete(free, infinite[0])


def _steps(log_odds: np.ndarray) -> list[float]:
    """Return what each finding adds to those before it."""
    return [_step(before, after) for before, after in pairwise(log_odds)]


def _step(before: float, after: float) -> float:
    """Return after − before; NaN, where neither cause is left to compare, counts as even odds."""
    if np.isnan(before) or before == after:
        return 0.0
    return -before if np.isnan(after) else after - before


def _finite_or_zero(values: np.ndarray) -> np.ndarray:
    """Replace NaN by 0 and keep infinities."""
    return np.where(np.isnan(values), 0.0, values)


def _scatter(on: np.ndarray, columns: np.ndarray, size: int) -> np.ndarray:
    """Return coalitions of all `size` players from coalitions of the players at `columns`."""
    full = np.zeros((len(on), size), bool)
    full[:, columns] = on
    return full


def _says(value: float) -> str:
    if np.isnan(value):
        return "rules both out"
    return "rules it out" if value < 0 else "settles it"


def _claims_behind(case: Case, name: str) -> tuple[str, ...]:
    """Return the claims on a node's links; of a measurement or contrast, on its factor's links."""
    node = case.variables[node_of(name)]
    name = getattr(node, "reads", node.name)
    ends = ("effect",) if isinstance(node, Trait) else ("cause", "effect")
    used = [c for c in case.priors.claims if c.is_used]
    return tuple(c.id for c in used if name in (getattr(c, end) for end in ends))
