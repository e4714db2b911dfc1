"""Figures in plain words: how firm an answer is, who carries it, what to ask next, what would change it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .asking import Conflict
from .case import Case

CLAIM, ROUNDING = "claim", 1e-9


def per_hundred(p: float) -> str:
    """A probability as people read it: "42 in 100"."""
    return f"{round(100 * p)} in 100"


def firmness(case: Case, table: pd.DataFrame, first: str) -> str:
    """How firm the first place is, from `sensitivity(case, first)`: the claim that comes nearest to changing it."""
    label = case.network.variables[first].label
    row = _nearest(table[table["kind"] == CLAIM])
    if row is None:
        return f"{label} stays first, whatever people may mean by the words of any one claim."
    claim = next(c for c in case.network.priors.claims if c.id == row.name)
    rival = case.network.variables[row["to"]].label
    means = f"means {_way(row)} (it is read as {per_hundred(row['value'])})"
    return f"{label} stays first unless {claim.author}'s “{claim.words}” {means}; then {rival} comes first."


def footing(case: Case, table: pd.DataFrame, first: str) -> str:
    """The number other than a claim's, a base rate or a link, that comes nearest to changing the first place."""
    row = _nearest(table[table["kind"] != CLAIM])
    label = case.network.variables[first].label
    if row is None:
        return f"No other number, within what it may well be, takes the first place from {label}."
    name = str(row.name)
    what = case.network.variables[name].label if name in case.network.variables else name.replace("_", " ")
    rival = case.network.variables[row["to"]].label
    taken = f"{what}, taken as {per_hundred(row['value'])}"
    return f"{label} also rests on this: {taken}. At {_way(row)}, {rival} comes first."


def _nearest(table: pd.DataFrame) -> pd.Series | None:
    """The row that would change the first place soonest on the way to the end of what it may well be; or None."""
    within = table[(table["flips_at"] >= table["low"]) & (table["flips_at"] <= table["high"])]
    end = within["low"].where(within["flips_at"] < within["value"], within["high"])
    far = (within["flips_at"] - within["value"]) / (end - within["value"])
    return within.iloc[int(np.argmin(far))] if len(within) else None


def _way(row: pd.Series) -> str:
    return f"{'less' if row['flips_at'] < row['value'] else 'more'} than {per_hundred(row['flips_at'])}"


def carried_by(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Who carries the cause, from `receipt(case, cause)`: the strongest claim for it, and one against it."""
    label, claims = case.network.variables[cause].label, {c.id: c for c in case.network.priors.claims}
    if not np.isfinite(table["shapley_db"]).all():
        return f"{label} is ruled out by what was answered, whatever anyone says."
    best, worst = str(table["shapley_db"].idxmax()), str(table["shapley_db"].idxmin())
    if not table["shapley_db"].max() > 0:
        return f"No claim of the thread speaks for {label}."
    said = f"{label} rests most on {claims[best].author}: “{claims[best].quote}”"
    if table["shapley_db"].min() > -1:
        return f"{said}."
    return f"{said}. What speaks most against it is {claims[worst].author}: “{claims[worst].quote}”."


def ask_next(table: pd.DataFrame, stays: float) -> str:
    """The most telling question, from `next_question(case)`, and how likely the first place is to stay."""
    if table.empty:
        return "Every question has been answered."
    change = f"More answers would change which factor comes first about {round(10 * (1 - stays))} times in 10."
    if round(10 * (1 - stays)) < 1:
        change = "More answers would hardly change which factor comes first."
    return f"Most telling next: {table.iloc[0]['question']} {change}"


def fighting(found: Conflict) -> str:
    """Whether the answers fight, from `conflict(case)`: over what, what would reconcile them, what to look at again."""
    if not found.bits > ROUNDING or found.pairs.empty:
        return "Your answers go together."
    pair = " and ".join(_told(found, part) for part in str(found.pairs.index[0]).split(" / "))
    said = f"Two of your answers do not go together well: {pair}."
    if len(found.reconciles):
        return f"{said} They would if this were so: {_told(found, str(found.reconciles.index[0]))}."
    return f"{said} Look again at {_told(found, found.recheck)}." if found.recheck else said


def _told(found: Conflict, finding: str) -> str:
    """The label of what a finding is about."""
    return found.labels[finding.split("=")[0].removesuffix(" leaning")].lower()


def changing(case: Case, row: pd.Series) -> str:
    """One row of `what_if(case)`: the next time with and without the factor, as two counts in a hundred."""
    label = case.network.variables[str(row.name)].label
    now, then = per_hundred(row["now"]), per_hundred(row["changed"])
    said = f"By the thread's claims, pain comes in {now} next times as things are, and in {then} without"
    return f"{said}: {label.lower()}."
