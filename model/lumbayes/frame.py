"""Many runners at once: a table of findings in, a table of what is at work in each runner's pain out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from .attribution import CONTRIBUTION, at_work, present_and_at_work, ways_of
from .case import Case
from .defaults import DRAWS, SEED
from .engine.intervals import bounds_of
from .engine.solve import Question, Told
from .rows import CHUNK, Rows


def posteriors(case: Case, frame: pd.DataFrame, *, intervals: bool = False, progress: bool = False) -> pd.DataFrame:
    """For each row of findings, every cause: `present`, `contribution`, and `low`, `high` when intervals are asked.

    A column is a question's name and holds states or numbers; NaN, None and "" mean unknown. A column named
    `x:leaning` holds ratios for yes ("speaks 3 to 1"), `x:leaning:state` weights of one state. What the case itself
    holds is known of every runner. The index is kept, the columns are pairs (figure, cause), and equal rows are
    computed once. Unknown columns, one told twice, and the first row with a state or number that is not allowed raise a
    `ValueError`; rows whose findings exclude each other raise `ImpossibleFindings`. A row with intervals takes as long
    as thousands without; `progress` shows a bar.
    """
    rows = Rows(case, frame)
    figures = ["present", "contribution", *(["low", "high"] if intervals else [])]
    names = [c.name for c in case.network.variables.causes]
    header = pd.MultiIndex.from_product([figures, names], names=["figure", "cause"])
    answers = np.empty((rows.distinct, len(header)))
    with _bar(rows.distinct, progress) as done:
        for part, told, point in rows.asked(1 if intervals else CHUNK):
            answers[part] = _answers(case, point, told, names, intervals)
            done(part.stop - part.start)
    return pd.DataFrame(answers[rows.where], index=frame.index, columns=header)


@contextmanager
def _bar(rows: int, shown: bool) -> Iterator[Callable[[int], object]]:
    """What is to be called with how many rows more are done; it moves a bar if one is shown."""
    if not shown:
        yield lambda more: None
        return
    from tqdm import tqdm

    with tqdm(total=rows, desc="distinct rows", unit=" rows") as bar:
        yield bar.update


def _answers(case: Case, point: Question, told: Told, names: list[str], intervals: bool) -> np.ndarray:
    """The figures of some rows, shape (rows, columns)."""
    ways = ways_of(case)
    present, (contribution,), _ = present_and_at_work(ways, point, names, CONTRIBUTION)
    figures = [present, contribution]
    if intervals:
        drawn = Question.of(case.compiled.drawn_pool(DRAWS, SEED), told)
        (over_draws,), chances = at_work(ways, drawn, names, CONTRIBUTION)
        figures += [ends[:, None] for ends in bounds_of(over_draws, chances).T]
    return np.concatenate(figures).T
