"""What one runner's own runs say of each claim: confirmed, contradicted or untested.

A claim is scored by its own Beta, not by the pool it went into: its link is learnt once more with
the claim's Beta as the only prior of that link, every other number as pooled. The draws are there
already, so each is weighed by the ratio of the two densities. What the runs alone say is the same
with the ignorance that stands before anyone speaks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..data.claims import Claim
from ..data.variables import Trait
from ..defaults import WIDTH
from ..engine.intervals import interval
from ..engine.solve import Told, marginals
from ..priors.priors import COLUMNS, _place, betas
from .filtering import leave_one_out_messages
from .plate_model import History, with_message
from .smc import Draws


def scorecard(
    history: History, draws: Draws, weights: np.ndarray, width: float = WIDTH
) -> pd.DataFrame:
    """One row a pooled claim, by id: see `Diary.claims`."""
    runs = _tests(history, draws, weights)
    claims = [c for c in history.case.priors.claims if c.pooled]
    rows = [_row(history, draws, weights, claim, runs, width) for claim in claims]
    return pd.DataFrame(rows, index=pd.Index([c.id for c in claims], name="claim"), columns=COLUMNS)


def _row(
    history: History,
    draws: Draws,
    weights: np.ndarray,
    claim: Claim,
    runs: dict[tuple[str, str], float],
    width: float,
) -> list[Any]:
    from scipy.stats import beta

    own, pooled, ignorance = (beta(yes, no) for no, yes in betas(history.case.priors, claim))
    share = _share(history, draws, claim)
    reached, alone = (_again(weights, share, before, pooled) for before in (own, ignorance))
    conflict = abs(2 * float(alone @ own.cdf(share)) - 1)
    tested = runs[claim.cause, claim.effect]
    spread = float(alone @ (share - alone @ share) ** 2)
    learnt = tested > 0 and spread < ignorance.var() / 2
    verdict = "untested" if not learnt else "contradicted" if conflict > width else "confirmed"
    figures = [
        own.mean(),
        *own.interval(width),
        float(reached @ share),
        *interval(share, reached, width),
    ]
    said = [claim.quote, claim.answer, claim.author]
    return [claim.cause, claim.effect, *figures, verdict, conflict, tested, *said]


def _share(history: History, draws: Draws, claim: Claim) -> np.ndarray:
    """The number that the claim speaks of, in every draw: the link, or of a trait's levels the
    share of one.
    """
    upto = draws.inputs[history.case.compiled.of_prior((claim.cause, claim.effect))]
    share = np.diff(upto, axis=0, prepend=0)[_place(history.case.priors, claim)]
    return share / (1 - upto[0]) if claim.state else share


def _again(weights: np.ndarray, share: np.ndarray, before: Any, pooled: Any) -> np.ndarray:
    """The weights of the draws had this been the number's prior."""
    logs = before.logpdf(share) - pooled.logpdf(share)
    again = weights * np.exp(logs - logs[weights > 0].max())
    return again / again.sum()


def _tests(history: History, draws: Draws, weights: np.ndarray) -> dict[tuple[str, str], float]:
    """For each link the expected number of runs that test it: the cause is there, and it is told
    what came of it.
    """
    variables, inputs = history.case.variables, (draws.inputs @ weights)[:, None]
    there = _present(history, inputs) if len(history) else {}
    seen = {v.name: _is_told(history, v.name) for v in [variables.outcome, *variables.traits]}
    effects = [v for v in variables.values() if v.parents]
    ends = {v.name: v.name if isinstance(v, Trait) else variables.outcome.name for v in effects}
    return {
        (p, v.name): float(there[p] @ seen[ends[v.name]]) if there else 0.0
        for v in effects
        for p in v.parents
    }


def _present(history: History, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """P(each cause is there in each run | all runs), shape (runs,), at one set of numbers."""
    case, whole = history.case, [history.whole[which] for which in history.which]
    told: Told = {row: np.array([one[row] for one in whole]) for row in whole[0]}
    question, _ = with_message(
        history.body, inputs, told, np.concatenate(leave_one_out_messages(history, inputs), axis=1)
    )
    rows = {c.name: case.compiled.finding(c.name) for c in case.variables.causes}
    found = marginals(history.body.ways.circuit, history.body.ways.query(question), rows)
    return {name: states[1] for name, states in found.items()}


def _is_told(history: History, name: str) -> np.ndarray:
    """For each run whether anything was found of this variable."""
    rows = history.case.compiled.finding(name)
    return np.array(
        [any(history.whole[i].get(row, 1) != 1 for row in rows) for i in history.which], float
    )
