"""A diary against enumeration, against a single case, and in what must and must not matter."""

from dataclasses import replace
from math import log, prod

import networks
import numpy as np
import pandas as pd
import pytest
from diaries import EXACT, base, pictured_once, runs_of, shared_states, still_network
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal
from pytest import approx
from shared import loaded

import oracle
from lumbayes import Diary, ImpossibleFindings, contributions
from lumbayes.inference.forecast_level import at_forecast_level

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
FIGURES = ["present", "contribution", "but_for"]


@st.composite
def diaries(draw):
    """A network, some causes with all their ancestors, and two or three runs of states."""
    spec = draw(networks.specs())
    causes = [name for name in spec["variables"] if name.startswith(("factor", "mechanism"))]
    chosen = draw(st.lists(st.sampled_from(causes), max_size=2, unique=True))
    still = [name for name in oracle.upstream(spec, chosen, {}) if name in causes]
    asked = draw(
        st.lists(st.sampled_from(list(spec["variables"])), min_size=1, max_size=4, unique=True)
    )
    cells = {name: st.sampled_from([None, *spec["variables"][name]]) for name in {*asked, "pain"}}
    runs = [
        {name: draw(cell) for name, cell in cells.items()} for _ in range(draw(st.integers(2, 3)))
    ]
    runs = [{n: s for n, s in run.items() if s} for run in runs]
    return spec, still, [pictured_once(run, i) for i, run in enumerate(runs)]


@settings(max_examples=60, suppress_health_check=SLOW, phases=[Phase.generate])
@given(diaries())
def test_random_diaries_equal_enumeration(drawn):
    spec, still, runs = drawn
    case, frame = networks.case_of(still_network(spec, still)), pd.DataFrame(runs)
    found = list(shared_states(spec, still, runs))
    total = sum(p_shared * prod(likelihoods) for _, p_shared, likelihoods in found)
    if not total:
        with pytest.raises(ImpossibleFindings):
            Diary(case, frame)
        return
    diary = Diary(case, frame)
    assert diary.log_probability == approx(log(total), abs=EXACT)
    for name in still:
        present = sum(
            p_shared * prod(likelihoods)
            for shared, p_shared, likelihoods in found
            if shared[name] == "yes"
        )
        assert diary.posterior(name)["yes"] == approx(present / total, abs=EXACT)
    for place in range(len(runs)):
        ours = diary.contributions(place)
        for cause in ours.index:
            slowly = 0
            for shared, p_shared, likelihoods in found:
                if prod(likelihoods):
                    slowly += (
                        p_shared
                        * prod(likelihoods)
                        * oracle.contribution(spec, cause, {**shared, **runs[place]})
                    )
            assert ours.contribution[cause] == approx(slowly / total, abs=EXACT), cause


def test_one_run_is_a_single_case():
    findings = {"back_pain": "yes", "hills": "yes", "plank_seconds": 22, "severity": "mild"}
    findings["earlier"] = "three_times_or_more"
    case = base.likelihood(worn_shoes=3).given(leg_block_mm=12)
    ours = Diary(case, pd.DataFrame([findings | {"flat_feet:likelihood": 2}]))
    alone = case.given(**findings).likelihood(flat_feet=2)
    alone = replace(alone, compiled=at_forecast_level(alone.compiled, alone.findings))
    table, expected = ours.contributions(), contributions(alone)
    exact = ["layer", "present", "contribution", "but_for", "claims"]
    assert_frame_equal(table[exact], expected[exact], rtol=0, atol=EXACT)
    ends = ["low", "high"]  # a diary's draws are weighted by how common hills are, too
    assert_frame_equal(table[ends], expected[ends], rtol=0, atol=0.05)
    assert ours.probability == approx(alone.probability, rel=EXACT)
    assert_series_equal(
        ours.posterior("weak_core"),
        alone.posterior("weak_core"),
        rtol=0,
        atol=EXACT,
        check_names=False,
    )


def test_evidence_of_the_case_counts_once_if_shared_and_else_in_each_run():
    runs = runs_of(back_pain="ynyy", hills="yn-n")
    plain = loaded(doses=False)  # with doses, a reading of one run is of that run's dose
    once = Diary(plain.given(plank_seconds=22).likelihood(hills=3), runs)
    in_runs = runs.assign(plank_seconds=[22, None, None, None], **{"hills:likelihood": 3})
    assert_frame_equal(
        once.contributions(), Diary(plain, in_runs).contributions(), rtol=0, atol=EXACT
    )
    assert once.log_probability == approx(Diary(plain, in_runs).log_probability)


def test_contrast_between_runs_is_stronger_evidence_than_any_one_run():
    runs = runs_of(hills="ynyn" * 3, back_pain="ynyn" * 3)
    hills = Diary(base, runs).contributions().contribution["hills"]
    alone = contributions(base.given(hills="yes", back_pain="yes")).contribution["hills"]
    without_contrast = Diary(base, runs[runs.hills == "yes"]).contributions().contribution["hills"]
    assert hills > without_contrast > alone


def test_a_run_that_did_not_hurt_is_evidence():
    runs = runs_of(hills="yyyy", back_pain="ynnn")
    blamed = Diary(base, runs).contributions().contribution["hills"]
    assert (
        blamed
        < Diary(base, runs.assign(back_pain=["yes", None, None, None]))
        .contributions()
        .contribution["hills"]
    )


def test_a_half_life_of_numpy_is_the_number():
    runs = pd.DataFrame({"date": ["2026-01-01", "2026-01-31"], "back_pain": ["yes", "no"]})
    ours, other = (Diary(base, runs, half_life=days) for days in (30, np.int64(30)))
    assert repr(ours) == repr(other)


