"""Posteriors as flat tables, with columns carried through: frames, Arrow tables, Dask frames."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..data.arguments import ANYTHING, PARTITIONED, check_arguments
from ..data.frames import as_frame
from ..errors import allow, unknown
from ..inference.known_outcome import says_outcome
from .columns import variable_of_column
from .frame import EvidenceRows, posteriors_of_rows
from .stated_outcome import StatedOutcome
from .tidy import tidy_findings, tidy_names

if TYPE_CHECKING:
    import pyarrow as pa

    from ..case import Case

FIGURES = ("present", "contribution", "low", "high")


@dataclass(frozen=True)
class Scorer:
    """A case with the options of `score`."""

    case: Case
    keep: tuple[str, ...]
    intervals: bool
    tidy: bool = False

    def evidence_columns(self, columns: Sequence[str]) -> list[str]:
        """The columns that hold findings; `ValueError` for those neither findings nor kept."""
        variables = self.case.variables
        allow("keep", "column", self.keep, columns)
        results = {f"{name}:{figure}" for name in variables for figure in FIGURES}
        if taken := [column for column in self.keep if column in results]:
            raise ValueError(
                f"The columns {taken} have the names of result columns; rename them to keep them."
            )
        evidence = [c for c in columns if variable_of_column(str(c)) in variables]
        if strange := [c for c in columns if c not in evidence and c not in self.keep]:
            raise ValueError(f"Columns {strange}: {self._ways_out(strange)}")
        return evidence

    def _ways_out(self, strange: Sequence[str]) -> str:
        """Which columns `tidy` would read, and how the others are carried through."""
        variables = self.case.variables
        tidied = dict(zip(strange, tidy_names(variables, strange), strict=True))
        read = [f"{old!r} as {new}" for old, new in tidied.items() if new != old]
        others = [old for old, new in tidied.items() if new == old]
        found = unknown("variable", (others or strange)[0], variables)
        hints = [f"With tidy=True (--tidy) are read: {', '.join(read)}."] if read else []
        if others:
            named = f"it must be named in keep (--keep {others[0]!r})"
            hints += [f"To carry another column through, {named}."]
        return " ".join([found, *hints])

    def score_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The kept columns of a frame, then the results."""
        return self.join_kept(*self.read_frame(frame))

    def read_frame(self, frame: Any) -> tuple[pd.DataFrame, EvidenceRows]:
        """The kept columns of a frame, and its findings."""
        frame = as_frame(frame)
        frame = frame.set_axis(self._names(list(frame.columns)), axis=1) if self.tidy else frame
        rows = self._rows(frame[self.evidence_columns(list(frame.columns))])
        return frame[list(self.keep)], rows

    def join_kept(self, kept: pd.DataFrame, rows: EvidenceRows) -> pd.DataFrame:
        """The kept columns, then the results of the rows."""
        return pd.concat([kept, self._results(rows)], axis=1)

    def _results(self, rows: EvidenceRows) -> pd.DataFrame:
        """The figures of rows, a column each."""
        results = posteriors_of_rows(self.case, rows, intervals=self.intervals)
        return results.set_axis([":".join(reversed(pair)) for pair in results.columns], axis=1)

    def _rows(self, evidence: pd.DataFrame) -> EvidenceRows:
        tidied = tidy_findings(self.case.variables, evidence) if self.tidy else evidence
        return EvidenceRows(self.case, tidied)

    def score_table(self, table: pa.Table, first_row: int = 0) -> pa.Table:
        """Return the kept columns, which bypass pandas, and the results of an Arrow table."""
        import pyarrow as pa

        results = self._results(self._rows(self._evidence(table, first_row)))
        kept = [table[name] for name in self.keep]
        columns = [*kept, *(results[name].to_numpy() for name in results.columns)]
        return pa.table(columns, [*self.keep, *results.columns])

    def check_table(self, table: pa.Table, first_row: int = 0) -> None:
        """Raise `OddCells` for cells that are not allowed, without computing anything."""
        self._rows(self._evidence(table, first_row))

    def stated_outcome(self, table: pa.Table) -> StatedOutcome:
        """How many rows of an Arrow table there are, and how many of them state the outcome."""
        evidence = self._evidence(table, 0)
        is_about = [says_outcome(self.case, variable_of_column(str(name))) for name in evidence]
        return self._rows(evidence.loc[:, is_about]).stated_outcome

    def _evidence(self, table: pa.Table, first_row: int) -> pd.DataFrame:
        """The columns of findings as a frame, its rows numbered from the first."""
        index = pd.RangeIndex(first_row, first_row + len(table))
        table = table.rename_columns(self._names(table.column_names)) if self.tidy else table
        names = self.evidence_columns(table.column_names)
        return pd.DataFrame({name: table[name].to_pandas().array for name in names}, index=index)

    def _names(self, names: Sequence[str]) -> list[str]:
        """The names of columns tidied, but for those that are carried through."""
        tidied = tidy_names(self.case.variables, names)
        return [old if old in self.keep else new for old, new in zip(names, tidied, strict=True)]

    def digest(self, table: pa.Table) -> str:
        """A hash of everything that the results of these rows depend on."""
        from pyarrow import BufferOutputStream, parquet

        # As Parquet, for Arrow's own form may hold more of a buffer than the rows themselves.
        buffer = BufferOutputStream()
        parquet.write_table(table, buffer, compression="none")
        return sha256(self.settings + buffer.getvalue()).hexdigest()

    @cached_property
    def settings(self) -> bytes:
        """The case and the options, as bytes to hash."""
        case, priors = self.case, self.case.priors
        variables = [*case.variables.values()]
        counts = [(key, prior.counts) for key, prior in priors.items()]
        evidence = [dict(held) for held in (case.findings, case.likelihoods, case.interventions)]
        if case.contrasts:
            evidence += [dict(case.contrasts), {"": repr(case.variables.contrasts)}]
        parts = repr((variables, counts, evidence, self.keep, self.intervals)).encode()
        parts += b"tidy" if self.tidy else b""
        tied = [key for key in priors if self.intervals and priors.tied(key)]
        if not priors.ties or not tied:
            return parts
        return parts + repr(tied).encode() + priors.ties.content


