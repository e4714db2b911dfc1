"""Order of rows, blank rows and dates: what must not matter, and what must be readable."""

from dataclasses import replace
from itertools import product

import networks
import numpy as np
import pandas as pd
import pytest
from diaries import EXACT, base, runs_of, still_network
from pandas.testing import assert_frame_equal
from pytest import approx
from shared import loaded

import oracle
from lumbayes import Diary, next_run
from lumbayes.data.variables import Variables
from lumbayes.decisions import what_if
from lumbayes.diary.dates import days_since_first
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

RAW = loaded(base_rate=None, traits=False, doses=False, coding="first")
HILLS = networks.noisy(1e-9, factor_a=0.25)
ALONE = {
    "outcome": "pain",
    "variables": dict.fromkeys(["factor_a", "pain"], networks.YES_NO),
    "families": {"factor_a": networks.noisy(0.5), "pain": HILLS},
}


def thirty():
    rng = np.random.default_rng(4)
    runs = pd.DataFrame({"hills": rng.choice(["yes", "no"], 30)})
    hurts = rng.random(30) < np.where(runs.hills == "yes", 0.7, 0.2)
    return runs.assign(back_pain=np.where(hurts, "yes", "no"))


def test_one_painful_run_raises_its_only_cause_in_the_next():
    """The link is Beta(.5, 1.5); the run makes it Beta(1.5, 1.5)."""
    case = networks.case_of(networks.network_of(ALONE, 2)).given(factor_a="yes")
    diary = Diary(case, pd.DataFrame({"pain": ["yes"]}))
    assert diary.next_run()["yes"] == approx(0.5, abs=0.02)
    assert diary.next_run()["yes"] == approx(next_run(case.given(pain="yes"))["yes"], abs=0.02)


@pytest.mark.parametrize("half_life", [None, 40])
@pytest.mark.parametrize("n_runs", [1, 12])
def test_a_blank_row_changes_nothing(n_runs, half_life):
    runs = thirty().head(n_runs).assign(date=pd.date_range("2026-01-01", periods=n_runs))
    blank = pd.DataFrame({"hills": [None], "back_pain": [None], "date": runs.date.iloc[-1:]})
    more = pd.concat([runs, blank], ignore_index=True)
    ours, theirs = (Diary(base, r, half_life=half_life) for r in (runs, more))
    assert theirs.next_run()["yes"] == approx(ours.next_run()["yes"], abs=EXACT)
    figures = ["present", "contribution", "low", "high", "but_for"]
    assert_frame_equal(
        theirs.contributions(0)[figures], ours.contributions(0)[figures], rtol=0, atol=EXACT
    )
    assert theirs.log_probability == approx(ours.log_probability, abs=EXACT)
    assert theirs.claims().verdict.equals(ours.claims().verdict)


def test_dates_may_be_on_both_sides_of_a_change_of_clocks():
    dates = ["2026-03-28T08:00+01:00", "2026-03-29T08:00+02:00"]
    days = days_since_first(pd.DataFrame({"date": dates}), half_life=30)
    assert days == approx([0, 23 / 24])


EMPTY_COLUMNS = [
    (base.likelihood(flat_feet=3), "flat_feet:likelihood"),
    (base.likelihood(hills=3), "hills:likelihood"),
    (base.given(wet_footprint="low"), "wet_footprint"),
    (base.given(plank_seconds=22), "plank_seconds"),
    (base.given(flat_feet="yes"), "flat_feet"),
    (base.believe(flat_feet={"yes": 0.5}), "flat_feet"),
    (base.believe(flat_feet={"yes": 0.5}), "flat_feet:believe"),
    (base.believe(flat_feet={"yes": 0.5}), "hills:believe"),
    (base.do(flat_feet="no"), "flat_feet:likelihood"),
]


@pytest.mark.parametrize("half_life", [None, 40])
@pytest.mark.parametrize(("case", "column"), EMPTY_COLUMNS, ids=[c for _, c in EMPTY_COLUMNS])
def test_a_column_that_is_empty_in_all_runs_changes_nothing(case, column, half_life):
    """P(flat feet) fell from .356 to .155 where a likelihood of it had been entered in the case."""
    runs = thirty().head(3).assign(date=pd.date_range("2026-01-01", periods=3))
    ours = Diary(case, runs, half_life=half_life)
    theirs = Diary(case, runs.assign(**{column: [None] * 3}), half_life=half_life)
    assert_frame_equal(theirs.contributions(0), ours.contributions(0))


