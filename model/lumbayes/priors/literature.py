"""Published figures over the same variables, in place of the thread's claims."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np

from ..data.files import read_rows
from ..data.schema import (
    ANYTHING,
    EMPTY_CELL,
    FILLED_CELL,
    POSITIVE_CELL,
    PROBABILITY_CELL,
    Place,
    Schema,
    each,
    one_of,
)
from ..data.variables import StatedEstimate, Trait, Variable, Variables
from ..defaults import WIDTH
from .pooling import beta_counts

COLUMNS = (
    *("cause", "effect", "measure", "value", "low", "high"),
    *("population", "source", "sure", "note"),
)
NUMBERS = ("value", "low", "high")
OF_THE_OUTCOME = ("baseline",)
OF_A_CAUSE = ("prevalence", "judgement", "none")
OF_A_LINK = ("odds_ratio", "judgement", "judgement_ratio", "none")
PROBABILITIES = ("baseline", "prevalence", "judgement")
PUBLISHED = ("baseline", "prevalence", "odds_ratio")
SURE = ("", "seen", "second_hand", "judgement")
N_QUANTILES = 199  # by which the lognormal of an odds ratio is averaged
CONFIDENCE = 0.95  # of the intervals that studies print

Row = Mapping[str, str]
Link = tuple[str, str]


def read_literature(path: Path, variables: Variables) -> Variables:
    """Return the variables with every base rate and link as literature.csv has it.

    Parameters
    ----------
    path : Path
        The file.
    variables : Variables
        The variables of the same folder.

    Returns
    -------
    Variables
        Where no figure was found, a base rate is ignorance and a link an odds ratio between one
        half and two: near 0, an absent finding and not a finding of absence.

    Raises
    ------
    ValueError
        One line a row that is wrong, with file, line and column.

    Notes
    -----
    An odds ratio is applied to the base risk of the pain (row `baseline`) and divided by the
    strength of the mechanism it passes through.

    Examples
    --------
    >>> from lumbayes import load
    >>> from lumbayes.data.files import folder
    >>> from lumbayes.priors.literature import read_literature
    >>> studied = read_literature(folder() / "literature.csv", load().variables)
    >>> studied["flat_feet"].background.basis
    'published'
    """
    placed = read_rows(path, COLUMNS, "cause", "effect")
    each(_check, [(place, row, variables) for place, row in placed])
    rows = {(row["cause"], row["effect"]): row for _, row in placed}
    outcome = variables.outcome.name
    if (outcome, "") not in rows:
        needed = "the baseline that odds ratios are applied to"
        raise Place(path).problem(f"no row {outcome!r}, {needed}; add one.", outcome)
    figures = [
        (place, row, rows, outcome) for place, row in placed if row["measure"] not in OF_THE_OUTCOME
    ]
    estimates = dict(each(_estimate, figures))
    overlaid = (_overlaid(v, estimates) for v in variables.values())
    return variables.with_variables(overlaid)


def _check(place: Place, row: Row, variables: Variables) -> None:
    """Raise what is wrong in one row."""
    cause, effect, measure = row["cause"], row["effect"], row["measure"]
    place.require_known("variable", filter(None, [cause, effect]), variables)
    if effect and (cause not in variables[effect].parents or isinstance(variables[effect], Trait)):
        link = f"there is no link {cause} → {effect} in variables.toml"
        raise place.problem(f"{link} that a study could measure.", "effect")
    measures: dict[str, tuple[str, ...]] = {c.name: OF_A_CAUSE for c in variables.causes}
    measures[variables.outcome.name] = OF_THE_OUTCOME
    if not effect:
        place.require_known("variable with a base rate", [cause], measures)
    allowed = OF_A_LINK if effect else measures[cause]
    place.require_known(f"measure of {'a link' if effect else cause}", [measure], allowed)
    _schema(measure, bool(effect)).check(place, row)
    if effect or measure != "none":
        _check_interval(place, row)


def _schema(measure: str, is_link: bool) -> Schema:
    """Return what the cells of a row must be, given its measure."""
    kinds = {"sure": one_of(*SURE), "note": FILLED_CELL}
    if measure in PUBLISHED:
        kinds["source"] = FILLED_CELL
    number = PROBABILITY_CELL if measure in PROBABILITIES else POSITIVE_CELL
    has_numbers = is_link or measure != "none"
    kinds |= dict.fromkeys(NUMBERS, number if has_numbers else EMPTY_CELL)
    return Schema(kinds, others=ANYTHING)


def _check_interval(place: Place, row: Row) -> None:
    value, low, high = (float(row[column]) for column in NUMBERS)
    if not low <= value <= high or low == high:
        found = f"found low {low:g}, value {value:g}, high {high:g}"
        raise place.problem(f"{found}; they must rise in this order.", "value")


def _overlaid(v: Variable, estimates: Mapping[Link, StatedEstimate]) -> Variable:
    """Return the variable with the estimates of its rows; what has no row stays as it is."""
    link = dict(v.link)
    link |= {p: estimates[p, v.name] for p in v.parents if (p, v.name) in estimates}
    return replace(v, background=estimates.get((v.name, ""), v.background), link=link)


def _estimate(
    place: Place, row: Row, rows: Mapping[Link, Row], outcome: str
) -> tuple[Link, StatedEstimate]:
    """Return one row as an estimate: a share as it is, an odds ratio as a noisy-OR link."""
    link, measure = (row["cause"], row["effect"]), row["measure"]
    if measure == "none" and not row["effect"]:
        return link, StatedEstimate("ignorance", row["note"])
    value, low, high = (float(row[column]) for column in NUMBERS)
    mean, variance = value, ((high - low) / 2 / _z(WIDTH)) ** 2
    if measure not in PROBABILITIES:
        onward = _onward(place, row["effect"], rows, outcome)
        base = float(rows[outcome, ""]["value"])
        ratios = _quantiles(value, low, high)
        strengths = np.array([link_of_odds(ratio, base) for ratio in ratios]) / onward
        strengths = np.maximum(strengths, 0.0)  # a noisy-OR cannot protect
        mean, variance = float(strengths.mean()), float(strengths.var())
    basis = "published" if measure in PUBLISHED else "judgement"
    counts = _beta(place, mean, variance)
    return link, StatedEstimate(basis, row["note"], counts, row["source"])


def _onward(place: Place, effect: str, rows: Mapping[Link, Row], outcome: str) -> float:
    """Return the strength of the link on to the pain that an odds ratio passes through."""
    if effect == outcome:
        return 1.0
    row = rows.get((effect, outcome), {})
    if row.get("measure") != "judgement":
        needed = f"a row, a judgement, from its effect to {outcome}, by way of which it came"
        message = f"an odds ratio is one of {outcome}: it needs {needed}."
        raise place.problem(message, "effect", row.get("measure"), ["judgement"])
    return float(row["value"])


def link_of_odds(ratio: float, base: float) -> float:
    """Return the noisy-OR link that raises a base risk by an odds ratio: (P₁ − p₀) / (1 − p₀)."""
    # P₁ = OR · p₀ / (1 − p₀ + OR · p₀)
    raised = ratio * base / (1 - base + ratio * base)
    return (raised - base) / (1 - base)


def _quantiles(value: float, low: float, high: float) -> list[float]:
    """Return evenly spaced quantiles of the lognormal with this median and this 95% interval."""
    sd = (math.log(high) - math.log(low)) / 2 / _z(CONFIDENCE)
    normal = NormalDist(math.log(value), sd)
    steps = range(N_QUANTILES)
    return [math.exp(normal.inv_cdf((2 * i + 1) / (2 * N_QUANTILES))) for i in steps]


def _z(width: float) -> float:
    """Return half the width of a central interval of a normal, in standard deviations."""
    return NormalDist().inv_cdf((1 + width) / 2)


def _beta(place: Place, mean: float, variance: float) -> dict[str, float]:
    """Return the Beta with this mean and variance, as counts."""
    if not 0 < variance < mean * (1 - mean):
        found = f"a probability of {mean:.3g}, known to within {math.sqrt(variance):.3g}"
        raise place.problem(f"its value, low and high come to {found}; there is no such Beta.")
    no, yes = beta_counts(mean, variance)
    return {"yes": yes, "no": no}
