"""What a cohort teaches: every number learnt from rows with outcomes, with its prior's counts as
what was known before.

The switches are never seen, so it is done by EM (Dempster, Laird & Rubin 1977): expect how often
each was thrown and fell each way, then share = (counts + falls) / their sum. Steps that agree are
stretched (SQUAREM, Varadhan & Roland 2008), and a stretch that lowers the log posterior is taken
back. That is log P(rows) + Σ counts · log share, a prior Dirichlet in the basis of log odds (MacKay
1998): with no rows its mode is the prior's mean.

A switch that was thrown a thousand times and seen to fall in none has taught nothing. So the counts
grow not by throws but by what they are worth: the information matrix is the prior's plus the sum of
the rows' own scores squared (Berndt, Hall, Hall & Hausman 1974), and the new counts are those whose
variance is what its inverse leaves to this number. What it says of two together, for rows often
leave open which of two causes it was, is kept as what ties them.

What runners teach about each number: how often its switch was thrown, and how it fell, as far as
can be told.

P(findings) is linear in each share of a number. So share · ∂P/∂share / P(findings) is the chance
that the switch was thrown and fell that way (Darwiche 2003), for a noisy-OR p · P(y | others) /
P(y) (Díez 1993), and one pass down gives it for all numbers at once. A switch is thrown where its
cause is there; the leak of a trait, where nothing pushed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..batch.frame import Rows
from ..case import Case
from ..defaults import WIDTH
from ..engine.solve import Query, solve
from ..network.network import Network
from ..priors.copula import tied
from ..priors.prior import Key, Prior
from ..priors.priors import Priors
from .report import lessons, verdicts


class LatentLinks:
    """Every number of a case's network laid end to end in one vector of shares; `places` says where
    each stands.

    `sizes` says how many states each number has, `prior` are the counts of all their priors, `rows`
    the rows of the pool that hold them. Numbers of arrows that the case's surgery has cut are left
    out.
    """

    def __init__(self, case: Case):
        self.compiled = case.compiled
        priors = {k: p for k, p in case.priors.items() if _effect(k) not in case.interventions}
        self.prior = np.concatenate([prior.counts for prior in priors.values()]).astype(float)
        self.sizes = np.array([len(prior.counts) for prior in priors.values()])
        self._starts = np.cumsum(self.sizes) - self.sizes
        self.places = {
            key: slice(at, at + size) for key, at, size in zip(priors, self._starts, self.sizes)
        }
        self.rows = np.concatenate([self.compiled.of_prior(key) for key in priors])
        self._sums = _along(
            [self.compiled.cumulated(key, np.eye(size)) for key, size in zip(priors, self.sizes)]
        )

    def total(self, values: np.ndarray) -> np.ndarray:
        """The sum of some values, shape (places, …), over the states of each number."""
        return np.add.reduceat(values, self._starts, axis=0)

    def each(self, values: np.ndarray) -> np.ndarray:
        """The same sum at every place of its number."""
        return np.repeat(self.total(values), self.sizes, axis=0)

    def largest(self, values: np.ndarray) -> np.ndarray:
        """The largest of some values of each number, at every place of it."""
        return np.repeat(np.maximum.reduceat(values, self._starts), self.sizes)

    def within(self, counts: np.ndarray) -> np.ndarray:
        """Counts as shares of their number."""
        return counts / self.each(counts)

    def spread(self, shares: np.ndarray) -> np.ndarray:
        """diag(shares) − shares sharesᵀ of each number, along the diagonal of one matrix."""
        return _along(
            [np.diag(shares[at]) - np.outer(shares[at], shares[at]) for at in self.places.values()]
        )

    def breaks(self, shares: np.ndarray) -> np.ndarray:
        """How the log odds of each state against those after it hang on the log shares, shape
        (breaks, places).
        """
        return _along([_breaks(shares[at]) for at in self.places.values()])

    def inputs(self, shares: np.ndarray) -> np.ndarray:
        """The compiled network's pool with these shares in the place of the means."""
        inputs = self.compiled.mean_inputs.copy()
        inputs[self.rows, 0] = self._sums @ shares
        return inputs

    def slopes(self, question: Query) -> tuple[np.ndarray, np.ndarray]:
        """How log P(findings) rises with each row of the pool that holds a number, shape (rows,
        lanes), and itself.
        """
        circuit = self.compiled.circuit
        answer = solve(circuit, question, np.ones((1, len(circuit.roots))), self.rows)
        total = answer.roots.sum(axis=0)
        return answer.derivatives[0] / total, np.log(total) + answer.logs

    def expected_counts(self, shares: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """P(the switch was thrown and fell so | findings) from such slopes, or how often from a sum
        of them.
        """
        # A row of the pool holds a sum of shares, so a share's slope is the sum of the slopes of
        # the rows it is in.
        return (shares * (self._sums.T @ slopes).T).T


def _effect(key: Key) -> str:
    return key if isinstance(key, str) else key[1]


def _breaks(shares: np.ndarray) -> np.ndarray:
    """The same of one number: each state against the mean of those after it, as they weigh."""
    later = np.triu(np.tile(shares, (len(shares), 1)), 1)[:-1]
    return np.eye(len(shares))[:-1] - later / later.sum(axis=1, keepdims=True)


def _along(parts: list[np.ndarray]) -> np.ndarray:
    """Matrices along the diagonal of one, nought elsewhere."""
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*parts))


