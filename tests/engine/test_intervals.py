"""Credible intervals: joint draws of every prior, each weighted by its P(evidence)."""

import inspect
import os
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import networks
import numpy as np
import pytest
from engines import enter
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from networks import case_of, network_of, noisy, spec_of
from numpy.testing import assert_array_equal
from pytest import approx
from shared import loaded

import lumbayes
import oracle
from lumbayes import contributions, example
from lumbayes.attribution import fired_path_circuit
from lumbayes.engine.intervals import (
    FEW_EFFECTIVE,
    average,
    credible_interval,
    credible_intervals,
    effective_sample_size,
    exceedance_probabilities,
    interval_attrs,
    sample_until_effective,
    standard_error,
)
from lumbayes.inference.causal_paths import contribution_probabilities

EXACT, ENOUGH_DRAWS, ENOUGH_EFFECTIVE, FEW = 1e-9, 2000, 800, 256
BASE = loaded()
ASKER = BASE.given(**example().findings)
CAUSES = [v.name for v in BASE.variables.causes]
numbers = st.lists(st.floats(0, 1), min_size=2, max_size=30)


def sample(case, draws, seed=0):
    """The contribution of every cause, shape (causes, draws), and the weight of each draw."""
    names = [v.name for v in case.variables.causes]
    found, weights = contribution_probabilities(
        fired_path_circuit(case), case.query(draws, seed), names
    )
    return found[0], weights


def slow_interval(values, weights, width):
    """The central interval by a loop: each draw stands at the middle of its own weight.

    Draws whose weight is lost in the sum of all are left out.
    """
    lost = max(weights) * len(weights) * 2.0**-52
    pairs = sorted((v, w) for v, w in zip(values, weights, strict=True) if w > lost)
    reached = list(accumulate(weight for _, weight in pairs))
    places = [
        (end - weight / 2) / reached[-1] for end, (_, weight) in zip(reached, pairs, strict=True)
    ]

    def at(tail):
        after = next((i for i, place in enumerate(places) if place >= tail), len(places) - 1)
        if after == 0 or places[after] < tail:
            return pairs[after][0]
        part = (tail - places[after - 1]) / (places[after] - places[after - 1])
        return pairs[after - 1][0] + part * (pairs[after][0] - pairs[after - 1][0])

    return at((1 - width) / 2), at((1 + width) / 2)


def test_an_interval_rests_on_many_draws():
    assert inspect.signature(contributions).parameters["draws"].default >= ENOUGH_DRAWS
    _, weights = sample(ASKER, inspect.signature(contributions).parameters["draws"].default)
    assert effective_sample_size(weights) > ENOUGH_EFFECTIVE


@given(numbers, st.floats(1 / 10, 9 / 10))
def test_draws_of_equal_weight_give_the_quantiles_of_hazen(values, width):
    """Hyndman & Fan 1996, definition 5, as numpy has it."""
    tails = [(1 - width) / 2, (1 + width) / 2]
    equal = np.full(len(values), 1 / 8)
    assert credible_interval(np.array(values), equal, width) == approx(
        np.quantile(values, tails, method="hazen"), abs=EXACT
    )
    assert effective_sample_size(equal) == approx(len(values))


@given(st.data(), st.floats(1 / 10, 9 / 10))
def test_draws_of_unequal_weight_count_by_it(data, width):
    values = np.array(data.draw(st.lists(st.floats(0, 1), min_size=2, max_size=30, unique=True)))
    weights = np.array([data.draw(st.floats(1 / 1000, 1)) for _ in values])
    low, high = credible_interval(values, weights, width)
    assert (low, high) == approx(slow_interval(values, weights, width), abs=EXACT) and low <= high
    assert credible_interval(values, weights * 7, width) == approx((low, high), abs=EXACT), (
        "only relative weights count"
    )
    assert 1 - EXACT <= effective_sample_size(weights) <= len(values) + EXACT


def test_draws_of_weight_zero_do_not_count():
    values, weights = np.array([9.0, 0.25, np.nan, 0.75, -9.0]), np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    assert credible_interval(values, weights, 0.5) == (0.25, 0.75)
    assert credible_interval(values, np.array([0.0, 0.0, 0.0, 5.0, 0.0]), 0.5) == (0.75, 0.75), (
        "a single draw is both ends"
    )
    unequal = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    common = credible_interval(unequal, unequal, 0.5)
    assert credible_interval(unequal, unequal * 5e-324, 0.5) == common
    assert credible_interval(unequal, unequal * 3e307, 0.5) == approx(common), "and as common"
    assert credible_interval(values, weights * 5e-324, 0.5) == (0.25, 0.75), (
        "evidence may be as rare as floats allow"
    )


@pytest.mark.parametrize("weights", [[0.0, 0.0], [], [-1.0, 0.0], [np.nan, 1.0]])
def test_an_interval_of_nothing_is_no_interval(weights):
    with pytest.raises(ValueError, match="one draw that counts"):
        credible_interval(np.zeros(len(weights)), np.array(weights))


