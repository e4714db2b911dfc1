"""Figures in plain words: how firm an answer is, who carries it, what to ask next, what would
change it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..attribution import now
from ..case import Case
from .evidence_conflict import Conflict

CLAIM, ROUNDING, SILENT = "claim", 1e-9, "No figure found"


def per_hundred(p: float) -> str:
    """A probability as people read it: "42 in 100"."""
    return f"{round(100 * p)} in 100"


def firmness(case: Case, table: pd.DataFrame, first: str) -> str:
    """How firm the first place is, from `sensitivity(case, first)`: the claim that comes nearest to
    changing it.
    """
    label = case.variables[first].label
    row = _nearest(table[table["kind"] == CLAIM])
    if row is None:
        return f"{label} stays first, whatever people may mean by the words of any one claim."
    claim = next(c for c in case.priors.claims if c.id == row.name)
    rival = case.variables[row["to"]].label
    means = f"means {_way(row)} (it is read as {per_hundred(row['value'])})"
    return f"{label} stays first unless {claim.author}'s “{claim.words}” {means}; then {rival} comes first."


def footing(case: Case, table: pd.DataFrame, first: str) -> str:
    """The number other than a claim's, a base rate or a link, that comes nearest to changing the
    first place.
    """
    row = _nearest(table[table["kind"] != CLAIM])
    label = case.variables[first].label
    if row is None:
        return f"No other number, within what it may well be, takes the first place from {label}."
    rival = case.variables[row["to"]].label
    taken = f"{called(case, str(row.name))}, taken as {per_hundred(row['value'])}"
    return f"{label} also rests on this: {taken}. At {_way(row)}, {rival} comes first."


def called(case: Case, number: str) -> str:
    """A number as `sensitivity` names it, by the labels of what it is about: "Flat feet →
    Over-pronation".
    """
    name, _, state = number.partition(" = ")
    ends = name.split(" → ")
    told = " → ".join(_part(case, end) for end in ends)
    return f"{told}: {case.variables[ends[-1]].answers.get(state, state)}" if state else told


def _part(case: Case, part: str) -> str:
    name, _, state = part.partition("=")
    label = case.variables[name].label
    return f"{label} ({state})" if state else label


def _nearest(table: pd.DataFrame) -> pd.Series | None:
    """The row that would change the first place soonest on the way to the end of what it may well
    be; or None.
    """
    within = table[(table["flips_at"] >= table["low"]) & (table["flips_at"] <= table["high"])]
    end = within["low"].where(within["flips_at"] < within["value"], within["high"])
    far = (within["flips_at"] - within["value"]) / (end - within["value"])
    return within.iloc[int(np.argmin(far))] if len(within) else None


def _way(row: pd.Series) -> str:
    return f"{'less' if row['flips_at'] < row['value'] else 'more'} than {per_hundred(row['flips_at'])}"


def carried_by(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Who carries the cause, from `receipt(case, cause)`: the strongest claim for it, and one
    against it.
    """
    label, claims = case.variables[cause].label, {c.id: c for c in case.priors.claims}
    if not now(case, [cause])[0] > 0:
        return f"{label} is ruled out by what was answered, whatever anyone says."
    if table.empty or not table["shapley_db"].max() > ROUNDING:
        return f"No claim of the thread speaks for {label}."
    best, worst = str(table["shapley_db"].idxmax()), str(table["shapley_db"].idxmin())
    said = f"{label} rests most on {claims[best].author}: “{claims[best].quote}”"
    if table["shapley_db"].min() > -1:
        return f"{said}."
    return (
        f"{said}. What speaks most against it is {claims[worst].author}: “{claims[worst].quote}”."
    )


def ask_next(table: pd.DataFrame, stays: float) -> str:
    """The most telling question, from `next_question(case)`, and how likely the first place is to
    stay.
    """
    if table.empty:
        return "Every question has been answered."
    change = f"More answers would change which factor comes first about {round(10 * (1 - stays))} times in 10."
    if round(10 * (1 - stays)) < 1:
        change = "More answers would hardly change which factor comes first."
    return f"Most telling next: {table.iloc[0]['question']} {change}"


def fighting(found: Conflict) -> str:
    """Whether the answers fight, from `conflict(case)`: over what, what would reconcile them, what
    to look at again.
    """
    if not found.bits > ROUNDING or found.pairs.empty:
        return "Your answers go together."
    pair = " and ".join(_told(found, part) for part in str(found.pairs.index[0]).split(" / "))
    said = f"Two of your answers do not go together well: {pair}."
    if len(found.reconciles):
        return f"{said} They would if this were so: {_told(found, str(found.reconciles.index[0]))}."
    return f"{said} Look again at {_told(found, found.recheck)}." if found.recheck else said


def _told(found: Conflict, finding: str) -> str:
    """The label of what a finding is about."""
    return found.labels[finding.split("=")[0].removesuffix(" likelihood")].lower()


