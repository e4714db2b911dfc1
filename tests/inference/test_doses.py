"""Graded factors: readings and doses against worlds with a hidden dose, worked out apart."""

from dataclasses import replace

import doses
import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded

import oracle
from lumbayes import (
    Diary,
    PriorsChanged,
    contributions,
    decode_case,
    encode_case,
    load,
    next_run,
    posteriors,
    simulate,
    verify,
)
from lumbayes.attribution import contribution_at_means, contribution_draws, fired_path_circuit
from lumbayes.batch import predict
from lumbayes.batch.frame import EvidenceRows
from lumbayes.case import Case
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.data.doses import Dose
from lumbayes.data.variables import Measurement
from lumbayes.diary.filtering import log_prior, message
from lumbayes.diary.prediction import next_outcome, run_figures
from lumbayes.diary.smc import prior_means
from lumbayes.inference.causal_paths import presence_and_contribution
from lumbayes.inference.compiled import Compiled
from lumbayes.inference.dose_links import DoseLinks, evidence_on_dose
from lumbayes.network.dose import idle_at_mean
from lumbayes.network.measurement import level_likelihood, level_likelihoods, population_shares
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

EXACT = 1e-9
PHASES = (Phase.explicit, Phase.generate)  # the slow twin is too slow to shrink by
GRADED = {v.name: v for v in loaded().variables.measurements if v.dose}
each_slider = pytest.mark.parametrize("name", GRADED)


@st.composite
def random_tests(draw, factor):
    """A numeric test of a factor with a random scale, population, error and dose."""
    scale = draw(st.sampled_from(["linear", "log", "log1p"]))
    rises = draw(st.booleans())
    values = sorted(draw(st.lists(st.integers(1, 99), min_size=2, max_size=6, unique=True)))
    below = draw(st.integers(0, len(values) - 1))
    lower = sorted(draw(st.integers(0, 9)) / 10 for _ in range(below))
    upper = sorted(1 + draw(st.integers(0, 20)) / 10 for _ in range(len(values) - below - 1))
    strengths = [*lower, 1.0, *upper]
    nodes = tuple(zip(values, strengths if rises else strengths[::-1], strict=True))
    return Measurement(
        name="reading",
        label="reading",
        reads=factor,
        how="",
        safe_in_pain=True,
        basis="judgement",
        why="",
        unit="u",
        low=0.5,
        high=100,
        scale=scale,
        cut=50,
        side="above" if rises else "below",
        centre=draw(st.integers(5, 95)),
        spread=draw(st.sampled_from([0.8, 1.5])) * (20 if scale == "linear" else 1),
        error=draw(st.sampled_from([0.1, 0.4])) * (20 if scale == "linear" else 1),
        blunder=draw(st.sampled_from([0.0, 0.1])),
        dose=Dose(nodes, 0.3, "judgement", ""),
    )


@st.composite
def graded_cases(draw):
    """A random network with one graded factor, its test, findings, and a case with a reading."""
    spec = draw(networks.specs(most_links=8))
    network = networks.network_of(spec, size=20)
    names = [v.name for v in network.variables.factors if not v.parents]
    effects = {name: network.variables.effects(name) for name in names}
    causal = [*network.variables.mechanisms, network.variables.outcome]
    names = [n for n in names if len(effects[n]) == 1 and effects[n][0] in {v.name for v in causal}]
    assume(names)
    factor = draw(st.sampled_from(names))
    test = draw(random_tests(factor).filter(lambda test: population_shares(test).min() > 1e-3))
    variables = network.variables.with_variables([*network.variables.values(), test])
    case = Case(Compiled(Network(Priors(variables, (), {}))))
    found = draw(networks.findings(spec))
    case = case.given(**found["hard"]).likelihood(**found["likelihood"]).do(**found["do"])
    return spec, found, case.given(reading=draw(st.floats(1, 99)))


def dosed_spec(spec, case, fires):
    """The spec with a dose whose links fire with these probabilities, and the dose's evidence."""
    test = case.variables["reading"]
    levels = [str(j + 1) for j in range(len(test.dose.levels))]
    shares = dict(zip(levels, doses.if_present(test).tolist(), strict=True))
    (effect,) = case.variables.effects(test.reads)
    at_levels = dict(zip(levels, map(float, fires), strict=True))
    dose, graded = oracle.with_dose(spec, test.reads, effect, shares, at_levels)
    weights = doses.likelihood(test, case.findings["reading"])
    return dose, graded, dict(zip(["none", *levels], weights.tolist(), strict=True))


