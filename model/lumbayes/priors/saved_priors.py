"""Fitted priors in a file: counts, joint draws, and how to load the priors before the fit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from .joint_draws import JointDraws
from .prior import Key, Prior, key_of, label

if TYPE_CHECKING:
    from .priors import Priors

SUFFIX = ".npz"
MARK = "lumbayes fitted priors 1"


def fitted_prior(prior: Prior, counts: tuple[float, ...], source: str) -> Prior:
    """Return a prior as rows of runners left it: its spread is that of the counts alone."""
    spread = replace(prior, within_variance=0, between_variance=0, mixed=())
    return replace(spread, counts=counts, basis="fitted", source=source)


@dataclass(frozen=True)
class SavedPriors:
    """What a file of fitted priors holds.

    Attributes
    ----------
    source : dict
        The arguments of `load` for the priors before the fit.
    excluded : list of str
        The ids of the claims that were left out of these priors.
    fitted : dict
        From the name of each fitted parameter, such as "hills → muscle_strain", to its `counts` and
        `source`.
    draws : dict of key to ndarray
        Joint draws of the parameters that were sampled, each of shape (n_draws, n_states).
    """

    source: dict[str, Any]
    excluded: list[str]
    fitted: dict[str, dict[str, Any]]
    draws: dict[Key, np.ndarray]

    @classmethod
    def of(cls, priors: Priors, source: dict[str, Any], excluded: list[str]) -> SavedPriors:
        """Return the content of the file for fitted priors."""
        fitted = {
            label(key): {"counts": prior.counts, "source": prior.source}
            for key, prior in priors.items()
            if prior.basis == "fitted"
        }
        tied = {key for key in priors if priors.tied(key)}
        ties = priors.ties
        draws = ties.draws if isinstance(ties, JointDraws) else {}
        draws = {key: of_key for key, of_key in draws.items() if key in tied}
        return cls(source, excluded, fitted, draws)

    def write(self, path: Path) -> None:
        """Write the content to a file."""
        header = {
            "mark": MARK,
            "source": self.source,
            "excluded": self.excluded,
            "fitted": self.fitted,
        }
        arrays = {label(key): draws for key, draws in self.draws.items()}
        content: dict[str, Any] = {"header": np.array(json.dumps(header)), **arrays}
        np.savez_compressed(path, **content)

    @classmethod
    def read(cls, path: Path) -> SavedPriors:
        """Return the content of a file; raise `ValueError` if it holds no fitted priors."""
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            header = json.loads(str(arrays.pop("header")))
            if header.pop("mark") != MARK:
                raise KeyError("mark")
            return cls(**header, draws={key_of(name): array for name, array in arrays.items()})
        except FileNotFoundError as problem:
            raise ValueError(f"{path}: there is no such file.") from problem
        except (KeyError, TypeError, ValueError, BadZipFile, EOFError) as problem:
            raise ValueError(
                f"{path}: found no fitted priors. It must be a whole file that "
                "FittedModel.save wrote."
            ) from problem

    def put_into(self, priors: Priors) -> Priors:
        """Return the given priors (those before the fit) with the fitted ones in their place."""
        posteriors = dict[Key, Prior]()
        for name, saved in self.fitted.items():
            prior = priors[key_of(name)]
            posteriors[prior.key] = fitted_prior(prior, tuple(saved["counts"]), saved["source"])
        ties = None
        if self.draws:
            ties = JointDraws({key: posteriors[key] for key in self.draws}, self.draws)
        return priors.with_priors(posteriors, ties)
