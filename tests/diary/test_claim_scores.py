"""Scores of the claims in one runner's runs, each alone on its link, against integrals."""

from dataclasses import fields, replace

import networks
import numpy as np
import pandas as pd
import pytest
from diaries import shared_states, still_network
from pytest import approx
from scipy.stats import beta
from shared import loaded

from lumbayes import Diary
from lumbayes.data.claims import Claim, StrengthWord
from lumbayes.data.variables import Variables
from lumbayes.diary.predictive_check import _pain_probabilities, contrast_fits
from lumbayes.diary.smc import prior_means
from lumbayes.network.network import Network
from lumbayes.priors.claim_verdicts import MISFIT, claim_verdict
from lumbayes.priors.priors import Priors

LEAK, HALF, POINTS, WIDTH = 0.1, 0.5, 4000, 0.9
AT = (np.arange(POINTS) + 0.5) / POINTS
WORDS = {"mostly": (9.0, 3.0), "rarely": (2.0, 14.0), "often": (12.0, 6.0)}
IGNORANCE = {
    "link": {"beta": [0.5, 1.5], "weight": 1, "why": "no claim"},
    "profile": {"report": 1},
}
SPEC = {
    "outcome": "pain",
    "variables": dict.fromkeys(["factor_a", "factor_b", "pain"], networks.YES_NO),
    "families": {
        "factor_a": networks.noisy(HALF),
        "factor_b": networks.noisy(HALF),
        "pain": networks.noisy(LEAK, factor_a=0.5, factor_b=0.5),
    },
}
# Of the first factor: 20 runs that hurt 14 times, 10 without it that hurt once, 4 without
# a finding of pain, and 6 that hurt without a finding of the factor. The second was
# there in none of them.
EVIDENCE = (
    [("yes", "yes")] * 14
    + [("yes", "no")] * 6
    + [("no", "yes")]
    + [("no", "no")] * 9
    + [("yes", None)] * 4
)
RUNS = pd.DataFrame(EVIDENCE + [(None, "yes")] * 6, columns=["factor_a", "pain"]).assign(
    factor_b="no"
)


def claim(name, answer, cause, word, scale="net"):
    blank = dict.fromkeys([field.name for field in fields(Claim)], "")
    given = {
        "id": name,
        "answer": answer,
        "cause": cause,
        "effect": "pain",
        "reading": word,
        "scale": scale,
    }
    lists = dict.fromkeys(("than", "chain", "agrees", "conflicts"), ())
    return Claim(
        **blank
        | lists
        | given
        | {"used": "link", "implied": False, "start": 0, "end": 1, "quote": name, "weight": 1.0}
    )


CLAIMS = (
    claim("A1-1", 1, "factor_a", "mostly"),
    claim("A2-1", 2, "factor_a", "rarely"),
    claim("A3-1", 3, "factor_a", "often", scale="compound"),
    claim("A3-2", 3, "factor_b", "mostly"),
)


@pytest.fixture(scope="module")
def diary():
    """A factor's rate and the pain's leak are almost known; only two links depend on claims."""
    known = networks.network_of(SPEC, size=1e6).variables.values()
    variables = Variables([replace(v, link={}) if v.parents else v for v in known], IGNORANCE)
    words = {
        word: StrengthWord(word, *counts, "survey", "", "", 0, "") for word, counts in WORDS.items()
    }
    return Diary(networks.case_of(Network(Priors(variables, CLAIMS, words))), RUNS)


def likelihood(p):
    """P(all runs | first link = p), second factor absent: a noisy-OR of one cause and the leak."""
    hurts = 1 - (1 - p) * (1 - LEAK)
    return hurts**14 * (1 - hurts) ** 6 * (HALF * hurts + (1 - HALF) * LEAK) ** 6