@pytest.mark.parametrize("half_life", [None, 1e9])
def test_a_likelihood_in_the_runs_takes_the_place_of_the_case_s(half_life):
    """With a half-life both counted: P(weak core) was .850, that of a likelihood of 9."""
    runs = thirty().head(3).assign(date=pd.date_range("2026-01-01", periods=3))
    said = runs.assign(**{"weak_core:likelihood": [None, 3, None]})
    plain, twice = (
        Diary(case, said, half_life=half_life) for case in (base, base.likelihood(weak_core=3))
    )
    assert_frame_equal(twice.contributions(0), plain.contributions(0))


def test_only_blank_rows_are_no_runs():
    blank = Diary(base, pd.DataFrame({"hills": [None, None]}))
    assert blank.next_run()["yes"] == approx(Diary(base, pd.DataFrame()).next_run()["yes"])
    assert "exact" in blank.sampler_summary


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_columns_does_not_matter(seed):
    """30 runs: the low end of hills lay between .345 and .475, by the order of the rows."""
    runs = thirty()
    label = int(np.flatnonzero((runs.back_pain == "yes") & (runs.hills == "yes"))[0])
    ours = Diary(RAW, runs)
    other = Diary(RAW, runs.sample(frac=1, random_state=seed)[["back_pain", "hills"]])
    assert_frame_equal(ours.contributions(label), other.contributions(label), rtol=0, atol=EXACT)
    assert ours.next_run()["yes"] == approx(other.next_run()["yes"], abs=EXACT)
    columns = ["posterior", "low", "high", "conflict", "tested"]
    assert_frame_equal(ours.claims()[columns], other.claims()[columns], rtol=0, atol=1e-6)


# b → c, both heal, and a fixed d hangs on neither; c is seen in the first run.
HEALING = {
    "outcome": "pain",
    "variables": dict.fromkeys(["factor_b", "factor_c", "factor_d", "pain"], networks.YES_NO),
    "families": {
        "factor_b": networks.noisy(0.3),
        "factor_c": networks.noisy(0.1, factor_b=0.8),
        "factor_d": networks.noisy(0.2),
        "pain": networks.noisy(0.1, factor_c=0.5, factor_d=0.6),
    },
}
STILL = ["factor_b", "factor_c", "factor_d"]
RUNS = [{"factor_c": "yes", "pain": "yes"}, {"pain": "no"}, {"pain": "yes"}]
DAYS, HALF_LIFE = [0, 6, 20], 10


def healed(now, then, stays):
    """P(state of b and c then | now): b is redrawn given c, then c given the new b, d stays."""
    chance, state = float(now["factor_d"] == then["factor_d"]), dict(now)
    for name in ("factor_b", "factor_c"):
        others = {k: v for k, v in state.items() if k != name}
        redrawn = oracle.posterior(HEALING, name, others)[then[name]]
        chance *= stays * (state[name] == then[name]) + (1 - stays) * redrawn
        state[name] = then[name]
    return chance


def by_enumeration(place):
    """P(each still factor | all runs) on the day of one run, over every history."""
    states = [dict(zip(STILL, s, strict=True)) for s in product(networks.YES_NO, repeat=len(STILL))]
    alone = [oracle.probability(HEALING, state) for state in states]
    total, present = 0.0, dict.fromkeys(STILL, 0.0)
    steps = [2 ** (-gap / HALF_LIFE) for gap in np.diff(DAYS)]
    kernels = [[[healed(a, b, stays) for b in states] for a in states] for stays in steps]
    likely = [
        [
            oracle.probability(HEALING, state | run) / p
            if all(state.get(k, v) == v for k, v in run.items())
            else 0.0
            for state, p in zip(states, alone, strict=True)
        ]
        for run in RUNS
    ]
    for path in product(range(len(states)), repeat=len(RUNS)):
        weight = alone[path[0]] * likely[0][path[0]]
        for step in range(1, len(RUNS)):
            weight *= kernels[step - 1][path[step - 1]][path[step]] * likely[step][path[step]]
        total += weight
        for name in STILL:
            present[name] += weight * (states[path[place]][name] == "yes")
    return {name: value / total for name, value in present.items()}


