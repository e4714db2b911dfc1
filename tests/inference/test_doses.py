"""Graded factors: readings and doses against worlds with a hidden dose, worked out apart."""

from dataclasses import replace

import doses
import networks
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pytest import approx

import oracle
from lumbayes import contributions, load, verify
from lumbayes.attribution import contribution_draws, fired_path_circuit, measurement_profile
from lumbayes.case import Case
from lumbayes.data.doses import Dose
from lumbayes.data.variables import Measurement
from lumbayes.inference.causal_paths import presence_and_contribution
from lumbayes.inference.compiled import Compiled
from lumbayes.inference.dose_links import evidence_on_dose
from lumbayes.network.measurement import level_likelihood, level_likelihoods, population_shares
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

EXACT = 1e-9
PHASES = (Phase.explicit, Phase.generate)  # the slow twin is too slow to shrink by
GRADED = {v.name: v for v in load().variables.measurements if v.dose}
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
    spec = draw(networks.specs())
    assume(sum(len(f.get("links", {})) for f in spec["families"].values()) <= 8)
    network = networks.network_of(spec, size=20)
    names = [v.name for v in network.variables.factors if not v.parents]
    effects = {name: network.variables.effects(name) for name in names}
    causal = [*network.variables.mechanisms, network.variables.outcome]
    names = [n for n in names if len(effects[n]) == 1 and effects[n][0] in {v.name for v in causal}]
    assume(names)
    factor = draw(st.sampled_from(names))
    test = draw(random_tests(factor))
    assume(population_shares(test).min() > 1e-3)
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
    dose, graded = oracle.with_dose(
        spec, test.reads, shares, dict(zip(levels, map(float, fires), strict=True))
    )
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


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
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
        links = {
            p: _spread(dict.fromkeys(order), sampled[p, name]) for p in family["links"]
        }
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
    assert level_likelihoods(test, readings).T == approx(np.array(expected), rel=1e-8)
    assert level_likelihood(test, float(readings[2])) == approx(expected[2], rel=1e-8)
    assert population_shares(test).sum() == approx(1, abs=1e-12)


def test_without_a_reading_every_figure_is_as_without_doses():
    for entered in ({}, {"back_pain": "yes"}, {"back_pain": "yes", "hills": "yes", "weak_core": "no"}):
        graded, plain = (
            load(base_rate=None, doses=on).given(**entered) for on in (True, False)
        )
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
    base = load(base_rate=None)
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
    assert verify(load().given(back_pain="yes", **{name: test.cut})).difference.max() < 1e-9


@each_slider
def test_a_profile_is_what_each_reading_gives(name):
    case = load().given(back_pain="yes", onset="during")
    profile = measurement_profile(case, name)
    reading = float(GRADED[name].cut)
    columns = ["present", "contribution", "low", "high", "but_for"]
    found = profile.contributions(reading)[columns]
    expected = contributions(case.given(**{name: reading}))[columns]
    assert np.abs(found - expected.loc[found.index]).to_numpy().max() < 1e-12


def test_a_plain_no_is_no_dose():
    runner = load().given(back_pain="yes", hills="no", climb_m_per_km=15)
    assert contributions(runner).contribution["hills"] == 0
    assert runner.posterior("hills")["no"] == 1


def test_evidence_on_a_dose_has_a_name_of_its_own():
    (name, weights), = load().given(climb_m_per_km=30).evidence()
    assert name == evidence_on_dose("hills") and len(weights) == 5
