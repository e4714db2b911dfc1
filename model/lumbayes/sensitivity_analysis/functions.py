"""Each contribution as a function of a parameter or of how a claim's words are read.

P(cause active, findings) and P(findings) are linear in the shares of every prior, and all their
derivatives come from one upward and one downward pass (Darwiche 2003). So along an elicited
parameter a contribution is the ratio of two linear functions. A claim's words enter its prior
through pooling, the level and the chain it belongs to, which is no line; the figure at a reading is
worked out from the priors at that reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..attribution import fired_path_circuit
from ..engine.query import Query
from ..engine.solve import solve
from ..inference.causal_paths import CONTRIBUTION, contribution_probabilities
from .parameters import Changes, ClaimReading, Elicited, Parameter, parameters

if TYPE_CHECKING:
    from ..case import Case
    from ..inference.compiled import Compiled
    from ..priors.prior import Key

ACTIVE_AND_ANY = np.concatenate([CONTRIBUTION, np.ones_like(CONTRIBUTION)])  # output weights


@dataclass(frozen=True)
class SensitivityFunctions:
    """P(cause active, findings) and P(findings) of every cause along every parameter.

    The last axis of arrays holds these two, the joint and the total.
    """

    case: Case

    @classmethod
    def of(cls, case: Case, cause: str) -> SensitivityFunctions:
        """Return the functions of a case after checking the cause and the findings."""
        case.network.check_causes(cause)
        case.check_consistent()
        return cls(case)

    @cached_property
    def causes(self) -> list[str]:
        """The causes, in file order."""
        return [c.name for c in self.case.variables.causes]

    @cached_property
    def parameters(self) -> list[Parameter]:
        """All parameters, claims included."""
        return parameters(self.case)

    @cached_property
    def _solved(self) -> tuple[np.ndarray, np.ndarray]:
        """Values, (n_causes, 2), and derivatives by the compiled inputs, (n_inputs, n_causes, 2).

        Each cause is marked in a column of its own.
        """
        paths, query = fired_path_circuit(self.case), self.case.query()
        n_causes = len(self.causes)
        marked = [paths.marked_rows(cause) for cause in self.causes]
        rows = np.concatenate(marked)
        column = np.repeat(np.arange(n_causes), [len(m) for m in marked])
        source = np.tile(paths.source[:, None], (1, n_causes))
        source[rows, column] = paths.marked_source[rows]
        inputs = query.inputs_at(source[rows].ravel()).reshape(len(rows), n_causes)
        overrides = dict(zip(rows.tolist(), inputs, strict=True))
        marked_query = paths.query(query).override(overrides)
        result = solve(paths.circuit, marked_query, ACTIVE_AND_ANY, np.arange(len(paths.source)))
        by_row = np.moveaxis(result.derivatives, 0, 2)
        derivatives = np.zeros((len(query.inputs), n_causes, 2))
        np.add.at(derivatives, (source[rows, column], column), by_row[rows, column])
        by_row[rows, column] = 0.0  # counted above: a marked row copies another row than unmarked
        np.add.at(derivatives, paths.source, by_row)
        derivatives[query.overridden] = 0.0
        scale = np.exp(result.log_scales)
        values = (ACTIVE_AND_ANY @ result.outputs * scale).T
        return values, derivatives * scale[None, :, None]

    @property
    def values(self) -> np.ndarray:
        """Joint and total at the means, shape (n_causes, 2)."""
        return self._solved[0]

    @cached_property
    def layout(self) -> ShareLayout:
        """The places of the shares of each prior."""
        return self.case.compiled.cached("layout", ShareLayout)

    @cached_property
    def gradients(self) -> np.ndarray:
        """Derivatives by each share of every prior, shape (n_shares, n_causes, 2)."""
        return np.tensordot(self.layout.weights, self._solved[1], 1)

    def value(self, cause: str) -> np.ndarray:
        """Return joint and total at the means, shape (2,)."""
        return self.values[self.causes.index(cause)]

    def joints(self, changes: Changes) -> np.ndarray:
        """Return joint and total with the shares of some priors replaced, (n_values, n_causes, 2).

        Where one prior changes they are linear in its shares; where several do, the circuit is
        evaluated.
        """
        if len(changes) > 1:
            return joints_by_circuit(self.case, self.causes, changes)
        ((key, shares),) = changes.items()
        steps = (shares - self.case.priors[key].shares[:, None]).T
        return self.values + np.tensordot(steps, self.gradients[self.layout.slices[key]], 1)

    def contribution(self, cause: str, changes: Changes) -> np.ndarray:
        """Return the contribution with the shares of some priors replaced, (n_values,)."""
        joint, total = self.joints(changes)[:, self.causes.index(cause)].T
        return joint / total

    def ends(self, cause: str) -> np.ndarray:
        """Return the contribution at the two ends of each parameter's interval, (n, 2)."""
        return np.array([self.contribution(cause, _ends(p)) for p in self.parameters])

    def without(self, cause: str) -> np.ndarray:
        """Return the contribution without each claim; NaN for a parameter that is no claim."""
        without = np.full(len(self.parameters), np.nan)
        for place, parameter in enumerate(self.parameters):
            if isinstance(parameter, ClaimReading):
                without[place] = self.contribution(cause, parameter.removed)[0]
        return without

    @cached_property
    def lines(self) -> np.ndarray:
        """Joint and total of elicited parameters as lines, (2, n_parameters, n_causes, 2).

        The first axis holds slope and level; NaN for a claim.
        """
        lines = np.full((2, len(self.parameters), *self.values.shape), np.nan)
        for place, parameter in enumerate(self.parameters):
            if isinstance(parameter, Elicited):
                at_zero, at_one = self.joints(parameter.changes(np.array([0.0, 1.0])))
                lines[:, place] = at_one - at_zero, at_zero
        return lines

    def coefficients(self, cause: str) -> np.ndarray:
        """Return alpha, beta, gamma and delta of each parameter, (4, n); NaN for a claim."""
        of_cause = self.lines[:, :, self.causes.index(cause)]
        return np.moveaxis(of_cause, 2, 0).reshape(4, -1)

    def share_derivatives(self, cause: str) -> np.ndarray:
        """Return the contribution's derivative by each share of every prior, (n_shares,)."""
        joint, total = self.value(cause)
        by_share = self.gradients[:, self.causes.index(cause)]
        return (by_share[:, 0] * total - joint * by_share[:, 1]) / total**2


