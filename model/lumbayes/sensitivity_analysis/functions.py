"""Sensitivity functions: each contribution as a ratio of two linear functions of a parameter.

P(cause active, findings) and P(findings) are linear in the shares of every prior, and all their
derivatives come from one upward and one downward pass (Darwiche 2003).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..attribution import fired_path_circuit
from ..case import Case
from ..engine.solve import solve
from ..inference.causal_paths import CONTRIBUTION
from ..inference.compiled import Compiled
from ..priors.prior import Key
from .parameters import Parameter, parameters

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

    @cached_property
    def pieces(self) -> LinearPieces:
        """All pieces of all parameters."""
        pieces = [
            (owner, parameter.key, piece)
            for owner, parameter in enumerate(self.parameters)
            for piece in parameter.pieces
        ]
        priors = self.case.priors
        shares = np.zeros((3, len(pieces), len(self.gradients)))
        for i, (_, key, piece) in enumerate(pieces):
            shares[:, i, self.layout.slices[key]] = piece.slope, piece.level, priors[key].shares
        slope, level, at_means = np.tensordot(shares, self.gradients, 1)
        ends = [(piece.scale, piece.rest, piece.start, piece.end) for *_, piece in pieces]
        scale, rest, start, end = np.array(ends).T
        constant = self.values - at_means
        slope = slope + constant * scale[:, None, None]
        level = level + constant * rest[:, None, None]
        owners = np.array([owner for owner, *_ in pieces])
        return LinearPieces(owners, start, end, np.stack([slope, level]))

    def value(self, cause: str) -> np.ndarray:
        """Return joint and total at the means, shape (2,)."""
        return self.values[self.causes.index(cause)]

    def coefficients(self, cause: str, values: np.ndarray) -> np.ndarray:
        """Return alpha, beta, gamma and delta around a value of each parameter.

        Shape (4, n_parameters); NaN outside all pieces.
        """
        linear = self.pieces.linear[:, :, self.causes.index(cause)]
        by_piece = np.moveaxis(linear, 2, 0).reshape(4, -1)
        by_piece = np.append(by_piece, np.full((4, 1), np.nan), axis=1)
        return by_piece[:, self.pieces.around(values)]

    def contribution_at(self, cause: str, values: np.ndarray) -> np.ndarray:
        """Return the contribution at a value of each parameter; NaN outside all pieces."""
        alpha, beta, gamma, delta = self.coefficients(cause, values)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (alpha * values + beta) / (gamma * values + delta)

    def contribution_with(self, cause: str, shares: Mapping[int, np.ndarray]) -> np.ndarray:
        """Return the contribution with other shares, one parameter's prior at a time.

        `shares` maps places of parameters to the shares of their priors.
        """
        priors = self.case.priors
        steps = np.zeros((len(shares), len(self.gradients)))
        for i, (place, replaced) in enumerate(shares.items()):
            key = self.parameters[place].key
            steps[i, self.layout.slices[key]] = replaced - priors[key].shares
        joint, total = (self.value(cause) + steps @ self.gradients[:, self.causes.index(cause)]).T
        return joint / total

    def slopes(self, cause: str) -> np.ndarray:
        """Return the contribution's derivative by each parameter (Coupé & van der Gaag 2002)."""
        values = np.array([parameter.value for parameter in self.parameters])
        alpha, beta, gamma, delta = self.coefficients(cause, values)
        return (alpha * delta - beta * gamma) / (gamma * values + delta) ** 2


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


@dataclass(frozen=True)
class LinearPieces:
    """Pieces of all parameters, on which joint and total are linear.

    `owner` is the place of the piece's parameter, `start` and `end` its ends, and `linear` the
    slopes and levels, shape (2, n_pieces, n_causes, 2).
    """

    owner: np.ndarray
    start: np.ndarray
    end: np.ndarray
    linear: np.ndarray

    def around(self, values: np.ndarray) -> np.ndarray:
        """Return the first piece around a value of each parameter, or -1 where there is none."""
        value = values[self.owner]
        is_inside = (self.start <= value) & (value <= self.end)
        last_first = np.flatnonzero(is_inside)[::-1]
        pieces = np.full(len(values), -1)
        pieces[self.owner[last_first]] = last_first
        return pieces
