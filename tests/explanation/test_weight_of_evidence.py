"""explain() and claim_attribution(): sums, published figures, all orders, findings one by one."""

import re
from functools import cache
from itertools import permutations
from math import log10

import asia
import networks
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded

from lumbayes import ImpossibleFindings, contributions, example, explain
from lumbayes.explanation import claim_attribution, shapley
from lumbayes.explanation import weight_of_evidence as explanation

EXACT, FOUR_DECIMALS, FEW, ERRORS = 1e-9, 5e-5, 8, 5
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
base = loaded()
CAUSES = [cause.name for cause in base.variables.causes]
SAID = {claim.id: claim for claim in base.priors.claims}
EVIDENCE = example().findings
runner = base.given(**EVIDENCE)
ANSWERS = dict(
    weak_core="yes",
    wet_footprint="solid",
    hills="no",
    worn_shoes="no",
    sitting_hours=9,
    plank_seconds=40,
    poor_stretching="yes",
    heel_wear="inner",
)


def odds(case, cause, other=None):
    """The log-odds of one contribution, or of one over another's, in decibans."""
    found = contributions(case, draws=FEW).contribution
    return 10 * log10(found[cause] / (1 - found[cause] if other is None else found[other]))


def by_orders(value, players):
    """Shapley's value by definition: the mean gain over all orders (Shapley 1953)."""
    known, orders = cache(value), [*permutations(players)]

    def gain(player, order):
        before = order[: order.index(player)]
        return known(frozenset({*before, player})) - known(frozenset(before))

    return {player: np.mean([gain(player, order) for order in orders]) for player in players}


@pytest.mark.parametrize(
    ("evidence", "gains"),
    [({"xray": 1, "dysp": 1}, [12.1546, 2.3453]), ({"dysp": 1, "xray": 1}, [2.9398, 11.5601])],
)
def test_sequential_order_as_published(evidence, gains):
    values = asia.log_odds("lung", **evidence)(np.tri(3, 2, -1, dtype=bool))
    assert values[[0, -1]] == approx([-12.3507, 2.1492], abs=FOUR_DECIMALS)
    assert np.diff(values) == approx(gains, abs=FOUR_DECIMALS)


def test_shapley_values_as_published_and_leaving_one_out_does_not_add_up():
    value = asia.log_odds("lung", xray=1, dysp=1, smoke=0)
    shares, error = shapley.shapley(value, 3, 0)
    nothing, everything = value(np.array([[0, 0, 0], [1, 1, 1]], bool))
    assert shares == approx([11.7565, 2.9866, -7.2616], abs=FOUR_DECIMALS)
    assert everything == approx(-4.8692, abs=FOUR_DECIMALS)
    assert shares.sum() == approx(everything - nothing, abs=EXACT)
    assert error.tolist() == [0, 0, 0]
    left_out = everything - value(~np.eye(3, dtype=bool))
    assert left_out == approx([11.2577, 2.9326, -7.0184], abs=FOUR_DECIMALS)


def test_decibans_at_the_ends_are_infinite():
    assert explanation.decibans(np.array([0.0, 0.5, 10 / 11, 1.0])) == approx(
        [-np.inf, 0, 10, np.inf]
    )
    assert explanation.decibans(np.array([0.2]), np.array([0.02])) == approx([10])


@settings(max_examples=12, suppress_health_check=[*SLOW, HealthCheck.filter_too_much])
@given(
    networks.runners(base.network, kinds=("given", "likelihood")),
    st.sampled_from(CAUSES),
    st.sampled_from(CAUSES),
)
def test_both_columns_add_up(said, cause, other):
    case = base.given(**said["given"]).likelihood(**said["likelihood"])
    assume(case.probability > 0)
    found = contributions(case, draws=FEW).contribution
    assume(0 < found[cause] < 1 and found[other] > 0 and cause != other)
    for against in (None, other):
        table = explain(case, cause, against)
        ends = [odds(base, cause, against), odds(case, cause, against)]
        assert len(table) == 2 + len(case.findings) + len(case.likelihoods)
        for column in (table.sequential_db, table.shapley_db):
            assert column.iloc[:-1].sum() == approx(column.iloc[-1], abs=EXACT)
            assert column[["prior", "total"]].tolist() == approx(ends, abs=EXACT)


