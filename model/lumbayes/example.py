"""The thread's own runner: the findings the question itself tells, each with the claims it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .measuring import check_reading
from .sources import allow, each, folder, read_toml
from .variables import Measurement, Variables

KEYS = {"title": str, "story": str, "findings": dict, "claims": dict}


@dataclass(frozen=True)
class Example:
    """A runner told in a sentence (`story`), as `findings` for `Case.given`, with the claim ids behind each."""

    title: str
    story: str
    findings: Mapping[str, str | float]
    claims: Mapping[str, tuple[str, ...]]


def example(priors: str | Path = "thread") -> Example:
    """The runner who asked the thread's question, from example.toml; what is wrong in it is a `ValueError`."""
    path = folder(priors) / "example.toml"
    raw = read_toml(path)
    allow(str(path), "key", raw, KEYS)
    for key, kind in KEYS.items():
        if not isinstance(raw.get(key), kind) or not raw[key]:
            found = f"{key} is {raw[key]!r}" if key in raw else f"the key {key!r} is missing"
            raise ValueError(f"{path}: {found}; it must be {'a text' if kind is str else 'a table'} that is not empty.")
    allow(f"{path}: [claims]", "finding", raw["claims"], raw["findings"])
    claims = each(_ids, [(f"{path}: [claims]", finding, ids) for finding, ids in raw["claims"].items()])
    return Example(raw["title"], raw["story"], raw["findings"], dict(claims))


def _ids(where: str, finding: str, ids: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(ids, list) or not ids or not all(isinstance(id_, str) for id_ in ids):
        raise ValueError(f'{where}: {finding} is {ids!r}; it must be a list of claim ids, as in ["Q-01"].')
    return finding, tuple(ids)


def check_example(path: Path, told: Example, variables: Variables, ids: Iterable[str]) -> None:
    """Raise a `ValueError` for findings that name no variable, state or reading there is, and for unknown claims."""
    checks: list[tuple[Any, ...]] = [(_check_finding, *finding, variables) for finding in told.findings.items()]
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
