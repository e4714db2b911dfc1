"""What is said of runs with a factor and without it, against worlds with every switch drawn."""

from dataclasses import replace
from itertools import product
from math import comb

import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.special import betaln
from scipy.stats import beta
from shared import loaded

import oracle
from lumbayes import (
    Diary,
    contributions,
    decode_case,
    encode_case,
    explain,
    next_run,
    simulate,
    verify,
)
from lumbayes.attribution import contribution_at_means, contribution_draws, fired_path_circuit
from lumbayes.case import Case
from lumbayes.data.contrasts import Contrast, Contrasts
from lumbayes.data.variables import StatedEstimate
from lumbayes.decisions.value_of_information import entropy
from lumbayes.engine.solve import marginals
from lumbayes.explanation import conflict
from lumbayes.inference.causal_paths import (
    CONTRIBUTION,
    contribution_probabilities,
    presence_and_contribution,
)
from lumbayes.inference.compiled import Compiled
from lumbayes.network.contrast import contrast_likelihood, counts_ratio
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors

EXACT = 1e-9
BASE = loaded()
DATA = BASE.variables.contrasts
PAIN = BASE.given(back_pain="yes")
HILLY = PAIN.given(hills="yes")
FACTORS = list(DATA.factors)
# P(counts | hills act) : P(counts | hills do nothing), as published for 5 hilly and 5 flat runs
TABLE = {(5, 0): 109, (4, 0): 24, (4, 1): 6.7, (3, 1): 2.3, (2, 1): 0.9, (2, 2): 0.6}
TABLE |= {(4, 4): 1.2, (1, 3): 0.2, (0, 3): 0.1}


def at_work(case, name="hills"):
    return contribution_at_means(case, [name])[0]


@pytest.mark.parametrize(("counts", "ratio"), TABLE.items())
def test_the_ratio_of_counts_is_that_of_the_published_table(counts, ratio):
    found = counts_ratio(DATA, counts[0], 5, counts[1], 5)
    assert float(f"{found:.{0 if ratio > 20 else 1}f}") == ratio


@pytest.mark.parametrize("counts", [(3, 5, 1, 4), (0, 2, 0, 7), (6, 6, 0, 1)])
def test_the_ratio_of_counts_is_that_of_the_integrals(counts):
    hurt, runs, other, others = counts
    p, weight = np.polynomial.legendre.leggauss(60)
    p, weight = (p + 1) / 2, weight / 2
    p0, link = beta(1, 2).pdf(p) * weight, beta(2, 2).pdf(p) * weight
    rest = p**other * (1 - p) ** (others - other)
    together = p0 @ (rest * p**hurt * (1 - p) ** (runs - hurt))
    p1 = 1 - np.outer(1 - p, 1 - p)
    apart = (p0 * rest) @ (p1**hurt * (1 - p1) ** (runs - hurt)) @ link
    assert counts_ratio(DATA, *counts) == approx(apart / together)


def test_counts_count_no_more_than_the_cap():
    assert contrast_likelihood(DATA, "5/5 0/5") == approx([1 / 20, 1 / 20, 1])
    assert contrast_likelihood(DATA, "0/50 50/50") == approx([1, 1, 1 / 20])
    assert contrast_likelihood(DATA, "worse") == approx([0.24, 0.24, 1])
    assert contrast_likelihood(DATA, "not worse") == approx([1, 1, 0.5 / 0.88])


