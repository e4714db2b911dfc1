"""Links of graded factors, as tables: a hidden dose stands between the factor and its link.

The dose has level 0 where the factor is absent, and else one of a few levels, each with a row for
P(link idle | level). Given what a reading says of it, the dose of each run is drawn apart, so a
second run has a dose of its own. Without a reading the levels average to the link as it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..engine.circuit import ONE, ZERO
from ..engine.junction_tree import Table
from ..network.dose import idle_at, idle_at_mean, shares_if_present
from ..network.measurement import population_shares

if TYPE_CHECKING:
    from ..data.variables import Measurement, Variables
    from ..engine.query import Overrides
    from ..priors.prior import Key, Prior
    from ..priors.priors import Priors
    from .compiled import Compiled, InputKey
    from .evidence import Evidence

SUFFIX = ":dose"  # of the name of the evidence on a factor's dose


def evidence_on_dose(name: str) -> str:
    """Return the name under which evidence on a factor's dose is entered, level 0 first."""
    return f"{name}{SUFFIX}"


def dose_of(name: str) -> str:
    """Name the hidden dose of a factor."""
    return f"dose of {name}"


def graded_tests(variables: Variables) -> dict[str, Measurement]:
    """Return for each graded factor the test that its dose is read off."""
    return {test.reads: test for test in variables.measurements if test.dose}


def _checked_shares(test: Measurement) -> np.ndarray:
    """Return P(level | the factor is there); raise `ValueError` if a level never occurs."""
    shares = population_shares(test)
    if not shares.min() > np.finfo(float).tiny:
        levels = test.dose.levels if test.dose else ()
        strength = (0.0, *levels)[int(shares.argmin())]
        raise ValueError(
            f"{test.name}: no runner has the strength {strength:g} of {test.reads}, by centre "
            f"{test.centre:g} and spread {test.spread:g}; change these or the nodes of its dose."
        )
    return shares_if_present(shares)


