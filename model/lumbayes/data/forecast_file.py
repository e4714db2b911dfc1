"""Reading forecast.toml: where the forecast of the next run starts, of somebody in pain."""

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
    """Where a forecast starts.

    Attributes
    ----------
    base_rate : str
        The name in [base_rate] of variables.toml at which the next run of somebody in pain starts.
    odds_ratios : dict
        By trait and state, what the odds of that rate are multiplied by.
    """

    base_rate: str
    odds_ratios: Mapping[tuple[str, str], float]


def read_forecast(path: Path, variables: Variables) -> Forecast | None:
    """Return what forecast.toml holds, None without that file; raise the problems of all tables.

    Odds ratios of traits that are not read are left out.
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
