"""Scores of the claims in one runner's runs, each alone on its link, against integrals."""

from dataclasses import fields, replace

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.stats import beta

from lumbayes import Diary, load
from lumbayes.data.claims import Claim, StrengthWord
from lumbayes.data.variables import Variables
from lumbayes.network.network import Network
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
TOLD = (
    [("yes", "yes")] * 14
    + [("yes", "no")] * 6
    + [("no", "yes")]
    + [("no", "no")] * 9
    + [("yes", None)] * 4
)
RUNS = pd.DataFrame(TOLD + [(None, "yes")] * 6, columns=["factor_a", "pain"]).assign(factor_b="no")


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
    assert row["posterior"] == approx(AT @ weights, abs=0.01)
    ends = np.interp([(1 - WIDTH) / 2, (1 + WIDTH) / 2], np.cumsum(weights), AT)
    assert (row["low"], row["high"]) == approx(tuple(ends), abs=0.025)
    alone = after(beta(*IGNORANCE["link"]["beta"]))
    conflict = abs(2 * alone @ own(claim_).cdf(AT) - 1)
    assert row["conflict"] == approx(conflict, abs=0.03)
    assert row["verdict"] == ("contradicted" if conflict > WIDTH else "confirmed")


def test_one_claim_is_confirmed_one_contradicted_and_one_untested_in_the_order_of_the_thread(diary):
    table = diary.claims()
    assert [*table.index] == [claim_.id for claim_ in CLAIMS] and table.index.name == "claim"
    verdicts = ["confirmed", "contradicted", "confirmed", "untested"]
    assert table["verdict"].tolist() == verdicts
    assert table["quote"].tolist() == [claim_.quote for claim_ in CLAIMS] and table[
        "answer"
    ].tolist() == [1, 2, 3, 3]
    assert table["cause"].tolist() == [claim_.cause for claim_ in CLAIMS]
    narrow = diary.claims(width=0.1)["verdict"]
    assert narrow["A1-1"] == "contradicted" and narrow["A3-2"] == "untested", (
        "the width is what counts as far away"
    )


def test_a_run_tests_a_claim_where_its_cause_is_there_and_it_is_told_what_came_of_it(diary):
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
    table = Diary(load(), pd.DataFrame({"back_pain": []})).claims()
    assert (table["verdict"] == "untested").all() and (table["tested"] == 0).all()
    assert table["posterior"].to_numpy() == approx(table["prior"].to_numpy(), abs=0.03)
