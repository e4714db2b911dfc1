"""Every public function and method is given nonsense: it says what was found and what is allowed.

The functions are enumerated, so a new one is tested as soon as a package offers it. It needs an
entry in `VALID` or `SPECIAL` if it has a parameter of a new name.
"""

import functools
import importlib
import inspect
import linecache
import pkgutil
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dask import dataframe
from shared import loaded

import lumbayes
from lumbayes import (
    Diary,
    conflict,
    contributions,
    encode_case,
    explain,
    fit,
    load,
    next_question,
    sensitivity,
    triage,
)
from lumbayes.batch import calibration
from lumbayes.decisions import what_if
from lumbayes.explanation import (
    claim_attribution,
    claim_share,
    compare_links,
    compare_priors,
    contributions_by_reply,
    ranking,
)
from lumbayes.network.network import Network
from lumbayes.priors import JointDraws, Opinion
from lumbayes.priors.copula import tied
from lumbayes.sensitivity_analysis import most_informative_claims, two_way, variance_decomposition

ROOT = Path(__file__).resolve().parents[1]
KNEE = ROOT / "tests" / "another_thread"  # smaller than the thread, so all of this is quick

NONSENSE = {
    "None": None,
    "empty text": "",
    "word": "nonsense",
    "negative": -1,
    "nan": float("nan"),
    "infinity": float("inf"),
    "empty list": [],
    "numbers": [1, 2, 3],
    "empty mapping": {},
    "mapping": {"nonsense": 1},
    "bytes": b"nonsense",
    "object": object(),
    "function": len,
    "array": np.array([np.nan, 1.0]),
    "frame": pd.DataFrame({"nonsense": [1]}),
}
# How a message says what is allowed, or what to do.
ALLOWED = re.compile(
    r"\b(allowed|must|gives?|takes|known|is an?|it is|are|needs|add|begins)\b|is '", re.I
)

Function = Callable[..., Any]


def modules() -> list[Any]:
    """The package, its packages and modules, and the modules that these offer."""
    names = [m.name for m in pkgutil.iter_modules(lumbayes.__path__) if m.name != "__main__"]
    found = [lumbayes, *(importlib.import_module(f"lumbayes.{name}") for name in names)]
    offered = [getattr(module, name) for module in found for name in public_names(module)]
    return [*found, *filter(inspect.ismodule, offered)]


def public_names(module: Any) -> list[str]:
    return list(getattr(module, "__all__", []))


def methods(kind: type) -> Iterator[tuple[str, Function]]:
    """The public methods of a class that are written here, inherited ones too."""
    for name in dir(kind):
        function = inspect.getattr_static(kind, name)
        is_ours = inspect.isfunction(function) and function.__module__.startswith("lumbayes")
        if is_ours and not name.startswith("_"):
            yield name, function


def public() -> dict[str, Function]:
    """Every public function and method, and each class that callers call, by name."""
    found: dict[str, Function] = {}
    for module in modules():
        package = module.__name__.removeprefix("lumbayes").removeprefix(".")
        for name in public_names(module):
            offered = getattr(module, name)
            if inspect.isclass(offered) and not issubclass(offered, Exception):
                found |= {f"{name}.{method}": function for method, function in methods(offered)}
                found |= {name: offered} if offered in CALLED else {}
            elif inspect.isfunction(offered) and offered not in found.values():
                found[f"{package}.{name}" if package else name] = offered
    return found | {f"Network.{method}": function for method, function in methods(Network)}


CALLED = {Diary}  # objects of all other classes are what functions return
PUBLIC = public()

BASE = load(KNEE)
CASE = BASE.given(knee_pain="yes", low_saddle="yes")
FEWER = CASE.exclude_claims("A1-2")
CAUSE, LINK, LINK_2 = "low_saddle", "low_saddle → kneecap", "big_gears → kneecap"
FRAME = pd.DataFrame({"big_gears": ["yes", "no"], "knee_pain": ["yes", "yes"]})
RUNS = FRAME.assign(date=["2026-03-01", "2026-03-02"], km_per_week=[10, 20])
PRIOR = BASE.priors[CAUSE]
OPINION = Opinion(0.3, 0.01)
FOLDER = Path(tempfile.mkdtemp())