def own(claim_):
    """The claim's own Beta; a compound number is first freed of the leak (Díez 1993)."""
    word = beta(*WORDS[claim_.reading])
    if claim_.scale == "net":
        return word
    mean, variance = (word.mean() - LEAK) / (1 - LEAK), word.var() / (1 - LEAK) ** 2
    size = mean * (1 - mean) / variance - 1
    return beta(mean * size, (1 - mean) * size)


def after(prior):
    """What the runs make of the first link from this prior, over the grid."""
    weights = prior.pdf(AT) * likelihood(AT)
    return weights / weights.sum()


@pytest.mark.parametrize("claim_", CLAIMS[:3], ids=lambda claim_: claim_.id)
def test_a_claim_alone_behind_its_link_is_what_the_integral_says(diary, claim_):
    row, weights = diary.claims(width=WIDTH).loc[claim_.id], after(own(claim_))
    assert (row["prior"], row["prior_low"], row["prior_high"]) == approx(
        (own(claim_).mean(), *own(claim_).interval(WIDTH))
    )
    assert row["posterior"] == approx(AT @ weights, abs=0.005)
    ends = np.interp([(1 - WIDTH) / 2, (1 + WIDTH) / 2], np.cumsum(weights), AT)
    assert (row["low"], row["high"]) == approx(tuple(ends), abs=0.01)
    alone = after(beta(*IGNORANCE["link"]["beta"]))
    side = 2 * alone @ own(claim_).cdf(AT) - 1
    assert row["conflict"] == approx(abs(side), abs=0.02)
    odds = own(claim_).pdf(AT) @ likelihood(AT) / POINTS / likelihood(0)
    assert row["direction"] / (1 - row["direction"]) == approx(odds, rel=0.1)
    assert odds > 20 and row["verdict"] == "supported", "the runs hurt with it, and not without"
    assert row["strength"] == ("stronger" if side > WIDTH else "as stated")


def test_claims_stand_in_the_order_of_the_thread_each_with_its_verdict(diary):
    table = diary.claims()
    assert [*table.index] == [claim_.id for claim_ in CLAIMS] and table.index.name == "claim"
    verdicts = ["supported", "supported", "supported", "untested"]
    assert table["verdict"].tolist() == verdicts
    assert table["quote"].tolist() == [claim_.quote for claim_ in CLAIMS] and table[
        "answer"
    ].tolist() == [1, 2, 3, 3]
    assert table["cause"].tolist() == [claim_.cause for claim_ in CLAIMS]
    assert table["strength"].tolist() == ["as stated", "stronger", "as stated", ""]
    narrow = diary.claims(width=0.1)
    assert narrow["strength"]["A1-1"] == "weaker", "the width is what counts as far away"
    assert narrow["verdict"]["A1-1"] == "contradicted"
    assert narrow["verdict"]["A3-2"] == "untested"


def test_a_run_tests_a_claim_where_its_cause_is_there_and_it_is_reported_what_came_of_it(diary):
    """20 runs for certain, and of the 6 unknown the expected number with the factor."""
    link = diary.case.priors["factor_a", "pain"]
    p = AT @ after(beta(link.counts[1], link.counts[0]))
    hurts = 1 - (1 - p) * (1 - LEAK)
    expected = 20 + 6 * HALF * hurts / (HALF * hurts + (1 - HALF) * LEAK)
    tested = diary.claims()["tested"]
    assert tested["A1-1"] == tested["A2-1"] == tested["A3-1"] == approx(expected, abs=0.05)
    assert tested["A3-2"] == approx(0, abs=1e-6)
    row = diary.claims().loc["A3-2"]
    assert row["posterior"] == approx(row["prior"], abs=0.02), (
        "what was never there says nothing of its claim"
    )


def test_no_run_tests_no_claim():
    table = Diary(loaded(), pd.DataFrame({"back_pain": []})).claims()
    assert (table["verdict"] == "untested").all() and (table["tested"] == 0).all()
    assert table["posterior"].to_numpy() == approx(table["prior"].to_numpy(), abs=0.03)


