"""What must hold in variables.toml: each value of its kind, each table complete, and all tables
beside one another.

What must hold in variables.toml: each value of its kind, each table complete, and all tables beside
one another.

Numbers that no claim gives: a share of each state as counts, with the basis and the source they
must always name.
"""

from __future__ import annotations

import graphlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from ..errors import allow, each
from .files import read_toml
from .variables import (
    CAUSES,
    NO_YES,
    Factor,
    Measurement,
    Mechanism,
    Outcome,
    StatedEstimate,
    Trait,
    Variable,
    Variables,
)

Table = Mapping[str, Any]
SURENESS = ("ratio", "why")
TWO_STATES = (*CAUSES, "outcome")
BASES = ("ignorance", "judgement", "published")
CHOICES = {"basis": BASES, "scale": ("linear", "log", "log1p"), "side": ("below", "above")}
ASSUMED = {
    "link": ("beta", "weight", "why"),
    "base_rate": ("beta", "why"),
    "profile": ("report", "why"),
}
TEST = ("label", "question", "seconds", "reads", "how", "safe_in_pain", "basis", "source", "why")
PICTURE = ("states", "answers", "rows")
NUMBER = (
    "unit",
    "low",
    "high",
    "step",
    "start",
    "scale",
    "cut",
    "side",
    "centre",
    "spread",
    "error",
    "blunder",
)
MAY_BE_LEFT_OUT = ("question", "seconds", "source", "answers", "step", "blunder")


def is_number(found: object) -> bool:
    """True for a finite number; true and false are none."""
    return isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)


def is_count(found: Any) -> bool:
    """True for a finite number above 0."""
    return is_number(found) and found > 0


def _is_text(found: Any) -> bool:
    return isinstance(found, str) and bool(found.strip())


def _are_names(found: Any) -> bool:
    return isinstance(found, list) and all(map(_is_text, found)) and len(set(found)) == len(found)


def _is_pair(found: Any) -> bool:
    return isinstance(found, list) and [*map(is_count, found)] == [True, True]


TEXTS = "label question group without_pain gate reads how unit basis why source scale side"
_KINDS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    (TEXTS, "a text, not empty", _is_text),
    ("changeable still safe_in_pain", "true or false", lambda found: isinstance(found, bool)),
    ("states parents dominance", 'a list of names, each once, as in ["no", "yes"]', _are_names),
    ("low high start cut centre", "a number", is_number),
    ("seconds step spread error weight report", "a number above 0", is_count),
    ("blunder", "a share from 0 to below 1", lambda found: is_number(found) and 0 <= found < 1),
    ("ratio", "a number above 1", lambda found: is_number(found) and found > 1),
    ("beta", "two counts [yes, no], each above 0", _is_pair),
    ("answers background link rows counts", "a table", lambda found: isinstance(found, dict)),
)
KINDS = {key: (kind, fits) for keys, kind, fits in _KINDS for key in keys.split()}


def check_values(where: str, table: Any, keys: Iterable[str], needed: Iterable[str] = ()) -> None:
    """Raise a `ValueError` at `where` for a key that is unknown or missing, or whose value is not
    of its kind.
    """
    if not isinstance(table, dict):
        raise ValueError(f"{where}: found {table!r}; it must be a table.")
    allow(where, "key", table, keys)
    for key, value in table.items():
        kind, fits = KINDS[key]
        if not fits(value):
            raise ValueError(f"{where}: {key} is {value!r}; it must be {kind}.")
        allow(where, key, [value] if key in CHOICES else [], CHOICES.get(key, ()))
    for key in needed:
        if key not in table:
            raise ValueError(
                f"{where}: the key {key!r} is missing; it must have {', '.join(needed)}."
            )


def check_counts(where: str, counts: Any, states: Iterable[str]) -> None:
    """Raise a `ValueError` at `where` unless these are counts above 0 for exactly these states."""
    names = ", ".join(states)
    if (
        not isinstance(counts, dict)
        or set(counts) != set(states)
        or not all(map(is_count, counts.values()))
    ):
        raise ValueError(
            f"{where}: found {counts!r}; it must be a count above 0 for each of {names}, and no other."
        )


def check_tables(
    where: str, tables: Any, allowed: Iterable[str] | None = None, needed: Iterable[str] = ()
) -> None:
    """Raise a `ValueError` at `where` unless this is a table that holds what is needed and nothing
    unknown.
    """
    if not isinstance(tables, dict):
        raise ValueError(f"{where}: found {tables!r}; it must be a table.")
    allow(where, "name", tables, tables if allowed is None else allowed)
    for name in needed:
        if name not in tables:
            raise ValueError(f"{where}: {name!r} is missing; it must have {', '.join(needed)}.")


