"""Posteriors of a fit: exact where all is seen, on grids and by ranks where something is latent."""

from dataclasses import replace

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.special import logit
from scipy.stats import beta, chi2
from shared import loaded

import oracle
from lumbayes import fit, simulate
from lumbayes.batch import sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.cohort.posterior import Evidence, Posterior
from lumbayes.cohort.sampling import _start, slice_sample
from lumbayes.network.network import Network

EXACT, RARE = 1e-12, 1e-3
HIDDEN = ["muscle_strain", "spinal_curvature", "unexplained"]


def small_case(**counts):
    """One factor and the pain; counts (no, yes) of `factor_a`, `link` and `leak`."""
    families = {"factor_a": networks.noisy(0.5), "pain": networks.noisy(0.1, factor_a=0.5)}
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    keys = {"factor_a": "factor_a", "link": ("factor_a", "pain"), "leak": "pain"}
    return with_counts(networks.case_of(networks.network_of(spec)), keys, counts)


def with_counts(case, keys, counts):
    priors = {keys[name]: replace(case.priors[keys[name]], counts=c) for name, c in counts.items()}
    network = Network(case.priors.with_priors(priors))
    return replace(case, compiled=case.compiled.with_network(network))


def interval(model, name):
    row = model.parameters().loc[(name, "yes")]
    return row["low"], row["high"]


# What is seen is counted, with no approximation at all


@pytest.mark.parametrize("n", [30, 300])
def test_a_link_that_fires_each_time_has_its_conjugate_beta(n):
    """No leak to speak of: each pain is a trial of the link that ended in yes."""
    case = small_case(link=(1.5, 0.5), leak=(1e12, 1.0))
    model = fit(case, pd.DataFrame({"factor_a": ["yes"] * n, "pain": ["yes"] * n}))
    exact = beta(0.5 + n, 1.5)
    assert interval(model, "factor_a → pain") == approx(exact.interval(0.9), abs=exact.std() / 2)
    row = model.parameters().loc[("factor_a → pain", "yes")]
    assert row["posterior"] == approx(exact.mean(), abs=exact.std() / 6)
    assert row["effective_trials"] == approx(n, rel=0.3)
    assert row["verdict"] != "untested"


def test_a_link_that_never_fires_has_its_conjugate_beta_exactly():
    case = small_case(link=(1.5, 0.5), leak=(2.0, 1.0))
    model = fit(case, pd.DataFrame({"factor_a": ["yes"] * 30, "pain": ["no"] * 30}))
    assert not model.draws
    assert model.case.priors["factor_a", "pain"].counts == approx((31.5, 0.5), rel=EXACT)
    assert model.case.priors["pain"].counts == approx((32.0, 1.0), rel=EXACT)


def test_a_rare_factor_seen_three_times_has_its_conjugate_beta():
    model = fit(small_case(factor_a=(99.0, 1.0)), pd.DataFrame({"factor_a": ["yes"] * 3}))
    assert model.case.priors["factor_a"].counts == approx((99.0, 4.0), rel=EXACT)
    assert interval(model, "factor_a") == approx(beta(4, 99).interval(0.9), rel=EXACT)
    assert model.parameters().loc[("factor_a", "yes"), "effective_trials"] == approx(3)


def test_two_factors_that_were_always_alike_are_each_counted():
    spec = networks.WORKED_OUT
    keys = {name: name for name in ("factor_a", "factor_c")}
    case = with_counts(
        networks.case_of(networks.network_of(spec)), keys, dict.fromkeys(keys, (1.0, 1.0))
    )
    states = ["yes"] * 100 + ["no"] * 100
    model = fit(case, pd.DataFrame({"factor_a": states, "factor_c": states}))
    for name in keys:
        assert model.case.priors[name].counts == approx((101, 101), rel=EXACT)
        low, high = interval(model, name)
        assert (low, high) == approx((0.442, 0.558), abs=0.001)


def test_the_mean_of_what_never_occurred_lies_inside_its_interval():
    model = fit(loaded(), pd.DataFrame({"worn_shoes": ["no"] * 794}))
    row = model.parameters().loc[("worn_shoes", "yes")]
    no, yes = loaded().priors["worn_shoes"].counts
    assert (row["low"], row["high"]) == approx(beta(yes, no + 794).interval(0.9), rel=EXACT)
    assert row["low"] < row["posterior"] < row["high"]


def test_what_no_row_touches_keeps_its_prior_count_for_count():
    """Also a prior of very unequal counts, and beside parameters that are sampled."""
    case = small_case(leak=(2915.0, 1.0), factor_a=(3.0, 1.0))
    blank = fit(case, pd.DataFrame(index=range(500)))
    assert {key: p.counts for key, p in blank.case.priors.items()} == {
        key: p.counts for key, p in case.priors.items()
    }
    base = loaded()
    runners = simulate(base, 60, seed=1)[["hills", "back_pain"]]
    model = fit(base, runners, draws=40)
    untouched = ["onset", ("muscle_strain", "severity"), "worn_shoes=km"]
    for key in untouched[:2]:
        assert model.case.priors[key] is base.priors[key]


