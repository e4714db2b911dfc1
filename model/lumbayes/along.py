"""One case along all readings of one test: what is at work at each, without asking the network again.

A reading enters by its likelihoods alone, one for each state of what the test reads, and P(findings, anything) is
linear in them (Darwiche 2003, sec. 2). So what is asked once with each state held answers for every reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case
from .claims import WIDTH
from .contribution import CONTRIBUTION, at_work, laid_out, present_and_at_work, ways_of
from .intervals import bounds_of_mixed
from .measuring import check_reading, likelihood
from .solving import Question
from .sources import allow
from .variables import Measurement


@dataclass(frozen=True, eq=False)
class Along:
    """A case without the reading of a test, asked with each state of what the test reads held.

    What it keeps is joint with the findings, and the last row of each is P(findings): at the means of all priors P(the
    cause is there), P(it is at work) and but-for, `point`, shape (states, 3 · causes + 1); and P(it is at work) over
    draws of all priors, `drawn`, shape (states, causes + 1, draws).
    """

    case: Case
    test: Measurement
    point: np.ndarray
    drawn: np.ndarray

    def contributions(self, reading: float, *, width: float = WIDTH) -> pd.DataFrame:
        """What `contributions(case.given(test=reading))` says, to rounding, at a seventh of its price.

        `reading` in the test's unit. Raises what `given` and `contributions` raise.
        """
        case = self.case.given(**{self.test.name: reading})
        weights = likelihood(self.test, check_reading(self.test, reading))
        *point, total = weights @ self.point
        if not total > 0:
            case.check_possible()
        present, contribution, but_for = np.reshape(point, (3, -1)) / total
        return laid_out(case, present, contribution, but_for, bounds_of_mixed(self.drawn, weights, width))


def along(case: Case, test: str) -> Along:
    """A case along all readings of a home test, whatever reading it holds: `along(case, "plank_seconds")`.

    Raises `ValueError` for what is not read off as a number, and `ImpossibleFindings`.
    """
    variables = case.network.variables
    numeric = {v.name: v for v in variables.measurements if v.numeric}
    allow("along", "test that gives a number", [test], numeric)
    case, v = case.forget(test), numeric[test]
    case.check_possible()
    held = [_held(case, v.reads, state) for state in np.eye(len(variables[v.reads].states))]
    return Along(case, v, *(np.array(part) for part in zip(*held, strict=True)))


def _held(case: Case, name: str, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is kept with one state held; nothing where the findings exclude it."""
    compiled, told, causes = case.compiled, case.told(), [c.name for c in case.network.variables.causes]
    compiled.enter(told, name, state)
    point, over_draws = (Question.of(pool, told) for pool in (compiled.mean_pool, compiled.drawn_pool(DRAWS, SEED)))
    ways = ways_of(case)
    with np.errstate(invalid="ignore"):
        present, found, total = present_and_at_work(ways, point, causes)
        (fired,), totals = at_work(ways, over_draws, causes, CONTRIBUTION)
    told_once = np.concatenate([present, *found])[:, 0] * total
    return np.nan_to_num(np.append(told_once, total)), np.nan_to_num(np.vstack([fired * totals, totals]))