def compare(spec, found, case, dose, likelihood):
    found = found | {"likelihood": found["likelihood"] | {dose: likelihood}}
    causes = [c.name for c in case.variables.causes]
    paths = fired_path_circuit(case)
    present, (contribution, but_for), _ = presence_and_contribution(paths, case.query(), causes)
    factor = case.variables["reading"].reads
    for i, cause in enumerate(causes):
        acting = dose if cause == factor else cause
        there = oracle.posterior(spec, cause, **found)["yes"]
        assert present[i, 0] == approx(float(there), abs=EXACT)
        assert contribution[i, 0] == approx(oracle.contribution(spec, acting, **found), abs=EXACT)
        assert but_for[i, 0] == approx(oracle.but_for(spec, acting, **found), abs=EXACT)
    pain = spec["outcome"]
    expected = oracle.posterior(spec, pain, **found)["yes"]
    assert case.posterior(pain)["yes"] == approx(float(expected), abs=EXACT)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(graded=graded_cases())
def test_figures_are_those_of_worlds_with_a_hidden_dose(graded):
    spec, found, case = graded
    assume(case.probability > 1e-9)
    test = case.variables["reading"]
    prior = case.priors[test.reads, case.variables.effects(test.reads)[0]]
    dose, dosed, likelihood = dosed_spec(spec, case, doses.fires_at_mean(prior.counts, test))
    compare(dosed, found, case, dose, likelihood)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(graded=graded_cases(), draw=st.integers(0, 99))
def test_draws_are_those_of_worlds_at_the_drawn_doses(graded, draw):
    spec, found, case = graded
    test = case.variables["reading"]
    effect = case.variables.effects(test.reads)[0]
    sampled = {key: values[draw] for key, values in case.priors.sample(100, 0).items()}
    link = float(sampled[test.reads, effect])
    assume(1e-6 < link < 1 - 1e-6)
    base_rates = [float(sampled[v.name]) for v in case.variables.factors if not v.parents]
    assume(all(0 < rate < 1 for rate in base_rates))  # what is found could not be true at the draw
    at_draw = _spec_at(spec, sampled)
    shape = float(case.compiled.doses.sampled_shapes(100, 0)[test.reads][draw])
    dose, dosed, likelihood = dosed_spec(at_draw, case, doses.fires_at(link, test, shape))
    figures, weights = contribution_draws(case, draws=100, seed=0)
    assume(weights[draw] > 1e-9)
    found = found | {"likelihood": found["likelihood"] | {dose: likelihood}}
    for cause, figure in zip(case.variables.causes, figures[:, draw], strict=True):
        acting = dose if cause.name == test.reads else cause.name
        assert figure == approx(oracle.contribution(dosed, acting, **found), abs=EXACT)


def _spec_at(spec, sampled):
    """The spec with every number at one joint draw of the priors."""
    families = {}
    for name, family in spec["families"].items():
        if "table" in family:
            table = {
                state: _spread(row, sampled[f"{family['parents'][0]}={state}", name])
                for state, row in family["table"].items()
            }
            families[name] = family | {"table": table}
            continue
        order = family.get("order", spec["variables"][name])
        leak = dict.fromkeys(order, 0.0) | _spread(
            {state: 0 for state in order if state != order[0] or "gate" not in family},
            sampled[name],
        )
        links = {p: _spread(dict.fromkeys(order), sampled[p, name]) for p in family["links"]}
        families[name] = family | {"leak": leak, "links": links}
    traits = {
        name: {
            cause: row
            if cause == "none"
            else {next(iter(row)): 0.0}
            | _spread([*row][1:], sampled[name if cause == "background" else (cause, name)])
            for cause, row in rows.items()
        }
        for name, rows in spec["traits"].items()
    }
    return spec | {"families": families, "traits": traits}


def _spread(states, shares):
    values = [1 - shares, shares] if np.ndim(shares) == 0 else shares
    return dict(zip(states, map(float, values), strict=True))


