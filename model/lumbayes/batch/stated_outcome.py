"""Which rows state the outcome: contributions of those that do are not like those of the others.

With the pain stated, a contribution is to a pain that came. Without it, it is the probability that
the pain comes and the cause contributes to it, which for a rare pain is small for every cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ..inference.known_outcome import says_outcome
from .encoding import are_known

if TYPE_CHECKING:
    from ..case import Case
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
    entered = {*case.findings, *case.likelihoods, *case.interventions}
    if any(says_outcome(case, name) for name in entered):
        return np.ones(len(encoded), bool)
    names = [name for name, c in columns.items() if says_outcome(case, c.variable.name)]
    return np.asarray(encoded[names].notna().any(axis=1))


def with_known_outcome(case: Case, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the outcome where only a trait says whether it came."""
    name = case.variables.outcome.name
    traits = [t.name for t in case.variables.traits if says_outcome(case, t.name)]
    traits = [trait for trait in traits if trait in frame]
    if not traits or name in case.interventions:
        return frame
    outcome = frame[name] if name in frame else pd.Series(None, frame.index, object)
    known = outcome.astype(object).to_numpy(copy=True)
    cells = [frame[trait].astype(object).to_numpy() for trait in traits]
    for i in np.flatnonzero(~are_known(outcome)):
        states = {trait: column[i] for trait, column in zip(traits, cells, strict=True)}
        known[i] = case.variables.known_outcome(states)
    return frame.assign(**{name: known})
