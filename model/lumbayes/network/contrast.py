"""The likelihood of a contrast: of what is said of runs with a factor and runs without it.

A contrast is evidence on the link of the factor. So its likelihood is over three states: the factor
is absent; the factor is present and the link did not fire; the link fired. For counts, runs without
the factor hurt with probability p₀. If the link can fire, runs with the factor hurt with
p₁ = 1 − (1 − p₀)(1 − λ), otherwise also with p₀. The likelihoods are integrals over Betas in closed
form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import comb, exp, lgamma
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import allow

if TYPE_CHECKING:
    from ..data.contrasts import Contrasts
    from ..data.variables import StatedEstimate

WORSE, NOT_WORSE = "worse", "not worse"
COUNTS = re.compile(r"(\d+)/(\d+) (\d+)/(\d+)")
MOST_RUNS = 100  # of each kind; more are no longer one spell
Counts = tuple[int, int, int, int]


def check_statement(name: str, statement: Any) -> str:
    """Return a statement for `Case.contrast` as text: "worse", "not worse", or counts.

    The counts (4, 5, 1, 5) are ``4/5 1/5``. Raises `ValueError` for anything else; the message
    begins with `name`.
    """
    if isinstance(statement, str):
        counts = COUNTS.fullmatch(statement)
        if not counts:
            allow(name, "contrast", [statement], [WORSE, NOT_WORSE])
            return statement
        statement = tuple(map(int, counts.groups()))
    hurt, runs, hurt_without, runs_without = _checked(name, statement)
    return f"{hurt}/{runs} {hurt_without}/{runs_without}"


def _checked(name: str, counts: Any) -> Counts:
    is_four = isinstance(counts, Sequence) and len(counts) == 4
    are_whole = is_four and all(type(n) is int for n in counts)
    if not are_whole or not all(
        0 <= hurt <= runs and 1 <= runs <= MOST_RUNS for hurt, runs in (counts[:2], counts[2:])
    ):
        raise ValueError(
            f"{name}: found {counts!r}; a contrast is {WORSE!r}, {NOT_WORSE!r}, or four counts: of "
            f"the last n runs with it r hurt, of the last m without it s, as (r, n, s, m), with n "
            f"and m from 1 to {MOST_RUNS}."
        )
    return tuple(counts)


def contrast_likelihood(contrasts: Contrasts, statement: str) -> np.ndarray:
    """Return the likelihood of three cases, shape (3,), the largest 1.

    They are: the factor is absent; it is present and the link did not fire; the link fired.
    """
    counts = COUNTS.fullmatch(statement)
    if counts:
        with_factor, without = counts.groups()[:2], counts.groups()[2:]
        ratio = counts_ratio(contrasts, *map(int, (*with_factor, *without)))
        ratio = min(max(ratio, 1 / contrasts.cap), contrasts.cap)
        weights = np.array([1.0, 1.0, ratio])
    else:
        weights = tick_rates(contrasts)
        weights = weights if statement == WORSE else 1 - weights
    return weights / weights.max()


def tick_rates(contrasts: Contrasts) -> np.ndarray:
    """Return P("worse" is said) in the cases of `contrast_likelihood`, shape (3,)."""
    rates = (contrasts.absent, contrasts.idle, contrasts.at_work)
    return np.array([_moment(estimate, 1, 0) for estimate in rates])


def counts_ratio(
    contrasts: Contrasts, hurt: int, runs: int, hurt_without: int, runs_without: int
) -> float:
    """Return P(counts | the link can fire) / P(counts | it cannot), without the cap.

    Runs without the factor hurt with probability p₀. Runs with it hurt with p₁ = p₀ + (1 − p₀) λ if
    the link can fire, else with p₀. The power p₁^r is a binomial sum of positive terms; each is a
    product of two moments of Betas.
    """
    background, link = contrasts.background, contrasts.link
    fine, fine_without = runs - hurt, runs_without - hurt_without
    fires = sum(
        comb(hurt, k)
        * _moment(background, hurt - k + hurt_without, k + fine + fine_without)
        * _moment(link, k, fine)
        for k in range(hurt + 1)
    )
    return fires / _moment(background, hurt + hurt_without, fine + fine_without)


def _moment(estimate: StatedEstimate, yes_power: int, no_power: int) -> float:
    """E[p^yes_power (1 − p)^no_power] of a Beta."""
    yes, no = estimate.counts["yes"], estimate.counts["no"]
    return exp(_log_beta(yes + yes_power, no + no_power) - _log_beta(yes, no))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
