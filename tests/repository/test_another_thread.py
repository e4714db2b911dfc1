"""Another thread is a folder: an invented one about a knee, to the page, without code."""

import ast
import re
import sys
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from run_files import SMALL, gpx
from streamlit.testing.v1 import AppTest
from test_page import press, run, with_view, words

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
    red_flags,
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
    """The page as started on the knee's folder, safety questions answered with no."""
    monkeypatch.setenv(ELSEWHERE, str(KNEE))
    monkeypatch.setitem(
        sys.modules, "__main__", sys.modules["__main__"]
    )  # AppTest puts the page there; undone after
    ours = [
        name
        for name, module in sys.modules.items()
        if str(ROOT / "app") in str(getattr(module, "__file__", ""))
    ]
    for name in ours:
        monkeypatch.delitem(sys.modules, name)
    st.cache_resource.clear()
    at = AppTest.from_file(ROOT / "app" / "streamlit_app.py", default_timeout=60)
    for flag in red_flags():
        at.session_state[f"safety {flag.id}"] = "no"
    yield at.run()
    st.cache_resource.clear()
    for name, module in list(sys.modules.items()):
        if str(ROOT / "app") in str(getattr(module, "__file__", "")):
            del sys.modules[name]


def test_the_page_opens_it_and_says_nothing_of_a_back(page):
    assert not page.exception and page.title[0].value == thread_info(KNEE).title
    assert {flag.id for flag in red_flags()} == {"after_crash", "hot_red", "grows"}
    before = words(page)  # nothing is entered yet, so the lists are of pains to come
    press(page, "Enter the thread's cyclist")
    for cause in VARIABLES.causes:
        with_view(page, cause.name)
    page.session_state["what if"] = True
    shown = words(run(page))
    assert all(
        text in shown
        for text in ("Overloaded kneecap", "What may go on in the knee", "your next ride")
    )
    assert "A low saddle loads the kneecap on every turn of the pedals" in shown
    read = [
        line for line in [*before.splitlines(), *shown.splitlines()] if not line.startswith("$$ID")
    ]  # those are names of widgets
    assert [line for line in read if OF_THE_BACK.search(line)] == []


def test_the_line_for_a_notebook_names_the_folder_and_not_where_it_lies(page):
    import handed_on

    case = load(KNEE).given(**example(KNEE).findings)
    text = handed_on.python(case, load(KNEE))
    assert text.endswith(f', "path/to/{KNEE.name}")') and str(ROOT) not in text
    names = {}
    exec(text.replace(f"path/to/{KNEE.name}", str(KNEE)), names)
    assert names["case"].findings == case.findings
    assert handed_on.read_line(text, load(KNEE))["answers"].keys() == case.findings.keys()


def test_the_page_reads_rides_and_leaves_runs_out(page):
    page.session_state["my runs"] = True
    box = run(page).file_uploader[0]
    box.upload("hill.gpx", gpx(*SMALL), "application/gpx+xml")
    box.upload("ride.gpx", gpx(*SMALL, speed=8, kind="<type>cycling</type>"), "application/gpx+xml")
    shown = words(run(page))
    assert page.session_state["runs"] == ({"date": "2024-05-04", "km": 4.8},)
    assert r"hill\.gpx\: \'running\' is not a ride\." in shown and r"Rides read\: 1\." in shown


THREAD = load().network.variables
NAMES = {*THREAD, *(v.label.lower() for v in THREAD.values())}
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
    files = [*(ROOT / "model" / "lumbayes").rglob("*.py"), *(ROOT / "app").glob("*.py")]
    for path in (path for path in files if path.name not in OF_RUNNING):
        names = NAMES | (PAGES if path.parent.name == "app" else set())
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        told = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, kinds)
                and isinstance(node.body[0], ast.Expr)}  # fmt: skip
        texts = [
            n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        found += [(path.name, name) for n in texts if id(n) not in told for name in names
                  if re.search(rf"\b{re.escape(name)}\b", n.value.lower())]  # fmt: skip
    assert found == []
