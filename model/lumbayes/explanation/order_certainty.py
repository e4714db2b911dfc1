"""How certain a ranking is: which cause stands above which, over draws of all priors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import contributions_with_draws
from ..data.arguments import NUMBERS, check_arguments
from ..data.variables import CAUSES
from ..defaults import DRAWS, SEED, WIDTH
from ..engine.intervals import exceedance_probabilities
from ..engine.order import TIE_DECIMALS, probability_above

if TYPE_CHECKING:
    from ..case import Case

Groups = tuple[tuple[str, ...], ...]
UNDECIDED = 3 / 2  # odds of a above b, either way, up to which an order says nothing


@dataclass(frozen=True)
class Ranking:
    """The order of the causes of each layer, with its certainty.

    Attributes
    ----------
    above : mapping of layer to DataFrame
        P(the cause of the row contributes more than that of the column), in the order of
        `contributions`; 0.5 on the diagonal. A tie in a draw counts half.
    exact_ties : mapping of layer to tuple of tuples
        Causes with the same figure and the same priors: nothing tells them apart.
    practical_ties : mapping of layer to tuple of tuples
        Neighbours in the order of which none stands above the first of them, or below it, with more
        than 0.6.
    contributions : DataFrame
        `contributions(case)`.
    exceeds : DataFrame
        P(contribution > level), one row a cause in the same order, one column a level.
    """

    above: Mapping[str, pd.DataFrame]
    exact_ties: Mapping[str, Groups]
    practical_ties: Mapping[str, Groups]
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    exceeds: pd.DataFrame = field(default_factory=pd.DataFrame)


def ranking(
    case: Case, *, draws: int = DRAWS, seed: int = SEED, levels: Sequence[float] = ()
) -> Ranking:
    """Return how certain the order of the causes of each layer is.

    Parameters
    ----------
    case : Case
    draws : int
        The number of joint draws of all priors, each weighted by its P(evidence).
    seed : int
        The seed of these draws.
    levels : sequence of float
        The levels of `Ranking.exceeds`.

    Returns
    -------
    Ranking
        By layer, "factor" and "mechanism".

    Raises
    ------
    ImpossibleFindings
        If the findings exclude each other.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import ranking
    >>> order = ranking(load().given(back_pain="yes", weak_core="yes"))
    >>> order.above["factor"].loc["weak_core", ["hills", "flat_feet"]].round(1).tolist()
    [0.9, 1.0]
    >>> ranking(load().given(hills="yes"), levels=[0, 1]).exceeds.loc["hills"].tolist()
    [1.0, 0.0]
    """
    check_arguments("ranking", locals(), levels=NUMBERS)
    table, sampled, weights = contributions_with_draws(case, width=WIDTH, draws=draws, seed=seed)
    position = {cause.name: i for i, cause in enumerate(case.variables.causes)}
    above, exact, practical = {}, {}, {}
    for layer in CAUSES:
        names = list(table.index[table["layer"] == layer])
        rows = sampled[[position[name] for name in names]]
        above[layer] = pd.DataFrame(probability_above(rows, weights), names, names)
        exact[layer] = _exact_ties(case, table["contribution"][names])
        practical[layer] = _practical_ties(above[layer])
    exceeds = exceedance_probabilities(sampled, weights, np.asarray(levels, float))
    exceeds = exceeds[[position[name] for name in table.index]]
    by_level = pd.DataFrame(exceeds, table.index, list(levels))
    return Ranking(above, exact, practical, table, by_level)


def _exact_ties(case: Case, contribution: pd.Series) -> Groups:
    """Return the groups of causes with the same figure and the same counts of all priors."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, figure in contribution.items():
        key = round(float(figure), TIE_DECIMALS), _counts(case, str(name))
        groups.setdefault(key, []).append(str(name))
    return _several(groups.values())


def _counts(case: Case, name: str) -> tuple[object, ...]:
    """Return the counts of a cause's base rate and links, without its own name."""
    priors = case.priors
    links = [key for key in priors if isinstance(key, tuple) and name in key]
    others = [tuple("" if end == name else end for end in key) for key in links]
    counts = [(end, priors[key].counts) for end, key in zip(others, links, strict=True)]
    return priors[name].counts, *counts


def _practical_ties(above: pd.DataFrame) -> Groups:
    """Return the groups of neighbours that the draws do not tell from the first of each group."""
    groups: list[list[str]] = []
    for name in above.index:
        if groups and _is_undecided(above[name][groups[-1][0]]):
            groups[-1].append(str(name))
        else:
            groups.append([str(name)])
    return _several(groups)


def _is_undecided(share: float) -> bool:
    rest = 1 - share
    return max(share, rest) <= UNDECIDED * min(share, rest)


def _several(groups: Iterable[list[str]]) -> Groups:
    return tuple(tuple(group) for group in groups if len(group) > 1)