@pytest.fixture(scope="module")
def healing():
    dates = pd.Timestamp("2026-01-01") + pd.to_timedelta(DAYS, unit="D")
    network = still_network(HEALING, STILL)
    fixed = [
        replace(v, changeable=False) if v.name == "factor_d" else v
        for v in network.variables.values()
    ]
    case = networks.case_of(Network(Priors(Variables(fixed, network.variables.ignorance), (), {})))
    return Diary(case, pd.DataFrame(RUNS).assign(date=dates), half_life=HALF_LIFE)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_healing_factors_that_hang_on_each_other_are_read_in_the_order_of_time(healing, place):
    figures, truth = healing.contributions(place).present, by_enumeration(place)
    for name in STILL:
        assert figures[name] == approx(truth[name], abs=EXACT), name


def test_what_does_not_heal_is_the_same_in_every_run(healing):
    present = [healing.contributions(place).present["factor_d"] for place in range(len(RUNS))]
    assert present == approx([healing.posterior("factor_d")["yes"]] * len(RUNS), abs=EXACT)


def test_both_back_ends_filter_healing_factors_alike(healing):
    from lumbayes.diary.filtering import leave_one_out_messages, message

    history = healing._history
    many = np.repeat(history.case.compiled.mean_inputs, 200, axis=1)
    for place in range(len(RUNS)):
        few = message(history, many[:, :1], place)
        assert message(history, many, place)[:, :1] == approx(few, abs=1e-9)
        assert leave_one_out_messages(history, many[:, :1])[place] == approx(few, abs=1e-9)


def test_dates_in_the_index_are_dates():
    dates = pd.to_datetime(["2024-05-09", "2024-05-03", "2024-05-06"])
    runs = pd.DataFrame({"weak_core": [None, "yes", None], "back_pain": ["yes", "no", "yes"]})
    ours = Diary(base, runs.set_axis(dates), half_life=5)
    theirs = Diary(base, runs.assign(date=dates), half_life=5)
    assert ours.posterior("weak_core")["yes"] == approx(theirs.posterior("weak_core")["yes"])
    assert [*ours.trajectory().index] == sorted(dates)
    named = runs.set_axis(pd.Index(["2024-05-09", "2024-05-03", "2024-05-06"], name="date"))
    assert Diary(base, named, half_life=5).posterior("weak_core")["yes"] == approx(
        ours.posterior("weak_core")["yes"]
    )


def test_a_run_is_asked_for_by_its_date():
    dates = pd.to_datetime(["2024-05-03", "2024-05-06"])
    diary = Diary(base, runs_of(back_pain="yy").drop(columns="date").set_axis(dates))
    assert_frame_equal(diary.contributions("2024-05-06"), diary.contributions(dates[1]))
    words = r"^No run '2024-05-07': the runs are 2024-05-03, 2024-05-06\."
    with pytest.raises(ValueError, match=words):
        diary.contributions("2024-05-07")
    with pytest.raises(ValueError, match=r"^No run '2024-05-06': the runs are 0, 1\."):
        Diary(base, runs_of(back_pain="yy")).contributions("2024-05-06")
    bad = runs_of(back_pain="yy").drop(columns="date").set_axis([dates[0], pd.NaT])
    with pytest.raises(ValueError, match="index: found nothing; every run has a date"):
        Diary(base, bad)


@pytest.mark.parametrize("column", ["severity", "onset", "duration"])
def test_a_trait_that_is_entered_says_whether_it_hurt(column):
    """Pain that only a trait says was 0 of 8 tests of hills, and left the base rate at .03."""
    variables = base.variables
    order = variables[column].order
    hills, stated = ["yes", "no"] * 4, [order[-1], order[0], None, order[1]] * 2
    runs = pd.DataFrame({"hills": hills, column: stated})
    hurts = ["no" if t == order[0] else t and "yes" for t in stated]
    alone, both = Diary(base, runs), Diary(base, runs.assign(back_pain=hurts))
    assert_frame_equal(alone.claims(), both.claims())
    assert_frame_equal(alone.contributions(), both.contributions())
    assert alone.log_probability == both.log_probability
    assert alone.next_run().equals(both.next_run())


