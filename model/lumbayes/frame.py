"""Many runners at once: a table of findings in, a table of what is at work in each runner's pain out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .case import DRAWS, SEED, Case, ImpossibleFindings
from .columns import distinct_rows, findings_of, plain, read_columns
from .contribution import CONTRIBUTION, at_work, bounds_of, present_and_at_work, ways_of
from .solving import Question, Told, probability

CHUNK = 16_384


def posteriors(case: Case, frame: pd.DataFrame, *, intervals: bool = False, progress: bool = False) -> pd.DataFrame:
    """For each row of findings, every cause: `present`, `contribution`, and `low`, `high` when intervals are asked.

    A column is a question's name and holds states or numbers; NaN, None and "" mean unknown. A column named
    `x:leaning` holds ratios for yes ("speaks 3 to 1"), `x:leaning:state` weights of one state. What the case itself
    holds is known of every runner. The index is kept, the columns are pairs (figure, cause), and equal rows are
    computed once. Unknown columns, one told twice, and the first row with a state or number that is not allowed raise a
    `ValueError`; rows whose findings exclude each other raise `ImpossibleFindings`. A row with intervals takes as long
    as thousands without; `progress` shows a bar.
    """
    columns = read_columns(case, frame)
    keys, where = distinct_rows(frame, columns)
    figures = ["present", "contribution", *(["low", "high"] if intervals else [])]
    names = [c.name for c in case.network.variables.causes]
    header = pd.MultiIndex.from_product([figures, names], names=["figure", "cause"])
    answers = np.empty((len(keys), len(header)))
    for part in _parts(len(keys), 1 if intervals else CHUNK, progress):
        told = findings_of(case, columns, keys.iloc[part])
        point = Question.of(case.compiled.mean_pool, told)
        possible = probability(case.compiled.circuit, point) > 0
        if not possible.all():
            first = int(np.flatnonzero(where == part.start + int(np.flatnonzero(~possible)[0]))[0])
            row = plain(frame.index[first])
            raise ImpossibleFindings(f"Row {row!r}: its findings exclude each other in this model.")
        answers[part] = _answers(case, point, told, names, intervals)
    return pd.DataFrame(answers[where], index=frame.index, columns=header)


def _parts(rows: int, size: int, progress: bool) -> Iterator[slice]:
    """Some rows at a time; the bar moves when they are done."""
    if not progress:
        yield from (slice(start, start + size) for start in range(0, rows, size))
        return
    from tqdm import tqdm

    with tqdm(total=rows, desc="distinct rows", unit=" rows") as bar:
        for part in _parts(rows, size, progress=False):
            yield part
            bar.update(min(size, rows - part.start))


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
