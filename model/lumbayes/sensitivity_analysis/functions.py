"""The straight lines behind every curve: P(cause at work, findings) and P(findings) along all that
can be turned.

Every prior's shares enter both linearly, and all slopes come from one pass up and one down
(Darwiche 2003).
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

TWO = np.concatenate([CONTRIBUTION, np.ones_like(CONTRIBUTION)])


@dataclass(frozen=True)
class SensitivityFunctions:
    """P(each cause at work, findings) and P(findings) along every number that can be turned, piece
    by piece.
    """

    case: Case

    @classmethod
    def of(cls, case: Case, cause: str) -> SensitivityFunctions:
        """The lines of a case about a cause: both are looked at before anything is divided by
        nought.
        """
        case.network.check_causes(cause)
        case.check_consistent()
        return cls(case)

    @cached_property
    def names(self) -> list[str]:
        """The causes, in file order."""
        return [c.name for c in self.case.variables.causes]

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Everything that can be turned."""
        return parameters(self.case)

    @cached_property
    def _solved(self) -> tuple[np.ndarray, np.ndarray]:
        """Values, shape (causes, 2), and slopes by each row of the plain pool, shape (rows, causes,
        2).
        """
        ways, plain = fired_path_circuit(self.case), self.case.query()
        asked, batch_size = ways.query(plain), len(self.names)
        marks = [ways.marked_rows(name) for name in self.names]
        rows = np.concatenate(marks)
        lane = np.repeat(np.arange(batch_size), [len(m) for m in marks])
        source = np.tile(ways.source[:, None], (1, batch_size))
        source[rows, lane] = ways.marked_source[rows]
        values = plain.inputs_at(source[rows].ravel()).reshape(len(rows), batch_size)
        question = asked.override(dict(zip(rows.tolist(), values, strict=True)))
        answer = solve(ways.circuit, question, TWO, np.arange(len(ways.source)))
        slopes, found = (
            np.zeros((len(plain.inputs), batch_size, 2)),
            np.moveaxis(answer.derivatives, 0, 2),
        )
        np.add.at(slopes, (source[rows, lane], lane), found[rows, lane])
        found[rows, lane] = (
            0.0  # told above: these rows do not copy what they copy when nobody is marked
        )
        np.add.at(slopes, ways.source, found)
        slopes[plain.overridden] = 0.0
        scale = np.exp(answer.log_scales)
        return (TWO @ answer.outputs * scale).T, slopes * scale[None, :, None]

    @property
    def values(self) -> np.ndarray:
        """(P(cause at work, findings), P(findings)) at the means, shape (causes, 2)."""
        return self._solved[0]

    @cached_property
    def layout(self) -> Layout:
        """Where the shares of each prior stand."""
        return self.case.compiled.cached("layout", Layout)

    @cached_property
    def gradients(self) -> np.ndarray:
        """How both move with each share of every prior, shape (shares, causes, 2)."""
        return np.tensordot(self.layout.rows, self._solved[1], 1)

    @cached_property
    def pieces(self) -> Pieces:
        """All pieces of all numbers that can be turned."""
        pieces = [
            (owner, parameter.key, piece)
            for owner, parameter in enumerate(self.parameters)
            for piece in parameter.pieces
        ]
        parts, priors = np.zeros((3, len(pieces), len(self.gradients))), self.case.priors
        for i, (_, key, piece) in enumerate(pieces):
            parts[:, i, self.layout.places[key]] = piece.slope, piece.level, priors[key].shares
        slope, level, now = np.tensordot(parts, self.gradients, 1)
        scale, rest, start, end = np.array(
            [(p.scale, p.rest, p.start, p.end) for *_, p in pieces]
        ).T
        fixed = self.values - now
        lines = np.stack(
            [slope + fixed * scale[:, None, None], level + fixed * rest[:, None, None]]
        )
        return Pieces(np.array([owner for owner, *_ in pieces]), start, end, lines)

    def value(self, name: str) -> np.ndarray:
        """(P(cause at work, findings), P(findings)) at the means."""
        return self.values[self.names.index(name)]

    def curve(self, cause: str, values: np.ndarray) -> np.ndarray:
        """The alpha, beta, gamma and delta of each number's curve around a value of it, shape (4,
        numbers).
        """
        lines = self.pieces.lines[:, :, self.names.index(cause)]
        coefficients = np.moveaxis(lines, 2, 0).reshape(4, -1)
        return np.append(coefficients, np.full((4, 1), np.nan), axis=1)[
            :, self.pieces.around(values)
        ]

    def at(self, cause: str, values: np.ndarray) -> np.ndarray:
        """The contribution at a value of each number; NaN where it cannot be so."""
        return along(self.curve(cause, values), values)

    def joints(self, cause: str, shares: Mapping[int, np.ndarray]) -> np.ndarray:
        """The contribution were the shares of some numbers, by their place, these; shape as
        `shares`, in its order.
        """
        priors = self.case.priors
        parts = np.zeros((len(shares), len(self.gradients)))
        for i, (place, found) in enumerate(shares.items()):
            key = self.parameters[place].key
            parts[i, self.layout.places[key]] = found - priors[key].shares
        joint, total = (self.value(cause) + parts @ self.gradients[:, self.names.index(cause)]).T
        return joint / total

    def steepness(self, cause: str) -> np.ndarray:
        """The slope of each number's curve where it is now (Coupé & van der Gaag 2002)."""
        values = np.array([parameter.value for parameter in self.parameters])
        alpha, beta, gamma, delta = self.curve(cause, values)
        return (alpha * delta - beta * gamma) / (gamma * values + delta) ** 2


class Layout:
    """All shares of all priors one below the other: `places` where each prior's stand, and `rows`,
    of shape (shares, rows), how much of each is in each row of the plain pool."""

    def __init__(self, compiled: Compiled):
        priors, edge = compiled.network.priors, 0
        self.places: dict[Key, slice] = {}
        self.rows = np.zeros(
            (sum(len(prior.counts) for prior in priors.values()), len(compiled.mean_inputs))
        )
        for key, prior in priors.items():
            self.places[key] = slice(edge, edge + len(prior.counts))
            edge += len(prior.counts)
            self.rows[self.places[key], compiled.parameter_rows(key)] = compiled.parameter_values(
                key, np.eye(len(prior.counts))
            ).T


@dataclass(frozen=True)
class Pieces:
    """Pieces of curves: which number's, from where to where, and their lines, shape (slope and
    level, pieces, causes, P(cause at work, findings) and P(findings))."""

    owner: np.ndarray
    start: np.ndarray
    end: np.ndarray
    lines: np.ndarray

    def around(self, values: np.ndarray) -> np.ndarray:
        """The piece around a value of each number, -1 where there is none; a number's first piece
        comes first.
        """
        mine = values[self.owner]
        on = np.flatnonzero((self.start <= mine) & (mine <= self.end))[::-1]
        found = np.full(len(values), -1)
        found[self.owner[on]] = on
        return found


def along(curve: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(αθ + β) / (γθ + δ)."""
    alpha, beta, gamma, delta = curve
    with np.errstate(divide="ignore", invalid="ignore"):
        return (alpha * values + beta) / (gamma * values + delta)
