"""Codings: other readings laid over the files, and the first one whole."""

import inspect
import json
import shutil
from pathlib import Path

import pytest
from shared import loaded

from lumbayes import load
from lumbayes.attribution import contribution_at_means
from lumbayes.checks import problems
from lumbayes.data.coding import codings, read_coding
from lumbayes.data.files import folder

NAMES = codings(folder())
# Made by the release before, with its own engine and its own files.
BEFORE = json.loads((Path(__file__).parent / "data" / "first_coding.json").read_text("utf-8"))
PLAIN = {flag: False for flag in ("traits", "doses") if flag in inspect.signature(load).parameters}


@pytest.fixture(scope="module")
def first():
    return load(base_rate=None, coding="first", **PLAIN)


@pytest.mark.parametrize("old", BEFORE, ids=lambda old: " ".join(old["findings"]) or "nothing")
def test_the_first_coding_gives_the_figures_of_before(first, old):
    case = first.given(**old["findings"])
    shares = case.posteriors()
    for pair, share in old["posteriors"].items():
        assert shares[tuple(pair.split("="))] == pytest.approx(share, abs=1e-12)
    names = list(old["contributions"])
    figures = contribution_at_means(case, names)
    assert figures == pytest.approx(list(old["contributions"].values()), abs=1e-12)


def test_before_a_run_hurt_62_times_in_100(first):
    assert first.posterior("back_pain")["yes"] == pytest.approx(0.6182, abs=1e-4)
    assert len(BEFORE) == 20


@pytest.mark.parametrize("name", NAMES)
def test_every_coding_loads_keeps_the_level_and_moves_something(name):
    coding, base, case = read_coding(folder(), name), loaded(), load(coding=name)
    assert len(coding.title) > 5 and len(coding.why) > 30
    assert case.posterior("back_pain")["yes"] == pytest.approx(0.03, abs=1e-9)
    assert case.priors.name == f"thread ({name})"
    moved = [key for key in base.priors if base.priors[key].counts != case.priors[key].counts]
    assert moved


def edited(tmp_path, text):
    path = tmp_path / "priors"
    shutil.copytree(folder(), path)
    head = 'title = "Tried"\nwhy = "why not"\n'
    (path / "codings" / "tried.toml").write_text(head + text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[factor.hill]\n", "line 1: [factor]: Unknown table 'hill'. Did you mean 'hills'?"),
        ("[factors.hills]\n", "Unknown table 'factors'"),
        (
            '[factor.hills]\nbackground = { basis = "gues", why = "w" }\n',
            "line 4: [factor.hills] background: Unknown basis 'gues'",
        ),
        ('[factor.hills]\nwithout = ["prevalence"]\n', "Unknown key to leave out (without)"),
        ('[words.stres]\nalpha = "1"\n', "[words]: Unknown row 'stres'. Did you mean 'stress'?"),
        ('[words.stress]\nalfa = "1"\n', "line 4: [words.stress]: Unknown column 'alfa'"),
        ('[words.stress]\nalpha = "-1"\n', "line 4: [words.stress]: alpha is '-1'"),
        ("[words.stress]\nalpha = 1.5\n", "[words.stress]: alpha is 1.5; it must be a text"),
        ('[claims.A1-99]\nused = "no"\n', "[claims]: Unknown row 'A1-99'"),
        ('[claims.A1-11]\nused = "linc"\n', "line 4: [claims.A1-11]: Unknown used 'linc'"),
        ('[claims.A1-11]\nweight = "2"\n', "line 4: [claims.A1-11]: weight is '2'"),
        ("reasons = 3\n", "line 3: reasons is 3; it must be a table"),
    ],
)
def test_a_slip_in_a_coding_is_named_with_its_file_and_line(tmp_path, text, message):
    found = problems(edited(tmp_path, text))
    assert len(found) == 1 and "tried.toml" in found[0] and message in found[0], found


def test_a_coding_without_a_reason_is_refused(tmp_path):
    path = edited(tmp_path, "")
    (path / "codings" / "tried.toml").write_text('title = "Tried"\n', "utf-8")
    assert ["the key 'why' is missing" in found for found in problems(path)] == [True]


def test_an_unknown_coding_is_refused_by_name():
    with pytest.raises(ValueError, match=r"Unknown coding 'frist'\. Did you mean 'first'"):
        load(coding="frist")


def test_a_folder_without_codings_has_none(tmp_path):
    assert codings(tmp_path) == []


def test_a_coding_leaves_alone_what_it_does_not_name():
    base, case = loaded(base_rate=None), load(base_rate=None, coding="stress_as_can")
    named = {(c.cause, c.effect) for c in base.priors.claims if c.reading == "stress"}
    moved = {key for key in base.priors if base.priors[key].counts != case.priors[key].counts}
    assert moved == {link for link in named if link in base.priors}