def test_blank_cells_of_barren_variables_add_nothing():
    seen = pd.DataFrame({"factor_a": ["yes"] * 30 + ["no"] * 50 + [None] * 20})
    model = fit(small_case(factor_a=(3.0, 1.0)), seen)
    assert model.case.priors["factor_a"].counts == approx((53, 31), rel=EXACT)


# What is latent is sampled from the joint posterior

LINKS = [("mechanism_m", "pain"), ("factor_c", "pain")]


def with_links(spec, chances):
    links = {cause: networks.yes(chance) for (cause, _), chance in zip(LINKS, chances, strict=True)}
    pain = spec["families"]["pain"] | {"links": links}
    return spec | {"families": spec["families"] | {"pain": pain}}


def posterior_on_a_grid(spec, frame, points, priors):
    """Both links' posterior on a grid, by enumeration: P(findings) is linear in each."""
    logs = np.add.outer(*(prior.logpdf(points) for prior in priors))
    for states, often in frame.value_counts().items():
        row = dict(zip(frame.columns, states, strict=True))
        corners = [
            [oracle.probability(with_links(spec, (i, j)), row) for j in (0.0, 1.0)]
            for i in (0.0, 1.0)
        ]
        first, second = (np.stack([1 - points, points]) for _ in range(2))
        logs += often * np.log(np.einsum("ia,ij,jb->ab", first, np.array(corners), second))
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


@pytest.mark.parametrize("counts", [(2.0, 2.0), (0.7, 0.3), (1.5, 0.5)])
def test_two_latent_links_have_their_joint_posterior(counts):
    spec, points = networks.WORKED_OUT, (np.arange(400) + 0.5) / 400
    known = networks.case_of(networks.network_of(spec, size=1e7))
    keys = dict(zip("ab", LINKS, strict=True))
    case = with_counts(known, keys, dict.fromkeys("ab", counts))
    frame = simulate(known, 300, 5)[["factor_a", "pain", "trait_t"]]
    prior = beta(counts[1], counts[0])
    weights = posterior_on_a_grid(spec, frame, points, (prior, prior))
    model = fit(case, frame, draws=1200)
    draws = [model.draws[link][:, 1] for link in LINKS]
    for axis, values in enumerate(draws):
        margin = weights.sum(axis=1 - axis)
        mean = margin @ points
        sd = np.sqrt(margin @ (points - mean) ** 2)
        assert values.mean() == approx(mean, abs=sd / 6)
        for level in (0.05, 0.5, 0.95):
            below = np.interp(np.quantile(values, level), points, np.cumsum(margin))
            assert below == approx(level, abs=0.04)
    first, second = (axis.ravel() for axis in np.meshgrid(points, points, indexing="ij"))
    exact = np.cov(logit(first), logit(second), aweights=weights.ravel())
    ours = np.cov(*map(logit, draws))
    correlations = [c[0, 1] / np.sqrt(c[0, 0] * c[1, 1]) for c in (exact, ours)]
    assert correlations[1] == approx(correlations[0], abs=0.12)


