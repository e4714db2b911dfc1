"""Stated probabilities: alone each gives what was stated, and none is counted twice."""

import shutil

import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded

from lumbayes import contributions, decode_case, encode_case, example, posteriors
from lumbayes.case import Case
from lumbayes.data.files import folder
from lumbayes.data.variables import Outcome, StatedEstimate, Trait, Variables
from lumbayes.inference.compiled import Compiled
from lumbayes.network.network import Network
from lumbayes.priors import Priors

BASE = loaded()
NODES = BASE.network.nodes
EXACT = 1e-12
shares = st.floats(0.001, 0.999)


@pytest.mark.parametrize("v", NODES, ids=lambda v: v.name)
@pytest.mark.parametrize("share", [0.001, 0.2, 0.8, 0.999])
def test_a_stated_probability_alone_gives_what_was_stated(v, share):
    state = v.states[-1]
    believed = BASE.believe(**{v.name: {state: share}})
    assert believed.posterior(v.name)[state] == approx(share, rel=0, abs=EXACT)
    others = [s for s in v.states if s != state]
    kept, before = (case.posterior(v.name)[others] for case in (believed, BASE))
    assert (kept / kept.sum()).tolist() == approx((before / before.sum()).tolist())


@settings(max_examples=25)
@given(spec=networks.specs(), share=shares, data=st.data())
def test_so_it_does_in_any_network(spec, share, data):
    case = networks.case_of(networks.network_of(spec))
    v = data.draw(st.sampled_from([v for v in case.network.nodes if len(v.states) == 2]))
    believed = case.believe(**{v.name: share}).posterior(v.name)
    assert believed.iloc[-1] == approx(share, rel=0, abs=EXACT)


def test_it_is_worth_its_odds_over_those_of_the_base_rate():
    base = BASE.posterior("weak_core")["yes"]
    ratio = (0.8 / 0.2) / (base / (1 - base))
    runner = BASE.given(back_pain="yes", hills="no")
    believed, weighed = runner.believe(weak_core=0.8), runner.likelihood(weak_core=ratio)
    assert contributions(believed).contribution.to_dict() == approx(
        contributions(weighed).contribution.to_dict()
    )
    assert believed.posterior("weak_core")["yes"] > 0.8


def test_what_is_read_off_another_answer_is_not_counted_twice():
    stated = {"flat_feet": 0.8, "over_pronation": 0.8}
    together = BASE.believe(**stated)
    for name, share in stated.items():
        assert together.posterior(name)["yes"] == approx(share, abs=EXACT)
    apart = [BASE.believe(**{name: share}).likelihoods[name] for name, share in stated.items()]
    independent = BASE
    for name, (no, yes) in zip(stated, apart, strict=True):
        independent = independent.likelihood(**{name: {"no": no, "yes": yes}})
    assert independent.posterior("over_pronation")["yes"] > 0.9
    one_by_one = BASE.believe(over_pronation=0.8).believe(flat_feet=0.8)
    for name, weights in together.likelihoods.items():
        assert one_by_one.likelihoods[name] == approx(weights)


def test_answers_that_have_nothing_to_do_with_each_other_count_as_alone():
    both = BASE.believe(hills=0.7, weak_core=0.4).likelihoods
    assert both["hills"] == approx(BASE.believe(hills=0.7).likelihoods["hills"])
    assert both["weak_core"] == approx(BASE.believe(weak_core=0.4).likelihoods["weak_core"])


def test_the_last_statement_on_a_variable_counts():
    again = BASE.likelihood(hills=9).believe(hills=0.2).believe(hills=0.7)
    assert again.likelihoods == BASE.believe(hills=0.7).likelihoods
    assert again.labels() == ["hills believed yes 0.7"]
    weighed = again.likelihood(hills=2)
    assert not weighed.beliefs and weighed.labels()[0].startswith("hills likelihood")


def test_taking_a_statement_back_leaves_the_others_as_if_it_had_not_been_made():
    both = BASE.believe(flat_feet=0.8, over_pronation=0.8)
    alone = BASE.believe(over_pronation=0.8)
    left = both.retract("flat_feet")
    assert left.likelihoods["over_pronation"] == approx(alone.likelihoods["over_pronation"])
    assert left.beliefs == alone.beliefs


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"hills": 1.0}, r"above 0 and below 1.*given\(hills='yes'\)"),
        ({"hills": True}, "above 0 and below 1"),
        ({"onset": 0.3}, "onset has 4 states"),
        ({"onset": {"during": 0.7, "none": 0.6}}, "add up to 1.3"),
        ({"hills": {"yes": 0.7, "no": 0.2}}, "add up to 0.9"),
        ({"hills": {"maybe": 0.7}}, "Unknown state 'maybe'"),
        ({"plank_seconds": 0.7}, "ask for 'weak_core'"),
        ({"back_pain": 0.5, "onset": {"none": 0.9}}, "excludes|cannot all hold"),
    ],
)
def test_what_no_statement_can_be_is_refused(stated, message):
    with pytest.raises(ValueError, match=message):
        BASE.believe(**stated)


def test_a_frame_states_probabilities_as_a_case_does():
    rows = [
        {"flat_feet": 0.8, "over_pronation": 0.8},
        {"over_pronation": 0.3},
        {},
        {"flat_feet": 0.1, "onset": {"during": 0.2}},
    ]
    frame = pd.DataFrame(
        {
            "flat_feet:believe": [0.8, None, None, 0.1],
            "over_pronation:believe": [0.8, 0.3, None, None],
            "onset:believe:during": [None, None, None, 0.2],
        }
    )
    runner = BASE.given(back_pain="yes", hills="no")
    found = posteriors(runner, frame)["contribution"]
    for (_, row), stated in zip(found.iterrows(), rows, strict=True):
        alone = contributions(runner.believe(**stated)).contribution
        assert row.to_dict() == approx(alone.to_dict(), abs=EXACT)