def hills_claim(runs, alpha=45, beta_=5):
    """The table of one claim, Beta(45, 5), about the only cause of a pain with next to no leak."""
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(["factor_a", "pain"], networks.YES_NO),
        "families": {"factor_a": networks.noisy(HALF), "pain": networks.noisy(1e-6, factor_a=0.5)},
    }
    known = networks.network_of(spec, size=1e6).variables.values()
    variables = Variables([replace(v, link={}) if v.parents else v for v in known], IGNORANCE)
    words = {"mostly": StrengthWord("mostly", alpha, beta_, "survey", "", "", 0, "")}
    priors = Priors(variables, (claim("A1-1", 1, "factor_a", "mostly"),), words)
    return Diary(networks.case_of(Network(priors)), runs).claims().loc["A1-1"]


def test_a_contradicted_claim_does_not_rest_on_the_few_draws_that_happen_to_lie_there():
    """Beta(45, 5) and 2 of 20: .472 [.383, .472] on draws reweighted, .671 [.577, .760] exactly."""
    row = hills_claim(pd.DataFrame({"factor_a": ["yes"] * 20, "pain": ["yes"] * 2 + ["no"] * 18}))
    exact = beta(47, 23)
    assert row["posterior"] == approx(exact.mean(), abs=0.005)
    assert (row["low"], row["high"]) == approx(exact.interval(0.9), abs=0.01)
    assert row["strength"] == "weaker" and row["verdict"] == "contradicted"


RAW = loaded(base_rate=None, traits=False, doses=False, coding="first")


def hilly(case, with_, without, of=15):
    """The claims after some of 15 hilly runs hurt, and of 15 flat ones."""
    hurts = ["yes"] * with_ + ["no"] * (of - with_) + ["yes"] * without + ["no"] * (of - without)
    runs = pd.DataFrame({"hills": ["yes"] * of + ["no"] * of, "back_pain": hurts})
    return Diary(case, runs).claims()


@pytest.mark.parametrize("case", [RAW, loaded()], ids=["raw", "level"])
def test_hills_that_hurt_and_flats_that_do_not_support_what_is_said_of_hills(case):
    table = hilly(case, 15, 0)
    assert table.verdict["A1-28"] == "supported" and table.strength["A1-28"] == "stronger"
    assert table.direction["A1-28"] > 0.99 and table.fit["A1-28"] > 0.5
    assert table.attrs["misfits"] == []


@pytest.mark.parametrize("case", [RAW, loaded()], ids=["raw", "level"])
def test_hills_that_spare_and_flats_that_hurt_contradict_it_and_the_model_says_so(case):
    table = hilly(case, 0, 15)
    assert table.verdict["A1-28"] == "contradicted" and table.direction["A1-28"] < 0.2
    assert table.fit["A1-28"] < 0.01
    (sentence,) = table.attrs["misfits"]
    assert sentence.startswith("Your runs and this model cannot be reconciled: runs with 'Hills'")
    assert (table.verdict[table.cause == "hills"] == "contradicted").all()


def test_runs_that_hurt_alike_with_hills_and_without_support_nothing():
    table = hilly(loaded(), 7, 7)
    assert not (table.verdict == "supported").any() and table.attrs["misfits"] == []


def fits_at_means(**columns):
    """The comparison of runs with and without each cause, with all parameters at their means."""
    history = Diary(RAW, pd.DataFrame(columns))._history
    return contrast_fits(history, prior_means(history), np.ones(1))


