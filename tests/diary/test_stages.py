"""When draws are resampled, which parameters move, and what a history keeps of its runs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from diaries import base, runs_of
from pytest import approx
from shared import loaded

from lumbayes import Diary
from lumbayes.diary import smc
from lumbayes.diary.claim_scores import expected_tests
from lumbayes.diary.filtering import log_evidence, log_evidence_path
from lumbayes.diary.parts import PartTransform
from lumbayes.engine.intervals import ENOUGH_EFFECTIVE, effective_sample_size
from lumbayes.inference.caching import cached_for_priors


@pytest.fixture(scope="module")
def diary():
    """Runs that contradict the priors, so that draws are resampled more than once."""
    hurt = ["yes", "no", "no", "no"] * 40
    hills = ["no", "yes", "yes", "yes"] * 40
    return Diary(base, pd.DataFrame({"hills": hills, "back_pain": hurt}))


def test_draws_are_resampled_exactly_when_few_are_effective(diary):
    history, stages = diary._history.informative(), diary._stages
    n_runs = len(history)
    assert len(stages) > 2
    for draws, end in zip(stages, [*(s.n_runs for s in stages[1:]), None], strict=True):
        path = log_evidence_path(history, draws.inputs, n_runs - draws.n_runs)
        sizes = np.array([effective_sample_size(draws.weights(log_lik)) for log_lik in path])
        fewest = np.full(len(sizes), float(smc.MIN_EFFECTIVE))
        fewest[-1:] = ENOUGH_EFFECTIVE / draws.independent
        is_low = sizes < fewest
        assert (draws.n_runs + 1 + int(np.argmax(is_low)) if is_low.any() else None) == end


def test_one_run_resamples_too_where_few_draws_are_effective():
    runs = pd.DataFrame({name: ["yes"] for name in ("hills", "flat_feet", "worn_shoes")})
    assert len(Diary(base, runs.assign(back_pain="no"))._stages) == 1
    raw = loaded(base_rate=None, traits=False, doses=False, coding="first")
    everything = pd.DataFrame([{v.name: "yes" for v in raw.variables.factors}])
    diary = Diary(raw, everything.assign(back_pain="yes", severity="severe"))
    assert len(diary._stages) == 2 and diary.effective_sample_size > 200


def test_the_effective_sample_size_is_what_repeated_sampling_shows(diary, monkeypatch):
    """Draws that were resampled from one draw were counted as independent: 9 times too many."""
    monkeypatch.setattr(smc, "cached_for_priors", lambda compiled, name, make: make(compiled))
    history = diary._history.informative()
    transform = PartTransform(history.case.compiled)
    informed = smc.informed_parts(history, transform)
    means, variances, sizes = [], [], []
    for seed in range(6):
        monkeypatch.setattr(smc, "SEED", seed)
        *_, draws = smc.sample_posterior(history)
        weights = draws.weights(log_evidence(history, draws.inputs))
        scores = transform.to_scores(draws.parts[informed], informed)
        means.append(scores @ weights)
        variances.append((scores - means[-1][:, None]) ** 2 @ weights)
        sizes.append(draws.effective_sample_size(weights))
    real = np.mean(variances, axis=0) / np.var(means, axis=0, ddof=1)
    assert 0.4 < np.median(real) / np.mean(sizes) < 2.5


def test_draws_that_are_not_independent_count_as_fewer(diary):
    history, draws = diary._history.informative(), diary._stages[-1]
    n_runs = len(history)
    log_lik = log_evidence(history, draws.inputs)
    size = effective_sample_size(draws.weights(log_lik))
    at_the_end = replace(draws, n_runs=n_runs - 1)
    for independent in (0.9 * ENOUGH_EFFECTIVE / size, 1.1 * ENOUGH_EFFECTIVE / size):
        found = smc._first_degenerate(history, replace(at_the_end, independent=independent))
        assert (found is not None) == (independent * size < ENOUGH_EFFECTIVE)
    said = diary.contributions().attrs["effective_sample_size"]
    assert 0 < said <= draws.independent * draws.n_draws < draws.n_draws


def test_what_informs_a_row_informs_the_row_that_it_shares_draws_with():
    transform = PartTransform(base.compiled)
    rows = base.compiled.parameter_rows(("unexplained", "onset"))
    informed = {transform.keys[i] for i in np.flatnonzero(transform.informed_by(rows))}
    assert informed == {"onset"}


def test_only_parameters_that_runs_may_inform_are_moved(diary):
    stages = diary._stages
    transform = cached_for_priors(diary._history.case.compiled, "parts", PartTransform)
    informed = smc.informed_parts(diary._history, transform)
    keys = {transform.keys[i] for i in informed}
    assert {("hills", "muscle_strain"), ("muscle_strain", "back_pain"), "back_pain"} <= keys
    assert not [key for key in keys if key == "severity" or key[1] == "severity"]
    others = np.setdiff1d(np.arange(len(transform.keys)), informed)
    first, last = stages[0].parts, stages[-1].parts
    assert (last[others] == first[others, : smc.N_RESAMPLED]).all()
    assert (last[informed] != first[informed, : smc.N_RESAMPLED]).any(axis=1).all()


def test_weights_and_evidence_of_draws():
    draws = smc.Draws(np.zeros((1, 3)), np.log([1.0, 2.0, 1.0]), np.zeros((0, 3)))
    log_lik = np.log([0.2, 0.3, 0.0001]) - 800
    assert draws.weights(log_lik) == approx(np.array([0.2, 0.6, 0.0001]) / 0.8001)
    assert draws.log_evidence(log_lik) == approx(np.log(0.8001 / 3) - 800)


def test_runs_are_shuffled_only_where_their_order_is_irrelevant():
    runs = runs_of(hills="ynynyn", back_pain="ynnyyn")
    fading = Diary(base, runs, half_life=30)._history
    assert fading.informative().labels.equals(fading.labels)
    history = Diary(base, runs)._history
    shuffled = history.informative()
    assert sorted(shuffled.labels) == [*range(6)] and [*shuffled.labels] != [*range(6)]
    assert (shuffled.run_to_distinct == history.run_to_distinct[shuffled.labels]).all()
    assert (shuffled.days == history.days[shuffled.labels]).all()


def test_each_distinct_run_is_its_own_pattern_where_that_is_not_more():
    history = Diary(base, runs_of(hills="yny-", back_pain="ynnn"))._history
    assert history.mixtures == [{0: 1.0}, {1: 1.0}, {2: 1.0}, {3: 1.0}]


def test_a_link_to_a_trait_is_tested_where_the_trait_is_observed():
    runs = pd.DataFrame({"back_pain": ["yes", "yes", "no"], "muscle_strain": ["yes"] * 3})
    diary = Diary(base, runs.assign(severity=["mild", None, "none"]))
    tests = expected_tests(diary._history, diary._draws, diary._weights)
    assert tests["muscle_strain", "back_pain"] == approx(3)
    assert tests["muscle_strain", "severity"] == approx(2)
    assert tests["muscle_strain", "onset"] == 0


def test_the_last_painful_run_is_the_one_that_contributions_are_of():
    runs = pd.DataFrame({"back_pain": ["yes", "yes", "no", None]}, index=list("abcd"))
    diary = Diary(base, runs.assign(hills=["no", "yes", "yes", "yes"]))
    pd.testing.assert_frame_equal(diary.contributions(), diary.contributions("b"))
    assert diary.contributions("a").contribution["hills"] == 0


def test_what_cannot_be_changed_is_refused():
    diary = Diary(base, runs_of(back_pain="yn"))
    for name, state in [("severity", "mild"), ("plank_seconds", "22"), ("back_pain", "no")]:
        with pytest.raises(ValueError, match=f"^{name}: only factors and mechanisms"):
            diary.next_run(**{name: state})
    with pytest.raises(ValueError, match="Unknown state"):
        diary.next_run(hills="flat")


@pytest.mark.parametrize("half_life", [0, -1, float("inf"), float("nan"), "30"])
def test_a_half_life_is_a_number_of_days(half_life):
    with pytest.raises(ValueError, match=r"^Found half_life="):
        Diary(base, runs_of(back_pain="yn"), half_life=half_life)


def test_a_picture_is_entered_in_one_place():
    runs = pd.DataFrame({"wet_footprint": [None, "solid"], "back_pain": ["yes", "no"]})
    with pytest.raises(ValueError, match=r"^Column 'wet_footprint': the case holds it as well"):
        Diary(base.given(wet_footprint="solid"), runs)
    assert Diary(base.given(plank_seconds=22), runs.assign(plank_seconds=[30, None])).probability


@pytest.mark.parametrize(
    ("n_runs", "text"), [(0, "no run: exact"), (1, "1 run: exact"), (2, "weighted by 2 runs")]
)
def test_the_sampler_is_summarized(n_runs, text):
    runs = pd.DataFrame({"back_pain": ["yes", "no"][:n_runs]})
    assert text in Diary(base, runs).sampler_summary


def test_the_trajectory_of_several_stages_is_what_each_first_part_says(diary):
    """The first runs are the same whether more follow or not, whatever stage they fall in."""
    runs = diary.runs.head(24)
    whole = Diary(base, runs).trajectory()
    for n_runs in (2, 24):
        part = Diary(base, runs.head(n_runs)).trajectory()
        difference = (whole.iloc[:n_runs] - part).abs()["contribution"].to_numpy()
        assert difference.max() < 0.04
