"""What studies say instead of the thread: published figures over the same variables, never mixed
with its claims.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np

from ..data.files import read_rows
from ..data.variables import StatedEstimate, Trait, Variable, Variables
from ..defaults import WIDTH
from ..errors import allow, each
from .prior import beta_counts

COLUMNS = (
    "cause",
    "effect",
    "measure",
    "value",
    "low",
    "high",
    "population",
    "source",
    "sure",
    "note",
)
NUMBERS = ("value", "low", "high")
OF_THE_PAIN, OF_A_CAUSE = ("baseline",), ("prevalence", "judgement", "none")
OF_A_LINK = ("odds_ratio", "judgement", "judgement_ratio", "none")
CHANCES, PUBLISHED = (
    ("baseline", "prevalence", "judgement"),
    ("baseline", "prevalence", "odds_ratio"),
)
SURE = ("", "seen", "second_hand", "judgement")
STEPS = 199
CONFIDENCE = 0.95  # what studies print
Row = Mapping[str, str]
Link = tuple[str, str]


def read_literature(path: Path, variables: Variables) -> Variables:
    """The variables with every base rate and link as literature.csv has it.

    Where no figure was found the row says so: a base rate is then ignorance, and a link an odds
    ratio between one half and two, which is near nought and is silence, not a finding. An odds
    ratio is turned on the base risk of the pain (row `baseline`) and carried through the mechanism.
    Raises a `ValueError` with a line for each row that is not right, which names file, line and
    column.
    """
    found = read_rows(path, COLUMNS, "cause", "effect")
    each(_check, [(where, row, variables) for where, row in found])
    rows = {(row["cause"], row["effect"]): row for _, row in found}
    if (variables.outcome.name, "") not in rows:
        raise ValueError(
            f"{path}: no row {variables.outcome.name!r}, the baseline that odds ratios are turned on."
        )
    read = [
        (where, row, rows, variables) for where, row in found if row["measure"] not in OF_THE_PAIN
    ]
    figures = dict(each(_figure, read))
    overlaid = (_overlaid(v, figures) for v in variables.values())
    return Variables(overlaid, variables.ignorance, variables.sureness)


def _check(where: str, row: Row, variables: Variables) -> None:
    cause, effect, measure = row["cause"], row["effect"], row["measure"]
    allow(where, "variable", filter(None, [cause, effect]), variables)
    if effect and (cause not in variables[effect].parents or isinstance(variables[effect], Trait)):
        raise ValueError(
            f"{where}: there is no link {cause} → {effect} in variables.toml that a study could measure."
        )
    bases = dict.fromkeys((c.name for c in variables.causes), OF_A_CAUSE) | {
        variables.outcome.name: OF_THE_PAIN
    }
    allow(where, "variable with a base rate", [] if effect else [cause], bases)
    allow(
        where,
        f"measure of {'a link' if effect else cause}",
        [measure],
        OF_A_LINK if effect else bases[cause],
    )
    allow(where, "sure", [row["sure"]], SURE)
    for column in ["note", "source"] if measure in PUBLISHED else ["note"]:
        if not row[column]:
            raise ValueError(f"{where}: its column {column!r} must be filled in for a {measure!r}.")
    if effect or measure != "none":
        _check_numbers(where, row)
    elif any(row[column] for column in NUMBERS):
        raise ValueError(
            f"{where}: its columns {', '.join(NUMBERS)} must be empty where no figure was found."
        )


def _check_numbers(where: str, row: Row) -> None:
    """A value between the two ends of its interval, above 0 and, where it is a probability, below
    1.
    """
    most = 1.0 if row["measure"] in CHANCES else math.inf
    value, low, high = (_number(where, column, row[column], most) for column in NUMBERS)
    if not low <= value <= high or low == high:
        raise ValueError(
            f"{where}: found low {low:g}, value {value:g}, high {high:g}; they must rise in this order."
        )


def _number(where: str, column: str, cell: str, most: float) -> float:
    try:
        found = float(cell)
    except ValueError:
        found = math.nan
    if not 0 < found < most:
        allowed = "a probability, above 0 and below 1" if most == 1 else "a ratio, a number above 0"
        raise ValueError(f"{where}: its column {column!r} is {cell!r}; it must be {allowed}.")
    return found


def _overlaid(v: Variable, figures: Mapping[Link, StatedEstimate]) -> Variable:
    """The variable with the figures of its rows; numbers that the literature is not asked for stay
    as they are.
    """
    link = {**v.link, **{p: figures[p, v.name] for p in v.parents if (p, v.name) in figures}}
    return replace(v, background=figures.get((v.name, ""), v.background), link=link)


def _figure(
    where: str, row: Row, rows: Mapping[Link, Row], variables: Variables
) -> tuple[Link, StatedEstimate]:
    """One row as a figure: a share as it is, an odds ratio as the link that alone would lift the
    odds so.
    """
    key, outcome = (row["cause"], row["effect"]), variables.outcome.name
    if row["measure"] == "none" and not row["effect"]:
        return key, StatedEstimate("ignorance", row["note"])
    value, low, high = (float(row[column]) for column in NUMBERS)
    mean, variance = value, ((high - low) / 2 / _ends(WIDTH)) ** 2
    if row["measure"] not in CHANCES:
        onward = (
            1.0
            if row["effect"] == outcome
            else _onward(where, rows.get((row["effect"], outcome), {}), outcome)
        )
        base = float(rows[outcome, ""]["value"])
        strengths = (
            np.array([link_of_odds(ratio, base) for ratio in _ratios(value, low, high)]) / onward
        )
        strengths = np.maximum(
            strengths, 0.0
        )  # a noisy-OR cannot protect: an odds ratio below 1 is a link of nought
        mean, variance = float(strengths.mean()), float(strengths.var())
    basis = "published" if row["measure"] in PUBLISHED else "judgement"
    return key, StatedEstimate(basis, row["note"], _beta(where, mean, variance), row["source"])


def _onward(where: str, row: Row, outcome: str) -> float:
    """How strongly an effect leads on to the pain: an odds ratio of the pain came by way of it."""
    if row.get("measure") != "judgement":
        needed = f"a row, a judgement, from its effect to {outcome}, by way of which it came"
        raise ValueError(f"{where}: an odds ratio is one of {outcome}: it needs {needed}.")
    return float(row["value"])


def link_of_odds(ratio: float, base: float) -> float:
    """The noisy-OR link that lifts a base risk by an odds ratio: (P₁ − p₀) / (1 − p₀)."""
    # P₁ = OR · p₀ / (1 − p₀ + OR · p₀)
    lifted = ratio * base / (1 - base + ratio * base)
    return (lifted - base) / (1 - base)


def _ratios(value: float, low: float, high: float) -> Iterable[float]:
    """Odds ratios at equal steps of a lognormal with this middle and this 95% interval."""
    spread = (math.log(high) - math.log(low)) / 2 / _ends(CONFIDENCE)
    return [
        math.exp(NormalDist(math.log(value), spread).inv_cdf((2 * i + 1) / (2 * STEPS)))
        for i in range(STEPS)
    ]


def _ends(width: float) -> float:
    """How many standard deviations the ends of a central interval of a normal are from its
    middle.
    """
    return NormalDist().inv_cdf((1 + width) / 2)


def _beta(where: str, mean: float, variance: float) -> dict[str, float]:
    """The Beta with this mean and about this width, as counts."""
    if not 0 < variance < mean * (1 - mean):
        found = f"a probability of {mean:.3g}, known to within {math.sqrt(variance):.3g}"
        raise ValueError(
            f"{where}: its value, low and high come to {found}; there is no such Beta."
        )
    no, yes = beta_counts(mean, variance)
    return {"yes": yes, "no": no}
