"""Runners read from tests/cases: their answers, and the orders that the thread's claims imply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from shared import loaded

from lumbayes import Case, ImpossibleFindings, contributions
from lumbayes.data.files import read_toml
from lumbayes.errors import allow

FOLDER = Path(__file__).parents[1] / "cases"
BASE = loaded()
VARIABLES = BASE.variables
CLAIMS = {claim.id: claim for claim in BASE.priors.claims}
CAUSES = [cause.name for cause in VARIABLES.causes]
SURE = {
    f"{word} {state}": {state: float(VARIABLES.sureness[word]["ratio"])}
    for word in VARIABLES.sureness
    for state in ("yes", "no")
}
EVIDENCE = ("findings", "leanings", "beliefs", "contrasts")
KEYS = ("name", "story", *EVIDENCE, "expect")
# Tables of priors/ that are not from the thread, by which an order can be implied too
TABLES = {
    *(f"trait.{v.name}" for v in VARIABLES.traits),
    *(f"measurement.{v.name}" for v in VARIABLES.measurements),
    *(f"factor.{v.name}" for v in VARIABLES.factors),
    *(f"mechanism.{v.name}" for v in VARIABLES.mechanisms),
    *(f"contrast.{name}" for name in VARIABLES.contrasts.factors),
}
ALWAYS = ("because", "why")
FORM_WORDS = {
    str: "a cause",
    list: "a list of causes",
    dict: "{ cause = …, without or than = … }",
    bool: "true",
}
SAME = 1e-9
DRAWS = 64  # only the figures at the means are compared here; their intervals are not


@dataclass(frozen=True)
class Expectation:
    """An order that the claims `because` imply; `gap` says why it does not hold."""

    kind: str
    value: Any
    because: tuple[str, ...]
    why: str
    gap: str = ""

    @property
    def causes(self) -> list[str]:
        """The causes it names."""
        named = self.value.get("cause") if isinstance(self.value, Mapping) else self.value
        return [named] if isinstance(named, str) else list(named) if isinstance(named, list) else []


@dataclass(frozen=True)
class Runner:
    """One runner: a sentence, a story, the answers, and what is expected of the model."""

    file: str
    name: str
    story: str
    findings: Mapping[str, str | float]
    likelihoods: Mapping[str, str]
    beliefs: Mapping[str, float]
    contrasts: Mapping[str, str | list[int]]
    expect: tuple[Expectation, ...]

    @property
    def entered(self) -> list[str]:
        """The names of all that was entered."""
        return [*self.findings, *self.likelihoods, *self.beliefs, *self.contrasts]

    def case(self, without: str = "") -> Case:
        """Return the runner's case, if need be without what was entered under one name."""

        def rest(entered: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in entered.items() if name != without}

        likelihoods = {name: SURE[words] for name, words in rest(self.likelihoods).items()}
        contrasts = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in rest(self.contrasts).items()
        }
        case = BASE.given(**rest(self.findings)).likelihood(**likelihoods)
        return case.believe(**rest(self.beliefs)).contrast(**contrasts)


def read_runner(path: Path) -> Runner:
    """Read and check one file of tests/cases; a `ValueError` says what to write."""
    raw = read_toml(path)
    where = f"{path.parent.name}/{path.name}"
    allow(where, "key", raw, KEYS)
    if not all(raw.get(key) for key in ("name", "story", "expect")):
        raise ValueError(
            f"{where}: found {', '.join(raw)}; "
            "a runner has name, story and at least one [[expect]]."
        )
    allow(f"{where}: [leanings]", "words", raw.get("leanings", {}).values(), SURE)
    expect = tuple(
        _expectation(f"{where}: [[expect]] number {i}", t, raw)
        for i, t in enumerate(raw["expect"], 1)
    )
    runner = Runner(
        path.stem,
        raw["name"],
        raw["story"],
        raw.get("findings", {}),
        raw.get("leanings", {}),
        raw.get("beliefs", {}),
        raw.get("contrasts", {}),
        expect,
    )
    try:
        runner.case()
    except ValueError as wrong:
        raise ValueError(f"{where}: {wrong}") from wrong
    return runner


def _expectation(where: str, table: dict[str, Any], raw: dict[str, Any]) -> Expectation:
    allow(where, "key", table, [*CHECKS, *ALWAYS, "gap"])
    kinds = [key for key in table if key in CHECKS]
    if len(kinds) != 1 or not all(table.get(key) for key in ALWAYS):
        found, one = ", ".join(table), ", ".join(CHECKS)
        raise ValueError(f"{where}: found {found}; give because, why and exactly one of {one}.")
    form, value = FORMS[kinds[0]], table[kinds[0]]
    if type(value) is not form or not value:
        raise ValueError(f"{where}: {kinds[0]} is {value!r}; it must be {FORM_WORDS[form]}.")
    evidence = {key: table[key] for key in ("why", "gap") if key in table}
    expectation = Expectation(kinds[0], value, tuple(table["because"]), **evidence)
    entered = {name: value for key in EVIDENCE for name, value in raw.get(key, {}).items()}
    _check_names(where, expectation, entered)
    return expectation


