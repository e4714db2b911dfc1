"""Figures in plain words: how firm an answer is, who carries it, what to ask next, what would change it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .asking import Conflict
from .case import Case

CLAIM = "claim"


def per_hundred(p: float) -> str:
    """A probability as people read it: "42 in 100"."""
    return f"{round(100 * p)} in 100"


def firmness(case: Case, table: pd.DataFrame, first: str) -> str:
    """How firm the first place is, from `sensitivity(case, first)`: the claim that comes nearest to changing it."""
    variables, claims = case.network.variables, {c.id: c for c in case.network.priors.claims}
    turns = table[(table["kind"] == CLAIM) & table["flips_at"].notna()]
    within = turns[(turns["flips_at"] >= turns["low"]) & (turns["flips_at"] <= turns["high"])]
    label = variables[first].label
    if within.empty:
        return f"{label} stays first, whatever people may mean by the words of any one claim."
    nearest = within.iloc[int(np.argmin((within["flips_at"] - within["value"]).abs()))]
    claim, rival = claims[str(nearest.name)], variables[str(nearest["to"])].label
    way = "less" if nearest["flips_at"] < nearest["value"] else "more"
    means = f"means {way} than {per_hundred(nearest['flips_at'])} (it is read as {per_hundred(nearest['value'])})"
    return f"{label} stays first unless {claim.author}'s “{claim.words}” {means}; then {rival} is."


def carried_by(case: Case, table: pd.DataFrame, cause: str) -> str:
    """Who carries the cause, from `receipt(case, cause)`: the strongest claim for it, and one against it."""
    label, claims = case.network.variables[cause].label, {c.id: c for c in case.network.priors.claims}
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
    if stays >= 1 - 1 / len(table):
        change = "More answers would hardly change which factor comes first."
    return f"Most telling next: {table.iloc[0]['question']} {change}"


def fighting(found: Conflict) -> str:
    """Whether the answers fight, from `conflict(case)`: over what, and which one to look at again."""
    if not found.bits > 0 or found.pairs.empty:
        return "Your answers go together."
    names = " and ".join(part.split("=")[0].replace("_", " ") for part in str(found.pairs.index[0]).split(" / "))
    again = f" Look again at {found.recheck.split('=')[0].replace('_', ' ')}." if found.recheck else ""
    return f"Two of your answers do not go together well: {names}.{again}"


def changing(case: Case, row: pd.Series) -> str:
    """One row of `what_if(case)`: the next run with and without the factor, as two counts in a hundred."""
    label = case.network.variables[str(row.name)].label
    now, then = per_hundred(row["now"]), per_hundred(row["changed"])
    return (
        f"By the thread's claims, pain comes in {now} next runs as things are, and in {then} without: {label.lower()}."
    )
