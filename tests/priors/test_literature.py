"""Priors of studies: every number has its row or says none was found; mixed by trust."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx
from shared import loaded

from lumbayes import contributions, example, load, red_flags, sensitivity
from lumbayes.data.variables import Trait, Variables
from lumbayes.explanation import claim_attribution
from lumbayes.loading import read_network
from lumbayes.priors.literature import mean_of, read_literature
from lumbayes.priors.odds_ratios import link_of_odds, odds_ratio_quantiles
from lumbayes.sensitivity_analysis import variance_decomposition

EXACT, FEW, BASE = 1e-9, 8, 0.136
base, literature = loaded(), loaded("literature")
variables, priors = base.variables, literature.network.priors
EVIDENCE = example().findings
runner, studied = base.given(**EVIDENCE), literature.given(**EVIDENCE)
half = runner.blend(literature, 1 / 2)
EVENTS = ("muscle_strain", "unexplained")
LINKS = {(p, v.name) for v in variables.values() if not isinstance(v, Trait) for p in v.parents}


@pytest.fixture(scope="module")
def rows(root):
    """The rows of literature.csv by cause and effect."""
    with (root / "priors" / "literature.csv").open(encoding="utf-8", newline="") as text:
        return {(row["cause"], row["effect"]): row for row in csv.DictReader(text)}


@pytest.fixture
def broken(root, tmp_path):
    """Writes a piece of literature.csv otherwise; gives the file and the line of that piece."""

    def write(old, new):
        text = (root / "priors" / "literature.csv").read_text(encoding="utf-8")
        before, after = text.split(old)
        path = tmp_path / "literature.csv"
        path.write_text(before + new + after, encoding="utf-8")
        return path, before.count("\n") + 1

    return write


def at_work_now(case):
    return contributions(case, draws=FEW).contribution.sort_index()


def same(one, other):
    return at_work_now(one).to_numpy() == approx(at_work_now(other).to_numpy(), abs=EXACT)


def variance(prior):
    return prior.mean * (1 - prior.mean) / (sum(prior.counts) + 1)


def test_every_link_and_every_base_rate_has_its_row(rows):
    bases = {(cause.name, "") for cause in variables.causes} | {(variables.outcome.name, "")}
    assert set(rows) == LINKS | bases
    assert all(row["note"] for row in rows.values())
    assert all(
        row["source"]
        for row in rows.values()
        if row["measure"] in ("odds_ratio", "prevalence", "baseline")
    )


def test_no_claim_of_the_thread_reaches_the_literature():
    assert set(priors) == set(base.priors) and priors.claims == ()
    assert all(prior.claims == () and prior.basis != "claims" for prior in priors.values())
    silent = base.with_claims([]).network.priors
    for key in (
        k for k in priors if isinstance(variables[k if isinstance(k, str) else k[1]], Trait)
    ):
        assert priors[key].counts == silent[key].counts, (
            "what no study was asked for is what nobody says"
        )


def test_every_number_says_what_it_rests_on(rows):
    said = {
        "odds_ratio": "published",
        "prevalence": "published",
        "judgement": "judgement",
        "judgement_ratio": "judgement",
        "none": "judgement",
    }
    for (cause, effect), row in rows.items():
        if row["measure"] != "baseline":
            basis = "ignorance" if row["measure"] == "none" and not effect else said[row["measure"]]
            assert priors[(cause, effect) if effect else cause].basis == basis, (cause, effect)


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("hills", "muscle_strain"),
        ("spinal_curvature", "back_pain"),
        ("pelvic_imbalance", "back_pain"),
    ],
)
def test_what_no_study_was_found_for_says_so_and_is_small_and_wide(cause, effect):
    figure, prior = priors.variables[effect].link[cause], priors[cause, effect]
    assert figure.why.startswith("No figure found") and prior.basis == "judgement"
    low, high = prior.interval()
    assert prior.mean < 0.01 and low < 0.001 and high > 3 * prior.mean
    named = [priors[key].mean for key in priors if key[-1] == effect and key != (cause, effect)]
    assert prior.mean < sorted(named)[-1] / 5
    if not figure.source:
        assert prior.source == figure.why


@pytest.mark.parametrize(
    ("ratio", "link"),
    [
        (1.15, 0.02),
        (1.36, 0.05),
        (1.5, 0.06),
        (2, 0.12),
        (2.24, 0.14),
        (3, 0.21),
        (5, 0.35),
        (1, 0),
    ],
)
def test_odds_ratios_as_links_as_published(ratio, link):
    strength = link_of_odds(ratio, BASE)
    assert round(strength, 2) == link
    lifted = 1 - (1 - BASE) * (1 - strength)
    assert lifted / (1 - lifted) == approx(ratio * BASE / (1 - BASE)), (
        "a noisy-OR of base and link has those odds"
    )


RATES = ["any_run", "after_a_race", "visitor", 0.01, 0.136, None]
LISTED = [cause.name for cause in variables.causes if cause.name not in EVENTS]


def odds(case):
    pain = case.posterior("back_pain")["yes"]
    return pain / (1 - pain)


def ratios(rows):
    """The rows that are odds ratios, by cause."""
    measures = ("odds_ratio", "judgement_ratio")
    return {cause: row for (cause, _), row in rows.items() if row["measure"] in measures}


@pytest.mark.parametrize("rate", RATES)
def test_a_run_hurts_as_often_as_stated(rate):
    case = load("literature", base_rate=rate)
    level = case.priors.level
    assert case.posterior("back_pain")["yes"] == approx(level.rate, abs=1e-9)
    assert level.name == {None: "baseline"}.get(rate, rate if isinstance(rate, str) else "")
    assert level.rate == approx({None: BASE}.get(rate, level.rate))


@pytest.mark.parametrize("rate", RATES)
def test_every_odds_ratio_is_read_back(rows, rate):
    """The odds of the pain with the cause over those without, every other named cause absent."""
    case = load("literature", base_rate=rate)
    for cause, row in ratios(rows).items():
        others = case.given(**{name: "no" for name in LISTED if name != cause})
        found = odds(others.given(**{cause: "yes"})) / odds(others.given(**{cause: "no"}))
        assert found == approx(float(row["value"]), rel=1e-6), cause


def test_no_noisy_or_reads_them_all_back_with_the_others_at_their_base_rates(rows):
    """Of the pain a cause that is there π of the time would bring π (RR − 1) / (1 + π (RR − 1)).

    Those parts add in a noisy-OR, and here they would come to more than all pain. So beside others
    that may be there an odds ratio reads lower, as it does where causes add.
    """
    case = loaded("literature")
    parts = []
    for cause, row in ratios(rows).items():
        share, value = case.posterior(cause)["yes"], float(row["value"])
        excess = share * (value - 1)  # for a rare pain a ratio of odds is one of risks
        parts.append(excess / (1 + excess))
        marginal = odds(case.given(**{cause: "yes"})) / odds(case.given(**{cause: "no"}))
        assert 1 < marginal < value
    assert sum(parts) > 1.2


def test_a_prevalence_counts_once():
    """Over-pronation is as common as examined, the flat feet that bring it included."""
    assert literature.posterior("over_pronation")["yes"] == approx(0.076, abs=1e-12)


def test_what_has_no_name_takes_the_rest_of_the_risk():
    """With every named cause absent a run hurts with the risk that odds ratios were applied to."""
    case = literature.given(**dict.fromkeys(LISTED, "no"))
    risk = case.posterior("back_pain")["yes"]
    divisor = literature.priors.level.divisor
    assert 1 - risk == approx((1 - BASE) ** (1 / divisor), abs=1e-12)
    named = [1 - priors[name].mean * priors[name, "back_pain"].mean for name in EVENTS]
    assert 1 - risk == approx(np.prod(named) * (1 - priors["back_pain"].mean), abs=1e-12)


@pytest.mark.parametrize("cause", ["disc_degeneration", "leg_length_difference"])
def test_a_link_has_the_doubt_of_its_odds_ratio(rows, cause):
    """Its mean is at the ratio itself; its variance that over the lognormal of the interval."""
    row = rows[cause, "back_pain"]
    risk = 1 - (1 - BASE) ** (1 / literature.priors.level.divisor)
    value, low, high = (float(row[column]) for column in ("value", "low", "high"))
    sd = np.log(high / low) / 2 / 1.959964
    drawn = np.exp(np.random.default_rng(0).normal(np.log(value), sd, 200_000))
    links = np.maximum(link_of_odds(drawn, risk), 0)
    prior = priors[cause, "back_pain"]
    assert prior.mean == approx(link_of_odds(value, risk), rel=1e-9)
    spread = ((links - prior.mean) ** 2).mean()
    assert variance(prior) == approx(min(spread, prior.mean**2), rel=0.05)
    quantiles = odds_ratio_quantiles(row)
    assert np.median(quantiles) == approx(value) and len(quantiles) == 199


def test_an_odds_ratio_too_great_for_its_mechanism_is_refused(broken):
    path, _ = broken("judgement,0.9,0.7,0.99", "judgement,0.05,0.02,0.08")
    with pytest.raises(ValueError, match=r"odds ratio of 2\.8, which needs a link of \d"):
        read_literature(path, variables)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("hills,muscle_strain,none", "hill,muscle_strain,none", "Unknown variable 'hill'"),
        ("hills,muscle_strain,none", "hills,back_pain,none", "no link hills → back_pain"),
        ("disc_degeneration,back_pain,odds_ratio", "disc_degeneration,back_pain,odds", "measure"),
        ("odds_ratio,2.24,", "odds_ratio,,", "value is ''"),
        ("Degeneration on a scan.", "", "note is ''"),
        ("Degeneration on a scan.", "Degeneration, on a scan.", "cells"),
        ("weak_core,,judgement", "hills,,judgement", "unique"),
        ("measure,value", "measure,valu", "'value'"),
    ],
)
def test_a_broken_row_names_file_line_and_column(broken, old, new, column):
    path, line = broken(old, new)
    with pytest.raises(ValueError, match=rf"literature\.csv: line {line}\b.*{column}"):
        read_literature(path, variables)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("odds_ratio,2.24,", "odds_ratio,two,"),
        ("odds_ratio,2.24,1.21", "odds_ratio,2.24,0"),
        ("odds_ratio,2.24,1.21,4.15", "odds_ratio,2.24,4.15,1.21"),
        ("prevalence,0.16,", "prevalence,1.6,"),
        ("prevalence,0.16,0.05,", "prevalence,0.16,0.2,"),
        ("back_pain,,baseline", "back_pain,,none"),
        ("disc_degeneration,back_pain,odds_ratio", "disc_degeneration,back_pain,prevalence"),
        ('"Brinjikji et al. 2015, AJNR 36:2394"', ""),
        ("hills,,none,,", "hills,,none,0.5,"),
        ('36:2394",seen', '36:2394",saw'),
        ("judgement,0.02,0.002,0.06", "judgement,0.02,0.001,0.99"),
        ("prevalence,0.16,0.05,0.27", "prevalence,0.95,0.2,0.99"),
        ("pelvic_imbalance,,none", "onset,,none"),
        ("hills,muscle_strain,none,1,0.5,2", "muscle_strain,onset,none,1,0.5,2"),
        (
            "weak_core,muscle_strain,odds_ratio,2.8,1.4,5.7",
            "weak_core,muscle_strain,odds_ratio,800,4,1600000",
        ),
        ("odds_ratio,2.24,", "odds_ratio,nan,"),
    ],
)
def test_a_number_out_of_place_names_file_and_line(broken, old, new):
    path, line = broken(old, new)
    with pytest.raises(ValueError, match=rf"literature\.csv: line {line}\b"):
        read_literature(path, variables)


ONWARD = "muscle_strain,back_pain,judgement,0.9,0.7,0.99,,,judgement"


@pytest.mark.parametrize(
    "row",
    [
        "muscle_strain,back_pain,judgement_ratio,9,7,12,,,judgement",
        "muscle_strain,back_pain,odds_ratio,9,7,12,,A study,seen",
        "muscle_strain,back_pain,none,1,0.5,2,,,",
        "pelvic_imbalance,muscle_strain,none,1,0.5,2,,,",
    ],
)
def test_an_odds_ratio_through_a_mechanism_needs_a_judged_link_on_to_the_pain(broken, rows, row):
    """Every row that passes through the strain is refused, and no other."""
    path, _ = broken(ONWARD, row)
    through = {cause for cause, effect in rows if effect == "muscle_strain"}
    variables_here = variables
    if row.startswith("pelvic"):
        strain = variables["muscle_strain"]
        more = replace(strain, parents=(*strain.parents, "pelvic_imbalance"))
        variables_here = Variables([more if v is strain else v for v in variables.values()])
        through.add("pelvic_imbalance")
    with pytest.raises(ValueError) as raised:
        read_literature(path, variables_here)
    lines = str(raised.value).splitlines()
    assert len(lines) == len(through) > 5
    assert all("needs a row, a judgement, from its effect to back_pain" in line for line in lines)
    assert {line.split(": ")[2].removesuffix(" muscle_strain") for line in lines} == through


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("odds_ratio,2.24,1.21,4.15", "odds_ratio,4.15,1.21,4.15"),
        ("odds_ratio,2.24,1.21,4.15", "odds_ratio,1.21,1.21,4.15"),
        ("odds_ratio,2.24,1.21,4.15", "odds_ratio,0.6,0.3,0.9"),
    ],
)
def test_a_value_at_either_end_of_its_interval_is_taken(broken, old, new):
    path, _ = broken(old, new)
    studies = read_literature(path, variables)
    link = studies.at(mean_of(studies.baseline))["back_pain"].link["disc_degeneration"]
    assert min(link.counts.values()) > 0


def test_an_interval_of_no_width_is_refused(broken):
    path, _ = broken("odds_ratio,2.24,1.21,4.15", "odds_ratio,2.24,2.24,2.24")
    with pytest.raises(ValueError, match="they must rise in this order"):
        read_literature(path, variables)


def test_a_certain_probability_is_refused(broken):
    path, _ = broken("judgement,0.9,0.7,0.99", "judgement,0.9,0.7,1")
    with pytest.raises(ValueError, match="high is '1'; it must be a probability"):
        read_literature(path, variables)


def test_the_ends_of_a_blend_are_the_two_sets():
    for trust, end in ((0, runner), (1, studied)):
        mixed = runner.blend(literature, trust)
        assert same(mixed, end)
        for key, prior in end.network.priors.items():
            assert mixed.network.priors[key].shares.tolist() == approx(
                prior.shares.tolist(), abs=EXACT
            )
        for key in (k for k, prior in end.network.priors.items() if len(prior.counts) == 2):
            assert mixed.network.priors[key].counts == approx(
                end.network.priors[key].counts, rel=1e-6
            )
    assert not same(half, runner) and not same(half, studied)


@pytest.mark.parametrize("trust", [0.25, 0.5])
def test_between_the_ends_two_sets_are_pooled_and_their_distance_widens(trust):
    key = ("hills", "muscle_strain")
    one, other = (case.priors[key] for case in (runner, literature))
    mixed = runner.blend(literature, trust).network.priors[key]
    assert mixed.mean == approx((1 - trust) * one.mean + trust * other.mean, abs=EXACT)

    apart = trust * (1 - trust) * (one.mean - other.mean) ** 2
    within = (1 - trust) * variance(one) + trust * variance(other)
    assert variance(mixed) == approx(within + apart, abs=EXACT)
    inside = (1 - trust) * one.between_variance
    assert one.between_variance > 0 == other.between_variance, (
        "several answers speak of it, one study or none"
    )
    assert (mixed.within_variance, mixed.between_variance) == approx(
        (within - inside, apart + inside), abs=EXACT
    )


@pytest.mark.parametrize("trust", [-0.01, 1.01, float("nan")])
def test_trust_goes_from_zero_to_one(trust):
    with pytest.raises(ValueError, match="from 0"):
        runner.blend(literature, trust)


def test_a_blend_stays_one_when_claims_are_left_out():
    quiet = runner.exclude_claims("A4-01").blend(literature, 1 / 2)
    assert same(half.exclude_claims("A4-01"), quiet)
    now = at_work_now(quiet)["weak_core"]
    assert sensitivity(half, "weak_core").without["A4-01"] == approx(now, abs=EXACT)
    silent = at_work_now(runner.with_claims([]).blend(literature, 1 / 2))["weak_core"]
    distance = 10 * np.log10([p / (1 - p) for p in (at_work_now(half)["weak_core"], silent)])
    assert claim_attribution(half, "weak_core").shapley_db.sum() == approx(
        distance[0] - distance[1], abs=EXACT
    )


@pytest.mark.parametrize(("trust", "alone"), [(0, runner), (1, studied)])
def test_at_the_ends_of_a_blend_the_doubt_is_that_of_one_set(trust, alone):
    mixed = variance_decomposition(runner.blend(literature, trust), "weak_core")
    assert mixed.to_dict() == approx(
        variance_decomposition(alone, "weak_core").to_dict(), abs=1000 * EXACT
    )
    between = variance_decomposition(half, "weak_core")
    assert between["published figures"] > 0 < between[
        "claims that disagree"
    ] and between.sum() == approx(1)


def test_a_blend_can_be_blended_again():
    again = half.blend(literature, 1 / 2)
    assert same(again, runner.blend(literature, 3 / 4))
    assert same(
        again.exclude_claims("A4-01"), runner.exclude_claims("A4-01").blend(literature, 3 / 4)
    )


def test_where_no_claims_are_there_is_no_receipt():
    assert claim_attribution(studied, "hills").empty


def test_the_safety_questions_are_the_same_under_both():
    assert red_flags("literature") == red_flags()


def test_odds_ratios_without_a_baseline_are_refused(broken, rows, root):
    text = (root / "priors" / "literature.csv").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("back_pain,,baseline"))
    path, _ = broken(line + "\n", "")
    with pytest.raises(ValueError, match="no row 'back_pain', the baseline"):
        read_literature(path, variables)


def row_of(name):
    """The start of a cause's row, by which it is broken."""
    return {
        "muscle_strain": "muscle_strain,,judgement,0.02,0.002,0.06",
        "over_pronation": "over_pronation,,prevalence,0.076,0.03,0.2",
        "unexplained": "unexplained,,prevalence,0.136,0.045,0.226",
    }[name]