@each_slider
def test_level_likelihoods_are_those_of_the_definition(name):
    test = GRADED[name]
    readings = np.linspace(max(test.low, 1), test.high, 7)
    expected = [doses.likelihood(test, float(x)) for x in readings]
    found = level_likelihoods(test, readings).T
    assert found == approx(np.array(expected), rel=1e-8)
    assert level_likelihood(test, float(readings[2])) == approx(expected[2], rel=1e-8)
    assert population_shares(test).sum() == approx(1, abs=1e-12)


def test_without_a_reading_every_figure_is_as_without_doses():
    painful = {"back_pain": "yes"}
    for entered in ({}, painful, painful | {"hills": "yes", "weak_core": "no"}):
        graded, plain = (load(base_rate=None, doses=on).given(**entered) for on in (True, False))
        assert np.abs(graded.posteriors() - plain.posteriors()).max() < 1e-12
        columns = ["present", "contribution", "low", "high", "but_for"]
        found, expected = contributions(graded)[columns], contributions(plain)[columns]
        assert np.abs(found - expected.loc[found.index]).to_numpy().max() < 1e-11


def with_steps(variables):
    """The graded variables with one level each, from the cut on."""
    stepped = []
    for v in variables.values():
        if getattr(v, "dose", None):
            edge = [(v.low, 0.0), (v.cut, 0.0), (v.cut, 1.0), (v.high, 1.0)]
            strengths = [s for _, s in edge][:: 1 if v.side == "above" else -1]
            nodes = tuple((x, s) for (x, _), s in zip(edge, strengths, strict=True))
            stepped.append(replace(v, dose=replace(v.dose, nodes=nodes)))
        else:
            stepped.append(v)
    return variables.with_variables(stepped)


@each_slider
def test_one_level_that_begins_at_the_cut_is_a_factor_that_is_there_or_not(name):
    base = loaded(base_rate=None)
    stepped = Case(Compiled(Network(replace(base.priors, variables=with_steps(base.variables)))))
    plain = with_steps(base.variables).with_variables(
        replace(v, dose=None) if getattr(v, "dose", None) else v for v in base.variables.values()
    )
    ungraded = Case(Compiled(Network(replace(base.priors, variables=plain))))
    test = GRADED[name]
    for reading in (test.low, test.start, test.cut, test.high):
        figures = [
            contributions(case.given(back_pain="yes", **{name: reading}))
            for case in (stepped, ungraded)
        ]
        columns = ["present", "contribution", "low", "high", "but_for"]
        found, expected = (table[columns] for table in figures)
        assert np.abs(found - expected.loc[found.index]).to_numpy().max() < 1e-12


@each_slider
def test_the_second_engine_agrees_at_a_reading(name):
    test = GRADED[name]
    assert verify(loaded().given(back_pain="yes", **{name: test.cut})).difference.max() < 1e-9


def test_a_case_code_of_one_set_of_doses_is_refused_by_another():
    code = encode_case(loaded().given(climb_m_per_km=30))
    assert decode_case(code).findings == {"climb_m_per_km": 30.0}
    with pytest.raises(PriorsChanged, match="climb_m_per_km"):
        decode_case(code, loaded(doses=False))


def test_a_level_that_no_one_reaches_is_refused():
    test = GRADED["climb_m_per_km"]
    far = replace(test, scale="linear", centre=1, spread=0.1)
    with pytest.raises(ValueError, match=r"no runner has the strength .* change these or the"):
        DoseLinks(loaded().variables.with_variables([loaded().variables["hills"], far]))


@pytest.mark.parametrize(("counts", "idle"), [((5.0, 0.0), 1), ((0.0, 5.0), 0)])
def test_a_link_that_never_or_always_fires_does_so_at_every_dose(counts, idle):
    """A draw of a weak link's Beta can be 0 to all digits."""
    found = idle_at_mean(counts, np.array([0.25, 0.75]), [0.5, 2])
    assert found.tolist() == [idle, idle]


def test_hills_that_never_strain_do_so_at_no_climb():
    base = loaded()
    key = ("hills", "muscle_strain")
    never = replace(base.priors[key], counts=(5.0, 0.0))
    network = Network(base.priors.with_priors({key: never}))
    case = Case(Compiled(network))
    pains = [
        case.given(**said).posterior("back_pain")["yes"]
        for said in ({"hills": "no"}, {"hills": "yes"}, {"climb_m_per_km": 90})
    ]
    assert pains[1:] == approx([pains[0]] * 2, rel=EXACT)
    relative = case.compiled.doses.relative_strengths(never)
    assert relative.tolist() == [1] * len(relative), "so the link may be moved from 0"
    runner = case.given(back_pain="yes", climb_m_per_km=90)
    assert contribution_at_means(runner, ["hills"]) == approx([0], abs=EXACT)


