"""sensitivity() and two_way() against published curves and rebuilt models."""

from copy import copy
from dataclasses import replace
from math import log

import asia
import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded

from lumbayes import ImpossibleFindings, contributions, example, fit, load, sensitivity
from lumbayes.attribution import fired_path_circuit
from lumbayes.inference.causal_paths import CONTRIBUTION, contribution_probabilities
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors
from lumbayes.sensitivity_analysis import one_way, two_way, variance_decomposition
from lumbayes.sensitivity_analysis.first_place import _nearest_root
from lumbayes.sensitivity_analysis.functions import SensitivityFunctions
from lumbayes.sensitivity_analysis.parameters import parameters
from lumbayes.sensitivity_analysis.variance import variances

EXACT, SIX, FEW, DRAWS, LOOSE = 1e-9, 6, 8, 4096, 0.35
SKEWED = 0.6  # divided hazards have long tails, which a first order cannot follow
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
base = loaded(doses=False)  # a link at a dose is no line; see the last test
CAUSES = [cause.name for cause in base.variables.causes]
FACTORS = [cause.name for cause in base.variables.factors]
SAID = {claim.id: claim for claim in base.priors.claims}
runner = base.given(**example().findings)
STRAIN = 0.16  # against a strain, so far that another comes near
STRENGTHS = loaded(base_rate=None, doses=False)  # claims at the level of their words
some_cases = networks.runners(base.network)


def at_work_now(case):
    return contributions(case, draws=FEW).contribution


def under(case, priors):
    return replace(case, compiled=case.compiled.with_network(Network(priors)))


def numbered(case, numbers):
    """The case with other parameters, key -> (state, share); siblings share the rest as before."""
    priors = copy(case.priors)
    known = dict(priors)
    for key, (state, share) in numbers.items():
        shares = dict(zip(known[key].states, known[key].shares, strict=True))
        left = (1 - share) / (1 - shares[state])
        known[key] = replace(
            known[key], counts=tuple(share if s == state else p * left for s, p in shares.items())
        )
    object.__setattr__(priors, "_all", known)
    return under(case, priors)


def with_mean(word, p):
    counts = word.alpha + word.beta
    return replace(word, alpha=counts * p, beta=counts * (1 - p))


def read_as(case, chances):
    """The case with the words of some claims read as other probabilities, claim -> probability."""
    priors = case.priors
    read = {c: with_mean(priors.words[SAID[c].reading], p) for c, p in chances.items()}
    claims = [replace(c, reading=c.id) if c.id in read else c for c in priors.claims]
    words = {**priors.words, **read}
    return under(case, Priors(priors.variables, tuple(claims), words, level=priors.level))


def rebuilt(case, parameter, value):
    if parameter.kind == "claim":
        return read_as(case, {parameter.label: value})
    return numbered(
        case,
        {
            parameter.key: (
                parameter.label.rpartition(" = ")[2]
                if " = " in parameter.label
                else case.priors[parameter.key].states[-1],
                value,
            )
        },
    )


def on_curve(row, value):
    return (row.alpha * value + row.beta) / (row.gamma * value + row.delta)


def logit(p):
    return log(p / (1 - p))


@pytest.mark.parametrize(
    ("name", "parents", "theta", "curve", "slope"),
    [
        ("smoke", (), 0.5, [0.072912, 0.007448, 0.08073646, 0.03030187], 0.321978),
        ("lung", (1,), 0.1, [0.4018, 0.003724, 0.38475648, 0.03219446], 2.303222),
        ("xray", (0,), 0.05, [0, 0.043904, 0.38342052, 0.05149908], -3.370606),
    ],
)
def test_one_way_curves_as_published(name, parents, theta, curve, slope):
    ours = asia.curve(name, parents, "lung", xray=1, dysp=1)
    assert ours.tolist() == approx(curve, abs=5e-9)
    assert round(asia.slope(ours, theta), SIX) == slope
    assert asia.at(ours, theta) == approx(asia.chance("lung", xray=1, dysp=1), abs=EXACT)
    assert round(asia.at(ours, theta), SIX) == 0.621253
    assert asia.joint(xray=1, dysp=1) == approx(0.0706701, abs=5e-8)