def test_leaks_that_bring_more_than_the_risk_are_refused(broken):
    """A strain in every second run would hurt far oftener than a run does."""
    path, _ = broken(row_of("muscle_strain"), "muscle_strain,,judgement,0.5,0.4,0.6")
    with pytest.raises(ValueError, match=r"line 18: unexplained: at a risk of 0\.136 .* leave -"):
        read_literature(path, variables)


def test_what_has_no_name_needs_a_figure(broken):
    path, line = broken(row_of("unexplained"), "unexplained,,none,,,")
    with pytest.raises(ValueError, match=rf"line {line}: unexplained: what has no name takes the"):
        read_literature(path, variables)


@pytest.mark.parametrize("name", ["muscle_strain", "over_pronation"])
def test_of_a_cause_with_parents_nothing_may_be_known(broken, name):
    """A row that says that none was found leaves ignorance, whatever else the cause would need."""
    path, _ = broken(row_of(name), f"{name},,none,,,")
    studies = read_literature(path, variables)
    v = studies.at(mean_of(studies.baseline))[name]
    assert v.prevalence is None
    assert v.background.basis == "ignorance" and v.background.counts == {}


@pytest.mark.parametrize("name", ["muscle_strain", "unexplained"])
def test_an_event_without_a_row_stays_as_the_folder_has_it(broken, root, name):
    text = (root / "priors" / "literature.csv").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(row_of(name)))
    path, _ = broken(line + "\n", "")
    studies = read_literature(path, variables)
    assert studies.at(mean_of(studies.baseline))[name].background == variables[name].background


def test_the_literature_is_loaded_by_its_name_as_a_path_too():
    assert load(Path("literature")).priors == load("literature").priors
    assert not read_network(Path("literature")).priors.claims
