"""Runners as data, each with the level that the two safety cards must reach."""

import tomllib
from pathlib import Path

import pytest

from lumbayes import triage
from lumbayes.safety import Triage

FILE = Path(__file__).with_name("vignettes.toml")
VIGNETTES = tomllib.loads(FILE.read_text(encoding="utf-8"))["vignette"]


def answered(answers: dict[str, str]) -> Triage:
    """The banner once each follow-up that has no answer is answered with no."""
    answers = dict(answers)
    while single := [q for q in triage(answers).unanswered if q not in ("first", "age")]:
        answers[single[0]] = "no"
    return triage(answers)


def test_there_are_twenty_five():
    assert len(VIGNETTES) == 25 and len({v["story"] for v in VIGNETTES}) == 25


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[v["story"] for v in VIGNETTES])
def test_a_runner_reaches_the_level(vignette):
    verdict = answered(vignette["answers"])
    assert verdict.level == vignette["level"]
    assert vignette["says"] in verdict.message
    assert set(vignette.get("hides", ())) <= set(verdict.hides)
    assert any(vignette.get("note", "") in note for note in (*verdict.notes, ""))
    is_closed = {"first", "age"} <= vignette["answers"].keys()
    assert verdict.unanswered == () or not is_closed


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[v["story"] for v in VIGNETTES])
def test_the_lines_reach_the_level_without_the_button_of_the_first_card(vignette):
    """“One or more” is an emergency by itself; the marked lines must be one too."""
    lines = {name: given for name, given in vignette["answers"].items() if name != "first"}
    assert answered(lines).level == vignette["level"]
