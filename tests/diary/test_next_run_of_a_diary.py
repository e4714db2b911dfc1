"""The next run of a diary after an intervention, against enumeration of both slices."""

from math import prod

import networks
import pandas as pd
from diaries import EXACT, base, pictured_once, shared_states, still_network
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from two_slices import by_enumeration

from lumbayes import Diary, next_run

SLOW = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
    HealthCheck.filter_too_much,
]
STATES = st.sampled_from(networks.YES_NO)


@st.composite
def diaries(draw):
    """A network of shared factors, one to three runs in it, and changes of the next run."""
    spec = draw(networks.specs())
    causes = [name for name in spec["variables"] if name.startswith(("factor", "mechanism"))]
    asked = draw(
        st.lists(st.sampled_from(list(spec["variables"])), min_size=1, max_size=3, unique=True)
    )
    cells = {name: st.sampled_from([None, *spec["variables"][name]]) for name in {*asked, "pain"}}
    runs = [draw(st.fixed_dictionaries(cells)) for _ in range(draw(st.integers(1, 3)))]
    changes = {name: draw(STATES) for name in draw(networks.some(causes))}
    runs = [{name: state for name, state in run.items() if state} for run in runs]
    return spec, [pictured_once(run, i) for i, run in enumerate(runs)], changes


@settings(max_examples=40, suppress_health_check=SLOW, phases=[Phase.generate])
@given(diaries())
def test_random_diaries_equal_the_enumeration_of_both_slices(drawn):
    spec, runs, changes = drawn
    still = [name for name in spec["variables"] if name.startswith("factor")]
    found = [
        (shared, p_shared * prod(likelihoods))
        for shared, p_shared, likelihoods in shared_states(spec, still, runs)
    ]
    total = sum(weight for _, weight in found)
    assume(total)
    case = networks.case_of(still_network(spec, still))
    ours = Diary(case, pd.DataFrame(runs)).next_run(**changes)["yes"]
    known = [
        (weight, {"hard": shared, "likelihood": {}, "do": {}}) for shared, weight in found if weight
    ]
    pain = [weight * by_enumeration(spec, evidence, changes)["yes"] for weight, evidence in known]
    assert ours == approx(sum(pain) / total, abs=EXACT)
    if len(runs) == 1:
        assert ours == approx(next_run(case.given(**runs[0]), **changes)["yes"], abs=EXACT)


def test_what_depends_on_a_changed_factor_follows_it_and_nothing_else_moves():
    runs = pd.DataFrame({"back_pain": ["yes", "no", "yes"], "over_pronation": ["yes", None, None]})
    diary = Diary(base.given(flat_feet="yes"), runs)
    as_it_is, mended, held = (
        diary.next_run(**change)["yes"]
        for change in ({}, {"flat_feet": "no"}, {"over_pronation": "no"})
    )
    assert held < mended - 0.01 < as_it_is - 0.02, "some roll in by themselves"
    assert diary.next_run(flat_feet="yes")["yes"] == approx(as_it_is, abs=EXACT), (
        "what is so already changes nothing"
    )
    against = diary.next_run(flat_feet="no", over_pronation="yes")["yes"]
    assert against == approx(as_it_is, abs=EXACT), "held against it"


def test_the_name_of_a_next_run_says_what_is_held():
    diary = Diary(base, pd.DataFrame({"back_pain": ["yes"]}))
    assert diary.next_run().name == "P(back_pain, next run)"
    changed = diary.next_run(flat_feet="no", hills="yes")
    assert changed.name == "P(back_pain, next run | do flat_feet=no, hills=yes)"


def test_a_reading_among_the_runs_tells_the_dose_of_the_next_run():
    """As in the next run of a case; the dose was forgotten once the factor was known."""
    hurt = base.given(back_pain="yes")
    runs = pd.DataFrame({"back_pain": ["yes"]})
    for seconds in (15, 40, 65):
        by_case = [
            next_run(hurt.given(**known))["yes"]
            for known in ({"plank_seconds": seconds}, {"weak_core": "yes"})
        ]
        by_diary = [
            Diary(base, runs.assign(**known)).next_run()["yes"]
            for known in ({"plank_seconds": seconds}, {"weak_core": "yes"})
        ]
        assert by_diary[0] - by_diary[1] == approx(by_case[0] - by_case[1], abs=0.01)
    assert by_diary[0] < by_diary[1] + 0.01