class DoseLinks:
    """The graded factors of a network: their levels, tables and inputs.

    Attributes
    ----------
    tests : dict
        For each graded factor the test that its dose is read off.
    shares : dict of array, shape (n_levels,)
        For each P(level | the factor is there).
    effects : dict
        For each the variable that its link leads to.
    """

    def __init__(self, variables: Variables):
        self.tests = graded_tests(variables)
        self.shares = {name: _checked_shares(test) for name, test in self.tests.items()}
        self.effects = {name: variables.effects(name)[0] for name in self.tests}

    def __contains__(self, key: object) -> bool:
        """Return whether this is the key of a graded factor's link."""
        return isinstance(key, tuple) and self.effects.get(key[0]) == key[1]

    def levels(self, name: str) -> tuple[float, ...]:
        """Return the strengths of a factor's levels."""
        dose = self.tests[name].dose
        assert dose is not None
        return dose.levels

    def n_levels(self, name: str) -> int:
        """Return the number of a factor's levels, level 0 left out."""
        return len(self.shares[name])

    # Tables

    def idle_rows(self, name: str, input_row: Callable[..., int]) -> list[int]:
        """Return the input rows of P(link idle | level), level 0 left out."""
        effect = self.effects[name]
        return [input_row("dosed", name, effect, j) for j in range(1, self.n_levels(name) + 1)]

    def any_rows(self, name: str, input_row: Callable[..., int]) -> list[int]:
        """Return the input rows of P(link idle or not | level), which hold 1: see `cohort`."""
        effect = self.effects[name]
        return [input_row("dosed any", name, effect, j) for j in range(1, self.n_levels(name) + 1)]

    def tables(self, hub: str, name: str, input_row: Callable[..., int]) -> list[Table]:
        """Return the tables of a graded factor's link: hub and dose, dose given the factor."""
        idle, either = self.idle_rows(name, input_row), self.any_rows(name, input_row)
        rows = np.array([[ONE, *idle], [ONE, *either]])
        return [Table((hub, dose_of(name)), rows), self.dose_table(name, input_row)]

    def dose_table(self, name: str, input_row: Callable[..., int]) -> Table:
        """Return the table of a factor's dose given the factor."""
        shares = [input_row("dose", name, j) for j in range(1, self.n_levels(name) + 1)]
        rows = np.array([[ONE, *[ZERO] * len(shares)], [ZERO, *shares]])
        return Table((dose_of(name), name), rows.T)

    # Inputs

    def constants(self) -> dict[InputKey, float]:
        """Return P(level | the factor is there) by input key."""
        return {
            ("dose", name, j): float(share)
            for name, shares in self.shares.items()
            for j, share in enumerate(shares, 1)
        }

    def idle_at_mean(self, prior: Prior) -> np.ndarray:
        """Return P(link idle | level) at the mean of a link's prior, shape (n_levels,)."""
        name = prior.key[0]
        return idle_at_mean(prior.counts, self.shares[name], self.levels(name))

    def relative_strengths(self, prior: Prior) -> np.ndarray:
        """Return P(link fires | level) in units of the link's mean, shape (n_levels,)."""
        if not prior.mean:
            return np.ones(len(self.idle_at_mean(prior)))
        return (1 - self.idle_at_mean(prior)) / prior.mean

    def by_level(self, prior: Prior) -> np.ndarray:
        """Return P(link idle, link fires | level), level 0 first, shape (2, n_levels + 1)."""
        idle = np.append(1.0, self.idle_at_mean(prior))
        return np.stack([idle, 1 - idle])

    def slopes(self, name: str, idle: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return P(link idle | level) at a value of 1 − λ, its derivative by it, and the doses.

        Each has shape (n_levels,). The doses are relative to the mean dose of a plain "yes".
        """
        shares, strengths = self.shares[name], np.array(self.levels(name))
        by_level = idle_at(np.array([idle]), shares, strengths)[:, 0]
        slopes = strengths * by_level / (shares @ (strengths * by_level))
        return by_level, slopes, strengths / (shares @ strengths)

    def idle_of_draws(self, key: Key, shares: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Return P(link idle | level) for draws of the link, shape (n_levels, n_draws)."""
        return idle_at(shares[0], self.shares[key[0]], self.levels(key[0]), shape)

    def sampled_shapes(self, n: int, seed: int) -> dict[str, np.ndarray]:
        """Return draws of the power of each factor's strengths, which its shape is doubted by."""
        drawn = {}
        for name, test in self.tests.items():
            assert test.dose is not None
            rng = np.random.default_rng([seed, zlib.crc32(f"dose {name}".encode())])
            drawn[name] = np.exp(rng.normal(0, test.dose.shape_doubt, n))
        return drawn

    # Evidence

    def add_likelihood(
        self,
        compiled: Compiled,
        overrides: Overrides,
        name: str,
        likelihood: Sequence[float] | np.ndarray,
    ) -> None:
        """Multiply the likelihood of a factor's levels into the overrides, in place.

        The factor takes the likelihood of absence and of presence, the shares of its levels what
        is left, so that they still sum to 1.
        """
        rows = self.share_rows(name, compiled)
        before = [overrides.get(row, share) for row, share in zip(rows, self.shares[name])]
        joint = [share * weight for share, weight in zip(before, likelihood[1:], strict=True)]
        present = sum(joint)
        compiled.add_likelihood(overrides, name, [likelihood[0], present])
        is_possible = np.greater(present, 0)
        total = np.where(is_possible, present, 1.0)
        for row, share, part in zip(rows, before, joint, strict=True):
            overrides[row] = np.where(is_possible, part, share) / total

    def share_rows(self, name: str, compiled: Compiled) -> list[int]:
        """Return the input rows of P(level | the factor is there)."""
        return [compiled.input_rows["dose", name, j] for j in range(1, self.n_levels(name) + 1)]

    # At the means, for an engine that has no doses

    def on_factors(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Return evidence with the likelihood of a dose as that of its factor."""
        return [
            (name.removesuffix(SUFFIX), self._on_factor(name.removesuffix(SUFFIX), likelihood))
            if name.endswith(SUFFIX)
            else (name, likelihood)
            for name, likelihood in evidence
        ]

    def _on_factor(self, name: str, likelihood: np.ndarray) -> np.ndarray:
        return np.array([likelihood[0], self.shares[name] @ likelihood[1:]])

    def links_at_doses(self, priors: Priors, evidence: Iterable[Evidence]) -> dict[Key, Prior]:
        """Return the links of graded factors as strong as they are at the doses of evidence."""
        links: dict[Key, Prior] = {}
        for evidence_name, likelihood in evidence:
            name = evidence_name.removesuffix(SUFFIX)
            if evidence_name.endswith(SUFFIX):
                prior = priors[name, self.effects[name]]
                joint = self.shares[name] * likelihood[1:]
                fires = 1 - float(joint @ self.idle_at_mean(prior) / joint.sum())
                size = sum(prior.counts)
                links[prior.key] = replace(prior, counts=((1 - fires) * size, fires * size))
        return links
