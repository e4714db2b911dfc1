"""What words say of each cause's strength: equal words equal, silence nearly none.

Each of these failed under the first coding (`coding="first"`, no base rate), and says so where that
is one more case.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shared import loaded

from lumbayes import load
from lumbayes.attribution import contribution_at_means
from lumbayes.case import Case
from lumbayes.data.files import folder
from lumbayes.data.schema import Place, Problem
from lumbayes.data.variables import StatedEstimate
from lumbayes.explanation import claim_share, summaries
from lumbayes.inference.base_rate import at_base_rate
from lumbayes.inference.compiled import Compiled
from lumbayes.loading import read_network
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors
from lumbayes.priors.strengths import base_rate_of, onward

BASE = loaded()
FIRST = loaded(base_rate=None, coding="first")
FACTORS = [factor.name for factor in BASE.variables.factors]
NAMED = [f for f in FACTORS if any(c.cause == f and c.used == "link" for c in BASE.priors.claims)]
PLACEBO = """[factor.blue_shirt]
label = "Blue shirt"
group = "running"
changeable = true
still = true
question = "Is your shirt blue?"
background = { basis = "ignorance", why = "nobody says how common blue shirts are" }

"""
EFFECTS = ("muscle_strain", "back_pain", "over_pronation")
N_PLACEMENTS = 50


def answered(case: Case, *factors: str) -> dict[str, float]:
    """Every cause's contribution to a pain with these factors answered yes."""
    case = case.given(back_pain="yes", **dict.fromkeys(factors, "yes"))
    causes = [cause.name for cause in case.variables.causes]
    return dict(zip(causes, contribution_at_means(case, causes).tolist(), strict=True))


def own(case: Case, factor: str) -> float:
    """The factor's contribution to a pain, it alone answered yes."""
    return answered(case, factor)[factor]


def with_placebo(path, effects, before="hills"):
    """A copy of the folder with a factor that nobody mentions, acting on these effects."""
    shutil.copytree(folder(), path)
    file = path / "variables.toml"
    text = file.read_text(encoding="utf-8")
    for effect in effects:
        start = text.index(f".{effect}]")
        head, _, rest = text[start:].partition("parents = [")
        text = f'{text[:start]}{head}parents = ["blue_shirt", {rest}'
    file.write_text(text.replace(f"[factor.{before}]", f"{PLACEBO}[factor.{before}]"), "utf-8")
    return path


def reworded(readings, weights=1.0, extra=()):
    """The shipped case with the claims of some causes read otherwise, brought to its level anew."""
    priors = BASE.priors
    claims = [
        replace(c, reading=readings[c.cause], weight=weights)
        if c.cause in readings and c.used == "link"
        else c
        for c in priors.claims
    ]
    level = replace(priors.level, divisor=1.0)
    changed = Priors(priors.variables, (*claims, *extra), priors.words, level=level)
    return Case(at_base_rate(Compiled(Network(changed))))


def placements():
    """Drawn: what it acts on, one thing or two, and where in the file it stands."""
    rng = np.random.default_rng(13)
    return [
        (sorted(rng.permutation(EFFECTS)[: rng.integers(1, 3)].tolist()), str(rng.choice(FACTORS)))
        for _ in range(N_PLACEMENTS)
    ]


@pytest.mark.parametrize(("effects", "before"), placements())
def test_a_factor_that_no_one_mentions_outranks_no_named_one(tmp_path, effects, before):
    """At equal evidence: alone answered yes, and all answered yes together."""
    case = load(with_placebo(tmp_path / "priors", effects, before))
    alone = own(case, "blue_shirt")
    assert 0 < alone < 0.6 * min(own(case, factor) for factor in NAMED)
    together = answered(case, "blue_shirt", *FACTORS)
    assert together["blue_shirt"] < min(together[factor] for factor in NAMED)


def test_a_cause_of_two_things_counts_once_in_the_base_rate(tmp_path):
    case = load(with_placebo(tmp_path / "priors", ["muscle_strain", "back_pain"]))
    rate = BASE.variables.base_rates["any_run"].counts
    assert case.posterior("back_pain")["yes"] == pytest.approx(rate["yes"] / sum(rate.values()))


