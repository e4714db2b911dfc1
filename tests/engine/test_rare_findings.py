"""Rare but possible findings: figures equal exact rationals where rounding leaves nothing."""

import time
from fractions import Fraction
from itertools import product

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from shared import loaded

from lumbayes import ImpossibleFindings, contributions
from lumbayes import posteriors as posteriors_of_rows
from lumbayes.decisions import what_if
from lumbayes.defaults import DRAWS
from lumbayes.engine import solve as solving
from lumbayes.engine.cancellation import CHUNK, COLUMNS, rounding_error
from lumbayes.engine.kernels import sweep
from lumbayes.inference.compiled import posteriors

CAUSES, MOST_FOUND, NETWORKS, FEW = 40, 12, 200, 8
UNIT = 8192  # all probabilities are whole numbers of its parts
CERTAIN = 1e22
RAREST = 4  # the seed of a network whose findings leave doubles the fewest digits


def two_layers(seed):
    """A network of 40 causes and rare effects of two to five of them each; which are found."""
    rng = np.random.default_rng(seed)
    found = int(rng.integers(3, MOST_FOUND + 1))
    families = {
        f"factor_{i}": networks.noisy(int(rng.integers(1, 52)) / 1024) for i in range(CAUSES)
    }
    for i in range(found + 2):
        parents = rng.choice(CAUSES, int(rng.integers(2, 6)), replace=False)
        links = {f"factor_{p}": int(rng.integers(51, 922)) / 1024 for p in parents}
        families[f"mechanism_{i}"] = networks.noisy(int(rng.integers(1, 80)) / 8192, **links)
    families["pain"] = networks.noisy(0.1, mechanism_0=0.5)
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    yes = {f"mechanism_{i}": "yes" for i in range(found)}
    no = {f"mechanism_{i}": "no" for i in range(found, found + 2)}
    return spec, yes, no


def quickscore(spec, yes, no, cause=None):
    """P(findings), or with a cause P(findings, cause), in exact whole numbers (Heckerman 1989).

    A factor of a term is a whole number over a power of UNIT that is the same in all terms.
    """
    families, names = spec["families"], [*yes, *no]
    leak = {name: int(families[name]["leak"]["yes"] * UNIT) for name in families}
    links = {name: families[name]["links"] for name in names}
    stop = {(n, p): UNIT - int(link["yes"] * UNIT) for n in names for p, link in links[n].items()}
    children = {}
    for name, parent in stop:
        children.setdefault(parent, []).append(name)
    if cause:
        children.setdefault(cause, [])
    total = 0
    for chosen in product((0, 1), repeat=len(yes)):
        absent = {name for name, is_chosen in zip(yes, chosen, strict=True) if is_chosen} | {*no}
        term = (-1) ** sum(chosen)
        for name in names:
            term *= UNIT - leak[name] if name in absent else UNIT
        for parent, effects in children.items():
            present = leak[parent]
            for name in effects:
                present *= stop[name, parent] if name in absent else UNIT
            present_or_not = present + (UNIT - leak[parent]) * UNIT ** len(effects)
            term *= present if parent == cause else present_or_not
        total += term
    power = len(names) + sum(1 + len(effects) for effects in children.values())
    return Fraction(total, UNIT**power)


def check(seed):
    spec, yes, no = two_layers(seed)
    case = networks.case_of(networks.network_of(spec, CERTAIN)).given(**yes, **no)
    exact = quickscore(spec, yes, no)
    assert case.probability == approx(float(exact), rel=1e-8, abs=0)
    cause = next(iter(spec["families"]["mechanism_0"]["links"]))
    truth = float(quickscore(spec, yes, no, cause) / exact)
    assert case.posterior(cause)["yes"] == approx(truth, rel=1e-8)
    return float(exact)


@pytest.mark.parametrize("seed", range(FEW))
def test_two_layer_networks_equal_exact_fractions(seed):
    assert check(seed) > 0


@pytest.mark.slow
def test_two_hundred_two_layer_networks_equal_exact_fractions():
    rarest = min(check(seed) for seed in range(NETWORKS))
    assert 0 < rarest < 1e-14


def five_mechanisms():
    """Five mechanisms found, each by a leak of .001 alone, and a factor that leads to all."""
    families = {"factor_y": networks.noisy(0.5)}
    for i in range(5):
        families[f"mechanism_{i}"] = networks.noisy(0.001)
    families["pain"] = networks.noisy(0.1, factor_y=0.5, mechanism_0=0.5)
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    return networks.case_of(networks.network_of(spec, CERTAIN))


def test_what_comes_by_leaks_alone_is_rare_and_not_impossible():
    found = {f"mechanism_{i}": "yes" for i in range(5)}
    case = five_mechanisms().given(**found)
    assert case.probability == approx(1e-15, rel=1e-9)
    assert case.given(pain="yes").posterior("factor_y")["yes"] == approx(
        0.775 / (0.775 + 0.55), rel=1e-9
    )
    table = contributions(case.given(pain="yes"))
    assert table.contribution["mechanism_0"] == approx(
        0.5 * (0.5 / 0.775 * 0.775 + 0.5 / 0.55 * 0.55) / ((0.775 + 0.55) / 2), rel=1e-6
    )


