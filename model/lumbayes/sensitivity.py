"""What would change the answer: one number, one claim, two numbers together, and what the doubt about it is made of.

Every prior's shares enter P(cause at work, findings) and P(findings) linearly, so along any one number both are
straight lines and the figure is their ratio, (αθ + β) / (γθ + δ) (Kjærulff & van der Gaag 2000; Coupé & van der Gaag
2002), and two causes change places where two lines with one denominator cross. All slopes come from one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from .case import Case
from .contribution import CONTRIBUTION, at_work, ways_of
from .knobs import Knob, knobs
from .priors import Key
from .solving import Question, solve
from .sources import allow

TWO = np.concatenate([CONTRIBUTION, np.ones_like(CONTRIBUTION)])


@dataclass(frozen=True)
class Lines:
    """P(each cause at work, findings), shape (causes,), and P(findings) as they are, with their slopes along shares."""

    case: Case

    @cached_property
    def names(self) -> list[str]:
        """The causes, in file order."""
        return [c.name for c in self.case.network.variables.causes]

    @cached_property
    def _solved(self) -> tuple[np.ndarray, np.ndarray]:
        """Values, shape (causes, 2), and slopes by each row of the plain pool, shape (rows, causes, 2)."""
        ways, plain = ways_of(self.case), self.case.question()
        asked, lanes = ways.question(plain), len(self.names)
        marks = [ways.rows(name) for name in self.names]
        rows = np.concatenate(marks)
        lane = np.repeat(np.arange(lanes), [len(m) for m in marks])
        source = np.tile(ways.rest[:, None], (1, lanes))
        source[rows, lane] = ways.marked[rows]
        values = plain.at(source[rows].ravel()).reshape(len(rows), lanes)
        question = asked.but(dict(zip(rows.tolist(), values, strict=True)))
        answer = solve(ways.circuit, question, TWO, np.arange(len(ways.rest)))
        slopes = np.zeros((len(plain.pool), lanes, 2))
        for i in range(lanes):
            np.add.at(slopes[:, i], source[:, i], answer.slopes[:, :, i].T)
        slopes[plain.rows] = 0.0
        scale = np.exp(answer.logs)
        return (TWO @ answer.roots * scale).T, slopes * scale[None, :, None]

    def value(self, name: str) -> np.ndarray:
        """(P(cause at work, findings), P(findings)) at the means."""
        return self._solved[0][self.names.index(name)]

    def slope(self, name: str, key: Key, direction: np.ndarray) -> np.ndarray:
        """How both change as the shares of one prior move along `direction`."""
        compiled = self.case.compiled
        rows = compiled.cumulated(key, direction)
        return rows @ self._solved[1][compiled.of_prior(key), self.names.index(name)]


def sensitivity(case: Case, cause: str) -> pd.DataFrame:
    """What each number and each claim could do to the cause's contribution, most telling first.

    One row a number (a base rate, a leak, a link, a trait's share) and one a claim (the probability its words are read
    as): `value` now; `low`, `high` the 90% interval of the number, or of what people mean by the claim's words;
    `at_low`, `at_high` the contribution there; `without` the contribution had the claim not been made; `flips_at` the
    nearest value at which another cause of the same layer takes the first place, and `to` which (NaN and "" when none
    does); `alpha`, `beta`, `gamma`, `delta` the exact curve; `variance_share` what part of the figure's spread the
    number brings. Raises `ImpossibleFindings`.
    """
    case.check_possible()
    lines = Lines(case)
    rows = [_row(lines, cause, knob) for knob in knobs(case)]
    table = pd.DataFrame(rows).set_index("number")
    found = variances(lines, cause)
    spread = {key: variance / sum(found.values()) for key, variance in found.items()}
    claims = table["kind"] == "claim"
    firsts = ~table["key"].duplicated() & ~claims
    table["variance_share"] = table.pop("key").map(spread).where(firsts, 0.0).where(~claims)
    reach = (table["at_high"] - table["at_low"]).abs()
    return table.iloc[np.argsort(-reach.to_numpy(), kind="stable")]


def _row(lines: Lines, cause: str, knob: Knob) -> dict[str, object]:
    here, slope = lines.value(cause), lines.slope(cause, knob.key, knob.direction)
    (alpha, gamma), (beta, delta) = slope, here - slope * knob.value
    at = [(alpha * x + beta) / (gamma * x + delta) for x in (knob.low, knob.high)]
    flips_at, to = _flip(lines, cause, knob)
    row = {"number": knob.label, "kind": knob.kind, "key": knob.key, "value": knob.value, "low": knob.low}
    row |= {"high": knob.high, "at_low": at[0], "at_high": at[1], "without": np.nan, "flips_at": flips_at, "to": to}
    if knob.gone is not None:
        gone = here + lines.slope(cause, knob.key, knob.gone)
        row["without"] = gone[0] / gone[1]
    return row | {"alpha": alpha, "beta": beta, "gamma": gamma, "delta": delta}


def _flip(lines: Lines, cause: str, knob: Knob) -> tuple[float, str]:
    """The nearest value in [0, 1] at which the first of the cause's layer gives way: lines over one denominator."""
    layer = type(lines.case.network.variables[cause])
    rivals = [n for n in lines.names if type(lines.case.network.variables[n]) is layer]
    joint = {n: (lines.value(n)[0], lines.slope(n, knob.key, knob.direction)[0]) for n in rivals}
    first = max(rivals, key=lambda n: joint[n][0])
    crossings = []
    for name in rivals:
        apart, closing = joint[first][0] - joint[name][0], joint[name][1] - joint[first][1]
        if name != first and closing and 0 <= knob.value + apart / closing <= 1:
            crossings.append((abs(apart / closing), knob.value + apart / closing, name))
    return min(crossings)[1:] if crossings else (np.nan, "")


