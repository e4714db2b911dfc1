"""Odds ratios of studies as links of a noisy-OR, at a given risk of pain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from statistics import NormalDist
from typing import Any

import numpy as np

from ..data.schema import Place, each
from ..data.variables import Mechanism, Outcome, StatedEstimate, Variable, Variables
from ..defaults import WIDTH
from .level import is_event, scaled_counts
from .literature_file import PROBABILITIES, PUBLISHED, Row
from .moments import beta_counts

N_QUANTILES = 199  # by which the lognormal of an odds ratio is averaged
CONFIDENCE = 0.95  # of the intervals that studies print
Link = tuple[str, str]
Rows = Mapping[Link, tuple[Place, Row]]


@dataclass(frozen=True)
class StudiesAtRisk:
    """The results of studies as parameters, at one risk of pain without any named cause.

    Attributes
    ----------
    folder : Variables
        The variables of the folder.
    rows : mapping
        From (cause, effect) to the row of literature.csv and its place.
    risk : float
        P(pain in one run) of a runner who has none of the causes that studies name.
    """

    folder: Variables
    rows: Rows
    risk: float

    def studied(self) -> Variables:
        """Return the variables with the base rates and links of the studies as stated estimates."""
        variables = each(self._studied, [(v,) for v in self.folder.values()])
        studied = self.folder.with_variables(variables)
        studied.pooling = {"chains": "links"}  # a study measures one link, no chain
        return studied

    def _studied(self, v: Variable) -> Variable:
        """Return one variable; what has no row stays as it is."""
        parents = [p for p in v.parents if (p, v.name) in self.rows]
        links = each(self._link, [(p, v.name) for p in parents])
        changes: dict[str, Any] = {"link": {**v.link, **dict(zip(parents, links, strict=True))}}
        if isinstance(v, Mechanism):
            changes["share"] = None  # shares are those of the thread's set
        if v.name in self._per_run:
            return replace(v, **changes, background=self._per_run[v.name])
        if v.name == self._nameless:
            return replace(v, **changes, background=self._without_a_name(v.name))
        if (v.name, "") not in self.rows:
            return replace(v, **changes)
        estimate = self._share(v.name)
        is_total = bool(v.parents) and bool(estimate.counts)
        changes["prevalence"] = estimate if is_total else None
        return replace(v, **changes, background=None if is_total else estimate)

    @property
    def _outcome(self) -> str:
        return str(self.folder.outcome.name)

    @cached_property
    def _nameless(self) -> str:
        """The event without causes, which takes what the others leave of the risk."""
        events = [v.name for v in self.folder.mechanisms if is_event(v) and not v.parents]
        return next((name for name in events if (name, "") in self.rows), "")

    @cached_property
    def _per_run(self) -> dict[str, StatedEstimate]:
        """The leaks of the pain and of events with causes, in proportion to the risk."""
        _, row = self.rows[self._outcome, ""]
        divisor = math.log1p(-float(row["value"])) / math.log1p(-self.risk)
        leaks = {}
        for v in self.folder.values():
            stated = v.background
            if is_event(v) and v.parents and (v.name, "") in self.rows:
                stated = self._share(v.name)
            elif not isinstance(v, Outcome):
                continue
            if stated is not None and stated.counts:
                no, yes = scaled_counts((stated.counts["no"], stated.counts["yes"]), divisor)
                leaks[v.name] = replace(stated, counts={"yes": yes, "no": no})
        return leaks

    def _without_a_name(self, name: str) -> StatedEstimate:
        """Return how often what has no name comes: 1 − risk is what nothing that fires leaves."""
        place, row = self.rows[name, ""]
        nothing = 1.0
        for leak in self._per_run:
            nothing *= 1 - _mean(self._per_run[leak]) * self._onward(leak)
        mean = (1 - (1 - self.risk) / nothing) / self._onward(name)
        if not 0 < mean < 1:
            found = f"at a risk of {self.risk:.3g} the other leaks leave {mean:.3g} of it"
            raise place.problem(f"{found} for what has no name; make them smaller.", "value")
        value, spread = value_and_spread(row)
        return beta_estimate(place, row, "published", mean, (mean * spread / value) ** 2)

    def _share(self, name: str) -> StatedEstimate:
        """Return how common a cause is."""
        place, row = self.rows[name, ""]
        if row["measure"] == "none":
            return StatedEstimate("ignorance", row["note"])
        value, spread = value_and_spread(row)
        return beta_estimate(place, row, _basis(row), value, spread**2)

    def _link(self, cause: str, effect: str) -> StatedEstimate:
        """Return a judged strength as it is, an odds ratio as a noisy-OR link."""
        place, row = self.rows[cause, effect]
        value, spread = value_and_spread(row)
        if row["measure"] in PROBABILITIES:
            return beta_estimate(place, row, _basis(row), value, spread**2)
        ratios = np.array([value, *odds_ratio_quantiles(row)])
        through = self._through(place, effect)
        strengths = link_of_odds(ratios, self.risk) if through is None else through(ratios)
        at_value, likely = strengths[0], strengths[1:].clip(0)  # a noisy-OR cannot protect
        mean = float(at_value if value > 1 else likely.mean())
        variance = float(((likely - mean) ** 2).mean())
        if not mean < 1:
            found = f"found an odds ratio of {value:g}, which needs a link of {mean:.3g}"
            raise place.problem(f"{found} at a risk of {self.risk:.3g}.", "value", row["value"])
        limit = mean**2 if value > 1 else variance  # at its vaguest an exponential
        return beta_estimate(place, row, _basis(row), mean, min(variance, limit))

    def _through(self, place: Place, effect: str) -> Any:
        """Return how an odds ratio of the pain becomes a link to a mechanism; None if direct."""
        if effect == self._outcome:
            return None
        onward = self._onward(effect, place)
        leak = _mean(self._per_run[effect]) if effect in self._per_run else 0.0
        absent = 1 - leak  # P(mechanism absent | no cause of it)

        def link(ratios: np.ndarray) -> np.ndarray:
            kept = 1 - link_of_odds(ratios, self.risk)  # P(no pain | cause) / P(no pain | none)
            return 1 - (kept * (1 - onward * leak) - 1 + onward) / (onward * absent)

        return link

    def _onward(self, effect: str, place: Place | None = None) -> float:
        """Return the strength of the link on to the pain that a figure passes through.

        Raises a problem at `place` where it is not judged.
        """
        if effect == self._outcome:
            return 1.0
        _, row = self.rows.get((effect, self._outcome), (None, {}))
        if row.get("measure") == "judgement":
            return float(row["value"])
        if place is None:
            return 1.0
        needed = f"a row, a judgement, from its effect to {self._outcome}, by way of which it came"
        message = f"an odds ratio is one of {self._outcome}: it needs {needed}."
        raise place.problem(message, "effect", row.get("measure"), ["judgement"])


def link_of_odds(ratio: Any, base: float) -> Any:
    """Return the noisy-OR link that corresponds to an odds ratio: (p₁ − p₀) / (1 − p₀).

    Parameters
    ----------
    ratio : float or array
        The odds ratio, of p₁ (the risk with the cause) to p₀.
    base : float
        p₀, the risk without the cause.

    Examples
    --------
    >>> from lumbayes.priors.odds_ratios import link_of_odds
    >>> round(link_of_odds(2.24, 0.136), 2)
    0.14
    """
    # P₁ = OR · p₀ / (1 − p₀ + OR · p₀)
    raised = ratio * base / (1 - base + ratio * base)
    return (raised - base) / (1 - base)


def odds_ratio_quantiles(row: Row) -> np.ndarray:
    """Return 199 quantiles of the lognormal with the value of a row as median and its interval.

    The columns `low` and `high` of the row are a 95% interval.
    """
    value, low, high = (float(row[column]) for column in ("value", "low", "high"))
    sd = (math.log(high) - math.log(low)) / 2 / _z(CONFIDENCE)
    return np.exp(math.log(value) + sd * _normal_quantiles())


def value_and_spread(row: Row) -> tuple[float, float]:
    """Return the value of a row and a standard deviation; `low` to `high` is a 90% interval."""
    value, low, high = (float(row[column]) for column in ("value", "low", "high"))
    return value, (high - low) / 2 / _z(WIDTH)


def beta_estimate(
    place: Place, row: Row, basis: str, mean: float, variance: float
) -> StatedEstimate:
    """Return a stated estimate for a row: the Beta with this mean and variance."""
    if not 0 < variance < mean * (1 - mean):
        found = f"a probability of {mean:.3g}, known to within {math.sqrt(max(variance, 0)):.3g}"
        raise place.problem(f"its value, low and high come to {found}; there is no such Beta.")
    no, yes = beta_counts(mean, variance)
    return StatedEstimate(basis, row["note"], {"yes": yes, "no": no}, row["source"])


def _basis(row: Row) -> str:
    return "published" if row["measure"] in PUBLISHED else "judgement"


def _mean(estimate: StatedEstimate) -> float:
    return estimate.counts["yes"] / (estimate.counts["no"] + estimate.counts["yes"])


@cache
def _normal_quantiles() -> np.ndarray:
    steps = range(N_QUANTILES)
    return np.array([NormalDist().inv_cdf((2 * i + 1) / (2 * N_QUANTILES)) for i in steps])


@cache
def _z(width: float) -> float:
    """Return half the width of a central interval of a normal, in standard deviations."""
    return NormalDist().inv_cdf((1 + width) / 2)
