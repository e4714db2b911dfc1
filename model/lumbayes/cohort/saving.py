"""Saving of a fitted model: its posterior, and the priors that it started from, in one file."""

from __future__ import annotations

import re
from pathlib import Path

from ..case import Case
from ..loading import load
from ..network.parameter_text import parameters_as_text
from ..priors.saved_priors import SUFFIX, SavedPriors


def save_model(before: Case, after: Case, path: str | Path) -> None:
    """Write what `load` needs to make the fitted case again: see `FittedModel.save`."""
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ValueError(f"Found the file name {path.name!r}; it must end in {SUFFIX}.")
    source = _source(before)
    base = load(**source).exclude_claims(*_excluded(before))
    if parameters_as_text(base.network) != parameters_as_text(before.network):
        raise ValueError(
            f"The priors before the fit are not those of {before.priors.name!r} with claims left "
            "out, so a file could not name them. Blended and replaced priors cannot be saved."
        )
    SavedPriors.of(after.priors, source, _excluded(before)).write(path)


def _source(case: Case) -> dict[str, object]:
    """The arguments of `load` that gave a case."""
    priors, level = case.priors, case.priors.level
    name, coding = re.fullmatch(r"(.*?)(?: \((.*)\))?", priors.name, re.DOTALL).groups()
    base_rate = (level.name or level.rate) if level else None
    if base_rate == "baseline":
        base_rate = None
    traits = bool(case.variables.cause_traits or case.variables.contrasts)
    return {"priors": name, "base_rate": base_rate, "traits": traits, "coding": coding}


def _excluded(case: Case) -> list[str]:
    kept = set(case.priors.claims)
    return [claim.id for claim in case.compiled.base_claims if claim not in kept]
