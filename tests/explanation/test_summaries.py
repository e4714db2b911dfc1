"""Figures in plain words: each sentence agrees with its figures, in few, short words."""

import re
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
from networks import read_as
from pytest import approx
from shared import loaded

from lumbayes import conflict, contributions, example, explain, next_question, sensitivity
from lumbayes.data.variables import Measurement
from lumbayes.decisions import same_decision_probability, what_if
from lumbayes.explanation import (
    Conflict,
    claim_attribution,
    compare_links,
    compare_priors,
    contributions_by_reply,
    summaries,
)
from lumbayes.sensitivity_analysis import most_informative_claims, variance_decomposition

FEW, AGE, SCHOOL = 8, 12, 5
FORBIDDEN = re.compile(
    r"\b(you have|diagnos\w+|risks?|treat\w*|cure\w*|patients?|suffer\w*)\b", re.IGNORECASE
)
base, studies = loaded(), loaded("literature")
variables = base.variables
SAID = {claim.id: claim for claim in base.priors.claims}
runner = base.given(**example().findings)
fought = base.given(flat_feet="no", wet_footprint="solid", over_pronation="yes")
CASES = {
    "the thread's own runner": runner,
    "hilly": runner.given(hills="yes", plank_seconds=30),
    "fought": fought,
    "nobody": base,
}


def at_work_now(case):
    return contributions(case, draws=FEW).contribution


def first_factor(case):
    return at_work_now(case)[[f.name for f in variables.factors]].idxmax()


def hundreds(sentence):
    return [int(n) for n in re.findall(r"(\d+) in 100\b", sentence)]


def spoken(case):
    """Every sentence about a case."""
    now = at_work_now(case)
    first = now.idxmax()
    tables = {name: sensitivity(case, name) for name in (first, first_factor(case))}
    said = [
        say(case, t, name)
        for name, t in tables.items()
        for say in (summaries.firmness, summaries.footing)
    ]
    said += [
        summaries.carried_by(case, claim_attribution(case, name, orders=FEW), name)
        for name in now.index[now > 0]
    ]
    apart, beside, rows = (
        contributions_by_reply(case),
        compare_priors(case, studies, draws=FEW),
        contributions(case, draws=FEW),
    )
    for name in now.index:
        said += [
            summaries.speaking(case, explain(case, name), name),
            summaries.voiced(case, apart, name),
            summaries.doubted(case, variance_decomposition(case, name), name),
            summaries.this_time(case, rows.loc[name]),
            summaries.worth_knowing(case, most_informative_claims(case, name), name),
            summaries.compared(case, beside, name),
        ]
    both = compare_links(case, studies)
    pairs = [
        key for key in case.priors if f"{key[0]} → {key[-1]}" in both.index and key[0] in now.index
    ]
    said += [summaries.studied(studies, both, *pair) for pair in pairs]
    said += [
        summaries.ask_next(next_question(case), same_decision_probability(case)),
        summaries.fighting(conflict(case)),
    ]
    return said + [summaries.changing(case, row) for _, row in what_if(case, draws=FEW).iterrows()]


def test_a_probability_as_people_read_it():
    for p, said in ((0, "0 in 100"), (0.124, "12 in 100"), (0.5, "50 in 100"), (1, "100 in 100")):
        assert summaries.per_hundred(p) == said


def nearest(table, claims):
    """The row whose flip lies deepest in its interval: halfway to its end counts half."""
    rows = table[
        ((table.kind == "claim") == claims) & table.flips_at.between(table.low, table.high)
    ]
    depth = [
        (row.flips_at - row.value)
        / ((row.low if row.flips_at < row.value else row.high) - row.value)
        for row in rows.itertuples()
    ]
    assert all(0 <= share <= 1 for share in depth)
    return rows.iloc[depth.index(min(depth))]


flat = base.given(back_pain="yes", hills="no")


@pytest.mark.parametrize("case", [runner, flat])
def test_how_firm_the_first_place_is_and_what_would_take_it(case):
    first = first_factor(case)
    table = sensitivity(case, first)
    row = nearest(table, claims=True)
    claim, said = SAID[row.name], summaries.firmness(case, table, first)
    assert hundreds(said) == [round(100 * row.flips_at), round(100 * row.value)]
    assert (
        f"{variables[first].label} stays first unless {claim.author}'s “{claim.words}” means"
        in said
    )
    assert ("less than" in said) == (
        row.flips_at < row.value
    ) and f"; then {variables[row.to].label} comes" in said
    below, above = (
        first_factor(read_as(case, claim, hundreds(said)[0] / 100 + step)) for step in (-0.01, 0.01)
    )
    assert (below, above) == ((row.to, first) if "less than" in said else (first, row.to))


