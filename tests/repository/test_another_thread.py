"""Another thread is a folder: an invented one about a knee, to the page, without code."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from run_files import SMALL, gpx
from shared import loaded, page_of

from lumbayes import (
    conflict,
    contributions,
    example,
    explain,
    load,
    next_question,
    next_run,
    plot,
    posteriors,
    sensitivity,
    verify,
)
from lumbayes.__main__ import main
from lumbayes.checks import problems
from lumbayes.data import thread_info
from lumbayes.data.claims_file import check_quotes
from lumbayes.data.files import ELSEWHERE, folder
from lumbayes.decisions import same_decision_probability, what_if
from lumbayes.explanation import claim_attribution, contributions_by_reply, summaries
from lumbayes.sensitivity_analysis import variance_decomposition

ROOT = Path(__file__).resolve().parents[2]
KNEE = ROOT / "tests" / "another_thread"
CASE = load(KNEE)
CYCLIST = CASE.given(**example(KNEE).findings)
VARIABLES = CASE.variables
OF_THE_BACK = re.compile(
    r"\b(backs?|runs?|runners?|running|hills?|core|spine|disc|six)\b(?! back| them all)", re.I
)


def test_its_folder_is_in_order_and_its_quotes_are_its_threads_own_words(capsys):
    assert problems(str(KNEE)) == [] and main(["check", str(KNEE)]) == 0
    check_quotes(CASE.priors.claims, (KNEE / "thread.txt").read_text(encoding="utf-8"))
    assert "14 claims" in capsys.readouterr().out


def test_what_it_points_to_is_exact_and_its_own():
    assert verify(CYCLIST)["difference"].max() < 1e-9
    table = contributions(CYCLIST)
    assert {*table.index} == {cause.name for cause in VARIABLES.causes}
    assert table.index[0] == "kneecap", "two of three answers take it to be the kneecap"
    assert "A1-2" in table.claims["low_saddle"]


def test_everything_that_can_be_asked_of_a_case_can_be_asked_of_it():
    cause = "low_saddle"
    turned, bill = sensitivity(CYCLIST, cause), claim_attribution(CYCLIST, cause, orders=8)
    assert explain(CYCLIST, cause).shapley_db["total"] == pytest.approx(
        explain(CYCLIST, cause).sequential_db["total"]
    )
    assert next_run(CYCLIST, low_saddle="no")["yes"] < next_run(CYCLIST)["yes"]
    said = [summaries.firmness(CYCLIST, turned, cause), summaries.carried_by(CYCLIST, bill, cause)]
    said += [
        summaries.ask_next(next_question(CYCLIST), same_decision_probability(CYCLIST, samples=20))
    ]
    said += [
        summaries.fighting(conflict(CYCLIST)),
        summaries.changing(CYCLIST, what_if(CYCLIST, draws=8).iloc[0]),
    ]
    assert [text for text in said if OF_THE_BACK.search(text)] == []
    assert variance_decomposition(CYCLIST, cause).sum() == pytest.approx(1)
    assert [*contributions_by_reply(CYCLIST).columns] == [
        "all",
        "reply 1",
        "reply 2",
        "reply 3",
        "apart",
    ]
    rows = posteriors(CASE, pd.DataFrame([example(KNEE).findings]))
    assert rows["contribution", "kneecap"].iloc[0] == pytest.approx(
        contributions(CYCLIST).contribution["kneecap"]
    )
    assert "Overloaded kneecap" in plot.network(CYCLIST).to_dict()["description"]


@pytest.mark.parametrize("named", ["thread", "literature", ""])
def test_a_set_that_comes_with_lumbayes_may_be_named_as_elsewhere_too(named, monkeypatch):
    monkeypatch.delenv(ELSEWHERE, raising=False)
    own = folder("thread")
    monkeypatch.setenv(ELSEWHERE, named)
    assert folder("thread") == folder("literature") == own


@pytest.fixture
def page(monkeypatch):
    """The page's modules as they are once it is started on the knee's folder."""
    with page_of(KNEE, monkeypatch):
        from components.page import mount
        from server import warm_up
        from state import answers, controls, notebook_line, runs

        monkeypatch.setattr(mount.st, "session_state", {})
        modules = {"answers": answers, "controls": controls, "line": notebook_line, "runs": runs}
        yield SimpleNamespace(mount=mount, warm_up=warm_up, **modules)


def texts(value):
    """Every text that the browser is given, the names of things left out."""
    if isinstance(value, dict):
        return [t for k, v in value.items() if k not in ("name", "id") for t in texts(v)]
    if isinstance(value, list | tuple):
        return [t for part in value for t in texts(part)]
    return [value] if isinstance(value, str) else []


def test_the_page_opens_it_and_says_nothing_of_a_back(page):
    given = {k: v for k, v in example(KNEE).findings.items() if k != VARIABLES.outcome.name}
    first, rest = page.controls.first_facts(), page.warm_up.facts()
    assert first["title"] == thread_info(KNEE).title
    safety = {"first": "none", "age": first["safety"]["cards"][1]["ages"][1]["id"]}
    replies = [
        page.mount.reply(page.answers.Answers(given=given, safety=safety, opened=cause.name))
        for cause in VARIABLES.causes
    ]
    shown = texts([first, rest, replies])
    assert any("kneecap" in text for text in shown) and all(reply["result"] for reply in replies)
    assert any("A low saddle loads the kneecap" in text for text in shown)
    assert [text for text in shown if OF_THE_BACK.search(text)] == []


def test_the_line_for_a_notebook_names_the_folder_and_not_where_it_lies(page):
    given = {k: v for k, v in example(KNEE).findings.items() if k != VARIABLES.outcome.name}
    text = page.line.python(page.answers.Answers(given=given), load(KNEE))
    assert text.endswith(f', "path/to/{KNEE.name}")') and str(ROOT) not in text
    names = {}
    exec(text.replace(f"path/to/{KNEE.name}", str(KNEE)), names)
    assert names["case"].findings == {**given, VARIABLES.outcome.name: "yes"}
    assert page.line.read_line(text, load(KNEE))["given"] == given


def test_the_page_reads_rides_and_leaves_runs_out(page):
    files = [
        ("hill.gpx", gpx(*SMALL)),
        ("ride.gpx", gpx(*SMALL, speed=8, kind="<type>cycling</type>")),
    ]
    rows, left_out = page.runs.from_files(files, VARIABLES)
    assert rows == [{"date": "2024-05-04", "start": "2024-05-04T06:30", "km": 4.8}]
    assert left_out == ["hill.gpx: 'running' is not a ride."]


THREAD = loaded().network.variables
# names of traits that are plain English words, too
WORDS = {"where", "worse", "earlier", "cough", "distance", "stiff", "eases", "side", "age"}
WORDS |= {"where it is"}
NAMES = {*THREAD, *(v.label.lower() for v in THREAD.values())} - WORDS
PAGES = {
    "lower back",
    "your back",
    "a back",
    "your run",
    "a run",
    "next run",
    "the runner",
    "your runs",
    "back-pain",
}
OF_RUNNING = {"import_runs.py"}  # the readings that a watch gives


def test_no_string_in_the_code_names_what_only_the_data_should():
    found = []
    files = [*(ROOT / "model" / "lumbayes").rglob("*.py"), *(ROOT / "app").rglob("*.py")]
    for path in (path for path in files if path.name not in OF_RUNNING):
        names = NAMES | (PAGES if ROOT / "app" in path.parents else set())
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        evidence = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, kinds)
                and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
        texts = [
            n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        found += [(path.name, name) for n in texts if id(n) not in evidence for name in names
                  if re.search(rf"\b{re.escape(name)}\b", n.value.lower())]  # fmt: skip
    assert found == []
