"""Sentences on claims, replies and studies: which of them a contribution depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ...attribution import contribution_at_means
from ...data.argument_kinds import table_with
from ...data.arguments import SHARES, check_arguments
from ...errors import allow
from .words import called, left_out, of_one_run, per_hundred

if TYPE_CHECKING:
    from ...case import Case

ROUNDING = 1e-9  # decibans that only rounding tells from 0
NOTICEABLE_DB = 1  # a deciban is about the smallest step people notice
COMPARED = table_with(("this", "contribution"), ("other", "contribution"), of="compare_priors")
BY_REPLY = table_with("all", "apart", of="contributions_by_reply")
INFORMATIVE = table_with("narrows", of="most_informative_claims")
LINKS = table_with(("this", "mean"), ("other", "mean"), of="compare_links")
NO_STUDY = "No figure found"  # how the reason of a parameter without a study begins


def carried_by(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Return sentences quoting the strongest claim for a cause and the strongest against it.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `claim_attribution(case, cause)`.
    cause : str
        The factor or mechanism of that table.

    Returns
    -------
    str
        The first sentence quotes the claim with the highest `shapley_db`. A second one quotes the
        claim with the lowest, if that is -1 deciban or less. If the contribution is 0, or no claim
        speaks for the cause, one sentence says so instead. A last one says if claims are left out.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import claim_attribution, summaries
    >>> runner = load().given(back_pain="yes", hills="no")
    >>> print(summaries.carried_by(runner, claim_attribution(runner, "hills"), "hills"))
    Hills is ruled out by what was answered, whatever anyone says.
    """
    check_arguments("carried_by", locals(), table=table_with("shapley_db", of="claim_attribution"))
    label = case.variables[cause].label
    claims = {c.id: c for c in case.priors.claims}
    if not contribution_at_means(case, [cause])[0] > 0:
        return f"{label} is ruled out by what was answered, whatever anyone says."
    if not table["shapley_db"].max() > ROUNDING:
        return f"No claim of the thread speaks for {label}.{left_out(case)}"
    best = claims[str(table["shapley_db"].idxmax())]
    worst = claims[str(table["shapley_db"].idxmin())]
    sentence = f"{label} rests most on {best.author}: “{best.quote}”."
    if table["shapley_db"].min() > -NOTICEABLE_DB:
        return f"{sentence}{left_out(case)}"
    against = f"What speaks most against it is {worst.author}: “{worst.quote}”."
    return f"{sentence} {against}{left_out(case)}"


def voiced(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Return a sentence with a contribution from the claims of all replies and of single ones.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `contributions_by_reply(case)`.
    cause : str
        A factor or mechanism.

    Returns
    -------
    str
        The sentence gives three contributions, in hundredths: by all replies together, by the
        single reply with the largest one, and by the single reply with the smallest one.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import contributions_by_reply, summaries
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.voiced(runner, contributions_by_reply(runner), "weak_core"))
    By all replies together, Weak core is at work in 9 in 100 such pains; by reply 5 alone in 6 in
    100, by reply 2 alone in 1 in 100.
    """
    check_arguments("voiced", locals(), table=BY_REPLY)
    label = case.variables[cause].label
    row: Any = table.loc[cause]
    alone = row.drop(["all", "apart"])
    together = per_hundred(row["all"])
    if alone.empty:
        return f"Without any claim of the thread, {label} is at work in {together} such pains."
    high, low = alone.idxmax(), alone.idxmin()
    most, least = per_hundred(alone[high]), per_hundred(alone[low])
    sentence = f"By all replies together, {label} is at work in {together} such pains"
    if most == least:
        return f"{sentence}; by each alone, in {most}."
    return f"{sentence}; by {high} alone in {most}, by {low} alone in {least}."


def doubted(case: Case, shares: pd.Series, cause: str) -> str:
    """Return sentences naming the two sources of most of the variance of a contribution.

    Parameters
    ----------
    case : Case
        The runner.
    shares : pandas.Series
        The result of `variance_decomposition(case, cause)`.
    cause : str
        The factor or mechanism of that result.

    Returns
    -------
    str
        The sentences give each source with its share of the variance (the "doubt"), in hundredths.
        If the contribution has no variance, one sentence says so.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import summaries
    >>> from lumbayes.sensitivity_analysis import variance_decomposition
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.doubted(runner, variance_decomposition(runner, "weak_core"), "weak_core"))
    The doubt about Weak core comes most from claims that are vague: 46 in 100 parts. Then from
    claims that disagree: 43 in 100 parts.
    """
    check_arguments("doubted", locals(), shares=SHARES)
    label = case.variables[cause].label
    if not shares.iloc[0] > 0:
        return f"Your answers leave no doubt about {label}."
    words = {"no source": "numbers that nobody gives"}
    largest = shares.head(2)[shares.head(2) > 0]
    parts = [
        f"from {words.get(str(name), name)}: {per_hundred(share)} parts"
        for name, share in largest.items()
    ]
    return f"The doubt about {label} comes most {'. Then '.join(parts)}."


def worth_knowing(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Return a sentence naming the claim whose exact meaning it would help most to know.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `most_informative_claims(case, cause)`. Its first row is used.
    cause : str
        The factor or mechanism of that table.

    Returns
    -------
    str
        The sentence names the claim, and the share of the variance of the contribution (the
        "doubt") that would go if one knew which probability its words mean, in hundredths. If the
        share rounds to 0, the sentence says that no claim would help. A second sentence says if
        claims are left out.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import summaries
    >>> from lumbayes.sensitivity_analysis import most_informative_claims
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.worth_knowing(runner, most_informative_claims(runner, "hills"), "hills"))
    To know just what reply 2 means by “Try not to” would take away 2 in 100 parts of the doubt
    about Hills.
    """
    check_arguments("worth_knowing", locals(), table=INFORMATIVE)
    label = case.variables[cause].label
    removed = per_hundred(0 if table.empty else table["narrows"].iloc[0])
    if removed == per_hundred(0):
        surer = f"would not make {label} any surer.{left_out(case)}"
        return f"To know just what any one claim means {surer}"
    claim = next(c for c in case.priors.claims if c.id == table.index[0])
    means = f"what {claim.author} means by “{claim.words}”"
    parts = f"{removed} parts of the doubt about {label}.{left_out(case)}"
    return f"To know just {means} would take away {parts}"


