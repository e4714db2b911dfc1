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
    """All variables of one thread, a read-only mapping from name to variable; printed as a table.

    A name that does not exist raises a `ValueError`, which names the nearest one.

    Attributes
    ----------
    ignorance : dict
        The priors of parameters about which nothing is known, by kind: "link", "base_rate" and
        "profile" (of a trait), each a table of variables.toml.
    sureness : dict
        From a word for how sure a runner is, such as "fairly", to a table whose `ratio` is the
        likelihood ratio of such an answer.
    base_rates : dict
        From a name, such as "any_run", to a `StatedEstimate` of P(pain in one run). The first is
        the default of `load`.
    pooling : dict
        How claims are pooled. `chains` is "whole" if a claim gives the strength from the cause all
        the way to the pain, which the links between them share. It is "links" if a claim gives the
        strength of one link.
    contrasts : Contrasts or None
        The rates behind `Case.contrast`: how often runners call runs with a factor worse.
    forecast : Forecast or None
        The base rate of pain from which the forecast of the next run starts after a painful run.

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
        """Return a table of the variables, one row each.

        Returns
        -------
        DataFrame
            One row per variable. The index, `name`, holds names such as "hills". Columns: `label`,
            the readable name; `layer`, "factor", "mechanism", "outcome", "trait" or "measurement";
            `states`, as one text with commas; `unit`, `low` and `high`, the range of a measurement
            that is a number. Such a measurement has "" as states; all other variables have "" as
            unit and NaN as `low` and `high`.

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
        """Return a set of other variables with the attributes (ignorance, …) of this one.

        Parameters
        ----------
        variables : iterable of Variable
            The variables of the result.

        Returns
        -------
        Variables
            The given variables, with `ignorance`, `sureness`, `base_rates`, `pooling`, `contrasts`
            and `forecast` as here.

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
        """Return the same variables with other contrasts.

        Parameters
        ----------
        contrasts : Contrasts or None
            The rates behind `Case.contrast`; None for no contrasts.

        Returns
        -------
        Variables

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
        """Return the variables of one kind, in file order.

        Parameters
        ----------
        kind : type
            `Factor`, `Mechanism`, `Outcome`, `Trait` or `Measurement`.

        Returns
        -------
        list of Variable

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
        """Return the names of the variables to which a cause has a link, without traits.

        Parameters
        ----------
        name : str
            The cause, such as "hills".

        Returns
        -------
        list of str
            Factors, mechanisms or the outcome; [] if there is no link.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables.effects("hills")
        ['muscle_strain']
        """
        causal = [v for v in self._all.values() if not isinstance(v, Trait | Measurement)]
        return [v.name for v in causal if name in v.parents]

    def known_outcome(self, findings: Mapping[str, object]) -> str | None:
        """Return the state of the outcome that findings on it, or on a trait of it, imply.

        Parameters
        ----------
        findings : mapping of str to object
            From variable to what was found; anything but a state counts as unknown.

        Returns
        -------
        str or None
            The outcome's own finding if there is one. Otherwise its last state if a trait has a
            state of a pain, and its first if a trait has that of no pain. None without either.

        Examples
        --------
        >>> from lumbayes import load
        >>> load().variables.known_outcome({"severity": "mild"})
        'yes'
        """
        outcome = self.outcome
        stated = findings.get(outcome.name)
        if isinstance(stated, str) and stated in outcome.states:
            return stated
        for trait in self.traits:
            state = findings.get(trait.name)
            if trait.gate == outcome.name and isinstance(state, str) and state in trait.order:
                return str(outcome.states[-1 if state != trait.order[0] else 0])
        return None

    factors = property(lambda self: self.layer(Factor), doc="The factors.")
    mechanisms = property(lambda self: self.layer(Mechanism), doc="The mechanisms.")
    traits = property(lambda self: self.layer(Trait), doc="The traits of the pain.")
    cause_traits = property(
        lambda self: [v for v in self.traits if v.follows_cause],
        doc="The traits that depend on the dominant cause of the pain.",
    )
    measurements = property(lambda self: self.layer(Measurement), doc="The measurements.")
    outcome = property(lambda self: self.layer(Outcome)[0], doc="The pain.")
    causes = property(lambda self: self.factors + self.mechanisms, doc="Factors, then mechanisms.")
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