def test_a_plain_no_is_no_dose():
    runner = loaded().given(back_pain="yes", hills="no", climb_m_per_km=15)
    assert contributions(runner).contribution["hills"] == 0
    assert runner.posterior("hills")["no"] == 1


def test_evidence_on_a_dose_has_a_name_of_its_own():
    ((name, weights),) = loaded().given(climb_m_per_km=30).evidence()
    assert name == evidence_on_dose("hills") and len(weights) == 5


MOST_OF_A_NOTCH = 0.05  # of a figure, for one notch of the slider
MOVES = 0.05  # of an even share of the figure's way: a notch that moves it by less does nothing
LEAST_WAY = 0.6


def way_of(case, name):
    """The notches of a slider over its dose, and the contribution of its factor at each."""
    test = GRADED[name]
    first, last = test.dose.ends
    notches = np.arange(max(first, test.low), last + test.step / 2, test.step)
    runners = [case.given(**{name: float(notch)}) for notch in notches]
    return notches, np.array([contribution_at_means(runner, [test.reads])[0] for runner in runners])


@each_slider
@pytest.mark.parametrize("base_rate", ["any_run", "visitor"])
def test_along_a_slider_the_figure_goes_one_way_in_small_steps_over_most_of_it(name, base_rate):
    case = load(base_rate=base_rate).given(back_pain="yes")
    _, figure = way_of(case, name)
    steps = np.diff(figure) * (1 if GRADED[name].side == "above" else -1)
    assert steps.min() > -1e-12, "one way"
    assert steps.max() < MOST_OF_A_NOTCH
    assert (steps > MOVES * steps.mean()).mean() >= LEAST_WAY


@each_slider
def test_a_plain_yes_lies_within_its_slider(name):
    case = loaded(base_rate="visitor").given(back_pain="yes")
    factor = GRADED[name].reads
    _, figure = way_of(case, name)
    plain = contributions(case.given(**{factor: "yes"})).contribution[factor]
    assert figure.min() < 0.1 * plain and figure.max() > plain


def test_twice_the_distance_is_no_longer_the_same():
    runner = loaded(base_rate="visitor").given(back_pain="yes")
    near, far = (
        contributions(runner.given(km_per_week=km)).contribution["high_mileage"] for km in (45, 150)
    )
    assert far > near + 0.02


# A case with readings is an ungraded one whose links are as strong as at the doses of the readings


def as_strong_as_read(case):
    """The ungraded case: links at the doses, and what the readings say of the factors."""
    compiled, evidence = case.compiled, case.evidence()
    links = compiled.doses.links_at_doses(case.priors, evidence)
    plain = loaded(base_rate=None, doses=False)
    plain = plain._with_network(Network(plain.priors.with_priors(links)))
    ratios = {
        name: {"no": float(weights[0]), "yes": float(weights[1])}
        for name, weights in compiled.doses.on_factors(evidence)
        if evidence_on_dose(name) in dict(evidence)
    }
    states = {k: v for k, v in case.findings.items() if isinstance(v, str)}
    return plain.given(**states).likelihood(**ratios)


READ = loaded(base_rate=None).given(plank_seconds=40, climb_m_per_km=15, leg_block_mm=12)


@pytest.mark.parametrize(
    "changes", [{}, {"hills": "no"}, {"weak_core": "no"}, {"hills": "yes"}, {"muscle_strain": "no"}]
)
def test_the_next_run_has_the_dose_that_was_read(changes):
    """Averaged over draws, of which those of a link at a dose are spread in another way."""
    case = READ.given(back_pain="yes", onset="during")
    found, expected = (next_run(c, **changes)["yes"] for c in (case, as_strong_as_read(case)))
    assert found == approx(expected, abs=0.01)


@pytest.mark.parametrize("changes", [{}, {"hills": "no"}, {"weak_core": "no"}])
def test_every_run_of_a_diary_has_the_dose_that_was_read(changes):
    runs = pd.DataFrame({"back_pain": ["yes", "no", "yes"], "uneven_ground": ["yes", "no", None]})
    histories = [Diary(c, runs)._history for c in (READ, as_strong_as_read(READ))]
    figures = [run_figures(h, prior_means(h), 2)[0] for h in histories]
    assert figures[0] == approx(figures[1], abs=1e-12)
    found, expected = (next_outcome(h, prior_means(h), changes) for h in histories)
    assert found == approx(expected, abs=1e-12)


