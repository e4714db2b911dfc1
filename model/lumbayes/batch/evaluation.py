"""Evaluation of predictions: log score and calibration over rows whose outcome is known."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import ANYTHING, NAMES, check_arguments
from ..data.frames import as_frame
from ..defaults import WIDTH
from ..errors import allow
from ..inference.compiled import posteriors
from ..inference.evidence_checks import check_node
from .columns import variable_of_column
from .encoding import encode_states
from .frame import EvidenceRows

if TYPE_CHECKING:
    from ..case import Case

BINS = 10
SAME = 1e-12  # predictions that differ by less are equal, but for rounding


def predict(
    case: Case, frame: pd.DataFrame, target: str, *, traits: Sequence[str] = ()
) -> pd.DataFrame:
    """Predict one variable for each row from the row's other columns.

    Parameters
    ----------
    case : Case
        The network. Its evidence applies to every row.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, in columns as `lumbayes.posteriors` takes them. Columns of the target, such as
        `back_pain` and `back_pain:likelihood`, are ignored.
    target : str
        The variable to predict; it must have states.
    traits : sequence of str, optional
        If the target is the pain, those of its traits that predictions may use. Columns of all
        other traits are ignored, because a trait is only known if there is pain.

    Returns
    -------
    DataFrame, shape (n_rows, n_states)
        P(target = state | the row's other columns, the case's evidence), at the means of the
        priors: one row per row of `frame`, with the same index, and one column per state, such as
        "yes".

    Raises
    ------
    ValueError
        If an argument, column or cell is not allowed.
    ImpossibleFindings
        If the findings of a row, ignored columns aside, exclude each other or those of the case.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import load
    >>> from lumbayes.batch import predict
    >>> predict(load(), pd.DataFrame({"hills": ["yes", "no"]}), "back_pain").round(3)
    back_pain     no    yes
    0          0.961  0.039
    1          0.972  0.028
    """
    check_arguments("predict", locals(), frame=ANYTHING, traits=NAMES)
    frame, states = as_frame(frame), check_node(case.variables[target]).states
    hidden = _not_seen(case, target, traits)
    left_out = [c for c in frame.columns if variable_of_column(str(c)) in hidden]
    rows = EvidenceRows(case, frame.drop(columns=left_out))
    batches = [np.empty((len(states), 0))]
    for _, _, query in rows.queries():
        posterior = posteriors(case.compiled, query, [target])[target]
        batches.append(np.broadcast_to(posterior, (len(states), query.batch_size)))
    predicted = np.concatenate(batches, axis=1)[:, rows.row_to_distinct].T
    return pd.DataFrame(predicted, index=frame.index, columns=pd.Index(states, name=target))


def _not_seen(case: Case, target: str, traits: Sequence[str]) -> set[str]:
    """What a prediction must not see: the target and those of its traits that are not named."""
    own = {trait.name for trait in case.variables.traits if trait.gate == target}
    allow("traits", "trait of the target", traits, own)
    return {target, *own} - set(traits)


def log_score(case: Case, frame: pd.DataFrame, target: str, *, traits: Sequence[str] = ()) -> float:
    """Compute the mean log probability of a variable's observed states, in nats.

    Parameters
    ----------
    case : Case
        The network to score. Its evidence applies to every row.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, in columns as `lumbayes.posteriors` takes them. The column `target` holds the
        observed states; predictions use the other columns. Rows where it is empty are left out.
    target : str
        The variable to predict; it must have states.
    traits : sequence of str, optional
        If the target is the pain, those of its traits that predictions may use. Columns of all
        other traits are ignored (see `lumbayes.batch.predict`).

    Returns
    -------
    float
        The mean over rows of ln P(observed state | the row's other columns, the case's evidence),
        at most 0; larger is better. −inf if the other columns of a row exclude its observed state.

    Raises
    ------
    ValueError
        If the column `target` is missing or empty in every row, or if an argument, column or cell
        is not allowed.
    ImpossibleFindings
        If the other columns of a row exclude each other or the case's evidence, or if the case's
        evidence alone excludes an observed state.

    Examples
    --------
    >>> from lumbayes import load, simulate
    >>> from lumbayes.batch import log_score
    >>> runners = simulate(load(), 500, seed=1)[["hills", "weak_core", "back_pain"]]
    >>> round(log_score(load(), runners, "back_pain"), 2)
    -0.17

    Notes
    -----
    The log score is proper (Good 1952). To compare two cases, score both on rows that neither was
    fitted to.
    """
    check_arguments("log_score", locals(), frame=ANYTHING, traits=NAMES)
    predicted, observed = _predicted_and_observed(case, frame, target, traits)
    return float(np.log(predicted[np.arange(len(predicted)), observed]).mean())


def calibration(
    case: Case,
    frame: pd.DataFrame,
    target: str,
    state: str = "",
    bins: int = BINS,
    width: float = WIDTH,
    *,
    traits: Sequence[str] = (),
) -> pd.DataFrame:
    """Compare predicted probabilities with observed frequencies, in bins of about as many rows.

    Parameters
    ----------
    case : Case
        The network to check. Its evidence applies to every row.
    frame : DataFrame, shape (n_rows, n_columns)
        Evidence, in columns as `lumbayes.posteriors` takes them. The column `target` holds the
        observed states; predictions use the other columns. Rows where it is empty are left out.
    target : str
        The variable to predict; it must have states.
    state : str, optional
        The state whose probability is checked. By default the target's last state, such as "yes".
    bins : int, default 10
        The largest number of bins. Rows are sorted by predicted probability and split evenly, but
        rows with equal predictions stay together.
    width : float, default 0.9
        The confidence level of the intervals, above 0 and below 1.
    traits : sequence of str, optional
        If the target is the pain, those of its traits that predictions may use. Columns of all
        other traits are ignored (see `lumbayes.batch.predict`).

    Returns
    -------
    DataFrame, shape (n_bins, 5)
        One row per bin, lowest predictions first. Columns:

        - `predicted`: the mean predicted probability of `state` in the bin's rows.
        - `happened`: the share of the bin's rows in which `state` was observed.
        - `low`, `high`: the ends of Wilson's (1927) confidence interval of `happened`. If
          `predicted` lies between them, the rows do not contradict the predictions.
        - `rows`: the number of rows in the bin.

    Raises
    ------
    ValueError
        If the column `target` is missing or empty in every row, or if an argument, column or cell
        is not allowed.
    ImpossibleFindings
        As for `lumbayes.batch.log_score`.

    Examples
    --------
    >>> from lumbayes import load, simulate
    >>> from lumbayes.batch import calibration
    >>> runners = simulate(load(), 2000, seed=1)[["hills", "weak_core", "back_pain"]]
    >>> calibration(load(), runners, "back_pain", bins=2).round(3)
       predicted  happened    low   high  rows
    0      0.025     0.025  0.019  0.034  1110
    1      0.036     0.044  0.034  0.057   890
    """
    check_arguments("calibration", locals(), frame=ANYTHING, traits=NAMES)
    states = list(check_node(case.variables[target]).states)
    allow("calibration", f"state of {target}", [state] if state else [], states)
    position = states.index(state) if state else len(states) - 1
    predicted, observed = _predicted_and_observed(case, frame, target, traits)
    probability, happened = predicted[:, position], observed == position
    parts = _bins(probability, bins)
    frequency = np.array([happened[part].mean() for part in parts])
    n_rows = np.array([len(part) for part in parts])
    low, high = wilson_interval(frequency, n_rows, width)
    mean_predicted = [probability[part].mean() for part in parts]
    return pd.DataFrame(
        {
            "predicted": mean_predicted,
            "happened": frequency,
            "low": low,
            "high": high,
            "rows": n_rows,
        }
    )


def _bins(probability: np.ndarray, n_bins: int) -> list[np.ndarray]:
    """The rows of each bin, lowest first; no bin ends between two equal predictions."""
    order = np.argsort(probability, kind="stable")
    steps = np.flatnonzero(np.diff(probability[order]) > SAME) + 1
    allowed = np.array([0, *steps, len(order)])
    even = np.cumsum([len(part) for part in np.array_split(order, n_bins)])[:-1]
    before = allowed[np.searchsorted(allowed, even, "right") - 1]
    after = allowed[np.searchsorted(allowed, even)]
    edges = np.where(even - before <= after - even, before, after)
    return [part for part in np.split(order, np.unique(edges)) if len(part)]


def wilson_interval(
    frequency: np.ndarray, n: np.ndarray, width: float
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a binomial proportion from its frequency in `n` trials (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + width) / 2)
    centre = (frequency + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(frequency * (1 - frequency) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _predicted_and_observed(
    case: Case, frame: pd.DataFrame, target: str, traits: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Of rows whose target is known: predictions, shape (n_rows, n_states), and observed states."""
    frame = as_frame(frame)
    if target not in frame:
        columns = ", ".join(map(str, frame.columns)) or "none"
        raise ValueError(
            f"The frame has no column {target!r}; add it, with the state observed in each row. "
            f"Its columns: {columns}."
        )
    EvidenceRows(case, frame[[target]]).check_consistent()
    states = case.variables[target].states
    observed, _ = encode_states(frame[target], states)
    is_known = ~np.isnan(observed)
    if not is_known.any():
        raise ValueError(
            f"Column {target!r}: found nothing but blanks; it needs one observed state at least."
        )
    return predict(case, frame[is_known], target, traits=traits).to_numpy(), observed[
        is_known
    ].astype(int)
