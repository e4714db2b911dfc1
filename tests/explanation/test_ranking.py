"""How certain an order is: first places, pairs, ties, and the sentence on them."""

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from shared import loaded

from lumbayes import contributions, example
from lumbayes.attribution import contribution_draws
from lumbayes.engine.intervals import exceedance_probabilities
from lumbayes.engine.rank_probability import first_probability, probability_above
from lumbayes.explanation import Ranking, ranking, summaries
from lumbayes.explanation.order_certainty import _practical_ties

BASE = loaded()
ASKER = BASE.given(**example().findings)
HANDMADE = np.array(
    [[0.5, 0.1, 0.3, 0.0, np.nan], [0.2, 0.1, 0.3, 0.0, np.nan], [0.1, 0.0, 0.9, 0.0, np.nan]]
)
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0, 0.0])


def test_first_and_above_by_hand():
    """Draws: a first; a and b tie; c first; none is at work; the last is impossible."""
    assert first_probability(HANDMADE, WEIGHTS) == approx(np.array([1 + 1, 1, 3]) / 10)
    above = probability_above(HANDMADE, WEIGHTS)
    assert above[0, 1] == approx((1 + 1 + 1.5 + 2) / 10)
    assert above + above.T == approx(np.ones((3, 3)))


def test_first_counts_the_draws_in_which_no_other_cause_of_the_layer_contributes_more():
    table = contributions(ASKER)
    sampled, weights = contribution_draws(ASKER, draws=4096, seed=0)
    for layer in ("factor", "mechanism"):
        names = table.index[table.layer == layer]
        assert table["first"][names].sum() == approx(1)
        rows = [i for i, c in enumerate(ASKER.variables.causes) if c.name in names]
        leaders = np.argmax(sampled[rows], axis=0)
        for place, i in enumerate(rows):
            share = weights[leaders == place].sum() / weights.sum()
            assert table["first"][ASKER.variables.causes[i].name] == approx(share, abs=1e-9)


def test_what_is_ruled_out_is_never_first_and_what_is_alone_always():
    factors = [v.name for v in BASE.variables.factors]
    ruled_out = dict.fromkeys(factors, "no")
    first = contributions(BASE.given(back_pain="yes", **ruled_out))["first"]
    assert (first[factors] == 0).all()
    alone = contributions(BASE.given(back_pain="yes", **ruled_out | {"hills": "yes"}))["first"]
    assert alone["hills"] == approx(1)


def test_causes_with_the_same_priors_are_exact_ties():
    base = loaded(base_rate=None)
    same = base.with_claims([])
    priors = same.priors
    hills = priors["hills"], priors["hills", "muscle_strain"]
    twin = {"worn_shoes": hills[0], ("worn_shoes", "muscle_strain"): hills[1]}
    changed = {
        key: priors[key].__class__(**{**vars(prior), "key": key}) for key, prior in twin.items()
    }
    tied = same._with_network(type(same.network)(priors.with_priors(changed)))
    order = ranking(tied.given(back_pain="yes"))
    groups = order.exact_ties["factor"]
    assert any({"hills", "worn_shoes"} <= set(group) for group in groups)
    assert order.above["factor"].at["hills", "worn_shoes"] == approx(0.5, abs=0.03)
    assert any(
        "hills" in group and "worn_shoes" in group for group in order.practical_ties["factor"]
    )
    apart = ranking(tied.given(back_pain="yes", hills="yes"))
    assert not any("hills" in group for group in apart.exact_ties["factor"])


@pytest.mark.parametrize(
    ("shares", "groups"),
    [
        ((0.6, 0.9), (("a", "b"),)),
        ((0.4, 0.9), (("a", "b"),)),
        ((0.601, 0.6), ()),
        ((0.6, 0.6), (("a", "b", "c"),)),
    ],
)
def test_neighbours_are_tied_up_to_six_draws_in_ten(shares, groups):
    """What matters is the first of a group: `shares` are P(a above b) and P(a above c)."""
    above = np.full((3, 3), 0.5)
    above[0, 1:], above[1, 2] = shares, 0.7
    assert _practical_ties(["a", "b", "c"], above) == groups


def test_the_order_is_that_of_contributions():
    order, table = ranking(ASKER), contributions(ASKER)
    for layer, above in order.above.items():
        assert list(above.index) == list(table.index[table.layer == layer]) == list(above.columns)
        assert np.diag(above) == approx(0.5)


def test_the_levels_that_a_figure_exceeds_are_counted_over_the_same_draws():
    order = ranking(ASKER, levels=[0.0, 0.25, 1.0])
    sampled, weights = contribution_draws(ASKER, draws=4096, seed=0)
    for i, cause in enumerate(ASKER.variables.causes):
        above = weights[sampled[i] > 0.25].sum() / weights.sum()
        assert order.exceeds.loc[cause.name].tolist() == approx([1.0, above, 0.0], abs=1e-9)
    assert order.contributions.equals(contributions(ASKER))
    assert exceedance_probabilities(HANDMADE, WEIGHTS, np.array([])).shape == (len(HANDMADE), 0)


def test_the_weight_above_each_level_by_hand():
    above = exceedance_probabilities(HANDMADE, WEIGHTS, np.array([0.0, 0.1, 0.3]))
    assert above == approx(np.array([[6, 4, 1], [6, 4, 0], [4, 3, 3]]) / 10)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.95, "hills before weak core, 19 to 1"),
        (1.0, "hills before weak core, more than 99 to 1"),
        (0.99, "hills before weak core, 99 to 1"),
        (0.9901, "hills before weak core, more than 99 to 1"),
        (0.75, "hills before weak core, 3 to 1"),
        (0.74, "which factor comes first is open (hills, weak core)"),
        (0.5, "which factor comes first is open (hills, weak core)"),
    ],
)
def test_the_sentence_says_odds_or_that_it_is_open(share, said):
    factors = ["hills", "weak_core"]
    above = pd.DataFrame([[0.5, share], [1 - share, 0.5]], factors, factors)
    strain = ["muscle_strain", "disc_degeneration"]
    clear = pd.DataFrame([[0.5, 0.9], [0.1, 0.5]], strain, strain)
    figures = pd.DataFrame({"contribution": 0.2}, [*factors, *strain])
    order = Ranking({"factor": above, "mechanism": clear}, {}, {}, figures)
    sentence = summaries.placed(BASE, order)
    muscle = BASE.variables["muscle_strain"].label
    disc = BASE.variables["disc_degeneration"].label.lower()
    assert sentence == f"{muscle} before {disc}, 9 to 1; {said}."


def test_the_sentence_says_that_a_cause_is_the_only_one_of_its_layer():
    one, two = ["muscle_strain"], ["hills", "weak_core"]
    above = {
        "mechanism": pd.DataFrame([[0.5]], one, one),
        "factor": pd.DataFrame([[0.5, 0.8], [0.2, 0.5]], two, two),
    }
    figures = pd.DataFrame({"contribution": 0.2}, one + two)
    sentence = summaries.placed(BASE, Ranking(above, {}, {}, figures))
    assert sentence == "Muscle strain is the only mechanism; hills before weak core, 4 to 1."


def test_the_sentence_says_that_all_factors_are_ruled_out():
    without = ASKER.given(**{factor.name: "no" for factor in BASE.variables.factors})
    sentence = summaries.placed(without, ranking(without, draws=64))
    assert sentence.endswith("; no factor can have contributed.")
    painless = BASE.given(back_pain="no")
    sentence = summaries.placed(painless, ranking(painless, draws=64))
    assert sentence == "No mechanism can have contributed; no factor can have contributed."