def test_what_is_impossible_is_still_refused():
    base = loaded()
    for findings in ({"back_pain": "no", "onset": "during"}, {"back_pain": "no", "stiff": "no"}):
        findings = {k: v for k, v in findings.items() if k in base.variables}
        if "onset" in findings:
            with pytest.raises(ImpossibleFindings):
                base.given(**findings).posterior("hills")
    families = {"factor_a": networks.noisy(0.3), "pain": networks.noisy(0.0, factor_a=0.5)}
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    case = networks.case_of(networks.network_of(spec, CERTAIN))
    assert case.given(factor_a="no", pain="yes").probability == 0


def test_columns_of_a_batch_are_evaluated_exactly_where_that_is_needed():
    """A kernel's batch of rare and common evidence: each column as it is alone."""
    spec, yes, no = two_layers(RAREST)
    case = networks.case_of(networks.network_of(spec, CERTAIN))
    columns = [case.given(**yes, **no).evidence(), [], case.given(**no).evidence()] * 30
    query = case.query_each(columns)
    chances = solving.probability(case.compiled.circuit, query)
    alone = [case.given(**yes, **no).probability, 1.0, case.given(**no).probability]
    assert chances == approx(np.tile(alone, 30), rel=1e-9)
    name = next(iter(spec["families"]["mechanism_0"]["links"]))
    shares = posteriors(case.compiled, query, [name])[name]
    assert shares[1, ::3] == approx(case.given(**yes, **no).posterior(name)["yes"], rel=1e-9)


def test_common_evidence_costs_no_second_look():
    case = loaded().given(back_pain="yes", hills="yes")
    query = case.query()
    start = time.perf_counter()
    for _ in range(20):
        solving.solve(case.compiled.circuit, query)
    assert (time.perf_counter() - start) / 20 < 0.05


def with_intervals(case):
    return posteriors_of_rows(loaded(), pd.DataFrame([case.findings]), intervals=True)


@pytest.mark.parametrize("ask", [contributions, what_if, with_intervals])
def test_a_runner_who_answers_everything_waits_no_longer_than_draws_take(ask):
    """P(evidence) is 2e-11 here: rare, with digits enough, so nothing is evaluated again."""
    said = {
        "hills": "yes", "flat_feet": "yes", "weak_core": "no", "tight_hamstrings": "yes",
        "prolonged_sitting": "yes", "worn_shoes": "no", "high_mileage": "yes", "side": "same",
        "uneven_ground": "yes", "leg_length_difference": "yes", "pelvic_imbalance": "no",
        "onset": "next_day", "where": "past_the_knee", "worse": "only_running",
        "cough": "into_the_leg", "distance": "eases_off", 
    }  # fmt: skip
    case = loaded().given(back_pain="yes")
    rare = case.given(**said)
    assert rare.probability < 1e-7
    times = []
    for each in (case, rare):
        ask(each)
        start = time.perf_counter()
        table = ask(each)
        draws = table.attrs.get("draws", DRAWS)
        times.append((time.perf_counter() - start) * DRAWS / draws)
    assert times[1] < 20 * times[0]


@pytest.mark.parametrize("seed", range(FEW))
def test_the_compiled_bound_of_the_rounding_error_is_that_of_numpy(seed):
    spec, yes, no = two_layers(seed)
    case = networks.case_of(networks.network_of(spec, CERTAIN))
    circuit = case.compiled.circuit
    query = case.query_each([case.given(**yes, **no).evidence(), [], case.given(**no).evidence()])
    inputs = query.inputs_at(np.arange(circuit.n_inputs))
    inputs = np.concatenate([inputs, inputs * 1e-30], axis=1)  # scaled on the way
    by_numpy = rounding_error(circuit, inputs)
    assert rounding_error(circuit, inputs, sweep) == approx(by_numpy, rel=1e-6)
    assert by_numpy[0] > 1e3 * by_numpy[1]


def test_more_rare_columns_than_are_evaluated_at_once_are_each_as_alone():
    spec, yes, no = two_layers(RAREST)
    case = networks.case_of(networks.network_of(spec, CERTAIN))
    name = next(iter(spec["families"]["mechanism_0"]["links"]))
    found = [yes, dict([*yes.items()][:-1])]
    which = np.resize([0, 1, 1], 2 * COLUMNS + 3)
    query = case.query_each([case.given(**found[i], **no).evidence() for i in which])
    circuit = case.compiled.circuit
    bounds = rounding_error(circuit, query.inputs_at(np.arange(circuit.n_inputs)))
    assert bounds.min() > query.accuracy, "all columns are evaluated again"
    chances = np.array([float(quickscore(spec, those, no)) for those in found])
    with_cause = np.array([float(quickscore(spec, those, no, name)) for those in found])
    assert solving.probability(circuit, query) == approx(chances[which], rel=1e-8, abs=0)
    shares = posteriors(case.compiled, query, [name])[name]
    assert shares[1] == approx((with_cause / chances)[which], rel=1e-8)


def test_the_bound_of_many_columns_is_that_of_each():
    spec, yes, no = two_layers(RAREST)
    case = networks.case_of(networks.network_of(spec, CERTAIN))
    circuit = case.compiled.circuit
    query = case.query_each([case.given(**yes, **no).evidence(), [], case.given(**no).evidence()])
    inputs = query.inputs_at(np.arange(circuit.n_inputs))
    n_columns = 2 * CHUNK + 5
    many = inputs[:, np.resize(np.arange(3), n_columns)]
    one = [rounding_error(circuit, inputs[:, [i]])[0] for i in range(3)]
    assert one[0] > 1e3 * one[2]
    for kernel in (None, sweep):
        assert rounding_error(circuit, many, kernel) == approx(np.resize(one, n_columns), rel=1e-6)
