"""A fit: expected counts against enumeration, known links recovered, intervals that cover."""

from dataclasses import replace
from math import prod

import networks
import numpy as np
import pandas as pd
import pytest
from engines import enter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pytest import approx
from scipy.stats import binomtest, chi2
from shared import loaded

import oracle
from lumbayes import ImpossibleFindings, fit, posteriors, simulate
from lumbayes.batch import calibration, log_score, predict, sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.fitting import expected_counts
from lumbayes.cohort.observed_counts import observed_counts
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.network.network import Network
from lumbayes.priors import label

EXACT, RARE, WIDTH, MOST_WORLDS = 1e-9, 1e-3, 0.9, 50_000
SLOW = [*HealthCheck]
base = loaded(base_rate=None, traits=False, doses=False)  # strengths as the claims' words give them
VARIABLES = base.variables
HIDDEN = ["muscle_strain", "spinal_curvature", "unexplained"]


def enumerated_counts(spec, hard, likelihood, do):
    """The expected counts of each parameter, by enumeration of every consistent world."""
    found, total = {}, 0
    everything = oracle.upstream(spec, spec["families"], do)
    for chance, world, drawn_levels in oracle.agreeing(
        spec, [*everything, *spec["traits"]], hard, likelihood, do, everything
    ):
        total += chance
        for trait, rows in spec["traits"].items():
            (cause,) = (cause for cause in rows if (cause, trait) in drawn_levels)
            key = trait if cause == "background" else (cause, trait)
            if trait not in do:
                found[key, world[trait]] = found.get((key, world[trait]), 0) + chance
        for name, family in spec["families"].items():
            if name in do:
                continue
            fell = {
                (parent, name): drawn_levels.get((parent, name))
                for parent in family.get("links", {})
            }
            if "table" in family:
                fell[f"{family['parents'][0]}={world[family['parents'][0]]}", name] = world[name]
            elif not fell:
                fell[name] = world[name]
            elif "gate" not in family or all(
                level in (None, oracle.lowest(spec, name)) for level in fell.values()
            ):
                fell[name] = drawn_levels.get((None, name))
            for key, level in fell.items():
                found[key, level] = found.get((key, level), 0) + chance
    return {key: chance / total for key, chance in found.items()}


def n_worlds(spec):
    """The number of worlds of a network, each link active or not."""
    draws = [
        [f.get("leak", f.get("table", {}).get("no")), *f.get("links", {}).values()]
        for f in spec["families"].values()
    ]
    described = prod(len(spec["variables"][trait]) for trait in spec["traits"])
    return described * prod(len(levels) for family in draws for levels in family)


@settings(max_examples=50, suppress_health_check=SLOW)
@given(networks.specs().flatmap(lambda spec: st.tuples(st.just(spec), networks.findings(spec))))
def test_expected_counts_equal_enumeration(run):
    spec, found = run
    assume(n_worlds(spec) <= MOST_WORLDS and oracle.probability(spec, **found) > 0)
    case = enter(networks.case_of(networks.network_of(spec, size=10)), **found)
    parameters = ParameterVector(case)
    rows = EvidenceRows(case, pd.DataFrame(index=["the only row"]))
    shares = parameters.normalized(parameters.prior_counts)
    ours = expected_counts(parameters, rows, shares)
    slowly = enumerated_counts(spec, **found)
    held = {key for key in case.priors if (key if isinstance(key, str) else key[1]) in found["do"]}
    assert set(parameters.slices) == set(case.priors) - held
    for key, place in parameters.slices.items():
        expected = [slowly.get((key, state), 0) for state in case.priors[key].states]
        assert ours[place] == approx(expected, abs=EXACT)


def cohort(truth, rows, seed, missing=0.2):
    """Runners of that world, their mechanisms latent but for the discs of some."""
    return simulate(truth, rows, seed, missing=missing).drop(columns=HIDDEN)


def test_what_a_row_settles_is_found_by_enumeration():
    """The trials that are 0 or 1 in every world that agrees with the row, and no others."""
    case = networks.case_of(networks.network_of(networks.WORKED_OUT, size=10))
    parameters = ParameterVector(case)
    rows = [
        {"factor_a": "yes", "pain": "no"},
        {"factor_a": "yes", "factor_b": "no", "mechanism_m": "no"},
        {"mechanism_m": "yes", "factor_c": "no", "pain": "yes"},
        {},
    ]
    settled = observed_counts(parameters, EvidenceRows(case, pd.DataFrame(rows)))
    found = {key: settled.counts[part].tolist() for key, part in parameters.slices.items()}
    assert found["factor_a"] == [0, 2] and found["factor_b"] == [1, 0]
    assert found["factor_c"] == [1, 0]
    assert found["factor_a", "mechanism_m"] == [1, 0] and found["factor_b", "mechanism_m"] == [0, 0]
    assert found["mechanism_m"] == [1, 0]  # its leak, where the mechanism is absent
    assert found["pain"] == [1, 0] and found["mechanism_m", "pain"] == [0, 0]
    latent = dict(zip(parameters.slices, settled.is_latent, strict=True))
    assert not latent["trait_t"] and not latent["factor_c", "trait_t"]
    assert latent["factor_b"] and latent["mechanism_m", "pain"] and latent["mechanism_m"]
    assert settled.is_open.tolist() == [True, False, True, False]


