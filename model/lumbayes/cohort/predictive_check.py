"""A posterior predictive check: do runners with a cause hurt less than any strengths allow?

In this model no cause protects. If runners with one hurt far less often than runners without it,
the posterior cannot follow, and what it says of that cause is no answer to these rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.columns import variable_of_column
from ..batch.encoding import encode_states
from ..batch.frame import EvidenceRows
from ..batch.stated_outcome import with_known_outcome
from ..defaults import SEED
from ..engine.query import Query
from ..inference.compiled import posteriors
from .parameter_vector import ParameterVector

if TYPE_CHECKING:
    from ..case import Case
    from .fit_result import FitResult

N_DRAWS = 100
N_REPLICATES = 4  # of each draw


def contrast_fits(case: Case, frame: pd.DataFrame, fitted: FitResult) -> dict[str, float]:
    """P(a replicate's difference is as low as the observed one), by cause.

    The difference is the share of rows with pain among those with the cause, less that among those
    without it, over rows where cause and pain are both given; causes without both kinds of rows are
    left out. Replicates draw the pain of each row from the posterior, given the row's findings but
    for the pain and its traits (Gelman, Meng & Stern 1996).
    """
    outcome = case.variables.outcome.name
    names = [cause.name for cause in case.variables.causes]
    frame = with_known_outcome(case, frame)
    if outcome not in frame or outcome in case.interventions:
        return {}
    states = {name: _states(frame, name) for name in [outcome, *names] if name in frame}
    is_known = states[outcome] >= 0
    contrasted = [
        name
        for name in names
        if name in states and all(((states[name] == state) & is_known).any() for state in (0, 1))
    ]
    if not contrasted:
        return {}
    replicates = _replicates(case, frame, fitted)
    fits = {}
    for name in contrasted:
        groups = [(states[name] == state) & is_known for state in (1, 0)]
        pain = [(states[outcome][group] == 1).mean() for group in groups]
        drawn = [replicates[group].mean(axis=0) for group in groups]
        is_as_low = drawn[0] - drawn[1] <= pain[0] - pain[1] + np.finfo(float).eps
        fits[name] = float(is_as_low.mean())
    return fits


def misfit_sentence(case: Case, cause: str) -> str:
    """The sentence for a cause whose rows cannot be reconciled with the model."""
    label = case.variables[cause].label
    return (
        f"These rows and this model cannot be reconciled: runners with {label!r} hurt less often "
        "than runners without it, by more than any strength of its links allows."
    )


def _states(frame: pd.DataFrame, name: str) -> np.ndarray:
    """1 for yes, 0 for no, −1 where the cell is blank."""
    return np.nan_to_num(encode_states(frame[name], ("no", "yes"))[0], nan=-1)


def _replicates(case: Case, frame: pd.DataFrame, fitted: FitResult) -> np.ndarray:
    """Whether each row hurts, by the posterior predictive, shape (n_rows, n_replicates)."""
    outcome = case.variables.outcome.name
    hidden = {outcome, *(trait.name for trait in case.variables.traits)}
    kept = [c for c in frame.columns if variable_of_column(str(c)) not in hidden]
    rows, parameters = EvidenceRows(case, frame[kept]), ParameterVector(case)
    rng = np.random.default_rng(SEED)
    keys, chosen = [*parameters.slices], np.linspace(0, fitted.n_draws - 1, N_DRAWS).astype(int)
    replicates = []
    for draw in chosen:
        inputs = parameters.inputs(fitted.shares(keys, draw))
        p_pain = np.empty(rows.n_distinct)
        for part, evidence in rows.batches():
            query = Query.from_overrides(inputs, evidence)
            p_pain[part] = posteriors(case.compiled, query, [outcome])[outcome][1]
        of_rows = p_pain[rows.row_to_distinct][:, None]
        replicates.append(rng.random((len(rows), N_REPLICATES)) < of_rows)
    return np.concatenate(replicates, axis=1)
