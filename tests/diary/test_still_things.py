"""What runs say of one still thing: readings are looks at one number, statements count once."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from diaries import EXACT, base, runs_of
from pandas.testing import assert_frame_equal
from pytest import approx
from scipy.integrate import quad
from scipy.stats import norm
from shared import loaded

from lumbayes import Diary
from lumbayes.diary.shared_evidence import repeated_log_likelihood
from lumbayes.network.dose import level_shares_at
from lumbayes.network.measurement import SCALES, level_likelihood, likelihood

RAW = loaded(base_rate=None, traits=False, doses=False, coding="first")
PLANK = RAW.variables["plank_seconds"]
TESTS = [v for v in RAW.variables.measurements if v.numeric]


def core(case, **columns):
    return Diary(case, pd.DataFrame(columns)).posterior("weak_core")["yes"]


def integrated(test, readings):
    """p(readings | factor) / Π p(reading), by adaptive quadrature over the quantity itself."""
    scale = SCALES[test.scale]
    centre, cut = scale(test.centre), scale(test.cut)
    alone = norm(centre, np.hypot(test.spread, test.error))

    def density(t):
        parts = [
            (1 - test.blunder) * norm.pdf(scale(r), t, test.error) / alone.pdf(scale(r))
            + test.blunder
            for r in readings
        ]
        return norm.pdf(t, centre, test.spread) * np.prod(parts)

    far = 9 * test.spread
    points = [float(np.clip(scale(r), centre - far, centre + far)) for r in readings]
    below = quad(density, centre - far, cut, points=sorted(p for p in points if p < cut), limit=999)
    above = quad(density, cut, centre + far, points=sorted(p for p in points if p > cut), limit=999)
    chance = norm.cdf(cut, centre, test.spread)
    no, yes = above[0] / (1 - chance), below[0] / chance
    return (no, yes) if test.side == "below" else (yes, no)


def repeated_likelihood(test, readings):
    return np.exp(repeated_log_likelihood(test, readings))


def test_ten_planks_are_ten_looks_at_one_core():
    """76 s, one above the cut: .991 as ten independent proofs, .36 as one quantity."""
    ten = core(RAW, plank_seconds=[76] * 10)
    assert ten == approx(0.36, abs=0.01)
    assert ten < core(RAW, plank_seconds=[76]) < ten + 0.05


@pytest.mark.parametrize("test", TESTS, ids=lambda v: v.name)
def test_repeated_readings_are_integrated_over_the_quantity(test):
    middle = float(np.clip(test.centre, test.low, test.high))
    at_cut = float(np.clip(test.cut, test.low, test.high))
    for readings in ([middle, at_cut], [at_cut] * 5, [middle, at_cut, test.high, middle]):
        found = repeated_likelihood(test, np.array(readings, float))
        assert found == approx(integrated(test, readings), rel=1e-6)
    assert repeated_likelihood(test, np.array([middle])) == approx(likelihood(test, middle))


@pytest.mark.parametrize(
    "test", [v for v in loaded().variables.measurements if v.dose], ids=lambda v: v.name
)
def test_of_a_graded_factor_they_are_integrated_with_each_level(test):
    scale, at_cut = SCALES[test.scale], float(test.cut)
    t = scale(test.centre) + test.spread * np.linspace(-9, 9, 400_001)
    levels, density = level_shares_at(test, t), norm.pdf(t, scale(test.centre), test.spread)
    for readings in ([at_cut, at_cut], [at_cut, float(test.start), at_cut]):
        alone = norm(scale(test.centre), np.hypot(test.spread, test.error))
        parts = [
            (1 - test.blunder) * norm.pdf(scale(r), t, test.error) / alone.pdf(scale(r))
            + test.blunder
            for r in readings
        ]
        expected = levels @ (np.prod(parts, axis=0) * density) / (levels @ density)
        assert repeated_likelihood(test, np.array(readings)) == approx(expected, rel=1e-4)
    one = repeated_likelihood(test, np.array([at_cut]))
    assert one == approx(level_likelihood(test, at_cut))


def test_without_blunders_readings_count_as_their_mean_with_less_error():
    exact = replace(PLANK, blunder=0.0)
    readings = np.array([70.0, 82.0, 74.0, 79.0])
    mean = float(np.exp(np.log(readings).mean()))
    one = likelihood(replace(exact, error=exact.error / 2), mean)
    four = repeated_likelihood(exact, readings)
    assert four[1] / four[0] == approx(one[1] / one[0], rel=1e-9)


@pytest.mark.parametrize("doses", [True, False])
def test_a_thousand_readings_of_one_quantity_are_no_contradiction(doses):
    """From 136 of 22 s on they were said to exclude each other, of two in turn they were NaN."""
    case = loaded(doses=doses)
    for test, value, state in (("plank_seconds", 22, 1.0), ("knee_extension_deg", 10, None)):
        runs = pd.DataFrame({test: [value] * 1000, "back_pain": ["yes"] + [None] * 999})
        diary = Diary(case, runs)
        chance = diary.posterior(case.variables[test].reads)["yes"]
        assert chance == approx(state, abs=0.01) if state else 0 < chance < 1
        assert np.isfinite(diary.log_probability)
    in_turn = pd.DataFrame({"plank_seconds": [60, 120] * 502, "back_pain": "yes"})
    assert 0 < Diary(case, in_turn).posterior("weak_core")["yes"] < 1


def test_readings_of_two_tests_exclude_no_findings():
    case = loaded().given(weak_core="no", tight_hamstrings="no")
    runs = pd.DataFrame({"plank_seconds": [22] * 100, "knee_extension_deg": 50, "back_pain": "yes"})
    assert np.isfinite(Diary(case, runs).log_probability)


def test_readings_enter_the_marginal_likelihood_with_their_scale():
    runs = pd.DataFrame({"plank_seconds": [22.0, 30.0], "back_pain": [None, None]})
    weights = repeated_likelihood(RAW.variables["plank_seconds"], np.array([22.0, 30.0]))
    expected = np.log(weights @ RAW.posterior("weak_core").to_numpy())
    assert Diary(RAW, runs).log_probability == approx(expected)


@pytest.mark.parametrize("test", ["plank_seconds", "knee_extension_deg"])
def test_of_readings_of_what_heals_the_last_one_counts_the_case_s_included(test):
    dates = pd.date_range("2026-01-01", periods=2)
    runs = pd.DataFrame({"date": dates, test: [70, None], "back_pain": ["no", "no"]})
    plain, read = (Diary(c, runs, half_life=1e12) for c in (base, base.given(**{test: 40})))
    name = base.variables[test].reads
    assert read.posterior(name)["yes"] == approx(plain.posterior(name)["yes"], abs=EXACT)


def test_a_reading_of_the_case_is_one_of_them():
    ours = core(RAW.given(plank_seconds=60), plank_seconds=[70, 80])
    assert ours == approx(core(RAW, plank_seconds=[60, 70, 80]), abs=EXACT)


@pytest.mark.parametrize("times", [1, 5])
def test_a_statement_on_a_still_factor_counts_once(times):
    assert core(RAW, **{"weak_core:likelihood": [4] * times}) == approx(4 / 7, abs=EXACT)
    assert core(RAW, **{"weak_core:believe": [0.8] * times}) == approx(0.8, abs=EXACT)


def test_the_last_statement_is_the_one_that_counts():
    said = {"weak_core:likelihood": [9, None, 4, None]}
    assert core(RAW, **said) == approx(4 / 7, abs=EXACT)
    assert core(RAW.likelihood(weak_core=9), **said) == approx(4 / 7, abs=EXACT)
    dated = pd.DataFrame(said | {"date": ["2026-01-09", "2026-01-02", "2026-01-03", "2026-01-04"]})
    assert Diary(RAW, dated).posterior("weak_core")["yes"] == approx(0.75, abs=EXACT)


def test_a_picture_of_a_still_foot_counts_once():
    once = Diary(RAW, pd.DataFrame({"wet_footprint": ["solid"]})).posterior("flat_feet")
    often = Diary(RAW, pd.DataFrame({"wet_footprint": ["solid"] * 6})).posterior("flat_feet")
    assert often["yes"] == approx(once["yes"], abs=EXACT)


def test_statements_on_what_differs_from_run_to_run_count_each():
    runs = pd.DataFrame({"hills:likelihood": [4, 4], "back_pain": ["yes", "no"]})
    first = Diary(RAW, runs).contributions(0).present["hills"]
    alone = Diary(RAW, runs.iloc[:1]).contributions(0).present["hills"]
    assert first > alone + 0.05, "the other run says how common hills are here"


def test_under_a_half_life_the_last_reading_of_what_heals_counts_where_it_stands():
    dates = pd.date_range("2026-01-01", periods=3, freq="100D")
    runs = pd.DataFrame({"plank_seconds": [30, 30, None], "date": dates})
    fading = Diary(RAW, runs, half_life=20)
    last = Diary(RAW, runs.assign(plank_seconds=[None, 30, None]), half_life=20)
    assert fading.posterior("weak_core")["yes"] == approx(last.posterior("weak_core")["yes"])
    kept = Diary(RAW, runs, half_life=1e9).posterior("weak_core")["yes"]
    assert kept == approx(core(RAW, plank_seconds=[30]), abs=1e-6)


def test_readings_of_a_still_thing_in_any_order_and_any_row():
    runs = runs_of(hills="ynyn", back_pain="ynny").drop(columns="date")
    ours = Diary(base, runs.assign(leg_block_mm=[12, None, 9, 14]))
    other = Diary(base, runs.assign(leg_block_mm=[14, 9, None, 12]))
    assert_frame_equal(ours.contributions(), other.contributions(), rtol=0, atol=EXACT)
    assert ours.log_probability == approx(other.log_probability, abs=EXACT)


def test_a_cell_that_is_not_allowed_is_named_in_a_still_column_too():
    with pytest.raises(ValueError, match=r"^Row 1, column 'plank_seconds': found -3"):
        Diary(RAW, pd.DataFrame({"plank_seconds": [30, -3]}))


STILL_COLUMNS = ["plank_seconds", "weak_core:likelihood", "weak_core:believe"]


@pytest.mark.parametrize("column", STILL_COLUMNS)
def test_a_blank_column_says_nothing_and_warns_of_nothing(column):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        blank = core(RAW, **{column: [None, None], "back_pain": ["yes", "no"]})
    assert blank == core(RAW, back_pain=["yes", "no"])


@pytest.mark.parametrize("column", STILL_COLUMNS)
def test_columns_without_a_run_say_nothing(column):
    assert core(RAW, **{column: []}) == approx(0.25, abs=EXACT)


@pytest.mark.parametrize("column", STILL_COLUMNS)
def test_a_blank_column_of_what_heals_says_nothing(column):
    dates = pd.date_range("2026-01-01", periods=2)
    blank = Diary(RAW, pd.DataFrame({column: [None, None], "date": dates}), half_life=20)
    assert blank.posterior("weak_core")["yes"] == approx(0.25, abs=EXACT)


@pytest.mark.parametrize(
    ("column", "said"), [("weak_core:likelihood", 4), ("weak_core:believe", 0.6)]
)
def test_under_a_half_life_the_last_statement_on_what_heals_counts_where_it_stands(column, said):
    dates = pd.date_range("2026-01-01", periods=3, freq="100D")
    runs = pd.DataFrame({column: [0.9, said, None], "date": dates})
    last = runs.assign(**{column: [None, said, None]})
    ours, theirs = (Diary(RAW, frame, half_life=20) for frame in (runs, last))
    assert ours.posterior("weak_core")["yes"] == approx(theirs.posterior("weak_core")["yes"])
    assert 0.25 < ours.posterior("weak_core")["yes"] < core(RAW, **{column: [said]}) - 0.1


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("flat_feet", {"flat_feet:likelihood": [9, 4, None]}),
        ("flat_feet", {"wet_footprint": [None, "solid", "solid"]}),
        ("leg_length_difference", {"leg_block_mm": [12, None, 9]}),
        ("disc_degeneration", {"disc_degeneration:believe": [0.9, 0.7, None]}),
    ],
)
def test_what_does_not_heal_is_as_well_known_under_a_half_life(name, columns):
    runs = pd.DataFrame(columns | {"date": pd.date_range("2026-01-01", periods=3, freq="100D")})
    fading, kept = (Diary(RAW, runs, half_life=half_life) for half_life in (20, None))
    assert fading.posterior(name)["yes"] == approx(kept.posterior(name)["yes"], abs=EXACT)


@pytest.mark.parametrize(
    ("column", "yes"), [("weak_core:likelihood", 4 / 7), ("weak_core:believe", 0.8)]
)
def test_what_the_runs_say_takes_the_place_of_a_probability_that_the_case_states(column, yes):
    said = 4 if yes < 0.8 else 0.8
    assert core(RAW.believe(weak_core=0.3), **{column: [said]}) == approx(yes, abs=EXACT)


def test_a_probability_that_the_case_states_of_something_else_stays():
    case = RAW.believe(weak_core=0.3)
    diary = Diary(case, pd.DataFrame({"disc_degeneration:likelihood": [4]}))
    assert diary.posterior("weak_core")["yes"] == approx(0.3, abs=EXACT)
    with pytest.raises(ValueError, match="state all of them in the frame"):
        Diary(case, pd.DataFrame({"disc_degeneration:believe": [0.4]}))
