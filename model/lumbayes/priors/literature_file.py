"""Checking literature.csv: what the cells of a row must be."""

from __future__ import annotations

from collections.abc import Mapping

from ..data.schema import (
    ANYTHING,
    EMPTY_CELL,
    FILLED_CELL,
    POSITIVE_CELL,
    PROBABILITY_CELL,
    Place,
    Schema,
    one_of,
)
from ..data.variables import Trait, Variables

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

Row = Mapping[str, str]


def check_row(place: Place, row: Row, variables: Variables) -> None:
    """Raise the problems of one row of literature.csv."""
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