@pytest.mark.parametrize("case", [runner, fought])
def test_which_other_number_the_first_place_rests_on(case):
    first = first_factor(case)
    table = sensitivity(case, first)
    row, said = nearest(table, claims=False), summaries.footing(case, table, first)
    assert f"taken as {summaries.of_one_run(row.value)}. At " in said
    assert f"than {summaries.of_one_run(row.flips_at)}, {variables[row.to].label} comes" in said
    assert said.startswith(variables[first].label) and said.endswith("first.")


def test_a_first_place_that_nothing_can_take():
    found = runner.given(muscle_strain="yes", unexplained="no", disc_degeneration="no")
    table = sensitivity(found, "muscle_strain")
    for said in (
        summaries.firmness(found, table, "muscle_strain"),
        summaries.footing(found, table, "muscle_strain"),
    ):
        assert variables["muscle_strain"].label in said and not hundreds(said)


@pytest.mark.parametrize("cause", ["muscle_strain", "weak_core", "hills", "disc_degeneration"])
def test_who_carries_a_cause(cause):
    table = claim_attribution(runner, cause)
    said = summaries.carried_by(runner, table, cause)
    strongest, weakest = SAID[table.shapley_db.idxmax()], SAID[table.shapley_db.idxmin()]
    assert said.startswith(variables[cause].label) and said.index(strongest.author) < said.index(
        strongest.quote
    )
    assert (f"“{weakest.quote}”" in said) == (table.shapley_db.min() <= -1)
    assert ("against" in said) == (table.shapley_db.min() <= -1)


def test_a_cause_without_a_claim_for_it():
    alone = runner.with_claims([SAID["A1-10"]])
    assert re.match(
        "No claim .* Hills",
        summaries.carried_by(alone, claim_attribution(alone, "hills", orders=FEW), "hills"),
    )


@pytest.mark.parametrize("case", [base.with_claims([]), studies], ids=["none kept", "studies"])
def test_without_claims_the_sentences_on_claims_say_so(case):
    label, figure = variables["hills"].label, at_work_now(case)["hills"]
    table = claim_attribution(case, "hills", orders=FEW)
    assert (
        summaries.carried_by(case, table, "hills") == f"No claim of the thread speaks for {label}."
    )
    said = summaries.worth_knowing(case, most_informative_claims(case, "hills"), "hills")
    assert said == f"To know just what any one claim means would not make {label} any surer."
    said = summaries.voiced(case, contributions_by_reply(case), "hills")
    assert said.startswith(f"Without any claim of the thread, {label} is at work in ")
    assert hundreds(said) == [round(100 * figure)]


def test_one_deciban_is_the_least_that_is_said_of_an_answer_or_a_claim():
    for db, words in ((1.0, "speaks most for it"), (-1.0, "speaks most against it")):
        for weight, is_said in ((db, True), (0.999 * db, False)):
            table = pd.DataFrame({"shapley_db": [0, weight, 0], "says": ""}, ["", "hills=yes", ""])
            assert (words in summaries.speaking(base, table, "weak_core")) == is_said
    for weight, is_said in ((-1.0, True), (-0.999, False)):
        table = pd.DataFrame({"shapley_db": [2.0, weight]}, ["A1-13", "A4-01"])
        said = summaries.carried_by(base, table, "weak_core")
        assert (SAID["A4-01"].quote in said) == is_said


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.1, "10 in 100"), (0.0999, "100 in 1,000"), (0.02, "20 in 1,000"), (1, "100 in 100")],
)
def test_below_a_tenth_a_strength_is_said_in_thousandths(p, said):
    assert summaries.of_one_run(p) == said


@pytest.mark.parametrize(
    ("without", "share", "said"),
    [
        (0.255, 0, "25 in 100; without any claim of the thread it would be 26 in 100."),
        (0.254, 0, "25 in 100, and the same without any claim of the thread."),
        (0.246, 0, "25 in 100, and the same without any claim of the thread."),
        (0.15, 0.4, "25 in 100; without any claim 15 in 100, so 40 in 100 parts of it are claims."),
    ],
)
def test_how_much_of_a_figure_comes_from_claims(without, share, said):
    figures = {"contribution": [0.25], "without_claims": [without], "share": [share]}
    table = pd.DataFrame(figures, ["hills"])
    label = variables["hills"].label
    assert summaries.from_claims(base, table, "hills") == f"{label}: {said}"