def test_a_frame_that_cannot_be_read_so_says_why():
    with pytest.raises(ValueError, match=r"'hills:believe': found 1\.0; allowed: a probability"):
        posteriors(BASE, pd.DataFrame({"hills:believe": [1.0]}))
    with pytest.raises(ValueError, match="state all of them in the frame"):
        posteriors(BASE.believe(weak_core=0.8), pd.DataFrame({"hills:believe": [0.6]}))


def test_a_case_code_carries_statements_as_likelihoods():
    case = BASE.given(back_pain="yes").believe(flat_feet=0.8, over_pronation=0.7)
    decoded = decode_case(encode_case(case))
    assert decoded.likelihoods == case.likelihoods and not decoded.beliefs
    assert decoded.posterior("hills").tolist() == case.posterior("hills").tolist()


def test_the_threads_own_runner_is_believed_to_have_a_weak_core():
    asker = example()
    words = BASE.priors.words
    said = [words["sounds_like"].mean, words["flat_assertion"].mean]
    base = BASE.posterior("weak_core")["yes"]
    assert asker.belief_claims == {"weak_core": ("A4-01", "A5-09")}
    assert asker.beliefs == approx({"weak_core": np.mean([base, *said])})
    case = BASE.given(**asker.findings).believe(**asker.beliefs)
    weak = [contributions(c).contribution["weak_core"] for c in (case.retract("weak_core"), case)]
    assert weak[1] > 1.5 * weak[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "base"),
    [
        ("over_pronation", "", "", 16 / 40),  # its prevalence, for it has a parent
        ("flat_feet", "", "", 4.5 / 30),
        ("flat_feet", 'basis = "published", beta = [4.5, 25.5]', 'basis = "ignorance"', 0.5 / 2),
        ("flat_feet", 'background = { basis = "published", beta = [4.5, 25.5]', "# ", 0.5 / 2),
    ],
)
def test_what_replies_suppose_is_averaged_with_how_common_the_cause_is(
    tmp_path, name, old, new, base
):
    copy = shutil.copytree(folder(), tmp_path / "priors")
    text = (copy / "variables.toml").read_text(encoding="utf-8")
    assert old in text
    (copy / "variables.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    text = (copy / "example.toml").read_text(encoding="utf-8")
    (copy / "example.toml").write_text(
        text.replace("weak_core = [", f"{name} = ["), encoding="utf-8"
    )
    said = [BASE.priors.words[word].mean for word in ("sounds_like", "flat_assertion")]
    assert example(copy).beliefs == approx({name: np.mean([base, *said])})


def test_where_nothing_is_supposed_of_the_runner_no_cause_is_believed():
    assert example(folder().parent / "tests" / "another_thread").beliefs == {}


@pytest.mark.parametrize(
    ("stated", "is_taken"),
    [
        ({"normal": 0.5, "low": 0.3, "solid": 0.2}, True),
        ({"normal": 0.5, "low": 0.3, "solid": 0.2 + 5e-10}, True),  # rounded by its writer
        ({"normal": 0.5, "low": 0.3, "solid": 0.1}, False),
        ({"normal": 0.5, "low": 0.3, "solid": 0.3}, False),
        ({"normal": 0.5, "low": 0.4}, True),
        ({"normal": 0.5, "low": 0.5}, False),
        ({"normal": 0.5, "low": 0.6}, False),
    ],
)
def test_probabilities_of_all_states_add_up_to_1_and_those_of_some_to_less(stated, is_taken):
    if is_taken:
        found = BASE.believe(wet_footprint=stated).posterior("wet_footprint")
        assert found[[*stated]].tolist() == approx([*stated.values()], abs=1e-8)
    else:
        with pytest.raises(ValueError, match=f"add up to {sum(stated.values()):g}; those of all"):
            BASE.believe(wet_footprint=stated)


def small_case():
    """A pain without a cause, and one trait of it."""
    of_pain = StatedEstimate("judgement", "w", {"no": 3, "yes": 1})
    of_trait = StatedEstimate("judgement", "w", {"mild": 1, "severe": 3})
    variables = [
        Outcome(name="pain", label="Pain", background=of_pain),
        Trait(
            name="kind",
            label="Kind",
            states=("none", "mild", "severe"),
            gate="pain",
            background=of_trait,
        ),
    ]
    return Case(Compiled(Network(Priors(Variables(variables), (), {}))))


def test_a_pain_without_any_cause_has_its_background():
    case = small_case()
    assert case.posterior("pain")["yes"] == approx(1 / 4)
    assert case.posterior("kind")["severe"] == approx(3 / 16)
    assert case.given(kind="mild").posterior("pain")["yes"] == 1


def test_statements_that_contradict_each_other_by_little_are_refused_together():
    """Without pain there is no trait, so both say how often there is none."""
    case = small_case()
    agreed = case.believe(kind={"none": 0.5}, pain=0.5)
    assert agreed.posterior("pain")["yes"] == approx(0.5)
    with pytest.raises(ValueError, match=r"cannot all hold in this model: kind, pain\. State few"):
        case.believe(kind={"none": 0.5}, pain=0.5 + 1e-7).posterior("pain")


def test_taking_back_what_was_not_stated_changes_nothing():
    fewer = BASE.believe(flat_feet=0.8, over_pronation=0.9).exclude_claims("A1-03")
    for names in ((), ("hills",)):
        assert fewer.retract(*names).likelihoods == fewer.likelihoods
    stated = fewer.given(hills="yes")
    assert stated.retract("hills").likelihoods == fewer.likelihoods