def check_assumptions(path: Path, ignorance: Any, sureness: Any) -> None:
    """Raise a `ValueError` for what is wrong in [ignorance] and [sureness]."""
    check_tables(f"{path}: [ignorance]", ignorance, ASSUMED, ASSUMED)
    check_tables(f"{path}: [sureness]", sureness, needed=["fairly"])
    tables = [
        (f"{path}: [ignorance.{name}]", ignorance[name], keys, keys)
        for name, keys in ASSUMED.items()
    ]
    tables += [
        (f"{path}: [sureness.{name}]", table, SURENESS, SURENESS)
        for name, table in sureness.items()
    ]
    each(check_values, tables)


def check_table(where: str, layer: str, table: Table) -> None:
    """Raise a `ValueError` for what is wrong inside one variable's table, its figures aside."""
    if layer == "measurement":
        _check_measurement(where, table)
    states = table.get("states", NO_YES)
    if len(states) < 2 or (layer in TWO_STATES and len(states) > 2):
        number = (
            "exactly two, first the one where it is not there"
            if layer in TWO_STATES
            else "two or more"
        )
        raise ValueError(f"{where}: states is {states}; of a {layer} there are {number}.")
    if "answers" in table:
        _check_answers(f"{where} answers", table["answers"], states)
    dominance = table.get("dominance", states)
    if sorted(dominance) != sorted(states) or dominance[0] != states[0]:
        must = f"{', '.join(states)}, each once and {states[0]!r}, the lowest, first"
        raise ValueError(f"{where}: dominance is {dominance}; it must hold {must}.")


def _check_answers(where: str, answers: Table, states: Iterable[str]) -> None:
    check_tables(where, answers, states, states)
    for state, answer in answers.items():
        if not _is_text(answer):
            raise ValueError(f"{where}: {state} is {answer!r}; it must be a text, not empty.")


def _check_measurement(where: str, table: Table) -> None:
    kind, keys = ("picture", PICTURE) if "rows" in table else ("number", NUMBER)
    allow(where, f"key of a measurement that is a {kind}", table, (*TEST, *keys))
    for key in keys:
        if key not in table and key not in MAY_BE_LEFT_OUT:
            either = "a picture to choose has states and rows, a number has scale, cut and the keys that go with them"
            raise ValueError(f"{where}: the key {key!r} is missing; {either}.")
    if table["basis"] == "published" and "source" not in table:
        raise ValueError(f"{where}: a published measurement needs its source.")
    if kind == "number":
        _check_range(where, table)


def _check_range(where: str, table: Table) -> None:
    low, high = table["low"], table["high"]
    if low >= high:
        raise ValueError(f"{where}: low is {low} and high is {high}; low must be below high.")
    for key in ("start", "cut", "centre"):
        if not low <= table[key] <= high:
            raise ValueError(
                f"{where}: {key} is {table[key]}; it must lie in the range, {low} to {high}."
            )
    lowest = {"log": 0, "log1p": -1}.get(table["scale"], -math.inf)
    if low <= lowest:
        raise ValueError(
            f"{where}: low is {low}; on the scale {table['scale']!r} it must be above {lowest}."
        )


def check_together(path: Path, layers: Mapping[str, Mapping[str, Table]]) -> None:
    """Raise a `ValueError` where the tables do not fit one another: names, arrows, readings,
    gates.
    """
    names = [name for tables in layers.values() for name in tables]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{path}: {name!r} is defined twice; each variable has one table.")
    outcomes = len(layers.get("outcome", ()))
    if outcomes != 1:
        raise ValueError(f"{path}: found {outcomes} [outcome.…] tables; there must be exactly one.")
    all_ = {
        name: {**table, "layer": layer}
        for layer, tables in layers.items()
        for name, table in tables.items()
    }
    each(
        _check_arrows,
        [(f"{path}: [{table['layer']}.{name}]", table, all_) for name, table in all_.items()],
    )
    _check_circles(path, {name: table.get("parents", ()) for name, table in all_.items()})