@pytest.mark.parametrize("blank", [None, np.nan, pd.NA, "", pd.NaT])
@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_a_blank_beside_a_trait_is_unknown_in_any_kind_of_column(blank, dtype):
    hills, stated = ["yes", "no"] * 2, ["mild", "none", blank, "severe"]
    runs = pd.DataFrame({"hills": hills, "severity": stated, "back_pain": ["yes", *[blank] * 3]})
    hurts = runs.assign(severity=["mild", "none", None, "severe"])
    hurts = hurts.assign(back_pain=["yes", "no", None, "yes"])
    runs = runs.astype(dtype)
    assert Diary(base, runs).log_probability == Diary(base, hurts).log_probability


def test_a_trait_that_the_case_holds_says_that_all_runs_hurt():
    runs = pd.DataFrame({"hills": ["yes", "no"] * 3})
    stated, both = base.given(severity="mild"), base.given(severity="mild", back_pain="yes")
    assert_frame_equal(Diary(stated, runs).claims(), Diary(both, runs).claims())
    assert_frame_equal(Diary(stated, runs).contributions(), Diary(both, runs).contributions())


def test_a_trait_that_is_held_says_nothing_of_the_pain():
    held, runs = base.do(severity="mild"), pd.DataFrame({"hills": ["yes", "no"] * 3})
    assert next_run(held.given(severity="mild"))["yes"] == approx(next_run(base)["yes"])
    alone = Diary(held, runs)
    assert Diary(held, runs.assign(severity="mild")).next_run().equals(alone.next_run())
    assert Diary(held, runs.assign(severity="mild")).log_probability == alone.log_probability


def test_a_trait_that_is_entered_says_at_which_level_the_next_run_starts():
    traits, pain = {"severity": "severe"}, {"back_pain": "yes"}
    assert next_run(base.given(**traits)).equals(next_run(base.given(**traits, **pain)))
    painless = next_run(base.given(severity="none"))
    assert painless.equals(next_run(base.given(severity="none", back_pain="no")))


@pytest.mark.parametrize(
    "soft", [base.likelihood(back_pain=2), base.believe(back_pain=0.9)], ids=["ratio", "belief"]
)
def test_a_trait_says_that_it_hurt_beside_a_likelihood_of_the_pain(soft):
    runs = pd.DataFrame({"hills": ["yes", "no"] * 3})
    hurts, stated = base.given(severity="mild"), soft.given(severity="mild")
    assert next_run(stated)["yes"] == approx(next_run(hurts)["yes"])
    assert what_if(stated, draws=64).now.iloc[0] == approx(what_if(hurts, draws=64).now.iloc[0])
    of_soft, of_hard = Diary(stated, runs).next_run(), Diary(hurts, runs).next_run()
    assert of_soft["yes"] == approx(of_hard["yes"])


def test_a_trait_says_that_a_run_hurt_beside_a_column_of_likelihoods():
    runs = pd.DataFrame({"severity": ["mild", None], "back_pain:likelihood": [2.0, 2.0]})
    both = runs.assign(back_pain=["yes", None])
    assert Diary(base, runs).next_run()["yes"] == approx(Diary(base, both).next_run()["yes"])


def test_two_columns_of_dates_are_refused():
    runs = pd.DataFrame([["2026-01-01", "2026-01-02", "yes"]], columns=["date", "date", "hills"])
    with pytest.raises(ValueError, match=r"^Column 'date': found 2 times; keep one\.$"):
        Diary(RAW, runs)


@pytest.mark.parametrize(
    "index", [pd.DatetimeIndex(["2026-01-01"] * 2), pd.Index(["a", "a"]), pd.Index([1, 1])]
)
def test_what_a_message_on_repeated_labels_proposes_works(index):
    runs = pd.DataFrame({"hills": ["yes", "no"]}, index=index)
    with pytest.raises(ValueError, match="two runs have this label") as raised:
        Diary(RAW, runs)
    proposal = str(raised.value).partition("with ")[2].partition(" for instance")[0]
    mended = eval(f"runs.{proposal}", {"runs": runs})
    assert len(Diary(RAW, mended).trajectory()) == 2
    assert ("date" in mended) == isinstance(index, pd.DatetimeIndex)


@pytest.mark.parametrize(
    ("case", "column", "value"),
    [
        (RAW.likelihood(hills=4), "hills:believe", 0.5),
        (RAW.given(climb_m_per_km=20), "climb_m_per_km", 20),
    ],
)
def test_what_counts_once_in_a_run_is_not_held_by_the_case_too(case, column, value):
    with pytest.raises(ValueError, match=r"the case holds a \w+ of \w+ as well"):
        Diary(case, pd.DataFrame({column: [value]}))
