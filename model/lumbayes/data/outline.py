"""The variables of a variables.toml with mistakes, as far as they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from .arrows import check_together
from .files import read_toml
from .variables import StatedEstimate, Variable, Variables
from .variables_file import KINDS, LAYERS


def outline(path: Path) -> Variables:
    """Return the variables of variables.toml with the keys that are right, the others blank."""
    raw = read_toml(path)
    layers = {
        layer: {name: _fitting(table) for name, table in raw[layer].items()}
        for layer in LAYERS
        if isinstance(raw.get(layer), dict)
    }
    check_together(path, layers)
    tables = [(layer, name, table) for layer in layers for name, table in layers[layer].items()]
    blank = StatedEstimate("judgement", "")
    rates = dict.fromkeys(raw.get("base_rate", ()), blank)
    return Variables((_blank(*table) for table in tables), base_rates=rates)


def _fitting(table: Any) -> dict[str, Any]:
    """Return the keys of a table that hold no table and whose values are of their kind."""
    items = table.items() if isinstance(table, dict) else ()
    plain = {key: value for key, value in items if not isinstance(value, dict) and key in KINDS}
    fitting = {key: value for key, value in plain.items() if KINDS[key].fits(value)}
    has_share = isinstance(table, dict) and isinstance(table.get("share"), dict)
    return fitting | ({"share": StatedEstimate("judgement", "")} if has_share else {})


def _blank(layer: str, name: str, table: Mapping[str, Any]) -> Variable:
    """Return a variable with what is right of it, and blanks where it must have more."""
    variable = LAYERS[layer]
    keys = {f.name: f for f in fields(variable)}
    values: dict[str, Any] = {
        key: "" for key, f in keys.items() if (f.default, f.default_factory) == (MISSING, MISSING)
    }
    values |= {key: value for key, value in table.items() if key in keys}
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    return variable(**values | {"name": name})