# What a parameter of this name is given while another one is tested.
VALID: dict[str, Any] = {
    "answers": {},
    "axis": "P",
    "background": 0.01,
    "case": CASE,
    "case_a": CASE,
    "case_b": BASE,
    "cause": CAUSE,
    "causes": [CAUSE],
    "changes": {CAUSE: "no"},
    "claims": BASE.priors.claims,
    "columns": [CASE.evidence()],
    "divisor": 2,
    "draws": 16,
    "effect": "kneecap",
    "first": LINK,
    "frame": FRAME,
    "ignorance": OPINION,
    "key": CAUSE,
    "keys": [CAUSE],
    "mean": 0.5,
    "n": 2,
    "name": CAUSE,
    "parameter": LINK,
    "opinion": OPINION,
    "opinions": [OPINION],
    "orders": 4,
    "other": FEWER,
    "p": 0.5,
    "prior": PRIOR,
    "priors": KNEE,
    "replies": [OPINION],
    "rng": np.random.default_rng(0),
    "runs": FRAME,
    "samples": 4,
    "second": LINK_2,
    "seed": 0,
    "source": b"date,type,elapsed_time,distance,elevation_gain\n",
    "stays": 0.5,
    "steps": 3,
    "target": "knee_pain",
    "text": encode_case(CASE, BASE),
    "trust": 0.5,
    "variables": BASE.variables,
    "variance": 0.01,
    "weight": 1.0,
    "weights": [1.0],
    "width": 0.5,
}


@functools.cache
def special() -> dict[str, dict[str, Any]]:
    """What a function is given where its parameter of a name means something of its own."""
    found, shares = contributions(CASE), variance_decomposition(CASE, CAUSE)
    depends, plane = sensitivity(CASE, CAUSE), two_way(CASE, CAUSE, LINK, LINK_2, steps=3)
    (FOLDER / "in.csv").write_text("km_per_week\n80\n", encoding="utf-8")
    simulated = {"case": BASE}
    figures = pd.Series({"a": 0.5})
    return {
        "Case.contrast": {"self": loaded(), "keyword": "hills"},
        "Case.likelihood_label": {"self": BASE.likelihood(**{CAUSE: 3})},
        "Diary.posterior": {
            "self": Diary(loaded(), pd.DataFrame({"back_pain": ["yes"]})),
            "name": "weak_core",
        },
        "Diary.contributions": {"run": 0},
        "FittedModel.save": {"path": FOLDER / "fit.npz"},
        "Network.eliminate": {"evidence": CASE.evidence(), "interventions": {}},
        "Network.save": {"path": FOLDER / "knee.net"},
        "Prior.mix": {"other": PRIOR},
        "Priors.at_divisor": {"self": load(KNEE, base_rate=0.3).priors},
        "Priors.blend": {"other": BASE.priors},
        "Priors.drawn_otherwise": {"other": BASE.priors},
        "Priors.link": {"claims": []},
        "Priors.with_priors": {"priors": {}},
        "activities.run_findings": {
            "runs": pd.DataFrame({"km_per_week": [1.0], "climb_m_per_km": [1.0]}),
            "names": ["km_per_week"],
        },
        "batch.score_partitions": {"table": dataframe.from_pandas(FRAME, npartitions=1)},
        "batch.simulate_latent": simulated,
        "decode_case": {"priors": BASE},
        "encode_case": {"priors": BASE},
        "explanation.summaries.ask_next": {"table": next_question(CASE)},
        "explanation.summaries.carried_by": {"table": claim_attribution(CASE, CAUSE, orders=4)},
        "explanation.summaries.changing": {"row": what_if(CASE, draws=16).iloc[0]},
        "explanation.summaries.compared": {"table": compare_priors(CASE, FEWER, draws=16)},
        "explanation.summaries.doubted": {"shares": shares},
        "explanation.summaries.fighting": {"found": conflict(CASE)},
        "explanation.summaries.firmness": {"table": depends, "first": CAUSE},
        "explanation.summaries.footing": {"table": depends, "first": CAUSE},
        "explanation.summaries.from_claims": {"table": claim_share(CASE)},
        "explanation.summaries.placed": {"order": ranking(CASE, draws=16)},
        "explanation.summaries.speaking": {"table": explain(CASE, CAUSE)},
        "explanation.summaries.studied": {
            "table": compare_links(CASE, FEWER),
            "cause": "unnamed",
            "effect": "knee_pain",
        },
        "explanation.summaries.this_time": {"row": found.loc[CAUSE]},
        "explanation.summaries.voiced": {"table": contributions_by_reply(CASE)},
        "explanation.summaries.worth_knowing": {"table": most_informative_claims(CASE, CAUSE)},
        "fit": {"case": BASE, "draws": 4},
        "plot.bar_chart": {"probabilities": figures},
        "plot.comparison": {"tables": {"a": found}},
        "plot.contributions": {"table": found},
        "plot.diverging_bars": {"values": figures},
        "plot.dot_plot": {"table": contributions_by_reply(CASE).drop(columns="apart")},
        "plot.line_chart": {"table": pd.DataFrame({"Hills": [0.2, 0.1]}, index=[0.0, 1.0])},
        "plot.question_bits": {"table": next_question(CASE)},
        "plot.reliability": {"tables": {"a": calibration(BASE, FRAME, "knee_pain", bins=1)}},
        "plot.runs": {"frame": RUNS, "pain": "knee_pain", "readings": {"km_per_week": "km"}},
        "plot.sensitivity_functions": {"table": depends},
        "plot.trajectory": {"table": objects()["Diary"].trajectory(), "causes": {CAUSE: "Saddle"}},
        "plot.two_way": {"table": plane, "rival": plane, "parameters": depends},
        "plot.waterfall": {"table": explain(CASE, CAUSE)},
        "priors.key_of": {"name": LINK},
        "score": {"source": FOLDER / "in.csv", "target": FOLDER / "out.csv", "case": BASE},
        "simulate": simulated,
    }