def variances(lines: Lines, cause: str) -> dict[Key, float]:
    """The variance of the contribution that each prior brings, to first order (delta method).

    gᵀΣg with g the slopes by the prior's shares and Σ the covariance of its Dirichlet counts.
    """
    found = {}
    joint, total = lines.value(cause)
    for key, prior in lines.case.network.priors.items():
        slopes = np.array([lines.slope(cause, key, unit) for unit in np.eye(len(prior.counts))])
        gradient = (slopes[:, 0] * total - joint * slopes[:, 1]) / total**2
        covariance = (np.diag(prior.shares) - np.outer(prior.shares, prior.shares)) / (sum(prior.counts) + 1)
        found[key] = float(gradient @ covariance @ gradient)
    return found


def two_way(case: Case, cause: str, first: str, second: str, steps: int = 21) -> pd.DataFrame:
    """The cause's contribution over a grid of two numbers or claims, named as in `sensitivity`, each from 0 to 1.

    Rows are values of the first, columns of the second. Raises `ValueError` for a name that is not listed there.
    """
    known = {knob.label: knob for knob in knobs(case)}
    allow("two_way", "number or claim", [first, second], known)
    grid = np.linspace(0, 1, steps)
    told = case.told()
    shares: dict[Key, np.ndarray] = {}
    for knob, values in zip((known[first], known[second]), np.meshgrid(grid, grid, indexing="ij"), strict=True):
        start = shares.get(knob.key, case.network.priors[knob.key].shares[:, None])
        shares[knob.key] = start + knob.direction[:, None] * (values.ravel() - knob.value)
    for key, share in shares.items():
        rows = zip(case.compiled.of_prior(key), case.compiled.cumulated(key, share), strict=True)
        told = {**dict(rows), **told}
    (found,), _ = at_work(ways_of(case), Question.of(case.compiled.mean_pool, told), [cause], CONTRIBUTION)
    return pd.DataFrame(
        found[0].reshape(steps, steps), index=pd.Index(grid, name=first), columns=pd.Index(grid, name=second)
    )