def test_answered_yes_it_comes_first_under_the_first_coding_alone(tmp_path):
    """The finding that silence must be near zero: nothing else is answered."""
    path = with_placebo(tmp_path / "priors", ["muscle_strain"])
    is_first = []
    for options in ({}, {"base_rate": None, "coding": "first"}):
        figures = answered(load(path, **options), "blue_shirt")
        is_first.append(figures["blue_shirt"] > max(figures[factor] for factor in FACTORS))
    assert is_first == [False, True]


def test_without_any_claim_no_named_factor_is_at_work_with_more_than_a_tenth():
    silent = BASE.with_claims([])
    assert max(own(silent, factor) for factor in NAMED) <= 0.1
    assert min(own(FIRST.with_claims([]), "hills"), own(FIRST.with_claims([]), "weak_core")) > 0.1


SAME_WORDS = [f for f in NAMED if f not in ("hills", "weak_core")]  # those have several replies


def test_equal_words_of_as_many_replies_are_equal_whichever_path_they_take():
    """Into the pain, through strain, and through over-pronation and strain."""
    case = reworded(dict.fromkeys(NAMED, "can"))
    figures = [own(case, factor) for factor in SAME_WORDS]
    assert {"flat_feet", "leg_length_difference", "tight_hamstrings"} <= set(SAME_WORDS)
    assert max(figures) - min(figures) <= 0.03
    before = [own(FIRST, f) for f in ("flat_feet", "leg_length_difference", "tight_hamstrings")]
    assert max(before) - min(before) > 0.3


def test_three_voices_stand_well_above_one():
    assert own(BASE, "hills") >= 1.8 * own(BASE, "tight_hamstrings")
    assert own(BASE, "weak_core") >= 1.8 * own(BASE, "tight_hamstrings")
    equal = reworded(dict.fromkeys(NAMED, "can"))
    assert len({c.answer for c in equal.priors["hills", "muscle_strain"].claims}) == 3
    assert own(equal, "hills") >= 1.8 * own(equal, "leg_length_difference")
    assert own(FIRST, "weak_core") < 1.8 * own(FIRST, "leg_length_difference")


def test_half_a_voice_speaks_less_than_a_whole_one():
    half, whole = (own(reworded({"hills": "can"}, weights), "hills") for weights in (0.5, 1.0))
    assert own(BASE.with_claims([]), "hills") < half < whole


def test_a_claim_weighs_less_if_its_strength_is_shared_along_a_chain():
    """Pooled end to end, whoever gives a reason in between does not lose."""
    by_links = load(coding="chains_by_links")
    assert own(BASE, "flat_feet") > 3 * own(by_links, "flat_feet")


def test_a_chain_and_its_last_link_make_the_pooled_strength():
    """link · onward = the pooled strength, at the level: hills through strain to the pain."""
    priors = BASE.priors
    pooled = priors.pooled["hills", "muscle_strain"]
    raw = priors.at_divisor(1)
    through = raw["hills", "muscle_strain"].mean * raw["muscle_strain", "back_pain"].mean
    assert through == pytest.approx(pooled.mean)


def test_a_prevalence_is_what_its_words_say():
    prevalence = BASE.posterior("over_pronation")["yes"]
    assert prevalence == pytest.approx(16 / 40, abs=1e-12)
    dropped = BASE.exclude_claims("A1-03")
    assert dropped.posterior("over_pronation")["yes"] == pytest.approx(16 / 40, abs=1e-12)


def test_a_prevalence_below_what_its_parents_bring_is_refused_with_its_place(tmp_path):
    path = tmp_path / "priors"
    shutil.copytree(folder(), path)
    file = path / "variables.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("beta = [16, 24]", "beta = [1, 24]"), "utf-8")
    found = r"found 0\.040, but its parents alone bring 0\.1\d\d"
    with pytest.raises(Problem, match=found) as error:
        load(path)
    assert error.value.place.table == "[factor.over_pronation]"
    assert error.value.place.part == "prevalence" and error.value.key == "prevalence"


