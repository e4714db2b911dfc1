"""Links of graded factors, as tables: a hidden dose stands between the factor and its link.

The dose has level 0 if the factor is absent, otherwise one of a few levels. Each level has a row
for P(link idle | level), where idle means that the link does not fire. Given the reading, the dose
is drawn again for each run, so a next run has another dose. Without a reading the mean over the
levels is the link as it is.
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
    """Return the name of evidence on the dose of a factor, such as "hills:dose"; level 0 first."""
    return f"{name}{SUFFIX}"


def dose_of(name: str) -> str:
    """Return the name of the hidden dose of a factor."""
    return f"dose of {name}"


def graded_tests(variables: Variables) -> dict[str, Measurement]:
    """Return for each graded factor the measurement that its dose depends on."""
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
        From graded factor to the measurement that the dose depends on.
    shares : dict
        From graded factor to P(level | the factor is present), an array of shape (n_levels,).
    effects : dict
        From graded factor to the variable that its link leads to.
    """

    def __init__(self, variables: Variables):
        self.tests = graded_tests(variables)
        self.shares = {name: _checked_shares(test) for name, test in self.tests.items()}
        self.effects = {name: variables.effects(name)[0] for name in self.tests}

    def __contains__(self, key: object) -> bool:
        """Return whether `key` is that of the link of a graded factor."""
        return isinstance(key, tuple) and self.effects.get(key[0]) == key[1]

    def levels(self, name: str) -> tuple[float, ...]:
        """Return the strengths of the levels of a factor, level 0 left out."""
        dose = self.tests[name].dose
        assert dose is not None
        return dose.levels

    def n_levels(self, name: str) -> int:
        """Return the number of levels of a factor, level 0 left out."""
        return len(self.shares[name])

    # Tables

    def idle_rows(self, name: str, input_row: Callable[..., int]) -> list[int]:
        """Return the input rows of P(link idle | level), level 0 left out."""
        effect = self.effects[name]
        return [input_row("dosed", name, effect, j) for j in range(1, self.n_levels(name) + 1)]

    def any_rows(self, name: str, input_row: Callable[..., int]) -> list[int]:
        """Return the input rows of P(link idle or not | level), which is 1; `cohort` uses them."""
        effect = self.effects[name]
        return [input_row("dosed any", name, effect, j) for j in range(1, self.n_levels(name) + 1)]

    def tables(self, hub: str, name: str, input_row: Callable[..., int]) -> list[Table]:
        """Return two tables of a graded link: of hub and dose, and of the dose given the factor."""
        idle, either = self.idle_rows(name, input_row), self.any_rows(name, input_row)
        rows = np.array([[ONE, *idle], [ONE, *either]])
        return [Table((hub, dose_of(name)), rows), self.dose_table(name, input_row)]

    def dose_table(self, name: str, input_row: Callable[..., int]) -> Table:
        """Return the table of the dose given the factor."""
        shares = [input_row("dose", name, j) for j in range(1, self.n_levels(name) + 1)]
        rows = np.array([[ONE, *[ZERO] * len(shares)], [ZERO, *shares]])
        return Table((dose_of(name), name), rows.T)

    # Inputs

    def constants(self) -> dict[InputKey, float]:
        """Return P(level | the factor is present) by input key."""
        return {
            ("dose", name, j): float(share)
            for name, shares in self.shares.items()
            for j, share in enumerate(shares, 1)
        }

    def idle_at_mean(self, prior: Prior) -> np.ndarray:
        """Return P(link idle | level) at the mean of the prior of the link, shape (n_levels,)."""
        name = prior.key[0]
        return idle_at_mean(prior.counts, self.shares[name], self.levels(name))

    def relative_strengths(self, prior: Prior) -> np.ndarray:
        """Return P(link fires | level) / P(link fires) at the mean, shape (n_levels,)."""
        if not prior.mean:
            return np.ones(len(self.idle_at_mean(prior)))
        return (1 - self.idle_at_mean(prior)) / prior.mean

    def by_level(self, prior: Prior) -> np.ndarray:
        """Return P(link idle | level) and P(link fires | level), shape (2, n_levels + 1).

        Level 0 comes first.
        """
        idle = np.append(1.0, self.idle_at_mean(prior))
        return np.stack([idle, 1 - idle])

    def slopes(self, name: str, idle: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return P(link idle | level) at a value of 1 − λ, the derivative by 1 − λ, and the doses.

        `idle` is 1 − λ. Each result has the shape (n_levels,). The doses are relative to the mean
        dose after a plain "yes".
        """
        shares, strengths = self.shares[name], np.array(self.levels(name))
        by_level = idle_at(np.array([idle]), shares, strengths)[:, 0]
        slopes = strengths * by_level / (shares @ (strengths * by_level))
        return by_level, slopes, strengths / (shares @ strengths)

    def idle_of_draws(self, key: Key, shares: np.ndarray, shape: np.ndarray) -> np.ndarray:
        """Return P(link idle | level) for draws of the link, shape (n_levels, n_draws)."""
        return idle_at(shares[0], self.shares[key[0]], self.levels(key[0]), shape)

    def sampled_shapes(self, n: int, seed: int) -> dict[str, np.ndarray]:
        """Return for each factor draws of the power that strengths are raised to, shape (n,)."""
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
        """Multiply the likelihood of the levels of a factor into the overrides, in place.

        The factor gets the likelihoods of absent and present. P(level | present) is multiplied by
        the likelihood of the level and scaled to sum to 1 again.
        """
        rows = self.share_rows(name, compiled)
        known = zip(rows, self.shares[name], strict=True)
        before = [overrides.get(row, share) for row, share in known]
        joint = [share * weight for share, weight in zip(before, likelihood[1:], strict=True)]
        present = sum(joint)
        compiled.add_likelihood(overrides, name, [likelihood[0], present])
        is_possible = np.greater(present, 0)
        total = np.where(is_possible, present, 1.0)
        for row, share, part in zip(rows, before, joint, strict=True):
            overrides[row] = np.where(is_possible, part, share) / total

    def share_rows(self, name: str, compiled: Compiled) -> list[int]:
        """Return the input rows of P(level | the factor is present)."""
        return [compiled.input_rows["dose", name, j] for j in range(1, self.n_levels(name) + 1)]

    # At the means, for an engine that has no doses

    def on_factors(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Return evidence in which each likelihood of a dose is replaced by one of the factor."""
        return [
            (name.removesuffix(SUFFIX), self._on_factor(name.removesuffix(SUFFIX), likelihood))
            if name.endswith(SUFFIX)
            else (name, likelihood)
            for name, likelihood in evidence
        ]

    def _on_factor(self, name: str, likelihood: np.ndarray) -> np.ndarray:
        return np.array([likelihood[0], self.shares[name] @ likelihood[1:]])

    def links_at_doses(self, priors: Priors, evidence: Iterable[Evidence]) -> dict[Key, Prior]:
        """Return the links of factors with evidence on the dose, at the mean strength given it."""
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
