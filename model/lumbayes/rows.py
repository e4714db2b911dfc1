"""The rows of a frame as the engine is asked them: equal ones once, some thousand at a time, none that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from .case import Case
from .columns import distinct_rows, findings_of, plain, read_columns
from .engine.solve import Question, Told, probability
from .errors import ImpossibleFindings

CHUNK = 16_384


class Rows:
    """A frame of findings, read: `where` says which of its `distinct` rows each row equals.

    Raises a `ValueError` for unknown columns, one told twice, and the first row with what is not allowed in its column.
    """

    def __init__(self, case: Case, frame: pd.DataFrame):
        self._case, self._columns, self._labels = case, read_columns(case, frame), frame.index
        self._keys, self.where = distinct_rows(frame, self._columns)
        self.distinct = len(self._keys)

    def __len__(self) -> int:
        return len(self.where)

    @cached_property
    def often(self) -> np.ndarray:
        """How many rows equal each distinct one."""
        return np.bincount(self.where, minlength=self.distinct)

    def told(self, size: int = CHUNK) -> Iterator[tuple[slice, Told]]:
        """What some distinct rows tell, on top of what the case holds, a lane a row; and which they are."""
        for start in range(0, self.distinct, size):
            part = slice(start, min(start + size, self.distinct))
            yield part, findings_of(self._case, self._columns, self._keys.iloc[part])

    def asked(self, size: int = CHUNK) -> Iterator[tuple[slice, Told, Question]]:
        """The same, and as a question at the case's own numbers; raises `ImpossibleFindings` for what cannot be."""
        for part, told in self.told(size):
            question = Question.of(self._case.compiled.mean_pool, told)
            possible = probability(self._case.compiled.circuit, question) > 0
            if not possible.all():
                first = int(np.argmax(self.where == part.start + int(np.argmin(possible))))
                row = plain(self._labels[first])
                raise ImpossibleFindings(f"Row {row!r}: its findings exclude each other in this model.")
            yield part, told, question

    def check_possible(self) -> None:
        """Raise `ImpossibleFindings` for the first row whose findings exclude each other."""
        for _ in self.asked():
            pass