def test_what_is_wrong_with_a_folder_is_not_taken_for_an_unfit_base_rate():
    """Found at some level alone: a problem has its place, which "no level gives it" has not."""

    def network_at(divisor):
        raise Place(Path("variables.toml")).problem("Found something wrong.")

    with pytest.raises(Problem, match="something wrong"):
        at_base_rate(BASE.compiled, network_at)


def test_how_common_a_variable_is_counts_its_parents_once():
    """By its prevalence if that is stated, else by its leak and what its parents bring."""
    priors, v = BASE.priors, BASE.variables["over_pronation"]
    assert base_rate_of(v, priors) == pytest.approx(16 / 40)
    leak = StatedEstimate("judgement", "w", {"no": 9, "yes": 1})
    plain = replace(v, prevalence=None, background=leak)
    through = 4.5 / 30 * priors["flat_feet", "over_pronation"].mean
    assert base_rate_of(plain, priors) == pytest.approx(1 - 0.9 * (1 - through))
    assert base_rate_of(BASE.variables["flat_feet"], priors) == pytest.approx(4.5 / 30)


def test_what_leads_nowhere_leads_on_as_it_is():
    """A factor with a parent and without an effect: its links are of their pooled strength."""
    strain = BASE.variables["muscle_strain"]
    cut = replace(strain, parents=tuple(p for p in strain.parents if p != "over_pronation"))
    variables = BASE.variables.with_variables(
        cut if v is strain else v for v in BASE.variables.values()
    )
    v = variables["over_pronation"]
    assert onward(v, variables, BASE.priors.pooled) == 1
    through = BASE.priors.pooled["over_pronation", "muscle_strain"].mean
    assert onward(v, BASE.variables, BASE.priors.pooled) == through


def test_reply_1_holds_more_commonly_a_foot_imbalance():
    asker = dict(onset="cool_down", severity="severe", duration="tens_of_minutes", km_per_week=5.6)
    figures = answered(BASE.given(**asker))
    assert figures["over_pronation"] > figures["tight_hamstrings"]
    before = answered(FIRST.given(**asker))
    assert before["over_pronation"] < before["tight_hamstrings"]


def test_a_claim_left_out_and_pooled_again_agree():
    """Leaving claims out gives what the fewer claims give, all parameters of a chain included."""
    for left_out in (["A1-03"], ["A1-15", "A1-17"], ["A1-11"], ["A4-01", "A5-09"]):
        kept = [c for c in BASE.priors.claims if c.id not in left_out]
        fresh = replace(BASE.priors, claims=tuple(kept))
        excluded = BASE.priors.with_claims(kept)
        assert {key: prior.counts for key, prior in excluded.items()} == {
            key: prior.counts for key, prior in fresh.items()
        }


def test_a_claim_on_shares_leaves_other_mechanisms_as_they_were_fitted():
    leak = replace(BASE.priors["muscle_strain"], counts=(90.0, 4.0), basis="fitted")
    kept = [c for c in BASE.priors.claims if c.id != "A1-11"]
    fewer = BASE.priors.with_priors({"muscle_strain": leak}).with_claims(kept)
    assert fewer["muscle_strain"] is leak
    assert fewer["unexplained"].mean != BASE.priors["unexplained"].mean


def test_claim_share_is_the_difference_that_claims_make():
    case = BASE.given(back_pain="yes", hills="yes", weak_core="no")
    table = claim_share(case)
    silent = answered(BASE.with_claims([]).given(weak_core="no"), "hills")
    assert table.without_claims["hills"] == pytest.approx(silent["hills"], abs=1e-12)
    assert table.share["hills"] == pytest.approx(
        1 - silent["hills"] / table.contribution["hills"], abs=1e-12
    )
    assert table.share["hills"] > 0.7
    assert table.from_claims["unexplained"] < 0 and table.share["unexplained"] == 0
    assert np.isnan(table.share["weak_core"])
    sentences = {cause: summaries.from_claims(case, table, cause) for cause in table.index}
    assert "parts of it are claims" in sentences["hills"]
    assert "it would be" in sentences["unexplained"]
    assert "ruled out" in sentences["weak_core"]


def test_reading_a_network_builds_it_without_a_level():
    assert read_network().priors.level is None
    assert read_network(base_rate=0.1).priors.level.divisor == 1
