"""The things a thread talks about: factors, mechanisms, the pain, its traits, and the readings one can take of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .figures import Figure, read_figure
from .sources import allow, read_toml, unknown


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One node: its states in their one order, its question to a runner, what it hangs on, and its own figures.

    `seconds` is about how long a runner takes to answer.
    """

    name: str
    label: str
    states: tuple[str, ...] = ("no", "yes")
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
    """Something about a runner or their running that may lie behind the pain; `changeable` tells habit from anatomy."""

    group: str
    changeable: bool


@dataclass(frozen=True, kw_only=True)
class Mechanism(Variable):
    """What goes on in the back when it hurts; `without_pain` says how common it is in people who feel nothing."""

    without_pain: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The pain itself: did the back hurt after the run."""


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


def read_variables(path: Path) -> Variables:
    """Read variables.toml; every problem is a `ValueError` that names the file, the table and the key."""
    raw = read_toml(path)
    ignorance, sureness = raw.pop("ignorance", {}), raw.pop("sureness", {})
    allow(str(path), "table", raw, LAYERS)
    allow(f"{path}: [ignorance]", "table", ("link", "base_rate", "profile"), ignorance)
    found = [_variable(path, layer, name, table) for layer in raw for name, table in raw[layer].items()]
    variables = Variables(found, ignorance, sureness)
    _check(path, found, variables)
    return variables


def _variable(path: Path, layer: str, name: str, table: dict[str, Any]) -> Variable:
    kind, where = LAYERS[layer], f"{path}: [{layer}.{name}]"
    allow(where, "key", table, {f.name for f in fields(kind)} - {"name"})
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    states = values.get("states", ("no", "yes"))
    if "background" in values:
        values["background"] = read_figure(where, values["background"], states)
    values["link"] = {p: read_figure(f"{where} link.{p}", t, states) for p, t in values.get("link", {}).items()}
    if "rows" in values:
        basis, why = values.get("basis", ""), values.get("why", "")
        values["rows"] = {s: Figure(basis, why, counts) for s, counts in values["rows"].items()}
    try:
        return kind(name=name, **values)
    except TypeError as missing:
        raise ValueError(f"{where}: {str(missing).split('() ')[-1]}.") from missing


def _check(path: Path, found: list[Variable], variables: Variables) -> None:
    names = [v.name for v in found]
    for name in {n for n in names if names.count(n) > 1}:
        raise ValueError(f"{path}: {name!r} is defined twice; each variable has one table.")
    outcomes = variables.layer(Outcome)
    if len(outcomes) != 1:
        raise ValueError(f"{path}: found {len(outcomes)} [outcome.…] tables; there must be exactly one.")
    for v in found:
        others = [*v.parents, *v.link, *filter(None, [getattr(v, "reads", ""), getattr(v, "gate", "")])]
        allow(f"{path}: [{v.name}]", "variable", others, variables)