@pytest.mark.parametrize("against", [None, "disc_degeneration"])
def test_sequential_order_is_the_case_entered_step_by_step(against):
    bits = [dict([*EVIDENCE.items()][:n]) for n in range(len(EVIDENCE) + 1)]
    values = [odds(base.given(**evidence), "muscle_strain", against) for evidence in bits]
    table = explain(runner, "muscle_strain", against=against)
    assert table.sequential_db.tolist() == approx(
        [values[0], *np.diff(values), values[-1]], abs=EXACT
    )


@pytest.mark.parametrize("against", [None, "disc_degeneration"])
def test_shapley_is_the_mean_over_every_order(against):
    case = base.given(back_pain="yes", onset="cool_down", climb_m_per_km=30).likelihood(weak_core=3)
    names = {*case.findings, *case.likelihoods}
    slowly = by_orders(
        lambda evidence: odds(case.retract(*names - evidence), "hills", against), names
    )
    labels = ["back_pain=yes", "onset=cool_down", "climb_m_per_km=30", "weak_core likelihood"]
    found = explain(case, "hills", against=against).shapley_db[labels]
    assert found.tolist() == approx(
        [slowly[re.split("[= ]", label)[0]] for label in labels], abs=EXACT
    )


def test_the_order_reported_matters_for_one_column_only():
    backwards = base.given(**dict(reversed(EVIDENCE.items())))
    one, other = explain(runner, "muscle_strain"), explain(backwards, "muscle_strain")
    other = other.loc[one.index]
    assert one.shapley_db.tolist() == approx(other.shapley_db.tolist(), abs=EXACT)
    assert (one.sequential_db - other.sequential_db).abs().max() > 1


@pytest.mark.parametrize(
    ("before", "settling", "against"),
    [
        (runner, "hills", None),
        (runner, "muscle_strain", None),
        (base.given(weak_core="yes"), "back_pain", None),
        (runner, "weak_core", "weak_core"),
    ],
)
def test_a_finding_that_settles_it_stands_outside_the_sharing(before, settling, against):
    table = explain(before.given(**{settling: "no"}), "hills", against)
    without, finding = explain(before, "hills", against), f"{settling}=no"
    words, end = ("settles it", np.inf) if against else ("rules it out", -np.inf)
    assert table.says[finding] == words and (table.says.drop(finding) == "").all()
    assert (table.loc[[finding, "total"], ["sequential_db", "shapley_db"]] == end).all(axis=None)
    rest = without.index[:-1]
    assert table.shapley_db[rest].tolist() == approx(without.shapley_db[rest].tolist(), abs=EXACT)


def test_beyond_twelve_findings_orders_are_drawn(monkeypatch):
    case = (
        runner.given(**ANSWERS)
        .retract("hills", "duration")
        .likelihood(high_mileage=2, tight_hamstrings=3)
    )
    assert len(case.findings) + len(case.likelihoods) == shapley.EXACT + 1
    drawn, again, other = (explain(case, "weak_core", seed=seed) for seed in (0, 0, 1))
    assert drawn.equals(again) and not drawn.equals(other)
    assert drawn.sequential_db.equals(other.sequential_db)
    assert drawn.shapley_db.iloc[:-1].sum() == approx(odds(case, "weak_core"), abs=EXACT)
    monkeypatch.setattr(shapley, "EXACT", shapley.EXACT + 1)
    exact = explain(case, "weak_core")
    error, off = drawn.error_db.iloc[1:-1], (drawn.shapley_db - exact.shapley_db).abs().iloc[1:-1]
    assert error.max() > 0 and (exact.error_db == 0).all()
    assert (off < ERRORS * error + EXACT).all()


