"""What the runs of a diary say of the body: all of them together, one after the other, or all but
one.

Many draws take the compiled loop, a few take history.along, which says the same.

The runs of a diary in their order, and what they say of the body: all of them together, up to one,
or but for one.

Where nothing fades a message is the product of what the runs say. With a half-life, whatever may
heal (a still factor that is changeable) stays as it was over a gap of days with probability 2^(−gap
/ half-life) and is else drawn afresh from what it is given the rest of the body: a Markov chain
that leaves the prior as it is and can be read both ways (the forgetting of West & Harrison 1997,
ch. 2.4 and 6.3, as a dynamic network, Dean & Kanazawa 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from ..engine.solve import (
    BATCH,
    CHUNK,
    WORTH_WAITING,
    Query,
    QueryResult,
    folded,
    in_parts,
    loop_for,
    solve,
)
from .plate_model import History, logs_of, summed

ROOM, TINY = 2**23, np.finfo(float).tiny


def itself(history: History, inputs: np.ndarray) -> np.ndarray:
    """log P(each body and what the case says of it), shape (bodies, lanes)."""
    return logs_of(history.body.itself, Query.of(inputs, history.case.evidence_inputs()))


def foretells(history: History, inputs: np.ndarray) -> Callable[[int], np.ndarray]:
    """How well each body foretells a kind of run: P(its findings | body), shape (bodies, lanes)."""
    size = len(history.body.heard) * inputs.shape[1]
    asked = lru_cache(maxsize=max(ROOM // size, 1))(lambda number: pattern(history, inputs, number))

    def kind(number: int) -> np.ndarray:
        (first, share), *rest = history.kinds[number].items()
        mixed = asked(first) * share
        for i, more in rest:
            mixed += asked(i) * more
        return mixed

    return kind


def pattern(history: History, inputs: np.ndarray, number: int) -> np.ndarray:
    """P(a pattern of findings | body), shape (bodies, lanes)."""
    answer = solve(history.body.run, Query.of(inputs, {**history.patterns[number]}))
    return answer.roots.clip(0) * np.exp(answer.logs)


def silence(history: History, inputs: np.ndarray) -> np.ndarray:
    """The message of no run."""
    return np.zeros((len(history.body.heard), inputs.shape[1]))


def along(
    history: History, inputs: np.ndarray, places: Sequence[int], before: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """What runs say of the body, taken one after the other: after each, on its day, what it and
    those before it say.

    `before` is what runs up to the first of these places have said, on its day.
    """
    so_far = silence(history, inputs) if before is None else before
    foretold, prior = foretells(history, inputs), itself(history, inputs)
    for last, place in zip([*places[:1], *places], places):
        so_far = forget(history, prior, so_far, abs(history.days[place] - history.days[last]))
        so_far = so_far + log(foretold(history.which[place]))
        yield so_far


def log(numbers: np.ndarray) -> np.ndarray:
    """Logarithms, −∞ of nought."""
    with np.errstate(divide="ignore"):
        return np.log(numbers)


def stays(history: History, gaps: np.ndarray) -> np.ndarray:
    """How likely what may heal stays as it was over gaps of days."""
    return np.exp2(-gaps / (history.half_life or np.inf))


def forget(history: History, prior: np.ndarray, said: np.ndarray, gap: float) -> np.ndarray:
    """What is left of a message after a gap of days: whatever may heal has stayed as it was, or was
    drawn afresh.

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
    """Kinds of runs in an order. Before each, what may heal `stays` with that probability; then it
    is said `counts` times: a mixture by `shares` of `parts`, places among the `patterns`, from its
    own of `starts` to the next."""

    patterns: np.ndarray
    starts: np.ndarray
    parts: np.ndarray
    shares: np.ndarray
    counts: np.ndarray
    stays: np.ndarray

    @classmethod
    def of(
        cls, history: History, which: np.ndarray, counts: np.ndarray, stays: np.ndarray
    ) -> Steps:
        """Some kinds of a history, by number."""
        kinds = [history.kinds[number] for number in which.tolist()]
        patterns, parts = np.unique([part for kind in kinds for part in kind], return_inverse=True)
        starts = np.cumsum([0, *map(len, kinds)])
        shares = np.array([share for kind in kinds for share in kind.values()], float)
        return cls(patterns, starts, parts, shares, counts, stays)