def changing(case: Case, row: pd.Series) -> str:
    """One row of `what_if(case)`: the next time with and without the factor, as two counts in a
    hundred.
    """
    label = case.variables[str(row.name)].label
    now, then = per_hundred(row["now"]), per_hundred(row["changed"])
    said = f"By the thread's claims, pain comes in {now} next times as things are, and in {then} without"
    return f"{said}: {label.lower()}."


def speaking(case: Case, table: pd.DataFrame, cause: str, against: str | None = None) -> str:
    """Which answer speaks most for the cause, and which against it, from `explain(case, cause,
    against)`.
    """
    about = case.variables[cause].label
    about += f" and not {case.variables[against].label}" if against else ""
    told = table.iloc[1:-1]
    settled = told[told["says"] != ""]
    if len(settled):
        return f"{about}: {_your_answer(case, settled.index[0])} {settled['says'].iloc[0]}."
    felt = told["shapley_db"][
        told["shapley_db"].abs() >= 1
    ]  # a deciban is about the smallest step people notice
    parts = []
    if felt.max() > 0:
        parts.append(f"{_your_answer(case, felt.idxmax())} speaks most for it")
    if felt.min() < 0:
        parts.append(f"{_your_answer(case, felt.idxmin())} speaks most against it")
    return f"{about}: {'; '.join(parts) or 'no answer of yours says much about it'}."


def _your_answer(case: Case, finding: object) -> str:
    name = str(finding).split("=")[0].removesuffix(" likelihood")
    return f"your answer on “{case.variables[name].label.lower()}”"


def voiced(case: Case, table: pd.DataFrame, cause: str) -> str:
    """What all answers say together of a cause, and the two that are furthest apart, from
    `by_answer(case)`.
    """
    label = case.variables[cause].label
    row: Any = table.loc[cause]
    alone = row.drop(["all", "apart"])
    said = f"By all answers together, {label} is at work in {per_hundred(row['all'])} such pains"
    if per_hundred(alone.max()) == per_hundred(alone.min()):
        return f"{said}; by each alone, in {per_hundred(alone.max())}."
    high, low = ((name, per_hundred(alone[name])) for name in (alone.idxmax(), alone.idxmin()))
    return f"{said}; by {high[0]} alone in {high[1]}, by {low[0]} alone in {low[1]}."


def doubted(case: Case, shares: pd.Series, cause: str) -> str:
    """Where most of the doubt about a cause comes from, from `spread(case, cause)`."""
    label = case.variables[cause].label
    if not shares.iloc[0] > 0:
        return f"Your answers leave no doubt about {label}."
    origins = {"nobody says": "numbers that nobody gives"}
    most = [
        (origins.get(str(name), name), share) for name, share in shares.head(2).items() if share > 0
    ]
    parts = [f"from {name}: {per_hundred(share)} parts" for name, share in most]
    return f"The doubt about {label} comes most {'. Then '.join(parts)}."


def worth_knowing(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Which claim to look into next, from `next_claim(case, cause)`, and how little or much that
    would help.
    """
    label = case.variables[cause].label
    if table.empty or per_hundred(table["narrows"].iloc[0]) == per_hundred(0):
        return f"To know just what any one claim means would not make {label} any surer."
    claim = next(c for c in case.priors.claims if c.id == table.index[0])
    gone = per_hundred(table["narrows"].iloc[0])
    means = f"what {claim.author} means by “{claim.words}”"
    return f"To know just {means} would take away {gone} parts of the doubt about {label}."


def studied(other: Case, table: pd.DataFrame, cause: str, effect: str) -> str:
    """One link by the thread and by studies, from `links(case, other)`; `other` has the studies'
    numbers.
    """
    link, figure = f"{cause} → {effect}", other.variables[effect].link[cause]
    row: Any = table.loc[link]
    said = f"{called(other, link)}: {per_hundred(row['this', 'mean'])} by the thread"
    if figure.why.startswith(SILENT):
        return f"{said}; no study gives a figure."
    by = "by studies" if figure.basis == "published" else "by our own guess, for want of a study"
    return f"{said}, {per_hundred(row['other', 'mean'])} {by}."


def compared(case: Case, table: pd.DataFrame, cause: str) -> str:
    """A cause with the thread's numbers and with the studies', from `against(case, other)`."""
    label = case.variables[cause].label
    figures: Any = table.loc[cause]
    thread, studies = (per_hundred(figures[name, "contribution"]) for name in ("this", "other"))
    return f"With the thread's numbers {label} is at work in {thread} such pains, with those of studies in {studies}."


def this_time(case: Case, row: pd.Series) -> str:
    """One row of `contributions(case)`: of this pain, not of the next run, what would have been
    without the cause.
    """
    label = case.variables[str(row.name)].label
    spared = per_hundred(row["but_for"])
    return (
        f"This time: in {spared} such cases there would have been no pain without: {label.lower()}."
    )