@st.composite
def entered(draw):
    """A random network with one or two contrasts at random rates, and findings."""
    spec = draw(networks.specs())
    assume(sum(len(f.get("links", {})) for f in spec["families"].values()) <= 7)
    network = networks.network_of(spec, size=500)
    names = [v.name for v in network.variables.factors]
    reached = {v.name for v in [*network.variables.causes, network.variables.outcome]}
    effects = {name: network.variables.effects(name) for name in names}
    names = [
        name for name in names if len(effects[name]) == 1 and reached.issuperset(effects[name])
    ]
    assume(names)
    rates = [StatedEstimate("judgement", "", {"no": 99 - k, "yes": k}) for k in _three(draw)]
    counts = StatedEstimate("judgement", "", {"no": 1, "yes": 1})
    contrast = dict.fromkeys(names, Contrast(("it",), "with", "without", "Is it worse?"))
    data = Contrasts(*rates, counts, counts, 20, contrast)
    variables = network.variables.with_contrasts(data)
    case = Case(Compiled(Network(Priors(variables, (), {}))))
    found = draw(networks.findings(spec))
    statements = {name: draw(st.sampled_from(["worse", "not worse", "3/4 1/4"])) for name in names}
    case = case.given(**found["hard"]).likelihood(**found["likelihood"]).do(**found["do"])
    return spec, found, case.contrast(**statements)


def _three(draw):
    return [draw(st.integers(1, 98)) for _ in range(3)]


def weighed(spec, found, case, asked):
    """Worlds with every switch drawn, each times the likelihood of the statements."""
    links = {n: (n, case.variables.effects(n)[0]) for n in case.contrasts}
    values = {
        n: contrast_likelihood(case.variables.contrasts, s) for n, s in case.contrasts.items()
    }
    everything = list(spec["families"])
    names = [*asked, *(v for link in links.values() for v in link)]
    for chance, world, drawn in oracle.agreeing(spec, names, **found, apart=everything):
        for name, (absent, idle, fired) in values.items():
            if world[name] == "no":
                chance *= absent
            else:
                chance *= fired if drawn.get(links[name], "no") == "yes" else idle
        yield chance, world, drawn


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(entered=entered(), seed=st.integers(0, 99))
def test_posteriors_and_contributions_are_those_of_the_weighed_worlds(entered, seed):
    spec, found, case = entered
    assume(case.probability > 0)
    causes = [c.name for c in case.variables.causes]
    asked = [*causes, spec["outcome"]]
    _compare(spec, found, case, asked, causes)
    draw = _fixed_at_a_draw(case, seed)
    sampled, weights = contribution_draws(case, draws=100, seed=0)
    assume(weights[seed] > 0)
    means = contribution_at_means(draw, causes)
    assert sampled[:, seed] == approx(means, abs=EXACT)


def _fixed_at_a_draw(case, draw):
    """The case with all priors fixed at one of the joint draws."""
    sampled = case.priors.sample(100, 0)
    fixed = {}
    for key, prior in case.priors.items():
        shares = sampled[key][draw] if len(prior.states) > 2 else _no_yes(sampled[key][draw])
        counts = tuple(float(share) for share in shares)[: len(prior.states)]
        fixed[key] = replace(prior, counts=counts)
    return case._with_network(Network(case.priors.with_priors(fixed)))


def _no_yes(share):
    return [1 - share, share] if np.ndim(share) == 0 else share


def _compare(spec, found, case, asked, causes):
    worlds = list(weighed(spec, found, case, asked))
    for name in asked:
        expected = oracle.share(worlds, lambda world, _, n=name: world[n] == "yes")
        assert case.posterior(name)["yes"] == approx(float(expected), abs=EXACT)
    outcome = spec["outcome"]
    paths = fired_path_circuit(case)
    present, (contribution, but_for), _ = presence_and_contribution(paths, case.query(), causes)
    for i, cause in enumerate(causes):
        line = oracle.between(spec, cause, [outcome], found["do"])

        def fired(world, drawn, cause=cause):
            return outcome in oracle.fired_from(spec, cause, world, drawn)

        def needed(world, drawn, cause=cause, line=line):
            spared = oracle.without(spec, cause, line, world, drawn)[outcome]
            return world[outcome] == "yes" and spared == "no"

        assert contribution[i, 0] == approx(float(oracle.share(worlds, fired)), abs=EXACT)
        assert but_for[i, 0] == approx(float(oracle.share(worlds, needed)), abs=EXACT)
        assert present[i, 0] == approx(case.posterior(cause)["yes"], abs=EXACT)


