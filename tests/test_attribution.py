"""What is at work: contribution and but-for against published figures, the slow twin, and switches
as real nodes.
"""

import networks
import pyagrum as gum
import pytest
from engines import add_tables, ask_pyagrum, enter, told
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from networks import case_of, network_of, spec_of
from pandas.testing import assert_frame_equal
from pytest import approx

import oracle
from lumbayes import ImpossibleFindings, contributions, example, load
from lumbayes.attribution import TIE_DECIMALS
from lumbayes.data.variables import Measurement, Trait

EXACT, ROUNDING, SIX_DECIMALS, FEW = 1e-9, 1e-12, 5e-7, 8
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
random_cases = networks.specs().flatmap(
    lambda spec: st.tuples(st.just(spec), networks.findings(spec))
)

# Factors a, b, c, a mechanism m, the pain, an effect t that no pain gates; figures published, of an
# enumeration of all switches: what is known | contribution of a, b, c, m | but-for
RUNNER = networks.WORKED_OUT
CAUSES = ["factor_a", "factor_b", "factor_c", "mechanism_m"]
FIGURES = """
pain=yes                          |.397759 .220977 .126273 .660501|.293833 .148730 .089867 .570673
pain=yes factor_a=yes             |.786578 .131096 .074912 .862614|.581061 .043042 .036367 .745299
pain=yes trait_t=yes              |.388133 .215629 .336453 .644516|.264989 .134130 .237396 .514653
pain=yes trait_t=no factor_a=no   |0 .316128 .047665 .458385|0 .267939 .039311 .408959
"""


def figures(case):
    """Contribution and but-for of every cause, by name."""
    table = contributions(case, draws=FEW)
    return {name: (table.contribution[name], table.but_for[name]) for name in table.index}


@pytest.mark.parametrize("row", FIGURES.strip().splitlines())
def test_three_factors_and_a_mechanism_as_published(row):
    known, *published = [cell.split() for cell in row.split("|")]
    known = dict(finding.split("=") for finding in known)
    ours = figures(case_of(network_of(RUNNER)).given(**known))
    for cause, *expected in zip(CAUSES, *published, strict=True):
        assert ours[cause] == approx(
            [float(figure) for figure in expected], rel=0, abs=SIX_DECIMALS
        )
        slowly = [ask(RUNNER, cause, known) for ask in (oracle.contribution, oracle.but_for)]
        assert ours[cause] == approx(slowly, rel=0, abs=EXACT)


@settings(max_examples=200, suppress_health_check=SLOW)
@given(random_cases)
def test_random_networks_equal_the_slow_twin(drawn):
    spec, found = drawn
    case = enter(case_of(network_of(spec, size=50)), **found)
    if not oracle.probability(spec, **found):
        with pytest.raises(ImpossibleFindings):
            contributions(case, draws=FEW)
        return
    causes = [name for name in spec["variables"] if name.startswith(("factor", "mechanism"))]
    slowly = {
        c: [ask(spec, c, **found) for ask in (oracle.contribution, oracle.but_for)] for c in causes
    }
    ours = figures(case)
    assert set(ours) == set(causes)
    for cause in causes:
        assert ours[cause] == approx(slowly[cause], rel=0, abs=EXACT), cause


@pytest.fixture(scope="module")
def base():
    return load()


def say(case, given, likelihood, do):
    return case.given(**given).likelihood(**likelihood).do(**do)


@settings(max_examples=10, suppress_health_check=SLOW, phases=[Phase.generate])
@given(data=st.data())
def test_the_shipped_network_equals_the_slow_twin_where_most_is_known(base, data):
    """Four factors and mechanisms stay open, the rest is found or held, so that all switches can be
    laid out.
    """
    causes = [v.name for v in base.variables.causes]
    unknown = data.draw(st.lists(st.sampled_from(causes), min_size=3, max_size=4, unique=True))
    known = {c: data.draw(st.sampled_from(["no", "yes"])) for c in causes if c not in unknown}
    held = data.draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True))
    rest = [v.name for v in base.variables.values() if isinstance(v, (Measurement, Trait))]
    said = data.draw(networks.runners(base.network, kinds=["given", "likelihood"], among=rest))
    said = {**said, "do": {c: known.pop(c) for c in held}}
    said["given"] = {**said["given"], **known, "back_pain": "yes"}
    spec, found = spec_of(base.network), told(base.network, **said)
    if not oracle.probability(spec, **found):
        return
    ours = figures(say(base, **said))
    for cause in causes:
        slowly = [ask(spec, cause, **found) for ask in (oracle.contribution, oracle.but_for)]
        assert ours[cause] == approx(slowly, rel=0, abs=EXACT), cause


def add(bn, name, rule, parents=()):
    """A node that is there with some chance, or the OR or AND of its parents."""
    variable = gum.LabelizedVariable(name, name, networks.YES_NO)
    if isinstance(rule, float):
        bn.add(variable)
        bn.cpt(name).fillWith([1 - rule, rule])
    else:
        rule(bn, variable)
    for parent in parents:
        bn.addArc(parent, name)
    return name


