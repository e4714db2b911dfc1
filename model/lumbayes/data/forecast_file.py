"""Reading forecast.toml: the base rate of pain for the next run of somebody in pain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .files import read_toml
from .schema import RATIO, TABLE, TEXT, Place, Schema, each

if TYPE_CHECKING:
    from .variables import Variables

FILE = Schema({"start": TABLE, "odds_ratio": TABLE}, optional=("odds_ratio",))
START = Schema({"base_rate": TEXT, "why": TEXT})
ODDS_RATIO = Schema(
    {**dict.fromkeys(("state", "basis", "source", "why"), TEXT), "ratio": RATIO},
    optional=("source",),
)


@dataclass(frozen=True)
class Forecast:
    """The base rate of pain from which the forecast of the next run starts, if there is pain.

    Attributes
    ----------
    base_rate : str
        The entry of `[base_rate]` in variables.toml, such as "visitor".
    odds_ratios : dict
        From (trait, state) to the odds ratio that multiplies the odds of that rate if the trait was
        found in the state.
    """

    base_rate: str
    odds_ratios: Mapping[tuple[str, str], float]


def read_forecast(path: Path, variables: Variables) -> Forecast | None:
    """Return the content of forecast.toml, or None if there is no such file.

    Odds ratios of traits that are not among the variables are left out. Raises the problems of all
    tables together.
    """
    if not path.is_file():
        return None
    raw = read_toml(path)
    FILE.check(Place(path), raw)
    START.check(Place(path, "[start]"), raw["start"])
    name = raw["start"]["base_rate"]
    Place(path, "[start]").require_known("base_rate", [name], variables.base_rates)
    tables = raw.get("odds_ratio", {})
    each(
        _check,
        [(Place(path, f"[odds_ratio.{k}]"), k, table, variables) for k, table in tables.items()],
    )
    ratios = {
        (trait, table["state"]): float(table["ratio"])
        for trait, table in tables.items()
        if trait in variables
    }
    return Forecast(name, ratios)


def _check(place: Place, trait: str, table: Mapping[str, Any], variables: Variables) -> None:
    ODDS_RATIO.check(place, table)
    if trait in variables:
        place.require_known("state", [table["state"]], variables[trait].states)
