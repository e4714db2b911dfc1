"""The runs of a diary in their order, and what they say of the body: all of them together, up to one, or but for one.

Where nothing fades a message is the product of what the runs say. With a half-life, whatever may heal (a still factor
that is changeable) stays as it was over a gap of days with probability 2^(−gap / half-life) and is else drawn afresh
from what it is given the rest of the body: a Markov chain that leaves the prior as it is and can be read both ways
(the forgetting of West & Harrison 1997, ch. 2.4 and 6.3, as a dynamic network, Dean & Kanazawa 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

import numpy as np
import pandas as pd

from .body import Body, logs_of
from .case import SEED, Case
from .solving import Question, solve

ROOM, TOGETHER, TINY = 2**23, 8, np.finfo(float).tiny
Findings = dict[int, float]


@dataclass(frozen=True)
class History:
    """Runs in order: `labels`, `days` since the first, and for each the number of the kind of run that it is.

    `kinds` say what is found of a run, as a mixture: shares of some of the `patterns` of findings, which fewer sums
    answer than there are kinds. `whole` are the findings of each kind with what the case holds of the body as well.
    """

    case: Case
    body: Body
    labels: pd.Index
    days: np.ndarray
    which: np.ndarray
    kinds: list[dict[int, float]]
    patterns: list[Findings]
    whole: list[Findings]
    half_life: float | None

    def __len__(self) -> int:
        return len(self.which)

    def first(self, runs: int) -> History:
        """The history as it was after so many runs."""
        return replace(self, labels=self.labels[:runs], days=self.days[:runs], which=self.which[:runs])

    def mixed(self) -> History:
        """The same runs in an order that no habit shows in, where their order says nothing because nothing fades."""
        if self.half_life is not None:
            return self
        order = np.random.default_rng(SEED).permutation(len(self))
        return replace(self, labels=self.labels[order], days=self.days[order], which=self.which[order])


def itself(history: History, pool: np.ndarray) -> np.ndarray:
    """log P(each body and what the case says of it), shape (bodies, lanes)."""
    return logs_of(history.body.itself, Question.of(pool, history.case.told()))


def foretells(history: History, pool: np.ndarray) -> Callable[[int], np.ndarray]:
    """How well each body foretells a kind of run: P(its findings | body), shape (bodies, lanes)."""

    @lru_cache(maxsize=max(ROOM // (len(history.body.heard) * pool.shape[1]), 1))
    def pattern(number: int) -> np.ndarray:
        answer = solve(history.body.run, Question.of(pool, {**history.patterns[number]}))
        return answer.roots.clip(0) * np.exp(answer.logs)

    def kind(number: int) -> np.ndarray:
        (first, share), *rest = history.kinds[number].items()
        mixed = pattern(first) * share
        for i, more in rest:
            mixed += pattern(i) * more
        return mixed

    return kind


def message(history: History, pool: np.ndarray, but: int | None = None) -> np.ndarray:
    """What all runs, or all but the one at a place, say of the body on that day (else the last): logarithms of weights,
    shape (bodies, lanes). Equal runs are asked once where nothing fades."""
    if history.half_life is None:
        return _together(history, pool, np.delete(history.which, [] if but is None else but))
    here = len(history) - 1 if but is None else but
    sides = [range(here + (but is None)), range(len(history) - 1, here, -1)]
    return _last(history, pool, sides[0], here) + _last(history, pool, sides[1], here)


def _together(history: History, pool: np.ndarray, which: np.ndarray) -> np.ndarray:
    """The product of what runs say, a logarithm taken of several at once."""
    foretold, said = foretells(history, pool), _silence(history, pool)
    kinds, counts = np.unique(which, return_counts=True)
    for n in np.unique(counts).tolist():
        alike = kinds[counts == n].tolist()
        for start in range(0, len(alike), TOGETHER):
            said += n * _log(reduce(np.multiply, map(foretold, alike[start : start + TOGETHER])))
    return said


def _log(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(numbers)


def _last(history: History, pool: np.ndarray, places: range, here: int) -> np.ndarray:
    """What the runs at these places say on the day of the run that stands `here`."""
    said = _silence(history, pool)
    for said in along(history, pool, places):  # noqa: B007
        pass
    gap = abs(history.days[here] - history.days[places[-1]]) if places else 0
    return faded(history, itself(history, pool), said, gap)


def _silence(history: History, pool: np.ndarray) -> np.ndarray:
    return np.zeros((len(history.body.heard), pool.shape[1]))


def along(history: History, pool: np.ndarray, places: range, before: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """What runs say of the body, taken one after the other: after each, on its day, what it and those before it say.

    `before` is what runs up to the first of these places have said, on its day.
    """
    so_far = _silence(history, pool) if before is None else before
    foretold, prior = foretells(history, pool), itself(history, pool)
    for last, place in zip([*places[:1], *places], places):
        so_far = faded(history, prior, so_far, abs(history.days[place] - history.days[last]))
        so_far = so_far + _log(foretold(history.which[place]))
        yield so_far


def after(history: History, pool: np.ndarray, runs: int) -> Iterator[np.ndarray]:
    """The same from the run that comes after so many, each with all before it."""
    before = None
    if 0 < runs < len(history):
        gap = history.days[runs] - history.days[runs - 1]
        before = faded(history, itself(history, pool), message(history.first(runs), pool), gap)
    return along(history, pool, range(runs, len(history)), before)


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
    stayed = np.exp2(-gap / history.half_life)
    shape = [*[2] * len(history.body.names), -1]
    chances = np.broadcast_to(np.exp(prior - prior.max(axis=0)), said.shape).reshape(shape)
    for axis in history.body.healing:
        largest = said.max(axis=0)
        before = np.exp(said - largest).reshape(shape)
        anew = (chances * before).sum(axis=axis, keepdims=True) / np.maximum(
            chances.sum(axis=axis, keepdims=True), TINY
        )
        mixed = _log(stayed * before + (1 - stayed) * anew).reshape(said.shape) + largest
        said = np.maximum(mixed, said + np.log(stayed))
    return said
