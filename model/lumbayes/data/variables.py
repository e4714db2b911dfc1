"""The variables of a thread, by name and by layer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import unknown
from .kinds import (
    BACKGROUND,
    CAUSES,
    FOLLOWS,
    NO_PAIN,
    NO_YES,
    Factor,
    Measurement,
    Mechanism,
    Outcome,
    StatedEstimate,
    Trait,
    Variable,
)

if TYPE_CHECKING:
    from .contrasts import Contrasts
    from .forecast_file import Forecast


__all__ = [
    "BACKGROUND",
    "CAUSES",
    "FOLLOWS",
    "NO_PAIN",
    "NO_YES",
    "Factor",
    "Measurement",
    "Mechanism",
    "Outcome",
    "StatedEstimate",
    "Trait",
    "Variable",
    "Variables",
]

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
        self._layers: dict[type[Variable], list[Variable]] = {}
        self.ignorance = dict(ignorance or {})
        self.sureness = dict(sureness or {})
        self.base_rates = dict(base_rates or {})
        self.pooling = dict(pooling or {"chains": "links"})
        self.contrasts = contrasts
        self.forecast: Forecast | None = None

    def __getitem__(self, name: str) -> Variable:
        if name not in self:
            raise ValueError(unknown("variable", name, self._all))
        return self._all[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._all

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
        if kind not in self._layers:
            self._layers[kind] = [v for v in self._all.values() if isinstance(v, kind)]
        return [*self._layers[kind]]

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
