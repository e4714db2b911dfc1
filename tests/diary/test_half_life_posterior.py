"""Posteriors of the parameters under a half-life, against sums over states on a grid."""

import networks
import numpy as np
import pandas as pd
import pytest
from diaries import still_network
from pytest import approx
from scipy.stats import beta

from lumbayes import Diary
from lumbayes.diary.filtering import log_evidence

COUNTS, POINTS, GAP, HALF_LIFE = 12, 70, 6, 20
SPEC = {
    "outcome": "pain",
    "variables": dict.fromkeys(["factor_s", "pain"], networks.YES_NO),
    "families": {
        "factor_s": networks.noisy(0.4),
        "pain": networks.noisy(0.1, factor_s=0.6),
    },
}
KEYS = {"rate": "factor_s", "leak": "pain", "link": ("factor_s", "pain")}
MEANS = {"rate": 0.4, "leak": 0.1, "link": 0.6}


def exact(runs, half_life):
    """The marginal posterior of each parameter on a grid: the factor is filtered run by run."""
    at = (np.arange(POINTS) + 0.5) / POINTS
    grids = np.meshgrid(at, at, at, indexing="ij")
    rate, leak, link = grids
    weight = np.prod(
        [beta.pdf(x, m * COUNTS, (1 - m) * COUNTS) for x, m in zip(grids, MEANS.values())], axis=0
    )
    stays = 2 ** (-GAP / half_life) if half_life else 1.0
    prior = np.stack([1 - rate, rate])
    p_pain = np.stack([leak, 1 - (1 - leak) * (1 - link)])
    state = prior * weight
    for i, run in enumerate(runs.itertuples()):
        if i:
            state = stays * state + (1 - stays) * prior * state.sum(axis=0)
        state = state * (p_pain if run.pain == "yes" else 1 - p_pain)
        if run.factor_s in networks.YES_NO:
            state[1 - networks.YES_NO.index(run.factor_s)] = 0
    joint = state.sum(axis=0) / state.sum()
    axes = dict(zip(MEANS, ((1, 2), (0, 2), (0, 1))))
    return at, {name: joint.sum(axis=others) for name, others in axes.items()}


def draws_of(diary, key):
    """Draws of a parameter's P(yes), and their weights."""
    history, draws = diary._history, diary._draws
    compiled = diary.case.compiled
    rows = draws.inputs[compiled.parameter_rows(key)]
    is_cumulative = isinstance(key, tuple) or compiled.network.variables[key].parents
    values = 1 - rows[0] if is_cumulative else rows[-1]
    return values, draws.weights(log_evidence(history, draws.inputs))


@pytest.mark.parametrize("half_life", [None, HALF_LIFE])
@pytest.mark.parametrize("often", [1, 25])
def test_parameters_have_their_posterior_with_and_without_a_half_life(often, half_life):
    pain, known = ["yes", "no", "yes"] * often, [None, "yes", None] + [None, None, "no"] * often
    runs = pd.DataFrame({"pain": pain, "factor_s": known[: len(pain)]})
    if not half_life:
        runs["factor_s"] = [None, "yes", None] + [None] * (len(pain) - 3)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(GAP * np.arange(len(runs)), unit="D")
    case = networks.case_of(still_network(SPEC, ["factor_s"], COUNTS))
    diary = Diary(case, runs.assign(date=days), half_life=half_life)
    edges = np.arange(POINTS + 1) / POINTS
    at, margins = exact(runs, half_life)
    for name, key in KEYS.items():
        values, weights = draws_of(diary, key)
        mean = margins[name] @ at
        sd = np.sqrt(margins[name] @ (at - mean) ** 2)
        assert values @ weights == approx(mean, abs=sd / 4), name
        order = np.argsort(values)
        reached = np.cumsum(weights[order])
        for level, close in ((0.05, 0.04), (0.5, 0.12), (0.95, 0.04)):
            end = np.interp(level, reached, values[order])
            below = np.interp(end, edges, [0, *np.cumsum(margins[name])])
            assert below == approx(level, abs=close), (name, level)
