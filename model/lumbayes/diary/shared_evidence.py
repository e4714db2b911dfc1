"""Evidence on what all runs share: repeated readings and statements of one still thing.

Ten readings of a quantity that does not change are ten noisy looks at one number, not ten
independent proofs of the factor behind it. So the quantity is one latent variable: given it the
readings are independent, each with its error and its chance of a blunder. What a runner half knows
of a still factor, or a picture showed, is one statement however often it is entered: the last one
counts.

Under a half-life a changeable factor is not still. Then the last reading and the last statement
stay in the run in which they were made, to fade from there, and earlier ones are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.columns import EvidenceColumn, is_numeric
from ..batch.encoding import are_known
from ..batch.frame import batch_evidence
from ..data.variables import Factor, Measurement
from ..inference.evidence import reading_evidence
from ..network.dose import level_nodes, level_shares_at
from ..network.measurement import SCALES, level_likelihoods, likelihoods
from .plate_model import log

if TYPE_CHECKING:
    from ..case import Case
    from ..engine.query import Overrides

NODES = 16  # of the Gauss-Legendre rule on each panel of the latent quantity
PANEL = 2.0  # width of a panel, in standard errors of the mean of all readings
REACH = 9.0  # how far from the centre the quantity may lie, in standard deviations
LEAST = 1e-70  # of a test: no readings exclude a state, nor do those of four tests together


def repeated_log_likelihood(test: Measurement, readings: np.ndarray) -> np.ndarray:
    """Return log p(all readings | factor = no, yes) / Π p(reading); of a graded factor, by level.

    Parameters
    ----------
    test : Measurement
        A numeric one.
    readings : array, shape (n_readings,)
        Of one quantity that has not changed, in the unit of the test.

    Returns
    -------
    array, shape (2,) or (n_levels + 1,)

    Notes
    -----
    The true quantity t is normal(centre, spread) on the test's scale; each reading is t plus
    normal(0, error), or with probability `blunder` independent of t. The integral over t on either
    side of the cut, or weighted by P(level | t), is composite Gauss-Legendre quadrature. Without
    blunders the readings count as their mean with the error divided by √k.
    """
    if len(readings) == 1:
        of_one = level_likelihoods if test.dose else likelihoods
        return np.asarray(np.log(of_one(test, readings)[:, 0]))
    scale, sign = SCALES[test.scale], 1 if test.side == "below" else -1
    values = sign * (scale(readings) - scale(test.centre)) / test.spread
    error = test.error / test.spread
    width = PANEL * min(error / np.sqrt(len(values)), 1.0)
    cut = sign * (scale(test.cut) - scale(test.centre)) / test.spread
    reach = max(REACH, abs(cut) + 1.0)
    if test.dose:
        kinks = sign * (scale(level_nodes(test)) - scale(test.centre)) / test.spread
        t, log_weights = _quadrature(-reach, reach, width, kinks)
        log_lik = _log_likelihood(values, error, test.blunder, t)
        levels = level_shares_at(test, scale(test.centre) + sign * t * test.spread)
        joint, largest = log_lik + log_weights, (log_lik + log_weights).max()
        ratio = levels @ np.exp(joint - largest) / (levels @ np.exp(log_weights))
        return log(ratio) + largest
    logs = []
    for side in ((cut, reach), (-reach, cut)):
        t, log_weights = _quadrature(*side, width)
        joint = _log_likelihood(values, error, test.blunder, t) + log_weights
        logs.append(float(np.logaddexp.reduce(joint)))
    absent, present = 1 - NormalDist().cdf(cut), NormalDist().cdf(cut)
    return logs - np.log([absent, present])


def _quadrature(
    start: float, end: float, width: float, kinks: Sequence[float] | np.ndarray = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Return points between two scores and the logs of their weights, the normal density in.

    No panel goes across a kink.
    """
    edges = np.linspace(start, end, int(np.ceil((end - start) / width)) + 1)
    edges = np.union1d(edges, [kink for kink in kinks if start < kink < end])
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, None] / 2
    t = (edges[:-1, None] + half * (nodes + 1)).ravel()
    return t, np.log((half * weights).ravel() / np.sqrt(2 * np.pi)) - t**2 / 2


def _log_likelihood(values: np.ndarray, error: float, blunder: float, t: np.ndarray) -> np.ndarray:
    """Return log Π [(1 − blunder) p(value | t) / p(value) + blunder], shape (n_points,)."""
    spread = np.hypot(1.0, error)
    log_ratio = ((values / spread) ** 2)[:, None] - ((values[:, None] - t) / error) ** 2
    ratio = spread / error * np.exp(log_ratio / 2)
    return np.asarray(np.log((1 - blunder) * ratio + blunder).sum(axis=0))


