"""A fit: each step against enumeration, known links recovered, intervals that cover."""

from dataclasses import replace
from math import prod

import networks
import numpy as np
import pandas as pd
import pytest
from engines import enter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import beta, binomtest, chi2

import oracle
from lumbayes import ImpossibleFindings, fit, load, posteriors, simulate
from lumbayes.batch import calibration, log_score, predict, sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.em import e_step
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.network.network import Network

EXACT, RARE, WIDTH, MOST_WORLDS = 1e-9, 1e-3, 0.9, 50_000
SLOW = [*HealthCheck]
base = load(base_rate=None, traits=False)  # strengths as the claims' words give them
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
    ours = e_step(parameters, rows, parameters.normalized(parameters.prior_counts))
    slowly = enumerated_counts(spec, **found)
    held = {key for key in case.priors if (key if isinstance(key, str) else key[1]) in found["do"]}
    assert set(parameters.slices) == set(case.priors) - held
    for key, place in parameters.slices.items():
        expected = [slowly.get((key, state), 0) for state in case.priors[key].states]
        assert ours.expected_counts[place] == approx(expected, abs=EXACT)


def cohort(truth, rows, seed, missing=0.2):
    """Runners of that world, their mechanisms latent but for the discs of some."""
    return simulate(truth, rows, seed, missing=missing).drop(columns=HIDDEN)


@pytest.fixture(scope="module")
def fitted():
    return fit(base, cohort(sample_parameters(base, 3), 600, 1))


def test_the_log_posterior_never_falls_and_ends(fitted):
    assert fitted.converged and len(fitted.path) > 3
    assert (fitted.path.diff().dropna() > -1e-9).all()
    cut_short = fit(base, cohort(sample_parameters(base, 3), 600, 1), steps=2)
    assert not cut_short.converged and cut_short.path.tolist() == approx(fitted.path[:3].tolist())
    assert cut_short.path.iloc[-1] < fitted.path.iloc[-1]


def test_the_path_is_of_the_posterior_itself(fitted):
    """log P(rows) + Σ counts · log share: case by case at the fitted parameters."""
    frame = cohort(sample_parameters(base, 3), 600, 1).head(3)
    parameters, few = ParameterVector(base), fit(base, frame)
    rows = [{k: v for k, v in row.items() if v == v} for row in frame.to_dict("records")]
    shares = np.concatenate([few.case.network.priors[key].shares for key in parameters.slices])
    log_posterior = sum(np.log(few.case.given(**row).probability) for row in rows)
    log_posterior += float(parameters.prior_counts @ np.log(shares))
    # a link at a dose is a power of it, whose mean is not quite the power of the mean
    assert few.path.iloc[-1] == approx(log_posterior, abs=1e-5)


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(), pd.DataFrame(index=range(500)), pd.DataFrame({"hills": [None] * 9})]
)
def test_rows_without_findings_leave_the_priors(frame):
    found = fit(base, frame)
    for key, prior in found.case.network.priors.items():
        assert prior.counts == approx(base.priors[key].counts, rel=1e-9)
    assert (found.parameters()["verdict"] == "untested").all() and (
        found.claims()["verdict"] == "untested"
    ).all()


def test_observed_states_are_counted():
    seen, blank = ["yes"] * 30 + ["no"] * 50, [None] * 20
    found, same = (
        fit(base, pd.DataFrame({"hills": seen})),
        fit(base, pd.DataFrame({"hills": seen + blank})),
    )
    before, after, again = (case.priors["hills"].counts for case in (base, found.case, same.case))
    assert np.divide(after, sum(after)) == approx(np.add(before, [50, 30]) / 82, rel=EXACT)
    assert sum(after) == approx(82, rel=0.01) and again == approx(after, rel=0.01)
    assert found.expected_counts["hills"] == approx([50, 30]) and same.expected_counts[
        "hills"
    ].sum() == approx(100)
    others = [key for key in base.priors if key != "hills"]
    assert all(found.case.network.priors[k].counts == approx(base.priors[k].counts) for k in others)


def test_one_uncertain_link_has_the_mean_and_spread_of_its_exact_posterior():
    """All parameters but one are known; its posterior on a grid, from the oracle's P(e)."""
    spec, link = networks.WORKED_OUT, ("mechanism_m", "pain")
    known = networks.case_of(networks.network_of(spec, size=1e7))
    unsure = replace(known.priors[link], counts=(2.0, 2.0))
    network = Network(known.priors.with_priors({link: unsure}))
    case = replace(known, compiled=known.compiled.with_network(network))
    frame = simulate(known, 400, 5)[["factor_a", "pain", "trait_t"]]
    grid = (np.arange(400) + 0.5) / 400
    log_posterior = beta(2, 2).logpdf(grid)
    for states, often in frame.value_counts().items():
        row = dict(zip(frame.columns, states))
        low, high = (oracle.probability(with_link(spec, chance), row) for chance in (0.0, 1.0))
        log_posterior += often * np.log(low + (high - low) * grid)
    weights = np.exp(log_posterior - log_posterior.max())
    mean = grid @ weights / weights.sum()
    spread = np.sqrt((grid - mean) ** 2 @ weights / weights.sum())
    found = fit(case, frame).case.network.priors[link]
    ours = beta(*found.counts[::-1])
    assert ours.mean() == approx(mean, abs=spread / 5)
    assert ours.std() == approx(spread, rel=0.1)