def test_errors_and_diagnostics_are_those_of_the_draws():
    rows = cohort(sample_parameters(base, 3), 20, 1)[["hills", "weak_core", "back_pain"]]
    model = fit(base, rows, draws=40)
    table = model.diagnostics()
    assert set(table.index.get_level_values("parameter")) == {label(key) for key in model.draws}
    assert (table["ess"] > 0).all() and (table["r_hat"] > 0).all()
    assert "20 rows" in repr(model) and "R-hat" in repr(model)
    assert {*table.index.get_level_values("state")} == {"yes"}, "what is left of it is no"
    report = model.parameters()
    assert report.loc["hills"].index.tolist() == ["yes"]
    is_sampled = report.index.get_level_values("parameter").isin(table.index.get_level_values(0))
    assert (np.isfinite(report["ess"]) == is_sampled).all()


def test_intervals_hold_the_numbers_that_made_the_cohort():
    """In worlds drawn from the priors 90% intervals cover 90% of all parameters."""
    inside, sampled = [], []
    for seed in range(3):
        truth = sample_parameters(base, seed)
        rows = cohort(truth, 80, seed)[["hills", "weak_core", "worn_shoes", "back_pain"]]
        found = fit(base, rows, draws=100)
        table = found.parameters(width=WIDTH)
        shares = [truth.network.priors[key].shares for key in base.priors]
        true = np.concatenate([s if len(s) > 2 else s[1:] for s in shares])
        hit = (table["low"] <= true) & (true <= table["high"])
        inside += hit.tolist()
        sampled += hit[np.isfinite(table["ess"])].tolist()
    assert len(sampled) > 60
    for hits in (inside, sampled):
        assert 0.8 < np.mean(hits) < 0.97


def world(**links):
    """The thread's world but for these links into muscle strain."""
    priors = base.priors
    keys = {(cause, "muscle_strain"): share for cause, share in links.items()}
    found = {key: replace(priors[key], counts=(1 - share, share)) for key, share in keys.items()}
    return replace(base, compiled=base.compiled.with_network(Network(priors.with_priors(found))))


FACTORS = [v.name for v in VARIABLES.factors]


def test_known_links_come_back_and_claims_get_their_verdict():
    truth = world(hills=0.02, weak_core=0.9, poor_stretching=0.4)
    frame = simulate(truth, 800, 7)[[*FACTORS, "muscle_strain"]].drop(columns="worn_shoes")
    found = fit(base, frame, draws=200)
    table = found.parameters(width=0.99).xs("yes", level="state")
    for cause, share in [("hills", 0.02), ("weak_core", 0.9)]:
        row = table.loc[f"{cause} → muscle_strain"]
        assert abs(row["posterior"] - share) < abs(row["prior"] - share) / 2
        assert row["effective_trials"] < row["expected_trials"] < 800
    row = table.loc["poor_stretching → muscle_strain"]
    assert row["low"] < 0.4 < row["high"] and row["high"] - row["low"] < 0.4
    claims = found.claims()
    by_link = claims.groupby(["cause", "effect"])["verdict"].agg(set)
    assert by_link["hills", "muscle_strain"] == {"contradicted"}
    assert by_link["poor_stretching", "muscle_strain"] == {"supported"}
    assert by_link["pelvic_imbalance", "back_pain"] == {"untested"}
    assert by_link["weak_core", "muscle_strain"] == {"supported"}
    core = claims[claims["cause"] == "weak_core"].sort_values("prior")
    assert core["strength"].iloc[0] == "stronger" and (core["direction"] > 0.99).all()


def test_a_fit_predicts_new_runners_better_and_is_calibrated():
    truth = sample_parameters(base, 3)
    frame = cohort(truth, 3000, 9)[[*FACTORS, "back_pain"]]
    seen, new = frame[:400], frame[400:]
    taught = fit(base, seen, draws=200).case
    scores = [log_score(case, new, "back_pain") for case in (base, taught, truth)]
    assert scores[0] < scores[1] - 0.01 and scores[1] == approx(scores[2], abs=0.01)
    off = []
    for case in (base, taught):
        table = calibration(case, new, "back_pain")
        spread = np.sqrt(table["predicted"] * (1 - table["predicted"]) / table["rows"])
        off.append(float((((table["happened"] - table["predicted"]) / spread) ** 2).sum()))
    assert chi2.sf(off[1], 10) > RARE > chi2.sf(off[0], 10)


