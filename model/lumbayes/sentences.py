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
    """How firm the first place is, from `sensitivity(case, first)`: what comes nearest to changing it.

    Only values within what people mean by the words, or within a number's own interval, are thought of.
    """
    label = case.network.variables[first].label
    within = table[(table["flips_at"] >= table["low"]) & (table["flips_at"] <= table["high"])]
    claims = within[within["kind"] == CLAIM]
    said = [_unless(case, _nearest(rows)) for rows in (claims, within.drop(claims.index)) if len(rows)]
    if not said:
        return f"{label} stays first, whatever any one claim or number may be."
    return f"{label} stays first unless {', or unless '.join(said)}."


def _nearest(table: pd.DataFrame) -> pd.Series:
    return table.iloc[int(np.argmin((table["flips_at"] - table["value"]).abs()))]


def _unless(case: Case, row: pd.Series) -> str:
    """What would have to be otherwise, and who would be first then."""
    variables, name = case.network.variables, str(row.name)
    way = "less" if row["flips_at"] < row["value"] else "more"
    taken = f"than {per_hundred(row['flips_at'])} (it is taken as {round(100 * row['value'])})"
    then = f"{taken}; then {case.network.variables[row['to']].label.lower()}"
    if row["kind"] == CLAIM:
        claim = next(c for c in case.network.priors.claims if c.id == name)
        return f"{claim.author}'s “{claim.words}” means {way} {then} comes first"
    if name in variables:
        return f"{variables[name].label.lower()} is found in {way} {then} comes first"
    return f"the strength of {name.replace('_', ' ')} is {way} {then} comes first"


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
    """Whether the answers fight, from `conflict(case)`: over what, what would reconcile them, what to look at again."""
    if not found.bits > 0 or found.pairs.empty:
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
    """One row of `what_if(case)`: the next run with and without the factor, as two counts in a hundred."""
    label = case.network.variables[str(row.name)].label
    now, then = per_hundred(row["now"]), per_hundred(row["changed"])
    return (
        f"By the thread's claims, pain comes in {now} next runs as things are, and in {then} without: {label.lower()}."
    )
