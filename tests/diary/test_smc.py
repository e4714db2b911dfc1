"""What a diary learns: numbers against integrals done on a grid, fading against every course a body
can take.
"""

from dataclasses import replace
from itertools import pairwise, product
from math import log, prod

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.stats import beta, norm
from test_diary import EXACT, base, still_network, told

import oracle
from lumbayes import Diary, load
from lumbayes.diary.filtering import message, run_likelihoods
from lumbayes.diary.log_odds import LogOddsTransform
from lumbayes.network.network import Network
from lumbayes.priors.copula import tied

COUNTS, POINTS = 4, 60
SPEC = {
    "outcome": "pain",
    "variables": dict.fromkeys(["factor_a", "factor_s", "pain"], networks.YES_NO),
    "families": {
        "factor_a": networks.noisy(0.5),
        "factor_s": networks.noisy(0.4),
        "pain": networks.noisy(0.1, factor_a=0.5, factor_s=0.6),
    },
}


def on_a_grid(runs, tie):
    """log P(runs), P(s | runs), P(pain in the next run | do a=yes, runs), every number's Beta laid
    out on a grid.

    `tie` is what ties both links to the pain: the correlation of their normal scores (a Gaussian
    copula).
    """
    at = (np.arange(POINTS) + 0.5) / POINTS
    leak, a, s = np.meshgrid(at, at, at, indexing="ij")
    density = prod(
        beta.pdf(x, m * COUNTS, (1 - m) * COUNTS) for x, m in ((leak, 0.1), (a, 0.5), (s, 0.6))
    )
    scores = [norm.ppf(beta.cdf(x, m * COUNTS, (1 - m) * COUNTS)) for x, m in ((a, 0.5), (s, 0.6))]
    density *= np.exp(
        -tie
        * (tie * (scores[0] ** 2 + scores[1] ** 2) - 2 * scores[0] * scores[1])
        / (1 - tie**2)
        / 2
    )
    mass = density / density.sum()
    rate = beta(0.5 * COUNTS, 0.5 * COUNTS)
    hilly = sum(run == "yes" for run in runs.factor_a)
    common = sum(rate.pdf(at) * at**hilly * (1 - at) ** (len(runs) - hilly)) / POINTS
    found = {}
    for there, chance in ((0, 0.6), (1, 0.4)):
        spared = {
            x: (1 - leak) * (1 - a) ** (x == "yes") * (1 - s) ** there for x in networks.YES_NO
        }
        logs = sum(
            np.log(1 - spared[x] if y == "yes" else spared[x])
            for x, y in zip(runs.factor_a, runs.pain)
        )
        weight = chance * mass * np.exp(logs)
        found[there] = weight.sum(), (weight * (1 - spared["yes"])).sum()
    total = sum(weight for weight, _ in found.values())
    return log(total * common), found[1][0] / total, sum(pain for _, pain in found.values()) / total


@pytest.mark.parametrize(
    ("often", "close", "tie"), [(1, 0.02, 0), (60, 0.03, 0), (60, 0.03, -0.9), (60, 0.03, 0.9)]
)
def test_numbers_are_learnt_as_integrals_have_it(often, close, tie):
    runs = pd.DataFrame(
        {"factor_a": ["yes", "no", "yes", "no", "yes"], "pain": ["yes", "no", "yes", "yes", "no"]}
    )
    runs = pd.concat([runs] * often, ignore_index=True)
    case = networks.case_of(still_network(SPEC, ["factor_s"], COUNTS))
    links = {key: case.priors[key] for key in (("factor_s", "pain"), ("factor_a", "pain"))}
    ties = tied(links, np.array([[1, tie], [tie, 1]])) if tie else None
    network = Network(case.priors.with_priors({}, ties))
    case = replace(case, compiled=case.compiled.with_network(network))
    diary = Diary(case, runs)
    total, there, pain = on_a_grid(runs, tie)
    assert diary.log_probability == approx(total, abs=10 * close)
    assert diary.posterior("factor_s")["yes"] == approx(there, abs=2 * close)
    assert diary.next_run(factor_a="yes")["yes"] == approx(pain, abs=close)
    assert (often > 1) == ("moved" in diary.sampler_summary)


