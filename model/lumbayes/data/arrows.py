"""Checks of all tables of variables together: names, parents, what is measured, gates."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .schema import TABLE, Place, all_of, each
from .variables import CAUSES, NO_YES

Table = Mapping[str, Any]


def check_together(path: Path, layers: Mapping[str, Mapping[str, Table]]) -> None:
    """Raise the problems between tables: of names, parents, measured causes and gates."""
    file = Place(path)
    names = [name for tables in layers.values() for name in tables]
    for name in names:
        if names.count(name) > 1:
            raise file.problem(f"{name!r} is defined twice; each variable has one table.", name)
    n_outcomes = len(layers.get("outcome", ()))
    if n_outcomes != 1:
        found = f"found {n_outcomes} [outcome.…] tables"
        raise file.problem(f"{found}; there must be exactly one.", "outcome")
    tables = {
        name: {**table, "layer": layer}
        for layer, group in layers.items()
        for name, table in group.items()
    }
    heads = [(Place(path, f"[{t['layer']}.{name}]"), t, tables) for name, t in tables.items()]
    each(_check_arrows, heads)
    each(_check_follows, heads)
    _check_acyclic(file, {name: table.get("parents", ()) for name, table in tables.items()})


def _check_arrows(place: Place, table: Table, tables: Mapping[str, Table]) -> None:
    """Raise where this table names a variable that is unknown or of a layer that does not fit."""
    for key, layers in {"parents": CAUSES, "reads": CAUSES, "gate": ("outcome",)}.items():
        named = table.get(key, ())
        for name in [named] if isinstance(named, str) else named:
            place.inside(key).require_known("variable", [name], tables)
            layer = tables[name]["layer"]
            if layer not in layers:
                found = f"{key} names {name!r}, of layer {layer}"
                raise place.problem(f"{found}; it must be a {' or '.join(layers)}.", key, name)
    for name in table.get("parents", ()) if table.get("still") else ():
        if not tables[name].get("still"):
            found = f"still is true, but its parent {name!r} is new in every run"
            raise place.problem(f"{found}; make both still.", "still", name)
    parents = table.get("parents", ())
    place.inside("link").require_known("parent", table.get("link", ()), parents)
    if "rows" in table:
        states = tables[table["reads"]].get("states", NO_YES)
        all_of(TABLE, states).check(place.inside("rows"), table["rows"])


def _check_follows(place: Place, table: Table, tables: Mapping[str, Table]) -> None:
    """Raise where a trait that follows the cause has other parents than the pain."""
    if table.get("follows") != "cause":
        return
    parents = set(tables[table["gate"]].get("parents", ()))
    if not parents or set(table.get("parents", ())) != parents:
        found = "follows is 'cause', so its parents must be those of the pain"
        raise place.problem(f"{found}: {', '.join(sorted(parents)) or 'found none'}.", "parents")


def _check_acyclic(file: Place, parents: Mapping[str, Iterable[str]]) -> None:
    try:
        graphlib.TopologicalSorter(parents).prepare()
    except graphlib.CycleError as error:
        found = f"the parents go round in a circle, {' → '.join(error.args[1])}"
        raise file.problem(f"{found}; take one of these arrows out.") from None