@functools.cache
def objects() -> dict[str, Any]:
    """An object of each public class that has methods, by the class's name."""
    pair = {name: BASE.priors[name] for name in (CAUSE, "big_gears")}
    draws = {CAUSE: np.array([[0.9, 0.1], [0.7, 0.3]])}
    return {
        "Case": CASE,
        "Diary": Diary(BASE, FRAME),
        "FittedModel": fit(BASE, FRAME, draws=4),
        "GaussianCopula": tied(pair, np.array([[1.0, -0.5], [-0.5, 1.0]])),
        "JointDraws": JointDraws({CAUSE: PRIOR}, draws),
        "Network": BASE.network,
        "Prior": PRIOR,
        "Priors": BASE.priors,
        "Triage": triage({}, KNEE),
    }


# Nonsense that an argument may be, with what it means there.
OPTIONAL = {"None"}
NOTHING = {"empty list"}  # no names, keys, claims or numbers
ANY_TEXT = {"empty text", "word"}  # a title
FINE = {
    "Case.believe(probabilities)": {"empty mapping"},  # no state's probability is stated
    "Case.exclude_claims(reply)": OPTIONAL,
    "Case.likelihood(ratios)": {"empty mapping"},  # every state has weight 1
    "Case.query_each(columns)": NOTHING,
    "Case.with_claims(claims)": NOTHING,
    "Diary(half_life)": OPTIONAL,
    "Diary.contributions(run)": OPTIONAL,
    "Network.eliminate(evidence)": NOTHING,
    "Network.eliminate(interventions)": {"empty mapping"},
    "Network.to_pgmpy(interventions)": NOTHING | {"empty mapping"},
    "Prior.interval(state)": OPTIONAL,
    "Priors.link(claims)": NOTHING,
    "Priors.pooled_again(keys)": NOTHING,
    "Priors.sample(keys)": OPTIONAL | NOTHING,
    "Priors.tied(key)": {"word"},  # what no prior is of is not tied
    "Priors.with_claims(claims)": NOTHING,
    "Priors.with_priors(claims)": OPTIONAL | NOTHING,
    "Priors.with_priors(level)": OPTIONAL,
    "Priors.with_priors(mixes)": OPTIONAL,
    "Priors.with_priors(priors)": {"empty mapping"},
    "Priors.with_priors(ties)": OPTIONAL,
    "Priors.with_priors(words)": OPTIONAL | {"empty mapping"},
    "activities.run_findings(names)": NOTHING | {"empty mapping", "mapping", "frame"},  # of names
    "attribution.contribution_at_means(causes)": NOTHING,
    "batch.calibration(state)": {"empty text"},  # the target's last
    "batch.calibration(traits)": NOTHING,
    "batch.log_score(traits)": NOTHING,
    "batch.predict(traits)": NOTHING,
    "batch.score_partitions(keep)": NOTHING,
    "batch.score_rows(keep)": NOTHING,
    "decisions.what_if_together(changes)": {"empty mapping"},
    "explain(against)": OPTIONAL,
    "explanation.ranking(levels)": NOTHING | {"numbers"},
    "explanation.summaries.speaking(against)": OPTIONAL,
    "load(base_rate)": OPTIONAL,
    "load(coding)": OPTIONAL,
    "plot.dot_plot(table)": {"frame"},  # any numbers
    "plot.line_chart(table)": {"frame"},
    "plot.runs(readings)": {"empty mapping"},
    "plot.trajectory(causes)": {"empty mapping"},
    "priors.key_of(name)": {"word"},  # a name may be any word
    "priors.label(key)": {"word"},
    "read_runs(name)": OPTIONAL | ANY_TEXT,
    "read_runs(progress)": OPTIONAL,
    "read_runs(source)": NOTHING,
    "score(case)": OPTIONAL,
    "score(keep)": NOTHING,
    "score(sep)": {"empty text"},  # by the first line
    "triage(answers)": {"empty mapping"},
}
IS_TITLE = re.compile(r"plot\..*\((title|axis)\)")


