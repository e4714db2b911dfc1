"""The things a thread talks about: factors, mechanisms, the pain, its traits, and the readings one
can take of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import unknown


@dataclass(frozen=True)
class StatedEstimate:
    """A number nobody's claim gives, as counts over states, with its basis: ignorance, judgement or
    published.
    """

    basis: str
    why: str
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


NO_YES = ("no", "yes")
CAUSES = ("factor", "mechanism")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One node: its states in their one order, its question to a runner, what it hangs on, and its
    own figures.

    `seconds` is about how long a runner takes to answer.
    """

    name: str
    label: str
    states: tuple[str, ...] = NO_YES
    question: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    background: StatedEstimate | None = None
    link: Mapping[str, StatedEstimate] = field(default_factory=dict)
    seconds: int = 5

    @property
    def order(self) -> tuple[str, ...]:
        """States from the weakest to the one that wins when several parents push (noisy-MAX)."""
        return self.states


@dataclass(frozen=True, kw_only=True)
class Factor(Variable):
    """Something about a runner or their running that may lie behind the pain; `changeable` tells
    habit from anatomy.

    What is `still` is the same in every run of one runner, and may heal if it is changeable; the
    rest is new each run.
    """

    group: str
    changeable: bool
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Mechanism(Variable):
    """What goes on where it hurts; `without_pain` says how common it is in people who feel nothing.

    What is `still` is there in every run of one runner or in none; the rest comes and goes from run
    to run.
    """

    without_pain: str = ""
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The pain itself: did it hurt this time."""


@dataclass(frozen=True, kw_only=True)
class Trait(Variable):
    """How the pain showed itself: the highest level that a mechanism pushes it to, or, where none
    pushes, a level of its own background; while its `gate` (the pain) is absent it has its lowest
    state."""

    gate: str
    dominance: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """`dominance` where it is given (the earliest onset wins), else the states as they
        stand.
        """
        return self.dominance or self.states


@dataclass(frozen=True, kw_only=True)
class Measurement(Variable):
    """A noisy reading of one factor: a picture to choose (`states`, `rows`) or a number (`scale`,
    `cut`, `error`).
    """

    reads: str
    how: str
    safe_in_pain: bool
    basis: str
    why: str
    source: str = ""
    rows: Mapping[str, StatedEstimate] = field(default_factory=dict)
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


class Variables(Mapping[str, Variable]):
    """Every variable of one thread by name, in the order of its file; unknown names raise with the
    nearest match.

    `ignorance` is what is assumed where nobody speaks, `sureness` what a half-sure answer weighs
    (`ratio` to 1).
    """

    def __init__(
        self,
        variables: Iterable[Variable],
        ignorance: Tables | None = None,
        sureness: Tables | None = None,
    ):
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