def with_link(spec, chance):
    links = {**spec["families"]["pain"]["links"], "mechanism_m": networks.yes(chance)}
    return {
        **spec,
        "families": {**spec["families"], "pain": {**spec["families"]["pain"], "links": links}},
    }


def test_intervals_hold_the_numbers_that_made_the_cohort():
    """In worlds drawn from the priors 90% intervals cover 90% of all parameters."""
    inside, tested = [], []
    for seed in range(4):
        truth = sample_parameters(base, seed)
        found = fit(base, cohort(truth, 500, seed))
        table = found.parameters(width=WIDTH)
        shares = [truth.network.priors[key].shares for key in base.priors]
        true = np.concatenate([s if len(s) > 2 else s[1:] for s in shares])
        hit = (table["low"] <= true) & (true <= table["high"])
        inside += hit.tolist()
        tested += hit[table["verdict"] != "untested"].tolist()
    for hits in (inside, tested):
        assert len(hits) > 100 and 0.82 < np.mean(hits) < 0.96


def world(**links):
    """The thread's world but for these links into muscle strain."""
    priors = base.priors
    keys = {(cause, "muscle_strain"): share for cause, share in links.items()}
    found = {key: replace(priors[key], counts=(1 - share, share)) for key, share in keys.items()}
    return replace(base, compiled=base.compiled.with_network(Network(priors.with_priors(found))))


def test_known_links_come_back_and_claims_get_their_verdict():
    truth = world(hills=0.02, weak_core=0.9, poor_stretching=0.4)
    frame = simulate(truth, 2000, 7, missing=0.2).drop(columns=["worn_shoes", "shoe_km"])
    found = fit(base, frame)
    table = found.parameters().xs("yes", level="state")
    for cause, share in [("hills", 0.02), ("weak_core", 0.9)]:
        row = table.loc[f"{cause} → muscle_strain"]
        assert abs(row["posterior"] - share) < abs(row["prior"] - share) / 4
        assert row["effective_trials"] < row["expected_trials"] < 2000
    assert table.loc["poor_stretching → muscle_strain", "posterior"] == approx(0.4, abs=0.05)
    claims = found.claims().groupby(["cause", "effect"])["verdict"].agg(set)
    assert claims["hills", "muscle_strain"] == {"contradicted"}
    assert claims["poor_stretching", "muscle_strain"] == {"confirmed"}
    assert claims["worn_shoes", "muscle_strain"] == {"untested"}
    assert set(claims["weak_core", "muscle_strain"]) == {"confirmed", "contradicted"}
    by_claim = found.claims().loc[lambda t: t["cause"] == "weak_core", ["prior", "verdict"]]
    assert by_claim.sort_values("prior")["verdict"].tolist() == [
        "contradicted",
        "confirmed",
        "confirmed",
    ]


def test_a_fit_predicts_new_runners_better_and_is_calibrated():
    truth = sample_parameters(base, 3)
    frame = cohort(truth, 6000, 9).drop(columns=["onset", "severity", "duration"])
    seen, new = frame[:2000], frame[2000:]
    taught = fit(base, seen).case
    scores = [log_score(case, new, "back_pain") for case in (base, taught, truth)]
    assert scores[0] < scores[1] - 0.01 and scores[1] == approx(scores[2], abs=0.005)
    off = []
    for case in (base, taught):
        table = calibration(case, new, "back_pain")
        spread = np.sqrt(table["predicted"] * (1 - table["predicted"]) / table["rows"])
        off.append(float((((table["happened"] - table["predicted"]) / spread) ** 2).sum()))
    assert chi2.sf(off[1], 10) > RARE > chi2.sf(off[0], 10)


def test_links_that_are_cut_keep_their_priors():
    frame = simulate(base.do(muscle_strain="yes"), 300, 2)[["hills", "back_pain", "weak_core"]]
    found = fit(base.do(muscle_strain="yes"), frame)
    assert found.case.interventions == {"muscle_strain": "yes"}
    for key, prior in base.priors.items():
        if key == "muscle_strain" or key[1] == "muscle_strain":
            assert found.case.network.priors[key] is prior
    assert found.expected_counts["muscle_strain", "back_pain"].sum() == approx(300)
    assert ("hills → muscle_strain", "yes") not in found.parameters().index


def test_a_prediction_is_the_posterior_of_each_row():
    frame = simulate(base, 40, 3, missing=0.5)
    found = predict(base, frame.assign(**{"back_pain:likelihood": 3}), "back_pain")
    for label, row in frame.drop(columns="back_pain").iterrows():
        case = base.given(**{k: v for k, v in row.items() if v == v})
        assert found.loc[label].tolist() == approx(case.posterior("back_pain").tolist(), abs=EXACT)
    known = frame["severity"].notna()
    predicted = predict(base, frame, "severity")[known]
    came = [predicted.loc[label, state] for label, state in frame.loc[known, "severity"].items()]
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
    assert posteriors(fit(base, frame[:1]).case, frame[:1]).notna().all(axis=None)