def test_every_curve_is_the_model_rebuilt_with_that_parameter():
    turned, now = list(parameters(runner)), at_work_now(runner)
    tables = {
        cause: sensitivity(runner, cause) for cause in ("weak_core", "muscle_strain", "unexplained")
    }
    for parameter in turned:
        ends = [
            at_work_now(rebuilt(runner, parameter, end)) for end in (parameter.low, parameter.high)
        ]
        for cause, table in tables.items():
            row = table.loc[parameter.label]
            assert [row.at_low, row.at_high] == approx([end[cause] for end in ends], abs=EXACT), (
                parameter.label
            )
            if parameter.kind == "claim":
                assert np.isnan(row[["alpha", "beta", "gamma", "delta"]].astype(float)).all()
                continue
            assert [on_curve(row, value) for value in (parameter.value, row.low, row.high)] == (
                approx([now[cause], row.at_low, row.at_high], abs=EXACT)
            )
            total = row.gamma * parameter.value + row.delta
            assert total == approx(runner.probability, rel=EXACT), "P(findings)"
    assert sorted(tables["weak_core"].index) == sorted(parameter.label for parameter in turned)


@pytest.mark.parametrize("case", [runner, STRENGTHS.given(**example().findings)], ids=["T", "raw"])
@pytest.mark.parametrize("number", ["Q-08", "Q-10", "A4-01", "A1-15", "A1-11", "onset = during"])
def test_a_whole_curve_is_the_model_rebuilt_all_along(case, number):
    """A claim of one link, of a chain, of a share of all pain, of a trait; and a parameter."""
    if number == "A1-11" and case is not runner:
        pytest.skip("shares of all pain need a level")
    parameter = next(parameter for parameter in parameters(case) if parameter.label == number)
    curve = one_way(case, "muscle_strain", number, steps=11)
    for value, found in curve.iloc[1:-1].items():
        again = at_work_now(rebuilt(case, parameter, value))["muscle_strain"]
        assert found == approx(again, abs=EXACT), value
    assert curve.index.name == number and len(curve) == 11


def test_the_reading_of_a_claim_at_which_another_cause_comes_first():
    case = base.given(back_pain="yes", hills="yes", weak_core="yes")
    first = at_work_now(case)[FACTORS].idxmax()
    table = sensitivity(case, first).query("kind == 'claim' and to != ''")
    assert len(table) > 1
    for claim, row in table.iterrows():
        level = at_work_now(read_as(case, {claim: row.flips_at}))
        assert level[first] == approx(level[row.to], abs=1e-7), claim
        before = (row.value + 99 * row.flips_at) / 100
        assert at_work_now(read_as(case, {claim: before}))[FACTORS].idxmax() == first


@settings(max_examples=6, suppress_health_check=SLOW)
@given(some_cases, st.sampled_from(CAUSES))
def test_random_cases(said, cause):
    """Curves at the value, claims knocked out, and the bound on log-odds (Chan & Darwiche 2002)."""
    case = base.given(**said["given"]).likelihood(**said["likelihood"]).do(**said["do"])
    assume(case.probability > 0)
    now = at_work_now(case)[cause]
    assume(EXACT < now < 1 - EXACT)
    table = sensitivity(case, cause)
    assert table.variance_share.sum() == approx(1, abs=EXACT)
    for name, row in table.iterrows():
        assert row.kind == "claim" or on_curve(row, row.value) == approx(now, abs=EXACT)
        if row.kind == "claim":
            assert row.without == approx(at_work_now(case.exclude_claims(name))[cause], abs=EXACT)
        elif EXACT < row.low < row.high < 1 - EXACT:
            for end, there in ((row.low, row.at_low), (row.high, row.at_high)):
                assert (
                    abs(logit(there) - logit(now)) <= abs(logit(end) - logit(row.value)) + EXACT
                ), name


