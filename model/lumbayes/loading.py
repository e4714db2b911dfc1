"""Load a folder of data as a case: its variables, words and claims, priors and network."""

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
        As for `load`, except that None is the default. The rate is stored in `priors.level`, but
        T is still 1: the hazards per run are not divided to reach the rate.
    traits, doses : bool, default True
        As for `load`.
    coding : str, optional
        As for `load`.

    Returns
    -------
    Network
        The network, with its variables and the priors of its parameters.

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
    """An object with an attribute `case` that has fitted priors, such as a `FittedModel`."""

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
    """Load a set of priors and return its network as a case without evidence.

    Parameters
    ----------
    priors : str, Path or FittedModel, default "thread"
        One of:

        - "thread": priors pooled from the claims of the thread.
        - "literature": published figures instead of claims, and a judgement or ignorance where no
          study gives a figure.
        - the path of a folder laid out like `priors/`, such as that of another thread.
        - a `FittedModel` (the result of `lumbayes.fit`), or the path of the .npz file that
          `FittedModel.save` wrote. Leave out all other arguments then; those given to `load` before
          the fit still hold.
    base_rate : str, float or None, default "default"
        P(pain in one run) without evidence. One of:

        - "default": the first entry of `[base_rate]` in variables.toml, which is "any_run" (0.03);
          None if a folder has no entry.
        - "any_run", "after_a_race" (0.045) or "visitor" (0.3: somebody whose back hurts now): that
          entry.
        - a number above 0 and below 1: the probability itself.
        - None: no division (T = 1, see Notes). A link is as strong as the words of its claims say,
          and P(pain) follows. But with "literature", None is the same as 0.136, the rate of pain
          in the studies.
    traits : bool, default True
        Whether to add what the thread does not mention: how the pain of each cause feels
        (traits.toml), the runner's age, and contrasts (see `Case.contrast`).
    doses : bool, default True
        Whether a reading of a home test, such as a plank time, also says how strongly its factor
        acts (the dose). If False, a reading only changes how likely the factor is to be present.
    coding : str, optional
        Another interpretation of doubtful claims, words and figures: the name, without suffix, of a
        file in the folder `codings/`, such as "first". By default the files are read as they are.

    Returns
    -------
    Case
        A case without evidence. Its methods add evidence and compute posteriors.

    Raises
    ------
    ValueError
        If the priors, the base rate or the coding do not exist, if no T gives the base rate, if
        another argument is given with fitted priors, or if a file of the folder has a mistake.

    Notes
    -----
    A link or leak that fires with probability λ has the hazard −ln(1 − λ). The hazards of the links
    and leaks that cause a strain or pain in one run, links that hold by definition aside, are
    divided by one number, T, such that P(pain) is the base rate: λ becomes 1 − (1 − λ)^(1/T). The
    order of the strengths stays. docs/model.md, "The level", says more.

    Examples
    --------
    >>> from lumbayes import load
    >>> load()
    Case('thread', base rate 0.03 (any_run), T 29.4, no claim left out)
    entered: nothing
    >>> print(f"{load().posterior('back_pain')['yes']:.3f}")
    0.030
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