@pytest.mark.parametrize(
    ("stays", "times"), [(0.29, "7 times"), (0.5, "5 times"), (0.81, "2 times"), (0.9, "1 time")]
)
def test_what_to_ask_next(stays, times):
    table = next_question(runner).assign(could_flip=0.0)
    said = summaries.ask_next(table, stays)
    assert table.question.iloc[0] in said and f" {times} in 10" in said
    assert "times in 10" not in summaries.ask_next(table, 1.0) and "hardly" in summaries.ask_next(
        table, 1.0
    )
    assert "?" not in summaries.ask_next(table[:0], stays)


@pytest.mark.parametrize(
    "more", [{}, {"back_pain": "yes"}, {"back_pain": "yes", "severity": "mild"}]
)
def test_what_is_said_of_the_pain_hides_no_conflict_and_resolves_none(more):
    """Pain and a trait of it agree so well that they outweighed a contradiction of 3.5 bits."""
    found = conflict(base.given(weak_core="no", plank_seconds=22, **more))
    assert found.pairs.index[0] == "weak_core / plank_seconds" and not len(found.reconciles)
    assert "do not go together well: weak core and front plank" in summaries.fighting(found)


def test_rounding_is_no_conflict():
    found = conflict(base.do(hills="yes"))
    assert found.bits == 0 and not len(found.reconciles)


TIED = [("poor_stretching", "pelvic_imbalance"), ("high_mileage", "worn_shoes")]


@pytest.mark.parametrize("names", TIED)
def test_what_would_take_a_shared_first_place_contradicts_nothing(names):
    case = base.given(back_pain="yes", **dict.fromkeys(names, "yes"))
    first = contributions(case).query("layer == 'factor'").index[0]
    label, table = case.variables[first].label, sensitivity(case, first)
    for sentence in (f(case, table, first) for f in (summaries.firmness, summaries.footing)):
        assert f"{label} comes first" not in sentence
        numbers = re.findall(r"\d+ in [\d,]+", sentence)
        assert numbers[0] != numbers[1] or "a little" in sentence


def test_the_question_that_is_asked_is_among_the_answers_that_may_change_the_first_place():
    """A home test or comparison has no part in the other probability."""
    table = next_question(runner).assign(could_flip=0.82)
    assert "first about 8 times in 10" in summaries.ask_next(table, 1.0)


def test_whether_answers_fight():
    said = summaries.fighting(conflict(fought))
    assert (
        "flat feet" in said
        and "wet footprint" in said
        and said.endswith("Look again at flat feet.")
    )
    assert summaries.fighting(conflict(runner)) == summaries.fighting(conflict(base)) != said


def test_what_the_next_run_would_be_without():
    for name, row in what_if(runner, draws=FEW).iterrows():
        said = summaries.changing(runner, row)
        assert hundreds(said) == [round(100 * row.now), round(100 * row.changed)]
        assert variables[name].label.lower() in said and "next times" in said and "thread" in said


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_words_are_few_and_plain(case):
    for said in spoken(case):
        own = re.sub(r"“[^”]*”", "quote", said)
        assert not FORBIDDEN.search(own), said
        parts = [part for part in re.split(r"(?<=[.?!;])\s+", own) if part]
        assert max(len(part.split()) for part in parts) <= 30, said
        assert (
            own[0].isupper()
            and own.rstrip()[-1] in ".?"
            and "_" not in own
            and "nan" not in own.lower()
        )


def test_a_child_of_twelve_can_read_them():
    """Without quotes and labels, sentences need seven years of school (Kincaid et al. 1975)."""
    labels = "|".join(
        sorted((re.escape(v.label) for v in variables.values()), key=len, reverse=True)
    )
    for said in spoken(runner):
        own = re.sub(f"“[^”]*”|{labels}", "this", said, flags=re.IGNORECASE)
        words, ends = re.findall(r"[A-Za-z']+", own), len(re.findall(r"[.?!;:]", own))
        beats = sum(
            max(len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))), 1) for word in words
        )
        assert 0.39 * len(words) / ends + 11.8 * beats / len(words) - 15.59 <= AGE - SCHOOL, said