def fine(name: str, parameter: str) -> set[str]:
    """The kinds of nonsense that this argument may be."""
    argument = f"{name}({parameter})"
    return ANY_TEXT if IS_TITLE.fullmatch(argument) else FINE.get(argument, set())


def parameters(function: Function) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(function).parameters.values() if p.name != "self"]


def call(name: str, changed: dict[str, Any]) -> Any:
    """Call a public function with valid arguments but for those that are changed."""
    own = special().get(name, {})
    function, (owner, _, method) = PUBLIC[name], name.partition(".")
    if method and owner in objects():
        function = getattr(own.get("self", objects()[owner]), method)
    positional, named = [], {}
    for p in parameters(PUBLIC[name]):
        if p.kind == p.VAR_POSITIONAL:
            positional += [changed[p.name]] if p.name in changed else []
        elif p.kind == p.VAR_KEYWORD:
            named |= {own.get("keyword", CAUSE): changed[p.name]} if p.name in changed else {}
        elif p.name in changed or p.name in own or (p.name in VALID and is_needed(p)):
            named[p.name] = changed.get(p.name, own.get(p.name, VALID.get(p.name)))
    return function(*positional, **named)


def is_needed(p: inspect.Parameter) -> bool:
    """Whether there is no default, or one that takes long."""
    return p.default is p.empty or p.name in ("draws", "samples", "orders", "steps")


def complaint(error: Exception, value: object) -> str:
    """What is wrong with an error: not raised by us, or silent on what was found or is allowed."""
    frames = [error.__traceback__]
    while frames[-1] and frames[-1].tb_next:
        frames.append(frames[-1].tb_next)
    code, number = frames[-1].tb_frame.f_code, frames[-1].tb_lineno  # type: ignore[union-attr]
    is_ours = str(ROOT / "model") in code.co_filename
    if not is_ours or not linecache.getline(code.co_filename, number).strip().startswith("raise"):
        return f"a raw {type(error).__name__}: {error}"
    if not isinstance(error, ValueError | TypeError):
        return f"neither ValueError nor TypeError: {error!r}"
    parts = [*value] if isinstance(value, list | dict | pd.DataFrame) else []
    parts += [value.decode()] if isinstance(value, bytes) else []
    found = {repr(value), str(value) or "''", f"a {type(value).__name__}", *map(str, parts)}
    if not any(text in str(error) for text in found):
        return f"does not say what was found: {error}"
    return "" if ALLOWED.search(str(error)) else f"does not say what is allowed: {error}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PUBLIC)
def test_a_valid_call_returns(name):
    call(name, {})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in PUBLIC if parameters(PUBLIC[name])])
def test_nonsense_is_refused_in_a_sentence(name):
    complaints = []
    for parameter in parameters(PUBLIC[name]):
        for kind, value in NONSENSE.items():
            try:
                call(name, {parameter.name: value})
            except Exception as error:
                wrong = complaint(error, value) or (kind in fine(name, parameter.name) and "raised")
            else:
                wrong = "" if kind in fine(name, parameter.name) else "returned"
            if wrong:
                complaints.append(f"{name}({parameter.name}: {kind}): {wrong}")
    assert complaints == [], "\n".join(complaints)


def test_all_of_the_package_is_found_and_no_exception_outlives_its_use():
    offered = {name for module in modules() for name in public_names(module)}
    assert offered >= {*lumbayes.__all__} and len(PUBLIC) > 100
    arguments = {f"{name}({p.name})" for name in PUBLIC for p in parameters(PUBLIC[name])}
    assert FINE.keys() <= arguments and special().keys() <= PUBLIC.keys()
    named = {p.name for function in PUBLIC.values() for p in parameters(function)}
    assert VALID.keys() <= named


def test_a_raw_error_is_seen():
    for raw in (lambda: [][1], lambda: float("x"), lambda: {}["x"], lambda: math_of(None)):
        with pytest.raises(Exception) as raised:
            raw()
        assert complaint(raised.value, None).startswith("a raw")


def math_of(value: Any) -> float:
    return np.sqrt(value)
