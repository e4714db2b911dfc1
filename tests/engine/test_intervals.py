"""How sure a contribution is: many joint draws of every prior, each weighed by how well it
foretells the findings.
"""

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

import lumbayes
import oracle
from lumbayes import contributions, example, load
from lumbayes.attribution import fired_path_circuit
from lumbayes.engine import intervals
from lumbayes.engine.intervals import (
    credible_interval,
    credible_intervals,
    effective_sample_size,
    mixture_credible_intervals,
)
from lumbayes.engine.kernels import sweep as kernel
from lumbayes.engine.solve import KERNEL_WAIT_BATCH, kernel_for
from lumbayes.inference.causal_paths import contribution_probabilities

EXACT, ENOUGH_DRAWS, ENOUGH_EFFECTIVE, FEW = 1e-9, 2000, 1000, 256
BASE = load()
ASKER = BASE.given(**example().findings)
CAUSES = [v.name for v in BASE.variables.causes]
numbers = st.lists(st.floats(0, 1), min_size=2, max_size=30)


def drawn(case, draws, seed=0):
    """The contribution of every cause, shape (causes, draws), and the weight of each draw."""
    names = [v.name for v in case.variables.causes]
    found, weights = contribution_probabilities(fired_path_circuit(case), case.query(draws, seed), names)
    return found[0], weights


def slow_interval(values, weights, width):
    """Each draw stands at the middle of its own weight; between two draws a straight line."""
    pairs = sorted(zip(values, weights, strict=True))
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
    _, weights = drawn(ASKER, inspect.signature(contributions).parameters["draws"].default)
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


def test_draws_that_weigh_nothing_do_not_count():
    values, weights = np.array([9.0, 0.25, np.nan, 0.75, -9.0]), np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    assert credible_interval(values, weights, 0.5) == (0.25, 0.75)
    assert credible_interval(values, np.array([0.0, 0.0, 0.0, 5.0, 0.0]), 0.5) == (0.75, 0.75), (
        "one alone stands everywhere"
    )
    assert credible_interval(values, weights * 5e-324, 0.5) == (0.25, 0.75), (
        "findings may be as rare as can be"
    )


@pytest.mark.parametrize("weights", [[0.0, 0.0], [], [-1.0, 0.0], [np.nan, 1.0]])
def test_an_interval_of_nothing_is_no_interval(weights):
    with pytest.raises(ValueError, match="one draw that counts"):
        credible_interval(np.zeros(len(weights)), np.array(weights))


SHAPES = {  # of draws between 0 and 1: what puts most of them into one bin, and what makes them equal
    "even": lambda u: u,
    "piled up at nought": lambda u: u**40,
    "piled up at one": lambda u: 1 - u**40,
    "signed": lambda u: (u - 0.5) ** 3,
    "few different": lambda u: np.round(8 * u),
    "all equal": lambda u: np.zeros_like(u),
    "too small to divide": lambda u: np.round(3 * u) * 5e-324,
    "too large to subtract": lambda u: np.where(u < 0.5, -1.7e308, 1.7e308),
}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from([*SHAPES]),
    st.integers(1, 900),
    st.integers(0, 1 << 32),
    st.integers(0, 40),
    st.floats(0.1, 0.9),
)
def test_the_compiled_search_finds_what_sorting_finds_to_the_last_bit(
    shape, draws, seed, power, width
):
    """`power` makes the weights unequal, up to where most of them round to nothing."""
    random = np.random.default_rng(seed)
    values, weights = SHAPES[shape](random.random((3, draws))), random.random(draws) ** power
    parts, aims = intervals.parts_of(weights), [(1 - width) / 2, (1 + width) / 2]
    aims = np.array(aims) * float(parts.sum())
    for sorted_out, found in zip(
        intervals._by_numpy(values, parts, aims),
        intervals._by_loop(kernel, values, parts, aims),
        strict=True,
    ):
        assert_array_equal(found, sorted_out)