SHAPES = {  # what draws between 0 and 1 are turned into
    "even": lambda u: u,
    "piled up at zero": lambda u: u**40,
    "signed": lambda u: (u - 0.5) ** 3,
    "all equal": lambda u: np.zeros_like(u),
    "tiny": lambda u: u * 1e-300,
}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from([*SHAPES]),
    st.integers(1, 300),
    st.integers(0, 1 << 32),
    st.integers(0, 40),
    st.floats(0.1, 0.9),
)
def test_each_row_has_the_interval_that_its_draws_have_alone(shape, draws, seed, power, width):
    """`power` makes the weights unequal, up to where a few draws have nearly all."""
    random = np.random.default_rng(seed)
    values, weights = SHAPES[shape](random.random((3, draws))), random.random(draws) ** power
    expected = [slow_interval(row, weights, width) for row in values.tolist()]
    found = credible_intervals(values, weights, width)
    assert found.shape == (3, 2)
    assert found == approx(np.array(expected), rel=1e-9, abs=1e-12 * np.abs(values).max())


def test_draws_of_weight_zero_do_not_count_in_a_mean_whatever_they_hold():
    values, weights = np.array([np.nan, 1.0, 3.0, np.inf]), np.array([0.0, 1.0, 3.0, 0.0])
    assert average(values, weights) == 2.5
    assert average(np.stack([values, 2 * values]), weights).tolist() == [2.5, 5]
    # deviations of −1.5 and 0.5, shares of 1/4 and 3/4
    assert standard_error(values, weights) == approx(np.hypot(1.5 / 4, 0.5 * 3 / 4))


def test_what_equals_a_level_does_not_exceed_it():
    values = np.array([[0.5, 0.5, 1.0, np.nan], [0.0, 0.2, 0.5, 1.0]])
    found = exceedance_probabilities(
        values, np.array([1.0, 1.0, 2.0, 0.0]), np.array([0.4, 0.5, 1])
    )
    assert found.tolist() == [[1, 0.5, 0], [0.5, 0, 0]]


@pytest.mark.parametrize(
    ("n_draws", "n_effective", "n_batches"),
    [(400, 40, 1), (400, 39, 2), (400, 4, 8), (8000, 400, 1), (8000, 399, 2)],
)
def test_batches_are_drawn_until_enough_of_the_draws_are_effective(n_draws, n_effective, n_batches):
    """Of draws with equal weights or none, as many as have one: a tenth, or 400, is enough."""
    weights = np.repeat([1.0, 0.0], [n_effective, n_draws - n_effective])
    _, found = sample_until_effective(lambda batch: (weights, weights), n_draws)
    assert len(found) == n_batches * n_draws


@pytest.mark.parametrize(
    ("n_draws", "n_effective", "is_few"),
    [
        (400, 40, False),
        (400, 39, True),
        (4096, FEW_EFFECTIVE, False),
        (4096, FEW_EFFECTIVE - 1, True),
    ],
)
@pytest.mark.filterwarnings("ignore::lumbayes.engine.intervals.FewEffectiveDraws")
def test_few_effective_draws_are_noted(n_draws, n_effective, is_few):
    weights = np.repeat([1.0, 0.0], [n_effective, n_draws - n_effective])
    found = interval_attrs(weights)
    assert found["effective_sample_size"] == approx(n_effective)
    assert bool(found["note"]) == is_few
    assert f"rest on {n_effective} effective draws of {n_draws:,}" in found["note"] or not is_few


def test_draws_of_unequal_weight_are_worth_fewer():
    """(Σw)² / Σw² (Kish 1965): weights 3, 1, 0 are worth 16 / 10 draws."""
    assert effective_sample_size(np.array([3.0, 1.0, 0.0])) == approx(16 / 10)
    assert effective_sample_size(np.array([0.0, 7.0, 0.0])) == approx(1)


# A small runner: two paths from a to the pain, a graded trait whose earliest start wins, a picture
# of b.
TRAIT = {"parents": ["mechanism_m"], "gate": "pain", "order": ["none", "late", "early"]}
TRAIT |= {"leak": {"none": 0.0, "late": 3 / 4, "early": 1 / 4}}
TRAIT |= {"links": {"mechanism_m": {"none": 1 / 2, "late": 1 / 8, "early": 3 / 8}}}
TABLE = {"no": {"low": 3 / 4, "high": 1 / 4}, "yes": {"low": 1 / 4, "high": 3 / 4}}
RUNNER = {
    "factor_a": noisy(0.3),
    "factor_b": noisy(0.2, factor_a=0.4),
    "mechanism_m": noisy(0.05, factor_a=0.6, factor_b=0.5),
    "pain": noisy(0.1, mechanism_m=0.7, factor_a=0.4),
    "trait": TRAIT,
    "picture": {"parents": ["factor_b"], "table": TABLE},
}
STATES = {name: networks.YES_NO for name in RUNNER} | {
    "trait": ["none", "early", "late"],
    "picture": ["low", "high"],
}
RUNNER = {"outcome": "pain", "variables": STATES, "families": RUNNER}


