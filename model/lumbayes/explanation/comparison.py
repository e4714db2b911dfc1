"""Two priors, replies or runners side by side, and what the thread says one might do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ..attribution import contribution_at_means, contributions
from ..data.arguments import check_arguments
from ..defaults import DRAWS, SEED, WIDTH
from ..inference.evidence import finding_label
from ..priors.prior import label

if TYPE_CHECKING:
    from ..case import Case

REMEDIES = ("remedy", "advice")  # kinds of claims that say what one might do
NOT_CARRIED = "is carried"  # the note of a claim on drugs, surgery or referral: "none … is carried"
INTERVAL = ["contribution", "low", "high"]


def contributions_by_reply(case: Case) -> pd.DataFrame:
    """Compute every contribution from the claims of all replies and from those of each reply alone.

    Parameters
    ----------
    case : Case
        The runner.

    Returns
    -------
    pandas.DataFrame
        One row per cause, such as "hills", largest `apart` first. Columns:

        - `all`: the contribution with all claims.
        - `reply 1`, …: the contribution with the claims of this reply and of the question only, as
          `Case.with_claims` gives it. A reply without a claim on a link has no column.
        - `apart`: the largest minus the smallest of the `reply` columns; NaN if there is none.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import contributions_by_reply
    >>> table = contributions_by_reply(load().given(back_pain="yes"))
    >>> table.loc[["weak_core"], ["all", "reply 1", "reply 2", "apart"]].round(2)
                all  reply 1  reply 2  apart
    cause
    weak_core  0.09     0.04     0.01   0.05
    """
    check_arguments("contributions_by_reply", locals())
    case.check_consistent()
    claims = case.priors.claims
    replies = sorted({c.answer for c in claims if c.used == "link"})
    causes = [c.name for c in case.variables.causes]
    table = pd.DataFrame(index=pd.Index(causes, name="cause"))
    table["all"] = contribution_at_means(case, causes)
    for reply in replies:
        alone = case.with_claims([c for c in claims if c.answer in (0, reply)])
        table[f"reply {reply}"] = contribution_at_means(alone, causes)
    by_reply = table.drop(columns="all")
    table["apart"] = by_reply.max(axis=1) - by_reply.min(axis=1)
    return table.sort_values("apart", ascending=False, kind="stable")


def compare_priors(case: Case, other: Case, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Compute the contributions of one runner under two sets of priors, one row per cause.

    Parameters
    ----------
    case : Case
        The runner, with the first set of priors. This evidence is used with both sets.
    other : Case
        A case with the other priors, such as `load("literature")`. It needs no evidence.
    draws : int, default 4096
        The number of joint draws, as for `contributions`.
    seed : int, default 0
        The seed of these draws.

    Returns
    -------
    pandas.DataFrame
        One row per cause, such as "hills", largest contribution in `case` first. The columns have
        two levels: "this" (`case`) or "other", then "contribution", "low" or "high" (90% interval).

    Raises
    ------
    ValueError
        If `other` has evidence that `case` does not have, or no contrasts where `case` has some.
    ImpossibleFindings
        If the evidence has probability 0 under one of the sets.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import compare_priors
    >>> runner = load().given(back_pain="yes", hills="yes")
    >>> table = compare_priors(runner, load("literature"), draws=64)
    >>> table.loc["weak_core", (slice(None), "contribution")].round(2).tolist()
    [0.07, 0.14]
    """
    check_arguments("compare_priors", locals())
    extra = [label for label in other.labels() if label not in case.labels()]
    if extra:
        raise ValueError(
            f"compare_priors compares the priors alone, and the second case also holds "
            f"{', '.join(extra)}, which would not count. Give it without evidence, as "
            f'load("literature"), or compare two runners by compare(case_a, case_b).'
        )
    sides = {"this": case, "other": replace(case, compiled=other.compiled)}
    tables = {side: contributions(c, draws=draws, seed=seed)[INTERVAL] for side, c in sides.items()}
    by_contribution = ("this", "contribution")
    return pd.concat(tables, axis=1).sort_values(by_contribution, ascending=False, kind="stable")


def compare_links(case: Case, other: Case, width: float = WIDTH) -> pd.DataFrame:
    """Compare two sets of priors: mean, interval and basis of links, base rates and leaks.

    Parameters
    ----------
    case, other : Case
        Two cases of one thread. Evidence is ignored.
    width : float, default 0.9
        The probability inside the intervals, above 0 and below 1.

    Returns
    -------
    pandas.DataFrame
        One row per parameter that is a single probability, in the order of `case.priors`. The
        index, `parameter`, holds "weak_core → muscle_strain" for a link and "weak_core" for a base
        rate or leak. The columns have two levels. `set` is "this" (`case`) or "other". `figure` is
        "mean", "low" or "high" (of the prior, after division by T, see `load`) or "basis" (where
        the prior comes from: see the column `kind` of `lumbayes.sensitivity`).

    Raises
    ------
    ValueError
        If `other` lacks a parameter of `case`, or if `width` is out of range.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import compare_links
    >>> table = compare_links(load(), load("literature"))
    >>> table.loc[["weak_core → muscle_strain"], (slice(None), ["mean", "basis"])].round(3)
    set                         this  other    this      other
    figure                      mean   mean   basis      basis
    parameter
    weak_core → muscle_strain  0.009  0.019  claims  published
    """
    check_arguments("compare_links", locals())
    rows = {}
    for key, prior in case.priors.items():
        effect = case.variables[key if isinstance(key, str) else key[1]]
        if len(prior.counts) == 2 and not effect.follows_cause:  # a row of a trait is no yes or no
            pair = (prior, other.priors[key])
            rows[label(key)] = [x for p in pair for x in (p.mean, *p.interval(width), p.basis)]
    figures = ["mean", "low", "high", "basis"]
    columns = pd.MultiIndex.from_product([["this", "other"], figures], names=["set", "figure"])
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("parameter")