def _check_arrows(where: str, table: Table, all_: Mapping[str, Table]) -> None:
    for key, layers in {"parents": CAUSES, "reads": CAUSES, "gate": ("outcome",)}.items():
        for name in [table[key]] if isinstance(table.get(key), str) else table.get(key, ()):
            allow(f"{where} {key}", "variable", [name], all_)
            found = all_[name]["layer"]
            if found not in layers:
                must = " or ".join(layers)
                raise ValueError(
                    f"{where}: {key} names {name!r}, of layer {found}; it must be a {must}."
                )
    for name in table.get("parents", ()) if table.get("still") else ():
        if not all_[name].get("still"):
            raise ValueError(
                f"{where}: still is true, but its parent {name!r} is new in every run; make both still."
            )
    allow(f"{where} link", "parent", table.get("link", ()), table.get("parents", ()))
    if "rows" in table:
        states = all_[table["reads"]].get("states", NO_YES)
        check_tables(f"{where} rows", table["rows"], states, states)


def _check_circles(path: Path, parents: Mapping[str, Iterable[str]]) -> None:
    try:
        graphlib.TopologicalSorter(parents).prepare()
    except graphlib.CycleError as circle:
        way = " → ".join(circle.args[1])
        raise ValueError(
            f"{path}: the parents go round in a circle, {way}; take one of these arrows out."
        ) from None


KEYS = ("basis", "beta", "counts", "source", "why")


def read_estimate(
    where: str, table: Any, states: tuple[str, ...], open_: bool = False
) -> StatedEstimate:
    """A figure from its TOML table; `beta` is short for counts of yes and no. Problems are
    `ValueError`s at `where`.

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
    return StatedEstimate(table["basis"], table["why"], counts, table.get("source", ""))


def _from_beta(where: str, table: dict[str, Any], states: tuple[str, ...]) -> dict[str, float]:
    if "counts" in table or len(states) != 2:
        raise ValueError(
            f"{where}: beta is for two states and stands alone; give counts, one for each of {states}."
        )
    return {states[1]: table["beta"][0], states[0]: table["beta"][1]}


LAYERS: dict[str, type[Variable]] = {
    "factor": Factor,
    "mechanism": Mechanism,
    "outcome": Outcome,
    "trait": Trait,
    "measurement": Measurement,
}


def read_variables(path: Path) -> Variables:
    """Read variables.toml; every problem is a `ValueError` that names the file, the table and the
    key, a line each.
    """
    raw = read_toml(path)
    allow(str(path), "table", raw, (*LAYERS, "ignorance", "sureness"))
    ignorance, sureness = raw.pop("ignorance", {}), raw.pop("sureness", {})
    each(check_tables, [(f"{path}: [{layer}]", tables) for layer, tables in raw.items()])
    named = [
        (_variable, path, layer, name, table) for layer in raw for name, table in raw[layer].items()
    ]
    checks: list[tuple[Any, ...]] = [(check_assumptions, path, ignorance, sureness), *named]
    _, *found = each(lambda check, *given: check(*given), checks)
    check_together(path, raw)
    return Variables(found, ignorance, sureness)


def _variable(path: Path, layer: str, name: str, table: Any) -> Variable:
    where = f"{path}: [{layer}.{name}]"
    check_values(where, table, *_keys(layer))
    check_table(where, layer, table)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return LAYERS[layer](name=name, **values | _figures(where, layer, values))


def _keys(layer: str) -> tuple[list[str], list[str]]:
    """The keys a table of this layer may have, and those it must have."""
    unread = ("name", "parents", "background", "link") if layer == "measurement" else ("name",)
    may = [f for f in fields(LAYERS[layer]) if f.name not in unread]
    must = [f.name for f in may if f.default is MISSING and f.default_factory is MISSING]
    return [f.name for f in may], must + (["background"] if layer == "trait" else [])


def _figures(where: str, layer: str, values: dict[str, Any]) -> dict[str, Any]:
    """The figures of a table: of a trait's own background over the states above its lowest, of all
    else over all.
    """
    states, read = values.get("states", NO_YES), dict[str, Any]()
    if "background" in values:
        own = states[1:] if layer == "trait" else states
        read["background"] = read_estimate(
            f"{where} background", values["background"], own, layer != "trait"
        )
    read["link"] = {
        p: read_estimate(f"{where} link.{p}", t, states) for p, t in values.get("link", {}).items()
    }
    if "rows" in values:
        about = {key: values[key] for key in ("basis", "why", "source") if key in values}
        rows = {state: {**about, "counts": counts} for state, counts in values["rows"].items()}
        read["rows"] = {
            state: read_estimate(f"{where} rows.{state}", row, states)
            for state, row in rows.items()
        }
    return read