def studied(other: Case, table: pd.DataFrame, cause: str, effect: str) -> str:
    """Return a sentence with the strength of one link by the thread and by studies.

    Parameters
    ----------
    other : Case
        The case with the priors of studies, `load("literature")`.
    table : pandas.DataFrame
        The result of `compare_links(case, other)`.
    cause, effect : str
        The two ends of the link, such as "weak_core" and "muscle_strain".

    Returns
    -------
    str
        The sentence gives the prior mean of the link by the thread and by studies, in hundredths
        or, below 0.1, in thousandths. If no study gives a figure, it says so and gives the first
        mean only; if the second mean is a judgement, it says so.

    Raises
    ------
    ValueError
        If the network has no link from `cause` to `effect`.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import compare_links, summaries
    >>> studies = load("literature")
    >>> table = compare_links(load(), studies)
    >>> print(summaries.studied(studies, table, "weak_core", "muscle_strain"))
    Weak core → Muscle strain: 9 in 1,000 by the thread, 19 in 1,000 by studies.
    """
    check_arguments("studied", locals(), table=LINKS)
    allow("studied", f"cause of {effect}", [cause], other.variables[effect].parents)
    link = f"{cause} → {effect}"
    allow("studied", "link of the table", [link], table.index)
    estimate = other.variables[effect].link[cause]
    row: Any = table.loc[link]
    sentence = f"{called(other, link)}: {of_one_run(row['this', 'mean'])} by the thread"
    if estimate.why.startswith(NO_STUDY):
        return f"{sentence}; no study gives a figure."
    is_published = estimate.basis == "published"
    by = "by studies" if is_published else "by our own guess, for want of a study"
    return f"{sentence}, {of_one_run(row['other', 'mean'])} {by}."


def compared(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Return a sentence with the contribution of a cause under two sets of priors.

    Parameters
    ----------
    case : Case
        The runner, with the thread's priors.
    table : pandas.DataFrame
        The result of `compare_priors(case, load("literature"))`.
    cause : str
        A factor or mechanism.

    Returns
    -------
    str
        The sentence gives the contribution with the priors of the thread and with those of
        studies, in hundredths.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import compare_priors, summaries
    >>> runner = load().given(back_pain="yes")
    >>> table = compare_priors(runner, load("literature"), draws=64)
    >>> print(summaries.compared(runner, table, "weak_core"))
    With the thread's numbers Weak core is at work in 9 in 100 such pains, with those of studies
    in 14 in 100.
    """
    check_arguments("compared", locals(), table=COMPARED)
    label = case.variables[cause].label
    row: Any = table.loc[cause]
    thread, studies = (per_hundred(row[side, "contribution"]) for side in ("this", "other"))
    return (
        f"With the thread's numbers {label} is at work in {thread} such pains, "
        f"with those of studies in {studies}."
    )
