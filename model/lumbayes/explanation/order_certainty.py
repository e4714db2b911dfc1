"""How certain a ranking is: which cause contributes more than which, over draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..attribution import contributions_with_draws
from ..data.arguments import NUMBERS, check_arguments
from ..data.variables import CAUSES
from ..defaults import DRAWS, SEED, WIDTH
from ..engine.intervals import exceedance_probabilities
from ..engine.rank_probability import TIE_DECIMALS, probability_above

if TYPE_CHECKING:
    from ..case import Case

Groups = tuple[tuple[str, ...], ...]
UNDECIDED = 3 / 2  # odds of a above b, either way, up to which an order says nothing


@dataclass(frozen=True)
class Ranking:
    """The order of the causes of each layer and how certain it is, as `ranking` returns it.

    Attributes
    ----------
    above : mapping of str to DataFrame
        For each layer ("factor" or "mechanism") a table with the causes of the layer as rows and as
        columns, highest contribution first. A cell is the share of the draws, each weighted by its
        P(evidence | draw), in which the cause of the row contributes more than the cause of the
        column. A tie counts half, so the diagonal is 0.5.
    exact_ties : mapping of str to tuple of tuples
        For each layer the groups of causes with equal contributions and equal priors, as tuples of
        names. () if there is none.
    practical_ties : mapping of str to tuple of tuples
        For each layer the groups of neighbouring causes whose order the draws leave open. The
        causes are taken one after the other, highest contribution first. A cause joins the current
        group if `above` is from 0.4 to 0.6 between the first cause of this group and the cause;
        otherwise the cause starts a new group. Groups of one cause are left out; () if there is no
        other.
    contributions : DataFrame
        The table of `contributions` for the same case, draws and seed.
    exceeds : DataFrame
        P(contribution > threshold) over the draws: one row per cause, in the order of
        `contributions`, and one column per threshold, labeled with it.
    """

    above: Mapping[str, pd.DataFrame]
    exact_ties: Mapping[str, Groups]
    practical_ties: Mapping[str, Groups]
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    exceeds: pd.DataFrame = field(default_factory=pd.DataFrame)


def ranking(
    case: Case, *, draws: int = DRAWS, seed: int = SEED, levels: Sequence[float] = ()
) -> Ranking:
    """Compute how certain the order of the causes of each layer is, over draws of the parameters.

    Parameters
    ----------
    case : Case
        The runner.
    draws : int, default 4096
        The number of joint draws of all parameters, as for `contributions`.
    seed : int, default 0
        The seed of these draws.
    levels : sequence of float, optional
        Thresholds for the table `exceeds`, usually from 0 to 1. By default the table has no
        columns.

    Returns
    -------
    Ranking
        For each layer ("factor" or "mechanism"), `above` holds a table of P(the cause of the row
        contributes more than the cause of the column), and `exact_ties` and `practical_ties` hold
        groups of causes whose order is open. `exceeds` is a table of P(contribution > threshold).
        See `Ranking`.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.explanation import ranking
    >>> order = ranking(load().given(back_pain="yes", weak_core="yes"))
    >>> order.above["factor"].loc["weak_core", ["hills", "flat_feet"]].round(1).tolist()
    [0.9, 1.0]
    >>> order.practical_ties["factor"][0]
    ('prolonged_sitting', 'hills', 'poor_stretching')
    >>> ranking(load().given(hills="yes"), levels=[0, 1]).exceeds.loc["hills"].tolist()
    [1.0, 0.0]
    """
    check_arguments("ranking", locals(), levels=NUMBERS)
    table, sampled, weights = contributions_with_draws(case, width=WIDTH, draws=draws, seed=seed)
    position = {cause.name: i for i, cause in enumerate(case.variables.causes)}
    order = table.index.tolist()
    figures = dict(zip(order, table["contribution"].tolist(), strict=True))
    layers = dict(zip(order, table["layer"].tolist(), strict=True))
    above, exact, practical = {}, {}, {}
    for layer in CAUSES:
        names = [name for name in order if layers[name] == layer]
        chances = probability_above(sampled[[position[name] for name in names]], weights)
        above[layer] = pd.DataFrame(chances, names, names)
        exact[layer] = _exact_ties(case, {name: figures[name] for name in names})
        practical[layer] = _practical_ties(names, chances)
    exceeds = exceedance_probabilities(sampled, weights, np.asarray(levels, float))
    exceeds = exceeds[[position[name] for name in order]]
    by_level = pd.DataFrame(exceeds, table.index, list(levels))
    return Ranking(above, exact, practical, table, by_level)


def _exact_ties(case: Case, contribution: Mapping[str, float]) -> Groups:
    """Return the groups of causes with the same figure and the same counts of all priors."""
    same_figures = _several(_grouped(contribution, lambda c: round(contribution[c], TIE_DECIMALS)))
    groups = [_grouped(names, lambda cause: _counts(case, cause)) for names in same_figures]
    return _several(chain.from_iterable(groups))


def _grouped(names: Iterable[str], key: Callable[[str], object]) -> Iterable[list[str]]:
    groups: dict[object, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups.values()


def _counts(case: Case, name: str) -> tuple[object, ...]:
    """Return the counts of a cause's base rate and links, without its own name."""
    priors = case.priors
    links = [key for key in priors if isinstance(key, tuple) and name in key]
    others = [tuple("" if end == name else end for end in key) for key in links]
    counts = [(end, priors[key].counts) for end, key in zip(others, links, strict=True)]
    return priors[name].counts, *counts


def _practical_ties(names: Sequence[str], above: np.ndarray) -> Groups:
    """Return the groups of neighbours that the draws do not tell from the first of each group."""
    groups: list[list[int]] = []
    for i in range(len(names)):
        if groups and _is_undecided(above[groups[-1][0], i]):
            groups[-1].append(i)
        else:
            groups.append([i])
    return _several([names[i] for i in group] for group in groups)


def _is_undecided(share: float) -> bool:
    rest = 1 - share
    return max(share, rest) <= UNDECIDED * min(share, rest)


def _several(groups: Iterable[list[str]]) -> Groups:
    return tuple(tuple(group) for group in groups if len(group) > 1)
