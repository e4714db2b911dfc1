"""Which rows state the outcome: contributions of those that do are not like those of the others.

With the pain stated, a contribution is to a pain that came. Without it, it is the probability that
the pain comes and the cause contributes to it, which for a rare pain is small for every cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ..data.variables import Trait
from .encoding import are_known

if TYPE_CHECKING:
    from ..case import Case
    from ..data.variables import Variables
    from .columns import EvidenceColumn


class StatedOutcome(NamedTuple):
    """How many rows there are, and how many of them state the outcome or a trait of it."""

    n_rows: int
    n_stated: int

    def joined(self, later: StatedOutcome) -> StatedOutcome:
        """Return the counts of these rows and of later ones."""
        return StatedOutcome(self.n_rows + later.n_rows, self.n_stated + later.n_stated)

    def note(self, case: Case) -> str:
        """The sentence on rows of both kinds; empty if all are of one kind."""
        n_blank = self.n_rows - self.n_stated
        if not self.n_stated or not n_blank:
            return ""
        outcome = case.variables.outcome
        name, state = outcome.name, outcome.states[-1]
        return (
            f"{n_blank:,} of {self.n_rows:,} rows do not say whether there is {name}: their "
            "contributions are to one that may not come, and not to be compared with those of the "
            f"other rows. If there is in every row, use case.given({name}={state!r})."
        )


def states_outcome(
    case: Case, columns: Mapping[str, EvidenceColumn], encoded: pd.DataFrame
) -> np.ndarray:
    """Which rows state the outcome or a trait of it, with what the case holds, (n_rows,)."""
    held = {*case.findings, *case.likelihoods, *case.interventions}
    if any(is_about_outcome(case, name) for name in held):
        return np.ones(len(encoded), bool)
    names = [name for name, c in columns.items() if is_about_outcome(case, c.variable.name)]
    return np.asarray(encoded[names].notna().any(axis=1))


def is_about_outcome(case: Case, name: str) -> bool:
    """Whether a variable is the outcome or a trait of it."""
    variable, outcome = case.variables[name], case.variables.outcome.name
    return outcome in (name, variable.gate if isinstance(variable, Trait) else "")


def with_stated_outcome(variables: Variables, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the outcome where only a trait of it says whether it came."""
    name = variables.outcome.name
    asked = [v.name for v in (variables.outcome, *variables.traits) if v.name in frame]
    rows = frame[asked].itertuples(index=False, name=None)
    stated = [variables.stated_outcome(dict(zip(asked, row, strict=True))) for row in rows]
    if not any(stated):
        return frame
    entered = frame.get(name, pd.Series(None, frame.index, object)).astype(object)
    return frame.assign(**{name: entered.where(are_known(entered), stated)})
