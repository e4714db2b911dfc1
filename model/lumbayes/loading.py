"""The Bayesian network of a thread: noisy-OR and noisy-MAX families with leaks; the one room that
knows pgmpy.
"""

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
    """Thread → claims → priors → network: all of one folder, checked; a problem is a `ValueError`
    that says where.
    """
    where = folder(priors)
    variables = read_variables(where / "variables.toml")
    if priors == LITERATURE:
        return Network(Priors(read_literature(where / "literature.csv", variables), (), {}))
    words = read_words(where / "words.csv")
    return Network(Priors(variables, read_claims(where / "claims.csv", variables, words), words))


def load(priors: str | Path = "thread") -> Case:
    """The case of a runner who has said nothing yet: thread → claims → priors → network, compiled.

    `priors` is "thread"; "literature" for what studies say of the same links, with no claim in it;
    or the path of a folder of the same shape as priors/. The posteriors of this case are the
    priors.
    """
    return Case(Compiled(read_network(priors)))
