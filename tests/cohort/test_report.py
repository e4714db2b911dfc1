"""The figures of a fit's reports, each against its definition."""

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.stats import beta

from lumbayes import fit, load, simulate

base = load(base_rate=None, traits=False)  # strengths as the claims' words give them
GRID = (np.arange(20_000) + 0.5) / 20_000


@pytest.fixture(scope="module")
def fitted():
    runners = simulate(base, 400, 11)[["hills", "poor_stretching", "muscle_strain", "back_pain"]]
    return fit(base, runners)


def test_each_parameter_has_its_movement_interval_and_verdict(fitted):
    table = fitted.parameters(width=0.5)
    for key in ["hills", ("hills", "muscle_strain"), ("worn_shoes", "muscle_strain")]:
        (no, yes), after = base.priors[key].counts, fitted.case.priors[key].counts
        row = table.loc[(key if isinstance(key, str) else " → ".join(key), "yes")]
        prior, posterior = beta(yes, no), beta(*after[::-1])
        assert row["prior"] == approx(prior.mean()) and row["posterior"] == approx(posterior.mean())
        assert row["moved"] == approx((posterior.mean() - prior.mean()) / prior.std())
        assert (row["low"], row["high"]) == approx(posterior.interval(0.5))
        assert row["effective_trials"] == approx(sum(after) - no - yes)
        low, high = prior.interval(0.5)
        verdict = "confirmed" if low <= posterior.mean() <= high else "contradicted"
        is_tested = row["effective_trials"] >= no + yes
        assert row["verdict"] == (verdict if is_tested else "untested")
    assert set(table["verdict"]) == {"untested", "confirmed", "contradicted"}
    assert table.loc[("hills", "yes"), "expected_trials"] == approx(400)
    assert len(table.loc["severity"]) == len(base.variables["severity"].states) - 1


def test_a_conflict_is_the_central_share_of_the_claim_that_excludes_the_rows(fitted):
    row = fitted.claims().loc[lambda table: table["effect"] == "muscle_strain"].iloc[0]
    link = row["cause"], row["effect"]
    claim = next(c for c in base.priors.claims if c.id == row.name)
    word = base.priors.words[claim.reading]
    own = beta(word.alpha, word.beta)
    assert claim.scale == "net"
    alone = beta(*fitted._without_claims.case.priors[link].counts[::-1])
    expected = abs(2 * (alone.pdf(GRID) * own.cdf(GRID)).mean() - 1)
    assert row["conflict"] == approx(expected, abs=0.01)
    assert row["posterior"] == approx(fitted.case.priors[link].mean)
    assert row["tested"] == approx(fitted.expected_counts[link].sum())
    assert (row["prior_low"], row["prior_high"]) == approx(own.interval(0.9))


def test_a_claim_is_contradicted_where_its_conflict_exceeds_the_width(fitted):
    for width in (0.3, 0.9):
        table = fitted.claims(width=width)
        tested = table[table["verdict"] != "untested"]
        assert len(tested) and len(tested) < len(table)
        assert ((tested["verdict"] == "contradicted") == (tested["conflict"] > width)).all()
        for _, row in table.iterrows():
            link = row["cause"], row["effect"]
            ignorance = base.with_claims([]).priors[link].variance
            if base.variables[row["effect"]].states == ("no", "yes"):
                halved = fitted._without_claims.case.priors[link].variance < ignorance / 2
                assert halved == (row["verdict"] != "untested"), row.name


def test_a_fit_without_steps_keeps_the_priors_means():
    model = fit(base, pd.DataFrame({"hills": ["yes"] * 9}), steps=0)
    assert not model.converged and len(model.path) == 1
    assert model.case.priors["hills"].mean == approx(base.priors["hills"].mean)
    assert repr(model) == "FittedModel(9 rows, stopped at step 0)"