@pytest.mark.parametrize("layer", [FACTORS, [name for name in CAUSES if name not in FACTORS]])
def test_where_the_first_place_changes(layer):
    case = runner.given(weak_core="yes")
    first = at_work_now(case)[layer].idxmax()
    mine = sensitivity(case, first).drop("weak_core").query("kind != 'claim'")
    tables = {name: sensitivity(case, name).loc[mine.index] for name in layer}
    low, there, just, high = (
        pd.DataFrame({name: on_curve(table, value) for name, table in tables.items()})
        for value in (
            EXACT,
            mine.flips_at,
            mine.value + (1 - 1e-6) * (mine.flips_at - mine.value),
            1 - EXACT,
        )
    )
    turns = mine.index[mine.to != ""]
    assert (
        len(turns) > 1
        and mine.flips_at[turns].between(0, 1).all()
        and mine.flips_at.drop(turns).isna().all()
    )
    for number, rival in mine.to[turns].items():
        assert there.loc[number, first] == approx(there.loc[number, rival], abs=EXACT)
        assert there.loc[number, first] > there.loc[number].max() - EXACT
        assert just.loc[number, first] > just.loc[number].drop(first).max()
    for end in (low, high):
        assert (end.drop(turns)[first] >= end.drop(turns).max(axis=1) - EXACT).all()
    assert all(
        table[["flips_at", "to"]].equals(mine[["flips_at", "to"]]) for table in tables.values()
    )


@pytest.mark.parametrize(("to", "root"), [(0.3, 0.2), (0.45, 0.2), (0.55, 0.8), (0.9, 0.8)])
def test_of_two_places_where_causes_are_level_the_nearer_one_is_found(to, root):
    def lead(x):
        return (x - 0.2) * (x - 0.8)

    grid = np.linspace(0, 1, 17)
    assert _nearest_root(lead, to, grid, lead(grid)) == approx(root)
    assert np.isnan(_nearest_root(np.exp, to, grid, np.exp(grid)))


def test_the_only_cause_of_a_layer_is_overtaken_nowhere():
    case = networks.case_of(networks.network_of(networks.WORKED_OUT)).given(pain="yes")
    table = sensitivity(case, "mechanism_m")
    assert table.flips_at.isna().all() and (table.to == "").all()


def test_a_known_factor_is_not_overtaken_where_it_cannot_be():
    assert np.isnan(sensitivity(runner.given(hills="yes"), "hills").flips_at["hills"])
    assert np.isnan(sensitivity(runner.given(hills="no"), "weak_core").flips_at["hills"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("weak_core", "hills"),
        ("A4-01", "hills"),
        ("hills", "A2-01"),
        ("A4-01", "A5-09"),
        ("Q-08", "Q-10"),
        ("onset = during", "onset"),
    ],
)
def test_two_numbers_together_are_the_curve_of_one_with_the_other_rebuilt(first, second):
    second = "muscle_strain → onset = during" if second == "onset" else second
    table, half = two_way(runner, "weak_core", first, second, steps=5), 1 / 2
    other = next(parameter for parameter in parameters(runner) if parameter.label == second)
    alone = one_way(rebuilt(runner, other, half), "weak_core", first, steps=5)
    assert table[half].tolist() == approx(alone.tolist(), abs=EXACT)
    assert two_way(runner, "weak_core", second, first, steps=5).loc[half].tolist() == approx(
        table[half].tolist()
    )
    assert (table.index.name, table.columns.name, table.shape) == (first, second, (5, 5))