def test_a_forecast_of_the_pain_does_not_see_its_traits_unless_asked_to():
    """A trait is known only once it hurts: with it the answer would be given away."""
    frame = simulate(base, 60, 3)[["hills", "back_pain", "severity", "onset"]]
    blind = frame.drop(columns=["severity", "onset"])
    for score in (log_score, calibration):
        ours, expected = score(base, frame, "back_pain"), score(base, blind, "back_pain")
        assert np.asarray(ours) == approx(np.asarray(expected), rel=EXACT)
    assert (predict(base, frame, "back_pain") == predict(base, blind, "back_pain")).all(axis=None)
    evidence = log_score(base, frame, "back_pain", traits=["severity"])
    assert evidence == approx(0, abs=EXACT) and log_score(base, frame, "back_pain") < -0.1
    with pytest.raises(ValueError, match="Unknown trait of the target 'hills'"):
        predict(base, frame, "back_pain", traits=["hills"])


def test_links_that_are_cut_keep_their_priors():
    frame = simulate(base.do(muscle_strain="yes"), 300, 2)[["hills", "back_pain", "weak_core"]]
    found = fit(base.do(muscle_strain="yes"), frame, draws=40)
    assert found.case.interventions == {"muscle_strain": "yes"}
    for key, prior in base.priors.items():
        if key == "muscle_strain" or key[1] == "muscle_strain":
            assert found.case.network.priors[key] is prior
    assert found.expected_counts["muscle_strain", "back_pain"].sum() == approx(300)
    assert ("hills → muscle_strain", "yes") not in found.parameters().index


def test_a_prediction_is_the_posterior_of_each_row():
    frame = simulate(base, 40, 3, missing=0.5)
    frame_with_more = frame.assign(**{"back_pain:likelihood": 3})
    found = predict(base, frame_with_more, "back_pain", traits=[t.name for t in VARIABLES.traits])
    for index, row in frame.drop(columns="back_pain").iterrows():
        case = base.given(**{k: v for k, v in row.items() if v == v})
        assert found.loc[index].tolist() == approx(case.posterior("back_pain").tolist(), abs=EXACT)
    found = predict(base, frame, "severity")
    for index, row in frame.drop(columns="severity").head(8).iterrows():
        case = base.given(**{k: v for k, v in row.items() if v == v})
        assert found.loc[index].tolist() == approx(case.posterior("severity").tolist(), abs=EXACT)
    known = frame["severity"].notna()
    predicted = found[known]
    came = [predicted.loc[index, state] for index, state in frame.loc[known, "severity"].items()]
    assert log_score(base, frame, "severity") == approx(np.log(came).mean())


def test_calibration_puts_each_row_into_one_bin():
    frame = simulate(base, 1000, 3).drop(columns=[t.name for t in VARIABLES.traits])
    frame.loc[:99, "back_pain"] = None
    table = calibration(base, frame, "back_pain", bins=9, width=WIDTH)
    assert table["rows"].sum() == 900 and table["predicted"].is_monotonic_increasing
    for _, row in table.iterrows():
        wilson = binomtest(round(row["happened"] * row["rows"]), int(row["rows"])).proportion_ci(
            WIDTH, "wilson"
        )
        assert (row["low"], row["high"]) == approx(tuple(wilson), abs=EXACT)
    no = calibration(base, frame, "back_pain", state="no", bins=9)
    assert no["predicted"].tolist() == approx((1 - table["predicted"])[::-1].tolist())


def test_equal_predictions_stand_in_one_bin_whatever_the_order_of_rows():
    frame = simulate(base, 2000, 1)[["hills", "back_pain"]]
    table = calibration(base, frame, "back_pain", bins=4)
    assert table["rows"].tolist() == sorted(frame.hills.value_counts(), reverse=True)
    assert_frame_equal(
        calibration(base, frame.sort_values("back_pain"), "back_pain", bins=4), table
    )
    alone = calibration(base, frame[["back_pain"]], "back_pain", bins=4)
    assert alone["rows"].tolist() == [2000] and 0 < alone.low[0] < alone.happened[0]


def test_a_fit_keeps_its_own_rows():
    frame = simulate(base, 60, 1)[["hills", "back_pain"]]
    fitted, again = (fit(base, frame, draws=60) for _ in range(2))
    expected = again.claims()
    frame["p"], frame["back_pain"] = 0.5, "no"
    assert_frame_equal(fitted.claims(), expected)


def test_errors_name_what_is_wrong():
    frame = pd.DataFrame(
        {"back_pain": ["yes", "no"], "severity": ["mild", "severe"]}, index=["a", "b"]
    )
    with pytest.raises(ImpossibleFindings, match="Row 'b'"):
        fit(base, frame)
    with pytest.raises(ValueError, match="Did you mean 'hills'"):
        fit(base, pd.DataFrame({"hill": ["yes"]}))
    with pytest.raises(ValueError, match="no column 'back_pain'"):
        log_score(base, pd.DataFrame({"hills": ["yes"]}), "back_pain")
    with pytest.raises(ValueError, match="nothing but blanks"):
        log_score(base, pd.DataFrame({"back_pain": [None]}), "back_pain")
    with pytest.raises(ValueError, match=r"no column 'back_pain'.* Its columns: none\.$"):
        log_score(base, pd.DataFrame(index=[0]), "back_pain")
    model = fit(base, frame[:1], draws=20)
    assert posteriors(model.case, frame[:1]).notna().all(axis=None)
