"""The base rate of pain from which the forecast of the next run starts, after a painful run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..network.network import Network
from ..priors.level import scaled
from ..priors.strengths import divided_mixes, keys_of_claims, per_run, strength
from .base_rate import RAW_HAZARD, at_base_rate
from .caching import cached_for_priors

if TYPE_CHECKING:
    from .compiled import Compiled


def forecast_rate(compiled: Compiled, findings: Mapping[str, str | float]) -> float | None:
    """Return P(pain in a run) from which the forecast of a runner with these findings starts.

    It is None if the base rate of the case is to be used: if there was no pain, if the folder has
    no forecast.toml, or if the case was loaded with another base rate than the default.

    Notes
    -----
    The rate is the base rate of people in pain, with its odds multiplied by the published odds
    ratio of each finding in forecast.toml.
    """
    variables, level = compiled.network.variables, compiled.network.priors.level
    forecast, outcome = variables.forecast, variables.outcome
    default = next(iter(variables.base_rates), None)
    is_in_pain = findings.get(outcome.name) == outcome.states[-1]
    if forecast is None or level is None or level.name != default or not is_in_pain:
        return None
    counts = variables.base_rates[forecast.base_rate].counts
    odds = counts["yes"] / counts["no"]
    for (trait, state), ratio in forecast.odds_ratios.items():
        if findings.get(trait) == state:
            odds *= ratio
    return float(odds / (1 + odds))


def at_forecast_level(compiled: Compiled, findings: Mapping[str, str | float]) -> Compiled:
    """Return the network with all hazards per run divided to reach the rate of `forecast_rate`."""
    rate = forecast_rate(compiled, findings)
    priors, variables = compiled.network.priors, compiled.network.variables
    if rate is None or priors.level is None or variables.forecast is None:
        return compiled
    size = sum(variables.base_rates[variables.forecast.base_rate].counts.values())
    counts = (1 - rate) * size, rate * size
    level = replace(priors.level, rate=rate, counts=counts, name="forecast")
    of_claims, now = keys_of_claims(priors), priors.level.rate / RAW_HAZARD

    def network_at(divisor: float) -> Network:
        further = divisor * now  # at the search's first divisor the ratio of the two rates
        now_at = replace(level, divisor=further * level.divisor)
        moved = priors.with_priors({}, level=now_at, mixes=divided_mixes(priors, further))
        changed = {
            key: strength(key, moved) if key in of_claims else scaled(prior, further)
            for key, prior in per_run(priors).items()
        }
        return Network(moved.with_priors(changed))

    start = compiled.with_network(Network(priors.with_priors({}, level=level)))
    name = f"forecast at {rate}"
    return cached_for_priors(compiled, name, lambda _: at_base_rate(start, network_at))