def test_hardly_ever_on_the_flat_lifts_hills_a_lot_and_just_as_often_drops_it():
    for runner in (PAIN, HILLY):
        before = at_work(runner)
        assert at_work(runner.contrast(hills=(4, 5, 0, 5))) > min(3 * before, 0.8)
        assert at_work(runner.contrast(hills=(2, 5, 2, 5))) < before
        assert at_work(runner.contrast(hills=(2, 5, 4, 5))) < 0.5 * before
        ticked, not_ticked = (at_work(runner.contrast(hills=s)) for s in ("worse", "not worse"))
        assert not_ticked < before < ticked


def test_hills_do_not_lead_where_hilly_runs_never_hurt():
    table = contributions(HILLY.contrast(hills=(0, 5, 3, 5)))
    factors = table[table.layer == "factor"]
    assert contributions(HILLY).pipe(lambda t: t[t.layer == "factor"]).index[0] == "hills"
    assert factors.index[0] != "hills" and table.loc["hills", "first"] < 0.2


def test_it_says_nothing_about_whether_the_factor_is_there_but_by_what_it_does():
    for statement in ("worse", (4, 5, 0, 5)):
        entered = BASE.contrast(hills=statement).given(hills="no")
        assert entered.posterior("back_pain").tolist() == approx(
            BASE.given(hills="no").posterior("back_pain").tolist()
        )


def test_without_a_contrast_every_figure_is_as_without_switches():
    plain = loaded(traits=False).given(back_pain="yes", hills="yes")
    columns = ["present", "contribution", "low", "high", "but_for"]
    found, expected = contributions(HILLY)[columns], contributions(plain)[columns]
    assert np.abs(found - expected.loc[found.index]).to_numpy().max() < 1e-12


def link_shares(case, name):
    """P(absent, idle, fired | evidence) of a factor's link."""
    rows = {"link": case.compiled.evidence_rows(f"{name}:contrast")}
    return marginals(case.compiled.circuit, case.query(), rows)["link"][:, 0]


def bits_of(name, statements, rates):
    """What an answer tells of all contributions, as `next_question` counts it.

    `rates` are P(statement | idle) and P(statement | fired), shape (n_statements, 2).
    """
    fired = link_shares(PAIN, name)[2]
    chance = np.array(rates) @ [1 - fired, fired]
    assert chance.sum() == approx(1)
    evidence = [(f"{name}:contrast", contrast_likelihood(DATA, s)) for s in statements]
    query = PAIN.query_each([[], *([e] for e in evidence)])
    causes = [c.name for c in PAIN.variables.causes]
    (figures,), _ = contribution_probabilities(
        fired_path_circuit(PAIN), query, causes, CONTRIBUTION
    )
    return float((entropy(figures[:, 0]) - entropy(figures[:, 1:]) @ chance).sum())


# seldom at work in a pain, so there is less to be told of them
LEAST_BITS = {"worn_shoes": 0.04, "uneven_ground": 0.04}


@pytest.mark.parametrize("name", FACTORS)
def test_counts_of_five_runs_of_each_kind_are_worth_asking_for(name):
    counts = list(product(range(6), range(6)))
    ways = [comb(5, r) * comb(5, s) for r, s in counts]
    idle = ways * np.exp([betaln(1 + r + s, 12 - r - s) - betaln(1, 2) for r, s in counts])
    rates = np.stack([idle, idle * [counts_ratio(DATA, r, 5, s, 5) for r, s in counts]], axis=1)
    assert bits_of(name, [f"{r}/5 {s}/5" for r, s in counts], rates) > LEAST_BITS.get(name, 0.05)


def test_a_tick_says_less_than_counts():
    for name in FACTORS:
        bits = bits_of(name, ["worse", "not worse"], [[0.12, 0.5], [0.88, 0.5]])
        assert 0.02 < bits < 0.06


