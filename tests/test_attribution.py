"""Contribution and but-for against published figures, the oracle, and links as real nodes."""

import networks
import numpy as np
import pyagrum as gum
import pytest
from engines import add_tables, ask_pyagrum, enter, split_evidence
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from networks import case_of, network_of, spec_of
from pandas.testing import assert_frame_equal
from pytest import approx
from shared import loaded

import oracle
from lumbayes import ImpossibleFindings, contributions, example, load
from lumbayes.attribution import contribution_table
from lumbayes.data.variables import Measurement, Mechanism, Trait
from lumbayes.engine.intervals import credible_interval
from lumbayes.engine.rank_probability import TIE_DECIMALS

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
    return loaded()


@pytest.fixture(scope="module")
def ungraded():
    """Readings as likelihoods of a factor, as other engines have them: see inference/test_doses."""
    return loaded(doses=False)


def entered(case, given, likelihood, do):
    return case.given(**given).likelihood(**likelihood).do(**do)


@settings(max_examples=10, suppress_health_check=SLOW, phases=[Phase.generate])
@given(data=st.data())
def test_the_shipped_network_equals_the_slow_twin_where_most_is_known(ungraded, data):
    """Four factors and mechanisms stay open, so that all switches can be enumerated."""
    causes = [v.name for v in ungraded.variables.causes]
    unknown = data.draw(st.lists(st.sampled_from(causes), min_size=3, max_size=4, unique=True))
    known = {c: data.draw(st.sampled_from(["no", "yes"])) for c in causes if c not in unknown}
    held = data.draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True))
    rest = [v.name for v in ungraded.variables.values() if isinstance(v, (Measurement, Trait))]
    evidence = data.draw(
        networks.runners(ungraded.network, kinds=["given", "likelihood"], among=rest)
    )
    evidence = {**evidence, "do": {c: known.pop(c) for c in held}}
    evidence["given"] = {**evidence["given"], **known, "back_pain": "yes"}
    spec, found = spec_of(ungraded.network), split_evidence(ungraded.network, **evidence)
    if not oracle.probability(spec, **found):
        return
    ours = figures(entered(ungraded, **evidence))
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
    """A pyAgrum network with switches as nodes: p>v fires p:v; v is the OR of its leak and these.

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
    """Contribution and but-for from the network of switches: P(path), P(pain) - P(its twin)."""
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
def test_the_shipped_network_equals_its_switches_as_nodes(ungraded, data):
    evidence = data.draw(networks.runners(ungraded.network))
    spec, found, case = (
        spec_of(ungraded.network),
        split_evidence(ungraded.network, **evidence),
        entered(ungraded, **evidence),
    )
    if not case.probability:
        return
    ours = figures(case)
    for cause in ours:
        assert ours[cause] == approx(
            by_switches(ungraded.network, spec, cause, **found), rel=0, abs=EXACT
        ), cause


def test_the_threads_own_runner_equals_its_switches_as_nodes(ungraded):
    found = split_evidence(ungraded.network, given=example().findings, likelihood={}, do={})
    ours, spec = figures(ungraded.given(**example().findings)), spec_of(ungraded.network)
    for cause in ours:
        assert ours[cause] == approx(
            by_switches(ungraded.network, spec, cause, **found), rel=0, abs=EXACT
        ), cause


@settings(max_examples=25, suppress_health_check=SLOW)
@given(data=st.data())
def test_confirmed_never_counts_for_less_and_ruled_out_counts_for_nothing(base, data):
    cause = data.draw(st.sampled_from([v.name for v in base.variables.causes]))
    others = [name for name in base.variables if name != cause]
    case = entered(base, **data.draw(networks.runners(base.network, among=others)))
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


def test_retracted_findings_and_a_second_load_change_no_bit(base):
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


def test_an_excluded_claim_is_listed_with_no_cause_and_stays_in_the_first_case():
    whole = loaded().given(**example().findings)
    before = contributions(whole, draws=8).claims["weak_core"]
    assert contributions(whole.exclude_claims("A1-13"), draws=8).claims["weak_core"] == tuple(
        c for c in before if c != "A1-13"
    )
    assert "A1-13" in before == contributions(whole, draws=8).claims["weak_core"]


def paths_to_the_outcome(variables, name):
    """All links on directed paths from a variable to the outcome, found one path at a time."""
    if name == variables.outcome.name:
        return [[]]
    children = [
        v.name for v in variables.values() if name in v.parents and not isinstance(v, Trait)
    ]
    return [
        [(name, child), *path]
        for child in children
        for path in paths_to_the_outcome(variables, child)
    ]


@pytest.mark.parametrize("excluded", [(), ("A1-13", "A3-02")])
def test_the_claims_of_a_cause_are_those_on_its_own_paths_to_the_pain(base, excluded):
    case = base.exclude_claims(*excluded).given(back_pain="yes")
    table = contributions(case, draws=FEW)
    pooled = [claim for claim in case.priors.claims if claim.is_used]
    assert len(pooled) < len(case.priors.claims), "some claims are not pooled"
    for cause in table.index:
        paths = paths_to_the_outcome(case.variables, cause)
        links = {link for path in paths for link in path}
        expected = tuple(claim.id for claim in pooled if (claim.cause, claim.effect) in links)
        assert table.claims[cause] == expected, cause
        assert not set(excluded) & set(expected)
    assert len(set(table.claims)) > len(table) / 2, "causes have claims of their own"


@pytest.mark.parametrize("wrong", [{"width": 0}, {"width": 1}, {"width": -0.5}, {"draws": 0}])
def test_an_interval_has_a_width_between_0_and_1_and_at_least_one_draw(base, wrong):
    with pytest.raises(ValueError, match=r"must be (above 0|a whole number, 1)"):
        contributions(base, **wrong)
    assert len(contributions(base.given(back_pain="yes"), width=0.01, draws=1)) > 0


def test_causes_that_rounding_alone_tells_apart_stand_in_the_order_of_the_variables(base):
    causes = [cause.name for cause in base.variables.causes]
    same = np.full(len(causes), 0.25) + 1e-15 * np.arange(len(causes))
    same[3] = 0.25 + 10 / 10**TIE_DECIMALS
    figures = np.array([np.zeros(len(causes)), same, np.zeros(len(causes))])
    table = contribution_table(base, figures, same[:, None], np.ones(1), 0.9)
    assert [*table.index] == [causes[3], *causes[:3], *causes[4:]]
    assert (table.contribution == same[[3, 0, 1, 2, *range(4, len(causes))]]).all()


def test_each_figure_and_layer_stands_with_its_cause(base):
    causes = base.variables.causes
    n = len(causes)
    figures = np.array([np.arange(n) / 100 + offset for offset in (0.1, 0.2, 0.3)])
    sampled = np.linspace(figures[1] - 0.1, figures[1] + 0.1, 50, axis=1)
    table = contribution_table(base, figures, sampled, np.ones(50), 0.9)
    assert [*table.index] == [cause.name for cause in causes][::-1]
    for i, cause in enumerate(causes):
        row = table.loc[cause.name]
        assert row.layer == ("mechanism" if isinstance(cause, Mechanism) else "factor")
        assert [*row[["present", "contribution", "but_for"]]] == [*figures[:, i]]
        low, high = credible_interval(sampled[i], np.ones(50), 0.9)
        assert (row.low, row.high) == (low, high)
    last = {False: 0, True: 0}  # the largest of each layer is its last cause
    for i, cause in enumerate(causes):
        last[isinstance(cause, Mechanism)] = i
    assert table["first"][[causes[i].name for i in last.values()]].tolist() == approx([1, 1])
    assert table["first"].sum() == approx(2)
