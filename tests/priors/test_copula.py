"""Parameters fitted to the same rows are drawn jointly, tied as their posterior ties them."""

from dataclasses import replace

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.special import logit
from scipy.stats import beta, kstest

import oracle
from lumbayes import contributions, fit, load, simulate
from lumbayes.batch import sample_parameters, score_rows
from lumbayes.batch.scorer import Scorer
from lumbayes.network.network import Network

base = load(base_rate=None, traits=False)  # strengths as the claims' words give them
LINKS = [("mechanism_m", "pain"), ("factor_c", "pain")]
DRAWS, RARE, SMALL = 4096, 1e-4, 0.1  # with fewer counts a share is 1 to the last bit


def held_to(spec, chances):
    """The slow twin's network with other links into the pain."""
    links = {cause: networks.yes(chance) for (cause, _), chance in zip(LINKS, chances)}
    return {
        **spec,
        "families": {**spec["families"], "pain": {**spec["families"]["pain"], "links": links}},
    }


def on_a_grid(spec, frame, points):
    """Both links' posterior on a grid, Beta(2, 2) each: P(findings) is linear in each."""
    logs = np.add.outer(beta(2, 2).logpdf(points), beta(2, 2).logpdf(points))
    for states, often in frame.value_counts().items():
        row = dict(zip(frame.columns, states))
        corner = {
            (i, j): oracle.probability(held_to(spec, (i, j)), row)
            for i in (0.0, 1.0)
            for j in (0.0, 1.0)
        }
        first, second = points[:, None], points[None, :]
        without = (1 - second) * corner[0, 0] + second * corner[0, 1]
        with_first = (1 - second) * corner[1, 0] + second * corner[1, 1]
        logs += often * np.log((1 - first) * without + first * with_first)
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def test_two_links_are_tied_as_their_whole_posterior_ties_them():
    """Two links unknown, and no row tells their causes apart: what one gains, the other loses.

    Their posterior is worked out on a grid, from the slow twin alone.
    """
    spec, points = networks.WORKED_OUT, (np.arange(200) + 0.5) / 200
    known = networks.case_of(networks.network_of(spec, size=1e7))
    unsure = {key: replace(known.network.priors[key], counts=(2.0, 2.0)) for key in LINKS}
    network = Network(known.network.priors.with_priors(unsure))
    case = replace(known, compiled=known.compiled.with_network(network))
    frame = simulate(known, 1500, 5)[["factor_a", "pain", "trait_t"]]
    weights = on_a_grid(spec, frame, points)
    pain = [
        [oracle.probability(held_to(spec, (i, j)), {"pain": "yes"}) for j in (0.0, 1.0)]
        for i in (0.0, 1.0)
    ]

    def p_pain(first, second):
        (a, b), (c, d) = pain
        return (1 - first) * ((1 - second) * a + second * b) + first * (
            (1 - second) * c + second * d
        )

    def correlation(first, second, weights):
        return np.cov(logit(first), logit(second), aweights=weights)[0, 1] / np.sqrt(
            np.cov(logit(first), aweights=weights) * np.cov(logit(second), aweights=weights)
        )

    first, second = (axis.ravel() for axis in np.meshgrid(points, points, indexing="ij"))
    whole = correlation(first, second, weights.ravel())
    spread = np.sqrt(np.cov(p_pain(first, second), aweights=weights.ravel()))
    sampled = fit(case, frame).case.network.priors.sample(DRAWS)
    one, other = (sampled[key] for key in LINKS)
    assert whole < -0.3 and correlation(one, other, np.ones(DRAWS)) == approx(whole, abs=0.1)
    assert p_pain(one, other).std() == approx(spread, rel=0.15)
    assert p_pain(one, np.random.default_rng(0).permutation(other)).std() > 1.2 * spread, (
        "untied it would be too wide"
    )


@pytest.fixture(scope="module")
def learnt():
    frame = simulate(sample_parameters(base, 3), 300, 1, missing=0.2)
    return fit(base, frame.drop(columns=["muscle_strain", "spinal_curvature", "unexplained"])).case


def test_each_number_is_drawn_as_its_own_counts_say(learnt):
    priors = learnt.network.priors
    for key, draws in priors.sample(DRAWS).items():
        counts, by_state = (
            priors[key].counts,
            draws if draws.ndim == 2 else np.stack([1 - draws, draws], axis=1),
        )
        assert by_state.sum(axis=1) == approx(np.ones(DRAWS)) and (by_state >= 0).all()
        for place, count in enumerate(counts[:-1] if min(counts) > SMALL else ()):
            left = by_state[:, place:].sum(axis=1)
            assert (
                kstest(by_state[:, place] / left, beta(count, sum(counts[place + 1 :])).cdf).pvalue
                > RARE
            )


def test_draws_are_the_same_again_and_some_of_them_are_those_of_all(learnt):
    priors = learnt.network.priors
    every, some = priors.sample(50, 3), priors.sample(50, 3, [("hills", "muscle_strain"), "onset"])
    assert all((some[key] == every[key]).all() for key in some) and len(some) == 2
    assert (priors.sample(50, 4)["hills"] != every["hills"]).all()


def test_rows_that_say_nothing_tie_nothing():
    ties = fit(base, pd.DataFrame(index=range(9))).case.network.priors.ties
    assert ties.factor == approx(np.eye(len(ties.factor)), abs=1e-9)


def test_a_number_that_another_has_replaced_is_tied_no_more(learnt):
    """A link pooled again is drawn from its prior; all others stay tied, to the last bit."""
    claim = next(
        c for c in base.priors.claims if (c.cause, c.effect) == ("weak_core", "muscle_strain")
    )
    before, after = (case.priors.sample(50) for case in (learnt, learnt.exclude_claims(claim.id)))
    new = base.exclude_claims(claim.id).network.priors.sample(50)["weak_core", "muscle_strain"]
    assert (after.pop(("weak_core", "muscle_strain")) == new).all()
    assert all((after[key] == before[key]).all() for key in after)


def test_what_ties_numbers_is_part_of_what_intervals_follow_from(learnt):
    """So a scoring run with intervals never reuses answers computed with other ties."""
    untied = learnt.network.priors.with_priors(
        {key: replace(prior) for key, prior in learnt.network.priors.items()}
    )
    loose = replace(learnt, compiled=learnt.compiled.with_network(Network(untied)))
    told = [
        Scorer(case, intervals=wide).settings for case in (learnt, loose) for wide in (True, False)
    ]
    assert told[0] != told[2] and told[1] == told[3]
    frame = pd.DataFrame({"back_pain": ["yes"]})
    (row,) = score_rows(learnt, frame, intervals=True).to_dict("records")
    table = contributions(learnt.given(back_pain="yes"))
    assert row["hills:low"] == approx(table.low["hills"]) and row["hills:high"] == approx(
        table.high["hills"]
    )