def _check_names(where: str, expectation: Expectation, answers: Mapping[str, Any]) -> None:
    allow(where, "cause", expectation.causes, CAUSES)
    allow(f"{where} because", "claim or table", expectation.because, {*CLAIMS, *TABLES})
    if isinstance(expectation.value, Mapping):
        _check_comparison(where, expectation.value, answers)
    about = {*expectation.causes, *answers}
    if not any(_speaks_of(name) & about for name in expectation.because):
        raise ValueError(
            f"{where}: none of {', '.join(expectation.because)} speaks of "
            f"{', '.join(sorted(about))}."
        )


def _speaks_of(name: str) -> set[str]:
    """Return what a claim, or a table of priors/, is about."""
    if name in CLAIMS:
        return {CLAIMS[name].cause, CLAIMS[name].effect}
    return {name.partition(".")[2]}


def _check_comparison(where: str, value: Mapping[str, str], answers: Mapping[str, Any]) -> None:
    allow(where, "key", value, ("cause", "without", "than"))
    if len(value) != 2 or "cause" not in value:
        raise ValueError(
            f"{where}: give cause and one of without (a finding) and than (another file)."
        )
    if "without" in value:
        allow(f"{where} without", "finding", [value["without"]], answers)
    else:
        allow(
            f"{where} than", "file", [value["than"]], [path.stem for path in FOLDER.glob("*.toml")]
        )


@cache
def contributions_of(file: str, without: str = "") -> pd.DataFrame:
    """Return the contributions of one file's runner, if need be without one finding."""
    return contributions(RUNNERS[file].case(without), draws=DRAWS)


def problem(runner: Runner, expectation: Expectation) -> str:
    """Return how the model differs, with its figures; "" when the expectation holds."""
    return CHECKS[expectation.kind](runner, expectation.value)


def _first(runner: Runner, value: str, layer: str) -> str:
    table = contributions_of(runner.file)
    return _above(
        runner, [value, *table.index[(table.layer == layer) & (table.index != value)][:1]]
    )


def _above(runner: Runner, value: list[str]) -> str:
    shares = contributions_of(runner.file).contribution
    wrong = [(a, b) for a, b in pairwise(value) if not shares[a] > shares[b] + SAME]
    return "; ".join(f"{a} ({shares[a]:.3f}) is not above {b} ({shares[b]:.3f})" for a, b in wrong)


def _zero(runner: Runner, value: list[str], figures: list[str]) -> str:
    found = contributions_of(runner.file).loc[value, figures]
    return "" if (found <= SAME).all(axis=None) else f"not zero:\n{found.to_string()}"


def _moved(runner: Runner, value: Mapping[str, str], wanted: int) -> str:
    other = (
        contributions_of(value["than"])
        if "than" in value
        else contributions_of(runner.file, value["without"])
    )
    before, after = (
        float(table.contribution[value["cause"]])
        for table in (other, contributions_of(runner.file))
    )
    moved = (after > before + SAME) - (after < before - SAME)
    words = {-1: "falls", 0: "stays", 1: "rises"}
    return (
        ""
        if moved == wanted
        else f"{value['cause']} {words[moved]}, from {before:.4f} to {after:.4f}"
    )


def _impossible(runner: Runner, value: bool) -> str:
    try:
        runner.case().posterior(VARIABLES.outcome.name)
    except ImpossibleFindings:
        return "" if value else "the model calls them impossible"
    return "the model calls them possible" if value else ""


CHECKS: dict[str, Callable[[Runner, Any], str]] = {
    "first_mechanism": lambda runner, value: _first(runner, value, "mechanism"),
    "first_factor": lambda runner, value: _first(runner, value, "factor"),
    "above": _above,
    "absent": lambda runner, value: _zero(runner, value, ["present", "contribution"]),
    "not_at_work": lambda runner, value: _zero(runner, value, ["contribution"]),
    "rises": lambda runner, value: _moved(runner, value, 1),
    "falls": lambda runner, value: _moved(runner, value, -1),
    "unmoved": lambda runner, value: _moved(runner, value, 0),
    "impossible": _impossible,
}
FORMS = dict(zip(CHECKS, [str, str, list, list, list, dict, dict, dict, bool], strict=True))
RUNNERS = {path.stem: read_runner(path) for path in sorted(FOLDER.glob("*.toml"))}
