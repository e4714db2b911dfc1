"""What the browser is given once: every control of the page, read from the priors' folder."""

import math
from pathlib import Path
from typing import Any

from lumbayes import Case
from lumbayes.safety import cards
from state import runs
from text import result_words
from text.page_words import GROUPS, TITLE, WORDS
from text.run_words import GRID

TEST_SECONDS = 120  # what takes longer is a test; its slider first asks for a belief
PICTURES = Path(__file__).parents[1] / "components" / "page" / "pictures"
SPREADS = 2.5  # how far a slider reaches from the cut, in spreads of readings


def first_facts() -> dict[str, Any]:
    """Return what the safety cards need; they do not wait for the model."""
    return {"title": TITLE, "words": WORDS | {"result": result_words.WORDS}, "safety": cards()}


def folder_facts(base: Case, runner: Any, words: Any) -> dict[str, Any]:
    """Return the controls of the page as plain JSON: sliders, chips, counters, starting points."""
    shown = {v.name: words.row(v) for v in base.variables.values()}
    return {
        "intro": words.intro,
        "starts": _starts(runner, words),
        "traits": _traits(base, words, shown),
        "groups": _groups(base, shown),
        "examined": [_slider(base, v, shown) for v in base.variables.mechanisms if v.question],
        "counters": _counters(base, words),
        "runs": _runs(base, shown),
    }


def _starts(runner: Any, words: Any) -> list[dict[str, Any]]:
    starts = [("example", WORDS["example"], runner.findings, runner.beliefs)]
    starts += [(name, s.label, s.given, s.believe) for name, s in words.starts.items()]
    return [
        {"id": name, "label": label, "given": dict(given), "believe": dict(believe)}
        for name, label, given, believe in starts
    ]


def _traits(base: Case, words: Any, shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the traits as rows of chips, those asked in the open first."""
    named = words.open_traits
    traits = {v.name: v for v in base.variables.traits}
    opened = tuple(traits) if named is None else named
    names = [*opened, *(name for name in traits if name not in opened)]
    return [_chips(traits[name], shown[name]) | {"open": name in opened} for name in names]


def _chips(v: Any, row: Any) -> dict[str, Any]:
    """Return a row of chips: the states that a runner can choose, in short words."""
    painless = v.order[0] if hasattr(v, "gate") else None
    chosen = [state for state in v.states if state != painless]
    return {
        "name": v.name,
        "label": row.name,
        "question": v.question,
        "states": [[s, row.states.get(s) or v.answers.get(s, s)] for s in chosen],
        "drawings": {s: _drawing(f"{v.name}.{s}") for s in chosen},
    }


def _drawing(name: str) -> str:
    """Return the file of a drawing beside a home test; an empty text where none is drawn."""
    return f"{name}.svg" if (PICTURES / f"{name}.svg").is_file() else ""


def _groups(base: Case, shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the factors' sliders by group, and after the last the facts that read a mechanism."""
    variables = base.variables
    names = list(dict.fromkeys(f.group for f in variables.factors))
    factors = {f.name for f in variables.factors}
    facts = [m for m in variables.measurements if m.reads not in factors and not m.numeric]
    return [
        {
            "id": name,
            "label": GROUPS.get(name, name.capitalize()),
            "sliders": [_slider(base, f, shown) for f in variables.factors if f.group == name],
            "chips": [_chips(m, shown[m.name]) for m in facts if name == names[-1]],
        }
        for name in names
    ]


def _slider(base: Case, v: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """Return one factor's slider: a reading, a test with a belief before it, or a belief."""
    no, yes = v.states
    row = shown[v.name]
    tests = [m for m in base.variables.measurements if m.reads == v.name]
    numbers = [m for m in tests if m.numeric]
    test = next(iter(numbers or tests), None) if hasattr(v, "group") else None
    return {
        "name": v.name,
        "label": row.name,
        "question": v.question,
        "ends": [row.states.get(no, WORDS["no"]), row.states.get(yes, WORDS["yes"])],
        "states": [no, yes],
        "means": [v.answers.get(no, ""), v.answers.get(yes, "")],
        "base": float(base.posterior(v.name)[yes]),
        "reading": _reading(test, shown[test.name]) if test and test.numeric else None,
        "picture": _chips(test, shown[test.name]) if test and not test.numeric else None,
        "is_test": bool(test and (test.seconds >= TEST_SECONDS or not test.numeric)),
        "how": test.how if test else "",
        "drawing": _drawing(test.name) if test else "",
        "safe": test.safe_in_pain if test else True,
    }


def _reading(test: Any, row: Any) -> dict[str, Any]:
    low, high = row.shown or _range(test)
    own = {key: getattr(test, key) for key in ("name", "step", "scale", "cut", "side")}
    return own | {"label": row.name, "unit": row.unit or test.unit, "low": low, "high": high}


def _range(test: Any) -> tuple[float, float]:
    """Return the range over which the factor's dose changes, else the one round the cut."""
    if test.dose:
        return test.dose.ends
    reach = SPREADS * math.hypot(test.spread, test.error)
    if test.scale == "linear":
        low, high = test.cut - reach, test.cut + reach
    else:
        low, high = test.cut / math.exp(reach), test.cut * math.exp(reach)
    return max(test.low, low), min(test.high, high)


def _counters(base: Case, words: Any) -> dict[str, Any]:
    """Return the comparisons of runs with a factor and without it."""
    data = base.variables.contrasts
    rows: list[dict[str, Any]] = []
    for name, contrast in (data.factors if data else {}).items():
        own = {
            "link": base.variables[name].label,
            "worse_after": " or ".join(contrast.worse_after),
            "with": contrast.with_factor,
            "without": contrast.without,
        }
        rows.append({"name": name} | own | words.contrasts.get(name, {}))
    return {"first": words.first_contrast or (rows[0]["name"] if rows else ""), "rows": rows}


def _runs(base: Case, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what the grid of runs asks of each."""
    outcome = base.variables.outcome
    states = [[s, WORDS[word]] for s, word in zip(outcome.states, ("no", "yes"), strict=True)]
    numbers = [
        {"name": v.name, "label": row.name, "unit": row.unit or v.unit}
        | {"low": v.low, "high": v.high}
        for v in runs.readings(base.variables)
        for row in [shown[v.name]]
    ]
    return {
        "words": GRID,
        "outcome": {"name": outcome.name, "question": outcome.question, "states": states},
        "farthest": runs.FARTHEST,
        "numbers": numbers,
    }