def _ends(parameter: Parameter) -> Changes:
    if isinstance(parameter, ClaimReading):
        return parameter.ends
    return parameter.changes(np.array([parameter.low, parameter.high]))


def joints_by_circuit(case: Case, causes: list[str], changes: Changes) -> np.ndarray:
    """Return joint and total of some causes by the circuit, shape (n_values, n_causes, 2)."""
    query = _query_with(case, changes)
    paths = fired_path_circuit(case)
    with np.errstate(invalid="ignore"):  # a value that the evidence rules out has no contribution
        (contribution,), total = contribution_probabilities(paths, query, causes, CONTRIBUTION)
    joints = np.stack([contribution * total, np.broadcast_to(total, contribution.shape)], axis=2)
    n_values = next(iter(changes.values())).shape[1]  # one column if evidence overrides them all
    return np.moveaxis(np.broadcast_to(joints, (len(causes), n_values, 2)), 0, 1)


def _query_with(case: Case, changes: Changes) -> Query:
    """Return the query of a case with the shares of some priors replaced, a column a value."""
    compiled, overrides = case.compiled, case.evidence_inputs()
    for key, shares in changes.items():
        values = compiled.parameter_values(key, shares)
        replaced = dict(zip(compiled.parameter_rows(key), values, strict=True))
        overrides = {**replaced, **overrides}
    return Query.from_overrides(compiled.mean_inputs, overrides)


class ShareLayout:
    """All shares of all priors as one vector.

    `slices` hold the place of each prior's shares, and `weights`, (n_shares, n_inputs), how much
    of each share is in each input of the compiled network.
    """

    def __init__(self, compiled: Compiled):
        priors = compiled.network.priors
        sizes = {key: len(prior.counts) for key, prior in priors.items()}
        self.slices: dict[Key, slice] = {}
        self.weights = np.zeros((sum(sizes.values()), len(compiled.mean_inputs)))
        start = 0
        for key, size in sizes.items():
            self.slices[key] = slice(start, start + size)
            by_row = compiled.parameter_values(key, np.eye(size))
            self.weights[self.slices[key], compiled.parameter_rows(key)] = by_row.T
            start += size
