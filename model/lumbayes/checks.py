"""Everything that is wrong with a folder of priors, told at once: file, line and id for each, and
what to do.

Trust, but check: every posterior of a case beside the same one by pgmpy's variable elimination.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pandas as pd

from .case import Case
from .data.claims_file import (
    COLUMNS,
    WORD_COLUMNS,
    check_answers,
    check_quotes,
    check_rows,
    read_claims,
    read_words,
)
from .data.files import folder, read_rows, read_toml
from .data.thread import Example, ThreadInfo, example, thread_info
from .data.variables import Measurement, Variable, Variables
from .data.variables_file import KINDS, LAYERS, check_together, read_variables
from .errors import allow, each
from .inference.compiled import posteriors
from .loading import load
from .network.measurement import check_reading
from .priors.literature import read_literature
from .priors.priors import Priors
from .safety import read_rules


def verify(case: Case) -> pd.DataFrame:
    """Every node and state of a case by both engines, as columns `lumbayes`, `pgmpy` and
    `difference`, largest first.

    The second engine shares no arithmetic with the first: it is given the plain tables at the mean
    of every prior, the hard findings, one extra child for each likelihood, and pgmpy's own surgery.
    Takes seconds: it imports pgmpy.
    """
    case.check_consistent()
    nodes = case.network.nodes
    ours = posteriors(case.compiled, case.query(), [v.name for v in nodes])
    theirs = case.network.eliminate(case.evidence(), case.interventions)
    pairs = [(v.name, state, i) for v in nodes for i, state in enumerate(v.states)]
    table = pd.DataFrame(
        {
            "lumbayes": [float(ours[name][i, 0]) for name, _, i in pairs],
            "pgmpy": [theirs[name].get(state, 0.0) for name, state, _ in pairs],
        },
        index=pd.MultiIndex.from_tuples(
            [(name, state) for name, state, _ in pairs], names=["variable", "state"]
        ),
    )
    table["difference"] = (table["lumbayes"] - table["pgmpy"]).abs()
    return table.sort_values("difference", ascending=False, kind="stable")


def check_example(path: Path, told: Example, variables: Variables, ids: Iterable[str]) -> None:
    """Raise a `ValueError` for findings that name no variable, state or reading there is, and for
    unknown claims.
    """
    checks: list[tuple[Any, ...]] = [
        (_check_finding, *finding, variables) for finding in told.findings.items()
    ]
    checks += [(_check_claims, *claims, list(ids)) for claims in told.claims.items()]
    each(lambda check, *given: check(path, *given), checks)


def _check_claims(path: Path, finding: str, found: Iterable[str], ids: Iterable[str]) -> None:
    allow(f"{path}: [claims] {finding}", "claim", found, ids)


def _check_finding(path: Path, name: str, value: Any, variables: Variables) -> None:
    where = f"{path}: [findings]"
    allow(where, "variable", [name], variables)
    v = variables[name]
    if not (isinstance(v, Measurement) and v.numeric):
        allow(where, f"state of {name}", [value], v.states)
        return
    try:
        check_reading(v, value)
    except ValueError as wrong:
        raise ValueError(f"{where}: {wrong}") from wrong


def check_about(path: Path, told: ThreadInfo, variables: Variables) -> None:
    """Raise a `ValueError` for the heading of a group that no factor is in."""
    allow(f"{path}: [groups]", "group", told.groups, {factor.group for factor in variables.factors})


Read = Callable[..., Any]


def problems(priors: str | Path) -> list[str]:
    """What is wrong in a folder of priors, a sentence each with its file and line; none for a
    folder that is right.

    A file is held to the others as far as these can be read: a slip in the label of a factor hides
    nothing of a claim.
    """
    told: list[str] = []

    def read(reader: Read, *given: Any) -> Any:
        try:
            return None if any(found is None for found in given) else reader(*given)
        except ValueError as wrong:
            told.extend(str(wrong).splitlines())
            return None

    where = read(folder, priors)
    if where is None:
        return told
    _read_all(where, read)
    if not told:
        read(load, priors)
    return [*dict.fromkeys(located(where, problem) for problem in told)]


def _read_all(where: Path, read: Read) -> None:
    variables, words = (
        read(read_variables, where / "variables.toml"),
        read(read_words, where / "words.csv"),
    )
    shape = variables if variables is not None else _quietly(outline, where / "variables.toml")
    names = (
        words
        if words is not None
        else _quietly(_column, where / "words.csv", WORD_COLUMNS, "reading")
    )
    claims = read(read_claims, where / "claims.csv", shape, names)
    if claims is None:
        read(check_rows if shape is None or names is None else _check_answers, where / "claims.csv")
    read(Priors, variables, claims, words)
    if (where / "thread.txt").is_file():
        read(check_quotes, claims, (where / "thread.txt").read_text(encoding="utf-8"))
    if (where / "literature.csv").is_file():
        read(read_literature, where / "literature.csv", shape)
    read(read_rules, where / "redflags.toml")
    read(check_about, where / "about.toml", read(thread_info, where), shape)
    ids = _quietly(_column, where / "claims.csv", COLUMNS, "id")
    read(check_example, where / "example.toml", read(example, where), shape, ids)


def _quietly(reader: Read, *given: Any) -> Any:
    """What a reader makes of a file whose problems have been told already, or None."""
    try:
        return reader(*given)
    except ValueError:
        return None


def outline(path: Path) -> Variables | None:
    """The variables' names, states and arrows, where these are right though other keys of the file
    are not.
    """
    raw = read_toml(path)
    tables = {layer: raw[layer] for layer in LAYERS if isinstance(raw.get(layer), dict)}
    fit = {
        layer: {name: _fitting(table) for name, table in tables[layer].items()} for layer in tables
    }
    check_together(path, fit)
    return Variables(
        _blank(layer, name, table) for layer in fit for name, table in fit[layer].items()
    )


def _fitting(table: Any) -> dict[str, Any]:
    """The plain keys of a table whose values are of their kind."""
    plain = (
        {k: v for k, v in table.items() if not isinstance(v, dict)}
        if isinstance(table, dict)
        else {}
    )
    return {k: v for k, v in plain.items() if k in KINDS and KINDS[k][1](v)}


def _blank(layer: str, name: str, table: dict[str, Any]) -> Variable:
    """A variable with what is right of it, and blanks where it must have more."""
    kind = LAYERS[layer]
    must = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    known: dict[str, Any] = dict.fromkeys(must, "") | {
        f.name: table[f.name] for f in fields(kind) if f.name in table
    }
    listed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in known.items()}
    return kind(**listed | {"name": name})


def _column(path: Path, columns: tuple[str, ...], key: str) -> list[str]:
    return [row[key] for _, row in read_rows(path, columns, key)]


def _check_answers(path: Path) -> None:
    """Raise a `ValueError` for an answer left out, whatever else is wrong with the rows."""
    rows = read_rows(path, COLUMNS, "id")
    check_answers([(where, row) for where, row in rows if row["answer"].isdecimal()])


def located(where: Path, problem: str) -> str:
    """The problem with its file's path and its line, where the reader named only a claim, a table
    or a key.
    """
    if found := re.match(r"claims\.csv: (\S+): (.*)", problem):
        return f"{where / 'claims.csv'}: line {_line(where / 'claims.csv', found[1])}: {found[1]}: {found[2]}"
    found = re.match(r"(.*?\.toml): (\[[^\]]+\])?(.*)", problem)
    if not found or not Path(found[1]).is_file() or re.search(r"\bline \d", problem):
        return problem
    return f"{found[1]}: line {_place(Path(found[1]), found[2] or '', found[3])}: {problem.removeprefix(f'{found[1]}: ')}"


def _place(path: Path, table: str, rest: str) -> int:
    """The line of the first key that the problem begins with, inside its table if it names one."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    heads = [number for number, text in enumerate(lines) if text.startswith("[")] + [len(lines)]
    start = next((head for head in heads[:-1] if lines[head].strip() == table), 0)
    end = next(head for head in heads if head > start or not table)
    keys = {
        text.split("=")[0].strip(): number
        for number, text in enumerate(lines[start:end], start)
        if "=" in text
    }
    keys |= {} if table else {lines[head].strip("[] "): head for head in heads[:-1]}
    named = [keys[word] for word in re.findall(r"\w+", rest)[:4] if word in keys]
    return (named[0] if named else start) + 1


def _line(path: Path, claim: str) -> int:
    """The line on which a claim's row begins."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.startswith(f"{claim},"))
