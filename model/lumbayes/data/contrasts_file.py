"""Reading contrasts.toml: what runners say of runs with and without a factor, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from operator import call
from pathlib import Path
from typing import Any

from .contrasts import Contrast, Contrasts
from .files import read_toml
from .schema import FILLED_TABLE, NAMES, RATIO, TABLE, TEXT, Place, Schema, all_of, each
from .variables import NO_YES, Variables
from .variables_file import read_estimate

TICK = ("at_work", "idle", "absent")
COUNTS = ("background", "link")
FILE = Schema({"tick": TABLE, "counts": TABLE, "contrast": FILLED_TABLE})
CAP = Schema({"ratio": RATIO, "why": TEXT})
CONTRAST = Schema({"question": TEXT, "worse_after": NAMES, "with": TEXT, "without": TEXT})


def read_contrasts(path: Path, variables: Variables) -> Contrasts | None:
    """Return the content of contrasts.toml, or None if there is no such file.

    Every factor in the file must have exactly one link (traits aside), because a contrast is
    evidence on that link. Raises the problems of all tables together.
    """
    if not path.is_file():
        return None
    raw = read_toml(path)
    FILE.check(Place(path), raw)
    all_of(TABLE, TICK).check(Place(path, "[tick]"), raw["tick"])
    all_of(TABLE, (*COUNTS, "cap")).check(Place(path, "[counts]"), raw["counts"])
    checks: list[tuple[Any, ...]] = [(CAP.check, Place(path, "[counts.cap]"), raw["counts"]["cap"])]
    checks += [
        (_check, Place(path, f"[contrast.{name}]"), name, table, variables)
        for name, table in raw["contrast"].items()
    ]
    each(call, checks)
    estimates = {
        f"{head}.{name}": read_estimate(Place(path, f"[{head}.{name}]"), raw[head][name], NO_YES)
        for head, names in (("tick", TICK), ("counts", COUNTS))
        for name in names
    }
    return Contrasts(
        estimates["tick.at_work"],
        estimates["tick.idle"],
        estimates["tick.absent"],
        estimates["counts.background"],
        estimates["counts.link"],
        float(raw["counts"]["cap"]["ratio"]),
        {name: _contrast(table) for name, table in raw["contrast"].items()},
    )


def _check(place: Place, name: str, table: Mapping[str, Any], variables: Variables) -> None:
    CONTRAST.check(place, table)
    place.require_known("factor", [name], [v.name for v in variables.factors])
    effects = variables.effects(name)
    if len(effects) != 1:
        raise place.problem(
            f"{name} has {len(effects)} links ({', '.join(effects) or 'none'}); a contrast is "
            "evidence on one link, so take a factor with one.",
            name,
        )


def _contrast(table: Mapping[str, Any]) -> Contrast:
    texts = table["with"], table["without"], table["question"]
    return Contrast(tuple(table["worse_after"]), *texts)