def test_pains_are_drawn_again_with_what_all_runs_say_of_what_they_share():
    """P(pain in a run | its findings, all runs) by enumeration of the one factor that is shared."""
    pain = networks.noisy(0.1, factor_a=0.3, factor_b=0.6)
    spec = {**SPEC, "families": {**SPEC["families"], "pain": pain}}
    known = [("yes", "yes"), ("no", "yes"), ("no", "no"), ("yes", "no")]
    runs = [{"factor_a": a, "pain": hurts} for a, hurts in known]
    case = networks.case_of(still_network(spec, ["factor_b"]))
    history = Diary(case, pd.DataFrame(runs))._history
    chances = {
        shared["factor_b"]: p_shared * np.prod(of_runs)
        for shared, p_shared, of_runs in shared_states(spec, ["factor_b"], runs)
    }
    expected = [
        sum(
            chance * case.given(factor_b=b, factor_a=run["factor_a"]).posterior("pain")["yes"]
            for b, chance in chances.items()
        )
        / sum(chances.values())
        for run in runs
    ]
    inputs = np.repeat(prior_means(history).inputs, 20_000, axis=1)
    p_pain = _pain_probabilities(history, inputs, np.random.default_rng(0))
    assert p_pain.mean(axis=1) == approx(expected, abs=0.01)
    assert 0.2 < chances["no"] / sum(chances.values()) < 0.8 and np.ptp(p_pain, axis=1).min() > 0.3


@pytest.mark.parametrize(("state", "expected"), [("yes", 1.0), ("no", 0.0)])
@pytest.mark.parametrize(
    ("hills", "pain"), [("yes", None), ("no", None), (None, "yes"), (None, "no")]
)
def test_runs_with_a_blank_do_not_count_in_a_comparison(state, expected, hills, pain):
    """All runs with one state of hills hurt and none with the other; of 400 more one is blank."""
    seen = ["yes"] * 20 + ["no"] * 20
    hurts = ["yes" if known == state else "no" for known in seen]
    fits = fits_at_means(hills=seen + [hills] * 400, back_pain=hurts + [pain] * 400)
    assert fits == {"hills": expected}


def test_a_difference_as_low_as_the_lowest_of_all_is_drawn_as_often_as_it_is_likely():
    """One run on hills does not hurt and one on flat ground does; nothing can be lower."""
    fits = fits_at_means(hills=["yes", "no"], back_pain=["no", "yes"])
    spared, hurt = (RAW.given(hills=state).posterior("back_pain") for state in ("yes", "no"))
    assert fits["hills"] == approx(spared["no"] * hurt["yes"], abs=0.06)


def test_what_is_not_known_with_and_without_pain_known_is_not_compared():
    columns = {
        "hills": ["yes", "no", None, None],
        "worn_shoes": ["yes", "yes", "yes", None],
        "high_mileage": ["no", "no", "no", None],
        "uneven_ground": ["yes", "yes", "no", "no"],
        "poor_stretching:likelihood": [3, 3, 0.3, 0.3],
    }
    pain = ["yes", "no", None, None]
    assert [*fits_at_means(**columns, back_pain=pain)] == ["hills"]
    assert fits_at_means(**columns) == {}


@pytest.mark.parametrize(
    ("is_tested", "odds", "strength", "fit", "word"),
    [
        (False, 1.0, "as stated", np.nan, "untested"),
        (False, 1.0, "as stated", 0.001, "contradicted"),
        (False, 1.0, "as stated", MISFIT, "untested"),
        (True, 25.0, "stronger", 0.5, "supported"),
        (True, 25.0, "weaker", 0.5, "contradicted"),
        (True, 5.0, "stronger", 0.5, "not contradicted"),
        (True, 5.0, "weaker", np.nan, "contradicted"),
        (True, 0.04, "as stated", np.nan, "contradicted"),
    ],
)
def test_each_verdict_has_its_rule(is_tested, odds, strength, fit, word):
    assert claim_verdict(is_tested, odds, strength, fit) == word


def test_a_table_of_no_claims_has_the_columns_of_one_with_claims():
    runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "no"]})
    some, none = (Diary(c, runs).claims() for c in (loaded(), loaded().with_claims([])))
    assert list(none.columns) == list(some.columns) and none.empty


def test_a_pain_that_is_set_has_no_fit():
    runs = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "yes"]})
    assert Diary(loaded().do(back_pain="yes"), runs).claims()["fit"].isna().all()
