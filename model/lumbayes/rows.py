"""The rows of a frame as the engine is asked them: equal ones once, some thousand at a time, none that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .case import Case, ImpossibleFindings
from .columns import distinct_rows, findings_of, plain, read_columns
from .solving import Question, Told, probability

CHUNK = 16_384


class Rows:
    """A frame of findings as `posteriors` reads it: `where` says which of the distinct rows each row equals.

    Raises what `posteriors` raises: `ValueError` for what is not allowed, `ImpossibleFindings` for what cannot be.
    """

    def __init__(self, case: Case, frame: pd.DataFrame):
        self._case, self._columns = case, read_columns(case, frame)
        self._keys, self.where = distinct_rows(frame, self._columns)
        self.often = np.bincount(self.where, minlength=len(self._keys))
        for part, told in self.told():
            question = Question.of(case.compiled.mean_pool, told)
            possible = probability(case.compiled.circuit, question) > 0
            if not possible.all():
                first = int(np.argmax(self.where == part.start + int(np.argmin(possible))))
                raise ImpossibleFindings(f"Row {plain(frame.index[first])!r}: its findings exclude each other.")

    def __len__(self) -> int:
        return len(self.where)

    def told(self) -> Iterator[tuple[slice, Told]]:
        """What some distinct rows tell, on top of what the case holds, a lane a row; and which they are."""
        for start in range(0, len(self._keys), CHUNK):
            part = slice(start, min(start + CHUNK, len(self._keys)))
            yield part, findings_of(self._case, self._columns, self._keys.iloc[part])
