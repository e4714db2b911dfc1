"""The Betas that words.csv takes from surveys, worked out again from the answers people gave."""

import csv
from pathlib import Path

import numpy as np
import pytest

PRIORS = Path(__file__).resolve().parents[2] / "priors"
FAR = (
    4  # standard deviations from the mean: beyond it CAPphrase's own page takes a reply for a slip
)
DIGITS = 3


def rows(path):
    """The rows of a CSV file as dictionaries of text."""
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, strict=True))


def capphrase(phrase):
    """Every CAPphrase answer for one phrase, in %."""
    found = [r for r in rows(PRIORS / "survey" / "capphrase_counts.csv") if r["phrase"] == phrase]
    return np.repeat([float(r["probability"]) for r in found], [int(r["count"]) for r in found])


def perceptions(phrase):
    """Every answer of the perceptions survey for one phrase, in %."""
    return np.array([float(r[phrase]) for r in rows(PRIORS / "survey" / "perceptions.csv")])


def without_slips(answers):
    """The answers within `FAR` standard deviations of their mean."""
    return answers[np.abs(answers - answers.mean()) <= FAR * answers.std(ddof=1)]


def beta(answers):
    """Alpha and beta by the answers' mean and deviation, to the digits shown in words.csv."""
    mean, variance = answers.mean() / 100, answers.var(ddof=1) / 100**2
    size = mean * (1 - mean) / variance - 1
    return round(mean * size, DIGITS), round((1 - mean) * size, DIGITS)


def answers_for(word):
    """The answers behind one row of words.csv; its source starts with the survey's name."""
    survey = {"CAPphrase": capphrase, "perceptions": perceptions}[word["source"].split()[0]]
    return survey(word["phrase"])


def shown(word):
    """Alpha and beta as words.csv has them."""
    return float(word["alpha"]), float(word["beta"])


SURVEYED = [word for word in rows(PRIORS / "words.csv") if word["basis"] == "survey"]
EACH = pytest.mark.parametrize("word", SURVEYED, ids=[word["reading"] for word in SURVEYED])


def test_there_are_surveyed_words():
    """Both surveys are in use, so the tests below are not empty."""
    assert {word["source"].split()[0] for word in SURVEYED} == {"CAPphrase", "perceptions"}


@EACH
def test_a_surveyed_beta_is_what_people_answered(word):
    """Answers without slips, matched by mean and deviation, give the row's Beta and n."""
    kept = without_slips(answers_for(word))
    assert beta(kept) == shown(word)
    assert len(kept) == int(word["n"])


@EACH
def test_a_beta_matches_its_own_phrase_alone(word):
    """No other phrase of the survey gives this Beta, so a wrong phrase is detected."""
    others = {w["phrase"] for w in SURVEYED if w["source"] == word["source"]} - {word["phrase"]}
    assert shown(word) not in [
        beta(without_slips(answers_for(word | {"phrase": phrase}))) for phrase in others
    ]


@EACH
def test_slips_matter_where_there_are_any(word):
    """Without the rule for slips the Beta differs wherever it drops an answer."""
    answers = answers_for(word)
    assert (beta(answers) != shown(word)) == (len(without_slips(answers)) < len(answers))


def test_some_surveyed_words_have_slips():
    """'Likely' has slips and 'Could Happen' has none, so the test above sees both sides."""
    slips = {
        p: len(capphrase(p)) - len(without_slips(capphrase(p))) for p in ("Likely", "Could Happen")
    }
    assert slips["Likely"] > 0 and slips["Could Happen"] == 0


def test_no_answer_was_lost_in_counting():
    """Every phrase was answered by the same people, with numbers from 0 to 100."""
    counted = rows(PRIORS / "survey" / "capphrase_counts.csv")
    phrases = {row["phrase"] for row in counted}
    assert len(phrases) == 19 and {len(capphrase(phrase)) for phrase in phrases} == {5174}
    assert all(0 <= int(row["probability"]) <= 100 for row in counted)
