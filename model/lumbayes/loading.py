"""From a folder of data to a case: variables, words and claims, priors, network, compiled."""

from __future__ import annotations

from pathlib import Path

from .case import Case
from .data.claims_file import read_claims, read_words
from .data.files import LITERATURE, folder
from .data.variables import StatedEstimate, Variables
from .data.traits_file import read_folder
from .errors import allow
from .inference.base_rate import at_base_rate
from .inference.compiled import Compiled
from .network.network import Network
from .priors.literature import read_literature
from .priors.priors import Priors

DEFAULT = "default"


def read_network(priors: str | Path = "thread", *, traits: bool = True) -> Network:
    """Read a set of priors and build its network, without compiling it.

    Parameters
    ----------
    priors : str or Path, default "thread"
        As for `load`.
    traits : bool, default True
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
    Network('literature': 29 variables, 28 links, 0 claims)
    """
    path = folder(priors)
    variables = read_folder(path, traits)
    if priors == LITERATURE:
        studied = read_literature(path / "literature.csv", variables)
        return Network(Priors(studied, (), {}, name=LITERATURE))
    words = read_words(path / "words.csv")
    claims = read_claims(path / "claims.csv", variables, words)
    return Network(Priors(variables, claims, words, name=str(priors)))


def load(
    priors: str | Path = "thread",
    *,
    base_rate: str | float | None = DEFAULT,
    traits: bool = True,
) -> Case:
    """Return a case without evidence: its posteriors are the priors.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread" for the claims of the thread; "literature" for what studies say of the same links,
        with no claim in it; or the path of a folder of the same shape as `priors/`.

    base_rate : str, float or None
        How often one run hurts. Words give relative strengths; every per-run hazard is divided by
        one number so that P(pain) is this rate. A name of `[base_rate]` in variables.toml (by
        default its first, where there is one), a probability, or None: strengths as the words are
        read.
    traits : bool, default True
        Whether the folder's traits.toml is read, where it has one: traits that describe the cause
        at work in this pain, and age. It is not from the thread.

    Returns
    -------
    Case
        Thread, claims, priors and network, compiled.

    Raises
    ------
    ValueError
        For an unknown set of priors, and for what is wrong in a folder: one line a problem.

    Examples
    --------
    >>> from lumbayes import load
    >>> base = load()
    >>> base.posterior("weak_core").round(2)
    weak_core
    no     0.75
    yes    0.25
    Name: P(weak_core), dtype: float64
    """
    compiled = Compiled(read_network(priors, traits=traits))
    rate = _base_rate(compiled.network.variables, base_rate)
    return Case(compiled if rate is None else at_base_rate(compiled, rate))


def _base_rate(
    variables: Variables, base_rate: str | float | None
) -> StatedEstimate | float | None:
    """Return the rate of this name, or the number; None where there is no level to bring it to."""
    named = variables.base_rates
    if base_rate == DEFAULT:
        return next(iter(named.values()), None)
    if isinstance(base_rate, str):
        allow("load", "base_rate", [base_rate], named)
        return named[base_rate]
    return base_rate