def along_every_course(spec, still, runs, days, half_life):
    """For each course of a body that may heal, its states on each day and its probability with all
    runs.
    """
    bodies = [dict(zip(still, states)) for states in product(networks.YES_NO, repeat=len(still))]
    chance = {tuple(b.values()): oracle.probability(spec, b) for b in bodies}
    alone = {name: oracle.posterior(spec, name) for name in still}
    for course in product(bodies, repeat=len(runs)):
        weight = chance[tuple(course[0].values())]
        for (now, then), (day, later) in zip(pairwise(course), pairwise(days)):
            stays = 2 ** ((day - later) / half_life)
            weight *= prod(
                stays * (now[n] == then[n]) + (1 - stays) * alone[n][then[n]] for n in still
            )
        for body, run in zip(course, runs):
            clash = any(body.get(name, state) != state for name, state in run.items())
            weight *= (
                0
                if clash
                else oracle.probability(spec, {**body, **run}) / chance[tuple(body.values())]
            )
        yield course, weight


def test_what_may_heal_fades_as_every_course_of_the_body_has_it():
    spec, still, days, half_life = networks.WORKED_OUT, ["factor_a", "factor_c"], [0, 5, 30], 10
    runs = [
        {"pain": "yes", "trait_t": "yes"},
        {"pain": "no", "factor_c": "yes"},
        {"pain": "yes", "factor_b": "no"},
    ]
    courses = list(along_every_course(spec, still, runs, days, half_life))
    total = sum(weight for _, weight in courses)
    dates = pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D")
    diary = Diary(
        networks.case_of(still_network(spec, still)),
        pd.DataFrame(runs).assign(date=dates),
        half_life=half_life,
    )
    assert diary.log_probability == approx(log(total), abs=EXACT)
    for name in still:
        there = sum(weight for course, weight in courses if course[-1][name] == "yes") / total
        assert diary.posterior(name)["yes"] == approx(there, abs=EXACT)
    for place, run in enumerate(runs):
        ours = diary.contributions(place).contribution
        for cause in ours.index:
            active_probabilities = [
                w and w * oracle.contribution(spec, cause, {**c[place], **run}) for c, w in courses
            ]
            assert ours[cause] == approx(sum(active_probabilities) / total, abs=EXACT), (
                place,
                cause,
            )


def test_an_old_finding_of_what_may_heal_speaks_less_and_one_of_anatomy_as_loud():
    runs = told(weak_core="y---", flat_feet="y---", back_pain="ynny")
    later = runs.assign(date=runs.date + pd.to_timedelta([0, 99, 99, 99], unit="D"))
    long, short = (Diary(base, later, half_life=half_life) for half_life in (1e9, 20))
    assert long.posterior("weak_core")["yes"] > 0.99 > 0.4 > short.posterior("weak_core")["yes"]
    assert short.posterior("flat_feet")["yes"] == approx(1)


def test_many_readings_are_the_same_runs_asked_in_fewer_sums():
    rng = np.random.default_rng(0)
    runs = pd.DataFrame(
        {"climb_m_per_km": rng.uniform(0, 60, 30), "plank_seconds": rng.uniform(20, 150, 30)}
    )
    runs["back_pain"] = rng.choice(["no", "yes"], 30)
    history, inputs = Diary(base, runs)._history, base.compiled.mean_inputs
    assert len(history.patterns) < len(history.mixtures) == 30
    foretold = run_likelihoods(history, inputs)
    one_by_one = [Diary(base, runs.iloc[[i]])._history for i in range(30)]
    for i, one in enumerate(one_by_one):
        assert foretold(i) == approx(run_likelihoods(one, inputs)(0), rel=EXACT)
    together = sum(np.log(foretold(i)) for i in range(30))
    assert message(history, inputs) == approx(together, rel=EXACT)


def test_log_odds_and_normal_scores_are_the_numbers_again():
    compiled = load().compiled
    sampled = {
        k: np.stack([1 - s, s]) if s.ndim == 1 else s.T
        for k, s in compiled.network.priors.sample(999).items()
    }
    odds = LogOddsTransform(compiled)
    every, which = odds.from_shares(sampled), np.arange(len(odds.keys))
    assert odds.inputs(every) == approx(compiled.parameter_inputs(sampled), abs=1e-12)
    scores = odds.to_scores(every, which)
    assert odds.from_scores(scores, which) == approx(every, abs=1e-9)
    for i, (here, further) in enumerate(zip(odds.stop_counts[:, 0], odds.continue_counts[:, 0])):
        on, off = 1 / (1 + np.exp(-every[i])), 1 / (1 + np.exp(every[i]))
        so_far = np.where(on < off, beta.cdf(on, further, here), beta.sf(off, here, further))
        assert norm.cdf(scores[i]) == approx(so_far, abs=1e-4), odds.keys[i]
