"""The level at which the forecast of the next run starts: that of somebody who is in pain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..network.network import Network
from ..priors.level import scaled
from ..priors.prior import Key
from ..priors.priors import Priors
from ..priors.strengths import per_run, strength
from .base_rate import at_base_rate
from .compiled import Compiled


def forecast_rate(compiled: Compiled, findings: Mapping[str, str | float]) -> float | None:
    """Return P(pain in a run) at which the forecast of a runner with these findings starts.

    None where the level of the case stands: without pain, without forecast.toml, and where another
    level than the default was asked for.

    Notes
    -----
    The base rate of people in pain, its odds multiplied by the published odds ratio of each finding
    that foretells another pain.
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
    """Return the network with all per-run hazards scaled to the rate where the forecast starts."""
    rate = forecast_rate(compiled, findings)
    priors = compiled.network.priors
    if rate is None or priors.level is None:
        return compiled
    level = replace(priors.level, rate=rate, counts=(), name="forecast")
    of_claims = _keys_of_claims(priors)

    def network_at(divisor: float) -> Network:
        moved = priors.with_priors({}, level=replace(level, divisor=divisor * level.divisor))
        changed = {
            key: moved.mixed(strength(key, moved)) if key in of_claims else scaled(prior, divisor)
            for key, prior in ((key, priors[key]) for key in per_run(priors))
        }
        return Network(moved.with_priors(changed))

    levels = compiled.cached(f"forecast of {id(compiled.network)}", _no_levels)
    if rate not in levels:
        start = compiled.with_network(Network(priors.with_priors({}, level=level)))
        levels[rate] = compiled.network, at_base_rate(start, network_at)
    return levels[rate][1]


def _keys_of_claims(priors: Priors) -> set[Key]:
    """Return the keys of per-run priors that are pooled from claims, and not replaced since."""
    if priors.level is None or not priors.level.divides:
        return set()
    return {key for key in per_run(priors) if priors[key] == priors.mixed(strength(key, priors))}


def _no_levels(_: Compiled) -> dict[float, tuple[Network, Compiled]]:
    """Return where the levels of one network are kept, by rate, with it, so that its id is its."""
    return {}
