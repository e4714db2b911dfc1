"""What the runs of a diary say of the body: all of them together, one after the other, or all but one.

Many draws take the compiled loop, a few take history.along, which says the same.

The runs of a diary in their order, and what they say of the body: all of them together, up to one, or but for one.

Where nothing fades a message is the product of what the runs say. With a half-life, whatever may heal (a still factor
that is changeable) stays as it was over a gap of days with probability 2^(−gap / half-life) and is else drawn afresh
from what it is given the rest of the body: a Markov chain that leaves the prior as it is and can be read both ways
(the forgetting of West & Harrison 1997, ch. 2.4 and 6.3, as a dynamic network, Dean & Kanazawa 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from ..engine.solve import BATCH, CHUNK, WORTH_WAITING, Answer, Question, folded, in_parts, loop_for, solve
from .plate_model import History, logs_of, summed

ROOM, TINY = 2**23, np.finfo(float).tiny


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


@dataclass(frozen=True)
class Steps:
    """Kinds of runs in an order. Before each, what may heal `stays` with that probability; then it is said `counts`
    times: a mixture by `shares` of `parts`, places among the `patterns`, from its own of `starts` to the next."""

    patterns: np.ndarray
    starts: np.ndarray
    parts: np.ndarray
    shares: np.ndarray
    counts: np.ndarray
    stays: np.ndarray

    @classmethod
    def of(cls, history: History, which: np.ndarray, counts: np.ndarray, stays: np.ndarray) -> Steps:
        """Some kinds of a history, by number."""
        kinds = [history.kinds[number] for number in which.tolist()]
        patterns, parts = np.unique([part for kind in kinds for part in kind], return_inverse=True)
        starts = np.cumsum([0, *map(len, kinds)])
        shares = np.array([share for kind in kinds for share in kind.values()], float)
        return cls(patterns, starts, parts, shares, counts, stays)


class Relay:
    """Steps of a history made ready for pools of many draws in which the same rows are steady: the compiled loop."""

    def __init__(self, history: History, steps: Steps, pool: np.ndarray):
        self._loop, body = loop_for(WORTH_WAITING), history.body
        self._bodies = len(body.heard)
        told = [history.patterns[number] for number in steps.patterns.tolist()]
        asked = [(body.run, findings) for findings in told] + [(body.itself, history.case.told())]
        self._asked = [folded(self._loop, circuit, Question.of(pool, {**findings})) for circuit, findings in asked]
        axes = [] if history.half_life is None else body.healing
        bits = 1 << len(body.names) - 1 - np.array(axes, int)
        self._steps = steps.starts, steps.parts, steps.shares, steps.counts, steps.stays, bits

    def carry(self, pool: np.ndarray, message: np.ndarray, totals: np.ndarray) -> bool:
        """Carry a message, shape (bodies, lanes), through the steps in place and fill as many of their `totals` as
        there are, the last of log P(all said so far, and what the case says of the body); whether no body was lost."""
        return all(in_parts(partial(self._carry, pool, message, totals), pool.shape[1], self._loop.WIDTH))

    def _carry(self, pool: np.ndarray, message: np.ndarray, totals: np.ndarray, first: int, last: int) -> bool:
        fits, last = True, min(last, pool.shape[1])
        for lane in range(first, last, CHUNK):
            some = np.s_[:, lane : min(lane + CHUNK, last)]
            roots, logs = self._answers(np.ascontiguousarray(pool[some]))
            largest = np.maximum(roots[-1].max(axis=0), TINY)
            ours = roots[-1].clip(0) / largest, message[some].copy(), totals[some].copy()
            fits &= self._loop.relay(roots[:-1], logs[:-1], *self._steps, *ours, 0, len(largest))
            message[some], totals[some] = ours[1], ours[2] + np.log(largest) + logs[-1]
        return fits

    def _answers(self, pool: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each question is answered, a body, and the logarithms by whose exponentials it is to be multiplied."""
        lanes, seeds, slopes = pool.shape[1], np.empty((0, self._bodies)), np.empty((0, 0, pool.shape[1]))
        roots, logs = np.empty((len(self._asked), self._bodies, lanes)), np.empty((len(self._asked), lanes))
        for one, found, scale in zip(self._asked, roots, logs):
            one.fill(pool, seeds, Answer(found, scale, slopes), 0, lanes)
        return roots, logs


def message(history: History, pool: np.ndarray, but: int | None = None) -> np.ndarray:
    """What all runs, or all but the one at a place, say of the body on that day (else the last): logarithms of weights,
    shape (bodies, lanes)."""
    places, none = range(len(history)), np.empty((0, pool.shape[1]))
    if but is None or history.half_life is None:
        return _said(history, pool, [place for place in places if place != but], none)
    sides = [side for side in (places[:but], places[:but:-1]) if side]
    gaps, prior = [abs(history.days[but] - history.days[side[-1]]) for side in sides], itself(history, pool)
    said = [faded(history, prior, _said(history, pool, side, none), gap) for side, gap in zip(sides, gaps)]
    return sum(said, silence(history, pool))


def foretold(history: History, pool: np.ndarray) -> np.ndarray:
    """log P(all runs and what the case holds | draw), shape (draws,)."""
    return reached(history, pool, 1)[0] if len(history) else summed(itself(history, pool))


def reached(history: History, pool: np.ndarray, last: int) -> np.ndarray:
    """log P(runs so far and what the case holds | draw) after each of the last so many runs, shape (last, draws)."""
    totals = np.empty((last, pool.shape[1]))
    _said(history, pool, range(len(history)), totals)
    return totals


def foretelling(history: History, like: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """How to ask `foretold` of many draws again and again, in pools where the same rows are steady as in this one."""
    relay = Relay(history, _steps(history, range(len(history)), 1), like)

    def asked(pool: np.ndarray) -> np.ndarray:
        totals = np.empty((1, pool.shape[1]))
        return totals[0] if relay.carry(pool, silence(history, pool), totals) else foretold(history, pool)

    return asked


def _said(history: History, pool: np.ndarray, places: Sequence[int], totals: np.ndarray) -> np.ndarray:
    """What the runs at these places say on the day of the last of them; `totals` are filled, a row each of the last."""
    said, first = silence(history, pool), len(places) - len(totals)
    if not places:
        return said
    many, steps = pool.shape[1] >= BATCH, _steps(history, places, len(totals))
    if many and Relay(history, steps, pool).carry(pool, said, totals):
        return said
    prior = itself(history, pool)
    for number, said in enumerate(along(history, pool, places)):
        if number >= first:
            totals[number - first] = summed(prior + said)
    return said


def _steps(history: History, places: Sequence[int], alone: int) -> Steps:
    """The runs at these places in order; where nothing fades all but the last so many at once, each kind of them as
    often as it is there."""
    which, gaps = history.which[[*places]], np.abs(np.diff(history.days[[places[0], *places]]))
    counts, first = np.ones(len(places), int), len(places) - alone
    if history.half_life is None:
        kinds, times = np.unique(which[:first], return_counts=True)
        which, counts = np.append(kinds, which[first:]), np.append(times, counts[first:])
    return Steps.of(history, which, counts, stays(history, gaps[: len(which)]))


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
    gaps, none = np.diff(history.days), silence(history, pool)
    before = [none, *(faded(history, prior, said, gap) for said, gap in zip(forth, gaps))]
    after = [*(faded(history, prior, said, gap) for said, gap in zip(back[-2::-1], gaps)), none]
    return [b + a for b, a in zip(before, after)]