class Relay:
    """Steps of a history made ready for pools of many draws in which the same rows are steady: the
    compiled loop.
    """

    def __init__(self, history: History, steps: Steps, inputs: np.ndarray):
        self._loop, body = loop_for(WORTH_WAITING), history.body
        self._bodies = len(body.heard)
        told = [history.patterns[number] for number in steps.patterns.tolist()]
        asked = [(body.run, findings) for findings in told] + [
            (body.itself, history.case.evidence_inputs())
        ]
        self._asked = [
            folded(self._loop, circuit, Query.of(inputs, {**findings}))
            for circuit, findings in asked
        ]
        axes = [] if history.half_life is None else body.healing
        bits = 1 << len(body.names) - 1 - np.array(axes, int)
        self._steps = steps.starts, steps.parts, steps.shares, steps.counts, steps.stays, bits

    def carry(self, inputs: np.ndarray, message: np.ndarray, totals: np.ndarray) -> bool:
        """Carry a message, shape (bodies, lanes), through the steps in place and fill as many of
        their `totals` as there are, the last of log P(all said so far, and what the case says of
        the body); whether no body was lost."""
        return all(
            in_parts(
                partial(self._carry, inputs, message, totals), inputs.shape[1], self._loop.WIDTH
            )
        )

    def _carry(
        self, inputs: np.ndarray, message: np.ndarray, totals: np.ndarray, first: int, last: int
    ) -> bool:
        fits, last = True, min(last, inputs.shape[1])
        for lane in range(first, last, CHUNK):
            some = np.s_[:, lane : min(lane + CHUNK, last)]
            roots, logs = self._answers(np.ascontiguousarray(inputs[some]))
            largest = np.maximum(roots[-1].max(axis=0), TINY)
            ours = roots[-1].clip(0) / largest, message[some].copy(), totals[some].copy()
            fits &= self._loop.relay(roots[:-1], logs[:-1], *self._steps, *ours, 0, len(largest))
            message[some], totals[some] = ours[1], ours[2] + np.log(largest) + logs[-1]
        return fits

    def _answers(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each question is answered, a body, and the logarithms by whose exponentials it is to
        be multiplied.
        """
        batch_size, seeds, slopes = (
            inputs.shape[1],
            np.empty((0, self._bodies)),
            np.empty((0, 0, inputs.shape[1])),
        )
        roots, logs = (
            np.empty((len(self._asked), self._bodies, batch_size)),
            np.empty((len(self._asked), batch_size)),
        )
        for one, found, scale in zip(self._asked, roots, logs):
            one.fill(inputs, seeds, QueryResult(found, scale, slopes), 0, batch_size)
        return roots, logs


def message(history: History, inputs: np.ndarray, but: int | None = None) -> np.ndarray:
    """What all runs, or all but the one at a place, say of the body on that day (else the last):
    logarithms of weights, shape (bodies, lanes)."""
    places, none = range(len(history)), np.empty((0, inputs.shape[1]))
    if but is None or history.half_life is None:
        return _said(history, inputs, [place for place in places if place != but], none)
    sides = [side for side in (places[:but], places[:but:-1]) if side]
    gaps, prior = (
        [abs(history.days[but] - history.days[side[-1]]) for side in sides],
        itself(history, inputs),
    )
    said = [
        forget(history, prior, _said(history, inputs, side, none), gap)
        for side, gap in zip(sides, gaps)
    ]
    return sum(said, silence(history, inputs))


def foretold(history: History, inputs: np.ndarray) -> np.ndarray:
    """log P(all runs and what the case holds | draw), shape (draws,)."""
    return reached(history, inputs, 1)[0] if len(history) else summed(itself(history, inputs))


def reached(history: History, inputs: np.ndarray, last: int) -> np.ndarray:
    """log P(runs so far and what the case holds | draw) after each of the last so many runs, shape
    (last, draws).
    """
    totals = np.empty((last, inputs.shape[1]))
    _said(history, inputs, range(len(history)), totals)
    return totals


def foretelling(history: History, like: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """How to ask `foretold` of many draws again and again, in pools where the same rows are steady
    as in this one.
    """
    relay = Relay(history, _steps(history, range(len(history)), 1), like)

    def asked(inputs: np.ndarray) -> np.ndarray:
        totals = np.empty((1, inputs.shape[1]))
        return (
            totals[0]
            if relay.carry(inputs, silence(history, inputs), totals)
            else foretold(history, inputs)
        )

    return asked


def _said(
    history: History, inputs: np.ndarray, places: Sequence[int], totals: np.ndarray
) -> np.ndarray:
    """What the runs at these places say on the day of the last of them; `totals` are filled, a row
    each of the last.
    """
    said, first = silence(history, inputs), len(places) - len(totals)
    if not places:
        return said
    many, steps = inputs.shape[1] >= BATCH, _steps(history, places, len(totals))
    if many and Relay(history, steps, inputs).carry(inputs, said, totals):
        return said
    prior = itself(history, inputs)
    for number, said in enumerate(along(history, inputs, places)):
        if number >= first:
            totals[number - first] = summed(prior + said)
    return said


def _steps(history: History, places: Sequence[int], alone: int) -> Steps:
    """The runs at these places in order; where nothing fades all but the last so many at once, each
    kind of them as often as it is there."""
    which, gaps = history.which[[*places]], np.abs(np.diff(history.days[[places[0], *places]]))
    counts, first = np.ones(len(places), int), len(places) - alone
    if history.half_life is None:
        kinds, times = np.unique(which[:first], return_counts=True)
        which, counts = np.append(kinds, which[first:]), np.append(times, counts[first:])
    return Steps.of(history, which, counts, stays(history, gaps[: len(which)]))


def after(history: History, inputs: np.ndarray, runs: int) -> Iterator[np.ndarray]:
    """The same from the run that comes after so many, each with all before it."""
    before = None
    if 0 < runs < len(history):
        gap = history.days[runs] - history.days[runs - 1]
        before = forget(history, itself(history, inputs), message(history.first(runs), inputs), gap)
    return along(history, inputs, range(runs, len(history)), before)


def leave_one_out_messages(history: History, inputs: np.ndarray) -> list[np.ndarray]:
    """For each run what all the others say of the body on its day, shape (bodies, lanes)."""
    places, prior = range(len(history)), itself(history, inputs)
    forth, back = (list(along(history, inputs, side)) for side in (places, places[::-1]))
    gaps, none = np.diff(history.days), silence(history, inputs)
    before = [none, *(forget(history, prior, said, gap) for said, gap in zip(forth, gaps))]
    after = [*(forget(history, prior, said, gap) for said, gap in zip(back[-2::-1], gaps)), none]
    return [b + a for b, a in zip(before, after)]
