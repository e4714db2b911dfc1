"""The thread's own runner: the findings the question itself tells, each with the claims it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .sources import allow, folder, read_toml


@dataclass(frozen=True)
class Example:
    """A runner told in a sentence (`story`), as `findings` for `Case.given`, with the claim ids behind each."""

    title: str
    story: str
    findings: Mapping[str, str | float]
    claims: Mapping[str, tuple[str, ...]]


def example(priors: str | Path = "thread") -> Example:
    """The runner who asked the thread's question, from example.toml; raises `ValueError` on unknown keys."""
    path = folder(priors) / "example.toml"
    raw = read_toml(path)
    allow(str(path), "key", raw, ("title", "story", "findings", "claims"))
    allow(f"{path}: [claims]", "finding", raw["claims"], raw["findings"])
    claims = {finding: tuple(ids) for finding, ids in raw["claims"].items()}
    return Example(raw["title"], raw["story"], raw["findings"], claims)