@dataclass(frozen=True)
class Comparison:
    """Two runners side by side, as `compare` returns them.

    Attributes
    ----------
    contributions : pandas.DataFrame
        One row per cause, such as "hills", largest absolute difference first. Columns: `a` and `b`,
        the contributions in the first and second case given, and `difference` = b − a.
    evidence : pandas.DataFrame
        One row per variable, such as "hills", whose evidence or intervention differs. Columns `a`
        and `b`: what was entered, as text such as "yes", "likelihood 3:1" or "do yes"; "" if none.
    """

    contributions: pd.DataFrame
    evidence: pd.DataFrame


def compare(case_a: Case, case_b: Case) -> Comparison:
    """Compare two runners: the contribution of every cause, and the evidence that differs.

    Parameters
    ----------
    case_a, case_b : Case
        Two cases of one thread.

    Returns
    -------
    Comparison
        Two tables with the columns `a` and `b`: `contributions`, one row per cause, and `evidence`,
        one row per variable whose evidence differs. See `Comparison`.

    Raises
    ------
    ValueError
        If the two cases have different causes.
    ImpossibleFindings
        If the evidence of one case has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import compare
    >>> base = load().given(back_pain="yes")
    >>> both = compare(base.given(hills="no"), base.given(hills="yes", flat_feet="no"))
    >>> both.evidence
                a    b
    variable
    hills      no  yes
    flat_feet       no
    >>> both.contributions.head(1).round(2)
             a     b  difference
    cause
    hills  0.0  0.28        0.28
    """
    check_arguments("compare", locals())
    causes = [c.name for c in case_a.variables.causes]
    others = [c.name for c in case_b.variables.causes]
    if set(causes) != set(others):
        unshared = ", ".join(sorted(set(causes) ^ set(others)))
        raise ValueError(f"compare: the cases are of two threads; only one of them has {unshared}.")
    for case in (case_a, case_b):
        case.check_consistent()
    table = pd.DataFrame(
        {"a": contribution_at_means(case_a, causes), "b": contribution_at_means(case_b, causes)},
        index=pd.Index(causes, name="cause"),
    )
    table["difference"] = table["b"] - table["a"]
    largest_first = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return Comparison(table.loc[largest_first], _differing_evidence(case_a, case_b))


def remedies(case: Case, cause: str) -> pd.DataFrame:
    """Quote what the thread says one might do about a cause, one row per claim, not ranked.

    Claims on drugs, surgery, whom to see and running on through pain are left out.

    Parameters
    ----------
    case : Case
        The case whose claims are searched; evidence does not matter.
    cause : str
        A factor or mechanism.

    Returns
    -------
    pandas.DataFrame
        One row per claim, in the order of the thread; empty if there is none. The index, `claim`,
        holds ids such as "A1-36". Columns: `reply`, the number of the reply; `author`, who wrote
        it, such as "reply 5 (semi-professional runner)"; `quote`, the words of the claim.

    Raises
    ------
    ValueError
        If `cause` is neither a factor nor a mechanism.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import remedies
    >>> remedies(load(), "weak_core")[["reply", "quote"]].head(2)
           reply                                              quote
    claim
    A1-36      1                       Back Strengthening Exercises
    A1-38      1  these exercises will strengthen core muscle st...
    """
    check_arguments("remedies", locals())
    case.network.check_causes(cause)
    about = [c for c in case.priors.claims if cause in (c.cause, c.effect) and c.kind in REMEDIES]
    rows = {c.id: (c.answer, c.author, c.quote) for c in about if NOT_CARRIED not in c.note}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["reply", "author", "quote"])
    return table.rename_axis("claim")


def _differing_evidence(case_a: Case, case_b: Case) -> pd.DataFrame:
    a, b = (_evidence_by_variable(case) for case in (case_a, case_b))
    names = [name for name in {**a, **b} if a.get(name, "") != b.get(name, "")]
    rows = [(a.get(name, ""), b.get(name, "")) for name in names]
    return pd.DataFrame(rows, index=pd.Index(names, name="variable"), columns=["a", "b"])


def _evidence_by_variable(case: Case) -> dict[str, str]:
    labels: dict[str, list[str]] = {}
    for name, value in case.findings.items():
        labels.setdefault(name, []).append(finding_label(name, value).partition("=")[2])
    for name in case.likelihoods:
        labels.setdefault(name, []).append(case.likelihood_label(name))
    for name, statement in case.contrasts.items():
        labels.setdefault(name, []).append(f"contrast {statement}")
    for name, state in case.interventions.items():
        labels.setdefault(name, []).append(f"do {state}")
    return {name: ", ".join(parts) for name, parts in labels.items()}
