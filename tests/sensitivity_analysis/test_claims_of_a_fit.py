"""Claims of which a prior was fitted, drawn or replaced have no figures of their own."""

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from shared import loaded

from lumbayes import contributions, fit, sensitivity
from lumbayes.batch import sample_parameters
from lumbayes.explanation import claim_attribution, summaries
from lumbayes.sensitivity_analysis import most_informative_claims, one_way

FEW, N = 8, 300
BASE = loaded(traits=False)
CAUSE = "uneven_ground"
FINDINGS = {"back_pain": "yes", CAUSE: "yes"}
LEFT_OUT = "Claims whose numbers were fitted or drawn are left out."


@pytest.fixture(scope="module")
def fitted():
    hurts = ["yes"] * 100 + ["no"] * 200 + ["yes"] * 9 + ["no"] * 291
    rows = pd.DataFrame({CAUSE: ["yes"] * N + ["no"] * N, "back_pain": hurts})
    return fit(BASE, rows).case.given(**FINDINGS)


@pytest.fixture(params=["fitted", "blended with it", "it blended", "drawn", "part fitted", "blend"])
def case(request, fitted):
    if request.param == "part fitted":
        rows = pd.DataFrame({"flat_feet": ["yes"] * 9, "over_pronation": ["yes", "no", "yes"] * 3})
        return fit(BASE, rows).case.given(**FINDINGS)
    return {
        "fitted": fitted,
        "blended with it": BASE.given(**FINDINGS).blend(fitted, 0.5),
        "it blended": fitted.blend(BASE, 0.5),
        "drawn": sample_parameters(BASE.given(**FINDINGS), seed=2),
        "blend": BASE.given(**FINDINGS).blend(loaded("literature", traits=False), 0.5),
    }[request.param]


def test_every_claim_that_is_varied_gives_the_case_at_its_present_value(case):
    now = contributions(case, draws=FEW).contribution[CAUSE]
    table = sensitivity(case, CAUSE).query("kind == 'claim'")
    for claim, row in table.iterrows():
        curve = one_way(case, CAUSE, claim, steps=101)
        at_value = np.interp(row["value"], curve.index, curve.interpolate())
        assert at_value == approx(now, abs=2e-3), claim
    assert {*table.index} == {*most_informative_claims(case, CAUSE).index}
    assert {*table.index} == {*claim_attribution(case, CAUSE, orders=4).index}


def test_shapley_values_add_up_to_all_claims_minus_none_of_those_in_the_table(case):
    def log_odds(case):
        share = contributions(case, draws=FEW).contribution[CAUSE]
        return 10 * np.log10(share / (1 - share))

    table = claim_attribution(case, CAUSE, orders=4)
    without = case.exclude_claims(*table.index) if len(table) else case
    assert table.shapley_db.sum() == approx(log_odds(case) - log_odds(without), abs=1e-6)


def test_a_claim_of_a_fitted_link_has_no_figures_and_the_sentences_say_so(fitted):
    assert "A1-29" not in sensitivity(fitted, CAUSE).index
    with pytest.raises(ValueError, match=r"Unknown parameter or claim 'A1-29'"):
        one_way(fitted, CAUSE, "A1-29")
    for sentence in (
        summaries.firmness(fitted, sensitivity(fitted, CAUSE), CAUSE),
        summaries.carried_by(fitted, claim_attribution(fitted, CAUSE), CAUSE),
        summaries.worth_knowing(fitted, most_informative_claims(fitted, CAUSE), CAUSE),
    ):
        assert sentence.endswith(LEFT_OUT)
    runner = BASE.given(**FINDINGS)
    assert LEFT_OUT not in summaries.firmness(runner, sensitivity(runner, CAUSE), CAUSE)
