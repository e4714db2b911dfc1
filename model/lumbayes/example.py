"""The thread's own runner: the findings the question itself tells, each with the claims it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import allow, each
from .sources import folder, read_toml

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