def test_a_finding_names_the_claims_behind_it():
    claims = explain(runner.given(plank_seconds=40), "weak_core").claims
    assert claims["prior"] == claims["total"] == ()
    assert {SAID[i].effect for i in claims["onset=cool_down"]} == {"onset"}
    assert {SAID[i].cause for i in claims["plank_seconds=40"]} == {"weak_core"}
    assert {SAID[i].effect for i in claims["back_pain=yes"]} == {"back_pain"}


@pytest.mark.parametrize(
    "case", [runner, runner.given(hills="yes").likelihood(weak_core=4), base.do(worn_shoes="no")]
)
def test_claim_attribution_adds_up_to_the_distance_from_no_claims(case):
    for cause in ("muscle_strain", "hills", "unexplained"):
        table = claim_attribution(case, cause)
        silence = odds(case.with_claims([]), cause)
        assert table.shapley_db.sum() == approx(odds(case, cause) - silence, abs=EXACT)
        assert table.shapley_db.abs().is_monotonic_decreasing
        assert table.equals(claim_attribution(case, cause))


def test_claim_attribution_shows_the_claims_themselves():
    table = claim_attribution(runner, "muscle_strain")
    pooled = {c.id for c in SAID.values() if c.used in ("link", "profile", "share")}
    assert set(table.index) == pooled
    for claim, row in zip(map(SAID.get, table.index), table.itertuples(), strict=True):
        link = f"{claim.cause} → {claim.effect}"
        assert (row.quote, row.author, row.reply, row.link) == (
            claim.quote,
            claim.author,
            claim.answer,
            link,
        )


def test_claims_off_the_way_bring_nothing_and_the_rest_their_mean_over_every_order():
    case = base  # while nothing is found, only what lies between a cause and the pain bears on it
    table = claim_attribution(case, "tight_hamstrings")
    links = {("tight_hamstrings", "muscle_strain"), ("muscle_strain", "back_pain")}
    claims = [c for c in SAID.values() if (c.cause, c.effect) in links and c.used == "link"]
    off = table.drop([c.id for c in claims])
    assert len(off) > FEW and off.shapley_db.abs().max() < EXACT
    for claim, share in by_orders(
        lambda with_these_claims: odds(case.with_claims(with_these_claims), "tight_hamstrings"),
        claims,
    ).items():
        found = table.loc[claim.id]
        assert (
            found.shapley_db == approx(share, abs=ERRORS * found.error_db + EXACT)
            and found.error_db > 0
        )


@pytest.mark.parametrize("ask", [explain, claim_attribution])
def test_findings_that_exclude_each_other_are_reported(ask):
    with pytest.raises(ImpossibleFindings):
        ask(base.given(back_pain="no", onset="during"), "hills")


@pytest.mark.parametrize("ask", [explain, claim_attribution])
def test_only_causes_can_be_explained(ask):
    for other in ("hill", "back_pain", ""):
        with pytest.raises(ValueError, match=f"Unknown cause '{other}'.*hills"):
            ask(runner, other)
    with pytest.raises(ValueError, match="Did you mean 'hills'"):
        explain(runner, "weak_core", against="hill")


def test_where_two_causes_are_ruled_out_nothing_is_left_to_compare():
    before, ruled_out = explain(runner, "hills", "weak_core"), runner.given(muscle_strain="no")
    table = explain(ruled_out, "hills", "weak_core")
    assert table.says["muscle_strain=no"] == "rules both out"
    twice = explain(base.given(muscle_strain="no", back_pain="no"), "hills", "weak_core")
    assert twice.says.iloc[1:-1].tolist() == [
        "rules both out"
    ] * 2 and twice.shapley_db.sum() == approx(0, abs=EXACT)
    for column in ("sequential_db", "shapley_db"):
        assert table[column]["total"] == 0 == approx(table[column].iloc[:-1].sum(), abs=EXACT)
        assert table[column][before.index[:-1]].tolist() == approx(
            before[column].iloc[:-1].tolist(), abs=EXACT
        )


