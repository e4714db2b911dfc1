"""Posteriors of the parameters against integrals on a grid, forgetting against every history."""

from dataclasses import replace
from itertools import pairwise, product
from math import log, prod

import networks
import numpy as np
import pandas as pd
import pytest
from diaries import EXACT, base, runs_of, still_network
from pytest import approx
from scipy.special import expit
from scipy.stats import beta, gamma, norm
from shared import loaded

import oracle
from lumbayes import Diary
from lumbayes.diary.filtering import message, run_likelihoods
from lumbayes.diary.parts import SCORES, PartTransform
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
    """log P(runs), P(s | runs), P(pain next | do a=yes, runs), with each Beta on a grid.

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
def test_parameters_have_the_posterior_of_integrals_on_a_grid(often, close, tie):
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
    # two modes, the factor or the leak behind the pain: their weights vary by 0.05 with the seed
    assert diary.posterior("factor_s")["yes"] == approx(there, abs=4 * close)
    assert diary.next_run(factor_a="yes")["yes"] == approx(pain, abs=close)
    assert (often > 1) == ("moved" in diary.sampler_summary)


def every_history(spec, still, runs, days, half_life):
    """Each history of the shared state, its states by day, and its probability with all runs."""
    combinations = product(networks.YES_NO, repeat=len(still))
    shared_states = [dict(zip(still, states, strict=True)) for states in combinations]
    chance = {tuple(b.values()): oracle.probability(spec, b) for b in shared_states}
    alone = {name: oracle.posterior(spec, name) for name in still}
    for path in product(shared_states, repeat=len(runs)):
        weight = chance[tuple(path[0].values())]
        for (now, then), (day, later) in zip(pairwise(path), pairwise(days)):
            stays = 2 ** ((day - later) / half_life)
            weight *= prod(
                stays * (now[n] == then[n]) + (1 - stays) * alone[n][then[n]] for n in still
            )
        for shared, run in zip(path, runs):
            clash = any(shared.get(name, state) != state for name, state in run.items())
            weight *= (
                0
                if clash
                else oracle.probability(spec, {**shared, **run}) / chance[tuple(shared.values())]
            )
        yield path, weight


def test_forgetting_equals_enumeration_of_every_history():
    spec, still, days, half_life = networks.WORKED_OUT, ["factor_a", "factor_c"], [0, 5, 30], 10
    runs = [
        {"pain": "yes", "trait_t": "yes"},
        {"pain": "no", "factor_c": "yes"},
        {"pain": "yes", "factor_b": "no"},
    ]
    histories = list(every_history(spec, still, runs, days, half_life))
    total = sum(weight for _, weight in histories)
    dates = pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D")
    diary = Diary(
        networks.case_of(still_network(spec, still)),
        pd.DataFrame(runs).assign(date=dates),
        half_life=half_life,
    )
    assert diary.log_probability == approx(log(total), abs=EXACT)
    for name in still:
        there = sum(weight for path, weight in histories if path[-1][name] == "yes") / total
        assert diary.posterior(name)["yes"] == approx(there, abs=EXACT)
    for place, run in enumerate(runs):
        ours = diary.contributions(place).contribution
        for cause in ours.index:
            joint = [
                weight and weight * oracle.contribution(spec, cause, {**path[place], **run})
                for path, weight in histories
            ]
            assert ours[cause] == approx(sum(joint) / total, abs=EXACT), (
                place,
                cause,
            )


def test_an_old_finding_counts_less_for_a_changeable_factor_only():
    runs = runs_of(weak_core="y---", flat_feet="y---", back_pain="ynny")
    later = runs.assign(date=runs.date + pd.to_timedelta([0, 99, 99, 99], unit="D"))
    long, short = (Diary(base, later, half_life=half_life) for half_life in (1e9, 20))
    assert long.posterior("weak_core")["yes"] > 0.99 > 0.4 > short.posterior("weak_core")["yes"]
    assert short.posterior("flat_feet")["yes"] == approx(1)


N_READ = 80  # more than the levels of a hill times those of a week, with pain and without


def test_many_readings_are_mixtures_of_fewer_patterns():
    rng = np.random.default_rng(0)
    climbs, weeks = rng.uniform(0, 60, N_READ), rng.uniform(5, 90, N_READ)
    runs = pd.DataFrame({"climb_m_per_km": climbs, "km_per_week": weeks})
    runs["back_pain"] = rng.choice(["no", "yes"], N_READ)
    history, inputs = Diary(base, runs)._history, base.compiled.mean_inputs
    assert len(history.patterns) < len(history.mixtures) == N_READ
    likelihood = run_likelihoods(history, inputs)
    one_by_one = [Diary(base, runs.iloc[[i]])._history for i in range(N_READ)]
    for distinct, one in zip(history.run_to_distinct, one_by_one, strict=True):
        assert likelihood(distinct) == approx(run_likelihoods(one, inputs)(0), rel=EXACT)
    together = sum(np.log(likelihood(i)) for i in range(N_READ))
    assert message(history, inputs) == approx(together, rel=EXACT)


def test_parts_of_draws_are_what_the_priors_sample_and_can_be_inverted():
    compiled = loaded().compiled
    transform, n, seed = PartTransform(compiled), 999, 5
    sampled = {
        key: np.stack([1 - s, s]) if s.ndim == 1 else s.T
        for key, s in compiled.network.priors.sample(n, seed).items()
    }
    parts, which = transform.draws(n, seed), np.arange(len(transform.keys))
    assert transform.inputs(parts) == approx(compiled.parameter_inputs(sampled), abs=1e-12)
    scores = transform.to_scores(parts, which)
    assert transform.from_scores(scores, which) == approx(parts, abs=1e-9)
    ends = np.tile(SCORES[[0, 1, -1]], (len(which), 1))
    at_ends = approx(transform._table[:, [0, 1, -1]], rel=1e-9)
    assert transform.from_scores(ends, which) == at_ends
    assert transform.from_scores(ends * [2, 1, 2], which) == at_ends
    for i, (count, later) in enumerate(transform._counts):
        if np.isnan(later):
            so_far = gamma.cdf(np.exp(parts[i]), count)
        else:
            on, off = expit(parts[i]), expit(-parts[i])
            so_far = np.where(on < off, beta.cdf(on, later, count), beta.sf(off, count, later))
        assert norm.cdf(scores[i]) == approx(so_far, abs=1e-4), transform.keys[i]


@pytest.mark.parametrize("counts", [(3.0, 2.0), (0.5, 1.5), (0.5, 0.5), (1.0, 1.0)])
def test_parts_of_a_trait_of_two_states_are_what_the_priors_sample(counts):
    """numpy draws a Beta by Gammas only where a count is above 1."""
    priors = loaded().priors
    row = replace(priors["unexplained", "side"], counts=(counts[0] + 0.4, counts[1]))
    changed = {"side": replace(priors["side"], counts=counts), row.key: row}
    compiled = loaded().compiled.with_network(Network(priors.with_priors(changed)))
    drawn = compiled.network.priors.sample(99, 3)
    sampled = {key: np.stack([1 - s, s]) if s.ndim == 1 else s.T for key, s in drawn.items()}
    transform = PartTransform(compiled)
    inputs = transform.inputs(transform.draws(99, 3))
    assert inputs == approx(compiled.parameter_inputs(sampled), abs=1e-12)
    correlation = np.corrcoef(drawn["side"], drawn[row.key])[0, 1]
    assert (correlation > 0.7) == (max(counts) > 1)


def test_the_scores_of_draws_have_the_prior_that_moves_assume():
    """Rows of a trait that share draws were moved as if they did not."""
    n, transform = 4096, PartTransform(loaded().compiled)
    which = np.arange(len(transform.keys))
    scores = transform.to_scores(transform.draws(n, 1), which)
    assert transform.base_of["unexplained", "onset"] == "onset"
    edge = np.sqrt(len(which) / n)  # of the eigenvalues of independent scores, at most
    eigenvalues = np.linalg.eigvalsh(np.cov(scores))
    assert eigenvalues[0] > (1 - 1.2 * edge) ** 2 and eigenvalues[-1] < (1 + 1.2 * edge) ** 2
    assert np.abs(scores.mean(axis=1)).max() < 4.5 / np.sqrt(n)


def test_a_row_with_nothing_added_is_the_background_in_every_draw():
    compiled = loaded().compiled
    transform = PartTransform(compiled)
    shifted = transform.draws(50, 2) + np.linspace(-1, 1, 50)
    inputs = transform.inputs(shifted)
    rows = [compiled.parameter_rows(key) for key in ("onset", ("unexplained", "onset"))]
    assert inputs[rows[1]] == approx(inputs[rows[0]], rel=1e-12)


def test_parameters_whose_parts_are_not_chosen_are_at_their_means():
    """A row of a trait follows the row that it shares all draws with, but not if it adds to it."""
    compiled = loaded().compiled
    transform = PartTransform(compiled)
    chosen = np.array([i for i, key in enumerate(transform.keys) if key in ("hills", "onset")])
    inputs = transform.inputs(transform.draws(9, 1)[chosen], chosen)
    sharing = [key for key, base in transform.base_of.items() if base == "onset"]
    equal = [key for key in sharing if key not in transform.keys]
    assert 0 < len(equal) < len(sharing)
    moved = [row for key in ("hills", "onset", *equal) for row in compiled.parameter_rows(key)]
    is_moved = (inputs != compiled.mean_inputs).any(axis=1)
    assert np.flatnonzero(is_moved).tolist() == sorted(moved)


def test_scores_have_the_correlations_of_what_is_tied_and_no_others():
    base = loaded(base_rate=None, traits=False, doses=False)
    names = ["hills", "weak_core", "worn_shoes"]
    correlation = np.array([[1, 0.5, 0.2], [0.5, 1, 0.4], [0.2, 0.4, 1]])
    ties = tied({name: base.priors[name] for name in names}, correlation)
    hills = {"hills": replace(base.priors["hills"])}
    priors = base.priors.with_priors({}, ties).with_priors(hills)
    transform = PartTransform(base.compiled.with_network(Network(priors)))
    places = [transform.keys.index(name) for name in names]
    expected = np.eye(len(transform.keys))
    expected[np.ix_(places[1:], places[1:])] = correlation[1:, 1:]
    assert transform.covariance == approx(expected)