@pytest.mark.parametrize("states", [1, 2, 3])
def test_a_mixture_of_states_has_one_interval_however_it_is_worked_out(states, monkeypatch):
    random = np.random.default_rng(states)
    weights, shares = random.random((states, 1, 500)), random.random(states)
    weights[:, :, :50] = 0.0
    drawn = np.concatenate([random.random((states, 4, 500)) * weights, weights], axis=1)
    contributions(ASKER, draws=KERNEL_WAIT_BATCH)  # brings the compiled loops into memory
    assert kernel_for(drawn.shape[2])
    found = mixture_credible_intervals(drawn, shares, 0.8)
    mixed = np.tensordot(shares, drawn, axes=1)[:, 50:]
    assert found == approx(credible_intervals(mixed[:-1] / mixed[-1], mixed[-1], 0.8), abs=EXACT)
    monkeypatch.setattr(intervals, "kernel_for", lambda batch_size: None)
    assert_array_equal(found, mixture_credible_intervals(drawn, shares, 0.8))


def test_draws_of_unequal_weight_are_worth_fewer():
    """(Σw)² / Σw² (Kish 1965): weights 3, 1, 0 are worth 16 / 10 draws."""
    assert effective_sample_size(np.array([3.0, 1.0, 0.0])) == approx(16 / 10)
    assert effective_sample_size(np.array([0.0, 7.0, 0.0])) == approx(1)


# A small runner: two ways from a to the pain, a graded trait whose earliest start wins, a picture
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
    """Every draw a network of its own, all its worlds laid out; its weight is P(findings |
    draw).
    """
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
def test_the_weighed_mean_of_the_draws_tends_to_the_figure_itself(case):
    """P(findings) and P(at work, findings) are linear in each prior, so the means of the priors
    give their means.
    """
    values, weights = drawn(case, 1 << 15, seed=3)
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
    """Common random numbers: a finding that says nothing moves no end of any interval."""
    assert contributions(ASKER.likelihood(hills=1, worn_shoes=1)).equals(contributions(ASKER))
    assert contributions(ASKER.given(hills="yes").retract("hills")).equals(contributions(ASKER))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(data=st.data())
def test_a_wider_interval_holds_a_narrower_one(data):
    said = data.draw(networks.runners(BASE.network))
    case = BASE.given(**said["given"]).likelihood(**said["likelihood"]).do(**said["do"])
    assume(case.probability > 0)
    narrow, wide = (
        contributions(case, width=0.5, draws=FEW),
        contributions(case, width=0.9, draws=FEW),
    )
    assert ((wide.low >= 0) & (wide.low <= narrow.low) & (narrow.low <= narrow.high)).all()
    assert ((narrow.high <= wide.high) & (wide.high <= 1)).all()


FIGURES = ["present", "contribution", "low", "high", "but_for"]
SESSION = """
from lumbayes import contributions, example, load
FIGURES = %s
asker = load().given(**example().findings)
cases = [asker.given(**{cause.name: "yes"}) for cause in asker.variables.causes]
def told():
    few = [contributions(case, draws=8)[FIGURES].to_numpy().tobytes().hex() for case in cases]
    return few + [case.posterior("onset").to_numpy().tobytes().hex() for case in cases]
before = told()
print(contributions(asker)[FIGURES].to_numpy().tobytes().hex(), before == told())
"""


def test_what_was_asked_before_changes_no_bit_of_an_answer():
    """Neither earlier in the session nor in another session: a few draws and many may be worked out
    in two ways.
    """
    path = os.pathsep.join(
        [str(Path(lumbayes.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    )
    run = [sys.executable, "-W", "ignore", "-c", SESSION % FIGURES]
    told = subprocess.run(
        run, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    asker, same_again = told.stdout.split()
    assert asker == contributions(ASKER)[FIGURES].to_numpy().tobytes().hex()
    assert same_again == "True", (
        "the same question got another answer after a question of many draws"
    )