def score_rows(
    case: Case,
    frame: pd.DataFrame,
    *,
    keep: Sequence[str] = (),
    intervals: bool = False,
    tidy: bool = False,
) -> pd.DataFrame:
    """Compute presence and contribution of every cause for each row, as a table with plain columns.

    The values are those of `lumbayes.posteriors`. Columns of `frame` can be copied into the result.

    Parameters
    ----------
    case : Case
        The network. Its evidence applies to every row.
    frame : DataFrame, shape (n_rows, n_columns)
        The evidence, in columns as `lumbayes.posteriors` takes them, and the columns to keep.
    keep : sequence of str, optional
        Columns to copy into the result unchanged. A kept column with the name of a variable also
        counts as evidence.
    intervals : bool, default False
        Whether to add the 90% credible intervals of the contributions.
    tidy : bool, default False
        Whether to accept other notations, such as Y, n/a or 22,5 (see `tidy_findings`).

    Returns
    -------
    DataFrame, shape (n_rows, n_kept + 2 * n_causes or n_kept + 4 * n_causes)
        One row per row of `frame`, with the same index. The columns, in this order:

        - the kept columns;
        - `x:present` of every cause x, such as `hills:present`: P(x present | evidence);
        - `x:contribution` of every cause x: P(a path of fired links from x to the pain | evidence);
        - with `intervals=True`, all `x:low`, then all `x:high`: the ends of the 90% interval of the
          contribution.

    Raises
    ------
    ValueError
        As for `lumbayes.posteriors`. Also if a column is neither evidence nor kept, or if a kept
        column is missing or has the name of a result.
    ImpossibleFindings
        If the findings of a row exclude each other or those of the case.

    Warns
    -----
    UserWarning
        As for `lumbayes.posteriors`.

    Examples
    --------
    >>> import pandas as pd
    >>> from lumbayes import load
    >>> from lumbayes.batch import score_rows
    >>> club = pd.DataFrame({"runner": ["ann", "bob"], "hills": ["yes", "no"]})
    >>> scored = score_rows(load().given(back_pain="yes"), club, keep=["runner"])
    >>> scored[["runner", "hills:contribution", "weak_core:contribution"]].round(2)
      runner  hills:contribution  weak_core:contribution
    0    ann                0.28                    0.07
    1    bob                0.00                    0.10
    """
    check_arguments("score_rows", locals(), frame=ANYTHING)
    scorer = Scorer(case, tuple(keep), intervals, tidy)
    kept, rows = scorer.read_frame(frame)
    if note := rows.stated_outcome.note(case):
        warnings.warn(note, stacklevel=2)
    return scorer.join_kept(kept, rows)


def score_partitions(
    case: Case, table: Any, *, keep: Sequence[str] = (), intervals: bool = False
) -> Any:
    """Apply `score_rows` lazily to every partition of a Dask dataframe.

    Unlike `score_rows`, this gives no warning if only some rows have evidence on the pain or a
    trait of it.

    Parameters
    ----------
    case : Case
        The network, sent to each worker once. Its evidence applies to every row.
    table : dask.dataframe.DataFrame
        The evidence, in columns as `lumbayes.posteriors` takes them, and the columns to keep.
    keep : sequence of str, optional
        Columns to copy into the result unchanged, as for `score_rows`.
    intervals : bool, default False
        Whether to add the 90% credible intervals of the contributions.

    Returns
    -------
    dask.dataframe.DataFrame
        One row per row of `table`, with the same index and the columns of `score_rows`: the kept
        ones, then all `x:present`, all `x:contribution` and, with intervals, all `x:low` and all
        `x:high`, for each cause x.

    Raises
    ------
    ValueError
        As for `score_rows`: about columns at once, about cells and stated probabilities when the
        partition is computed.
    ImpossibleFindings
        As for `score_rows`, when the partition is computed.

    Examples
    --------
    >>> import pandas as pd
    >>> from dask import dataframe
    >>> from lumbayes import load
    >>> from lumbayes.batch import score_partitions
    >>> club = dataframe.from_pandas(pd.DataFrame({"hills": ["yes", "no"]}), npartitions=2)
    >>> scored = score_partitions(load(), club)
    >>> scored["hills:contribution"].compute(scheduler="synchronous").round(2).tolist()
    [0.01, 0.0]
    """
    check_arguments("score_partitions", locals(), table=PARTITIONED)
    from dask import delayed

    scorer = Scorer(case, tuple(keep), intervals)
    meta = scorer.score_frame(table.head(0, npartitions=-1))
    return table.map_partitions(_score_partition, delayed(scorer, pure=True), meta=meta)


def _score_partition(frame: pd.DataFrame, scorer: Scorer) -> pd.DataFrame:
    return scorer.score_frame(frame)