@pytest.mark.parametrize("half_life", [None, 1e12])
def test_without_fading_the_order_of_runs_does_not_matter(half_life):
    runs = runs_of(hills="yynny", back_pain="ynnyy", weak_core="--y--")
    days = runs.date.sample(frac=1, random_state=1).to_numpy()
    ours, other = (Diary(base, r, half_life=half_life) for r in (runs, runs.assign(date=days)))
    assert_frame_equal(ours.contributions(4), other.contributions(4), rtol=0, atol=1e-6)
    assert_frame_equal(Diary(base, runs).contributions(4), ours.contributions(4), rtol=0, atol=1e-6)


def test_the_trajectory_ends_at_the_posterior_of_one_more_painful_run():
    runs = runs_of(hills="ynyyn", back_pain="ynyyn")
    trajectory = Diary(base, runs).trajectory()
    assert trajectory.columns.names == ["figure", "cause"]
    assert trajectory.index.tolist() == [0, 1, 2, 3, 4]
    more = pd.concat(
        [runs.drop(columns="date"), pd.DataFrame({"back_pain": ["yes"]}, index=["next"])]
    )
    there = Diary(base, more).contributions("next")
    for figure in ("contribution", "low", "high"):
        assert trajectory[figure].iloc[-1].to_numpy() == approx(
            there[figure][trajectory[figure].columns].to_numpy(), abs=0.03
        )


def test_five_thousand_runs_do_not_underflow():
    runs = pd.DataFrame({"hills": ["yes", "no"] * 2500, "back_pain": ["yes", "no"] * 2500})
    diary = Diary(base, runs)
    assert -5e3 < diary.log_probability < -2500 * log(4)
    assert diary.contributions().contribution["hills"] > 0.5


def test_a_sudden_change_of_habit_gives_the_posterior_of_mixed_runs():
    runs = pd.DataFrame(
        {"hills": ["no"] * 120 + ["yes"] * 120, "back_pain": ["no"] * 110 + ["yes"] * 130}
    )
    sudden, mixed = Diary(base, runs), Diary(base, runs.sample(frac=1, random_state=0))
    assert sudden.log_probability == approx(mixed.log_probability, abs=2)
    ours, theirs = (diary.contributions(239).contribution for diary in (sudden, mixed))
    assert (ours - theirs).abs().max() < 0.1


BAD = [
    ({"hill": ["yes"]}, {}, r"^Column 'hill': Unknown variable 'hill'. Did you mean 'hills'\?"),
    ({"hills": ["yes", "maybe"]}, {}, "^Row 1, column 'hills': found 'maybe'; allowed: no, yes"),
    ({"date": ["2026-01-01", "soon"]}, {}, "^Row 1, column 'date': found 'soon'"),
    ({"date": ["2026-01-01", None]}, {}, "^Row 1, column 'date': found nothing"),
    ({"hills": ["yes"]}, {"half_life": 30}, "^A half-life needs to know when each run was"),
    ({"date": ["2026-01-01"]}, {"half_life": 0}, "^Found half_life=0"),
]


@pytest.mark.parametrize(("data", "options", "message"), BAD)
def test_errors_name_row_and_column(data, options, message):
    with pytest.raises(ValueError, match=message):
        Diary(base, pd.DataFrame(data), **options)


def test_labels_that_name_two_runs_and_runs_that_are_not_there():
    runs = runs_of(hills="yn", back_pain="nn")
    with pytest.raises(ValueError, match=r"^Row 'a': two runs have this label"):
        Diary(base, runs.set_axis(["a", "a"]))
    with pytest.raises(ValueError, match=r"^No run 7: the runs are 0, 1"):
        Diary(base, runs).contributions(7)
    with pytest.raises(ValueError, match=r"^No run has back_pain='yes'"):
        Diary(base, runs).contributions()
    with pytest.raises(ValueError, match="hills"):
        Diary(base, runs).posterior("hills")


@pytest.mark.parametrize(
    ("n_runs", "named"),
    [
        (0, "none yet."),
        (12, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11."),
        (13, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1 more."),
    ],
)
def test_of_a_run_that_is_not_there_the_first_twelve_are_named(n_runs, named):
    diary = Diary(base, pd.DataFrame({"hills": ["yes"] * n_runs}))
    with pytest.raises(ValueError, match=f"^No run 99: the runs are {named}$"):
        diary.contributions(99)


@pytest.mark.parametrize("half_life", [60, 1e300])
def test_runs_that_exclude_each_other_are_named_where_some_things_heal(half_life):
    """All figures were NaN."""
    dates = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-01"])
    runs = runs_of(flat_feet="y-n", weak_core="y-y").assign(date=dates).set_axis(list("abc"))
    with pytest.raises(ImpossibleFindings, match=r"^Row 'c': its findings exclude those of 'a': "):
        Diary(base, runs, half_life=half_life)
    one_day = runs_of(weak_core="yn").assign(date=dates[:2].repeat(2)[:2])
    with pytest.raises(ImpossibleFindings, match=r"^Row 1: its findings exclude those of 0: "):
        Diary(base, one_day, half_life=half_life)


def test_runs_that_exclude_each_other_are_named():
    runs = runs_of(flat_feet="-y-n", hills="ynyn").set_axis(list("abcd"))
    with pytest.raises(ImpossibleFindings, match=r"^Row 'd': its findings exclude those of 'b': "):
        Diary(base, runs)
    with pytest.raises(ImpossibleFindings, match=r"^Row 'b': its findings exclude each other"):
        Diary(base.given(flat_feet="no"), runs)