def with_switches(spec, cause, do):
    """A pyAgrum network in which every switch is a node: the link p>v fires p:v, and v is the OR of
    its leak and these.

    way v: fired links lead from the cause to v. twin v: v had the cause been absent, all switches
    as they were.
    """
    bn, line = gum.BayesNet(), oracle.between(spec, cause, [spec["outcome"]], do)
    any_of, all_of = gum.BayesNet.addOR, gum.BayesNet.addAND
    for v in oracle.upstream(
        spec, [v for v, f in spec["families"].items() if "leak" in f and "gate" not in f], do
    ):
        if v in do:
            add(bn, v, float(do[v] == "yes"))
            continue
        leak, links = (
            add(bn, f"leak>{v}", spec["families"][v]["leak"]["yes"]),
            spec["families"][v]["links"],
        )
        switch = {p: add(bn, f"{p}>{v}", link["yes"]) for p, link in links.items()}
        fired = {p: add(bn, f"{p}:{v}", all_of, [p, switch[p]]) for p in links}
        add(bn, v, any_of, [leak, *fired.values()])
        if v in line:
            ways = [
                add(bn, f"way {p}:{v}", all_of, [fired[p], f"way {p}"]) for p in links if p in line
            ]
            twins = [
                add(bn, f"twin {p}:{v}", all_of, [switch[p], f"twin {p}"])
                for p in links
                if p in line
            ]
            add(bn, f"way {v}", any_of, [*ways, *(fired[p] for p in links if p == cause)])
            add(
                bn,
                f"twin {v}",
                any_of,
                [leak, *twins, *(fired[p] for p in links if p != cause and p not in line)],
            )
    return bn


def by_switches(network, spec, cause, hard, likelihood, do):
    """Contribution and but-for read off the network of switches: P(way to the pain), P(pain) -
    P(its twin).
    """
    bn, pain = with_switches(spec, cause, do), spec["outcome"]
    if f"way {pain}" not in bn.names():
        return 0, 0
    add_tables(bn, network, [v for v in network.nodes if isinstance(v, (Measurement, Trait))], do)
    names = [f"way {pain}", pain, f"twin {pain}"]
    way, there, twin = (
        found["yes"] for found in ask_pyagrum(bn, hard, likelihood, do, names)[1].values()
    )
    return way, there - twin


@settings(max_examples=30, suppress_health_check=SLOW, phases=[Phase.generate])
@given(data=st.data())
def test_the_shipped_network_equals_its_switches_as_nodes(base, data):
    said = data.draw(networks.runners(base.network))
    spec, found, case = spec_of(base.network), told(base.network, **said), say(base, **said)
    if not case.probability:
        return
    ours = figures(case)
    for cause in ours:
        assert ours[cause] == approx(
            by_switches(base.network, spec, cause, **found), rel=0, abs=EXACT
        ), cause


def test_the_threads_own_runner_equals_its_switches_as_nodes(base):
    found = told(base.network, given=example().findings, likelihood={}, do={})
    ours, spec = figures(base.given(**example().findings)), spec_of(base.network)
    for cause in ours:
        assert ours[cause] == approx(
            by_switches(base.network, spec, cause, **found), rel=0, abs=EXACT
        ), cause


@settings(max_examples=25, suppress_health_check=SLOW)
@given(data=st.data())
def test_confirmed_never_counts_for_less_and_ruled_out_counts_for_nothing(base, data):
    cause = data.draw(st.sampled_from([v.name for v in base.variables.causes]))
    others = [name for name in base.variables if name != cause]
    case = say(base, **data.draw(networks.runners(base.network, among=others)))
    there, ruled_out = case.given(**{cause: "yes"}), case.given(**{cause: "no"})
    assume(min(there.probability, ruled_out.probability) > 0)
    tables = [contributions(c, draws=FEW) for c in (case, there, ruled_out)]
    for table in tables:
        assert (table.but_for <= table.contribution + ROUNDING).all()
        assert (table.contribution <= table.present + ROUNDING).all()
        assert (
            table.contribution.round(TIE_DECIMALS).is_monotonic_decreasing
            and (table.low <= table.high).all()
        )
    before, after, never = (table.loc[cause] for table in tables)
    assert after.present == approx(1) and after.contribution >= before.contribution - ROUNDING
    assert list(never[["contribution", "but_for", "low", "high"]]) == [0, 0, 0, 0]


def test_what_was_said_and_then_forgotten_and_what_is_read_anew_count_the_same_to_the_bit(base):
    case = base.given(**example().findings)
    assert_frame_equal(
        contributions(case), contributions(load().given(**example().findings)), check_exact=True
    )
    assert_frame_equal(
        contributions(case),
        contributions(case.given(hills="yes").retract("hills")),
        check_exact=True,
    )
    assert not contributions(base.given(back_pain="no"), draws=FEW).contribution.any()


def test_impossible_findings_have_no_contributions(base):
    with pytest.raises(ImpossibleFindings, match="exclude each other"):
        contributions(base.given(back_pain="no", onset="during"))


def test_a_claim_that_is_left_out_stands_behind_no_figure_and_stays_in_the_case_it_was_left_out_of():
    whole = load().given(**example().findings)
    before = contributions(whole, draws=8).claims["weak_core"]
    assert contributions(whole.exclude_claims("A1-13"), draws=8).claims["weak_core"] == tuple(
        c for c in before if c != "A1-13"
    )
    assert "A1-13" in before == contributions(whole, draws=8).claims["weak_core"]