def extract_shared(
    case: Case,
    frame: pd.DataFrame,
    columns: Mapping[str, EvidenceColumn],
    half_life: float | None,
) -> tuple[Case, pd.DataFrame, Overrides, float]:
    """Take what is said of still things out of the runs, in order of time.

    Parameters
    ----------
    case : Case
    frame : DataFrame
        The runs in order, checked.
    columns : mapping of column name to EvidenceColumn
    half_life : float or None

    Returns
    -------
    case : Case
        Without the readings and statements that are counted with those of the runs.
    frame : DataFrame
        The runs without these columns; of things that heal, with the last entry alone.
    shared : dict
        The evidence on what all runs share, as overrides of the inputs.
    log_scale : float
        The logarithm of what the evidence on readings was divided by: many have a tiny likelihood.
    """
    still = {v.name for v in case.variables.still}
    last: dict[str, EvidenceColumn] = {}
    stated: set[str] = set()
    read: list[Measurement] = []
    for name, column in columns.items():
        is_test = isinstance(column.variable, Measurement)
        node = str(getattr(column.variable, "reads", "") or column.variable.name)
        if node not in still or not (column.kind or is_test):
            continue
        if column.kind and are_known(frame[name]).any():
            stated.add(column.variable.name)
        if half_life is not None and _may_heal(case, node):
            if is_test and are_known(frame[name]).any():
                case = case.retract(column.variable.name)
            frame = frame.assign(**{name: _last_alone(frame[name])})
        elif is_numeric(column.variable):
            read.append(column.variable)
        else:
            last[name] = column
    case = _without_statements(case, stated)
    shared = _statements(case, frame, last)
    log_scale = 0.0
    for test in read:
        case, log_scale_of_test = _add_readings(case, frame, test, shared)
        log_scale += log_scale_of_test
    frame = frame.drop(columns=[*last, *(test.name for test in read)])
    return case, frame, shared, log_scale


def _may_heal(case: Case, name: str) -> bool:
    v = case.variables[name]
    return isinstance(v, Factor) and v.changeable


def _last_alone(cells: pd.Series) -> pd.Series:
    known = np.flatnonzero(are_known(cells))
    alone = pd.Series([None] * len(cells), index=cells.index, dtype=object)
    if len(known):
        alone.iloc[known[-1]] = cells.iloc[known[-1]]
    return alone


def _without_statements(case: Case, names: set[str]) -> Case:
    """Return the case without its earlier statements on these variables."""
    likelihoods_left = {k: w for k, w in case.likelihoods.items() if k not in names}
    beliefs_left = {k: b for k, b in case.beliefs.items() if k not in names}
    return replace(case, likelihoods=likelihoods_left, beliefs=beliefs_left)


def _statements(
    case: Case, frame: pd.DataFrame, columns: Mapping[str, EvidenceColumn]
) -> Overrides:
    """Return the last statement of each column as overrides."""
    if not columns:
        return {}
    cells = {name: _last_alone(frame[name]).dropna() for name in columns}
    encoded = {
        name: column.encode(cells[name].reset_index(drop=True)).values
        if len(cells[name])
        else np.array([np.nan])
        for name, column in columns.items()
    }
    alone = replace(case.without_evidence(), beliefs=case.beliefs)
    evidence = batch_evidence(alone, columns, pd.DataFrame(encoded))
    return {row: float(np.squeeze(value)) for row, value in evidence.items()}


def _add_readings(
    case: Case, frame: pd.DataFrame, test: Measurement, shared: Overrides
) -> tuple[Case, float]:
    """Add all readings of one test, the case's included, to `shared`, divided by their largest.

    Return the case without its own reading, and the logarithm of the divisor.
    """
    readings = EvidenceColumn(test).encode(frame[test.name]).values
    readings = readings[~np.isnan(readings)]
    if test.name in case.findings:
        readings = np.append(float(case.findings[test.name]), readings)
        case = case.retract(test.name)
    if not len(readings):
        return case, 0.0
    log_weights = repeated_log_likelihood(test, readings)
    largest = float(log_weights.max())
    node, _ = reading_evidence(test, test.start)
    weights = np.maximum(np.exp(log_weights - largest), LEAST)
    case.compiled.add_likelihood(shared, node, weights)
    return case, largest
