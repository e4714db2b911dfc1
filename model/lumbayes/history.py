"""The runs of a diary in their order, and what they say of the body: all of them together, up to one, or but for one.

Where nothing fades a message is the product of what the runs say. With a half-life, whatever may heal (a still factor
that is changeable) stays as it was over a gap of days with probability 2^(−gap / half-life) and is else drawn afresh
from what it is given the rest of the body: a Markov chain that leaves the prior as it is and can be read both ways
(the forgetting of West & Harrison 1997, ch. 2.4 and 6.3, as a dynamic network, Dean & Kanazawa 1989).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .body import Body, logs_of
from .case import Case
from .solving import Question


@dataclass(frozen=True)
class History:
    """Runs in order: `labels`, `days` since the first, and for each the number of the distinct pattern it shows.

    `patterns` are what each pattern tells of a run, `whole` the same with what the case holds of the body as well.
    """

    case: Case
    body: Body
    labels: pd.Index
    days: np.ndarray
    which: np.ndarray
    patterns: list[dict[int, float]]
    whole: list[dict[int, float]]
    half_life: float | None

    def __len__(self) -> int:
        return len(self.which)


def itself(history: History, pool: np.ndarray) -> np.ndarray:
    """log P(each body and what the case says of it), shape (bodies, lanes)."""
    return logs_of(history.body.itself, Question.of(pool, history.case.told()))


def says(history: History, told: Mapping[int, Any], pool: np.ndarray) -> np.ndarray:
    """log P(findings of a run | each body), shape (bodies, lanes)."""
    return logs_of(history.body.run, Question.of(pool, {**told}))


def message(history: History, pool: np.ndarray, but: int | None = None) -> np.ndarray:
    """What all runs, or all but the one at a place, say of the body on that day (else the last): logarithms of weights,
    shape (bodies, lanes). Equal runs are asked once where nothing fades."""
    if history.half_life is None:
        counts = np.bincount(history.which, minlength=len(history.patterns))
        if but is not None:
            counts[history.which[but]] -= 1
        said = (n * says(history, told, pool) for n, told in zip(counts.tolist(), history.patterns) if n)
        return sum(said, _silence(history, pool))
    here = len(history) - 1 if but is None else but
    sides = [range(here + (but is None)), range(len(history) - 1, here, -1)]
    return _last(history, pool, sides[0], here) + _last(history, pool, sides[1], here)


def _last(history: History, pool: np.ndarray, places: range, here: int) -> np.ndarray:
    """What the runs at these places say on the day of the run that stands `here`."""
    said = _silence(history, pool)
    for said in along(history, pool, places):  # noqa: B007
        pass
    gap = abs(history.days[here] - history.days[places[-1]]) if places else 0
    return faded(history, itself(history, pool), said, gap)


def _silence(history: History, pool: np.ndarray) -> np.ndarray:
    return np.zeros((len(history.body.heard), pool.shape[1]))


def along(history: History, pool: np.ndarray, places: range) -> Iterator[np.ndarray]:
    """What runs say of the body, taken one after the other: after each, on its day, what it and those before it say."""
    so_far, prior = _silence(history, pool), itself(history, pool)
    for last, place in zip([*places[:1], *places], places):
        so_far = faded(history, prior, so_far, abs(history.days[place] - history.days[last]))
        so_far = so_far + says(history, history.patterns[history.which[place]], pool)
        yield so_far


def others(history: History, pool: np.ndarray) -> list[np.ndarray]:
    """For each run what all the others say of the body on its day, shape (bodies, lanes)."""
    places, prior = range(len(history)), itself(history, pool)
    forth, back = (list(along(history, pool, side)) for side in (places, places[::-1]))
    gaps, none = np.diff(history.days), _silence(history, pool)
    before = [none, *(faded(history, prior, said, gap) for said, gap in zip(forth, gaps))]
    after = [*(faded(history, prior, said, gap) for said, gap in zip(back[-2::-1], gaps)), none]
    return [b + a for b, a in zip(before, after)]


def faded(history: History, prior: np.ndarray, said: np.ndarray, gap: float) -> np.ndarray:
    """What is left of a message after a gap of days: whatever may heal has stayed as it was, or was drawn afresh.

    `prior` is log P(each body), which the drawing afresh leaves as it is.
    """
    if history.half_life is None or not gap:
        return said
    halved = gap / history.half_life * np.log(2)
    stayed, fresh = -halved, np.log(-np.expm1(-halved))
    shape = [*[2] * len(history.body.names), -1]
    prior = np.broadcast_to(prior, said.shape).reshape(shape)
    for axis in history.body.healing:
        before = said.reshape(shape)
        with np.errstate(invalid="ignore"):
            anew = np.nan_to_num(_sum(prior + before, axis) - _sum(prior, axis), nan=-np.inf, neginf=-np.inf)
        said = np.logaddexp(stayed + before, fresh + anew).reshape(said.shape)
    return said


def _sum(logs: np.ndarray, axis: int) -> np.ndarray:
    return np.logaddexp.reduce(logs, axis=axis, keepdims=True)
