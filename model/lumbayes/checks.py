"""Checks: every mistake in a folder of priors, and a case against pgmpy's elimination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .data.arguments import check_arguments
from .data.claims_file import (
    COLUMNS,
    OPTIONAL,
    WORD_COLUMNS,
    check_answers,
    check_quotes,
    check_rows,
    read_claims,
    read_words,
)
from .data.coding import codings
from .data.contrasts_file import read_contrasts
from .data.doses_file import DOSES, read_doses
from .data.files import folder, read_rows
from .data.forecast_file import read_forecast
from .data.offsets import read_thread
from .data.outline import outline
from .data.page_file import read_page_words
from .data.redflags_file import read_rules
from .data.schema import Place, Problem, each, problems_of
from .data.thread import Example, ThreadInfo, example, thread_info
from .data.traits_file import TRAITS, with_traits
from .data.variables import Measurement, Variables
from .data.variables_file import read_variables
from .inference.compiled import posteriors
from .loading import load, read_network
from .network.measurement import check_reading
from .network.network import Network
from .priors.literature import read_literature
from .priors.priors import Priors

if TYPE_CHECKING:
    from .case import Case


def verify(case: Case) -> pd.DataFrame:
    """Compare every posterior of a case with that of a second engine, pgmpy.

    Parameters
    ----------
    case : Case
        A case with any evidence and interventions except contrasts (see `Case.contrast`).

    Returns
    -------
    pandas.DataFrame
        One row per variable and state, largest difference first. The index has the levels
        `variable` and `state`, such as ("hills", "yes"). Measurements that are numbers have no
        rows. Columns:
        `lumbayes`, `pgmpy`: P(variable = state | evidence) by each engine.
        `difference`: the absolute difference of the two.

    Raises
    ------
    ImpossibleFindings
        If the evidence has probability 0.
    ValueError
        If the case holds a contrast: pgmpy's network has no node for whether a link fired.

    Notes
    -----
    pgmpy uses variable elimination at the means of the priors. It shares no arithmetic with this
    package (see docs/model.md, "Structure"). The comparison takes seconds.

    Examples
    --------
    >>> from lumbayes import load, verify
    >>> table = verify(load().given(back_pain="yes", hills="no"))
    >>> bool(table.difference.max() < 1e-9)
    True
    """
    check_arguments("verify", locals())
    case.check_consistent()
    if case.contrasts:
        raise ValueError(
            "verify: the second engine has no node for whether a link fired, so it cannot take the "
            f"contrasts of {', '.join(case.contrasts)}: leave them out by case.retract(...)."
        )
    nodes = case.network.nodes
    ours = posteriors(case.compiled, case.query(), [v.name for v in nodes])
    doses, evidence = case.compiled.doses, case.evidence()
    links = doses.links_at_doses(case.priors, evidence)
    network = Network(case.priors.with_priors(links))
    theirs = network.eliminate(doses.on_factors(evidence), case.interventions)
    rows = [(v.name, state, i) for v in nodes for i, state in enumerate(v.states)]
    pairs = [(name, state) for name, state, _ in rows]
    table = pd.DataFrame(
        {
            "lumbayes": [float(ours[name][i, 0]) for name, _, i in rows],
            "pgmpy": [theirs[name].get(state, 0.0) for name, state in pairs],
        },
        index=pd.MultiIndex.from_tuples(pairs, names=["variable", "state"]),
    )
    table["difference"] = (table["lumbayes"] - table["pgmpy"]).abs()
    return table.sort_values("difference", ascending=False, kind="stable")


Reader = Callable[..., Any]


def problems(priors: str | Path) -> list[str]:
    """Return all mistakes in a folder of priors, one sentence each.

    Parameters
    ----------
    priors : str or Path
        "thread", "literature" or the path of a folder.

    Returns
    -------
    list of str
        The sentences, with the file and line of the mistake where they are known; [] if there is no
        mistake. All files are read and held against each other, even if one of them has a mistake.

    Examples
    --------
    >>> from lumbayes.checks import problems
    >>> problems("thread")
    []
    >>> problems("thred")[0][:28]
    "No set of priors 'thred': gi"
    """
    check_arguments("problems", locals())
    errors: list[ValueError] = []

    def read(reader: Reader, *arguments: Any, **options: Any) -> Any:
        """Return what a reader gives, or None if it or an argument before it has failed."""
        try:
            return None if any(a is None for a in arguments) else reader(*arguments, **options)
        except ValueError as error:
            errors.extend(problems_of(error))
            return None

    path = read(folder, priors)
    if path is not None:
        _read_all(path, read)
    if not errors:
        read(load, priors)
    return [*dict.fromkeys(with_line(path, error) for error in errors)]


def _read_all(path: Path, read: Reader) -> None:
    """Read every file of a folder, and check each against the others."""
    variables = read(read_variables, path / "variables.toml")
    if (path / TRAITS).is_file():
        variables = read(with_traits, variables, path / TRAITS)
    words = read(read_words, path / "words.csv")
    shape, word_names = variables, words
    if shape is None:
        shape = _without_errors(outline, path / "variables.toml")
    if word_names is None:
        word_names = _without_errors(_column, path / "words.csv", WORD_COLUMNS, "reading")
    claims = read(read_claims, path / "claims.csv", shape, word_names)
    if claims is None:
        is_alone = shape is None or word_names is None
        read(check_rows if is_alone else _check_answers, path / "claims.csv")
    if read(Priors, variables, claims, words) is not None:
        for name in codings(path):
            read(read_network, path, coding=name)
    read(check_quotes, claims, read(read_thread, path))
    if (path / "literature.csv").is_file():
        read(read_literature, path / "literature.csv", shape)
    if shape is not None:
        read(read_contrasts, path / "contrasts.toml", shape)
        read(read_doses, path / DOSES, shape)
        read(read_forecast, path / "forecast.toml", shape)
    read(check_starts, path / "page.toml", variables)
    read(read_rules, path / "redflags.toml")
    read(check_about, path / "about.toml", read(thread_info, path), shape)
    ids = _without_errors(_column, path / "claims.csv", COLUMNS, "id", OPTIONAL)
    read(check_example, path / "example.toml", read(example, path), shape, ids)


def _without_errors(reader: Reader, *arguments: Any) -> Any:
    """Return what a reader makes of a file whose problems are known already, or None."""
    try:
        return reader(*arguments)
    except ValueError:
        return None


def _column(
    path: Path, columns: tuple[str, ...], key: str, optional: Mapping[str, str] | None = None
) -> list[str]:
    return [row[key] for _, row in read_rows(path, columns, key, optional=optional)]


def _check_answers(path: Path) -> None:
    """Raise a problem for a reply without a row, whatever else is wrong with the rows."""
    rows = read_rows(path, COLUMNS, "id", optional=OPTIONAL)
    check_answers([(place, row) for place, row in rows if row["answer"].isdecimal()])


def check_about(path: Path, thread: ThreadInfo, variables: Variables) -> None:
    """Raise a `ValueError` if a heading of `[groups]` in about.toml has no factor."""
    groups = {factor.group for factor in variables.factors}
    Place(path, "[groups]").require_known("group", thread.groups, groups)


def check_starts(path: Path, variables: Variables) -> None:
    """Raise a problem for an unknown state or reading that a starting point of the page enters."""
    starts = read_page_words(path, variables).starts
    checks = [
        (Place(path, f"[start.{id_}]", "given"), *finding, variables)
        for id_, start in starts.items()
        for finding in start.given.items()
    ]
    each(_check_finding, checks)


def check_example(path: Path, runner: Example, variables: Variables, ids: Iterable[str]) -> None:
    """Raise a `ValueError` for the unknown names and claims and wrong values of an example."""
    claims = Place(path, "[claims]")
    checks: list[tuple[Any, ...]] = [
        (_check_finding, Place(path, "[findings]"), *finding, variables)
        for finding in runner.findings.items()
    ]
    checks += [
        (claims.inside(finding).require_known, "claim", found, list(ids))
        for finding, found in runner.claims.items()
    ]
    beliefs = Place(path, "[beliefs]")
    factors = [v.name for v in variables.causes]
    for name, found in runner.belief_claims.items():
        checks.append((beliefs.require_known, "cause", [name], factors))
        checks.append((beliefs.inside(name).require_known, "claim", found, list(ids)))
    each(call, checks)


def _check_finding(place: Place, name: str, value: Any, variables: Variables) -> None:
    place.require_known("variable", [name], variables)
    v = variables[name]
    try:
        if isinstance(v, Measurement) and v.numeric:
            check_reading(v, value)
        else:
            place.require_known(f"state of {name}", [value], v.states)
    except Problem as problem:
        raise place.problem(problem.message, name, value, v.states) from problem
    except ValueError as error:
        raise place.problem(str(error), name, value) from error


def with_line(path: Path, error: ValueError) -> str:
    """Return the sentence of an error, with file and line added if they can be found in `path`."""
    if not isinstance(error, Problem) or error.place.line:
        return str(error)
    place = error.place
    if not place.path.is_absolute() and (path / place.path).is_file():
        place = replace(place, path=path / place.path)
    if not place.path.is_file():
        return str(error)
    find = _line_of_row if place.path.suffix == ".csv" else _line_of_key
    return f"{replace(place, line=find(place, error.key))}: {error.message}"


def _line_of_row(place: Place, key: str) -> int:
    """Return the line on which a row of a CSV file begins, by its first cell."""
    lines = place.path.read_text(encoding="utf-8-sig").splitlines()
    return next((i for i, text in enumerate(lines, 1) if text.startswith(f"{place.table},")), 1)


def _line_of_key(place: Place, key: str) -> int:
    """Return the line of a key in its table of a TOML file, else the line of the table."""
    lines = place.path.read_text(encoding="utf-8-sig").splitlines()
    heads = {text.strip("[] "): i for i, text in enumerate(lines) if text.startswith("[")}
    table = place.table.strip("[]")
    part = f"{table}.{place.part}"
    if place.part and part in heads:
        table = part
    start = heads.get(table, 0)
    end = min((i for i in heads.values() if i > start), default=len(lines))
    keys = dict(heads) if not table else {}
    keys |= {text.split("=")[0].strip(): i for i, text in enumerate(lines[start:end], start)}
    named = [name for name in (key, place.part.split(".")[0]) if name and name in keys]
    return (keys[named[0]] if named else start) + 1
