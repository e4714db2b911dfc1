"""What studies say instead of the thread: published figures over the same variables, never mixed with its claims."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np

from .claims import WIDTH
from .figures import Figure
from .pooling import Voice, beta_counts, linear_pool
from .priors import Prior, Priors
from .sources import allow, read_rows
from .variables import Variable, Variables

COLUMNS = ("cause", "effect", "measure", "value", "low", "high", "population", "source", "sure", "note")
MEASURES = ("baseline", "prevalence", "odds_ratio", "judgement", "judgement_ratio", "none")
STEPS = 199
CONFIDENCE = 0.95  # what studies print
Rows = Mapping[tuple[str, str], Mapping[str, str]]


def read_literature(path: Path, variables: Variables) -> Variables:
    """The variables with every base rate and link as literature.csv has it.

    Where no figure was found the row says so: a base rate is then ignorance, and a link an odds ratio between one half
    and two, which is near nought and is silence, not a finding. An odds ratio is turned on the base risk of the pain
    (row `baseline`) and carried through the mechanism. Raises `ValueError` that names file, line and column for a row
    that is not right.
    """
    rows = {(r["cause"], r["effect"]): _checked(w, r, variables) for w, r in _rows(path)}
    base = float(rows[variables.outcome.name, ""]["value"])
    return Variables((_overlaid(v, variables, rows, base) for v in variables.values()), variables.ignorance,
                     variables.sureness)  # fmt: skip


def _rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    return read_rows(path, COLUMNS, "cause", "effect")


def _checked(where: str, row: dict[str, str], variables: Variables) -> dict[str, str]:
    allow(where, "variable", filter(None, [row["cause"], row["effect"]]), variables)
    allow(where, "measure", [row["measure"]], MEASURES)
    if row["effect"] and row["cause"] not in variables[row["effect"]].parents:
        raise ValueError(f"{where}: there is no link {row['cause']} → {row['effect']} in variables.toml.")
    needed = ["note"] + (["value", "low", "high"] if row["effect"] or row["measure"] != "none" else [])
    for column in needed:
        if not row[column]:
            raise ValueError(f"{where}: its column {column!r} must be filled in for a {row['measure']!r}.")
    return row


def _overlaid(v: Variable, variables: Variables, rows: Rows, base: float) -> Variable:
    """The variable with the figures of its rows; numbers that the literature is not asked for stay as they are."""
    figures = {p: _link(rows[p, v.name], rows, base, v.name, variables) for p in v.parents if (p, v.name) in rows}
    own = rows.get((v.name, ""), {})
    if own.get("measure") in ("prevalence", "judgement"):
        counts = _counts(*(float(own[c]) for c in ("value", "low", "high")))
        return replace(v, background=_figure(own, counts), link={**v.link, **figures})
    if own.get("measure") == "none":
        return replace(v, background=Figure("ignorance", own["note"]), link={**v.link, **figures})
    return replace(v, link={**v.link, **figures})


def _link(row: Mapping[str, str], rows: Rows, base: float, effect: str, variables: Variables) -> Figure:
    value, low, high = (float(row[c]) for c in ("value", "low", "high"))
    if row["measure"] == "judgement":
        return _figure(row, _counts(value, low, high))
    outcome = variables.outcome.name
    onward = 1.0 if effect == outcome else float(rows[effect, outcome]["value"])
    strengths = np.array([link_of_odds(ratio, base) for ratio in _ratios(value, low, high)]) / onward
    strengths = np.maximum(strengths, 0.0)  # a noisy-OR cannot protect: an odds ratio below 1 is a link of nought
    no, yes = beta_counts(float(strengths.mean()), float(strengths.var()))
    return _figure(row, {"yes": yes, "no": no})


def link_of_odds(ratio: float, base: float) -> float:
    """The noisy-OR link that lifts a base risk by an odds ratio: (P₁ − p₀) / (1 − p₀)."""
    # P₁ = OR · p₀ / (1 − p₀ + OR · p₀)
    lifted = ratio * base / (1 - base + ratio * base)
    return (lifted - base) / (1 - base)


def _ratios(value: float, low: float, high: float) -> Iterable[float]:
    """Odds ratios at equal steps of a lognormal with this middle and this 95% interval."""
    spread = (math.log(high) - math.log(low)) / 2 / NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return [math.exp(NormalDist(math.log(value), spread).inv_cdf((2 * i + 1) / (2 * STEPS))) for i in range(STEPS)]


def _counts(value: float, low: float, high: float) -> dict[str, float]:
    """The Beta with this mean whose 90% interval is about this wide, as counts."""
    spread = (high - low) / 2 / NormalDist().inv_cdf((1 + WIDTH) / 2)
    no, yes = beta_counts(value, spread**2)
    return {"yes": yes, "no": no}


def _figure(row: Mapping[str, str], counts: dict[str, float]) -> Figure:
    published = row["measure"] in ("prevalence", "odds_ratio")
    return Figure("published" if published else "judgement", row["note"], counts, row["source"])


def blended(thread: Priors, literature: Priors, trust: float) -> Priors:
    """Every number as a linear pool of two sets, with weight `trust` from 0 to 1 on the second; disagreement widens."""
    if not 0 <= trust <= 1:
        raise ValueError(f"Found a trust of {trust}; it goes from 0 (the thread alone) to 1 (the literature alone).")
    return thread.saying({key: _pooled(prior, literature[key], trust) for key, prior in thread.items()})


def _pooled(prior: Prior, other: Prior, trust: float) -> Prior:
    weights = [1 - trust, trust]
    shares = weights[0] * prior.shares + weights[1] * other.shares
    voices = [Voice(p.mean, p.mean * (1 - p.mean) / (sum(p.counts) + 1)) for p in (prior, other)]
    mean, thin, apart = linear_pool(voices, weights)
    size = sum(beta_counts(mean, thin + apart))
    source = f"{prior.source}; literature: {other.source}"
    return replace(prior, counts=tuple((shares * size).tolist()), source=source, thin=thin, disagreement=apart)
