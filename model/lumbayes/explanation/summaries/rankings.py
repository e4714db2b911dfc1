"""Sentences on which cause comes first, how clearly, and what that depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...data.argument_kinds import table_with
from ...data.arguments import RANKING, check_arguments
from .words import called, left_out, of_one_run

if TYPE_CHECKING:
    from ...case import Case
    from ..order_certainty import Ranking

CLEAR = 3  # to 1: odds from which an order is said
MOST_ODDS = 99  # to 1; beyond, the number of draws says no more
LAYERS = ("mechanism", "factor")  # in the order of the sentence
FLIPS = table_with("kind", "value", "low", "high", "flips_at", "to", of="sensitivity")
CLAIM = "claim"  # the kind of a claim in the table of `sensitivity`


def firmness(case: Case, table: pd.DataFrame, first: str) -> str:
    """Return a sentence naming the claim whose reading could most easily change the first place.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `sensitivity(case, first)`.
    first : str
        The cause with the highest contribution of its layer (mechanism or factor).

    Returns
    -------
    str
        The sentence names the claim, the probability that its words would have to mean for another
        cause to be first, and that cause. If no claim can do this within its 90% interval, the
        sentence says that `first` stays first. A second one says if claims are left out.

    Examples
    --------
    >>> from lumbayes import load, sensitivity
    >>> from lumbayes.explanation import summaries
    >>> runner = load().given(back_pain="yes")
    >>> table = sensitivity(runner, "muscle_strain")
    >>> print(summaries.firmness(runner, table, "muscle_strain"))
    Muscle strain stays first, whatever people may mean by the words of any one claim.
    """
    check_arguments("firmness", locals(), table=FLIPS)
    label = case.variables[first].label
    row = _nearest_flip(table[table["kind"] == CLAIM])
    if row is None:
        means = "whatever people may mean by the words of any one claim."
        return f"{label} stays first, {means}{left_out(case)}"
    claim = next(c for c in case.priors.claims if c.id == row.name)
    rival = case.variables[row["to"]].label
    means = f"means {_beyond(row)} (it is read as {of_one_run(row['value'])})"
    words = f"{claim.author}'s “{claim.words}”"
    rival = f"then {rival} comes first.{left_out(case)}"
    return f"{label} stays first unless {words} {means}; {rival}"


def footing(case: Case, table: pd.DataFrame, first: str) -> str:
    """Return sentences naming the parameter that could most easily change the first place.

    Parameters
    ----------
    case : Case
        The runner.
    table : pandas.DataFrame
        The result of `sensitivity(case, first)`.
    first : str
        The cause with the highest contribution of its layer (mechanism or factor).

    Returns
    -------
    str
        The sentences name the parameter, its value, the value at which another cause comes first,
        and that cause. If no parameter can do this within its 90% interval, one sentence says so.

    Examples
    --------
    >>> from lumbayes import load, sensitivity
    >>> from lumbayes.explanation import summaries
    >>> runner = load().given(back_pain="yes")
    >>> print(summaries.footing(runner, sensitivity(runner, "weak_core"), "weak_core"))
    Weak core also rests on this: Sitting for long → Muscle strain, taken as 6 in 1,000. At more
    than 7 in 1,000, Sitting for long comes first.
    """
    check_arguments("footing", locals(), table=FLIPS)
    row = _nearest_flip(table[table["kind"] != CLAIM])
    label = case.variables[first].label
    if row is None:
        return f"No other number, within what it may well be, takes the first place from {label}."
    rival = case.variables[row["to"]].label
    taken = f"{called(case, str(row.name))}, taken as {of_one_run(row['value'])}"
    return f"{label} also rests on this: {taken}. At {_beyond(row)}, {rival} comes first."


def placed(case: Case, order: Ranking) -> str:
    """Return a sentence naming the first cause of each layer and the odds that it is ahead.

    Parameters
    ----------
    case : Case
        The runner.
    order : Ranking
        The result of `ranking(case)`.

    Returns
    -------
    str
        The sentence has a part on the mechanisms, then one on the factors: the first cause, the
        second, and the odds, over draws of the parameters, that the first contributes more. If
        those odds are below 3 to 1 for any cause, the layer is called open, and the causes that may
        be first are listed. Of a layer in which no cause can have contributed it says so.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import ranking, summaries
    >>> runner = load().given(back_pain="yes", weak_core="yes")
    >>> print(summaries.placed(runner, ranking(runner)))  # doctest: +ELLIPSIS
    Muscle strain before ..., 6 to 1; weak core before sitting for long, 6 to 1.
    """
    check_arguments("placed", locals(), order=RANKING)
    parts = [_first_of(case, layer, order) for layer in LAYERS]
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _first_of(case: Case, layer: str, order: Ranking) -> str:
    """Return which cause of a layer comes first, and by what odds over the second."""
    above = order.above[layer]
    if not order.contributions.loc[above.index, "contribution"].any():
        return f"no {layer} can have contributed"
    first = above.iloc[0]
    rivals = [name for name in above.columns[1:] if first[name] < CLEAR * (1 - first[name])]
    if rivals:
        names = ", ".join(case.variables[name].label.lower() for name in [above.index[0], *rivals])
        return f"which {layer} comes first is open ({names})"
    labels = [case.variables[name].label.lower() for name in above.index[:2]]
    if len(labels) < 2:
        return f"{labels[0]} is the only {layer}"
    share = float(first.iloc[1])
    odds = MOST_ODDS + 1 if share == 1 else round(share / (1 - share))
    return f"{labels[0]} before {labels[1]}, {_to_one(odds)}"


def _to_one(odds: int) -> str:
    return f"more than {MOST_ODDS} to 1" if odds > MOST_ODDS else f"{odds} to 1"


def _nearest_flip(table: pd.DataFrame) -> pd.Series | None:
    """Return the row whose flip lies the smallest share of the way to its interval's end."""
    within = table[(table["flips_at"] >= table["low"]) & (table["flips_at"] <= table["high"])]
    if not len(within):
        return None
    end = within["low"].where(within["flips_at"] < within["value"], within["high"])
    share = (within["flips_at"] - within["value"]) / (end - within["value"])
    return within.iloc[int(np.argmin(share))]


def _beyond(row: pd.Series) -> str:
    side = "less" if row["flips_at"] < row["value"] else "more"
    return f"{side} than {of_one_run(row['flips_at'])}"