def test_ranks_of_true_parameters_are_uniform():
    """Simulation-based calibration in small; tests/benchmarks does it for the thread's network."""
    case = networks.case_of(networks.network_of(networks.WORKED_OUT, size=3))
    ranks = []
    for seed in range(12):
        truth = sample_parameters(case, seed)
        frame = simulate(truth, 40, seed, missing=0.3).drop(columns=["mechanism_m"])
        model = fit(case, frame, draws=100, seed=seed)
        draws = model.case.priors.sample(19, seed)
        ranks.append([(draws[key] < truth.priors[key].mean).sum() for key in case.priors])
    bins = np.bincount(np.array(ranks).ravel() // 4, minlength=5)
    even = bins.sum() / 5
    # Ranks of one cohort depend on one another, so the bound is that of a rarer event.
    assert ((bins - even) ** 2 / even).sum() < chi2.isf(RARE / 10, 4)


@pytest.mark.parametrize(("count", "error"), [(1.0, 0.03), (0.1, 0.09)], ids=["both", "all sharp"])
def test_sharp_priors_and_smooth_ones_are_sampled_alike(count, error):
    """A link of few counts is nearly 0 or nearly 1: its posterior has two modes, both visited."""
    case = small_case(link=(0.1, 0.1), leak=(count, count), factor_a=(1.0, 1.0))
    frame = pd.DataFrame({"factor_a": ["yes"] * 4, "pain": ["yes"] * 3 + ["no"]})
    model = fit(case, frame, draws=1200)
    points = beta.ppf((np.arange(2000) + 0.5) / 2000, 0.1, 0.1)
    leaks = beta.ppf((np.arange(500) + 0.5) / 500, count, count)
    p_pain = 1 - np.outer(1 - points, 1 - leaks)
    weights = (p_pain**3 * (1 - p_pain)).sum(axis=1)
    mean = weights @ points / weights.sum()
    assert model.case.priors["factor_a", "pain"].mean == approx(mean, abs=error)


@pytest.fixture(scope="module")
def of_two_rows():
    """The posterior of all parameters of the thread's network given two rows."""
    rows = EvidenceRows(
        loaded(), pd.DataFrame({"back_pain": ["yes", "no"], "hills": ["yes", "no"]})
    )
    batches = [(evidence, rows.multiplicities[part]) for part, evidence in rows.batches()]
    parameters = ParameterVector(loaded())
    return Posterior(parameters, Evidence(batches, np.zeros(len(parameters.prior_counts))))


def test_without_rows_the_precision_is_that_of_normal_scores():
    parameters = ParameterVector(small_case(link=(1.5, 0.5)))
    none = Posterior(parameters, Evidence([], np.zeros(len(parameters.prior_counts))))
    precision = none.precision(np.full(none.n_dimensions, 0.3))
    assert precision == approx(np.eye(none.n_dimensions), abs=1e-6)


def test_where_the_rows_are_impossible_the_density_is_0_and_has_no_slope(of_two_rows):
    """So far out that no cause is there, though one row has pain."""
    value, gradient = of_two_rows.density(np.full(of_two_rows.n_dimensions, -20.0))
    assert value == -np.inf and (gradient == 0).all()


def test_chains_start_where_the_density_is_not_0(of_two_rows):
    n = of_two_rows.n_dimensions
    start = _start(of_two_rows, np.zeros(n), 1000 * np.eye(n), np.random.default_rng(0))
    assert np.isfinite(of_two_rows.density(start)[0]) and (start != 0).all()


def test_a_score_that_no_other_is_as_likely_as_stays():
    scores = np.array([0.3, 0.4])
    slice_sample(lambda own: 0.0 if own[1] == 0.4 else -np.inf, scores, 1, np.random.default_rng(0))
    assert scores.tolist() == [0.3, 0.4]


def test_what_one_row_of_a_trait_says_counts_for_the_rows_that_share_its_draws():
    """Pains of no known cause are severe: the draws of the priors, each by P(answers | draw)."""
    base, n = loaded(base_rate=0.3), 12
    causes = [v.name for v in base.variables.causes if v.name != "unexplained"]
    pains = pd.DataFrame({"back_pain": ["yes"] * n, "severity": ["severe"] * n})
    model = fit(base, pains.assign(**dict.fromkeys(causes, "no")), draws=800)
    rows = [("unexplained", "severity"), ("muscle_strain", "severity"), "severity"]
    prior = base.priors.sample(100_000, 5, rows)
    weights = prior[rows[0]][:, 2] ** n
    for row in rows:
        mean = weights @ prior[row] / weights.sum()
        assert model.case.priors[row].shares == approx(mean, abs=0.03)
        assert base.priors[row].mean + 0.1 < model.case.priors[row].mean
    table = model.diagnostics().loc["unexplained → severity"]
    assert table.index.tolist() == ["mild", "moderate", "severe"]


def test_rows_that_share_draws_keep_their_priors_where_no_row_touches_them():
    base = loaded()
    model = fit(base, pd.DataFrame({"hills": ["yes", "no"], "weak_core": ["no", "no"]}))
    for row in ("severity", ("muscle_strain", "severity")):
        assert model.case.priors[row] is base.priors[row]


def test_equal_rows_are_merged():
    base = loaded()
    model = fit(base, pd.DataFrame({"hills": ["yes"] * 9, "back_pain": ["yes"] * 9}), draws=40)
    assert model.rows.n_distinct == 1 and len(model.rows) == 9


def test_the_same_seed_gives_the_same_draws():
    case = networks.case_of(networks.network_of(networks.WORKED_OUT, size=3))
    frame = simulate(case, 30, 1)[["factor_a", "pain"]]
    one, same, other = (fit(case, frame, draws=40, seed=seed) for seed in (1, 1, 2))
    key = ("mechanism_m", "pain")
    assert (one.draws[key] == same.draws[key]).all()
    assert (one.draws[key] != other.draws[key]).any()


@pytest.mark.parametrize("asked", [False, True])
def test_a_bar_is_shown_only_if_it_is_asked_for(asked, capsys):
    frame = pd.DataFrame({"factor_a": ["yes"] * 3, "pain": ["yes", "no", "yes"]})
    fit(small_case(), frame, draws=8, **({"progress": True} if asked else {}))
    assert ("trajectories" in capsys.readouterr().err) == asked
