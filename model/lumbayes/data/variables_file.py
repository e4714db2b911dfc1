"""Reading variables.toml: each table is checked alone, then all of them together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from operator import call
from pathlib import Path
from typing import Any

from .arrows import check_together
from .coding import Coding, coded_tables, table_path
from .files import read_toml
from .schema import (
    NAMES,
    NUMBER,
    POSITIVE,
    RATIO,
    SHARE,
    TABLE,
    TEXT,
    TRUTH,
    TWO_COUNTS,
    Kind,
    Place,
    Schema,
    all_of,
    each,
    one_of,
)
from .variables import (
    CAUSES,
    FOLLOWS,
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
LAYERS: dict[str, type[Variable]] = {
    "factor": Factor,
    "mechanism": Mechanism,
    "outcome": Outcome,
    "trait": Trait,
    "measurement": Measurement,
}
ASSUMPTIONS = ("ignorance", "sureness", "base_rate", "pooling")
TWO_STATES = (*CAUSES, "outcome")
SCALE_NAMES = ("linear", "log", "log1p")
LOWEST = {"log": 0, "log1p": -1}  # the reading at which the logarithm has no value

_KEYS = [
    ("label question group without_pain gate reads how unit why source", TEXT),
    ("changeable still safe_in_pain", TRUTH),
    ("states parents dominance", NAMES),
    ("low high start cut centre", NUMBER),
    ("seconds step spread error weight report", POSITIVE),
    ("answers background link rows counts prevalence share", TABLE),
    ("basis", one_of("ignorance", "judgement", "published")),
    ("scale", one_of(*SCALE_NAMES)),
    ("side", one_of("below", "above")),
    ("follows", one_of(*FOLLOWS)),
    ("blunder", SHARE),
    ("ratio", RATIO),
    ("chains", one_of("whole", "links")),
    ("by_definition", SHARE),
    ("beta", TWO_COUNTS),
]
KINDS: dict[str, Kind] = {key: kind for keys, kind in _KEYS for key in keys.split()}


def _schema(keys: str, optional: str = "", hint: str = "") -> Schema:
    """Return the schema of a table of these keys, separated by spaces."""
    return Schema({key: KINDS[key] for key in keys.split()}, tuple(optional.split()), hint=hint)


ASSUMED = {
    "link": _schema("beta weight why"),
    "base_rate": _schema("beta why"),
    "profile": _schema("report why"),
}
SURENESS = _schema("ratio why")
POOLING = _schema("chains by_definition why")
ESTIMATE = _schema("basis why beta counts source", optional="beta counts source")
TEST = "label question seconds reads how safe_in_pain basis source why"
SORTS = "A picture to choose has states and rows, a number has scale, cut and the keys of a number."
PICTURE = _schema(f"{TEST} states answers rows", "question seconds source answers", SORTS)
NUMERIC = _schema(
    f"{TEST} unit low high step start scale cut side centre spread error blunder",
    "question seconds source step blunder",
    SORTS,
)


def read_variables(path: Path, coding: Coding | None = None) -> Variables:
    """Return the variables of variables.toml; raise the problems of all its tables together.

    The tables and keys of a coding replace those of the file.
    """
    raw = coded_tables(read_toml(path), coding)
    file = Place(path)
    file.require_known("table", raw, (*LAYERS, *ASSUMPTIONS))
    assumed = {name: raw.pop(name, {}) for name in ASSUMPTIONS}
    layer_heads = [(Place(path, f"[{layer}]"), tables) for layer, tables in raw.items()]
    each(Schema({}, others=TABLE).check, layer_heads)
    checks: list[tuple[Any, ...]] = [(_check_assumptions, path, assumed)]
    for layer, tables in raw.items():
        checks += [
            (variable_of_table, table_path(path, coding, layer, name), layer, name, table)
            for name, table in tables.items()
        ]
    _, *variables = each(call, checks)
    check_together(path, raw)
    base_rates = {
        name: read_estimate(Place(path, f"[base_rate.{name}]"), table, NO_YES)
        for name, table in assumed["base_rate"].items()
    }
    pooling = assumed["pooling"]
    return Variables(variables, assumed["ignorance"], assumed["sureness"], base_rates, pooling)


def _check_assumptions(path: Path, assumed: Mapping[str, Any]) -> None:
    """Raise what is wrong in [ignorance], [sureness], [base_rate] and [pooling]."""
    ignorance, sureness = assumed["ignorance"], assumed["sureness"]
    Schema({}, others=TABLE).check(Place(path, "[base_rate]"), assumed["base_rate"])
    if assumed["pooling"]:
        POOLING.check(Place(path, "[pooling]"), assumed["pooling"])
    all_of(TABLE, ASSUMED).check(Place(path, "[ignorance]"), ignorance)
    Schema({"fairly": TABLE}, others=TABLE).check(Place(path, "[sureness]"), sureness)
    checks = [
        (schema.check, Place(path, f"[ignorance.{name}]"), ignorance[name])
        for name, schema in ASSUMED.items()
    ]
    checks += [
        (SURENESS.check, Place(path, f"[sureness.{name}]"), table)
        for name, table in sureness.items()
    ]
    each(call, checks)


def variable_of_table(path: Path, layer: str, name: str, table: Table) -> Variable:
    """Return the variable `name` from its table; raise the problems of the table together."""
    place = Place(path, f"[{layer}.{name}]")
    schema_of(layer, "rows" in table).check(place, table)
    _check_table(place, layer, table)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return LAYERS[layer](name=name, **values | _estimates(place, layer, values))


@cache
def schema_of(layer: str, is_picture: bool) -> Schema:
    """Return the schema of the table of a variable.

    `is_picture` matters for the layer "measurement" only: a picture, or a number.
    """
    if layer == "measurement":
        return PICTURE if is_picture else NUMERIC
    keys = [f for f in fields(LAYERS[layer]) if f.name != "name"]
    has_default = [f for f in keys if (f.default, f.default_factory) != (MISSING, MISSING)]
    optional = {f.name for f in has_default} - ({"background"} if layer == "trait" else set())
    return Schema({f.name: KINDS[f.name] for f in keys}, tuple(optional))


def _check_table(place: Place, layer: str, table: Table) -> None:
    """Raise what is wrong between the keys of one variable's table."""
    if layer == "measurement":
        _check_measurement(place, table)
    states = table.get("states", NO_YES)
    if len(states) < 2 or (layer in TWO_STATES and len(states) > 2):
        two = "exactly two, first the one where it is not there"
        allowed = two if layer in TWO_STATES else "two or more"
        raise place.problem(f"states is {states}; of a {layer} there are {allowed}.", "states")
    if "answers" in table:
        all_of(TEXT, states).check(place.inside("answers"), table["answers"])
    if "prevalence" in table and ("background" in table or not table.get("parents")):
        found = "prevalence is how common a variable with parents is, in place of its background"
        raise place.problem(f"{found}; give one of the two.", "prevalence")
    dominance = table.get("dominance", states)
    if sorted(dominance) != sorted(states) or dominance[0] != states[0]:
        allowed = f"{', '.join(states)}, each once and {states[0]!r}, the lowest, first"
        raise place.problem(f"dominance is {dominance}; it must hold {allowed}.", "dominance")


