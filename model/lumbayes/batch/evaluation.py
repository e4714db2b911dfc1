"""How well a case foretells what rows say happened: the log score, and what came of each
forecast.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from ..case import Case
from ..defaults import WIDTH
from ..inference.compiled import posteriors
from .frame import Rows

BINS = 10


def predict(case: Case, frame: pd.DataFrame, target: str) -> pd.DataFrame:
    """P(target = state | the other columns) of every row, exact: one column a state, the frame's
    own index.

    What the frame says of the target is not looked at, and neither is what only a pain can show
    where the target is the pain: leave its traits out of the frame. Raises what `posteriors`
    raises.
    """
    states = case.variables[target].states
    rest = Rows(
        case, frame.drop(columns=[c for c in frame.columns if str(c).partition(":")[0] == target])
    )
    found = [np.empty((len(states), 0))]
    for _, _, question in rest.asked():
        asked = posteriors(case.compiled, question, [target])[target]
        found.append(np.broadcast_to(asked, (len(states), question.batch_size)))
    shares = np.concatenate(found, axis=1)[:, rest.where].T
    return pd.DataFrame(shares, index=frame.index, columns=pd.Index(states, name=target))


def log_score(case: Case, frame: pd.DataFrame, target: str) -> float:
    """The mean of log P(what happened | the other columns) over the rows that say so, in nats; 0 is
    the best there is.

    A proper score (Good 1952): on average nothing beats foretelling what one believes. To compare
    two cases fairly, the rows must be new to both.
    """
    shares, happened = _known(case, frame, target)
    return float(np.log(shares[np.arange(len(shares)), happened]).mean())


def calibration(
    case: Case,
    frame: pd.DataFrame,
    target: str,
    state: str = "",
    bins: int = BINS,
    width: float = WIDTH,
) -> pd.DataFrame:
    """Rows in `bins` of equal size by their forecast of the target's state (by default its last):
    did it come true?

    `foretold` the mean forecast of a bin, `happened` the share in which it came so, `low`, `high`
    the interval of that width for the share (Wilson 1927), `rows` how many. Where forecasts can be
    trusted, `foretold` lies within.
    """
    states = list(case.variables[target].states)
    place = states.index(state) if state else len(states) - 1
    shares, happened = _known(case, frame, target)
    order = np.argsort(shares[:, place], kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    foretold = [shares[part, place].mean() for part in parts]
    came = np.array([(happened[part] == place).mean() for part in parts])
    rows = np.array([len(part) for part in parts])
    low, high = wilson(came, rows, width)
    return pd.DataFrame(
        {"predicted": foretold, "happened": came, "low": low, "high": high, "rows": rows}
    )


def wilson(share: np.ndarray, rows: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of that width for a probability of which `share` of some rows came true (Wilson
    1927).
    """
    z = NormalDist().inv_cdf((1 + width) / 2)
    middle = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2)) / (1 + z**2 / rows)
    return middle - reach, middle + reach


def _known(case: Case, frame: pd.DataFrame, target: str) -> tuple[np.ndarray, np.ndarray]:
    """The forecasts of the rows whose target is known, shape (rows, states), and the state that
    each then had.
    """
    if target not in frame:
        raise ValueError(
            f"The rows have no column {target!r}: without it nobody knows what came of a forecast."
        )
    Rows(case, frame[[target]]).check_consistent()
    states = case.variables[target].states
    happened = pd.Categorical(frame[target].astype(object), categories=states).codes
    known = happened >= 0
    if not known.any():
        raise ValueError(
            f"Column {target!r}: found nothing but blanks; it says what came of a forecast."
        )
    return predict(case, frame[known], target).to_numpy(), happened[known]