STEPS = 500
ENOUGH = 0.001
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class EStep:
    """How well some shares, shape (places,), do: their log posterior, and how often each switch is
    expected to fall.
    """

    shares: np.ndarray
    log_posterior: float
    expected_counts: np.ndarray


@dataclass(frozen=True, eq=False)
class FittedModel:
    """What a cohort has taught: `case` with the new numbers, `before` with the old ones, and how it
    was learnt.

    `fallen` says of each number how often its switch is expected to have fallen to each state,
    `path` the log posterior at the start and after every step, `ended` whether the last step gained
    next to nothing or the steps ran out.
    """

    case: Case
    before: Case
    cohort: Rows
    expected_counts: Mapping[Key, np.ndarray]
    path: pd.Series
    ended: bool

    def __repr__(self) -> str:
        return f"Learnt({len(self.cohort)} rows, {'ended' if self.ended else 'stopped'} at step {len(self.path) - 1})"

    def parameters(self, *, width: float = WIDTH) -> pd.DataFrame:
        """What the rows did to every number: one row a number, of a graded one a row a state; see
        `lessons`.
        """
        return lessons(self.before, self.case, self.expected_counts, width)

    def claims(self, *, width: float = WIDTH) -> pd.DataFrame:
        """How the thread's claims fare in these rows: one row a claim, by its id; see
        `verdicts`.
        """
        return verdicts(self.before, self.case, self._unheard.case, self.expected_counts, width)

    @cached_property
    def _unheard(self) -> FittedModel:
        """The same rows over what is known before anybody speaks: what they say of each link by
        themselves.
        """
        return _learnt(self.before.with_claims([]), self.cohort, STEPS)


def fit(case: Case, frame: pd.DataFrame, *, steps: int = STEPS) -> FittedModel:
    """Every number of the case as the rows of a frame have it, with its prior's counts; what is
    missing is unknown.

    Columns and errors as in `posteriors`. What the case holds is so of every row; arrows that its
    `do` has cut learn nothing. The numbers of `learnt.case` have as mean the mode of all of them
    together, and are as wide as the rows leave them: what no row tests stays as it was. They are
    drawn together, so an interval of `learnt.case` knows that where one cause has less of the
    credit another has more; figures at the means do not, and learning on from `learnt.case` does
    not either, so give all rows at once. How often such intervals hold:
    tests/benchmarks/BY_HAND.md.
    """
    cohort = Rows(case, frame)
    cohort.check_consistent()
    return _learnt(case, cohort, steps)


def _learnt(case: Case, cohort: Rows, most: int) -> FittedModel:
    switches = LatentLinks(case)
    path = [*_climb(switches, cohort, most)]
    scores = [e_step.log_posterior for e_step in path]
    priors = _taught(case, cohort, switches, path[-1].shares)
    after = replace(case, compiled=case.compiled.under(Network(priors)))
    expected_counts = {
        key: path[-1].expected_counts[place] for key, place in switches.places.items()
    }
    steps, ended = (
        pd.Series(scores, name="log posterior").rename_axis("step"),
        scores[-1] - scores[-2:][0] < ENOUGH,
    )
    return FittedModel(after, case, cohort, expected_counts, steps, len(scores) > 1 and ended)


