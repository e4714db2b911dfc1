"""From a folder of data to a case: variables, words and claims, priors, network, compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .case import Case
from .data.arguments import PRIORS_OR_FITTED, check_arguments
from .data.claims_file import read_claims, read_words
from .data.coding import read_coding
from .data.contrasts_file import read_contrasts
from .data.doses_file import DOSES, read_doses
from .data.files import LITERATURE, folder
from .data.forecast_file import read_forecast
from .data.traits_file import read_folder
from .errors import allow
from .inference.base_rate import at_base_rate
from .inference.compiled import Compiled
from .network.network import Network
from .priors.level import Level, level_of
from .priors.literature import Studies, mean_of, read_literature
from .priors.priors import Priors
from .priors.saved_priors import SUFFIX, SavedPriors

if TYPE_CHECKING:
    from .data.variables import Variables

DEFAULT = "default"


def read_network(
    priors: str | Path = "thread",
    *,
    base_rate: str | float | None = None,
    traits: bool = True,
    doses: bool = True,
    coding: str | None = None,
) -> Network:
    """Read a set of priors and build its network, without compiling it.

    Parameters
    ----------
    priors : str or Path, default "thread"
        As for `load`.
    base_rate : str, float or None
        As for `load`; the network keeps it as its level, whose divisor is 1 until it is compiled.
    traits, doses : bool, default True
        As for `load`.
    coding : str, optional
        As for `load`.

    Returns
    -------
    Network
        The variables, their families and the pooled priors.

    Raises
    ------
    ValueError
        One line a problem, each with its file and line or table.

    Examples
    --------
    >>> from lumbayes.loading import read_network
    >>> read_network("literature")
    Network('literature': 38 variables, 82 links, 0 claims)
    """
    check_arguments("read_network", locals())
    network, _ = _read(priors, base_rate, traits, doses, coding)
    return network


NetworkAt = Callable[[float], Network]  # a network by what its per-run hazards are divided by


def _read(
    priors: str | Path,
    base_rate: str | float | None,
    traits: bool,
    doses: bool,
    coding: str | None,
) -> tuple[Network, NetworkAt | None]:
    """Return a network, and where studies are solved for the level, how."""
    path = folder(priors)
    overlay = read_coding(path, coding) if coding else None
    name = f"{priors} ({coding})" if coding else str(priors)
    variables = read_folder(path, traits, overlay)
    variables.forecast = read_forecast(path / "forecast.toml", variables)
    if traits:
        variables = variables.with_contrasts(read_contrasts(path / "contrasts.toml", variables))
    if doses:
        variables = read_doses(path / DOSES, variables)
    level = _level(variables, base_rate)
    if priors == LITERATURE:
        studies = read_literature(path / "literature.csv", variables)
        level = level or level_of(studies.baseline, "baseline")
        at = partial(_studied_network, studies, name, level)
        return at(1.0), at
    words = read_words(path / "words.csv", overlay)
    claims = read_claims(path / "claims.csv", variables, words, overlay)
    return Network(Priors(variables, claims, words, name=name, level=level)), None


def _studied_network(studies: Studies, name: str, level: Level, divisor: float) -> Network:
    """Return the network of studies with the hazard of their baseline divided."""
    risk = -math.expm1(math.log1p(-mean_of(studies.baseline)) / divisor)
    solved = replace(level, divisor=divisor, divides=False)
    return Network(Priors(studies.at(risk), (), {}, name=name, level=solved))


class Fitted(Protocol):
    """What has a case with fitted priors, as `FittedModel`."""

    @property
    def case(self) -> Case:
        """The case."""


def load(
    priors: str | Path | Fitted = "thread",
    *,
    base_rate: str | float | None = DEFAULT,
    traits: bool = True,
    doses: bool = True,
    coding: str | None = None,
) -> Case:
    """Return a case without evidence: its posteriors are the priors.

    Parameters
    ----------
    priors : str, Path or FittedModel, default "thread"
        "thread" for the claims of the thread; "literature" for what studies say of the same links,
        with no claim in it; or the path of a folder of the same shape as `priors/`. A fitted model,
        or the path of a file that `FittedModel.save` wrote, gives the fitted priors; all other
        arguments are then those of the priors before the fit, and cannot be given.
    base_rate : str, float or None
        How often one run hurts. Words give relative strengths; every per-run hazard is divided by
        one number so that P(pain) is this rate. A name of `[base_rate]` in variables.toml (by
        default its first, where there is one), a probability, or None: strengths as the words are
        read. The links of studies are odds ratios and always need a rate; None is that of the
        people who were studied, the row `baseline` of literature.csv.
    traits : bool, default True
        Whether what is not from the thread can be entered: the traits and the age of traits.toml,
        where the folder has one, which describe the active cause in this pain, and contrasts of
        runs with a factor and without it.
    doses : bool, default True
        Whether factors are graded: a reading of a home test then gives the dose at which the
        factor's link acts, by doses.toml, where the folder has one; else only whether it is there.
        Without a reading both are the same.
    coding : str, optional
        The name of a file in `codings/`: another reading of doubtful claims and figures.

    Returns
    -------
    Case
        Thread, claims, priors and network, compiled.

    Raises
    ------
    ValueError
        For an unknown set of priors, base rate or coding, for a base rate that these strengths
        cannot have, and for what is wrong in a folder: one line a problem.

    Notes
    -----
    A cause that fires with probability λ has the hazard −ln(1 − λ), and the hazards of independent
    causes add. Divided by one number they keep their proportions, so the order of strengths is that
    of the words whatever the base rate.

    Examples
    --------
    >>> from lumbayes import load
    >>> runner = load()
    >>> print(f"{runner.posterior('back_pain')['yes']:.3f}")
    0.030
    >>> runner.priors.level.name
    'any_run'
    >>> print(f"{load(base_rate=0.3).posterior('back_pain')['yes']:.3f}")
    0.300
    """
    check_arguments("load", locals(), priors=PRIORS_OR_FITTED)
    if not isinstance(priors, str | Path) or Path(priors).suffix == SUFFIX:
        if (base_rate, traits, doses, coding) != (DEFAULT, True, True, None):
            raise ValueError(
                "Found fitted priors with a base_rate, traits, doses or coding; they keep those of "
                "the priors before the fit, so leave these arguments out."
            )
        return _load_fitted(priors)
    network, network_at = _read(priors, base_rate, traits, doses, coding)
    compiled = Compiled(network)
    return Case(at_base_rate(compiled, network_at) if network.priors.level else compiled)


def _load_fitted(fitted: str | Path | Fitted) -> Case:
    """Return the case with the priors of a fitted model or of a file of them."""
    if not isinstance(fitted, str | Path):
        return fitted.case.without_evidence()
    saved = SavedPriors.read(Path(fitted))
    case = load(**saved.source).exclude_claims(*saved.excluded)
    return Case(case.compiled.with_network(Network(saved.put_into(case.priors))))


def _level(variables: Variables, base_rate: str | float | None) -> Level | None:
    """Return the level of this name or number; None where strengths stay as words give them."""
    named = variables.base_rates
    if base_rate == DEFAULT:
        base_rate = next(iter(named), None)
    if base_rate is None:
        return None
    if isinstance(base_rate, str):
        allow("load", "base_rate", [base_rate], named)
        return level_of(named[base_rate], base_rate)
    return level_of(base_rate)
