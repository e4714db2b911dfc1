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
    """Read a set of priors and return its network, without compiling it.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread", "literature" or the path of a folder, as for `load`.
    base_rate : str, float or None, default None
        As for `load`. The rate is noted in `priors.level`, but the per-run hazards are not divided
        yet.
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
        If a file of the folder has a mistake. The message has one line per problem, each with its
        file and its line or table.

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
    """Anything with a case with fitted priors, such as a `FittedModel`."""

    @property
    def case(self) -> Case:
        """The case with the fitted priors."""


def load(
    priors: str | Path | Fitted = "thread",
    *,
    base_rate: str | float | None = DEFAULT,
    traits: bool = True,
    doses: bool = True,
    coding: str | None = None,
) -> Case:
    """Return the first case: a network with its priors and without evidence.

    Parameters
    ----------
    priors : str, Path or FittedModel, default "thread"
        Which priors to use. "thread": pooled from the claims of the thread. "literature": from
        studies of the same links, without claims. A path: a folder laid out like `priors/`. A
        `FittedModel`, or the file that `FittedModel.save` wrote: the fitted priors. These keep the
        options of the priors before the fit, so no other argument may be given.
    base_rate : str, float or None
        P(pain in one run) without evidence: the name of an entry of `[base_rate]` in
        variables.toml, or a probability. By default the first such entry, if there is one. To reach
        this rate, all per-run hazards (of straining a muscle, of pain) are divided by one number, T
        (see Notes). None: T = 1, each link is as strong as the words of its claims say. For
        "literature" None means the rate of the people studied, row `baseline` of literature.csv,
        because odds ratios need a rate.
    traits : bool, default True
        Whether to add what the thread does not mention, from traits.toml and contrasts.toml if the
        folder has them: traits of the pain of the active cause, age, and `Case.contrast`.
    doses : bool, default True
        Whether a number from a home test also changes how strongly its factor acts (its dose), by
        doses.toml if the folder has it. If False, the number only changes how likely the factor is
        to be present. Without such a number both give the same figures.
    coding : str, optional
        The name, without suffix, of a file in the folder `codings/`: another interpretation of
        doubtful claims and figures.

    Returns
    -------
    Case
        With the compiled network, ready for evidence.

    Raises
    ------
    ValueError
        If the set of priors, base rate or coding does not exist, if the base rate cannot be
        reached, or if a file of the folder has a mistake (one line per problem).

    Notes
    -----
    A cause that fires with probability λ has the hazard −ln(1 − λ), and the hazards of independent
    causes add up. Dividing all of them by T keeps their proportions, so the order of strengths is
    that of the words, whatever the base rate.

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