def test_a_cause_that_is_ruled_out():
    case = runner.given(hills="no")
    assert "Hills is ruled out" in summaries.carried_by(
        case, claim_attribution(case, "hills", orders=FEW), "hills"
    )
    assert (
        summaries.speaking(case, explain(case, "hills"), "hills")
        == "Hills: your answer on “hills” rules it out."
    )
    assert (
        summaries.doubted(case, variance_decomposition(case, "hills"), "hills")
        == "Your answers leave no doubt about Hills."
    )
    assert summaries.worth_knowing(case, most_informative_claims(case, "hills"), "hills").endswith(
        "would not make Hills any surer."
    )
    both = summaries.speaking(case, explain(case, "hills", "unexplained"), "hills", "unexplained")
    assert both.startswith("Hills and not ") and both.endswith("rules it out.")


@pytest.mark.parametrize("cause", ["muscle_strain", "weak_core", "disc_degeneration"])
def test_which_answer_speaks_most_for_a_cause(cause):
    table = explain(runner, cause)
    evidence, said = table.shapley_db.iloc[1:-1], summaries.speaking(runner, table, cause)
    for finding, words in ((evidence.idxmax(), "for it"), (evidence.idxmin(), "against it")):
        part = f"“{variables[finding.split('=')[0]].label.lower()}” speaks most {words}"
        assert (part in said) == (
            evidence[finding] >= 1 if words == "for it" else evidence[finding] <= -1
        )
    assert "says much" in summaries.speaking(base, explain(base, cause), cause)
    assert "says much" in summaries.speaking(
        runner, explain(runner, "weak_core", "hills"), "weak_core", "hills"
    )


@pytest.mark.parametrize("cause", ["weak_core", "muscle_strain", "unexplained"])
def test_a_figure_by_reply(cause):
    table = contributions_by_reply(runner)
    alone = table.loc[cause].filter(like="reply")
    said = summaries.voiced(runner, table, cause)
    assert hundreds(said) == [
        round(100 * p) for p in (table.loc[cause, "all"], alone.max(), alone.min())
    ]
    assert (
        said.index(alone.idxmax()) < said.index(alone.idxmin()) and variables[cause].label in said
    )


def test_where_doubt_comes_from_and_which_claim_would_lessen_it():
    shares, table = (
        variance_decomposition(runner.likelihood(hills=4), "hills"),
        most_informative_claims(runner, "weak_core"),
    )
    assert hundreds(said := summaries.doubted(runner, shares, "hills")) == [
        round(100 * p) for p in shares[:2]
    ]
    assert shares.index[:2].tolist() == ["your own half-sure answers", "claims that are vague"]
    assert said.index("your own half-sure answers") < said.index("vague")
    said, claim = summaries.worth_knowing(runner, table, "weak_core"), SAID[table.index[0]]
    assert (
        hundreds(said) == [round(100 * table.narrows.iloc[0])]
        and f"{claim.author} means by “{claim.words}”" in said
    )


def test_the_thread_beside_the_studies():
    both, table = compare_links(runner, studies), compare_priors(runner, studies, draws=FEW)
    for cause, ending in (
        ("hills", "no study gives a figure."),
        ("weak_core", "by studies."),
        ("high_mileage", "by our own guess, for want of a study."),
    ):
        said, row = (
            summaries.studied(studies, both, cause, "muscle_strain"),
            both.loc[f"{cause} → muscle_strain"],
        )
        figures = [row["this", "mean"], row["other", "mean"]][: 1 if cause == "hills" else 2]
        assert all(summaries.of_one_run(p) in said for p in figures) and said.endswith(ending)
        assert hundreds(summaries.compared(runner, table, cause)) == [
            round(100 * table.loc[cause, (side, "contribution")]) for side in ("this", "other")
        ]


def test_this_pain_is_not_the_next_run():
    row = contributions(runner, draws=FEW).loc["hills"]
    said = summaries.this_time(runner, row)
    assert (
        said.startswith("This time")
        and "next run" not in said
        and hundreds(said) == [round(100 * row.but_for)]
    )


def test_half_of_the_time_is_not_hardly():
    assert "hardly" not in summaries.ask_next(next_question(runner)[:2], 1 / 2)


def test_a_test_is_called_by_its_label():
    said = summaries.fighting(conflict(base.given(hills="no", climb_m_per_km=60)))
    assert (
        re.search(rf"\b{variables['climb_m_per_km'].label.lower()}\b", said)
        and "m per km" not in said
    )