def test_a_statement_is_explained_and_can_conflict():
    runner = HILLY.contrast(hills=(4, 5, 0, 5))
    table = explain(runner, "hills")
    assert table.loc["hills:contrast=4/5 0/5", "shapley_db"] > 5
    assert table["shapley_db"].iloc[:-1].sum() == approx(table["shapley_db"].iloc[-1])
    assert set(table.loc["hills:contrast=4/5 0/5", "claims"]) >= {"A2-01"}
    pairs = conflict(BASE.given(hills="yes", back_pain="no").contrast(hills=(5, 5, 0, 5))).pairs
    assert pairs["back_pain / hills:contrast"] > 0


def test_the_next_run_depends_on_it_through_what_is_shared():
    without, entered = (next_run(c)["yes"] for c in (PAIN, PAIN.contrast(hills=(4, 5, 0, 5))))
    assert entered > without + 0.001
    known = [next_run(c)["yes"] for c in (HILLY, HILLY.contrast(hills=(4, 5, 0, 5)))]
    assert known[1] < known[0], "hills at work leave less of this pain to what lasts"


def test_a_case_code_carries_it():
    case = HILLY.contrast(hills=(4, 5, 1, 5), worn_shoes="not worse")
    decoded = decode_case(encode_case(case))
    assert decoded.contrasts == case.contrasts == {"hills": "4/5 1/5", "worn_shoes": "not worse"}
    assert decoded.findings == case.findings and decoded.probability == case.probability
    assert decoded.labels() == case.labels()


def test_a_factor_has_one_contrast_until_it_is_taken_back():
    case = HILLY.contrast(hills="worse")
    with pytest.raises(ValueError, match=r"contrasted as 'worse'.*retract\('hills'\)"):
        case.contrast(hills=(1, 2, 1, 2))
    assert case.retract("hills").contrast(hills=(1, 2, 1, 2)).contrasts == {"hills": "1/2 1/2"}


@pytest.mark.parametrize(
    ("name", "statement", "message"),
    [
        ("weak_core", "worse", "Unknown factor 'weak_core'.*Allowed: high_mileage, hills"),
        ("hills", "wors", "Did you mean 'worse'"),
        ("hills", (4, 3, 0, 5), r"four counts.*found|found .*four counts"),
        ("hills", (1, 2, 0, 0), "from 1 to 100"),
        ("hills", (0, 0, 0, 1), "from 1 to 100"),
        ("hills", (1, 101, 0, 1), "from 1 to 100"),
        ("hills", (1, 2, 0, 101), "from 1 to 100"),
        ("hills", (1, 2, 3, 2), "found .*four counts"),
        ("hills", (-1, 2, 0, 2), "found .*four counts"),
        ("hills", (1, 2, -1, 2), "found .*four counts"),
        ("hills", (1, 2, 0), "four counts"),
        ("hills", (1, 2, 0, 2, 1), "four counts"),
        ("hills", "3/2 0/5", "found .*four counts"),
        ("hills", (1.0, 2, 0, 3), "four counts"),
        ("hills", (True, 2, 0, 3), "four counts"),
        ("hills", 3, "four counts"),
    ],
)
def test_other_statements_are_refused_with_what_is_allowed(name, statement, message):
    with pytest.raises(ValueError, match=message):
        BASE.contrast(**{name: statement})


@pytest.mark.parametrize("counts", [(0, 1, 0, 1), (1, 1, 1, 1), (100, 100, 0, 100)])
def test_counts_at_their_limits_are_taken(counts):
    assert 0 < PAIN.contrast(hills=counts).posterior("hills")["yes"] < 1


def test_what_cannot_take_a_contrast_says_so():
    entered = BASE.contrast(hills="worse")
    runs = pd.DataFrame({"back_pain": ["yes", "no"]})
    for ask in (
        lambda: Diary(entered, runs),
        lambda: verify(entered),
        lambda: simulate(entered, 3),
    ):
        with pytest.raises(ValueError, match="contrast"):
            ask()
    with pytest.raises(ValueError, match=r"Unknown factor 'hills'.*Allowed: none"):
        loaded(traits=False).contrast(hills="worse")
