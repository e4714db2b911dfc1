"""The runs of a diary in their order, and what they say of the body: all of them together, up to one, or but for one.

Where nothing fades a message is the product of what the runs say. With a half-life, whatever may heal (a still factor
that is changeable) stays as it was over a gap of days with probability 2^(−gap / half-life) and is else drawn afresh
from what it is given the rest of the body: a Markov chain that leaves the prior as it is and can be read both ways
(the forgetting of West & Harrison 1997, ch. 2.4 and 6.3, as a dynamic network, Dean & Kanazawa 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from .body import Body, logs_of
from .case import Case
from .defaults import SEED
from .engine.solve import Question, solve

ROOM, TINY = 2**23, np.finfo(float).tiny
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
    size = len(history.body.heard) * pool.shape[1]
    asked = lru_cache(maxsize=max(ROOM // size, 1))(lambda number: pattern(history, pool, number))

    def kind(number: int) -> np.ndarray:
        (first, share), *rest = history.kinds[number].items()
        mixed = asked(first) * share
        for i, more in rest:
            mixed += asked(i) * more
        return mixed

    return kind


def pattern(history: History, pool: np.ndarray, number: int) -> np.ndarray:
    """P(a pattern of findings | body), shape (bodies, lanes)."""
    answer = solve(history.body.run, Question.of(pool, {**history.patterns[number]}))
    return answer.roots.clip(0) * np.exp(answer.logs)


def silence(history: History, pool: np.ndarray) -> np.ndarray:
    """The message of no run."""
    return np.zeros((len(history.body.heard), pool.shape[1]))


def along(
    history: History, pool: np.ndarray, places: Sequence[int], before: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """What runs say of the body, taken one after the other: after each, on its day, what it and those before it say.

    `before` is what runs up to the first of these places have said, on its day.
    """
    so_far = silence(history, pool) if before is None else before
    foretold, prior = foretells(history, pool), itself(history, pool)
    for last, place in zip([*places[:1], *places], places):
        so_far = faded(history, prior, so_far, abs(history.days[place] - history.days[last]))
        so_far = so_far + log(foretold(history.which[place]))
        yield so_far


def log(numbers: np.ndarray) -> np.ndarray:
    """Logarithms, −∞ of nought."""
    with np.errstate(divide="ignore"):
        return np.log(numbers)


def stays(history: History, gaps: np.ndarray) -> np.ndarray:
    """How likely what may heal stays as it was over gaps of days."""
    return np.exp2(-gaps / (history.half_life or np.inf))


def faded(history: History, prior: np.ndarray, said: np.ndarray, gap: float) -> np.ndarray:
    """What is left of a message after a gap of days: whatever may heal has stayed as it was, or was drawn afresh.

    `prior` is log P(each body), which the drawing afresh leaves as it is.
    """
    if history.half_life is None or not gap:
        return said
    stayed = stays(history, np.array(gap))
    shape = [*[2] * len(history.body.names), -1]
    chances = np.broadcast_to(np.exp(prior - prior.max(axis=0)), said.shape).reshape(shape)
    for axis in history.body.healing:
        largest = said.max(axis=0)
        before = np.exp(said - largest).reshape(shape)
        anew = (chances * before).sum(axis=axis, keepdims=True) / np.maximum(
            chances.sum(axis=axis, keepdims=True), TINY
        )
        mixed = log(stayed * before + (1 - stayed) * anew).reshape(said.shape) + largest
        said = np.maximum(mixed, said + np.log(stayed))
    return said
