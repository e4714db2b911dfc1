"""From a folder of data to a case: variables, words and claims, priors, network, compiled."""

from __future__ import annotations

from pathlib import Path

from .case import Case
from .data.claims_file import read_claims, read_words
from .data.files import LITERATURE, folder
from .data.variables_file import read_variables
from .inference.compiled import Compiled
from .network.network import Network
from .priors.literature import read_literature
from .priors.priors import Priors


def read_network(priors: str | Path = "thread") -> Network:
    """Read a set of priors and build its network, without compiling it.

    Parameters
    ----------
    priors : str or Path, default "thread"
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
    variables = read_variables(path / "variables.toml")
    if priors == LITERATURE:
        studied = read_literature(path / "literature.csv", variables)
        return Network(Priors(studied, (), {}, name=LITERATURE))
    words = read_words(path / "words.csv")
    claims = read_claims(path / "claims.csv", variables, words)
    return Network(Priors(variables, claims, words, name=str(priors)))


def load(priors: str | Path = "thread") -> Case:
    """Return a case without evidence: its posteriors are the priors.

    Parameters
    ----------
    priors : str or Path, default "thread"
        "thread" for the claims of the thread; "literature" for what studies say of the same links,
        with no claim in it; or the path of a folder of the same shape as `priors/`.

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
    return Case(Compiled(read_network(priors)))
