"""Numbers that no claim gives: a share of each state as counts, with the basis and the source they must always name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .checking import check_counts, check_values

KEYS = ("basis", "beta", "counts", "source", "why")


@dataclass(frozen=True)
class Figure:
    """A number nobody's claim gives, as counts over states, with its basis: ignorance, judgement or published."""

    basis: str
    why: str
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


def read_figure(where: str, table: Any, states: tuple[str, ...], open_: bool = False) -> Figure:
    """A figure from its TOML table; `beta` is short for counts of yes and no. Problems are `ValueError`s at `where`.

    It needs a count for each of `states`; only where `open_`, ignorance may leave them out.
    """
    check_values(where, table, KEYS, ("basis", "why"))
    counts = dict(table.get("counts", {}))
    if "beta" in table:
        counts = _from_beta(where, table, states)
    if counts or not (open_ and table["basis"] == "ignorance"):
        check_counts(where, counts, states)
    if table["basis"] == "published" and "source" not in table:
        raise ValueError(f"{where}: a published figure needs its source.")
    return Figure(table["basis"], table["why"], counts, table.get("source", ""))


def _from_beta(where: str, table: dict[str, Any], states: tuple[str, ...]) -> dict[str, float]:
    if "counts" in table or len(states) != 2:
        raise ValueError(f"{where}: beta is for two states and stands alone; give counts, one for each of {states}.")
    return {states[1]: table["beta"][0], states[0]: table["beta"][1]}
