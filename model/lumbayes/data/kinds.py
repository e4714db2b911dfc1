"""The kinds of variables: factors, mechanisms, the pain, its traits, and measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .doses import Dose


@dataclass(frozen=True)
class StatedEstimate:
    """A parameter that no claim gives, as counts over states, with its basis.

    `basis` is "ignorance", "judgement" or "published"; `why` is its reason in a sentence.

    Examples
    --------
    >>> from lumbayes import load
    >>> estimate = load().variables["flat_feet"].background
    >>> estimate.basis, estimate.counts
    ('published', {'yes': 4.5, 'no': 25.5})
    """

    basis: str
    why: str
    counts: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


NO_YES = ("no", "yes")
CAUSES = ("factor", "mechanism")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: its states in order, its question, its parents and its stated estimates.

    `background` is its base rate or leak, `link` the stated estimates of links by parent, `seconds`
    about how long a runner takes to answer the question. `prevalence` is how common a variable with
    parents is altogether; its leak is then what the parents leave over.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().variables["over_pronation"].parents
    ('flat_feet',)
    """

    name: str
    label: str
    states: tuple[str, ...] = NO_YES
    question: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    background: StatedEstimate | None = None
    link: Mapping[str, StatedEstimate] = field(default_factory=dict)
    prevalence: StatedEstimate | None = None
    seconds: int = 5

    @property
    def order(self) -> tuple[str, ...]:
        """The states as a noisy-MAX orders them: lowest first, the highest active one holds."""
        return self.states

    @property
    def follows_cause(self) -> bool:
        """Whether it is a trait that describes the active cause, and not what is present."""
        return False


@dataclass(frozen=True, kw_only=True)
class Factor(Variable):
    """A property of a runner or of their running that may cause the pain.

    `changeable` tells habit from anatomy. What is `still` is the same in every run of one runner,
    and may change over time if it is changeable; the rest is drawn for each run.
    """

    group: str
    changeable: bool
    still: bool = False


@dataclass(frozen=True, kw_only=True)
class Mechanism(Variable):
    """A process where it hurts; `without_pain` says how common it is in people without pain.

    What is `still` is present in every run of one runner or in none; the rest are events of a run.
    `share` is the share of all pain after a run that it is known to stand behind.
    """

    without_pain: str = ""
    still: bool = False
    share: StatedEstimate | None = None

    @property
    def is_event(self) -> bool:
        """Whether it comes with a run, as a strain does, and so hurts by its meaning."""
        return not self.still


@dataclass(frozen=True, kw_only=True)
class Outcome(Variable):
    """The pain itself: whether it hurt in this run."""


FOLLOWS = ("presence", "cause")
NO_PAIN, BACKGROUND = "none", "background"  # what dominates besides the pain's causes


@dataclass(frozen=True, kw_only=True)
class Trait(Variable):
    """A trait of the pain, such as its onset; while its `gate`, the pain, is absent it is lowest.

    One that `follows` "presence" is the highest level of an active mechanism, and where none is
    active its own background gives the level. One that follows the "cause" describes the pain of
    one cause active in it: `link` holds for each parent of the pain how that pain is described,
    `background` how a pain with no listed cause is. Its parents are those of the pain.

    Examples
    --------
    >>> from lumbayes import load
    >>> load().variables["where"].follows_cause
    True
    """

    gate: str
    dominance: tuple[str, ...] = ()
    follows: str = "presence"

    @property
    def follows_cause(self) -> bool:
        """Whether it describes the active cause, and not what is present."""
        return self.follows == "cause"

    @property
    def order(self) -> tuple[str, ...]:
        """Return `dominance` where it is given (the earliest onset is highest), else the states."""
        return self.states if self.follows_cause else self.dominance or self.states


@dataclass(frozen=True, kw_only=True)
class Measurement(Variable):
    """A noisy reading of one factor: a picture to choose, or a number.

    A picture has `states` and `rows`; a number has `unit`, a range from `low` to `high`, and a
    likelihood from `scale`, `cut`, `centre`, `spread`, `error` and `blunder`: see
    `network.measurement`. Where the factor is graded, `dose` is how strongly it acts at each value.

    Examples
    --------
    >>> from lumbayes import load
    >>> plank = load().variables["plank_seconds"]
    >>> plank.reads, plank.low, plank.high, plank.unit
    ('weak_core', 1, 600, 's')
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
    dose: Dose | None = None

    @property
    def numeric(self) -> bool:
        """True when the reading is a number with a unit, False when it is one of `states`."""
        return bool(self.scale)
