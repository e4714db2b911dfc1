"""Numbers that no claim gives: a share of each state as counts, with the basis and the source they must always name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .sources import allow


@dataclass(frozen=True)
class Figure:
    """A number nobody's claim gives, as counts over states, with its basis: ignorance, judgement or published."""

    basis: str
    why: str
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


def read_figure(where: str, table: dict[str, Any], states: tuple[str, ...]) -> Figure:
    """A figure from its TOML table; `beta` is short for counts of yes and no. Problems are `ValueError`s at `where`."""
    allow(where, "key", table, ("basis", "beta", "counts", "source", "why"))
    counts = dict(table.get("counts", {}))
    if "beta" in table:
        counts = {states[1]: table["beta"][0], states[0]: table["beta"][1]}
    if not set(counts) <= set(states) or any(not c > 0 for c in counts.values()):
        raise ValueError(f"{where}: found {counts}; every count must be above 0 and for one of {', '.join(states)}.")
    if table.get("basis") not in ("ignorance", "judgement", "published") or not table.get("why"):
        raise ValueError(f"{where}: needs basis (ignorance, judgement or published) and why (a sentence).")
    if table["basis"] == "published" and not table.get("source"):
        raise ValueError(f"{where}: a published figure needs its source.")
    return Figure(table["basis"], table["why"], counts, table.get("source", ""))
