"""The variables of a thread: factors, mechanisms, the pain, its traits, and measurements."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import unknown

if TYPE_CHECKING:
    from .contrasts import Contrasts
    from .forecast_file import Forecast


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
        """Whether it is a trait that describes the cause at work, and not what is present."""
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
    one cause at work in it: `link` holds for each parent of the pain how that pain is described,
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
        """Whether it describes the cause at work, and not what is present."""
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
    `network.measurement`.

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

    @property
    def numeric(self) -> bool:
        """True when the reading is a number with a unit, False when it is one of `states`."""
        return bool(self.scale)


Assumptions = Mapping[str, Mapping[str, Any]]


class Variables(Mapping[str, Variable]):
    """The variables of one thread by name, in the order of their file; shown as a table.

    Attributes
    ----------
    ignorance : dict
        The priors of what no claim is about: of a link, a base rate, a profile.
    sureness : dict
        The likelihood ratio of a reply that is not fully sure, by its word.
    base_rates : dict
        How often one run hurts, as stated estimates by name; the first is the default.
    pooling : dict
        How claims are pooled: `chains` is "whole" where a claim speaks of cause and pain, end to
        end, and the links between share its strength, or "links" where each link has its own.
    contrasts : Contrasts or None
        How runners compare runs with a factor and without it.
    forecast : Forecast or None
        Where the forecast of the next run starts.

    Examples
    --------
    >>> from lumbayes import load
    >>> variables = load().variables
    >>> variables["plank_seconds"].unit
    's'
    >>> [v.name for v in variables.mechanisms]
    ['muscle_strain', 'disc_degeneration', 'spinal_curvature', 'unexplained']
    """

    def __init__(
        self,
        variables: Iterable[Variable],
        ignorance: Assumptions | None = None,
        sureness: Assumptions | None = None,
        base_rates: Mapping[str, StatedEstimate] | None = None,
        pooling: Mapping[str, Any] | None = None,
        contrasts: Contrasts | None = None,
    ):
        self._all = {v.name: v for v in variables}
        self.ignorance = dict(ignorance or {})
        self.sureness = dict(sureness or {})
        self.base_rates = dict(base_rates or {})
        self.pooling = dict(pooling or {"chains": "links"})
        self.contrasts = contrasts
        self.forecast: Forecast | None = None

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

    def __repr__(self) -> str:
        return self.to_frame().to_string(na_rep="", max_colwidth=60)

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(na_rep="", notebook=True)

    def to_frame(self) -> pd.DataFrame:
        """Return a table of the variables: what each is called and what it can be.

        Returns
        -------
        DataFrame
            One row a variable, by name, with columns `label`, `layer`, `states` (separated by
            commas), and of a numeric measurement `unit`, `low` and `high`. Texts that do not
            apply are empty, numbers are missing.

        Examples
        --------
        >>> from lumbayes import load
        >>> table = load().variables.to_frame()
        >>> table.loc["onset"].tolist()[1:3]
        ['trait', 'none, during, cool_down, next_day']
        >>> plank = table.loc["plank_seconds"]
        >>> print(f"{plank.low:g} to {plank.high:g} {plank.unit}")
        1 to 600 s
        """
        rows = {v.name: _row(v) for v in self._all.values()}
        columns = ["label", "layer", "states", "unit", "low", "high"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("name")

    def with_variables(self, variables: Iterable[Variable]) -> Variables:
        """Return other variables under the same assumptions.

        Parameters
        ----------
        variables : iterable of Variable

        Examples
        --------
        >>> from lumbayes import load
        >>> variables = load().variables
        >>> len(variables.with_variables(variables.causes)) == len(variables.causes)
        True
        """
        assumed = self.ignorance, self.sureness, self.base_rates, self.pooling
        other = Variables(variables, *assumed, self.contrasts)
        other.forecast = self.forecast
        return other

    def with_contrasts(self, contrasts: Contrasts | None) -> Variables:
        """Return the same variables with what runners say of runs with a factor and without it.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables.with_contrasts(None).contrasts is None
        True
        """
        other = self.with_variables(self.values())
        other.contrasts = contrasts
        return other

    def layer(self, kind: type[Variable]) -> list[Any]:
        """Return the variables of one layer, in file order.

        Parameters
        ----------
        kind : type
            `Factor`, `Mechanism`, `Outcome`, `Trait` or `Measurement`.

        Examples
        --------
        >>> from lumbayes import load
        >>> from lumbayes.data.variables import Trait
        >>> [v.name for v in load(traits=False).variables.layer(Trait)]
        ['onset', 'severity', 'duration']
        """
        return [v for v in self._all.values() if isinstance(v, kind)]

    def effects(self, name: str) -> list[str]:
        """Return the variables that a cause has a link to, traits left out.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables.effects("hills")
        ['muscle_strain']
        """
        causal = [v for v in self._all.values() if not isinstance(v, Trait | Measurement)]
        return [v.name for v in causal if name in v.parents]

    factors = property(lambda self: self.layer(Factor), doc="The factors.")
    mechanisms = property(lambda self: self.layer(Mechanism), doc="The mechanisms.")
    traits = property(lambda self: self.layer(Trait), doc="The traits of the pain.")
    cause_traits = property(
        lambda self: [v for v in self.traits if v.follows_cause],
        doc="The traits that follow the cause at work.",
    )
    measurements = property(lambda self: self.layer(Measurement), doc="All measurements.")
    outcome = property(lambda self: self.layer(Outcome)[0], doc="The pain.")
    causes = property(lambda self: self.factors + self.mechanisms, doc="Factors and mechanisms.")
    still = property(
        lambda self: [v for v in self.causes if v.still],
        doc="The causes that are the same in every run of one runner.",
    )


def _row(v: Variable) -> list[Any]:
    """Return the row of one variable in the table of all."""
    layer = type(v).__name__.lower()
    if isinstance(v, Measurement) and v.numeric:
        return [v.label, layer, "", v.unit, v.low, v.high]
    return [v.label, layer, ", ".join(v.states), "", math.nan, math.nan]