def test_each_run_of_a_diary_has_a_dose_of_its_own():
    """Two runs, without anything shared that is read, are as likely as their product."""
    runs = pd.DataFrame({"back_pain": ["yes", "no"], "climb_m_per_km": [60.0, 5.0]})
    base = loaded(base_rate=None)
    history = Diary(base, runs)._history
    for i, row in runs.iterrows():
        alone = Diary(base, runs.loc[[i]])._history
        given = base.given(**row)
        found = np.exp(message(alone, base.compiled.mean_inputs))
        prior = np.exp(log_prior(alone, base.compiled.mean_inputs))
        assert (found * prior).sum() == approx(given.probability, rel=1e-9)
    both = message(history, base.compiled.mean_inputs)
    parts = [
        message(Diary(base, runs.loc[[i]])._history, base.compiled.mean_inputs) for i in runs.index
    ]
    assert both == approx(sum(parts), abs=1e-9)


def test_a_reading_of_the_case_is_kept_where_a_run_has_none():
    runs = pd.DataFrame({"back_pain": ["yes", "no"], "plank_seconds": [None, None]})
    base = loaded(base_rate=None).given(plank_seconds=30)
    found, expected = (
        message(Diary(base, frame)._history, base.compiled.mean_inputs)
        for frame in (runs.astype({"plank_seconds": float}), runs[["back_pain"]])
    )
    assert found - found.max() == approx(expected - expected.max(), abs=1e-9)


def test_rows_of_a_frame_are_their_cases():
    base = loaded().given(back_pain="yes")
    frame = pd.DataFrame({"climb_m_per_km": [5, None, 60], "plank_seconds": [None, 20, 150]})
    found = posteriors(base, frame, intervals=True)
    for i, row in frame.iterrows():
        table = contributions(base.given(**row.dropna()))
        for figure in ("present", "contribution", "low", "high"):
            expected = table[figure].loc[found[figure].columns]
            assert found.loc[i, figure].to_numpy() == approx(expected.to_numpy(), abs=1e-9)


def test_simulated_runners_hurt_as_their_readings_say():
    base = loaded(base_rate="visitor")
    runners = simulate(base, 20_000, seed=4)
    names = [*GRADED, "back_pain"]
    inside = np.all(
        [(runners[n] > GRADED[n].low) & (runners[n] < GRADED[n].high) for n in GRADED], axis=0
    )
    runners = runners[inside][names]
    believed = predict(base, runners[[*GRADED]], "back_pain")["yes"].to_numpy()
    hurt = (runners["back_pain"] == "yes").to_numpy()
    for part in np.array_split(np.argsort(believed), 5):
        spread = np.sqrt((believed[part] * (1 - believed[part])).sum())
        assert abs(hurt[part].sum() - believed[part].sum()) < 4 * spread


def test_the_expected_counts_of_a_graded_link_are_the_slope_of_the_likelihood():
    """∂ log P(rows) by a link's probability θ is fired / θ − idle / (1 − θ), by differences."""
    base = loaded(base_rate="visitor")
    frame = pd.DataFrame(
        {"climb_m_per_km": [60.0, 5, 30, 45, 80] * 30, "back_pain": ["yes", "no"] * 75}
    )
    rows, parameters = EvidenceRows(base, frame), ParameterVector(base)
    shares = parameters.normalized(parameters.prior_counts)
    at = parameters.slices["hills", "muscle_strain"].start

    def summed(shift):
        moved = shares.copy()
        moved[at : at + 2] += -shift, shift
        log_lik, counts = 0.0, np.zeros(len(shares))
        for part, evidence in rows.batches():
            found = parameters.summed_counts(moved, evidence, rows.multiplicities[part])
            log_lik, counts = log_lik + found[0], counts + found[1]
        return log_lik, counts

    idle, fired = summed(0.0)[1][at : at + 2]
    slope = fired / shares[at + 1] - idle / shares[at]
    step = 1e-5
    assert slope == approx((summed(step)[0] - summed(-step)[0]) / (2 * step), rel=1e-5)