def test_only_what_can_be_turned_apart_is_turned():
    for ask in (
        lambda name: two_way(runner, "weak_core", name, "A4-01"),
        lambda name: one_way(runner, "hills", name),
    ):
        with pytest.raises(ValueError, match="Unknown parameter or claim 'hill'"):
            ask("hill")
    link = "weak_core → muscle_strain"
    for pair in (
        (link, "A4-01"),
        ("onset = during", "onset = next_day"),
        ("A4-01", "A4-01"),
        ("hills", "hills"),
    ):
        with pytest.raises(ValueError, match="cannot vary independently"):
            two_way(runner, "weak_core", *pair)


@pytest.mark.parametrize(
    ("case", "tolerance"),
    [(STRENGTHS.given(**example().findings), LOOSE), (runner, SKEWED)],
    ids=["raw", "T"],
)
def test_the_first_order_is_near_what_draws_say(case, tolerance):
    now = at_work_now(case)
    asked = [name for name in CAUSES if now[name] > 0.05]
    (over_draws,), _ = contribution_probabilities(
        fired_path_circuit(case), case.query(DRAWS), asked, CONTRIBUTION
    )
    assert len(asked) > 4
    for name, drawn in zip(asked, over_draws, strict=True):
        first_order = sum(variances(SensitivityFunctions(case), name).values()) ** 0.5
        assert first_order == approx(drawn.std(), rel=tolerance), name


def test_what_rows_taught_is_their_part_of_the_variance_and_no_part_is_negative(tmp_path):
    """Of a link that rows narrowed, replies may have differed by more than is left of its width."""
    before = loaded(base_rate=None, traits=False, doses=False)
    rows = pd.DataFrame({"weak_core": "yes", "muscle_strain": ["yes"] * 60 + ["no"] * 240})
    model = fit(before, rows, draws=400)
    model.save(tmp_path / "fitted.npz")
    for case in (model.case, load(tmp_path / "fitted.npz")):
        shares = variance_decomposition(case.given(back_pain="yes"), "weak_core")
        assert shares.min() >= 0 and shares.sum() == approx(1)
        assert shares["rows of runners"] > 0.5
    assert variance_decomposition(before.given(back_pain="yes"), "hills")["rows of runners"] == 0


@pytest.mark.filterwarnings("error")
def test_a_value_that_the_evidence_rules_out_has_no_contribution_and_gives_no_warning():
    """Who runs over hills is no runner of a world in which nobody does."""
    on_hills = runner.given(hills="yes")
    line = one_way(on_hills, "weak_core", "hills", steps=3)
    plane = two_way(on_hills, "weak_core", "hills", "weak_core", steps=3)
    assert line.isna().tolist() == [True, False, False]
    assert plane.isna().all(axis=1).tolist() == [True, False, False]


def test_what_cannot_be_at_work_varies_by_nothing():
    table = sensitivity(runner.given(hills="no"), "hills")
    assert (table.variance_share.dropna() == 0).all()
    assert (table[["at_low", "at_high"]] == 0).all(axis=None) and (
        table.without.dropna() == 0
    ).all()


@pytest.mark.parametrize(
    "ask",
    [
        sensitivity,
        lambda case, cause: two_way(case, cause, "hills", "A4-01"),
        lambda case, cause: one_way(case, cause, "hills"),
    ],
)
def test_only_causes_can_be_asked_about(ask):
    with pytest.raises(ValueError, match="Did you mean 'hills'"):
        ask(runner, "hill")
    with pytest.raises(ValueError, match="Unknown cause 'back_pain'"):
        ask(runner, "back_pain")
    with pytest.raises(ImpossibleFindings):
        ask(base.given(back_pain="no", onset="during"), "hills")


def test_of_a_link_at_a_dose_the_curve_is_exact_at_its_value_and_near_it():
    case = loaded().given(back_pain="yes", climb_m_per_km=45)
    row = sensitivity(case, "hills").loc["hills → muscle_strain"]
    now = at_work_now(case)["hills"]
    assert on_curve(row, row.value) == approx(now, abs=EXACT)
    assert row.at_low < now < row.at_high
