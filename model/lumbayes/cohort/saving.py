"""Saving of a fitted model: its posterior, and the priors that it started from, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..loading import load
from ..network.parameter_text import parameters_as_text
from ..priors.prior import label
from ..priors.saved_priors import SUFFIX, SavedPriors

if TYPE_CHECKING:
    from ..case import Case


def save_model(before: Case, after: Case, path: str | Path) -> None:
    """Write what `load` needs to make the fitted case again: see `FittedModel.save`."""
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ValueError(f"Found the file name {path.name!r}; it must end in {SUFFIX}.")
    source = _source(before)
    _check_source(before, source)
    SavedPriors.of(after.priors, source, _excluded(before)).write(path)


def _check_source(before: Case, source: dict[str, Any]) -> None:
    """Raise `ValueError` unless the priors are those of the source, or fitted before."""
    refused = (
        f"Found priors {before.priors.name!r} that were blended or replaced, which a file cannot "
        "name; a fit can be saved if it started from a set of priors, with claims left out or not."
    )
    if before.priors.mixes:
        raise ValueError(refused)
    base = load(**source).exclude_claims(*_excluded(before))
    fitted = {label(key) for key, prior in before.priors.items() if prior.basis == "fitted"}
    ours, theirs = (
        {
            name: text
            for name, text in parameters_as_text(case.network).items()
            if name not in fitted
        }
        for case in (before, base)
    )
    if ours != theirs:
        raise ValueError(refused)


def _source(case: Case) -> dict[str, Any]:
    """The arguments of `load` that gave a case."""
    priors, level = case.priors, case.priors.level
    name, coding = priors.name, None
    if name.endswith(")") and not Path(name).is_dir():
        name, coding = name.removesuffix(")").rsplit(" (", 1)
    base_rate = (level.name or level.rate) if level else None
    if base_rate == "baseline":
        base_rate = None
    traits = bool(case.variables.cause_traits or case.variables.contrasts)
    doses = bool(case.compiled.doses.tests)
    source = {"priors": name, "base_rate": base_rate, "traits": traits, "doses": doses}
    return source | {"coding": coding}


def _excluded(case: Case) -> list[str]:
    kept = set(case.priors.claims)
    return [claim.id for claim in case.compiled.base_claims if claim not in kept]
