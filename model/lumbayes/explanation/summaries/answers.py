"""Sentences on a runner's answers: what they point to, what to ask, and the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...data.argument_kinds import row_with, table_with
from ...data.arguments import CONFLICT, check_arguments
from ..evidence_conflict import ROUNDING
from .words import per_hundred, variable_of

if TYPE_CHECKING:
    from ...case import Case
    from ..evidence_conflict import Conflict

NOTICEABLE_BITS = 1  # of answers that are together half as likely as apart
NOTICEABLE_DB = 1  # a deciban is about the smallest step people notice


def speaking(case: Case, table: pd.DataFrame, cause: str, against: str | None = None) -> str:
    """Return a sentence naming the answers that speak most for and most against a cause.

    An answer is a piece of evidence, called by the label of its variable.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `explain(case, cause, against)`.
    cause : str
        The factor or mechanism of that table.
    against : str, optional
        The other cause, if the table was computed against one.

    Returns
    -------
    str
        The sentence names the answers with the highest and the lowest `shapley_db`, if they are 1
        deciban or more away from 0. If an answer settles the cause or rules it out, the sentence
        says only that.

    Examples
    --------
    >>> from lumbayes import explain, load
    >>> from lumbayes.explanation import summaries
    >>> runner = load().given(back_pain="yes", plank_seconds=22)
    >>> print(summaries.speaking(runner, explain(runner, "weak_core"), "weak_core"))
    Weak core: your answer on “lower back pain after a run” speaks most for it.
    """
    check_arguments("speaking", locals(), table=table_with("says", "shapley_db", of="explain"))
    about = case.variables[cause].label
    about += f" and not {case.variables[against].label}" if against else ""
    findings = table.iloc[1:-1]
    settled = findings[findings["says"] != ""]
    if len(settled):
        return f"{about}: {_your_answer(case, settled.index[0])} {settled['says'].iloc[0]}."
    gains = findings["shapley_db"]
    noticeable = gains[gains.abs() >= NOTICEABLE_DB]
    parts = []
    if noticeable.max() > 0:
        parts.append(f"{_your_answer(case, noticeable.idxmax())} speaks most for it")
    if noticeable.min() < 0:
        parts.append(f"{_your_answer(case, noticeable.idxmin())} speaks most against it")
    return f"{about}: {'; '.join(parts) or 'no answer of yours says much about it'}."


def _your_answer(case: Case, finding: object) -> str:
    label = case.variables[variable_of(str(finding))].label
    return f"your answer on “{label.lower()}”"


def fighting(found: Conflict) -> str:
    """Return sentences on whether the answers conflict, and what would resolve the conflict.

    Parameters
    ----------
    found : Conflict
        The result of `conflict(case)`.

    Returns
    -------
    str
        One sentence names the two answers in the strongest conflict. The next one names the cause
        that would best resolve it or, if no cause does, the answer to look at again. If neither all
        answers nor any two conflict by 1 bit or more: "Your answers go together."

    Examples
    --------
    >>> from lumbayes import conflict, load
    >>> from lumbayes.explanation import summaries
    >>> odd = load().given(flat_feet="no", wet_footprint="solid", over_pronation="yes")
    >>> print(summaries.fighting(conflict(odd)))
    Two of your answers do not go together well: flat feet and wet footprint. Look again at
    flat feet.
    """
    check_arguments("fighting", locals(), found=CONFLICT)
    worst = found.pairs.max() if len(found.pairs) else 0.0
    if max(found.bits, worst) < NOTICEABLE_BITS:
        return "Your answers go together."
    sentence = "Your answers do not go together well."
    if worst > ROUNDING:
        ends = str(found.pairs.index[0]).split(" / ")
        pair = " and ".join(_finding_label(found, end) for end in ends)
        sentence = f"Two of your answers do not go together well: {pair}."
    if len(found.reconciles):
        cause = _finding_label(found, str(found.reconciles.index[0]))
        return f"{sentence} They would if this were so: {cause}."
    if found.recheck:
        return f"{sentence} Look again at {_finding_label(found, found.recheck)}."
    return sentence


def _finding_label(found: Conflict, finding: str) -> str:
    return found.labels[variable_of(finding)].lower()


def ask_next(table: pd.DataFrame, stays: float) -> str:
    """Return the next question to ask, and how often answers would change which factor is first.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of `next_question(case)`. The question of the first row is quoted.
    stays : float
        The result of `same_decision_probability(case)`: the probability, from 0 to 1, that the
        first factor stays first.

    Returns
    -------
    str
        Two sentences; only one if the table is empty, because every question has been answered.

    Examples
    --------
    >>> from lumbayes import load, next_question
    >>> from lumbayes.explanation import summaries
    >>> print(summaries.ask_next(next_question(load().given(back_pain="yes")), 0.8))
    Most telling next: Are your usual runs hilly? More answers would change which factor comes
    first about 2 times in 10.
    """
    check_arguments("ask_next", locals(), table=table_with("question", of="next_question"))
    if table.empty:
        return "Every question has been answered."
    times = round(10 * max(1 - stays, table.iloc[0].get("could_flip", 0.0)))
    often = f"{times} time{'s' if times > 1 else ''} in 10"
    change = f"More answers would change which factor comes first about {often}."
    if times < 1:
        change = "More answers would hardly change which factor comes first."
    return f"Most telling next: {table.iloc[0]['question']} {change}"


def changing(case: Case, row: pd.Series) -> str:
    """Return a sentence with P(pain in the next run) as things are and without one factor.

    Parameters
    ----------
    case : Case
        The runner.
    row : pandas.Series
        One row of `what_if(case)`; its name is the factor.

    Returns
    -------
    str
        The sentence gives the probabilities `now` (as things are) and `changed` (without the
        factor), in hundredths.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.decisions import what_if
    >>> from lumbayes.explanation import summaries
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.changing(runner, what_if(runner, draws=64).loc["hills"]))
    By the thread's claims, pain comes in 35 in 100 next times as things are, and in 33 in 100
    without: hills.
    """
    check_arguments("changing", locals(), row=row_with("now", "changed", of="what_if"))
    label = case.variables[str(row.name)].label.lower()
    as_is = per_hundred(row["now"])
    without = per_hundred(row["changed"])
    return (
        f"By the thread's claims, pain comes in {as_is} next times as things are, "
        f"and in {without} without: {label}."
    )


def this_time(case: Case, row: pd.Series) -> str:
    """Return a sentence with the probability that this pain would not have come without a cause.

    Parameters
    ----------
    case : Case
        The runner.
    row : pandas.Series
        One row of `contributions(case)`; its name is the cause.

    Returns
    -------
    str
        The sentence gives `but_for`, in hundredths. It is about the present pain, not about the
        next run.

    Examples
    --------
    >>> from lumbayes import contributions, load
    >>> from lumbayes.explanation import summaries
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.this_time(runner, contributions(runner).loc["weak_core"]))
    This time: in 9 in 100 such cases there would have been no pain without: weak core.
    """
    check_arguments("this_time", locals(), row=row_with("but_for", of="contributions"))
    label = case.variables[str(row.name)].label.lower()
    spared = per_hundred(row["but_for"])
    return f"This time: in {spared} such cases there would have been no pain without: {label}."