@pytest.mark.parametrize(
    "found",
    [
        {"hard": {"pain": "yes", "picture": "high"}, "likelihood": {}, "do": {}},
        {
            "hard": {"trait": "early"},
            "likelihood": {"factor_a": {"no": 1, "yes": 3}},
            "do": {"factor_b": "yes"},
        },
    ],
)
def test_intervals_equal_the_slow_twin_draw_by_draw(found):
    """Every draw is a network of its own, enumerated; its weight is P(evidence | draw)."""
    network = network_of(RUNNER, size=8)
    case = enter(case_of(network), **found)
    sampled = network.priors.sample(FEW, seed=5)

    def shares(draw):
        return lambda prior: both(sampled[prior.key][draw])

    def both(number):
        return [1 - number, number] if np.ndim(number) == 0 else number

    specs = [spec_of(network, shares(draw)) for draw in range(FEW)]
    weights = [oracle.probability(spec, **found) for spec in specs]
    table = contributions(case, draws=FEW, seed=5, width=0.8)
    for cause in table.index:
        slowly = slow_interval(
            [oracle.contribution(spec, cause, **found) for spec in specs], weights, 0.8
        )
        assert (table.low[cause], table.high[cause]) == approx(slowly, rel=0, abs=EXACT), cause


@pytest.mark.parametrize(
    "case", [ASKER, BASE.given(back_pain="yes", hills="yes", plank_seconds=50)]
)
def test_the_weighted_mean_of_the_draws_tends_to_the_figure_itself(case):
    """P(evidence) and P(contributes, evidence) are linear in each prior, so means suffice."""
    values, weights = sample(case, 1 << 15, seed=3)
    mean = values @ weights / weights.sum()
    error = np.sqrt(((values - mean[:, None]) ** 2) @ weights**2) / weights.sum()
    figures = contributions(case, draws=FEW).contribution[CAUSES].to_numpy()
    assert (np.abs(mean - figures) < 4 * error).all() and error.max() < 1 / 100
    assert weights.mean() == approx(case.probability, abs=4 * weights.std() / np.sqrt(len(weights)))


def test_equal_seeds_give_equal_intervals_and_another_seed_only_other_intervals():
    once, again, other = (
        contributions(ASKER, seed=1),
        contributions(ASKER, seed=1),
        contributions(ASKER, seed=2),
    )
    assert once.equals(again)
    assert not once.low.equals(other.low[once.index])
    for column in ("present", "contribution", "but_for"):
        assert_array_equal(once[column], other[column])
    assert (
        np.abs(once.low - other.low).max() < 1 / 10
        and np.abs(once.high - other.high).max() < 1 / 10
    )


def test_questions_share_their_draws():
    """Common random numbers: evidence of ratio 1 moves no end of any interval."""
    assert contributions(ASKER.likelihood(hills=1, worn_shoes=1)).equals(contributions(ASKER))
    assert contributions(ASKER.given(hills="yes").retract("hills")).equals(contributions(ASKER))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(data=st.data())
def test_a_wider_interval_holds_a_narrower_one(data):
    evidence = data.draw(networks.runners(BASE.network))
    case = BASE.given(**evidence["given"]).likelihood(**evidence["likelihood"]).do(**evidence["do"])
    assume(case.probability > 0)
    narrow, wide = (
        contributions(case, width=0.5, draws=FEW),
        contributions(case, width=0.9, draws=FEW),
    )
    assert ((wide.low >= 0) & (wide.low <= narrow.low) & (narrow.low <= narrow.high)).all()
    assert ((narrow.high <= wide.high) & (wide.high <= 1)).all()


FIGURES = ["present", "contribution", "low", "high", "but_for", "first"]
SESSION = """
from lumbayes import contributions, example, load
FIGURES = %s
asker = load().given(**example().findings)
cases = [asker.given(**{cause.name: "yes"}) for cause in asker.variables.causes]
def figures():
    tables = [contributions(case, draws=8)[FIGURES].to_numpy().ravel() for case in cases]
    return [*sum(map(list, tables), []), *sum((list(c.posterior("onset")) for c in cases), [])]
before = figures()
print(*contributions(asker)[FIGURES].to_numpy().ravel())
print(max(abs(a - b) for a, b in zip(before, figures(), strict=True)))
"""


def test_earlier_queries_change_no_figure():
    """Neither in this session nor in another: numpy or the kernel may evaluate a query."""
    path = os.pathsep.join(
        [str(Path(lumbayes.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    )
    run = [sys.executable, "-W", "ignore", "-c", SESSION % FIGURES]
    process = subprocess.run(
        run, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    asker, difference = process.stdout.splitlines()
    figures = contributions(ASKER)[FIGURES].to_numpy().ravel()
    assert [*map(float, asker.split())] == approx(figures, rel=0, abs=1e-12)
    assert float(difference) < 1e-12