def test_answers_that_have_nothing_to_do_with_each_other_do_not_fight():
    tests = [v for v in variables.values() if isinstance(v, Measurement) and v.numeric]
    for three in combinations(tests, 3):
        for share in (0.3, 0.6, 0.9):
            evidence = {test.name: test.low + share * (test.high - test.low) for test in three}
            found = conflict(base.given(**evidence))
            assert found.bits == approx(0, abs=1e-9)
            assert summaries.fighting(found) == summaries.fighting(conflict(base)), evidence


def test_a_rounding_error_carries_nothing():
    said = summaries.carried_by(
        base, claim_attribution(base, "unexplained", orders=FEW), "unexplained"
    )
    assert said.startswith("No claim")


def test_every_number_is_called_by_its_labels():
    numbers = sensitivity(fought, "hills").query("kind != 'claim'").index
    said = [summaries.called(fought, number) for number in numbers]
    assert len({*said}) == len(numbers) and not [
        name for name in said if "_" in name or "=" in name
    ]
    onset, feet = (
        variables["onset"],
        [variables[name].label for name in ("flat_feet", "over_pronation")],
    )
    assert summaries.called(fought, "flat_feet → over_pronation") == " → ".join(feet)
    assert summaries.called(fought, "onset = during") == f"{onset.label}: {onset.answers['during']}"


def test_a_conflict_that_nothing_resolves_is_only_said():
    pairs, none = pd.Series({"hills=no / flat_feet likelihood": 1.0}), pd.Series(dtype=float)
    labels = {"hills": "Hills", "flat_feet": "Flat feet"}
    found = Conflict(1.0, pairs, "", none, labels)
    said = "Two of your answers do not go together well: hills and flat feet."
    assert summaries.fighting(found) == said
    assert summaries.fighting(replace(found, recheck="hills")) == f"{said} Look again at hills."
    resolved = replace(found, recheck="hills", reconciles=pd.Series({"flat_feet": -1.0}))
    assert summaries.fighting(resolved) == f"{said} They would if this were so: flat feet."


def test_doubt_from_one_origin_names_one():
    shares = pd.Series({"published figures": 1.0, "claims that are vague": 0.0})
    said = summaries.doubted(base, shares, "hills")
    assert said.endswith("comes most from published figures: 100 in 100 parts.")


def test_replies_that_agree_are_not_listed():
    figures = {"all": [0.3], "reply 1": [0.121], "reply 2": [0.118], "apart": [0.003]}
    table = pd.DataFrame(figures, index=["hills"])
    said = summaries.voiced(base, table, "hills")
    assert said.endswith("in 30 in 100 such pains; by each alone, in 12 in 100.")
    table["reply 2"] = 0.2
    said = summaries.voiced(base, table, "hills")
    assert said.endswith("; by reply 2 alone in 20 in 100, by reply 1 alone in 12 in 100.")


def test_the_first_place_flips_at_the_ends_of_an_interval_too():
    row = {"kind": "claim", "value": 0.5, "low": 0.4, "high": 0.6, "to": "weak_core"}
    for flips_at, side in ((0.4, "less than 40"), (0.6, "more than 60")):
        table = pd.DataFrame([row | {"flips_at": flips_at}], index=["A4-01"])
        assert f"means {side} in 100" in summaries.firmness(base, table, "hills")
    outside = pd.DataFrame([row | {"flips_at": 0.61}], index=["A4-01"])
    assert "stays first, whatever" in summaries.firmness(base, outside, "hills")


def test_answers_that_support_each_other_hide_no_two_that_conflict():
    agreeing = {"flat_feet": "yes", "wet_footprint": "low", "over_pronation": "yes"}
    agreeing |= {"hills": "yes", "climb_m_per_km": 25}
    found = conflict(base.given(weak_core="no", plank_seconds=40, **agreeing))
    assert found.bits < 0 and found.pairs.iloc[0] > 1
    said = "Two of your answers do not go together well: weak core and front plank."
    assert summaries.fighting(found) == said


def test_more_than_two_answers_may_conflict_where_no_two_do():
    pairs = pd.Series({"hills / flat_feet": -0.2})
    found = Conflict(1.5, pairs, "hills", pd.Series(dtype=float), {"hills": "Hills"})
    said = "Your answers do not go together well. Look again at hills."
    assert summaries.fighting(found) == said
    assert summaries.fighting(replace(found, bits=0.1)) == "Your answers go together."