def test_each_of_two_findings_may_rule_out_one_of_two_causes():
    table = explain(runner.given(weak_core="no", hills="no"), "hills", "weak_core")
    assert table.says[["weak_core=no", "hills=no"]].tolist() == ["settles it", "rules it out"]
    assert not table.drop(columns="claims").isna().any(axis=None)
    assert (table.loc["total", ["sequential_db", "shapley_db"]] == 0).all()


def test_findings_that_settle_it_only_together():
    """A cause with two paths to the pain: either alone leaves the other, both rule it out."""
    family = networks.noisy(0.2, factor_0=0.5)
    families = {"factor_0": networks.noisy(0.3), "mechanism_0": family, "mechanism_1": family}
    families["pain"] = networks.noisy(0.1, mechanism_0=0.6, mechanism_1=0.7)
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    case = networks.case_of(networks.network_of(spec)).given(
        pain="yes", mechanism_0="no", mechanism_1="no"
    )
    table = explain(case, "factor_0")
    assert table.says.tolist() == ["", "", "", "rules it out", ""]
    assert table.shapley_db[["mechanism_1=no", "total"]].tolist() == [-np.inf, -np.inf]
    without = explain(case.retract("mechanism_1"), "factor_0")
    assert table.shapley_db.iloc[:3].tolist() == approx(
        without.shapley_db.iloc[:3].tolist(), abs=EXACT
    )


def test_surgery_that_leaves_nothing_is_no_finding():
    table = explain(runner.do(hills="no"), "hills")
    figures = table[["sequential_db", "shapley_db"]]
    assert (table.says == "").all() and (figures.loc[["prior", "total"]] == -np.inf).all(axis=None)
    assert (figures.iloc[1:-1] == 0).all(axis=None)


def test_surgery_on_one_cause_and_a_finding_of_the_other_leave_nothing_to_compare():
    """The row was infinite and did not say why."""
    held = runner.retract("weak_core").do(hills="no").given(weak_core="no", flat_feet="no")
    table = explain(held, "hills", "weak_core")
    said = table.says[table.says != ""]
    assert said.to_dict() == {"weak_core=no": "rules both out"}
    assert table.sequential_db["prior"] == -np.inf == -table.sequential_db["weak_core=no"]
    assert table.shapley_db["weak_core=no"] == np.inf and table.shapley_db["flat_feet=no"] == 0
    assert table.sequential_db["total"] == 0 == table.shapley_db["total"]


@pytest.mark.parametrize("settled", [runner.given(muscle_strain="no"), runner.do(hills="no")])
def test_no_claim_carries_what_is_ruled_out(settled):
    assert (claim_attribution(settled, "hills")[["shapley_db", "error_db"]] == 0).all(axis=None)


def test_too_few_orders_are_reported():
    with pytest.raises(ValueError, match="orders=3"):
        claim_attribution(runner, "hills", orders=3)
    assert claim_attribution(runner, "hills", orders=4).error_db.max() > 0


def test_a_finding_names_all_claims_of_its_variable_and_no_other():
    case = base.given(back_pain="yes", severity="mild", plank_seconds=40, muscle_strain="yes")
    claims = explain(case.likelihood(hills=2), "weak_core").claims
    about = {
        "back_pain=yes": ("back_pain", ["cause", "effect"]),
        "severity=mild": ("severity", ["effect"]),
        "plank_seconds=40": ("weak_core", ["cause", "effect"]),
        "muscle_strain=yes": ("muscle_strain", ["cause", "effect"]),
        "hills likelihood": ("hills", ["cause", "effect"]),
    }
    pooled = [claim for claim in SAID.values() if claim.used in ("link", "profile", "share")]
    for label, (name, ends) in about.items():
        wanted = [c.id for c in pooled if name in [getattr(c, end) for end in ends]]
        assert list(claims[label]) == wanted and wanted, label
