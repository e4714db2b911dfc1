"""From a folder of data to a case: variables, words and claims, priors, network, compiled."""

from __future__ import annotations

from pathlib import Path

from .case import Case
from .data.claims_file import read_claims, read_words
from .data.files import LITERATURE, folder
from .data.variables import Variables
from .data.variables_file import read_variables
from .errors import allow
from .inference.base_rate import at_base_rate
from .inference.compiled import Compiled
from .network.network import Network
from .priors.level import Level, level_of
from .priors.literature import read_literature
from .priors.priors import Priors

DEFAULT = "default"


def read_network(
    priors: str | Path = "thread", *, base_rate: str | float | None = None
) -> Network:
    """Read a set of priors and build its network, without compiling it.

    Parameters
    ----------
    priors : str or Path, default "thread"
        As for `load`.
    base_rate : str, float or None
        As for `load`; the network keeps it as its level, whose divisor is 1 until it is compiled.

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
    variables = read_variables(path / "variables.toml")
    level = _level(variables, base_rate)
    if priors == LITERATURE:
        studied = read_literature(path / "literature.csv", variables)
        return Network(Priors(studied, (), {}, name=LITERATURE, level=level))
    words = read_words(path / "words.csv")
    claims = read_claims(path / "claims.csv", variables, words)
    return Network(Priors(variables, claims, words, name=str(priors), level=level))


def load(priors: str | Path = "thread", *, base_rate: str | float | None = DEFAULT) -> Case:
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
    network = read_network(priors, base_rate=base_rate)
    compiled = Compiled(network)
    return Case(at_base_rate(compiled) if network.priors.level else compiled)


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