def _check_measurement(place: Place, table: Table) -> None:
    _check_source(place, table, "measurement")
    if "rows" in table:
        return
    low, high, scale = table["low"], table["high"], table["scale"]
    if low >= high:
        raise place.problem(f"low is {low} and high is {high}; low must be below high.", "low")
    for key in ("start", "cut", "centre"):
        if not low <= table[key] <= high:
            allowed = f"it must lie in the range, {low} to {high}"
            raise place.problem(f"{key} is {table[key]}; {allowed}.", key)
    lowest = LOWEST.get(scale, -math.inf)
    if low <= lowest:
        allowed = f"on the scale {scale!r} it must be above {lowest}"
        raise place.problem(f"low is {low}; {allowed}.", "low")


def _check_source(place: Place, table: Table, what: str) -> None:
    if table["basis"] == "published" and "source" not in table:
        raise place.problem(f"a published {what} needs its source.", "source")


def _estimates(place: Place, layer: str, values: Table) -> dict[str, Any]:
    """Return the stated estimates of a table: background, links, and a picture's rows."""
    states = values.get("states", NO_YES)
    estimates: dict[str, Any] = {"link": {}}
    if "background" in values:
        own = states[1:] if layer == "trait" else states  # of a trait the lowest needs no count
        inner, may_be_open = place.inside("background"), layer != "trait"
        estimates["background"] = read_estimate(inner, values["background"], own, may_be_open)
    for key in ("prevalence", "share"):
        if key in values:
            estimates[key] = read_estimate(place.inside(key), values[key], states)
    of_pain = states[1:] if values.get("follows") == "cause" else states
    for parent, table in values.get("link", {}).items():
        estimates["link"][parent] = read_estimate(place.inside(f"link.{parent}"), table, of_pain)
    if "rows" in values:
        shared = {key: values[key] for key in ("basis", "why", "source") if key in values}
        estimates["rows"] = {
            state: read_estimate(place.inside(f"rows.{state}"), shared | {"counts": row}, states)
            for state, row in values["rows"].items()
        }
    return estimates


def read_estimate(
    place: Place, table: Any, states: tuple[str, ...], may_be_open: bool = False
) -> StatedEstimate:
    """Return the stated estimate of a table.

    The table has `counts`, one per state, or `beta`, the counts (yes, no) of two states. Both may
    be left out only if the basis is "ignorance" and `may_be_open` is True.
    """
    ESTIMATE.check(place, table)
    counts = table.get("counts", {})
    if "beta" in table:
        counts = _from_beta(place, table, states)
    if counts or not (may_be_open and table["basis"] == "ignorance"):
        all_of(POSITIVE, states, noun="count").check(place, counts)
    _check_source(place, table, "figure")
    return StatedEstimate(table["basis"], table["why"], dict(counts), table.get("source", ""))


def _from_beta(place: Place, table: Table, states: tuple[str, ...]) -> dict[str, float]:
    if "counts" in table or len(states) != 2:
        allowed = f"give counts, one for each of {', '.join(states)}"
        raise place.problem(f"beta is for two states and stands alone; {allowed}.", "beta")
    return {states[1]: table["beta"][0], states[0]: table["beta"][1]}