def _taught(case: Case, cohort: Rows, switches: LatentLinks, shares: np.ndarray) -> Priors:
    """Each number as learnt: these shares, counts as large as they and the rows make it sure, and
    what ties them.
    """
    covariance = _covariance(switches, cohort, shares)
    found, sizes = dict[Key, Prior](), _sizes(switches, covariance, shares)
    for (key, place), size in zip(switches.places.items(), sizes):
        prior, counts = case.priors[key], tuple((size * shares[place]).tolist())
        source = f"learnt from {len(cohort)} rows, over: {prior.source}"
        found[key] = replace(prior, counts=counts, basis="learnt", source=source)
    breaks = switches.breaks(shares)
    return case.priors.saying(found, tied(found, breaks @ covariance @ breaks.T))


def _climb(switches: LatentLinks, cohort: Rows, most: int) -> Iterator[EStep]:
    """Fits from the priors' means upwards, until one gains next to nothing."""
    here = e_step(switches, cohort, switches.within(switches.prior))
    yield here
    for _ in range(most):
        first = e_step(switches, cohort, _next(switches, here))
        second, before = _next(switches, first), here
        here = e_step(switches, cohort, _stretched(switches, before.shares, first.shares, second))
        if not here.log_posterior >= first.log_posterior:
            here = e_step(switches, cohort, second)
        yield here
        if here.log_posterior - before.log_posterior < ENOUGH:
            return


def e_step(switches: LatentLinks, cohort: Rows, shares: np.ndarray) -> EStep:
    """The expectation step: one pass over the rows at these shares."""
    from scipy.special import xlogy

    inputs, slopes, total = (
        switches.inputs(shares),
        np.zeros(len(switches.rows)),
        float(xlogy(switches.prior, shares).sum()),
    )
    for part, told in cohort.told():
        found, logs = switches.slopes(Query.of(inputs, told))
        slopes += found @ cohort.often[part]
        total += float(logs @ cohort.often[part])
    return EStep(shares, total, switches.expected_counts(shares, slopes))


def _next(switches: LatentLinks, e_step: EStep) -> np.ndarray:
    """The maximisation step: counts and expected falls together, as shares."""
    return switches.within(switches.prior + e_step.expected_counts)


def _stretched(switches: LatentLinks, *shares: np.ndarray) -> np.ndarray:
    """Where three fits in a row lead if they go on as they went (SQUAREM's third step length), in
    log shares.
    """
    start, first, second = (np.log(np.maximum(s, TINY)) for s in shares)
    went, bent = first - start, second - 2 * first + start
    length = max(1.0, float(np.linalg.norm(went)) / max(float(np.linalg.norm(bent)), TINY))
    logs = start + 2 * length * went + length**2 * bent
    return switches.within(np.exp(logs - switches.largest(logs)))


def _covariance(switches: LatentLinks, cohort: Rows, shares: np.ndarray) -> np.ndarray:
    """How unsure all log shares are together, shape (places, places), by the prior's information
    and the rows'.

    n counts of a Dirichlet have the information n (diag(shares) − shares sharesᵀ) on all log shares
    but the first.
    """
    known = switches.each(switches.prior)[:, None] * switches.spread(shares)
    return np.linalg.pinv(known + _information(switches, cohort, shares))


def _sizes(switches: LatentLinks, covariance: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """For each number the counts that its prior and the rows are worth together, once all others
    are unsure as well.
    """
    told = switches.total(np.einsum("ij,ji->i", switches.spread(shares), covariance))
    return (switches.sizes - 1) / told


def _information(switches: LatentLinks, cohort: Rows, shares: np.ndarray) -> np.ndarray:
    inputs, found = switches.inputs(shares), np.zeros((len(shares), len(shares)))
    for part, told in cohort.told():
        expected_counts = switches.expected_counts(
            shares, switches.slopes(Query.of(inputs, told))[0]
        )
        scores = expected_counts - shares[:, None] * switches.each(expected_counts)
        found += (scores * cohort.often[part]) @ scores.T
    return found
