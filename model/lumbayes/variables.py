"""The things a thread talks about: factors, mechanisms, the pain, its traits, and the readings one can take of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from .checking import NO_YES, check_assumptions, check_table, check_tables, check_together, check_values
from .errors import allow, each, unknown
from .figures import Figure, read_figure
from .sources import read_toml


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One node: its states in their one order, its question to a runner, what it hangs on, and its own figures.

    `seconds` is about how long a runner takes to answer.
    """

    name: str
    label: str
    states: tuple[str, ...] = NO_YES
    question: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    background: Figure | None = None
    link: Mapping[str, Figure] = field(default_factory=dict)
    seconds: int = 5

    @property
    def order(self) -> tuple[str, ...]:
        """States from the weakest to the one that wins when several parents push (noisy-MAX)."""
        return self.states


@dataclass(frozen=True, kw_only=True)
class Factor(Variable):
    """Something about a runner or their running that may lie behind the pain; `changeable` tells habit from anatomy.

    What is `still` is the same in every run of one runner, and may heal if it is changeable; the rest is new each run.
    """

    group: str
    changeable: bool
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Mechanism(Variable):
    """What goes on where it hurts; `without_pain` says how common it is in people who feel nothing.

    What is `still` is there in every run of one runner or in none; the rest comes and goes from run to run.
    """

    without_pain: str = ""
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The pain itself: did it hurt this time."""


@dataclass(frozen=True, kw_only=True)
class Trait(Variable):
    """How the pain showed itself: the highest level that a mechanism pushes it to, or, where none pushes, a level of
    its own background; while its `gate` (the pain) is absent it has its lowest state."""

    gate: str
    dominance: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """`dominance` where it is given (the earliest onset wins), else the states as they stand."""
        return self.dominance or self.states


@dataclass(frozen=True, kw_only=True)
class Measurement(Variable):
    """A noisy reading of one factor: a picture to choose (`states`, `rows`) or a number (`scale`, `cut`, `error`)."""

    reads: str
    how: str
    safe_in_pain: bool
    basis: str
    why: str
    source: str = ""
    rows: Mapping[str, Figure] = field(default_factory=dict)
    unit: str = ""
    low: float = 0
    high: float = 0
    step: float = 1
    start: float = 0
    scale: str = ""
    cut: float = 0
    side: str = ""
    centre: float = 0
    spread: float = 0
    error: float = 0
    blunder: float = 0

    @property
    def numeric(self) -> bool:
        """True when the reading is a number with a unit, False when it is one of `states`."""
        return bool(self.scale)

Tables = Mapping[str, Mapping[str, Any]]
LAYERS: dict[str, type[Variable]] = {
    "factor": Factor,
    "mechanism": Mechanism,
    "outcome": Outcome,
    "trait": Trait,
    "measurement": Measurement,
}


class Variables(Mapping[str, Variable]):
    """Every variable of one thread by name, in the order of its file; unknown names raise with the nearest match.

    `ignorance` is what is assumed where nobody speaks, `sureness` what a half-sure answer weighs (`ratio` to 1).
    """

    def __init__(self, variables: Iterable[Variable], ignorance: Tables | None = None, sureness: Tables | None = None):
        self._all = {v.name: v for v in variables}
        self.ignorance = dict(ignorance or {})
        self.sureness = dict(sureness or {})

    def __getitem__(self, name: str) -> Variable:
        if name not in self._all:
            raise ValueError(unknown("variable", name, self._all))
        return self._all[name]

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def layer(self, kind: type[Variable]) -> list[Any]:
        """The variables of one layer, in file order."""
        return [v for v in self._all.values() if isinstance(v, kind)]

    factors = property(lambda self: self.layer(Factor))
    mechanisms = property(lambda self: self.layer(Mechanism))
    traits = property(lambda self: self.layer(Trait))
    measurements = property(lambda self: self.layer(Measurement))
    outcome = property(lambda self: self.layer(Outcome)[0])
    causes = property(lambda self: self.factors + self.mechanisms)
    still = property(lambda self: [v for v in self.causes if v.still])


def read_variables(path: Path) -> Variables:
    """Read variables.toml; every problem is a `ValueError` that names the file, the table and the key, a line each."""
    raw = read_toml(path)
    allow(str(path), "table", raw, (*LAYERS, "ignorance", "sureness"))
    ignorance, sureness = raw.pop("ignorance", {}), raw.pop("sureness", {})
    each(check_tables, [(f"{path}: [{layer}]", tables) for layer, tables in raw.items()])
    named = [(_variable, path, layer, name, table) for layer in raw for name, table in raw[layer].items()]
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
    """The figures of a table: of a trait's own background over the states above its lowest, of all else over all."""
    states, read = values.get("states", NO_YES), dict[str, Any]()
    if "background" in values:
        own = states[1:] if layer == "trait" else states
        read["background"] = read_figure(f"{where} background", values["background"], own, layer != "trait")
    read["link"] = {p: read_figure(f"{where} link.{p}", t, states) for p, t in values.get("link", {}).items()}
    if "rows" in values:
        about = {key: values[key] for key in ("basis", "why", "source") if key in values}
        rows = {state: {**about, "counts": counts} for state, counts in values["rows"].items()}
        read["rows"] = {state: read_figure(f"{where} rows.{state}", row, states) for state, row in rows.items()}
    return read
