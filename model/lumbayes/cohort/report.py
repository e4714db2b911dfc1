"""What a cohort did to each number, and to each claim: prior beside posterior, and whether the rows
test it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..case import Case
from ..data.claims import Claim
from ..priors.prior import Key, Prior
from ..priors.priors import COLUMNS, betas

STEPS = 199


def lessons(
    before: Case, after: Case, expected_counts: Mapping[Key, np.ndarray], width: float
) -> pd.DataFrame:
    """One row a number, of a graded one a row a state.

    `prior` and `posterior` means with the posterior's interval `low`, `high` of that width;
    `moved`, by how many standard deviations of the prior; `thrown`, how often its switch is
    expected to have been thrown in these rows, and `worth`, how many throws seen outright they are
    worth, which is less. `verdict`: untested while that is less than the prior's own counts, which
    thus still weigh more; then contradicted where the posterior mean lies outside the prior's
    interval, else confirmed.
    """
    rows = [
        row
        for key in expected_counts
        for row in _of_number(before, after, key, expected_counts[key], width)
    ]
    return pd.DataFrame(rows).set_index(["number", "state"])


def _of_number(
    before: Case, after: Case, key: Key, expected_counts: np.ndarray, width: float
) -> list[dict[str, Any]]:
    prior, learnt = before.priors[key], after.priors[key]
    number, worth = (
        key if isinstance(key, str) else " → ".join(key),
        sum(learnt.counts) - sum(prior.counts),
    )
    held = {
        "number": number,
        "expected_trials": float(expected_counts.sum()),
        "effective_trials": worth,
    }
    states = prior.states if len(prior.states) > 2 else prior.states[1:]
    return [{**held, **_of_state(prior, learnt, state, width, worth)} for state in states]


def _of_state(
    prior: Prior, learnt: Prior, state: str, width: float, worth: float
) -> dict[str, Any]:
    place, (low, high) = prior.states.index(state), learnt.interval(width, state)
    then, now = float(prior.shares[place]), float(learnt.shares[place])
    spread = np.sqrt(then * (1 - then) / (sum(prior.counts) + 1))
    least, most = prior.interval(width, state)
    verdict = (
        "untested"
        if worth < sum(prior.counts)
        else "confirmed"
        if least <= now <= most
        else "contradicted"
    )
    figures = {
        "prior": then,
        "posterior": now,
        "low": low,
        "high": high,
        "moved": (now - then) / spread,
    }
    return {"state": state, **figures, "verdict": verdict}


def verdicts(
    before: Case,
    after: Case,
    unheard: Case,
    expected_counts: Mapping[Key, np.ndarray],
    width: float,
) -> pd.DataFrame:
    """One row a claim that reaches a number, by its id, with the columns of `Diary.claims`.

    `prior` the mean of the claim's own Beta with its interval; `posterior`, `low`, `high` its link
    once the rows are known; `tested` how often that link's switch is expected to have been thrown.
    `conflict`, from 0 to 1, is the central share of the claim's own Beta that leaves out what the
    rows say where nobody is heard (prior-data conflict, Evans & Moshonov 2006). `verdict`: untested
    while the rows have not halved the variance of what ignorance knew; then contradicted where the
    conflict is above `width`, else confirmed.
    """
    claims = [claim for claim in before.priors.claims if claim.pooled]
    rows = [_of_claim(before, after, unheard, claim, expected_counts, width) for claim in claims]
    return pd.DataFrame(rows, index=pd.Index([c.id for c in claims], name="claim"), columns=COLUMNS)


def _of_claim(
    before: Case,
    after: Case,
    unheard: Case,
    claim: Claim,
    expected_counts: Mapping[Key, np.ndarray],
    width: float,
) -> list[Any]:
    from scipy.stats import beta

    link = (claim.cause, claim.effect)
    own, _, ignorance = (beta(yes, no) for no, yes in betas(before.priors, claim))
    learnt, alone = (beta(*betas(case.priors, claim)[1][::-1]) for case in (after, unheard))
    conflict = abs(2 * own.cdf(alone.ppf((np.arange(STEPS) * 2 + 1) / (2 * STEPS))).mean() - 1)
    tested = alone.var() < ignorance.var() / 2
    verdict = "untested" if not tested else "contradicted" if conflict > width else "confirmed"
    figures = [
        own.mean(),
        *own.interval(width),
        learnt.mean(),
        *learnt.interval(width),
        verdict,
        float(conflict),
    ]
    thrown = float(expected_counts[link].sum()) if link in expected_counts else 0.0
    return [*link, *figures, thrown, claim.quote, claim.answer, claim.author]
